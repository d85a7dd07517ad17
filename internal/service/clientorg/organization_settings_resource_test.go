// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg_test

import (
	"fmt"
	"strings"
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
	settingsType    = "bitwarden_organization_settings"
	settingsAddress = settingsType + ".acme"

	putFlags        = "PUT /api/organizations/{id}/collection-management"
	putOrganization = "PUT /api/organizations/{id}"
)

func settings(organizationID, attributes string) string {
	return fmt.Sprintf(`resource "bitwarden_organization_settings" "acme" {
  organization_id = %q
%s
}
`, organizationID, attributes)
}

func knownSetting(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(settingsAddress, tfjsonpath.New(attribute), value)
}

func settingsAction(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(settingsAddress, a)}}
}

// organization is what the server says about the settings.
type organization struct {
	BillingEmail                         string `json:"billingEmail"`
	LimitCollectionCreation              bool   `json:"limitCollectionCreation"`
	LimitCollectionDeletion              bool   `json:"limitCollectionDeletion"`
	LimitItemDeletion                    bool   `json:"limitItemDeletion"`
	AllowAdminAccessToAllCollectionItems bool   `json:"allowAdminAccessToAllCollectionItems"`
}

func organizationOf(t *testing.T, env *acctest.Env, id string) organization {
	t.Helper()
	var o organization
	if err := env.MSP.Admin.Get(t.Context(), "/organizations/"+id, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestOrganizationSettings_basic(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH"})
	before := organizationOf(t, env, client.ID)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			// The least: one switch. Everything else shows the server's value and is not managed.
			Config:           env.Config(settings(client.ID, "limit_item_deletion = true")),
			ConfigPlanChecks: settingsAction(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				knownSetting("limit_item_deletion", knownvalue.Bool(true)),
				knownSetting("limit_collection_creation", knownvalue.Bool(false)),
				knownSetting("billing_email", knownvalue.StringExact(before.BillingEmail)),
			},
		},
		{
			Config: env.Config(settings(client.ID, `billing_email = "Billing@Acme.example"
  limit_collection_creation = true
  allow_admin_access_to_all_collection_items = true`)),
			ConfigPlanChecks: settingsAction(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				knownSetting("billing_email", knownvalue.StringExact("Billing@Acme.example")),
				knownSetting("limit_collection_creation", knownvalue.Bool(true)),
				knownSetting("limit_item_deletion", knownvalue.Bool(true)), // no longer managed, and so kept
			},
			Check: func(*terraform.State) error {
				want := organization{"billing@acme.example", true, false, true, true}
				if got := organizationOf(t, env, client.ID); got != want {
					return fmt.Errorf("the server has %+v, want %+v", got, want)
				}
				return nil
			},
		},
		{
			ResourceName: settingsAddress, ImportState: true, ImportStateId: client.ID,
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "organization_id",
			ImportStateVerifyIgnore: []string{"billing_email"}, // in lower case, as the server has it
		},
	}})
	// Destroying forgets: the last settings stay.
	if got := organizationOf(
		t,
		env,
		client.ID,
	); !got.LimitCollectionCreation ||
		got.BillingEmail != "billing@acme.example" {
		t.Errorf("after the end the server has %+v", got)
	}
}

func TestOrganizationSettings_importBlock(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH"})
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: env.Config(fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", settingsAddress, client.ID) +
			settings(client.ID, "limit_item_deletion = false")),
		ConfigPlanChecks: settingsAction(plancheck.ResourceActionNoop),
	}}})
	if requests := env.Requests(); requests.Count(putFlags) != 0 || requests.Count(putOrganization) != 0 {
		t.Error("an import of what is so already was written")
	}
}

// Somebody switches a managed and another switch: the first is repaired, the second kept.
func TestOrganizationSettings_drift(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH"})
	config := env.Config(settings(client.ID, "limit_item_deletion = true"))
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{
			PreConfig: func() {
				err := env.MSP.Admin.Put(t.Context(), "/organizations/"+client.ID+"/collection-management",
					map[string]bool{"limitCollectionCreation": true, "limitItemDeletion": false}, nil)
				if err != nil {
					t.Error(err)
				}
			},
			Config:           config,
			ConfigPlanChecks: settingsAction(plancheck.ResourceActionUpdate),
			Check: func(*terraform.State) error {
				got := organizationOf(t, env, client.ID)
				if !got.LimitItemDeletion || !got.LimitCollectionCreation {
					return fmt.Errorf("the server has %+v", got)
				}
				return nil
			},
		},
	}})
}

