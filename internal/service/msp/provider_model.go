// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package msp

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

type providerModel struct {
	ID           types.String `tfsdk:"id"`
	Name         types.String `tfsdk:"name"`
	BusinessName types.String `tfsdk:"business_name"`
	BillingEmail types.String `tfsdk:"billing_email"`
	Type         types.String `tfsdk:"type"`
	Account      accountModel `tfsdk:"account"`
}

type accountModel struct {
	UserID        types.String `tfsdk:"user_id"`
	Email         types.String `tfsdk:"email"`
	Name          types.String `tfsdk:"name"`
	ProviderAdmin types.Bool   `tfsdk:"provider_admin"`
}

func newProviderModel(p *bitwarden.Provider, account *bitwarden.Account) providerModel {
	return providerModel{
		ID:           types.StringValue(p.ID),
		Name:         types.StringValue(p.Name),
		BusinessName: fw.StringOrNull(p.BusinessName),
		BillingEmail: types.StringValue(p.BillingEmail),
		Type:         types.StringValue(p.Type),
		Account: accountModel{
			UserID:        types.StringValue(account.UserID),
			Email:         types.StringValue(account.Email),
			Name:          fw.StringOrNull(account.Name),
			ProviderAdmin: types.BoolValue(account.IsProviderAdmin),
		},
	}
}
