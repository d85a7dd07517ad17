// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
)

const readMember = "GET /api/organizations/{orgId}/users/{id}"

// promote makes Sue an admin without groups, as somebody could in the web vault.
func (f *fixture) promote(t *testing.T) {
	t.Helper()
	f.put(t, "/users/"+f.sue(t).ID, map[string]any{
		"type": adminRole, "accessSecretsManager": false, "permissions": nil, "collections": []any{}, "groups": []any{},
	})
}

// Somebody edits a member between plan and apply, or while the apply writes: it writes what the plan promised.
func TestMember_editedMeanwhile(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		accepted bool
		changes  map[string]any
		custom   bool
		status   int
		writes   string // what the apply sends, and just before which an edit can come
	}{
		"a plan for the role":        {false, map[string]any{"role": "custom"}, true, invited, readMember},
		"a plan for auto_confirm":    {false, map[string]any{"auto_confirm": false}, false, invited, ""},
		"a plan for the collections": {false, map[string]any{"collections": map[string]any{}}, false, invited, readMember},
		"a plan for revocation":      {false, map[string]any{"revoked": true}, false, revoked, revokeMember},
		"a plan for confirmation":    {true, nil, false, confirmed, confirm},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, 0)
			shop := f.group(t, "Shop")
			config := func(changes map[string]any) map[string]any {
				c := f.config(map[string]any{"groups": []any{shop}, "collections": map[string]any{f.collection(t): "edit"}})
				maps.Copy(c, changes)
				return c
			}
			member, problems := f.Protocol(t).Apply(memberType, nil, config(nil))
			problems.WantNone(t)
			if test.accepted {
				f.accept(t)
				member, problems = f.Protocol(t).Read(memberType, member)
				problems.WantNone(t)
			}
			edit := func() { f.promote(t) }
			p := f.Protocol(t).Meanwhile(edit)
			if test.writes != "" {
				if err := f.Before(test.writes, edit); err != nil {
					t.Fatal(err)
				}
				p = f.Protocol(t)
			}
			_, problems = p.Apply(memberType, member, config(test.changes))
			problems.WantNone(t)
			sue := f.sue(t)
			if (sue.Type == 4) != test.custom || sue.Type == adminRole || sue.Status != test.status ||
				!slices.Equal(sue.Groups, []string{shop}) {
				t.Errorf("the server has %+v", sue)
			}
		})
	}
}

func TestMember_editedMeanwhile_cli(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	shop := f.group(t, "Shop")
	groups := fmt.Sprintf("groups = [%q]\n", shop)
	edited := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{acctest.Edit(func() { f.promote(t) })}}
	restored := f.is(t, func(r row) bool { return r.Type == userRole && slices.Equal(r.Groups, []string{shop}) })
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.hcl(groups)},
		{Config: f.hcl(groups + "auto_confirm = false"), ConfigPlanChecks: edited, Check: restored},
		{Config: f.hcl(groups + "revoked = true"), ConfigPlanChecks: edited, Check: restored},
		{Config: f.hcl(groups), ConfigPlanChecks: edited, Check: restored},
	}})
}
