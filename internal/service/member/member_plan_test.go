// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// onlyStatusChanges passes when status is the only attribute of the member that differs in the plan.
type onlyStatusChanges struct{}

func (onlyStatusChanges) CheckPlan(
	_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse,
) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != address {
			continue
		}
		before, _ := change.Change.Before.(map[string]any)
		after, _ := change.Change.After.(map[string]any)
		for name := range before {
			if same := reflect.DeepEqual(before[name], after[name]); same == (name == "status") {
				resp.Error = fmt.Errorf("%s goes from %v to %v", name, before[name], after[name])
			}
		}
		if unknown, _ := change.Change.AfterUnknown.(map[string]any); len(unknown) > 0 {
			for name, value := range unknown {
				if value == true {
					resp.Error = fmt.Errorf("%s is known after apply only", name)
				}
			}
		}
		return
	}
	resp.Error = fmt.Errorf("%s is not in the plan", address)
}

func TestMember_plan_roleOfTeams(t *testing.T) {
	t.Parallel()
	f := newFixture(t, teams)
	custom := f.config(map[string]any{"role": "custom"})
	_, problems := f.Protocol(t).Plan(memberType, nil, custom)
	problems.WantError(t, "role", "teams_monthly", "Enterprise", f.organization)

	member, problems := f.Protocol(t).Apply(memberType, nil, f.config(nil))
	problems.WantNone(t)
	_, problems = f.Protocol(t).Plan(memberType, member, custom)
	problems.WantError(t, "role", "teams_monthly", "Enterprise")
}

func TestMember_plan_addressInUse(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	f.client.NewMember(t, sueEmail, userRole)
	_, problems := f.Protocol(t).Plan(memberType, nil, f.config(map[string]any{"email": "Sue@Bakery.Example"}))
	problems.WantError(t, "email", sueEmail, "import it as "+f.organization+"/"+sueEmail, f.sue(t).ID, `"confirmed"`)
}

// Two resources of one configuration have the same address.
func TestMember_plan_sameAddress(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	both := f.Config(f.resource("sue", sueEmail, "") + f.resource("susan", "SUE@bakery.example", ""))
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: both, ExpectError: regexp.MustCompile(`(?s)Address is invited twice.*sue@bakery\.example`)},
		{Config: f.hcl("")},
		{Config: both, ExpectError: regexp.MustCompile(`Address is (in the organization already|used by two resources)`)},
	}})
	if len(f.members(t)) != 1 {
		t.Errorf("members: %+v", f.members(t))
	}
}

// Terraform plans the two in any order.
func TestMember_plan_sameAddressAsExisting(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	existing, problems := f.Protocol(t).Apply(memberType, nil, f.config(nil))
	problems.WantNone(t)
	type step func(*acctest.Protocol) acctest.Problems
	read := func(p *acctest.Protocol) acctest.Problems {
		_, problems := p.Read(memberType, existing)
		return problems
	}
	keep := func(p *acctest.Protocol) acctest.Problems {
		_, problems := p.Plan(memberType, existing, f.config(nil))
		return problems
	}
	destroy := func(p *acctest.Protocol) acctest.Problems {
		_, problems := p.Plan(memberType, existing, nil)
		return problems
	}
	create := func(p *acctest.Protocol) acctest.Problems {
		_, problems := p.Plan(memberType, nil, f.config(nil))
		return problems
	}
	for name, steps := range map[string][]step{
		"created before it is read": {create}, "created last": {read, keep, create}, "kept last": {read, create, keep},
		"created after the destruction": {read, destroy, create}, "destroyed last": {read, create, destroy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := f.Protocol(t)
			last := len(steps) - 1
			for _, step := range steps[:last] {
				step(p).WantNone(t)
			}
			steps[last](p).WantError(t, "email", sueEmail, f.organization)
		})
	}
}

// A resource that is renamed without a moved block would be invited before or after its removal, at random.
func TestMember_plan_renamed(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	susan := f.Config(f.resource("susan", sueEmail, ""))
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.hcl("")},
		{Config: susan, ExpectError: regexp.MustCompile(`moved\s+block`)},
		{Config: susan + `moved {
  from = bitwarden_member.sue
  to   = bitwarden_member.susan
}
`},
	}})
}

// Replacing somebody on purpose is no second invitation.
func TestMember_plan_replaced(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	trigger := func(n int) string {
		return f.hcl("lifecycle {\n replace_triggered_by = [terraform_data.trigger]\n }") +
			fmt.Sprintf("resource \"terraform_data\" \"trigger\" {\n input = %d\n}\n", n)
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: trigger(1)},
		{
			Config:           trigger(1),
			Taint:            []string{address},
			ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate),
		},
		{
			Config:           trigger(2),
			ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate),
		},
	}})
	if got := f.Requests().Count(inviteMembers); got != 3 {
		t.Errorf("%d invitations, want three", got)
	}
}

