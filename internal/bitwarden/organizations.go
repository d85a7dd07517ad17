// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import "context"

// Organization is what GET /organizations/{id} tells about one client.
type Organization struct {
	ID           string
	Name         string
	BillingEmail string
	Plan         Plan
	Seats        int
	Settings     CollectionManagement
	Abilities    map[string]bool
}

// CollectionManagement are the four switches of PUT /organizations/{id}/collection-management.
type CollectionManagement struct {
	LimitCollectionCreation              bool
	LimitCollectionDeletion              bool
	LimitItemDeletion                    bool
	AllowAdminAccessToAllCollectionItems bool
}

// OrganizationSettings changes an organization; nil keeps what the server has.
type OrganizationSettings struct {
	BillingEmail                         *string
	LimitCollectionCreation              *bool
	LimitCollectionDeletion              *bool
	LimitItemDeletion                    *bool
	AllowAdminAccessToAllCollectionItems *bool
}

// Organization reads one organization: one request per run, shared.
func (c *Client) Organization(ctx context.Context, id string) (*Organization, error) {
	return nil, errNotImplemented
}

// UpdateOrganizationSettings sends only what changes, under the organization's lane.
func (c *Client) UpdateOrganizationSettings(
	ctx context.Context, id string, s OrganizationSettings,
) (*Organization, error) {
	return nil, errNotImplemented
}
