// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// A client that nobody manages may be one that an apply made without getting the answer: making it again costs money.
func TestClientOrganization_twin(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", OwnerEmail: "ada@acme.example", Seats: 1})
	state, problems := env.Protocol(t).Import(clientType, client.ID)
	problems.WantNone(t)
	named := func(name any) map[string]any { return config(map[string]any{"name": name}) }

	for _, name := range []string{"Acme GmbH", " acme GMBH "} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := env.Protocol(t).Plan(clientType, nil, named(name))
			problems.WantError(t, "name", "client of this name already", "terraform import <address> "+client.ID,
				"give it another name")
		})
	}
	for _, name := range []any{"Acme", acctest.Unknown} {
		_, problems := env.Protocol(t).Plan(clientType, nil, named(name))
		problems.WantNone(t)
	}
	t.Run("two new ones", func(t *testing.T) {
		t.Parallel()
		run := env.Protocol(t)
		_, problems := run.Plan(clientType, nil, named("Bolt"))
		problems.WantNone(t)
		_, problems = run.Plan(clientType, nil, named("BOLT"))
		problems.WantError(t, "name", "Two new clients of one name")
	})
	t.Run("a replacement", func(t *testing.T) {
		t.Parallel()
		_, problems := env.Protocol(t).PlanReplace(clientType, state, named("Acme GmbH"))
		problems.WantNone(t)
	})
	t.Run("a tainted client", func(t *testing.T) {
		t.Parallel()
		run := env.Protocol(t)
		_, problems := run.Read(clientType, state)
		problems.WantNone(t)
		_, problems = run.Plan(clientType, nil, named("Acme GmbH"))
		problems.WantNone(t)
	})
	t.Run("another resource has it, planned before", func(t *testing.T) {
		t.Parallel()
		run := env.Protocol(t)
		_, problems := run.Read(clientType, state)
		problems.WantNone(t)
		_, problems = run.Plan(clientType, state, named("Acme GmbH"))
		problems.WantNone(t)
		_, problems = run.Plan(clientType, nil, named("Acme GmbH"))
		problems.WantError(t, "name", "moved block")
	})
	t.Run("another resource has it, planned after", func(t *testing.T) {
		t.Parallel()
		run := env.Protocol(t)
		_, problems := run.Read(clientType, state)
		problems.WantNone(t)
		_, problems = run.Plan(clientType, nil, named("Acme GmbH"))
		problems.WantNone(t)
		_, problems = run.Plan(clientType, state, named("Acme GmbH"))
		problems.WantError(t, "name", "makes a client called", client.ID, "moved block")
	})
}

// The answer of a creation is lost for good: the next plan finds the client instead of making another one.
func TestClientOrganization_lostForGood(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	list := "GET /api/providers/{providerId}/organizations"
	lost := env.Protocol(t)
	_, problems := lost.Plan(clientType, nil, config(map[string]any{"name": "Warm"})) // the list is read
	problems.WantNone(t)
	if err := env.Fail(createClient, emulator.Fault{Cut: emulator.CutAfter, Times: 1}); err != nil {
		t.Fatal(err)
	}
	if err := env.Fail(list, emulator.Fault{Status: 403, Times: 1}); err != nil {
		t.Fatal(err)
	}
	state, problems := lost.Apply(clientType, nil, config(nil))
	problems.WantError(t, "", "not known", "terraform import <address> <organization id>")
	if state != nil {
		t.Fatalf("the state has %v", state.Value)
	}
	_, problems = env.Protocol(t).Plan(clientType, nil, config(nil))
	problems.WantError(t, "name", "terraform import <address> "+onlyClient(t, env).OrganizationID)
}

// Terraform deletes a replaced client before it plans the creation again.
func TestClientOrganization_recreated(t *testing.T) {
	t.Parallel()
	const triggered = `
  lifecycle { replace_triggered_by = [terraform_data.trigger] }`
	trigger := func(input string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"trigger\" { %s }\n", input)
	}
	for name, attributes := range map[string]string{"deleted": "", "retained": `on_destroy = "retain"`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: env.Config(acme(attributes))},
				{
					Taint:            []string{clientAddress},
					Config:           env.Config(acme(attributes)),
					ConfigPlanChecks: action(plancheck.ResourceActionReplace),
				},
				{
					Config: env.Config(acme(attributes+triggered) + trigger("")),
				},
				{
					Config:           env.Config(acme(attributes+triggered) + trigger("input = 1")),
					ConfigPlanChecks: action(plancheck.ResourceActionReplace),
				},
				{
					Config: env.Config(acme(attributes) + `resource "bitwarden_client_organization" "twin" {
  name        = "Acme GmbH"
  plan        = "enterprise_monthly"
  owner_email = "ada@acme.example"
}
`),
					ExpectError: regexp.MustCompile(`moved\s+block`),
				},
			}})
		})
	}
}
