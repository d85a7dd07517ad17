// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"slices"
)

func (s *Server) itemImportRoutes() {
	s.api("POST", "/ciphers/import-organization", signedIn, s.importIntoOrganization)
}

// What the cloud takes in one import.
const (
	importItemsMaximum         = 40_000
	importCollectionsMaximum   = 2000
	importRelationshipsMaximum = 80_000
)

type importRequest struct {
	Collections             []importCollection `json:"collections"`
	Ciphers                 []itemRequest      `json:"ciphers"`
	CollectionRelationships []importRelation   `json:"collectionRelationships"`
	Folders                 []importFolder     `json:"folders"`
	FolderRelationships     []importRelation   `json:"folderRelationships"`
}

type importCollection struct {
	ID         *guid   `json:"id"`
	Name       string  `json:"name"`
	ExternalID *string `json:"externalId"`
}

// importFolder is counted only: a folder is its owner's, an organization has none.
type importFolder struct {
	Name string `json:"name"`
}

// importRelation puts the item with the index Key into the collection with the index Value.
type importRelation struct {
	Key   int `json:"key"`
	Value int `json:"value"`
}

func (r *importRequest) validate(p problems) {
	for i, col := range r.Collections {
		place := fmt.Sprintf("Collections[%d].", i)
		own := problems{}
		own.required("Name", col.Name)
		own.encString("Name", col.Name, 1000)
		for key, texts := range own {
			p[place+key] = texts
		}
	}
	for i := range r.Ciphers {
		r.Ciphers[i].check(p, fmt.Sprintf("Ciphers[%d].", i))
	}
}

func (r *importRequest) tooMuch() bool {
	return len(r.Ciphers) > importItemsMaximum || len(r.Collections) > importCollectionsMaximum ||
		len(r.CollectionRelationships) > importRelationshipsMaximum || len(r.Folders) > importCollectionsMaximum ||
		len(r.FolderRelationships) > importRelationshipsMaximum
}

// importIntoOrganization stores items and collections and tells none of their ids. Repeating it stores them once more.
// Nothing is audited.
func (s *Server) importIntoOrganization(c *call) (any, error) {
	orgID, err := c.queryID("organizationId")
	if err != nil {
		return nil, err
	}
	r := importRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if r.tooMuch() {
		return nil, badRequest("You cannot import this much data at once.")
	}
	org := s.store.organizations.get(orgID)
	if org == nil || !s.mayImport(c, org, r.Collections) {
		return nil, badRequest("Not enough privileges to import into this organization.")
	}
	if len(r.Collections)+len(r.Ciphers) == 0 {
		return nil, badRequest("No organization ID found in the import data.")
	}
	items, err := s.importedItems(orgID, r.Ciphers)
	if err != nil {
		return nil, err
	}
	collections, err := s.importedCollections(c, org, r.Collections)
	if err != nil {
		return nil, err
	}
	for _, relation := range r.CollectionRelationships {
		if within(relation.Key, len(items)) && within(relation.Value, len(collections)) {
			items[relation.Key].Collections[collections[relation.Value].ID] = true
		}
	}
	for _, ci := range items {
		s.store.ciphers.add(ci.ID, ci)
	}
	s.touchMembers(orgID)
	return nil, nil
}

func within(index, length int) bool { return index >= 0 && index < length }

// mayImport tells whether the caller may import: everything with the permission, else into collections that he may
// change, and new ones if he may make them.
func (s *Server) mayImport(c *call, org *organization, into []importCollection) bool {
	if c.mayAccessImportExport(org.ID) {
		return true
	}
	if _, member := c.role(org.ID); !member {
		return false
	}
	makes := c.mayCreateCollections(org)
	return (len(into) > 0 || makes) && !slices.ContainsFunc(into, func(col importCollection) bool {
		existing := s.importTarget(org, col)
		return existing == nil && !makes || existing != nil && !c.mayModify(existing)
	})
}

// importTarget is the existing collection that an imported one names, nil without.
func (s *Server) importTarget(org *organization, col importCollection) *collection {
	if col.ID == nil {
		return nil
	}
	existing := s.store.collections.get(string(*col.ID))
	if existing == nil || existing.OrganizationID != org.ID {
		return nil
	}
	return existing
}

// importedItems are the drafts of imported items, whose own ids and organizations do not count.
func (s *Server) importedItems(orgID string, requests []itemRequest) ([]*cipher, error) {
	var items []*cipher
	for i := range requests {
		requests[i].OrganizationID = orgID
		ci, err := s.draft(&requests[i])
		if err != nil {
			return nil, err
		}
		items = append(items, ci)
	}
	return items, nil
}

// importedCollections finds or makes the collections. Existing ones keep their names; an unknown id becomes a new one,
// and new ones are managed by the member who imports: by nobody if that is a user of the provider.
func (s *Server) importedCollections(c *call, org *organization, asked []importCollection) ([]*collection, error) {
	made := 0
	for _, col := range asked {
		if s.importTarget(org, col) == nil {
			made++
		}
	}
	if n := org.MaxCollections; n != nil && made > 0 && len(s.collectionsOf(org.ID))+made > *n {
		return nil, badRequest(fmt.Sprintf("This organization can only have a maximum of %d collections.", *n))
	}
	var found []*collection
	for _, col := range asked {
		target := s.importTarget(org, col)
		if target == nil {
			target = s.newCollection(org.ID, col.Name)
			target.ExternalID = col.ExternalID
			if m := c.ownMember(org.ID); m != nil && m.Status == statusConfirmed {
				target.Members[m.ID] = access{Manage: true}
			}
		}
		found = append(found, target)
	}
	return found, nil
}
