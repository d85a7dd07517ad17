// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const readSubscription = "GET /api/providers/{providerId}/billing/subscription"

// The provider of an Env pays for ten seats of each plan.
func TestSeatPurchase(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Bakery", OwnerEmail: "ada@acme.example", Seats: 6})
	bakery, problems := env.Protocol(t).Import(clientType, client.ID)
	problems.WantNone(t)
	service := env.MSP.NewServiceUser(t, "service@provider.example")
	plan := func(p *acctest.Protocol, prior *acctest.Object, changes map[string]any) acctest.Problems {
		_, problems := p.Plan(clientType, prior, config(changes))
		return problems
	}

	t.Run("what is paid for needs no leave", func(t *testing.T) {
		t.Parallel()
		plan(env.Protocol(t), nil, map[string]any{"seats": 4}).WantNone(t)
		plan(env.Protocol(t), bakery, map[string]any{"seats": 10}).WantNone(t)
	})
	t.Run("a new client that exceeds it", func(t *testing.T) {
		t.Parallel()
		plan(env.Protocol(t), nil, map[string]any{"seats": 7}).WantError(t, "seats",
			"pays for 10 seats of the plan enterprise_monthly (10 by contract, 0 bought on top)", "has assigned 6",
			"need 7 more", "so that 3 would be bought", "allow_seat_purchase = true")
		plan(env.Protocol(t), nil, map[string]any{"seats": 7, "allow_seat_purchase": true}).WantNone(t)
	})
	t.Run("another plan has seats of its own", func(t *testing.T) {
		t.Parallel()
		plan(env.Protocol(t), nil, map[string]any{"seats": 10, "plan": "teams_monthly"}).WantNone(t)
	})
	t.Run("a plan without any seats", func(t *testing.T) {
		t.Parallel()
		plan(env.Protocol(t), nil, map[string]any{"plan": "enterprise_annually"}).
			WantError(t, "plan", "does not have the plan")
	})
	t.Run("a client that grows", func(t *testing.T) {
		t.Parallel()
		plan(env.Protocol(t), bakery, map[string]any{"seats": 11}).WantError(t, "seats", "need 5 more", "1 would be bought")
		plan(env.Protocol(t), bakery, map[string]any{"seats": 11, "allow_seat_purchase": true}).WantNone(t)
	})
	t.Run("all clients of the run together", func(t *testing.T) {
		t.Parallel()
		run := env.Protocol(t)
		plan(run, nil, map[string]any{}).WantNone(t) // one seat, for the owner
		plan(run, bakery, map[string]any{"seats": 8}).WantNone(t)
		plan(run, nil, map[string]any{"name": "B", "seats": 5, "allow_seat_purchase": true}).WantNone(t)
		plan(
			run,
			nil,
			map[string]any{"name": "C", "seats": 2},
		).WantError(t, "seats", "need 5 more, this one 2", "1 would be bought")
	})
	t.Run("a service user cannot buy", func(t *testing.T) {
		t.Parallel()
		plan(protocolAs(t, env, service), bakery, map[string]any{"seats": 9}).WantNone(t)
		plan(
			protocolAs(t, env, service),
			bakery,
			map[string]any{"seats": 11},
		).WantError(t, "seats", "allow_seat_purchase = true")
		plan(protocolAs(t, env, service), bakery, map[string]any{"seats": 11, "allow_seat_purchase": true}).
			WantError(t, "seats", "service@provider.example is a service user", "need 5 more")
	})
	t.Run("a service user cannot make clients", func(t *testing.T) {
		t.Parallel()
		plan(protocolAs(t, env, service), nil, nil).WantError(t, "", "service@provider.example", "takes a provider admin")
	})
	t.Run("unknown seats wait for the apply", func(t *testing.T) {
		t.Parallel()
		plan(env.Protocol(t), nil, map[string]any{"seats": acctest.Unknown}).WantNone(t)
		plan(env.Protocol(t), bakery, map[string]any{"seats": acctest.Unknown}).WantNone(t)
		plan(env.Protocol(t), nil, map[string]any{"seats": 50, "allow_seat_purchase": acctest.Unknown}).WantNone(t)
	})
}

func TestSeatPurchase_oneRequestPerRun(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Bakery", OwnerEmail: "ada@acme.example", Seats: 6})
	run := env.Protocol(t)
	bakery, problems := run.Import(clientType, client.ID)
	problems.WantNone(t)
	_, problems = run.Plan(clientType, bakery, config(map[string]any{"seats": 5})) // nothing grows
	problems.WantNone(t)
	if got := env.Requests().Count(readSubscription); got != 0 {
		t.Errorf("%d requests although nothing grows", got)
	}
	for _, name := range []string{"A", "B", "C"} {
		_, problems := run.Plan(clientType, nil, config(map[string]any{"name": name}))
		problems.WantNone(t)
	}
	if got := env.Requests().Count(readSubscription); got != 1 {
		t.Errorf("%d requests, want 1", got)
	}
	if err := env.Fail(readSubscription, emulator.Fault{Status: 401}); err != nil {
		t.Fatal(err)
	}
	_, problems = env.Protocol(t).Plan(clientType, nil, config(nil))
	problems.WantError(t, "", "Could not check the seats of the provider")
}

// protocolAs is a configured provider for another account.
func protocolAs(t *testing.T, env *acctest.Env, person *emulator.Person) *acctest.Protocol {
	t.Helper()
	id, secret, err := person.APIKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	attributes := env.ProviderConfig()
	attributes["client_id"], attributes["client_secret"] = id, secret
	protocol := acctest.NewProtocol(t)
	protocol.Configure(attributes).WantNone(t)
	return protocol
}

// What becomes known during an apply is checked then, and clients of the same run that were made already are not counted
// twice.
func TestSeatPurchase_duringApply(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	config := func(late int) string {
		return env.Config(fmt.Sprintf(`resource "bitwarden_client_organization" "first" {
  name                = "First"
  plan                = "teams_monthly"
  seats               = 6
  owner_email         = "ada@first.example"
  deletion_protection = false
}

resource "terraform_data" "late" {
  input = %d + length(bitwarden_client_organization.first.id) * 0
}

resource "bitwarden_client_organization" "late" {
  name                = "Late"
  plan                = "teams_monthly"
  seats               = terraform_data.late.output
  owner_email         = "ada@late.example"
  deletion_protection = false
}
`, late))
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config(5), ExpectError: regexp.MustCompile(`Provider would have to buy seats`)},
		{PreConfig: func() { onlyClient(t, env) }, Config: config(4)},
	}})
}

// Seats that one client gives up are free for another one only in the next apply: nothing says which comes first.
func TestSeatPurchase_movedBetweenClients(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	config := func(a, b int) string {
		return env.Config(fmt.Sprintf(`resource "bitwarden_client_organization" "all" {
  count = 2

  name                = "Client ${count.index}"
  plan                = "teams_monthly"
  seats               = [%d, %d][count.index]
  owner_email         = "owner@client${count.index}.example"
  deletion_protection = false
}
`, a, b))
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config(7, 3)},
		{Config: config(3, 7), ExpectError: regexp.MustCompile(`in\s+an\s+apply\s+of\s+its\s+own`)},
		{Config: config(3, 3)},
		{Config: config(3, 7)},
	}})
}
