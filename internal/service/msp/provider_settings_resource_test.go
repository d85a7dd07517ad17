// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package msp_test

import (
	"fmt"
	"regexp"
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
	settingsType    = "bitwarden_provider_settings"
	settingsAddress = settingsType + ".msp"

	putProvider = "PUT /api/providers/{providerId}"
)

func settings(attributes string) string {
	return fmt.Sprintf("resource \"bitwarden_provider_settings\" \"msp\" {\n  %s\n}\n", attributes)
}

func settingsAction(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(settingsAddress, a)},
	}
}

func settingsKnown(attribute, value string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(settingsAddress, tfjsonpath.New(attribute), knownvalue.StringExact(value))
}

// record is the provider's record as the server has it: the business name is HTML.
type record struct {
	Name         string `json:"name"`
	BusinessName string `json:"businessName"`
	BillingEmail string `json:"billingEmail"`
}

func wantRecord(t *testing.T, env *acctest.Env, want record) resource.TestCheckFunc {
	t.Helper()
	return func(*terraform.State) error {
		var got record
		if err := env.MSP.Admin.Get(t.Context(), "/providers/"+env.MSP.ProviderID, &got); err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("the server has %+v, want %+v", got, want)
		}
		return nil
	}
}

func editRecord(t *testing.T, env *acctest.Env, edited record) {
	t.Helper()
	if err := env.MSP.Admin.Put(t.Context(), "/providers/"+env.MSP.ProviderID, edited, nil); err != nil {
		t.Error(err)
	}
}

func TestProviderSettings_basic(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config:           env.Config(settings(`business_name = "Söhne & <Co>"`)),
			ConfigPlanChecks: settingsAction(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				settingsKnown("id", env.MSP.ProviderID),
				settingsKnown("name", "Test MSP"),
				settingsKnown("business_name", "Söhne & <Co>"),
				settingsKnown("billing_email", "msp@provider.example"),
			},
			Check: wantRecord(t, env, record{"Test MSP", "S&#246;hne &amp; &lt;Co&gt;", "msp@provider.example"}),
		},
		{
			// Somebody changes what is not managed here: it stays.
			PreConfig: func() { editRecord(t, env, record{"Renamed", "Söhne & <Co>", "msp@provider.example"}) },
			Config: env.Config(settings(`
  business_name = "Söhne & <Co>"
  billing_email = "Bills@provider.example"`)),
			ConfigPlanChecks:  settingsAction(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{settingsKnown("name", "Renamed")},
			Check:             wantRecord(t, env, record{"Renamed", "S&#246;hne &amp; &lt;Co&gt;", "bills@provider.example"}),
		},
		{
			// Somebody changes what is managed here: it is repaired.
			PreConfig: func() { editRecord(t, env, record{"Renamed", "Other", "other@provider.example"}) },
			Config: env.Config(settings(`
  business_name = ""
  billing_email = "bills@provider.example"`)),
			ConfigPlanChecks: settingsAction(plancheck.ResourceActionUpdate),
			Check:            wantRecord(t, env, record{"Renamed", "", "bills@provider.example"}),
		},
		{
			ResourceName: settingsAddress, ImportState: true, ImportStateId: env.MSP.ProviderID, ImportStateVerify: true,
		},
	}})
	if err := wantRecord(t, env, record{"Renamed", "", "bills@provider.example"})(nil); err != nil {
		t.Errorf("destroyed: %v", err)
	}
}

func TestProviderSettings_importIdentity(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acctest.RunIdentity(t, settingsAddress, env.Config(settings(`name = "Test MSP"`)), "id")
	if got := env.Requests().Count(putProvider); got != 0 {
		t.Errorf("%d writes: nothing on the server had to change", got)
	}
}

func TestProviderSettings_unknownInputs(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: env.Config(`resource "terraform_data" "inputs" {
  input = { name = "MSP & Co", email = "bills@provider.example" }
}

resource "bitwarden_provider_settings" "msp" {
  name          = terraform_data.inputs.output.name
  business_name = terraform_data.inputs.output.name
  billing_email = terraform_data.inputs.output.email
}
`),
		Check: wantRecord(t, env, record{"MSP & Co", "MSP &amp; Co", "bills@provider.example"}),
	}}})
}

func TestProviderSettings_protocol(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	imported, problems := env.Protocol(t).Import(settingsType, env.MSP.ProviderID)
	problems.WantNone(t)
	service := env.MSP.NewServiceUser(t, "service@provider.example")

	t.Run("nothing set is nothing managed", func(t *testing.T) {
		t.Parallel()
		planned, problems := env.Protocol(t).Plan(settingsType, imported, map[string]any{})
		problems.WantNone(t)
		if !planned.Value.Equal(imported.Value) {
			t.Errorf("planned %v", planned.Value)
		}
	})
	t.Run("a service user reads, but changes nothing", func(t *testing.T) {
		t.Parallel()
		state, problems := protocolAs(t, env, service).Read(settingsType, imported)
		problems.WantNone(t)
		if !state.Value.Equal(imported.Value) {
			t.Errorf("read %v", state.Value)
		}
		_, problems = protocolAs(t, env, service).Plan(settingsType, imported, map[string]any{})
		problems.WantNone(t)
		_, problems = protocolAs(t, env, service).Plan(settingsType, imported, map[string]any{"name": "Mine"})
		problems.WantError(t, "", "Could not change provider settings", "service@provider.example is a service user")
	})
	t.Run("another provider is an error", func(t *testing.T) {
		t.Parallel()
		_, problems := env.Protocol(t).Import(settingsType, "00000000-0000-4000-8000-000000000000")
		problems.WantError(t, "", "Another provider than before", env.MSP.ProviderID)
	})
	for name, test := range map[string]struct {
		attribute, value, words string
	}{
		"a long name":          {"name", strings.Repeat("x", 51), "1 to 50 characters"},
		"a blank name":         {"name", " ", "1 to 50 characters"},
		"a long business name": {"business_name", strings.Repeat("x", 51), "at most 50"},
		"no address":           {"billing_email", "nobody", "e-mail address"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env.Protocol(t).Validate(settingsType, map[string]any{test.attribute: test.value}).
				WantError(t, test.attribute, test.words)
		})
	}
}

// The server's limits count entities, and its refusals keep the state.
func TestProviderSettings_refusals(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config:      env.Config(settings(`name = "&&&&&&&&&&&"`)),
			ExpectError: regexp.MustCompile(`It has 55 characters as the\s+server\s+stores\s+it`),
		},
		{Config: env.Config(settings(`name = "MSP"`))},
		{
			PreConfig: func() {
				fault := emulator.Fault{Status: 400, Body: `{"message":"No."}`, Times: 1}
				if err := env.Fail(putProvider, fault); err != nil {
					t.Error(err)
				}
			},
			Config:      env.Config(settings(`name = "Other"`)),
			ExpectError: regexp.MustCompile(`Could not update provider settings`),
		},
		{Config: env.Config(settings(`name = "Other"`)), ConfigPlanChecks: settingsAction(plancheck.ResourceActionUpdate)},
	}})
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
