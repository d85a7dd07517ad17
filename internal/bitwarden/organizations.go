// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Organization is what GET /organizations/{id} tells about one client.
type Organization struct {
	ID           string
	Name         string
	BillingEmail string // Lower-case, whatever was written.
	Plan         Plan
	Seats        int
	Settings     CollectionManagement
	Abilities    map[string]bool
}

// CollectionManagement are the four switches of PUT /organizations/{id}/collection-management.
type CollectionManagement struct {
	LimitCollectionCreation              bool `json:"limitCollectionCreation"`
	LimitCollectionDeletion              bool `json:"limitCollectionDeletion"`
	LimitItemDeletion                    bool `json:"limitItemDeletion"`
	AllowAdminAccessToAllCollectionItems bool `json:"allowAdminAccessToAllCollectionItems"`
}

// OrganizationSettings changes an organization; nil keeps what the server has.
type OrganizationSettings struct {
	BillingEmail                         *string
	LimitCollectionCreation              *bool
	LimitCollectionDeletion              *bool
	LimitItemDeletion                    *bool
	AllowAdminAccessToAllCollectionItems *bool
}

// organizationCache is what was read of one organization: each list once, changed by our own writes.
type organizationCache struct {
	row          slot
	organization wireOrganization

	members        slot
	memberRows     map[string]wireMember
	groups         slot
	groupRows      map[string]wireGroup
	collections    slot
	collectionRows map[string]wireCollection
	policies       slot
	policyRows     map[int]wirePolicy
	public         session // of the organization itself, for the Public API
	items          itemCache

	mu      sync.Mutex
	claimed map[string]bool // groups that a call of ours made
}

func (c *Client) organization(id string) *organizationCache {
	c.mu.Lock()
	defer c.mu.Unlock()
	o, ok := c.organizations[id]
	if !ok {
		o = &organizationCache{}
		c.organizations[id] = o
	}
	return o
}

// forget drops everything that was read of an organization that is no longer ours.
func (c *Client) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.organizations, id)
}

type wireOrganization struct {
	CollectionManagement

	ID           string `json:"id"`
	Name         string `json:"name"`
	BillingEmail string `json:"billingEmail"`
	PlanType     int    `json:"planType"`
	Seats        int    `json:"seats"`
	Abilities    abilities
}

// UnmarshalJSON implements json.Unmarshaler.
func (o *wireOrganization) UnmarshalJSON(data []byte) error {
	type plain wireOrganization
	if err := json.Unmarshal(data, (*plain)(o)); err != nil {
		return err
	}
	return json.Unmarshal(data, &o.Abilities)
}

func (o *wireOrganization) toDomain() *Organization {
	return &Organization{
		ID: o.ID, Name: o.Name, BillingEmail: o.BillingEmail, Plan: planOfType(o.PlanType), Seats: o.Seats,
		Settings: o.CollectionManagement, Abilities: maps.Clone(o.Abilities),
	}
}

// organizationRow reads one organization, or tells that it is gone.
func (c *Client) organizationRow(ctx context.Context, id string) (wireOrganization, error) {
	o := c.organization(id)
	var row wireOrganization
	err := o.row.read(ctx, func(ctx context.Context) (func(), error) {
		value, err := getJSON[wireOrganization](ctx, c, "/organizations/{id}", id)
		return func() { o.organization = value }, c.unreachable(ctx, id, err)
	}, func() { row = o.organization })
	return row, err
}

// unreachable tells a refusal by an organization that is gone from one for lack of permission: the server has the same
// answers for both, so the list of clients decides.
func (c *Client) unreachable(ctx context.Context, id string, err error) error {
	if !hasStatus(err, http.StatusNotFound) && !IsForbidden(err) {
		return err
	}
	if present, listErr := c.hasOrganization(ctx, id, time.Now().Add(-freshEnough)); listErr == nil && !present {
		return &NotFoundError{Kind: "client organization", ID: id}
	}
	return err
}

// freshEnough is how old a list may be that proves something to be gone. Without it each of many objects in an
// organization that is gone would ask for the list again.
const freshEnough = 5 * time.Second

