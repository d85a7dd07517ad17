// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

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

// planNumbers are the server's numbers (PlanType), planNames what it shows in the list of clients.
var (
	planNumbers = map[Plan]int{PlanTeamsMonthly: 17, PlanEnterpriseMonthly: 19, PlanEnterpriseAnnually: 20}
	planNames   = map[string]Plan{
		"Teams (Monthly)":       PlanTeamsMonthly,
		"Enterprise (Monthly)":  PlanEnterpriseMonthly,
		"Enterprise (Annually)": PlanEnterpriseAnnually,
	}
)

func planOfType(number int) Plan {
	for plan, n := range planNumbers {
		if n == number {
			return plan
		}
	}
	return ""
}

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

// clientCache is the list of the provider's clients by organization id. Its map is replaced, never changed.
type clientCache struct {
	slot slot
	rows map[string]wireClient
}

type wireClient struct {
	LinkID         string `json:"id"`
	ProviderID     string `json:"providerId"`
	OrganizationID string `json:"organizationId"`
	Name           string `json:"organizationName"`
	Key            string `json:"key"`
	UserCount      int    `json:"userCount"`
	Seats          int    `json:"seats"`
	OccupiedSeats  int    `json:"occupiedSeats"`
	Plan           string `json:"plan"`
}

func (r *wireClient) toDomain(a abilities) ClientOrganization {
	return ClientOrganization{
		ID: r.OrganizationID, LinkID: r.LinkID, ProviderID: r.ProviderID, Name: r.Name,
		Plan: planNames[r.Plan], PlanName: r.Plan,
		Seats: r.Seats, OccupiedSeats: r.OccupiedSeats, UserCount: r.UserCount, Abilities: maps.Clone(a),
	}
}

// clientRows lists the clients.
func (c *Client) clientRows(ctx context.Context) (map[string]wireClient, error) {
	provider, err := c.chosenProvider(ctx)
	if err != nil {
		return nil, err
	}
	var rows map[string]wireClient
	err = c.clients.slot.read(ctx, func(ctx context.Context) (func(), error) {
		list, err := getJSON[struct {
			Data []wireClient `json:"data"`
		}](ctx, c, "/providers/{id}/organizations", provider.ID)
		byID := make(map[string]wireClient, len(list.Data))
		for _, row := range list.Data {
			byID[row.OrganizationID] = row
		}
		return func() { c.clients.rows = byID }, err
	}, func() { rows = c.clients.rows })
	return rows, err
}

// freshClientRows lists the clients anew.
func (c *Client) freshClientRows(ctx context.Context) (map[string]wireClient, error) {
	c.clients.slot.empty()
	return c.clientRows(ctx)
}

// clientRow returns one client. The list, if it is not too old, is the proof when there is none.
func (c *Client) clientRow(ctx context.Context, id string) (wireClient, error) {
	began := time.Now()
	rows, err := c.clientRows(ctx)
	if _, ok := rows[id]; !ok && err == nil {
		c.clients.slot.emptyBefore(began.Add(-freshEnough))
		rows, err = c.clientRows(ctx)
	}
	if err != nil {
		return wireClient{}, err
	}
	row, ok := rows[id]
	if !ok {
		return row, &NotFoundError{Kind: "client organization", ID: id}
	}
	return row, nil
}

// patchClient changes one row of the list after a write of ours; nil removes it.
func (c *Client) patchClient(id string, change func(*wireClient)) {
	c.clients.slot.patch(func() {
		rows := maps.Clone(c.clients.rows)
		row, ok := rows[id]
		switch {
		case change == nil:
			delete(rows, id)
		case ok:
			change(&row)
			rows[id] = row
		}
		c.clients.rows = rows
	})
}

func (c *Client) toClientOrganization(ctx context.Context, row wireClient) (*ClientOrganization, error) {
	a, err := c.abilitiesOf(ctx, row.OrganizationID)
	client := row.toDomain(a)
	return &client, err
}

// ClientOrganizations lists all clients by name: one request per run, shared.
func (c *Client) ClientOrganizations(ctx context.Context) ([]ClientOrganization, error) {
	rows, err := c.clientRows(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]ClientOrganization, 0, len(rows))
	for _, row := range rows {
		client, err := c.toClientOrganization(ctx, row)
		if err != nil {
			return nil, err
		}
		list = append(list, *client)
	}
	slices.SortFunc(list, func(a, b ClientOrganization) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return list, nil
}

// ClientsNamed returns the organization ids of the clients with a name, whose letter case and outer blanks do not count:
// one request per run, shared with all other lookups of clients.
func (c *Client) ClientsNamed(ctx context.Context, name string) ([]string, error) {
	rows, err := c.clientRows(ctx)
	var ids []string
	for id, row := range rows {
		if FoldName(row.Name) == FoldName(name) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, err
}

// FoldName is a name as people compare names of clients. The server takes any number of clients of one name.
func FoldName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// CheckOrganization tells, as an *InputError on "organization_id", that an organization is neither a client of the
// provider nor one that the account is a member of. What the profile knows takes no request.
func (c *Client) CheckOrganization(ctx context.Context, id string) error {
	profile, err := c.readProfile(ctx)
	if err != nil {
		return err
	}
	for _, list := range [][]wireProfileOrganization{profile.Clients, profile.Organizations} {
		if slices.ContainsFunc(list, func(o wireProfileOrganization) bool { return o.ID == id }) {
			return nil
		}
	}
	_, err = c.clientRow(ctx, id) // It may be younger than the profile.
	if !IsNotFound(err) {
		return err
	}
	return &InputError{
		"organization_id", fmt.Sprintf("Organization %s is no client of the provider", id),
		"The data source bitwarden_client_organizations lists them.",
	}
}

// ClientOrganization returns one client by organization id, or a *NotFoundError.
func (c *Client) ClientOrganization(ctx context.Context, id string) (*ClientOrganization, error) {
	row, err := c.clientRow(ctx, id)
	if err != nil {
		return nil, err
	}
	return c.toClientOrganization(ctx, row)
}
