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
)

type clientSeatsModel struct {
	OrganizationID    types.String `tfsdk:"organization_id"`
	Seats             types.Int64  `tfsdk:"seats"`
	AllowSeatPurchase types.Bool   `tfsdk:"allow_seat_purchase"`
	OccupiedSeats     types.Int64  `tfsdk:"occupied_seats"`
}

func (m *clientSeatsModel) toAPI() bitwarden.ClientOrganizationUpdate {
	return bitwarden.ClientOrganizationUpdate{Seats: new(int(m.Seats.ValueInt64()))}
}

func (m *clientSeatsModel) fromAPI(c *bitwarden.ClientOrganization) *clientSeatsModel {
	m.OrganizationID = types.StringValue(c.ID)
	m.Seats = types.Int64Value(int64(c.Seats))
	m.OccupiedSeats = types.Int64Value(int64(c.OccupiedSeats))
	if m.AllowSeatPurchase.IsNull() {
		m.AllowSeatPurchase = types.BoolValue(false)
	}
	return m
}

func (m *clientSeatsModel) store(
	ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics,
) {
	fw.Save(ctx, state, identity, m, organizationIdentity{OrganizationID: m.OrganizationID}, diags)
}
