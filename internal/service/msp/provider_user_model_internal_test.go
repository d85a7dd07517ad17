// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package msp

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwtype"
)

func TestProviderUserModel_fromAPI(t *testing.T) {
	t.Parallel()
	invited := bitwarden.ProviderUser{
		ID: "id", ProviderID: "msp", Email: "ann@example.com", Role: "unknown (9)", Status: bitwarden.StatusInvited,
	}
	var imported providerUserModel
	imported.fromAPI(&invited)
	if imported.ID.ValueString() != "id" || imported.ProviderID.ValueString() != "msp" ||
		imported.Email.ValueString() != "ann@example.com" || imported.Role.ValueString() != "unknown (9)" ||
		imported.Status.ValueString() != "invited" || !imported.AutoConfirm.ValueBool() ||
		!imported.FingerprintPhrase.IsNull() || !imported.UserID.IsNull() || !imported.Name.IsNull() {
		t.Errorf("imported %+v", imported)
	}
	confirmed := invited
	confirmed.UserID, confirmed.Name, confirmed.Email, confirmed.Status = "user", "Ann", "new@example.com", "confirmed"
	known := providerUserModel{
		Email: fwtype.EmailValue("Ann@example.com"), AutoConfirm: types.BoolValue(false),
		FingerprintPhrase: types.StringValue("a-b-c-d-e"),
	}
	known.fromAPI(&confirmed)
	if known.Email.ValueString() != "Ann@example.com" || known.AutoConfirm.ValueBool() ||
		known.FingerprintPhrase.ValueString() != "a-b-c-d-e" || known.UserID.ValueString() != "user" ||
		known.Name.ValueString() != "Ann" || known.Status.ValueString() != "confirmed" {
		t.Errorf("got %+v", known)
	}
}

func TestProviderUserModel_plannedStatus(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status      string
		autoConfirm types.Bool
		want        types.String
		confirms    bool
	}{
		"invited stays":              {"invited", types.BoolValue(true), types.StringValue("invited"), false},
		"accepted is confirmed":      {"accepted", types.BoolValue(true), types.StringValue("confirmed"), true},
		"accepted is left to people": {"accepted", types.BoolValue(false), types.StringValue("accepted"), false},
		"accepted may be confirmed":  {"accepted", types.BoolUnknown(), types.StringUnknown(), false},
		"confirmed stays":            {"confirmed", types.BoolUnknown(), types.StringValue("confirmed"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := providerUserModel{Status: types.StringValue(test.status)}
			plan := providerUserModel{AutoConfirm: test.autoConfirm}
			if got := plan.plannedStatus(&state); !got.Equal(test.want) || plan.confirms(&state) != test.confirms {
				t.Errorf("got %v, confirms is %t", got, !test.confirms)
			}
		})
	}
}

func TestProviderUserModel_promised(t *testing.T) {
	t.Parallel()
	plan := providerUserModel{
		UserID: types.StringUnknown(), Status: types.StringValue("invited"), Name: types.StringNull(),
	}
	read := providerUserModel{
		UserID: types.StringValue("user"), Status: types.StringValue("accepted"), Name: types.StringValue("Ann"),
	}
	want := providerUserModel{
		UserID: types.StringValue("user"), Status: types.StringValue("invited"), Name: types.StringNull(),
	}
	if read.promised(&plan); read.UserID != want.UserID || read.Status != want.Status || read.Name != want.Name {
		t.Errorf("got %+v, want %+v", read, want)
	}
}

func TestNewProviderUsersModel(t *testing.T) {
	t.Parallel()
	if none := newProviderUsersModel(nil).ProviderUsers; none == nil || len(none) != 0 {
		t.Errorf("no users are %v, want an empty list", none)
	}
	got := newProviderUsersModel([]bitwarden.ProviderUser{
		{ID: "1", UserID: "2", Email: "a@example.com", Name: "A", Role: "admin", Status: "confirmed"},
		{ID: "3", Email: "b@example.com", Role: "service_user", Status: "invited"},
	}).ProviderUsers
	want := []listedProviderUserModel{
		{
			types.StringValue("1"), types.StringValue("2"), types.StringValue("a@example.com"), types.StringValue("A"),
			types.StringValue("admin"), types.StringValue("confirmed"),
		},
		{
			types.StringValue("3"), types.StringNull(), types.StringValue("b@example.com"), types.StringNull(),
			types.StringValue("service_user"), types.StringValue("invited"),
		},
	}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
