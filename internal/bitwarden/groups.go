// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import "context"

// Group is a group of members (GET /organizations/{id}/groups/details).
type Group struct {
	ID             string
	OrganizationID string
	Name           string
	ExternalID     string
	Collections    map[string]Permission // By collection id.
	// Members are organization user ids, sorted. It is nil unless the reading method says that it fills it.
	Members []string
}

// NewGroup is what creating a group takes.
type NewGroup struct {
	Name        string
	Collections map[string]Permission
	Members     []string
}

// GroupUpdate changes a group; nil keeps what the server has.
type GroupUpdate struct {
	Name        *string
	Collections map[string]Permission
	Members     []string
}

// Groups lists the groups of an organization without members: one request per run, shared.
func (c *Client) Groups(ctx context.Context, organizationID string) ([]Group, error) {
	return nil, errNotImplemented
}

// GroupsWithMembers lists the groups with their members, which it takes from the shared member list.
func (c *Client) GroupsWithMembers(ctx context.Context, organizationID string) ([]Group, error) {
	return nil, errNotImplemented
}

// Group returns one group, with members if asked for, or a *NotFoundError.
func (c *Client) Group(ctx context.Context, organizationID, id string, withMembers bool) (*Group, error) {
	return nil, errNotImplemented
}

// CreateGroup makes a group. Unknown members and collections are an *InputError, since the server would drop them.
func (c *Client) CreateGroup(ctx context.Context, organizationID string, n NewGroup) (*Group, error) {
	return nil, errNotImplemented
}

// UpdateGroup changes a group (PUT /organizations/{id}/groups/{id}) under the organization's lane.
func (c *Client) UpdateGroup(ctx context.Context, organizationID, id string, u GroupUpdate) (*Group, error) {
	return nil, errNotImplemented
}

// DeleteGroup deletes a group; one that is gone is a success.
func (c *Client) DeleteGroup(ctx context.Context, organizationID, id string) error {
	return errNotImplemented
}
