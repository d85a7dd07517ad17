// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
)

func (s *Server) itemImportRoutes() {
	s.api("POST", "/ciphers/import-organization", signedIn, s.importIntoOrganization)
}

// importRequest is a vault to import. Relationships are pairs of places in the lists before them.
type importRequest struct {
	Collections []struct {
		ID         *guid   `json:"id"`
		Name       string  `json:"name"`
		ExternalID *string `json:"externalId"`
	} `json:"collections"`
	Ciphers       []json.RawMessage `json:"ciphers"`
	Relationships []relationship    `json:"collectionRelationships"`
	Folders       []json.RawMessage `json:"folders"`
	FolderPairs   []relationship    `json:"folderRelationships"`
}

type relationship struct {
	Key   int `json:"key"`
	Value int `json:"value"`
}

// tooLarge tells whether the cloud's limits are passed.
func (r *importRequest) tooLarge() bool {
	return len(r.Ciphers) > 40_000 || len(r.Collections) > 2_000 || len(r.Relationships) > 80_000 ||
		len(r.Folders) > 2_000 || len(r.FolderPairs) > 80_000
}

// importIntoOrganization adds items and, where they are not known, collections. It answers nothing, logs nothing, and
// adds everything again when it is repeated.
func (s *Server) importIntoOrganization(c *call) (any, error) {
	r := importRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if r.tooLarge() {
		return nil, badRequest("You cannot import this much data at once.")
	}
	if len(r.Collections) == 0 && len(r.Ciphers) == 0 {
		return nil, badRequest("No organization ID found in the import data.")
	}
	orgID, ok := parseGUID(c.queryValue("organizationId"))
	if !ok || s.store.organizations.get(orgID) == nil || !c.mayAccessImportExport(orgID) {
		return nil, badRequest("Not enough privileges to import into this organization.")
	}
	collections := s.importCollections(c, orgID, &r)
	var items []*cipher
	for _, raw := range r.Ciphers {
		items = append(items, s.importItem(orgID, raw))
	}
	for _, pair := range r.Relationships {
		if min(pair.Key, pair.Value) >= 0 && pair.Key < len(items) && pair.Value < len(collections) {
			items[pair.Key].Collections[collections[pair.Value]] = true
		}
	}
	s.touchMembers(orgID)
	return nil, nil
}

// importCollections returns the ids for the request's collections: known ones keep their names, the others are made, with
// access for the caller if he is a member.
func (s *Server) importCollections(c *call, orgID string, r *importRequest) []string {
	var ids []string
	for _, wanted := range r.Collections {
		if wanted.ID != nil {
			known := s.store.collections.get(string(*wanted.ID))
			if known != nil && known.OrganizationID == orgID {
				ids = append(ids, known.ID)
				continue
			}
		}
		col := s.newCollection(orgID, wanted.Name)
		col.ExternalID = wanted.ExternalID
		if own := c.ownMember(orgID); own != nil && own.Status == statusConfirmed {
			col.Members[own.ID] = access{Manage: true}
		}
		ids = append(ids, col.ID)
	}
	return ids
}

// importItem stores an item as it came, under a new id.
func (s *Server) importItem(orgID string, raw json.RawMessage) *cipher {
	item := &cipher{
		ID: newID(), OrganizationID: orgID, Data: string(raw), Collections: map[string]bool{},
		CreationDate: s.now(), RevisionDate: s.now(),
	}
	fields := struct {
		Type     int     `json:"type"`
		Key      *string `json:"key"`
		Reprompt int     `json:"reprompt"`
	}{}
	if json.Unmarshal(raw, &fields) == nil {
		item.Type, item.Key, item.Reprompt = fields.Type, fields.Key, fields.Reprompt
	}
	return s.store.ciphers.add(item.ID, item)
}
