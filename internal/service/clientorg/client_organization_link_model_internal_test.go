// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestClientLinkModel_fromAPI(t *testing.T) {
	t.Parallel()
	client := acme()
	want := clientLinkModel{
		OrganizationID: types.StringValue("org"), ProviderOrganizationID: types.StringValue("link"),
		Name: types.StringValue("Acme"), Plan: types.StringValue("teams_monthly"), AllowSeatPurchase: types.BoolValue(false),
	}
	var imported clientLinkModel
	if imported.fromAPI(&client); imported != want {
		t.Errorf("imported %+v, want %+v", imported, want)
	}
	planned := clientLinkModel{AllowSeatPurchase: types.BoolValue(true)}
	want.AllowSeatPurchase = types.BoolValue(true)
	client.Plan, client.PlanName, want.Plan = "", "Families", types.StringValue("Families")
	if planned.fromAPI(&client); planned != want {
		t.Errorf("got %+v, want %+v", planned, want)
	}
}
