// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"fmt"
	"net/http"
)

// checkCollection refuses what the server would drop or cut.
func (c *Client) checkCollection(
	ctx context.Context, organizationID string, name, externalID *string, groups, members map[string]Permission,
) error {
	switch {
	case name != nil && *name == "":
		return &InputError{"name", "It is empty", "Set a name."}
	case externalID != nil && len([]rune(*externalID)) > maxExternalID:
		return &InputError{
			"external_id", fmt.Sprintf("It has %d characters", len([]rune(*externalID))),
			fmt.Sprintf("Use at most %d characters.", maxExternalID),
		}
	}
	if len(groups) > 0 {
		rows, err := c.groupRows(ctx, organizationID)
		if err != nil {
			return err
		}
		known := func(id string) bool { _, ok := rows[id]; return ok }
		if err := checkAccess("groups", "group", groups, known); err != nil {
			return err
		}
	}
	if len(members) > 0 {
		rows, err := c.memberRows(ctx, organizationID)
		if err != nil {
			return err
		}
		known := func(id string) bool { _, ok := rows[id]; return ok }
		return checkAccess("members", "member", members, known)
	}
	return nil
}

// encryptCollectionName encrypts a name with a key that was checked.
func (c *Client) encryptCollectionName(ctx context.Context, organizationID, name string) (string, error) {
	key, err := c.encryptionKey(ctx, organizationID)
	if err != nil {
		return "", err
	}
	encrypted, err := key.EncryptString(name)
	if err != nil {
		return "", fmt.Errorf("the name of the collection cannot be encrypted: %w", err)
	}
	if len(encrypted) > maxEncryptedCollectionName {
		return "", &InputError{
			"name", fmt.Sprintf("It has %d bytes, which is more than the server takes encrypted", len(name)),
			"Use a name of at most 680 bytes.",
		}
	}
	return encrypted, nil
}

