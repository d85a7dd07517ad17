// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwtype"
)

func acme() bitwarden.ClientOrganization {
	return bitwarden.ClientOrganization{
		ID: "org", LinkID: "link", ProviderID: "msp", Name: "Acme", Plan: bitwarden.PlanTeamsMonthly,
		PlanName: "Teams (Monthly)", Seats: 5, OccupiedSeats: 3, UserCount: 2,
		Abilities: map[string]bool{"use_policies": false},
	}
}

func TestClientOrganizationModel_toAPI(t *testing.T) {
	t.Parallel()
	base := clientOrganizationModel{
		Name: types.StringValue("Acme"), Plan: types.StringValue("teams_monthly"),
		OwnerEmail: fwtype.EmailValue("ada@example.com"), DefaultCollectionName: types.StringValue("Shared"),
	}
	for name, test := range map[string]struct {
		seats types.Int64
		want  int
	}{
		"managed seats":                {types.Int64Value(5), 5},
		"unmanaged seats, as planned":  {types.Int64Unknown(), initialSeats},
		"unmanaged seats, as imported": {types.Int64Null(), initialSeats},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			model := base
			model.Seats = test.seats
			want := bitwarden.NewClientOrganization{
				Name: "Acme", Plan: bitwarden.PlanTeamsMonthly, Seats: test.want, OwnerEmail: "ada@example.com",
				DefaultCollectionName: "Shared",
			}
			if got := model.toAPI(); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestClientOrganizationModel_changes(t *testing.T) {
	t.Parallel()
	state := clientOrganizationModel{
		Name: types.StringValue("Acme"), Seats: types.Int64Value(5), OccupiedSeats: types.Int64Value(3),
	}
	for name, test := range map[string]struct {
		name       string
		seats      types.Int64
		wantName   *string
		wantSeats  *int
		lacksSeats bool
	}{
		"nothing":           {"Acme", types.Int64Value(5), nil, nil, false},
		"a new name":        {"Acme GmbH", types.Int64Value(5), new("Acme GmbH"), nil, false},
		"more seats":        {"Acme", types.Int64Value(9), nil, new(9), false},
		"as many as in use": {"Acme", types.Int64Value(3), nil, new(3), false},
		"fewer than in use": {"Acme", types.Int64Value(2), nil, new(2), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := clientOrganizationModel{Name: types.StringValue(test.name), Seats: test.seats}
			got := plan.changes(&state)
			if !same(got.Name, test.wantName) || !same(got.Seats, test.wantSeats) {
				t.Errorf("got %+v", got)
			}
			if plan.lacksSeats(&state) != test.lacksSeats {
				t.Errorf("lacksSeats is %t", !test.lacksSeats)
			}
		})
	}
}

// A client that somebody else filled beyond its seats can still be renamed.
func TestClientOrganizationModel_lacksSeatsAlready(t *testing.T) {
	t.Parallel()
	state := clientOrganizationModel{Seats: types.Int64Value(2), OccupiedSeats: types.Int64Value(3)}
	plan := clientOrganizationModel{Seats: types.Int64Value(2)}
	if plan.lacksSeats(&state) {
		t.Error("refused, though nothing changes")
	}
}

func same[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

func TestClientOrganizationModel_fromAPI(t *testing.T) {
	t.Parallel()
	client := acme()
	t.Run("an import gets the defaults", func(t *testing.T) {
		t.Parallel()
		var model clientOrganizationModel
		model.fromAPI(&client)
		want := clientOrganizationModel{
			ID: types.StringValue("org"), ProviderOrganizationID: types.StringValue("link"),
			Name: types.StringValue("Acme"), Plan: types.StringValue("teams_monthly"), Seats: types.Int64Value(5),
			AllowSeatPurchase:     types.BoolValue(false),
			DefaultCollectionName: types.StringValue(defaultCollectionName),
			DeletionProtection:    types.BoolValue(true), OnDestroy: types.StringValue("delete"),
			OccupiedSeats: types.Int64Value(3), UserCount: types.Int64Value(2),
			Abilities: fw.BoolMap(map[string]bool{"use_policies": false}),
		}
		if !model.Abilities.Equal(want.Abilities) {
			t.Errorf("got abilities %v", model.Abilities)
		}
		model.Abilities, want.Abilities = types.Map{}, types.Map{}
		if !model.OwnerEmail.IsNull() {
			t.Errorf("got an owner %v from nowhere", model.OwnerEmail)
		}
		model.OwnerEmail = want.OwnerEmail
		if model.ID != want.ID || model.ProviderOrganizationID != want.ProviderOrganizationID ||
			model.Name != want.Name || model.Plan != want.Plan || model.Seats != want.Seats ||
			model.DefaultCollectionName != want.DefaultCollectionName ||
			model.AllowSeatPurchase != want.AllowSeatPurchase || model.DeletionProtection != want.DeletionProtection || model.OnDestroy != want.OnDestroy ||
			model.OccupiedSeats != want.OccupiedSeats || model.UserCount != want.UserCount {
			t.Errorf("got %+v, want %+v", model, want)
		}
	})
	t.Run("what only Terraform knows stays", func(t *testing.T) {
		t.Parallel()
		model := clientOrganizationModel{
			OwnerEmail: fwtype.EmailValue("Ada@example.com"), DefaultCollectionName: types.StringValue("Shared"),
			DeletionProtection: types.BoolValue(false), OnDestroy: types.StringValue("retain"),
			AllowSeatPurchase: types.BoolValue(true),
		}
		model.fromAPI(&client)
		if model.OwnerEmail.ValueString() != "Ada@example.com" || model.DefaultCollectionName.ValueString() != "Shared" ||
			!model.AllowSeatPurchase.ValueBool() || model.DeletionProtection.ValueBool() || model.OnDestroy.ValueString() != "retain" {
			t.Errorf("got %+v", model)
		}
	})
	t.Run("a plan that nobody knows has the server's name", func(t *testing.T) {
		t.Parallel()
		family := client
		family.Plan, family.PlanName = "", "Families"
		var model clientOrganizationModel
		if got := model.fromAPI(&family).Plan.ValueString(); got != "Families" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("no abilities are an empty map", func(t *testing.T) {
		t.Parallel()
		bare := client
		bare.Abilities = nil
		var model clientOrganizationModel
		if got := model.fromAPI(&bare).Abilities; got.IsNull() || len(got.Elements()) != 0 {
			t.Errorf("got %v", got)
		}
	})
}

func TestFirstOwner(t *testing.T) {
	t.Parallel()
	members := []bitwarden.Member{
		{Email: "user@example.com", Role: bitwarden.RoleUser},
		{Email: "first@example.com", Role: bitwarden.RoleOwner},
		{Email: "second@example.com", Role: bitwarden.RoleOwner},
	}
	if got := firstOwner(members); got.ValueString() != "first@example.com" {
		t.Errorf("got %v", got)
	}
	if got := firstOwner(members[:1]); !got.IsNull() {
		t.Errorf("got %v of a client without an owner", got)
	}
}

func TestFindClient(t *testing.T) {
	t.Parallel()
	clients := []bitwarden.ClientOrganization{
		{ID: "3", Name: "Twin"}, {ID: "1", Name: "Acme"}, {ID: "2", Name: "Twin"},
	}
	for name, test := range map[string]struct {
		id, name, want, err string
	}{
		"by id":                           {"3", "", "3", ""},
		"by name":                         {"", "Acme", "1", ""},
		"a name is exact":                 {"", "acme", "", "Acme (1), Twin (2), Twin (3)"},
		"an unknown id lists all":         {"9", "", "", "Acme (1), Twin (2), Twin (3)"},
		"two of a name are listed by ids": {"", "Twin", "", "Twin (2), Twin (3)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := findClient(clients, test.id, test.name)
			if test.err != "" {
				input, ok := err.(*bitwarden.InputError) //nolint:errorlint // It is made right here.
				if !ok || !strings.HasSuffix(input.Remedy, test.err) {
					t.Fatalf("got %v, want an error with %q", err, test.err)
				}
				return
			}
			if err != nil || got.ID != test.want {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

func TestNewClientsModel(t *testing.T) {
	t.Parallel()
	first, second := acme(), acme()
	first.Name, second.Name = "B", "A"
	got := newClientsModel([]bitwarden.ClientOrganization{first, second}).ClientOrganizations
	if len(got) != 2 || got[0].Name.ValueString() != "A" || got[1].Name.ValueString() != "B" {
		t.Errorf("got %v, want them by name", got)
	}
	if got[1].Seats.ValueInt64() != 5 || got[1].OccupiedSeats.ValueInt64() != 3 || got[1].UserCount.ValueInt64() != 2 ||
		got[1].ProviderOrganizationID.ValueString() != "link" || got[1].Plan.ValueString() != "teams_monthly" {
		t.Errorf("got %+v", got[1])
	}
	if none := newClientsModel(nil).ClientOrganizations; none == nil || len(none) != 0 {
		t.Errorf("no clients are %v, want an empty list", none)
	}
}
