// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	clientType    = "bitwarden_client_organization"
	clientAddress = clientType + ".acme"

	createClient = "POST /api/providers/{providerId}/clients"
	updateClient = "PUT /api/providers/{providerId}/clients/{id}"
	deleteClient = "DELETE /api/organizations/{id}"
	unlinkClient = "DELETE /api/providers/{providerId}/organizations/{id}"
)

// acme is a client that a test can destroy at its end; attributes are added to it or come first.
func acme(attributes string) string {
	return fmt.Sprintf(`resource "bitwarden_client_organization" "acme" {
  name                = "Acme GmbH"
  plan                = "enterprise_monthly"
  owner_email         = "ada@acme.example"
  deletion_protection = false
%s
}
`, attributes)
}

// renamed is acme with a new name and seats.
func renamed(name string, seats int) string {
	return fmt.Sprintf(`resource "bitwarden_client_organization" "acme" {
  name                = %q
  plan                = "enterprise_monthly"
  owner_email         = "ada@acme.example"
  deletion_protection = false
  seats               = %d
}
`, name, seats)
}

func known(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(clientAddress, tfjsonpath.New(attribute), value)
}

func action(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(clientAddress, a)}}
}

// row is a client in the provider's list, as the server has it.
type row struct {
	ID             string `json:"id"`
	OrganizationID string `json:"organizationId"`
	Name           string `json:"organizationName"`
	Seats          int    `json:"seats"`
	Key            string `json:"key"`
}

func clients(t *testing.T, env *acctest.Env) []row {
	t.Helper()
	var list struct {
		Data []row `json:"data"`
	}
	if err := env.MSP.Admin.Get(t.Context(), "/providers/"+env.MSP.ProviderID+"/organizations", &list); err != nil {
		t.Fatal(err)
	}
	return list.Data
}

// onlyClient is the client that a configuration with one of them has made.
func onlyClient(t *testing.T, env *acctest.Env) row {
	t.Helper()
	rows := clients(t, env)
	if len(rows) != 1 {
		t.Fatalf("the provider has %d clients, want one: %v", len(rows), rows)
	}
	return rows[0]
}

func TestClientOrganization_basic(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	sameID := statecheck.CompareValue(compare.ValuesSame())
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config:           env.Config(acme("")),
			ConfigPlanChecks: action(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				sameID.AddStateValue(clientAddress, tfjsonpath.New("id")),
				known("name", knownvalue.StringExact("Acme GmbH")),
				known("plan", knownvalue.StringExact("enterprise_monthly")),
				known("seats", knownvalue.Int64Exact(1)),
				known("owner_email", knownvalue.StringExact("ada@acme.example")),
				known("default_collection_name", knownvalue.StringExact("Default collection")),
				known("on_destroy", knownvalue.StringExact("delete")),
				known("occupied_seats", knownvalue.Int64Exact(1)),
				known("user_count", knownvalue.Int64Exact(0)),
				known("provider_organization_id", knownvalue.NotNull()),
				known("abilities", knownvalue.MapPartial(map[string]knownvalue.Check{"use_policies": knownvalue.Bool(true)})),
			},
		},
		{
			Config:           env.Config(renamed("Acme & Söhne", 7)),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				sameID.AddStateValue(clientAddress, tfjsonpath.New("id")),
				known("name", knownvalue.StringExact("Acme & Söhne")),
				known("seats", knownvalue.Int64Exact(7)),
			},
		},
		{
			ResourceName:            clientAddress,
			ImportState:             true,
			ImportStateVerify:       true,
			ImportStateVerifyIgnore: []string{"deletion_protection"}, // true after an import, as documented
		},
	}})
	if got := env.Requests().Count(deleteClient); got != 1 {
		t.Errorf("the client was deleted %d times, want once at the end", got)
	}
}

func TestClientOrganization_importBlock(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", OwnerEmail: "ada@acme.example"})
	config := env.Config(fmt.Sprintf(`import {
  to = bitwarden_client_organization.acme
  id = %q
}
`, client.ID) + `resource "bitwarden_client_organization" "acme" {
  name        = "Acme GmbH"
  plan        = "enterprise_monthly"
  owner_email = "Ada@Acme.example"
  on_destroy  = "retain"
}
`)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: config,
		// on_destroy is what differs: everything that the server knows plans clean.
		ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
		ConfigStateChecks: []statecheck.StateCheck{
			known("id", knownvalue.StringExact(client.ID)),
			known("owner_email", knownvalue.StringExact("ada@acme.example")),
			known("seats", knownvalue.Int64Exact(10)),
			known("deletion_protection", knownvalue.Bool(true)),
		},
	}}})
	if writes := len(env.Requests().Writes()); env.Requests().Count(updateClient) != 0 {
		t.Errorf("%d writes: nothing on the server had to change", writes)
	}
}