func TestMember_plan_lastOwner(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	config := func(changes map[string]any) map[string]any {
		c := f.config(map[string]any{"email": f.owner.Email, "role": "owner"})
		maps.Copy(c, changes)
		return c
	}
	owner, problems := f.Protocol(t).Import(memberType, f.organization+"/"+f.owner.Email)
	problems.WantNone(t)
	for attribute, changes := range map[string]map[string]any{
		"role": {"role": "admin"}, "revoked": {"revoked": true}, "email": {"email": "oscar@bakery.example"},
	} {
		_, problems := f.Protocol(t).Plan(memberType, owner, config(changes))
		problems.WantError(t, attribute, "last confirmed owner", f.ownerID, f.organization)
	}

	// Destroying the organization takes its members along: the owner stays until then.
	_, problems = f.Protocol(t).Plan(memberType, owner, nil)
	problems.WantWarning(t, "", "last owner stays", f.ownerID)
	gone, problems := f.Protocol(t).Apply(memberType, owner, nil)
	if problems.HasError() || gone != nil {
		t.Errorf("got %v with %s", gone, problems)
	}
	if got := f.find(t, f.owner.Email); got.Status != confirmed || got.Type != ownerRole {
		t.Errorf("the owner is %+v", got)
	}

	// If the rest of the destruction fails, the next run finds him again, instead of asking for an import.
	again, problems := f.Protocol(t).Apply(memberType, nil, config(nil))
	problems.WantNone(t)
	if again.Attributes(t)["id"] != f.ownerID || f.Requests().Count(inviteMembers) != 0 {
		t.Errorf("the owner is %v after %d invitations", again.Attributes(t), f.Requests().Count(inviteMembers))
	}
	_, problems = f.Protocol(t).Plan(memberType, nil, config(map[string]any{"revoked": true}))
	problems.WantError(t, "email", "last confirmed owner")
	_, problems = f.Protocol(t).Plan(memberType, nil, config(map[string]any{"role": "user"}))
	problems.WantError(t, "email", "in the organization already")

	f.client.NewMember(t, "oscar@bakery.example", ownerRole)
	_, problems = f.Protocol(t).Apply(memberType, owner, config(map[string]any{"role": "admin"}))
	problems.WantNone(t)
}

func TestMember_plan_actingAccount(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	member := f.self(t)
	for attribute, changes := range map[string]map[string]any{
		"revoked": {"email": f.MSP.Admin.Email, "revoked": true}, "email": {"email": sueEmail},
	} {
		_, problems := f.Protocol(t).Plan(memberType, member, f.config(changes))
		problems.WantError(t, attribute, "acting account")
	}
}

// answer makes the server list Sue with something changed.
func (f *fixture) answer(t *testing.T, change map[string]any) {
	t.Helper()
	var list map[string]any
	err := f.MSP.Admin.Get(t.Context(), f.path("/users?includeGroups=true&includeCollections=true"), &list)
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := list["data"].([]any)
	for _, r := range rows {
		if r, ok := r.(map[string]any); ok && r["email"] == sueEmail {
			maps.Copy(r, change)
		}
	}
	body, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Fail(listMembers, emulator.Fault{Status: http.StatusOK, Body: string(body)}); err != nil {
		t.Fatal(err)
	}
}

// The person gives the account another address: nobody is replaced, and the configuration can follow.
func TestMember_plan_addressChanged(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	member, problems := f.Protocol(t).Apply(memberType, nil, f.config(nil))
	problems.WantNone(t)
	f.answer(t, map[string]any{"email": "susan@bakery.example"})
	state, problems := f.Protocol(t).Read(memberType, member)
	problems.WantWarning(t, "email", "susan@bakery.example", "replaces nobody")
	for email, replaced := range map[string]bool{
		sueEmail: false, "Susan@bakery.example": false, "simon@bakery.example": true,
	} {
		planned, problems := f.Protocol(t).Plan(memberType, state, f.config(map[string]any{"email": email}))
		problems.WantNone(t)
		// The status is planned only if the same member stays.
		if got := planned.Attributes(t)["status"]; (got == acctest.Unknown) != replaced {
			t.Errorf("%s: the status is %v", email, got)
		}
	}
	f.answer(t, map[string]any{"email": "susan@bakery.example"})
	moved, problems := f.Protocol(t).Apply(memberType, state, f.config(map[string]any{"email": "susan@bakery.example"}))
	problems.WantNone(t)
	if got := moved.Attributes(t)["email"]; got != "susan@bakery.example" || f.Requests().Count(updateMember) != 0 {
		t.Errorf("the email is %v after %d updates", got, f.Requests().Count(updateMember))
	}
}

// Roles and statuses of tomorrow show as they are, and plan back to what is configured.
func TestMember_plan_unknownWords(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	member, problems := f.Protocol(t).Apply(memberType, nil, f.config(nil))
	problems.WantNone(t)
	f.answer(t, map[string]any{"type": 9, "status": 7})
	p := f.Protocol(t)
	state, problems := p.Read(memberType, member)
	problems.WantNone(t)
	if got := state.Attributes(t); got["role"] != "unknown (9)" || got["status"] != "unknown (7)" {
		t.Errorf("got %v", got)
	}
	planned, problems := p.Plan(memberType, state, f.config(nil))
	problems.WantNone(t)
	if got := planned.Attributes(t); got["role"] != "user" || got["status"] != "unknown (7)" {
		t.Errorf("planned %v", got)
	}
}

// The owner who was invited together with the organization cannot be imported in the same run: the invitation is taken
// over.
func TestMember_takesOverOwner(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	config := env.Config(fmt.Sprintf(`resource "bitwarden_client_organization" "bakery" {
  name                = "Bakery Ltd"
  plan                = "enterprise_monthly"
  seats               = 5
  owner_email         = %[1]q
  deletion_protection = false
}

resource "bitwarden_member" "sue" {
  organization_id = bitwarden_client_organization.bakery.id
  email           = %[1]q
  role            = "owner"
}
`, sueEmail))
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config, ConfigPlanChecks: action(plancheck.ResourceActionCreate)},
		{Config: config, ConfigPlanChecks: action(plancheck.ResourceActionNoop)},
	}})
	if got := env.Requests().Count(inviteMembers); got != 0 {
		t.Errorf("%d invitations, want none: the server sent it already", got)
	}
}