// hasOrganization tells whether the account reaches an organization, as a client of its provider or by its own
// membership, by lists that are not older than a moment.
func (c *Client) hasOrganization(ctx context.Context, id string, notBefore time.Time) (bool, error) {
	if _, err := c.chosenProvider(ctx); err == nil {
		c.clients.slot.emptyBefore(notBefore)
		rows, err := c.clientRows(ctx)
		if _, ok := rows[id]; ok || err != nil {
			return ok, err
		}
	}
	c.profile.slot.emptyBefore(notBefore)
	profile, err := c.readProfile(ctx)
	return slices.ContainsFunc(profile.Organizations, func(m wireProfileOrganization) bool { return m.ID == id }), err
}

// missing is the error for an object that is not in its list. An empty list proves nothing, since the server answers an
// organization that is gone with one: the list of clients must say that the organization was still there afterwards.
func (c *Client) missing(ctx context.Context, kind, organizationID, id string, list *slot) error {
	present, err := c.hasOrganization(ctx, organizationID, list.asked())
	switch {
	case err != nil:
		return err
	case !present:
		return &NotFoundError{Kind: kind, ID: id, Organization: organizationID, Parent: "client organization"}
	default:
		return &NotFoundError{Kind: kind, ID: id, Organization: organizationID}
	}
}

// RequireOrganization is a *NotFoundError if an organization is gone. The server answers 200 with empty lists for one, so
// whoever finds nothing in them asks here. The list of clients that it looks at is shared for a few seconds.
func (c *Client) RequireOrganization(ctx context.Context, id string) error {
	present, err := c.hasOrganization(ctx, id, time.Now().Add(-freshEnough))
	if err == nil && !present {
		err = &NotFoundError{Kind: "client organization", ID: id}
	}
	return err
}

// inside says of an object what became known of its organization.
func inside(err error, kind, id string) error {
	if organization, ok := errors.AsType[*NotFoundError](err); ok {
		return &NotFoundError{Kind: kind, ID: id, Organization: organization.ID, Parent: "client organization"}
	}
	return err
}

// byAddress says of an object that it was looked for by its e-mail address.
func byAddress(err error) error {
	if missing, ok := errors.AsType[*NotFoundError](err); ok {
		missing.By = "email"
	}
	return err
}

// Organization reads one organization: one request per run, shared.
func (c *Client) Organization(ctx context.Context, id string) (*Organization, error) {
	row, err := c.organizationRow(ctx, id)
	if err != nil {
		return nil, err
	}
	return row.toDomain(), nil
}

// UpdateOrganizationSettings sends only what changes, under the organization's lane: the server writes the whole row.
func (c *Client) UpdateOrganizationSettings(
	ctx context.Context, id string, s OrganizationSettings,
) (*Organization, error) {
	ctx, leave, err := c.lanes.enter(ctx, id)
	if err != nil {
		return nil, err
	}
	defer leave()
	o := c.organization(id)
	o.row.empty()
	row, err := c.organizationRow(ctx, id)
	if err != nil {
		return nil, err
	}
	if s.BillingEmail != nil && !strings.EqualFold(*s.BillingEmail, row.BillingEmail) {
		body := map[string]string{"billingEmail": *s.BillingEmail}
		if err := c.putOrganization(ctx, id, "/organizations/{id}", body, &row); err != nil {
			return nil, err
		}
	}
	wanted := row.CollectionManagement
	for _, change := range []struct {
		flag  *bool
		value *bool
	}{
		{&wanted.LimitCollectionCreation, s.LimitCollectionCreation},
		{&wanted.LimitCollectionDeletion, s.LimitCollectionDeletion},
		{&wanted.LimitItemDeletion, s.LimitItemDeletion},
		{&wanted.AllowAdminAccessToAllCollectionItems, s.AllowAdminAccessToAllCollectionItems},
	} {
		if change.value != nil {
			*change.flag = *change.value
		}
	}
	if wanted != row.CollectionManagement {
		if err := c.putOrganization(ctx, id, "/organizations/{id}/collection-management", wanted, &row); err != nil {
			return row.toDomain(), err
		}
	}
	return row.toDomain(), nil
}

func (c *Client) putOrganization(ctx context.Context, id, route string, body any, row *wireOrganization) error {
	err := c.do(ctx, &call{method: http.MethodPut, route: route, args: []string{id}, body: body, into: row})
	if err != nil {
		return c.unreachable(ctx, id, err)
	}
	value, o := *row, c.organization(id)
	o.row.patch(func() { o.organization = value })
	return nil
}
