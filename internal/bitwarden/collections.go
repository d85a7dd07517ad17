// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import "context"

// Collection is a shared collection with its decrypted name (GET /organizations/{id}/collections).
type Collection struct {
	ID             string
	OrganizationID string
	Name           string
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

// Collections lists the shared collections of an organization, with the access lists that are asked for.
func (c *Client) Collections(ctx context.Context, organizationID string, access Access) ([]Collection, error) {
	return nil, errNotImplemented
}

// Collection returns one collection, or a *NotFoundError.
func (c *Client) Collection(ctx context.Context, organizationID, id string, access Access) (*Collection, error) {
	return nil, errNotImplemented
}

// CreateCollection makes a collection. Unknown groups and members are an *InputError, since the server would drop them;
// so is a collection without a manager where the organization demands one.
func (c *Client) CreateCollection(ctx context.Context, organizationID string, n NewCollection) (*Collection, error) {
	return nil, errNotImplemented
}

// UpdateCollection changes a collection (PUT /organizations/{id}/collections/{id}) under the organization's lane. The
// name is encrypted anew only when it changes.
func (c *Client) UpdateCollection(
	ctx context.Context, organizationID, id string, u CollectionUpdate,
) (*Collection, error) {
	return nil, errNotImplemented
}

// DeleteCollection deletes a collection; its items stay, unassigned. One that is gone is a success.
func (c *Client) DeleteCollection(ctx context.Context, organizationID, id string) error {
	return errNotImplemented
}
