// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package send_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// ended is an imported Send that has ended some time ago, and its configuration.
func (f *fixture) ended(t *testing.T, how, onExpiry string) (*acctest.Object, map[string]any) {
	t.Helper()
	at := func(d time.Duration) time.Time { return time.Now().Add(d).UTC().Truncate(time.Second) }
	f.SetClock(time.Now().Add(-24 * time.Hour))
	id := f.made(t, "1234", func(r *row, _ crypto.SendKey) {
		r.DeletionDate = at(time.Hour)
		switch how {
		case "expired":
			r.ExpirationDate = new(at(-time.Hour))
		case "deleted":
			r.DeletionDate = at(-time.Hour)
		case "used_up":
			r.MaxAccessCount = new(1)
		}
	})
	r := f.only(t)
	config := text("1234", map[string]any{
		"delete_after": nil, "deletion_date": r.DeletionDate.Format(time.RFC3339), "on_expiry": onExpiry,
	})
	if r.ExpirationDate != nil {
		config["expiration_date"] = r.ExpirationDate.Format(time.RFC3339)
	}
	if r.MaxAccessCount != nil {
		config["max_access_count"] = *r.MaxAccessCount
	}
	send, problems := f.Protocol(t).Import(sendType, id)
	problems.WantNone(t)
	send, problems = f.Protocol(t).Apply(sendType, send, config)
	problems.WantNone(t)
	if r.MaxAccessCount != nil {
		f.wantReceived(t, send, "", "1234")
	}
	f.SetClock(time.Now())
	send, problems = f.Protocol(t).Read(sendType, send)
	problems.WantNone(t)
	if got := send.Attributes(t)["status"]; got != how {
		t.Fatalf("the status is %v, want %s", got, how)
	}
	return send, config
}

// wantReplaced fails the test unless a plan makes a new Send, which it applies.
func (f *fixture) wantReplaced(t *testing.T, send *acctest.Object, config map[string]any) {
	t.Helper()
	plan, _, problems := f.planned(t, send, config)
	problems.WantNone(t)
	if plan["status"] != acctest.Unknown || plan["id"] != send.Attributes(t)["id"] {
		t.Errorf("the plan is %v", plan)
	}
	made, problems := f.Protocol(t).Replace(sendType, send, config)
	problems.WantNone(t)
	got := made.Attributes(t)
	if got["id"] == send.Attributes(t)["id"] || got["status"] != "active" || f.only(t).ID != got["id"] {
		t.Errorf("the new Send is %v", got)
	}
	f.wantReceived(t, made, "", fmt.Sprint(config["text_wo"]))
}

func in(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.RFC3339) }

// A Send that was made with fixed dates cannot be made again: that is a warning, as long as nothing changes.
func TestSend_ended_fixedDates(t *testing.T) {
	t.Parallel()
	for how, attribute := range map[string]string{"expired": "expiration_date", "deleted": "deletion_date"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			send, config := f.ended(t, how, "recreate")
			plan, state, problems := f.planned(t, send, config)
			problems.WantWarning(t, attribute, "has ended", how)
			if fmt.Sprint(plan) != fmt.Sprint(state) {
				t.Errorf("planned %v, want %v", plan, state)
			}
			config["name"] = "Gate"
			_, _, problems = f.planned(t, send, config)
			problems.WantError(t, attribute, "has ended")
			config["name"], config["on_expiry"] = "Door", "retain"
			send, problems = f.Protocol(t).Apply(sendType, send, config)
			problems.WantNone(t)
			f.wantEmpty(t, send, config)
			gone, problems := f.Protocol(t).Apply(sendType, send, nil)
			problems.WantNone(t)
			if gone != nil {
				t.Error("the Send was not destroyed")
			}
		})
	}
}

func TestSend_ended_recreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		how    string
		change map[string]any
	}{
		"used up":                         {"used_up", nil},
		"expired, with a later date":      {"expired", map[string]any{"expiration_date": in(30 * time.Minute)}},
		"expired, without a date":         {"expired", map[string]any{"expiration_date": nil}},
		"deleted, with a later date":      {"deleted", map[string]any{"deletion_date": in(time.Hour)}},
		"deleted, with a duration":        {"deleted", map[string]any{"deletion_date": nil, "delete_after": "1h"}},
		"used up, with another text too":  {"used_up", map[string]any{"text_wo": "5678"}},
		"used up, with a higher limit as": {"used_up", map[string]any{"max_access_count": 9}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			send, config := f.ended(t, test.how, "recreate")
			maps.Copy(config, test.change)
			f.wantReplaced(t, send, config)
		})
	}
}

// A retained Send is left alone, also by a secret that differs at each run.
func TestSend_ended_retain(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"expired", "used_up", "deleted"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			send, config := f.ended(t, how, "retain")
			f.wantEmpty(t, send, config)
			delete(config, "on_expiry") // It is the default.
			f.wantEmpty(t, send, config)
			config["text_wo"] = "5678"
			f.wantEmpty(t, send, config)
		})
	}
}

// A changed configuration brings a retained Send to life again, in place where the server still has it.
func TestSend_ended_revived(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		how    string
		change map[string]any
	}{
		"expired": {"expired", map[string]any{"expiration_date": in(30 * time.Minute), "text_wo": "5678"}},
		"used up": {"used_up", map[string]any{"max_access_count": 9, "text_wo": "5678"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			send, config := f.ended(t, test.how, "retain")
			maps.Copy(config, test.change)
			revived := f.apply(t, send, config)
			if got := revived.Attributes(t); got["id"] != send.Attributes(t)["id"] || got["status"] != "active" {
				t.Errorf("the Send is %v", got)
			}
			f.wantReceived(t, revived, "", "5678")
		})
	}
	t.Run("deleted", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t)
		send, config := f.ended(t, "deleted", "retain")
		config["deletion_date"] = in(time.Hour)
		f.wantReplaced(t, send, config)
	})
}

// The state of a Send that the server has deleted in time stays, with its status.
func TestSend_ended_withDuration(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	send, config := f.ended(t, "deleted", "retain")
	config["deletion_date"], config["delete_after"] = nil, "1h"
	f.wantReplaced(t, send, config)
}

// The CLI replaces a Send that was opened as often as it may be.
func TestSend_ended_cli(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	config := f.door("name = \"Door\"\n text_wo = \"1234\"\n max_access_count = 1\n on_expiry = \"recreate\"")
	var link string
	acctest.Run(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
		Steps: []resource.TestStep{
			{Config: config, Check: func(s *terraform.State) error {
				link = s.RootModule().Resources[address].Primary.Attributes["link"]
				return nil
			}},
			{
				PreConfig: func() {
					if got, refusal := f.receive(t, link, ""); got != "1234" {
						t.Errorf("received %q (%s)", got, refusal)
					}
				},
				Config:            config,
				ConfigPlanChecks:  action(plancheck.ResourceActionDestroyBeforeCreate),
				ConfigStateChecks: []statecheck.StateCheck{known("status", knownvalue.StringExact("active"))},
			},
		},
	})
}