// Settings, name and seats are written to one row by three routes: in parallel they would revert each other.
func TestOrganizationSettings_sibling(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", OwnerEmail: "ada@acme.example"})
	config := func(name, email string, seats int) string {
		return env.Config(fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", clientAddress, client.ID) +
			renamed(name, seats) +
			settings(client.ID, fmt.Sprintf("billing_email = %q\n  limit_item_deletion = true", email)))
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config("Acme GmbH", "a@acme.example", 10)},
		{
			Config: config("Acme AG", "b@acme.example", 8),
			Check: func(*terraform.State) error {
				got, row := organizationOf(t, env, client.ID), onlyClient(t, env)
				if got.BillingEmail != "b@acme.example" || !got.LimitItemDeletion || row.Name != "Acme AG" || row.Seats != 8 {
					return fmt.Errorf("the server has %+v, %+v", got, row)
				}
				return nil
			},
		},
	}})
}

// The first of two writes succeeds, the second fails: the next apply finishes.
func TestOrganizationSettings_partial(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH"})
	attributes := map[string]any{
		"organization_id": client.ID, "billing_email": "billing@acme.example", "limit_item_deletion": true,
	}
	if err := env.Fail(putFlags, emulator.Fault{Status: 400, Body: `{"message":"No."}`, Times: 1}); err != nil {
		t.Fatal(err)
	}
	state, problems := env.Protocol(t).Apply(settingsType, nil, attributes)
	problems.WantError(t, "", "Could not set organization settings", "HTTP 400")
	state, problems = env.Protocol(t).Apply(settingsType, state, attributes)
	problems.WantNone(t)
	if got := state.Attributes(t); got["billing_email"] != "billing@acme.example" || got["limit_item_deletion"] != true {
		t.Errorf("got %v", got)
	}
}

func TestOrganizationSettings_protocol(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH"})
	imported, problems := env.Protocol(t).ImportByIdentity(settingsType, map[string]any{"organization_id": client.ID})
	problems.WantNone(t)
	byID, problems := env.Protocol(t).Import(settingsType, client.ID)
	problems.WantNone(t)
	if !byID.Value.Equal(imported.Value) {
		t.Errorf("by id %v, by identity %v", byID.Value, imported.Value)
	}

	t.Run("nothing set is nothing managed", func(t *testing.T) {
		t.Parallel()
		planned, problems := env.Protocol(t).Plan(settingsType, imported, map[string]any{"organization_id": client.ID})
		problems.WantNone(t)
		if !planned.Value.Equal(imported.Value) {
			t.Errorf("planned %v", planned.Value)
		}
	})
	t.Run("letter case of the address is no change", func(t *testing.T) {
		t.Parallel()
		email, _ := imported.Attributes(t)["billing_email"].(string)
		planned, problems := env.Protocol(t).Plan(settingsType, imported, map[string]any{
			"organization_id": client.ID, "billing_email": strings.ToUpper(email),
		})
		problems.WantNone(t)
		if !planned.Value.Equal(imported.Value) {
			t.Errorf("planned %v", planned.Value)
		}
	})
	t.Run("a bad address is refused", func(t *testing.T) {
		t.Parallel()
		env.Protocol(t).Validate(settingsType, map[string]any{
			"organization_id": client.ID, "billing_email": "nobody",
		}).WantError(t, "billing_email", "e-mail address")
	})
	t.Run("a bad id is refused", func(t *testing.T) {
		t.Parallel()
		env.Protocol(t).Validate(settingsType, map[string]any{"organization_id": "Acme"}).
			WantError(t, "organization_id", "UUID in lower case")
	})
}

func TestOrganizationSettings_gone(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH"})
	state, problems := env.Protocol(t).Import(settingsType, client.ID)
	problems.WantNone(t)

	t.Log("A refusal keeps the state.")
	if err := env.Fail("GET /api/organizations/{id}", emulator.Fault{Status: 404, Times: 1}); err != nil {
		t.Fatal(err)
	}
	_, problems = env.Protocol(t).Read(settingsType, state)
	problems.WantError(t, "", "Could not read organization settings")

	err := env.MSP.Admin.Delete(t.Context(), "/organizations/"+client.ID,
		map[string]string{"masterPasswordHash": env.MSP.Admin.PasswordHash()})
	if err != nil {
		t.Fatal(err)
	}
	state, problems = env.Protocol(t).Read(settingsType, state)
	problems.WantError(t, "", "Organization is no client of this provider", client.ID)
	if state == nil {
		t.Error("no longer in the state")
	}
}
