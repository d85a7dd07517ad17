// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package group_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
)

const readGroup = "GET /api/organizations/{orgId}/groups/{id}/details"

// Somebody edits a group between plan and apply: the apply writes what the plan promised.
func TestGroup_editedMeanwhile(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		name    string
		manage  bool // the collection
		members func(*fixture) []any
	}{
		"a plan for the name":    {"Counter", false, func(f *fixture) []any { return []any{f.sue} }},
		"a plan for the access":  {"Shop", true, func(f *fixture) []any { return []any{f.sue} }},
		"a plan for the members": {"Shop", false, func(*fixture) []any { return []any{} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			config := func(name, permission string, members []any) map[string]any {
				return map[string]any{
					"organization_id": f.client.ID, "name": name, "members": members,
					"collections": map[string]any{f.collection: permission},
				}
			}
			group, problems := f.Protocol(t).Apply(groupType, nil, config("Shop", "edit", []any{f.sue}))
			problems.WantNone(t)
			permission := map[bool]string{false: "edit", true: "manage"}[test.manage]
			p := f.Protocol(t).Meanwhile(func() { f.put(t, f.only(t).ID, "Renamed", f.sam) })
			_, problems = p.Apply(groupType, group, config(test.name, permission, test.members(f)))
			problems.WantNone(t)
			got := f.only(t)
			if got.Name != test.name || len(got.Collections) != 1 || got.Collections[0].Manage != test.manage {
				t.Errorf("the server has %v", got)
			}
			if members := f.members(t, got.ID); fmt.Sprint(members) != fmt.Sprint(test.members(f)) {
				t.Errorf("the members are %v", members)
			}
		})
	}
}

// The edit comes after the apply has read its lists, and just before it writes.
func TestGroup_editedWhileWriting(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	config := map[string]any{
		"organization_id": f.client.ID, "name": "Shop", "collections": map[string]any{f.collection: "edit"},
	}
	group, problems := f.Protocol(t).Apply(groupType, nil, config)
	problems.WantNone(t)
	if err := f.Before(readGroup, func() { f.put(t, f.only(t).ID, "Renamed") }); err != nil {
		t.Fatal(err)
	}
	config["name"] = "Counter"
	_, problems = f.Protocol(t).Apply(groupType, group, config)
	problems.WantNone(t)
	if got := f.only(t); got.Name != "Counter" || len(got.Collections) != 1 {
		t.Errorf("the server has %v", got)
	}
}

func TestGroup_editedMeanwhile_cli(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	attributes := fmt.Sprintf("members = [%q]\n collections = { %q = \"edit\" }", f.sue, f.collection)
	edit := acctest.Edit(func() { f.put(t, f.only(t).ID, "Renamed", f.sam) })
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.shop(attributes)},
		{
			Config:            f.named("Counter", attributes),
			ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{edit}},
			ConfigStateChecks: []statecheck.StateCheck{known("members", ids(f.sue))},
			Check: func(*terraform.State) error {
				if got := f.only(t); got.Name != "Counter" || len(got.Collections) != 1 ||
					!slices.Equal(f.members(t, got.ID), []string{f.sue}) {
					return fmt.Errorf("the server has %v", got)
				}
				return nil
			},
		},
	}})
}

// What goes out of management goes out of the state, and the server hears nothing of it.
func TestGroup_noLongerManaged_sendsNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	config := map[string]any{
		"organization_id": f.client.ID, "name": "Shop", "members": []any{f.sam},
		"collections": map[string]any{f.collection: "edit"},
	}
	group, problems := f.Protocol(t).Apply(groupType, nil, config)
	problems.WantNone(t)
	delete(config, "members")
	delete(config, "collections")
	f.ResetRequests()
	if _, problems = f.Protocol(t).Apply(groupType, group, config); problems.HasError() {
		t.Error(problems)
	}
	for route := range f.Requests().ByRoute {
		if strings.HasPrefix(route, "PUT ") {
			t.Errorf("%s was sent", route)
		}
	}
}
