// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"errors"
)

var errNotImplemented = errors.New("not implemented")

// Plan is what a client organization has subscribed to, as the provider sells it.
type Plan string

// Plans that a provider can give to a client.
const (
	PlanTeamsMonthly       Plan = "teams_monthly"
	PlanEnterpriseMonthly  Plan = "enterprise_monthly"
	PlanEnterpriseAnnually Plan = "enterprise_annually"
)

// Plans lists them in the order of documentation.
var Plans = []Plan{PlanTeamsMonthly, PlanEnterpriseMonthly, PlanEnterpriseAnnually}

// MaxOrganizationName is the length in characters at which the server silently cuts a client's name (NVARCHAR(50)).
const MaxOrganizationName = 50

// ClientOrganization is a client of the provider (GET /providers/{id}/organizations).
type ClientOrganization struct {
	ID            string // Organization id: what every other object refers to.
	LinkID        string // Provider organization id: the row that links client and provider.
	ProviderID    string
	Name          string
	Plan          Plan // Empty when the server names a plan this client does not know; PlanName has its text then.
	PlanName      string
	Seats         int
	OccupiedSeats int // Invited, accepted and confirmed members.
	UserCount     int // Confirmed members.
	// Abilities are the plan's features and the organization's switches by snake_case name, such as "use_policies".
	Abilities map[string]bool
}

// NewClientOrganization is what creating a client takes.
type NewClientOrganization struct {
	Name                  string
	Plan                  Plan
	Seats                 int
	OwnerEmail            string
	DefaultCollectionName string
}

// ClientOrganizationUpdate changes name or seats; nil keeps the server's value, read just before the write.
type ClientOrganizationUpdate struct {
	Name  *string
	Seats *int
}

// ClientOrganizations lists all clients: one request per run, shared.
func (c *Client) ClientOrganizations(ctx context.Context) ([]ClientOrganization, error) {
	return nil, errNotImplemented
}

// ClientOrganization returns one client by organization id, or a *NotFoundError.
func (c *Client) ClientOrganization(ctx context.Context, id string) (*ClientOrganization, error) {
	return nil, errNotImplemented
}

// CreateClientOrganization makes the key, the key pair and the client. The server answers without an id: the client is
// found again by the ciphertext of its key, also after a lost answer. A non-nil result together with an error means that
// the client exists, but a later step failed.
func (c *Client) CreateClientOrganization(ctx context.Context, n NewClientOrganization) (*ClientOrganization, error) {
	return nil, errNotImplemented
}

// UpdateClientOrganization renames a client or changes its seats (PUT /providers/{id}/clients/{link}).
func (c *Client) UpdateClientOrganization(
	ctx context.Context, id string, u ClientOrganizationUpdate,
) (*ClientOrganization, error) {
	return nil, errNotImplemented
}

// DeleteClientOrganization deletes the client with everything in it (DELETE /organizations/{id}); it needs the master
// password. A client that is gone already is a success.
func (c *Client) DeleteClientOrganization(ctx context.Context, id string) error {
	return errNotImplemented
}

// UnlinkClientOrganization hands the client back to its owners (DELETE /providers/{id}/organizations/{link}). It needs a
// confirmed owner inside the client and says so before it sends anything. A client that is gone already is a success.
func (c *Client) UnlinkClientOrganization(ctx context.Context, id string) error {
	return errNotImplemented
}
