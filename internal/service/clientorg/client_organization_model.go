// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwtype"
)

const (
	// initialSeats is what a client gets whose seats are not managed here: one, for the invited owner.
	initialSeats          = 1
	defaultCollectionName = "Default collection"

	onDestroyDelete = "delete"
	onDestroyUnlink = "unlink"
	onDestroyRetain = "retain"
)

var onDestroy = []string{onDestroyDelete, onDestroyUnlink, onDestroyRetain}

type clientOrganizationModel struct {
	ID                     types.String `tfsdk:"id"`
	ProviderOrganizationID types.String `tfsdk:"provider_organization_id"`
	Name                   types.String `tfsdk:"name"`
	Plan                   types.String `tfsdk:"plan"`
	Seats                  types.Int64  `tfsdk:"seats"`
	AllowSeatPurchase      types.Bool   `tfsdk:"allow_seat_purchase"`
	OwnerEmail             fwtype.Email `tfsdk:"owner_email"`
	DefaultCollectionName  types.String `tfsdk:"default_collection_name"`
	DeletionProtection     types.Bool   `tfsdk:"deletion_protection"`
	OnDestroy              types.String `tfsdk:"on_destroy"`
	OccupiedSeats          types.Int64  `tfsdk:"occupied_seats"`
	UserCount              types.Int64  `tfsdk:"user_count"`
	Abilities              types.Map    `tfsdk:"abilities"`
}

type clientOrganizationIdentity struct {
	ID types.String `tfsdk:"id"`
}

func (m *clientOrganizationModel) toAPI() bitwarden.NewClientOrganization {
	seats := initialSeats
	if !m.Seats.IsNull() && !m.Seats.IsUnknown() {
		seats = int(m.Seats.ValueInt64())
	}
	return bitwarden.NewClientOrganization{
		Name:                  m.Name.ValueString(),
		Plan:                  bitwarden.Plan(m.Plan.ValueString()),
		Seats:                 seats,
		OwnerEmail:            m.OwnerEmail.ValueString(),
		DefaultCollectionName: m.DefaultCollectionName.ValueString(),
	}
}

// changes are what the plan wants other than the state: a write repeats name and seats, so what nobody changed is left
// to the client, which reads it just before.
func (m *clientOrganizationModel) changes(state *clientOrganizationModel) bitwarden.ClientOrganizationUpdate {
	var update bitwarden.ClientOrganizationUpdate
	if !m.Name.Equal(state.Name) {
		update.Name = new(m.Name.ValueString())
	}
	if !m.Seats.Equal(state.Seats) {
		update.Seats = new(int(m.Seats.ValueInt64()))
	}
	return update
}

// lacksSeats tells whether the plan lowers the seats below those in use.
func (m *clientOrganizationModel) lacksSeats(state *clientOrganizationModel) bool {
	return !m.Seats.IsUnknown() && !m.Seats.Equal(state.Seats) &&
		m.Seats.ValueInt64() < state.OccupiedSeats.ValueInt64()
}

// fromAPI takes over what the server says and keeps what only Terraform knows; after an import that is the defaults.
func (m *clientOrganizationModel) fromAPI(c *bitwarden.ClientOrganization) *clientOrganizationModel {
	m.ID = types.StringValue(c.ID)
	m.ProviderOrganizationID = types.StringValue(c.LinkID)
	m.Name = types.StringValue(c.Name)
	m.Plan = planName(c)
	m.Seats = types.Int64Value(int64(c.Seats))
	m.OccupiedSeats = types.Int64Value(int64(c.OccupiedSeats))
	m.UserCount = types.Int64Value(int64(c.UserCount))
	m.Abilities = fw.BoolMap(c.Abilities)
	if m.DefaultCollectionName.IsNull() {
		m.DefaultCollectionName = types.StringValue(defaultCollectionName)
	}
	if m.AllowSeatPurchase.IsNull() {
		m.AllowSeatPurchase = types.BoolValue(false)
	}
	if m.DeletionProtection.IsNull() {
		m.DeletionProtection = types.BoolValue(true)
	}
	if m.OnDestroy.IsNull() {
		m.OnDestroy = types.StringValue(onDestroyDelete)
	}
	return m
}

func (m *clientOrganizationModel) store(
	ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics,
) {
	fw.Save(ctx, state, identity, m, clientOrganizationIdentity{ID: m.ID}, diags)
}

// planName is the server's own name of a plan that this provider does not know.
func planName(c *bitwarden.ClientOrganization) types.String {
	if c.Plan == "" {
		return types.StringValue(c.PlanName)
	}
	return types.StringValue(string(c.Plan))
}

// firstOwner is the owner whom the server lists first, null when there is none.
func firstOwner(members []bitwarden.Member) fwtype.Email {
	for _, member := range members {
		if member.Role == bitwarden.RoleOwner {
			return fwtype.EmailValue(member.Email)
		}
	}
	return fwtype.EmailNull()
}
