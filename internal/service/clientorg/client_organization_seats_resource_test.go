// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	seatsType    = "bitwarden_client_organization_seats"
	seatsAddress = seatsType + ".acme"
)

func seats(organizationID string, count int) string {
	return fmt.Sprintf(`resource "bitwarden_client_organization_seats" "acme" {
  organization_id = %q
  seats           = %d
}
`, organizationID, count)
}

func seatsAction(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(seatsAddress, a)}}
}

func seatsKnown(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(seatsAddress, tfjsonpath.New(attribute), value)
}

// wantClient checks name and seats on the server.
func wantClient(t *testing.T, env *acctest.Env, name string, seats int) resource.TestCheckFunc {
	t.Helper()
	return func(*terraform.State) error {
		if got := onlyClient(t, env); got.Name != name || got.Seats != seats {
			return fmt.Errorf("the server has %+v, want %q with %d seats", got, name, seats)
		}
		return nil
	}
}

// editClient is what somebody does in the provider portal.
func editClient(t *testing.T, env *acctest.Env, link, name string, seats int) {
	t.Helper()
	err := env.MSP.Admin.Put(t.Context(), "/providers/"+env.MSP.ProviderID+"/clients/"+link,
		map[string]any{"name": name, "assignedSeats": seats}, nil)
	if err != nil {
		t.Error(err)
	}
}

func TestClientOrganizationSeats_basic(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", Seats: 5})
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config:           env.Config(seats(client.ID, 7)),
			ConfigPlanChecks: seatsAction(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				seatsKnown("seats", knownvalue.Int64Exact(7)), seatsKnown("occupied_seats", knownvalue.Int64Exact(1)),
				seatsKnown("allow_seat_purchase", knownvalue.Bool(false)),
			},
			Check: wantClient(t, env, "Acme GmbH", 7),
		},
		{
			// Somebody has renamed the client meanwhile: that stays.
			PreConfig:        func() { editClient(t, env, client.LinkID, "Acme AG", 7) },
			Config:           env.Config(seats(client.ID, 6)),
			ConfigPlanChecks: seatsAction(plancheck.ResourceActionUpdate),
			Check:            wantClient(t, env, "Acme AG", 6),
		},
		{
			ResourceName: seatsAddress, ImportState: true, ImportStateId: client.ID, ImportStateVerify: true,
			ImportStateVerifyIdentifierAttribute: "organization_id",
		},
		{
			PreConfig:        func() { editClient(t, env, client.LinkID, "Acme AG", 9) },
			Config:           env.Config(seats(client.ID, 6)),
			ConfigPlanChecks: seatsAction(plancheck.ResourceActionUpdate),
			Check:            wantClient(t, env, "Acme AG", 6),
		},
	}})
	// Destroyed, and the client keeps its seats.
	if got := onlyClient(t, env); got.Seats != 6 {
		t.Errorf("got %+v", got)
	}
}

func TestClientOrganizationSeats_importIdentity(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", Seats: 5})
	acctest.RunIdentity(t, seatsAddress, env.Config(seats(client.ID, 5)), "organization_id")
	if got := env.Requests().Count(updateClient); got != 0 {
		t.Errorf("%d writes: nothing on the server had to change", got)
	}
}

// Another client is another resource: the old one keeps its seats.
func TestClientOrganizationSeats_replace(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	old := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Old", Seats: 3})
	next := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Next", Seats: 3})
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(seats(old.ID, 4))},
		{
			Config:           env.Config(seats(next.ID, 5)),
			ConfigPlanChecks: seatsAction(plancheck.ResourceActionReplace),
		},
	}})
	for _, got := range clients(t, env) {
		if want := map[string]int{"Old": 4, "Next": 5}[got.Name]; got.Seats != want {
			t.Errorf("got %+v, want %d seats", got, want)
		}
	}
}

func TestClientOrganizationSeats_disappears(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", Seats: 5})
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(seats(client.ID, 6))},
		{
			PreConfig: func() {
				err := env.MSP.Admin.Delete(t.Context(), "/organizations/"+client.ID,
					map[string]string{"masterPasswordHash": env.MSP.Admin.PasswordHash()})
				if err != nil {
					t.Error(err)
				}
			},
			Config:      env.Config(seats(client.ID, 6)),
			ExpectError: regexp.MustCompile(`Organization is no client of this provider`),
		},
	}})
}