// CreateCollection makes a collection. Unknown groups and members are an *InputError, since the server would drop them;
// so is a collection without a manager where the organization demands one. After a lost answer the collection is found
// by the ciphertext of its name.
func (c *Client) CreateCollection(ctx context.Context, organizationID string, n NewCollection) (*Collection, error) {
	ctx, leave, err := c.lanes.share(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := c.checkCollection(ctx, organizationID, &n.Name, &n.ExternalID, n.Groups, n.Members); err != nil {
		return nil, err
	}
	if err := c.checkManager(ctx, organizationID, n.Groups, n.Members); err != nil {
		return nil, err
	}
	name, err := c.encryptCollectionName(ctx, organizationID, n.Name)
	if err != nil {
		return nil, err
	}
	body := collectionBody{
		Name: &name, ExternalID: textOrNull(n.ExternalID),
		Groups: append([]wireAccess{}, fromAccess(n.Groups)...), Users: append([]wireAccess{}, fromAccess(n.Members)...),
	}
	row, err := c.postCollection(ctx, organizationID, body)
	if err != nil {
		return nil, err
	}
	o := c.organization(organizationID)
	o.patchCollections(func(rows map[string]wireCollection) { rows[row.ID] = row })
	o.patchAccess(row.ID, toAccess(body.Groups), toAccess(body.Users))
	return &Collection{
		ID: row.ID, OrganizationID: organizationID, Name: n.Name, ExternalID: row.ExternalID,
		Groups: toAccess(body.Groups), Members: toAccess(body.Users),
	}, nil
}

func (c *Client) postCollection(
	ctx context.Context, organizationID string, body collectionBody,
) (row wireCollection, err error) {
	post := func() error {
		return c.do(ctx, &call{
			method: http.MethodPost, route: "/organizations/{id}/collections", args: []string{organizationID},
			body: body, into: &row,
		})
	}
	find := func() (bool, error) {
		c.organization(organizationID).collections.empty()
		rows, err := c.collectionRows(ctx, organizationID)
		for _, candidate := range rows {
			if candidate.Name == *body.Name {
				row = candidate
				return true, nil
			}
		}
		return false, err
	}
	_, err = c.create(ctx, post, find)
	return row, err
}

// UpdateCollection changes a collection (PUT /organizations/{id}/collections/{id}) under the organization's lane. The
// name is encrypted anew only when it changes. An update of nothing sends nothing.
func (c *Client) UpdateCollection(
	ctx context.Context, organizationID, id string, u CollectionUpdate,
) (*Collection, error) {
	if u.Name == nil && u.ExternalID == nil && u.Groups == nil && u.Members == nil {
		return c.Collection(ctx, organizationID, id, Access{Groups: true, Members: true})
	}
	if err := c.checkCollection(ctx, organizationID, u.Name, u.ExternalID, u.Groups, u.Members); err != nil {
		return nil, err
	}
	ctx, leave, err := c.lanes.enter(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	defer leave()
	current, err := c.Collection(ctx, organizationID, id, Access{Groups: true, Members: true})
	if err != nil {
		return nil, err
	}
	groups, members := current.Groups, current.Members
	if u.Groups != nil {
		groups = u.Groups
	}
	if u.Members != nil {
		members = u.Members
	}
	if err := c.checkManager(ctx, organizationID, groups, members); err != nil {
		return nil, err
	}
	// The server clears an external id that is not sent, so that the latest one is sent back.
	row, err := getJSON[wireCollection](ctx, c, "/organizations/{id}/collections/{collection}", organizationID, id)
	if err != nil {
		return nil, c.goneCollection(ctx, organizationID, id, err)
	}
	if u.ExternalID != nil {
		row.ExternalID = *u.ExternalID
	}
	body := collectionBody{
		ExternalID: textOrNull(row.ExternalID), Groups: fromAccess(u.Groups), Users: fromAccess(u.Members),
	}
	key, err := c.organizationKey(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	latest := row.toDomain(organizationID, key)
	if u.Name != nil && (latest.NameUnreadable || *u.Name != latest.Name) {
		if row.Name, err = c.encryptCollectionName(ctx, organizationID, *u.Name); err != nil {
			return nil, err
		}
		body.Name = &row.Name
	}
	o := c.organization(organizationID)
	err = c.do(ctx, &call{
		method: http.MethodPut, route: "/organizations/{id}/collections/{collection}", args: []string{organizationID, id},
		body: body,
	})
	if err != nil {
		if isUncertain(err) {
			o.groups.empty()
			o.members.empty()
		}
		return nil, c.goneCollection(ctx, organizationID, id, err)
	}
	o.patchCollections(func(rows map[string]wireCollection) { rows[id] = row })
	o.patchAccess(id, u.Groups, u.Members)
	return c.Collection(ctx, organizationID, id, Access{Groups: true, Members: true})
}

// goneCollection explains a refusal: by the list if that no longer has the collection, else by the server's own words.
func (c *Client) goneCollection(ctx context.Context, organizationID, id string, refused error) error {
	c.organization(organizationID).collections.empty()
	if !hasStatus(refused, http.StatusNotFound) && !IsForbidden(refused) {
		return refused
	}
	rows, err := c.collectionRows(ctx, organizationID)
	if err != nil {
		return inside(err, "collection", id)
	}
	if _, ok := rows[id]; !ok {
		return c.missing(ctx, "collection", organizationID, id, &c.organization(organizationID).collections)
	}
	return refused
}

// DeleteCollection deletes a collection; its items stay, unassigned. One that is gone is a success. Concurrent deletions
// share a request.
func (c *Client) DeleteCollection(ctx context.Context, organizationID, id string) error {
	return c.deleteMany(ctx, "collections of ", organizationID, id,
		func(ctx context.Context, ids []string) error { return c.deleteCollections(ctx, organizationID, ids) },
		func(ctx context.Context, id string) error { return c.deleteCollection(ctx, organizationID, id) })
}

// deleteCollections is refused for ids of which one is gone.
func (c *Client) deleteCollections(ctx context.Context, organizationID string, ids []string) error {
	err := c.do(ctx, &call{
		method: http.MethodDelete, route: "/organizations/{id}/collections", args: []string{organizationID},
		body: map[string]any{"ids": ids},
	})
	if err == nil {
		c.forgetCollections(organizationID, ids...)
	}
	return err
}

func (c *Client) deleteCollection(ctx context.Context, organizationID, id string) error {
	err := c.do(ctx, &call{
		method: http.MethodDelete, route: "/organizations/{id}/collections/{collection}", args: []string{organizationID, id},
	})
	if err != nil {
		if err = c.goneCollection(ctx, organizationID, id, err); !IsNotFound(err) {
			return err
		}
	}
	c.forgetCollections(organizationID, id)
	return nil
}

func (c *Client) forgetCollections(organizationID string, ids ...string) {
	o := c.organization(organizationID)
	o.patchCollections(func(rows map[string]wireCollection) {
		for _, id := range ids {
			delete(rows, id)
		}
	})
	for _, id := range ids {
		o.patchAccess(id, map[string]Permission{}, map[string]Permission{})
	}
}

// textOrNull is null for an empty text.
func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
