// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// Two owners are destroyed at the same time, and both plans know the other one: one of them stays.
func TestMember_ownersLeaveTogether(t *testing.T) {
	t.Parallel()
	for onDestroy, route := range map[string]string{"remove": removeMember, "revoke": revokeMember} {
		t.Run(onDestroy, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, 0)
			f.client.NewMember(t, "oscar@bakery.example", ownerRole)
			if err := f.Fail(route, emulator.Fault{Delay: 150 * time.Millisecond}); err != nil {
				t.Fatal(err)
			}
			owner := func(name, email string) string {
				return f.resource(name, email, fmt.Sprintf("role = \"owner\"\n on_destroy = %q", onDestroy)) +
					fmt.Sprintf("import {\n to = bitwarden_member.%s\n id = \"%s/%s\"\n}\n", name, f.organization, email)
			}
			acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: f.Config(owner("olivia", f.owner.Email) + owner("oscar", "oscar@bakery.example"))},
				{Config: f.Config("")},
			}})
			left := slices.DeleteFunc(f.members(t), func(r row) bool { return r.Type != ownerRole || r.Status != confirmed })
			if len(left) != 1 {
				t.Errorf("the owners are %+v, want one", left)
			}
		})
	}
}

// self makes the acting account a member.
func (f *fixture) self(t *testing.T) *acctest.Object {
	t.Helper()
	if err := f.client.Invite(t.Context(), f.MSP.Admin.Email, userRole); err != nil {
		t.Fatal(err)
	}
	if _, err := f.client.Join(t.Context(), f.MSP.Admin); err != nil {
		t.Fatal(err)
	}
	member, problems := f.Protocol(t).Import(memberType, f.organization+"/"+f.MSP.Admin.Email)
	problems.WantNone(t)
	return member
}

// The acting account does not end its own membership, and a plan with other things in it is not held up for that.
func TestMember_destroy_actingAccount(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	member := f.self(t)
	_, problems := f.Protocol(t).Plan(memberType, member, nil)
	problems.WantWarning(t, "", "acting account stays", fmt.Sprint(member.Attributes(t)["id"]))
	gone, problems := f.Protocol(t).Apply(memberType, member, nil)
	if len(problems) != 2 || problems.HasError() || gone != nil {
		t.Errorf("got %v with %s", gone, problems)
	}
	if got := f.find(t, f.MSP.Admin.Email); got.Status != confirmed {
		t.Errorf("the account is %+v", got)
	}
}

// An account that a domain of the organization has claimed cannot be removed: it is revoked.
func TestMember_destroy_claimed(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	f.client.NewMember(t, sueEmail, userRole)
	f.claim(t)
	member, problems := f.Protocol(t).Import(memberType, f.organization+"/"+sueEmail)
	problems.WantNone(t)
	_, problems = f.Protocol(t).Plan(memberType, member, nil)
	problems.WantWarning(t, "", "revoked instead of removed", f.sue(t).ID, `on_destroy = "revoke"`)
	_, problems = f.Protocol(t).Plan(memberType, member, f.config(map[string]any{"email": "susan@bakery.example"}))
	problems.WantWarning(t, "", "revoked instead of removed")

	gone, problems := f.Protocol(t).Apply(memberType, member, nil)
	if len(problems) != 2 || problems.HasError() || gone != nil {
		t.Errorf("got %v with %s", gone, problems)
	}
	if got := f.sue(t); got.Status != revoked {
		t.Errorf("the server has %+v", got)
	}
}

// A replacement revokes somebody who cannot be invited again: the same member is given back.
func TestMember_replace_revoked(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	sameID := statecheck.CompareValue(compare.ValuesSame())
	kept := func() []statecheck.StateCheck {
		return []statecheck.StateCheck{sameID.AddStateValue(address, tfjsonpath.New("id")), text("status", "confirmed")}
	}
	config := func(n int, attributes string) string {
		attributes += "\non_destroy = \"revoke\"\nlifecycle {\n replace_triggered_by = [terraform_data.trigger]\n }\n"
		return f.hcl(attributes) + fmt.Sprintf("resource \"terraform_data\" \"trigger\" {\n input = %d\n}\n", n)
	}
	replaced := action(plancheck.ResourceActionDestroyBeforeCreate)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config(1, "")},
		{PreConfig: func() { f.accept(t) }, Config: config(1, ""), ConfigStateChecks: kept()},
		{
			Config: config(2, `role = "admin"`), ConfigPlanChecks: replaced, ConfigStateChecks: kept(),
			Check: f.is(t, func(r row) bool { return r.Type == adminRole && r.Status == confirmed }),
		},
		{
			Config: config(2, ""), Taint: []string{address}, ConfigPlanChecks: replaced, ConfigStateChecks: kept(),
			Check: f.is(t, func(r row) bool { return r.Type == userRole && r.Status == confirmed }),
		},
		{
			Config: config(3, "revoked = true"), ConfigPlanChecks: replaced,
			Check: f.is(t, func(r row) bool { return r.Status == revoked }),
		},
	}})
	if got := f.Requests().Count(inviteMembers); got != 1 {
		t.Errorf("%d invitations", got)
	}
}

func TestMember_replace_createBeforeDestroy(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	config := f.hcl("lifecycle {\n create_before_destroy = true\n }")
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{Config: config, Taint: []string{address}, ExpectError: regexp.MustCompile(`create_before_destroy`)},
	}})
}

