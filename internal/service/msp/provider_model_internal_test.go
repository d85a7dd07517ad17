// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package msp

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

func TestNewProviderModel(t *testing.T) {
	t.Parallel()
	account := bitwarden.Account{
		UserID: "user", Email: "bot@example.com", Name: "Bot", ProviderID: "msp", IsProviderAdmin: true,
	}
	msp := bitwarden.Provider{
		ID: "msp", Name: "MSP", BusinessName: "MSP <GmbH>", BillingEmail: "b@example.com", Type: "msp",
	}
	want := providerModel{
		ID: types.StringValue("msp"), Name: types.StringValue("MSP"), BusinessName: types.StringValue("MSP <GmbH>"),
		BillingEmail: types.StringValue("b@example.com"), Type: types.StringValue("msp"),
		Account: accountModel{
			UserID: types.StringValue("user"), Email: types.StringValue("bot@example.com"),
			Name: types.StringValue("Bot"), ProviderAdmin: types.BoolValue(true),
		},
	}
	if got := newProviderModel(&msp, &account); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	msp.BusinessName, account.Name = "", ""
	want.BusinessName, want.Account.Name = types.StringNull(), types.StringNull()
	if got := newProviderModel(&msp, &account); got != want {
		t.Errorf("empty texts: got %+v, want %+v", got, want)
	}
}
