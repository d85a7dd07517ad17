// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package collection_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
)

const readCollection = "GET /api/organizations/{orgId}/collections/{id}"

// full is a configuration that manages everything.
func (f *fixture) full(changes map[string]any) map[string]any {
	config := f.config(map[string]any{
		"external_id": "x", "groups": map[string]any{f.group: "edit"}, "members": map[string]any{f.sue: "view"},
	})
	maps.Copy(config, changes)
	return config
}

// isFull compares the server with such a configuration, apart from what differs as named.
func (f *fixture) isFull(t *testing.T, name, externalID string, groupManages, sueManages bool) {
	t.Helper()
	c := f.only(t)
	if c.Name != name || c.ExternalID != externalID || len(c.Groups) != 1 || c.Groups[0].Manage != groupManages ||
		len(c.Users) != 1 || c.Users[0].Manage != sueManages {
		t.Errorf("the server has %+v", c)
	}
}

// Somebody edits a collection between plan and apply: the apply writes what the plan promised.
func TestCollection_editedMeanwhile(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes func(*fixture) map[string]any
		check   func(*testing.T, *fixture)
	}{
		"a plan for the name": {
			func(*fixture) map[string]any { return map[string]any{"name": "Counter"} },
			func(t *testing.T, f *fixture) { t.Helper(); f.isFull(t, "Counter", "x", false, false) },
		},
		"a plan for the external id": {
			func(*fixture) map[string]any { return map[string]any{"external_id": "z"} },
			func(t *testing.T, f *fixture) { t.Helper(); f.isFull(t, "Shop", "z", false, false) },
		},
		"a plan for the groups": {
			func(f *fixture) map[string]any { return map[string]any{"groups": map[string]any{f.group: "manage"}} },
			func(t *testing.T, f *fixture) { t.Helper(); f.isFull(t, "Shop", "x", true, false) },
		},
		"a plan for the members": {
			func(f *fixture) map[string]any { return map[string]any{"members": map[string]any{f.sue: "manage"}} },
			func(t *testing.T, f *fixture) { t.Helper(); f.isFull(t, "Shop", "x", false, true) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, true)
			collection, problems := f.Protocol(t).Apply(collectionType, nil, f.full(nil))
			problems.WantNone(t)
			p := f.Protocol(t).Meanwhile(func() { f.put(t, f.only(t).ID, "Renamed", "y", []edge{}, []edge{}) })
			_, problems = p.Apply(collectionType, collection, f.full(test.changes(f)))
			problems.WantNone(t)
			test.check(t, f)
		})
	}
}

// The edit comes after the apply has read its lists, and just before it writes.
func TestCollection_editedWhileWriting(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	collection, problems := f.Protocol(t).Apply(collectionType, nil, f.full(nil))
	problems.WantNone(t)
	edit := func() { f.put(t, f.only(t).ID, "Renamed", "y", []edge{}, []edge{}) }
	if err := f.Before(readCollection, edit); err != nil {
		t.Fatal(err)
	}
	config := f.full(map[string]any{"members": map[string]any{f.sue: "manage"}})
	_, problems = f.Protocol(t).Apply(collectionType, collection, config)
	problems.WantNone(t)
	f.isFull(t, "Shop", "x", false, true)
}

func TestCollection_editedMeanwhile_cli(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	attributes := fmt.Sprintf("external_id = \"x\"\n groups = { %q = \"edit\" }\n members = { %q = \"view\" }",
		f.group, f.sue)
	edit := acctest.Edit(func() { f.put(t, f.only(t).ID, "Renamed", "y", []edge{}, []edge{}) })
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.shop(attributes)},
		{
			Config:           f.named("Counter", attributes),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{edit}},
			Check: func(*terraform.State) error {
				f.isFull(t, "Counter", "x", false, false)
				return nil
			},
		},
	}})
}

// What goes out of management goes out of the state, and the server hears nothing of it.
func TestCollection_noLongerManaged_sendsNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	collection, problems := f.Protocol(t).Apply(collectionType, nil, f.full(nil))
	problems.WantNone(t)
	config := f.full(nil)
	delete(config, "groups")
	delete(config, "members")
	f.ResetRequests()
	if _, problems = f.Protocol(t).Apply(collectionType, collection, config); problems.HasError() {
		t.Error(problems)
	}
	for route := range f.Requests().ByRoute {
		if strings.HasPrefix(route, "PUT ") {
			t.Errorf("%s was sent", route)
		}
	}
}
