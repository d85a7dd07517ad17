// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// checkResults compares the results of check blocks, which are what the guide's job looks at.
type checkResults map[string]string

// CheckState implements statecheck.StateCheck.
func (want checkResults) CheckState(
	_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse,
) {
	got := checkResults{}
	for _, check := range req.State.Checks {
		got[check.Address.Name] = string(check.Status)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		resp.Error = errors.New(fmt.Sprint("the checks are ", got, ", want ", want))
	}
}

// guideBlock is the configuration in the guide that begins with a text.
func guideBlock(t *testing.T, begin string) string {
	t.Helper()
	root, err := acctest.Root()
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile(filepath.Join(root, "templates", "guides", "drift.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(guide), "```terraform\n"+begin)
	if !found {
		t.Fatalf("the guide has no block that begins with %q", begin)
	}
	block, _, _ = strings.Cut(block, "```")
	return begin + block
}

// What the guide asks for finds the owner of a client whose other members and groups are in code.
func TestGuide_unmanaged(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := `resource "bitwarden_client_organization" "bakery" {
  name                = "Bakery Ltd"
  plan                = "teams_monthly"
  seats               = 5
  owner_email         = "olivia@bakery.example"
  deletion_protection = false
}

resource "bitwarden_member" "bakery" {
  for_each = toset(["ann@bakery.example", "bob@bakery.example"])

  organization_id = bitwarden_client_organization.bakery.id
  email           = each.key
  role            = "user"
}

resource "bitwarden_group" "bakery" {
  for_each = toset(["Shop"])

  organization_id = bitwarden_client_organization.bakery.id
  name            = each.key
}
`
	address := "data." + unmanaged + ".bakery"
	members := tfjsonpath.New("members")
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config: env.Config(client + guideBlock(t, `data "bitwarden_unmanaged_objects" "bakery" {`)),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, members, knownvalue.ListSizeExact(1)),
				statecheck.ExpectKnownValue(address, members.AtSliceIndex(0).AtMapKey("email"),
					knownvalue.StringExact("olivia@bakery.example")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("groups"), knownvalue.ListSizeExact(0)),
			},
		},
		{Config: env.Config("")}, // plugin-testing cannot destroy what has keys.
	}})
}

// The audit of the guide does what the guide says, for a client with everything wrong and one with nothing wrong.
func TestGuide_audit(t *testing.T) {
	t.Parallel()
	audit := guideBlock(t, "# audit.tf\n")
	for name, want := range map[string]checkResults{
		"all wrong": {"passwords": "fail", "two_step_login": "fail", "owners": "fail"},
		"all right": {"passwords": "pass", "two_step_login": "pass", "owners": "pass"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, known := newFixture(t).Env, []config.Variable{}
			if name == "all right" {
				env = acctest.New(t)
				client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Mill"})
				var members struct {
					Data []struct {
						ID string `json:"id"`
					} `json:"data"`
				}
				if err := env.MSP.Admin.Get(t.Context(), "/organizations/"+client.ID+"/users", &members); err != nil {
					t.Fatal(err)
				}
				known = append(known, config.StringVariable(members.Data[0].ID))
			}
			acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
				{
					Config: env.Config(audit),
					ConfigVariables: config.Variables{
						"range_url": config.StringVariable(newRangeServer(t).URL), "known_owner_ids": config.SetVariable(known...),
					},
					ConfigStateChecks: []statecheck.StateCheck{want},
				},
				{Config: env.Config("")}, // plugin-testing cannot destroy what has keys.
			}})
		})
	}
}
