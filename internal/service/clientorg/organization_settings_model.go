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

type organizationSettingsModel struct {
	OrganizationID                       types.String `tfsdk:"organization_id"`
	BillingEmail                         fwtype.Email `tfsdk:"billing_email"`
	LimitCollectionCreation              types.Bool   `tfsdk:"limit_collection_creation"`
	LimitCollectionDeletion              types.Bool   `tfsdk:"limit_collection_deletion"`
	LimitItemDeletion                    types.Bool   `tfsdk:"limit_item_deletion"`
	AllowAdminAccessToAllCollectionItems types.Bool   `tfsdk:"allow_admin_access_to_all_collection_items"`
}

type organizationIdentity struct {
	OrganizationID types.String `tfsdk:"organization_id"`
}

// toAPI holds what is set and known. The client sends only what differs from the server.
func (m *organizationSettingsModel) toAPI() bitwarden.OrganizationSettings {
	settings := bitwarden.OrganizationSettings{
		LimitCollectionCreation:              boolPointer(m.LimitCollectionCreation),
		LimitCollectionDeletion:              boolPointer(m.LimitCollectionDeletion),
		LimitItemDeletion:                    boolPointer(m.LimitItemDeletion),
		AllowAdminAccessToAllCollectionItems: boolPointer(m.AllowAdminAccessToAllCollectionItems),
	}
	if !m.BillingEmail.IsNull() && !m.BillingEmail.IsUnknown() {
		settings.BillingEmail = new(m.BillingEmail.ValueString())
	}
	return settings
}

func (m *organizationSettingsModel) fromAPI(o *bitwarden.Organization) *organizationSettingsModel {
	m.OrganizationID = types.StringValue(o.ID)
	m.BillingEmail = fwtype.EmailValue(o.BillingEmail)
	m.LimitCollectionCreation = types.BoolValue(o.Settings.LimitCollectionCreation)
	m.LimitCollectionDeletion = types.BoolValue(o.Settings.LimitCollectionDeletion)
	m.LimitItemDeletion = types.BoolValue(o.Settings.LimitItemDeletion)
	m.AllowAdminAccessToAllCollectionItems = types.BoolValue(o.Settings.AllowAdminAccessToAllCollectionItems)
	return m
}

func (m *organizationSettingsModel) store(
	ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics,
) {
	fw.Save(ctx, state, identity, m, organizationIdentity{OrganizationID: m.OrganizationID}, diags)
}

// boolPointer is nil for what the configuration does not set.
func boolPointer(b types.Bool) *bool {
	if b.IsNull() || b.IsUnknown() {
		return nil
	}
	return new(b.ValueBool())
}
