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

type clientLinkModel struct {
	OrganizationID         types.String `tfsdk:"organization_id"`
	ProviderOrganizationID types.String `tfsdk:"provider_organization_id"`
	Name                   types.String `tfsdk:"name"`
	Plan                   types.String `tfsdk:"plan"`
	AllowSeatPurchase      types.Bool   `tfsdk:"allow_seat_purchase"`
}

func (m *clientLinkModel) fromAPI(c *bitwarden.ClientOrganization) *clientLinkModel {
	m.OrganizationID = types.StringValue(c.ID)
	m.ProviderOrganizationID = types.StringValue(c.LinkID)
	m.Name = types.StringValue(c.Name)
	m.Plan = planName(c)
	if m.AllowSeatPurchase.IsNull() {
		m.AllowSeatPurchase = types.BoolValue(false)
	}
	return m
}

func (m *clientLinkModel) store(
	ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics,
) {
	fw.Save(ctx, state, identity, m, organizationIdentity{OrganizationID: m.OrganizationID}, diags)
}