func TestClientOrganization_importIdentity(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acctest.Run(t, resource.TestCase{
		// TestClientOrganization_protocol does the same on any CLI.
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{
				Config: env.Config(acme("")),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentityValueMatchesState(clientAddress, tfjsonpath.New("id")),
				},
			},
			{
				ResourceName: clientAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity,
				// deletion_protection is true after an import.
				ExpectNonEmptyPlan: true,
			},
		},
	})
}

func TestClientOrganization_disappears(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acctest.RunDisappears(t, clientAddress, env.Config(acme("")), func() {
		err := env.MSP.Admin.Delete(t.Context(), "/organizations/"+onlyClient(t, env).OrganizationID,
			map[string]string{"masterPasswordHash": env.MSP.Admin.PasswordHash()})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestClientOrganization_drift(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	somebodyChanges := func() {
		client := onlyClient(t, env)
		err := env.MSP.Admin.Put(t.Context(), "/providers/"+env.MSP.ProviderID+"/clients/"+client.ID,
			map[string]any{"name": "Renamed", "assignedSeats": 9}, nil)
		if err != nil {
			t.Error(err)
		}
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(acme("seats = 5"))},
		{
			PreConfig:        somebodyChanges,
			Config:           env.Config(acme("seats = 5")),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			Check: func(*terraform.State) error {
				if got := onlyClient(t, env); got.Name != "Acme GmbH" || got.Seats != 5 {
					return fmt.Errorf("the server has %+v after the repair", got)
				}
				return nil
			},
		},
		{
			// Seats that are not managed here may change: only the name is repaired, and the seats are kept.
			PreConfig:         somebodyChanges,
			Config:            env.Config(acme("")),
			ConfigPlanChecks:  action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{known("seats", knownvalue.Int64Exact(9))},
		},
	}})
}

// A connection that breaks after the server has made the client must not make a second one.
func TestClientOrganization_lostAnswer(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	if err := env.Fail(createClient, emulator.Fault{Cut: emulator.CutAfter, Times: 1}); err != nil {
		t.Fatal(err)
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: env.Config(acme("seats = 3")),
		Check: func(*terraform.State) error {
			if got := onlyClient(t, env); got.Seats != 3 {
				return fmt.Errorf("got %+v", got)
			}
			return nil
		},
	}}})
	if got := env.Requests().Count(createClient); got != 1 {
		t.Errorf("the creation was sent %d times", got)
	}
}

// Clients that are made at the same time are told apart by the ciphertext of their keys, also when all answers are lost.
func TestClientOrganization_lostAnswersOfSiblings(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]emulator.Fault{
		"cut":                      {Cut: emulator.CutAfter, Times: 3},
		"failed after it was done": {Status: 500, AfterExecution: true, Times: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			if err := env.Fail(createClient, fault); err != nil {
				t.Fatal(err)
			}
			config := env.Config(`resource "bitwarden_client_organization" "twins" {
  count = 3

  name                = "Twin ${count.index}"
  plan                = "teams_monthly"
  seats               = 1 + count.index
  owner_email         = "owner@twin${count.index}.example"
  deletion_protection = false
}
`)
			acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
				{
					Config: config,
					Check: func(*terraform.State) error {
						seats := map[int]bool{}
						got := clients(t, env)
						for _, client := range got {
							seats[client.Seats] = true
						}
						if len(got) != 3 || !seats[1] || !seats[2] || !seats[3] {
							return fmt.Errorf("there are %d clients: %+v", len(got), got)
						}
						return nil
					},
				},
				{Config: config, PlanOnly: true},
			}})
			if got := env.Requests().Count(createClient); got != 3 {
				t.Errorf("%d creations were sent for 3 clients", got)
			}
		})
	}
}

// A creation that the server makes halfway and refuses is kept, untainted: a replacement would delete the client.
func TestClientOrganization_partialCreate(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	fault := emulator.Fault{
		Status:         500,
		AfterExecution: true,
		Times:          1,
		Body:           `{"message":"An unhandled server error has occurred."}`,
	}
	if err := env.Fail(createClient, fault); err != nil {
		t.Fatal(err)
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(acme(""))},
		{Config: env.Config(acme("")), ConfigPlanChecks: action(plancheck.ResourceActionNoop)},
	}})
	if got := env.Requests().Count(createClient); got != 1 {
		t.Errorf("the creation was sent %d times", got)
	}
}

