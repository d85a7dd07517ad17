// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// The server's limits in characters.
const (
	maxEncryptedCollectionName = 1000
	maxExternalID              = 300
)

// Collection is a shared collection with its decrypted name (GET /organizations/{id}/collections).
type Collection struct {
	ID             string
	OrganizationID string
	Name           string
	// NameUnreadable tells that the name does not decrypt with the organization's key; Name is empty then.
	NameUnreadable bool
	ExternalID     string
	// Groups and Members are access by group id and by organization user id. They are nil unless the reading method says
	// that it fills them.
	Groups, Members map[string]Permission
}

// NewCollection is what creating a collection takes.
type NewCollection struct {
	Name            string
	ExternalID      string
	Groups, Members map[string]Permission
}

// CollectionUpdate changes a collection; nil keeps what the server has.
type CollectionUpdate struct {
	Name            *string
	ExternalID      *string
	Groups, Members map[string]Permission
}

// Access says which access lists of a collection are wanted: each costs a shared list of another kind.
type Access struct{ Groups, Members bool }

type wireCollection struct {
	ID         string `json:"id"`
	Name       string `json:"name"` // encrypted
	ExternalID string `json:"externalId"`
}

func (r wireCollection) toDomain(organizationID string, key crypto.SymmetricKey) Collection {
	name, err := key.DecryptString(r.Name)
	return Collection{
		ID: r.ID, OrganizationID: organizationID, Name: name, NameUnreadable: err != nil, ExternalID: r.ExternalID,
	}
}

// collectionBody is the body of POST and PUT. A null name and null lists are left as they are, a null external id is not.
type collectionBody struct {
	Name       *string      `json:"name"`
	ExternalID *string      `json:"externalId"`
	Groups     []wireAccess `json:"groups"`
	Users      []wireAccess `json:"users"`
}

// collectionRows lists the shared collections by id. The map is shared: do not change it. It never asks for
// collections/details, which the server records as looking into the vault.
func (c *Client) collectionRows(ctx context.Context, organizationID string) (map[string]wireCollection, error) {
	o := c.organization(organizationID)
	var rows map[string]wireCollection
	err := o.collections.read(ctx, func(ctx context.Context) (func(), error) {
		list, err := getJSON[struct {
			Data []wireCollection `json:"data"`
		}](ctx, c, "/organizations/{id}/collections", organizationID)
		byID := make(map[string]wireCollection, len(list.Data))
		for _, row := range list.Data {
			byID[row.ID] = row
		}
		return func() { o.collectionRows = byID }, c.unreachable(ctx, organizationID, err)
	}, func() { rows = o.collectionRows })
	return rows, err
}

// patchCollections changes the list after a write of ours.
func (o *organizationCache) patchCollections(change func(rows map[string]wireCollection)) {
	o.collections.patch(func() {
		rows := maps.Clone(o.collectionRows)
		change(rows)
		o.collectionRows = rows
	})
}

// patchAccess changes, in the lists of groups and members, who has access to a collection; nil lists stay.
func (o *organizationCache) patchAccess(collection string, groups, members map[string]Permission) {
	if groups != nil {
		o.patchGroups(func(rows map[string]wireGroup) {
			for id, row := range rows {
				if permission, present := groups[id]; present || hasEdge(row.Collections, collection) {
					row.Collections = withEdge(row.Collections, collection, permission, present)
					rows[id] = row
				}
			}
		})
	}
	if members != nil {
		o.patchMembers(func(rows map[string]wireMember) {
			for id, row := range rows {
				if permission, present := members[id]; present || hasEdge(row.Collections, collection) {
					row.Collections = withEdge(row.Collections, collection, permission, present)
					rows[id] = row
				}
			}
		})
	}
}

// Collections lists the shared collections of an organization by name, with the access lists that are asked for.
func (c *Client) Collections(ctx context.Context, organizationID string, access Access) ([]Collection, error) {
	rows, err := c.collectionRows(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 { // an organization that is gone has an empty list, too
		present, err := c.hasOrganization(ctx, organizationID, c.organization(organizationID).collections.asked())
		if err == nil && !present {
			err = &NotFoundError{Kind: "client organization", ID: organizationID}
		}
		return []Collection{}, err
	}
	collections := make([]Collection, 0, len(rows))
	for _, row := range rows {
		collection, err := c.collection(ctx, organizationID, row, access)
		if err != nil {
			return nil, err
		}
		collections = append(collections, *collection)
	}
	slices.SortFunc(collections, func(a, b Collection) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return collections, nil
}

// Collection returns one collection, or a *NotFoundError.
func (c *Client) Collection(ctx context.Context, organizationID, id string, access Access) (*Collection, error) {
	rows, err := c.collectionRows(ctx, organizationID)
	if err != nil {
		return nil, inside(err, "collection", id)
	}
	row, ok := rows[id]
	if !ok {
		return nil, c.missing(ctx, "collection", organizationID, id, &c.organization(organizationID).collections)
	}
	return c.collection(ctx, organizationID, row, access)
}

// collection decrypts a row and adds who has access.
func (c *Client) collection(
	ctx context.Context, organizationID string, row wireCollection, access Access,
) (*Collection, error) {
	key, err := c.organizationKey(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	collection := row.toDomain(organizationID, key)
	if access.Groups {
		groups, err := c.groupRows(ctx, organizationID)
		if err != nil {
			return nil, err
		}
		collection.Groups = map[string]Permission{}
		for id, group := range groups {
			for _, edge := range group.Collections {
				if edge.ID == row.ID {
					collection.Groups[id] = edge.permission()
				}
			}
		}
	}
	if access.Members {
		members, err := c.memberRows(ctx, organizationID)
		if err != nil {
			return nil, err
		}
		collection.Members = map[string]Permission{}
		for id, member := range members {
			for _, edge := range member.Collections {
				if edge.ID == row.ID {
					collection.Members[id] = edge.permission()
				}
			}
		}
	}
	return &collection, nil
}
