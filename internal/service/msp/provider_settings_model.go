// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package msp

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwtype"
)

type providerSettingsModel struct {
	ID           types.String `tfsdk:"id"`
	Name         types.String `tfsdk:"name"`
	BusinessName types.String `tfsdk:"business_name"`
	BillingEmail fwtype.Email `tfsdk:"billing_email"`
}

type providerSettingsIdentity struct {
	ID types.String `tfsdk:"id"`
}

// toAPI holds what is set and known. The client sends nothing that the server has already.
func (m *providerSettingsModel) toAPI() bitwarden.ProviderUpdate {
	return bitwarden.ProviderUpdate{
		Name: known(m.Name), BusinessName: known(m.BusinessName), BillingEmail: known(m.BillingEmail.StringValue),
	}
}

// known is nil for what the configuration does not set.
func known(s types.String) *string {
	if s.IsNull() || s.IsUnknown() {
		return nil
	}
	return new(s.ValueString())
}

// fromAPI shows a business name that there is not as an empty one, which is how the configuration takes it away.
func (m *providerSettingsModel) fromAPI(p *bitwarden.Provider) *providerSettingsModel {
	m.ID = types.StringValue(p.ID)
	m.Name = types.StringValue(p.Name)
	m.BusinessName = types.StringValue(p.BusinessName)
	m.BillingEmail = fwtype.EmailValue(p.BillingEmail)
	return m
}

func (m *providerSettingsModel) store(
	ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics,
) {
	fw.Save(ctx, state, identity, m, providerSettingsIdentity{ID: m.ID}, diags)
}