// Seat changes in parallel would bill wrongly: the server loses updates of the provider's sum.
func TestClientOrganization_siblings(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	config := func(seats int) string {
		return env.Config(fmt.Sprintf(`resource "bitwarden_client_organization" "all" {
  count = 5

  name                = "Client ${count.index}"
  plan                = "teams_monthly"
  seats               = %d + count.index
  owner_email         = "owner@client${count.index}.example"
  allow_seat_purchase = true
  deletion_protection = false
}
`, seats))
	}
	assigned := func(want int) func(*terraform.State) error {
		return func(*terraform.State) error { return wantAssigned(t, env, want) }
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config(2), Check: assigned(5*2 + 10)},
		{Config: config(4), Check: assigned(5*4 + 10)},
	}})
}

// wantAssigned compares what the provider has assigned, and pays for, with the seats of its clients.
func wantAssigned(t *testing.T, env *acctest.Env, want int) error {
	t.Helper()
	var subscription struct {
		Plans []struct {
			Assigned int `json:"assignedSeats"`
		} `json:"plans"`
	}
	err := env.MSP.Admin.Get(t.Context(), "/providers/"+env.MSP.ProviderID+"/billing/subscription", &subscription)
	if err != nil {
		return err
	}
	sum := 0
	for _, plan := range subscription.Plans {
		sum += plan.Assigned
	}
	if sum != want {
		return fmt.Errorf("the provider pays for %d seats, want %d", sum, want)
	}
	return nil
}

func TestClientOrganization_deletionProtection(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	protected := env.Config(`resource "bitwarden_client_organization" "acme" {
  name        = "Acme GmbH"
  plan        = "enterprise_monthly"
  owner_email = "ada@acme.example"
}
`)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: protected},
		{Config: protected, Destroy: true, ExpectError: regexp.MustCompile(`Client organization is protected`)},
		{Config: env.Config("# nothing"), ExpectError: regexp.MustCompile(`deletion_protection = false`)},
		{Config: env.Config(acme("")), ConfigPlanChecks: action(plancheck.ResourceActionUpdate)},
	}})
	if got := env.Requests().Count(updateClient); got != 0 {
		t.Errorf("%d updates were sent for an attribute that the server does not know", got)
	}
}

func TestClientOrganization_retain(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{Config: env.Config(acme(`on_destroy = "retain"`))}}})
	onlyClient(t, env)
}

func TestClientOrganization_unlink(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	config := env.Config(acme(`on_destroy = "unlink"`))
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		// The owner has not even accepted: the plan says so.
		{Config: config, Destroy: true, ExpectError: regexp.MustCompile(`Could not unlink client organization`)},
		{
			PreConfig: func() { confirmOwner(t, env, "ada@acme.example") },
			Config:    config,
		},
	}})
	requests := env.Requests()
	if unlinked, deleted := requests.Count(unlinkClient), requests.Count(deleteClient); unlinked != 1 || deleted != 0 {
		t.Errorf("the client was unlinked %d times and deleted %d times, want once and never", unlinked, deleted)
	}
	if got := clients(t, env); len(got) != 0 {
		t.Errorf("still linked: %+v", got)
	}
}

// confirmOwner lets the invited owner register, accept and be confirmed by somebody in the web vault.
func confirmOwner(t *testing.T, env *acctest.Env, email string) {
	t.Helper()
	client := onlyClient(t, env)
	key, err := env.MSP.Key.UnwrapKey(client.Key)
	if err != nil {
		t.Fatal(err)
	}
	memberID, err := env.NewPerson(t, email).Accept(t.Context(), client.OrganizationID)
	if err != nil {
		t.Fatal(err)
	}
	organization := &emulator.Client{ID: client.OrganizationID, Key: key}
	if err := env.MSP.Admin.Confirm(t.Context(), organization, memberID); err != nil {
		t.Fatal(err)
	}
}

func TestClientOrganization_unknownInputs(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: env.Config(`resource "terraform_data" "inputs" {
  input = { name = "Acme GmbH", plan = "teams_monthly", seats = 4, email = "ada@acme.example", destroy = "delete" }
}

resource "bitwarden_client_organization" "acme" {
  name                    = terraform_data.inputs.output.name
  plan                    = terraform_data.inputs.output.plan
  seats                   = terraform_data.inputs.output.seats
  owner_email             = terraform_data.inputs.output.email
  default_collection_name = terraform_data.inputs.output.name
  on_destroy              = terraform_data.inputs.output.destroy
  deletion_protection     = false
}
`),
		ConfigStateChecks: []statecheck.StateCheck{known("seats", knownvalue.Int64Exact(4))},
	}}})
}
