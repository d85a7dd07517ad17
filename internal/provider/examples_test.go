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
