// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package msp

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwtype"
)

func TestProviderSettingsModel(t *testing.T) {
	t.Parallel()
	var imported providerSettingsModel
	imported.fromAPI(&bitwarden.Provider{ID: "msp", Name: "MSP", BillingEmail: "bills@example.com"})
	want := providerSettingsModel{
		ID: types.StringValue("msp"), Name: types.StringValue("MSP"), BusinessName: types.StringValue(""),
		BillingEmail: fwtype.EmailValue("bills@example.com"),
	}
	if imported != want {
		t.Errorf("imported %+v, want %+v", imported, want)
	}
	sent := imported.toAPI()
	if *sent.Name != "MSP" || *sent.BusinessName != "" || *sent.BillingEmail != "bills@example.com" {
		t.Errorf("sends %+v", sent)
	}
	for name, empty := range map[string]providerSettingsModel{
		"null": {},
		"unknown": {
			Name: types.StringUnknown(), BusinessName: types.StringUnknown(),
			BillingEmail: fwtype.Email{StringValue: types.StringUnknown()},
		},
	} {
		if got := empty.toAPI(); got != (bitwarden.ProviderUpdate{}) {
			t.Errorf("%s is sent as %+v", name, got)
		}
	}
}
