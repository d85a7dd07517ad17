// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwtype"
)

func TestOrganizationSettingsModel_toAPI(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		flag  types.Bool
		email fwtype.Email
		want  bitwarden.OrganizationSettings
	}{
		"what is set is sent": {
			types.BoolValue(false), fwtype.EmailValue("a@example.com"),
			bitwarden.OrganizationSettings{
				BillingEmail: new("a@example.com"), LimitCollectionCreation: new(false), LimitCollectionDeletion: new(false),
				LimitItemDeletion: new(false), AllowAdminAccessToAllCollectionItems: new(false),
			},
		},
		"null is not managed": {types.BoolNull(), fwtype.EmailNull(), bitwarden.OrganizationSettings{}},
		"unknown is not managed": {
			types.BoolUnknown(), fwtype.Email{StringValue: types.StringUnknown()}, bitwarden.OrganizationSettings{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			model := organizationSettingsModel{
				BillingEmail: test.email, LimitCollectionCreation: test.flag, LimitCollectionDeletion: test.flag,
				LimitItemDeletion: test.flag, AllowAdminAccessToAllCollectionItems: test.flag,
			}
			got := model.toAPI()
			if !same(got.BillingEmail, test.want.BillingEmail) ||
				!same(got.LimitCollectionCreation, test.want.LimitCollectionCreation) ||
				!same(got.LimitCollectionDeletion, test.want.LimitCollectionDeletion) ||
				!same(got.LimitItemDeletion, test.want.LimitItemDeletion) ||
				!same(got.AllowAdminAccessToAllCollectionItems, test.want.AllowAdminAccessToAllCollectionItems) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

// Each switch is on alone once, so that no two can be mixed up.
func TestOrganizationSettingsModel_eachSwitch(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		on := func(n int) bool { return n == i }
		var model organizationSettingsModel
		model.fromAPI(&bitwarden.Organization{
			ID: "org", BillingEmail: "a@example.com",
			Settings: bitwarden.CollectionManagement{
				LimitCollectionCreation: on(0), LimitCollectionDeletion: on(1), LimitItemDeletion: on(2),
				AllowAdminAccessToAllCollectionItems: on(3),
			},
		})
		sent := model.toAPI()
		if *sent.LimitCollectionCreation != on(0) || *sent.LimitCollectionDeletion != on(1) ||
			*sent.LimitItemDeletion != on(2) || *sent.AllowAdminAccessToAllCollectionItems != on(3) ||
			*sent.BillingEmail != "a@example.com" || model.OrganizationID.ValueString() != "org" {
			t.Errorf("switch %d: got %+v", i, model)
		}
	}
}