// The seats of clients that code elsewhere owns, all at once: the provider's sum must not lose any.
func TestClientOrganizationSeats_siblings(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	for i := range 4 {
		env.MSP.NewClient(t, emulator.ClientOptions{Name: fmt.Sprint("Client ", i), Seats: 1})
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: env.Config(`data "bitwarden_client_organizations" "all" {}

resource "bitwarden_client_organization_seats" "acme" {
  count = 4

  organization_id     = data.bitwarden_client_organizations.all.client_organizations[count.index].id
  seats               = 5
  allow_seat_purchase = true
}
`),
		Check: func(*terraform.State) error { return wantAssigned(t, env, 20) },
	}}})
}

// A client and its seats in one configuration: the number belongs to one of them.
func TestClientOrganizationSeats_conflict(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	both := func(clientSeats string) string {
		return env.Config(acme(clientSeats) + `resource "bitwarden_client_organization_seats" "acme" {
  organization_id = bitwarden_client_organization.acme.id
  seats           = 4
}
`)
	}
	twice := regexp.MustCompile(`Seats are managed by two resources`)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: both("seats = 3"), ExpectError: twice}, // at apply: before, the client has no id
		{Config: both("seats = 3"), ExpectError: twice, PlanOnly: true},
		{Config: both("")},
		{Config: both(""), ConfigPlanChecks: seatsAction(plancheck.ResourceActionNoop)},
	}})
}

func TestClientOrganizationSeats_unknownInputs(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", Seats: 5})
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: env.Config(fmt.Sprintf(`resource "terraform_data" "inputs" {
  input = { id = %q, seats = 6 }
}

resource "bitwarden_client_organization_seats" "acme" {
  organization_id = terraform_data.inputs.output.id
  seats           = terraform_data.inputs.output.seats
}
`, client.ID)),
		Check: wantClient(t, env, "Acme GmbH", 6),
	}}})
}

func TestClientOrganizationSeats_protocol(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", Seats: 5})
	client.NewMember(t, "bob@acme.example", 2)
	attributes := func(seats any) map[string]any {
		return map[string]any{"organization_id": client.ID, "seats": seats}
	}
	imported, problems := env.Protocol(t).ImportByIdentity(seatsType, map[string]any{"organization_id": client.ID})
	problems.WantNone(t)
	byID, problems := env.Protocol(t).Import(seatsType, client.ID)
	problems.WantNone(t)
	got := imported.Attributes(t)
	if !byID.Value.Equal(imported.Value) || got["seats"] != 5 || got["occupied_seats"] != 2 {
		t.Errorf("by id %v, by identity %v", byID.Value, imported.Value)
	}
	listed, problems := env.Protocol(t).List(seatsType, map[string]any{}, true, 0)
	problems.WantNone(t)
	if len(listed) != 1 || listed[0].DisplayName != "Acme GmbH" || listed[0].Identity["organization_id"] != client.ID ||
		listed[0].Resource["seats"] != 5 {
		t.Errorf("listed %+v", listed)
	}
	for name, prior := range map[string]*acctest.Object{"taking over": nil, "changing": imported} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := env.Protocol(t).Plan(seatsType, prior, attributes(1))
			problems.WantError(t, "seats", "2 members", "at least 2")
			_, problems = env.Protocol(t).Plan(seatsType, prior, attributes(11))
			problems.WantError(t, "seats", "so that 1 would be bought")
			_, problems = env.Protocol(t).Plan(seatsType, prior, attributes(10))
			problems.WantNone(t)
			_, problems = env.Protocol(t).Plan(seatsType, prior, attributes(acctest.Unknown))
			problems.WantNone(t)
		})
	}
	t.Run("no seats are refused", func(t *testing.T) {
		t.Parallel()
		env.Protocol(t).Validate(seatsType, attributes(0)).WantError(t, "seats", "at least 1")
	})
	t.Run("a refusal keeps the state", func(t *testing.T) {
		t.Parallel()
		env := acctest.New(t)
		client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", Seats: 5})
		state, problems := env.Protocol(t).Import(seatsType, client.ID)
		problems.WantNone(t)
		if err := env.Fail(updateClient, emulator.Fault{Status: 400, Body: `{"message":"No."}`}); err != nil {
			t.Fatal(err)
		}
		state, problems = env.Protocol(t).Apply(seatsType, state,
			map[string]any{"organization_id": client.ID, "seats": 6})
		problems.WantError(t, "", "Could not set the seats of the client", "HTTP 400")
		if got := state.Attributes(t)["seats"]; got != 5 {
			t.Errorf("the state says %v seats", got)
		}
		if err := env.Fail("GET /api/providers/{providerId}/organizations", emulator.Fault{Status: 403}); err != nil {
			t.Fatal(err)
		}
		_, problems = env.Protocol(t).Read(seatsType, state)
		problems.WantError(t, "", "Could not read the seats of the client")
	})
}
