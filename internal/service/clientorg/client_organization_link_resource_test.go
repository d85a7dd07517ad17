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
	linkType    = "bitwarden_client_organization_link"
	linkAddress = linkType + ".mill"

	linkClient = "POST /api/providers/{providerId}/clients/existing"
)

func link(organizationID string) string {
	return fmt.Sprintf(`resource "bitwarden_client_organization_link" "mill" {
  organization_id = %q
}
`, organizationID)
}

func linkAction(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(linkAddress, a)}}
}

func linkKnown(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(linkAddress, tfjsonpath.New(attribute), value)
}

// A linked organization is a client like any other: its key came along, so that a group and a collection can be made in
// the same apply.
func TestClientOrganizationLink_basic(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	mill := env.MSP.Admin.NewOrganization(t, "Mill", 5)
	config := env.Config(link(mill.ID) + `resource "bitwarden_group" "staff" {
  organization_id = bitwarden_client_organization_link.mill.organization_id
  name            = "Staff"
}

resource "bitwarden_collection" "staff" {
  organization_id = bitwarden_client_organization_link.mill.organization_id
  name            = "Staff"
  groups          = { (bitwarden_group.staff.id) = "manage" }
}
`)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config:           config,
			ConfigPlanChecks: linkAction(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				linkKnown("name", knownvalue.StringExact("Mill")),
				linkKnown("plan", knownvalue.StringExact("enterprise_monthly")),
				linkKnown("provider_organization_id", knownvalue.NotNull()),
				linkKnown("allow_seat_purchase", knownvalue.Bool(false)),
			},
			Check: func(*terraform.State) error {
				key, err := env.MSP.Key.UnwrapKey(onlyClient(t, env).Key)
				if err != nil || !key.Equal(mill.Key) {
					return fmt.Errorf("the provider has another key of the client (%w)", err)
				}
				return wantAssigned(t, env, 5)
			},
		},
		{
			ResourceName: linkAddress, ImportState: true, ImportStateId: mill.ID, ImportStateVerify: true,
			ImportStateVerifyIdentifierAttribute: "organization_id",
		},
		{Config: env.Config(link(mill.ID)), ConfigPlanChecks: linkAction(plancheck.ResourceActionNoop)},
	}})
	if got := clients(t, env); len(got) != 0 {
		t.Errorf("still linked: %+v", got)
	}
	if got := env.Requests(); got.Count(unlinkClient) != 1 || got.Count(deleteClient) != 0 {
		t.Errorf("unlinked %d times, deleted %d times", got.Count(unlinkClient), got.Count(deleteClient))
	}
	var alive struct{ Name string }
	if err := env.MSP.Admin.Get(t.Context(), "/organizations/"+mill.ID, &alive); err != nil || alive.Name != "Mill" {
		t.Errorf("the organization does not live on: %v, %v", alive, err)
	}
}

func TestClientOrganizationLink_importIdentity(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	mill := env.MSP.Admin.NewOrganization(t, "Mill", 5)
	acctest.RunIdentity(t, linkAddress, env.Config(link(mill.ID)), "organization_id")
}

// Somebody unlinks the organization in the provider portal: the next apply links it again.
func TestClientOrganizationLink_disappears(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	mill := env.MSP.Admin.NewOrganization(t, "Mill", 5)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(link(mill.ID))},
		{
			PreConfig: func() {
				path := "/providers/" + env.MSP.ProviderID + "/organizations/" + onlyClient(t, env).ID
				if err := env.MSP.Admin.Delete(t.Context(), path, nil); err != nil {
					t.Error(err)
				}
			},
			Config: env.Config(link(mill.ID)), PlanOnly: true, ExpectNonEmptyPlan: true,
		},
	}})
}

func TestClientOrganizationLink_replace(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	mill := env.MSP.Admin.NewOrganization(t, "Mill", 5)
	forge := env.MSP.Admin.NewOrganization(t, "Forge", 5)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(link(mill.ID))},
		{
			Config:           env.Config(link(forge.ID)),
			ConfigPlanChecks: linkAction(plancheck.ResourceActionReplace),
			Check: func(*terraform.State) error {
				if got := onlyClient(t, env); got.Name != "Forge" {
					return fmt.Errorf("got %+v", got)
				}
				return nil
			},
		},
	}})
}

func TestClientOrganizationLink_lostAnswer(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]emulator.Fault{
		"cut":                      {Cut: emulator.CutAfter, Times: 1},
		"failed after it was done": {Status: 500, AfterExecution: true, Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			mill := env.MSP.Admin.NewOrganization(t, "Mill", 5)
			if err := env.Fail(linkClient, fault); err != nil {
				t.Fatal(err)
			}
			acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: env.Config(link(mill.ID))},
				{Config: env.Config(link(mill.ID)), ConfigPlanChecks: linkAction(plancheck.ResourceActionNoop)},
			}})
			if got := env.Requests().Count(linkClient); got != 1 {
				t.Errorf("linked %d times", got)
			}
		})
	}
}

