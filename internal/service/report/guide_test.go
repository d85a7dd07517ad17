// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

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

// The audit of the guide does what the guide says, for a client with everything wrong and one with nothing wrong.
func TestGuide_audit(t *testing.T) {
	t.Parallel()
	root, err := acctest.Root()
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile(filepath.Join(root, "templates", "guides", "drift.md"))
	if err != nil {
		t.Fatal(err)
	}
	audit := regexp.MustCompile("(?s)```terraform\n(# audit.tf\n.*?)```").FindSubmatch(guide)
	if audit == nil {
		t.Fatal("the guide has no audit.tf")
	}
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
					Config: env.Config(strings.TrimPrefix(string(audit[1]), "# audit.tf\n")),
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
