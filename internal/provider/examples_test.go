// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// TestExamples applies every example of the documentation, which then plans empty: plugin-testing sees to that. Examples
// may refer to a client that exists, Bakery Ltd, and by var.organization_id to an organization that the account owns.
func TestExamples(t *testing.T) {
	t.Parallel()
	files := slices.Concat(
		glob(t, "examples/resources/*/resource*.tf"),
		glob(t, "examples/data-sources/*/data-source*.tf"),
		glob(t, "examples/ephemeral-resources/*/ephemeral-resource*.tf"),
	)
	if len(files) == 0 {
		t.Fatal("no examples found")
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			t.Parallel()
			example, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			env := acctest.New(t)
			env.MSP.NewClient(t, emulator.ClientOptions{Name: "Bakery Ltd", Seats: 20})
			variables := config.Variables{}
			if strings.Contains(string(example), `variable "organization_id"`) {
				variables["organization_id"] = config.StringVariable(env.MSP.Admin.NewOrganization(t, "Mill", 5).ID)
			}
			acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: env.Config(string(example)), ConfigVariables: variables},
				// The test destroys everything at its end.
				{Config: env.Config(unprotected(string(example))), ConfigVariables: variables},
			}})
		})
	}
}

// TestExamples_actions reads what the examples configure actions with, since the CLI may not know actions, and applies the rest
// of them. Where it does, it applies the whole: that invokes nothing, but the CLI reads it.
func TestExamples_actions(t *testing.T) {
	t.Parallel()
	schemas := acctest.NewProtocol(t).Schemas().ActionSchemas
	files := glob(t, "examples/actions/*/action.tf")
	if len(files) != len(schemas) {
		t.Errorf("%d examples of %d actions", len(files), len(schemas))
	}
	block := regexp.MustCompile(`(?ms)^action "(\w+)" "\w+" \{\n  config \{\n(.*?)^  \}\n\}\n`)
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			t.Parallel()
			example, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			match := block.FindStringSubmatch(string(example))
			if match == nil || match[1] != filepath.Base(filepath.Dir(file)) {
				t.Fatalf("no action in:\n%s", example)
			}
			var set []string
			for _, line := range regexp.MustCompile(`(?m)^    (\w+) +=`).FindAllStringSubmatch(match[2], -1) {
				set = append(set, line[1])
			}
			for _, attribute := range schemas[match[1]].Schema.Block.Attributes {
				if attribute.Required && !slices.Contains(set, attribute.Name) {
					t.Errorf("%s is missing", attribute.Name)
				}
				set = slices.DeleteFunc(set, func(name string) bool { return name == attribute.Name })
			}
			if len(set) > 0 {
				t.Errorf("the action has no %v", set)
			}

			env := acctest.New(t)
			env.MSP.NewClient(t, emulator.ClientOptions{Name: "Bakery Ltd", Seats: 20})
			variables := config.Variables{}
			if strings.Contains(string(example), `variable "new_password"`) {
				variables["new_password"] = config.StringVariable("Tide-7-lantern-orbit")
			}
			rest := block.ReplaceAllString(string(example), "")
			acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: env.Config(rest), ConfigVariables: variables},
			}})
			t.Run("whole", func(t *testing.T) {
				t.Parallel()
				if acctest.CLI(t).OpenTofu {
					t.Skip("OpenTofu has no actions")
				}
				acctest.Run(t, resource.TestCase{
					TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
					Steps:                  []resource.TestStep{{Config: env.Config(string(example)), ConfigVariables: variables}},
				})
			})
		})
	}
}

// unprotected is an example whose clients can be destroyed.
func unprotected(example string) string {
	blocks := regexp.MustCompile(`(?s)resource "bitwarden_client_organization" "\w+" \{.*?\n\}`)
	return blocks.ReplaceAllStringFunc(example, func(block string) string {
		if strings.Contains(block, "deletion_protection") {
			return block
		}
		return strings.TrimSuffix(block, "}") + "  deletion_protection = false\n}"
	})
}