// The link is there, but a later step fails: it is kept, untainted, since a replacement would unlink.
func TestClientOrganizationLink_partial(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	mill := env.MSP.Admin.NewOrganization(t, "Mill", 5)
	if err := env.Fail("GET /api/organizations/{id}", emulator.Fault{Status: 403, Times: 1}); err != nil {
		t.Fatal(err)
	}
	state, problems := env.Protocol(t).Apply(linkType, nil, map[string]any{"organization_id": mill.ID})
	problems.WantWarning(t, "", "Organization was linked, but with a failure")
	if got := state.Attributes(t); got["name"] != "Mill" || got["provider_organization_id"] == nil {
		t.Errorf("got %v", got)
	}
}

// Organizations can be linked at the same time.
func TestClientOrganizationLink_siblings(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	var ids []any
	for i := range 3 {
		ids = append(ids, env.MSP.Admin.NewOrganization(t, fmt.Sprint("Mill ", i), 5).ID)
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: env.Config(fmt.Sprintf(`resource "bitwarden_client_organization_link" "mill" {
  count = 3

  organization_id     = [%q, %q, %q][count.index]
  allow_seat_purchase = true
}
`, ids...)),
		Check: func(*terraform.State) error { return wantAssigned(t, env, 15) },
	}}})
}

func TestClientOrganizationLink_unknownInputs(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	mill := env.MSP.Admin.NewOrganization(t, "Mill", 11)
	config := func(allow bool) string {
		return env.Config(fmt.Sprintf(`resource "terraform_data" "inputs" {
  input = %q
}

resource "bitwarden_client_organization_link" "mill" {
  organization_id     = terraform_data.inputs.output
  allow_seat_purchase = %t
}
`, mill.ID, allow))
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config(false), ExpectError: regexp.MustCompile(`Provider would have to buy seats`)},
		{Config: config(true)},
		{Config: config(false), ConfigPlanChecks: linkAction(plancheck.ResourceActionUpdate)},
	}})
}

func TestClientOrganizationLink_preconditions(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	mill := env.MSP.Admin.NewOrganization(t, "Mill", 11)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", Seats: 1})
	foreign := env.NewPerson(t, "owner@foreign.example").NewOrganization(t, "Foreign", 1)
	service := env.MSP.NewServiceUser(t, "service@provider.example")
	plan := func(protocol *acctest.Protocol, id string) acctest.Problems {
		_, problems := protocol.Plan(linkType, nil, map[string]any{"organization_id": id})
		return problems
	}
	noPassword := acctest.NewProtocol(t)
	attributes := env.ProviderConfig()
	delete(attributes, "master_password")
	noPassword.Configure(attributes).WantNone(t)

	plan(env.Protocol(t), foreign.ID).WantError(t, "organization_id", "msp@provider.example has to be a confirmed owner",
		"Mill ("+mill.ID)
	plan(env.Protocol(t), client.ID).WantError(t, "organization_id", "Acme GmbH", "is a client of the provider already",
		"Import it")
	plan(env.Protocol(t), mill.ID).
		WantError(t, "allow_seat_purchase", "has assigned 1", "need 11 more", "2 would be bought")
	plan(protocolAs(t, env, service), mill.ID).WantError(t, "", "service@provider.example", "takes a provider admin")
	plan(noPassword, mill.ID).WantError(t, "", "Could not link organization", "master_password")
	env.Protocol(t).Validate(linkType, map[string]any{"organization_id": "Mill"}).
		WantError(t, "organization_id", "UUID in lower case")

	listed, problems := env.Protocol(t).List(linkType, map[string]any{}, true, 0)
	problems.WantNone(t)
	if len(listed) != 1 || listed[0].DisplayName != "Acme GmbH" || listed[0].Identity["organization_id"] != client.ID ||
		listed[0].Resource["provider_organization_id"] != client.LinkID {
		t.Errorf("listed %+v", listed)
	}
	// A client whose only owner is invited can be imported, but not unlinked.
	imported, problems := env.Protocol(t).Import(linkType, client.ID)
	problems.WantNone(t)
	_, problems = env.Protocol(t).Plan(linkType, imported, nil)
	problems.WantError(t, "", "Could not unlink organization", "Acme GmbH", "no confirmed owner of its own")
	_, problems = env.Protocol(t).Plan(linkType, imported, map[string]any{"organization_id": mill.ID})
	problems.WantError(t, "", "Could not unlink organization", "no confirmed owner of its own")
	if writes := env.Requests().Count(linkClient) + env.Requests().Count(unlinkClient); writes != 0 {
		t.Errorf("%d writes", writes)
	}
}