// Without a refresh nobody can tell a replacement from somebody else's member.
func TestMember_replace_tainted(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	member, problems := f.Protocol(t).Apply(memberType, nil, f.config(nil))
	problems.WantNone(t)
	_, problems = f.Protocol(t).Plan(memberType, nil, f.config(nil))
	problems.WantError(t, "email", "plan with a refresh")

	p := f.Protocol(t)
	member, problems = p.Read(memberType, member)
	problems.WantNone(t)
	planned, problems := p.Plan(memberType, nil, f.config(nil))
	problems.WantNone(t)
	anew, problems := p.ReplacePlanned(memberType, member, planned, f.config(nil))
	problems.WantNone(t)
	if anew.Attributes(t)["id"] == member.Attributes(t)["id"] {
		t.Error("the member was not replaced")
	}
}

// Who stays at a destruction is not invited again by a replacement.
func TestMember_replace_whoStays(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	owner, problems := f.Protocol(t).Import(memberType, f.organization+"/"+f.owner.Email)
	problems.WantNone(t)
	for name, test := range map[string]struct {
		member *acctest.Object
		config map[string]any
		words  string
	}{
		"last owner":     {owner, f.config(map[string]any{"email": f.owner.Email, "role": "owner"}), "last confirmed owner"},
		"acting account": {f.self(t), f.config(map[string]any{"email": f.MSP.Admin.Email}), "Terraform acts with"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := f.Protocol(t).PlanReplace(memberType, test.member, test.config)
			problems.WantError(t, "email", test.words)
			p := f.Protocol(t)
			_, problems = p.Read(memberType, test.member)
			problems.WantNone(t)
			_, problems = p.Plan(memberType, nil, test.config)
			problems.WantError(t, "email", test.words)

			_, problems = f.Protocol(t).Plan(memberType, test.member, f.config(map[string]any{
				"email": acctest.Unknown, "role": test.config["role"],
			}))
			problems.WantWarning(t, "email", "known after apply", "stays if the address")
		})
	}
}

// An address that is known during the apply replaces nobody if it is the same.
func TestMember_unknownAddress(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	config := func(n int, email string) string {
		return f.Config(fmt.Sprintf(`resource "terraform_data" "sue" {
  input            = %q
  triggers_replace = %d
}

resource "bitwarden_member" "sue" {
  organization_id = %q
  email           = terraform_data.sue.output
}
`, email, n, f.organization))
	}
	sameID := statecheck.CompareValue(compare.ValuesSame())
	same := func() []statecheck.StateCheck {
		return []statecheck.StateCheck{sameID.AddStateValue(address, tfjsonpath.New("id"))}
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config(1, sueEmail), ConfigStateChecks: same()},
		{
			Config: config(2, sueEmail), ConfigStateChecks: same(),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate,
				plancheck.ExpectUnknownValue(address, tfjsonpath.New("email"))),
		},
		{Config: config(3, "susan@bakery.example"), ExpectError: regexp.MustCompile(`inconsistent final\s+plan`)},
		{
			Config:            config(3, "susan@bakery.example"),
			ConfigPlanChecks:  action(plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{text("email", "susan@bakery.example")},
		},
	}})
}

// A list that the successor of somebody does not have is not one that goes out of management.
func TestMember_replace_noLongerManaged(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	member, problems := f.Protocol(t).Apply(memberType, nil, f.config(map[string]any{"groups": []any{}}))
	problems.WantNone(t)
	_, problems = f.Protocol(t).Plan(memberType, member, f.config(nil))
	problems.WantWarning(t, "groups", "no longer managed here")
	_, problems = f.Protocol(t).Plan(memberType, member, f.config(map[string]any{"email": "susan@bakery.example"}))
	problems.WantNone(t)
}

// Somebody who was revoked comes back.
func TestMember_plan_revokedAddress(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	f.client.NewMember(t, sueEmail, userRole)
	f.put(t, "/users/"+f.sue(t).ID+"/revoke", nil)
	_, problems := f.Protocol(t).Plan(memberType, nil, f.config(nil))
	problems.WantError(t, "email", `"revoked"`, "import it as", "gives the access back", "for_each", "moved block")
	member, problems := f.Protocol(t).Import(memberType, f.organization+"/"+sueEmail)
	problems.WantNone(t)
	_, problems = f.Protocol(t).Apply(memberType, member, f.config(nil))
	problems.WantNone(t)
	if got := f.sue(t); got.Status != confirmed {
		t.Errorf("the server has %+v", got)
	}
}

// Who is revoked by a destruction comes back by a creation, also by that which Terraform plans in front of a destruction
// that follows one that failed half-way.
func TestMember_plan_revokedComesBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	f.client.NewMember(t, sueEmail, userRole)
	id := f.sue(t).ID
	f.put(t, "/users/"+id+"/revoke", nil)
	invited := f.Requests().Count(inviteMembers)
	config := f.config(map[string]any{"on_destroy": "revoke", "role": "admin"})
	_, problems := f.Protocol(t).Plan(memberType, nil, config)
	problems.WantWarning(t, "email", id, "comes back", `on_destroy = "revoke"`)
	member, _ := f.Protocol(t).Apply(memberType, nil, config)
	if got := f.sue(t); got.ID != id || got.Status != confirmed || got.Type != adminRole {
		t.Errorf("the server has %+v", got)
	}
	if got := member.Attributes(t); got["id"] != id || got["status"] != "confirmed" {
		t.Errorf("the state has %v", got)
	}
	if f.Requests().Count(inviteMembers) != invited {
		t.Error("the member was invited once more")
	}
}
