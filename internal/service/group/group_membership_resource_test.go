// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package group_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const membershipType = "bitwarden_group_membership"

// newGroup makes a group behind Terraform's back, with these members.
func (f *fixture) newGroup(t *testing.T, members ...string) string {
	t.Helper()
	var made row
	err := f.MSP.Admin.Post(t.Context(), f.path("/groups"), map[string]any{
		"name": "Shop", "collections": []any{map[string]any{"id": f.collection, "readOnly": true}}, "users": members,
	}, &made)
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

// memberships is a configuration with one membership per member, named after it.
func (f *fixture) memberships(group string, members ...string) string {
	var body strings.Builder
	for _, member := range members {
		fmt.Fprintf(&body, `resource "bitwarden_group_membership" "m%s" {
  organization_id = %q
  group_id        = %q
  member_id       = %q
}
`, member, f.client.ID, group, member)
	}
	return f.Config(body.String())
}

func (f *fixture) wantMembers(t *testing.T, group string, want ...string) resource.TestCheckFunc {
	t.Helper()
	slices.Sort(want)
	return func(*terraform.State) error {
		if got := f.members(t, group); !slices.Equal(got, want) {
			return fmt.Errorf("members are %v, want %v", got, want)
		}
		return nil
	}
}

// The others in the group stay, and so do its name and its access.
func TestGroupMembership_basic(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	group := f.newGroup(t, f.sam)
	at := membershipType + ".m" + f.sue
	acctest.Run(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: f.memberships(group, f.sue),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(at, plancheck.ResourceActionCreate),
				}},
				Check: f.wantMembers(t, group, f.sam, f.sue),
			},
			{
				ResourceName: at, ImportState: true, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "member_id",
				ImportStateId: f.client.ID + "/" + group + "/" + f.sue,
			},
			{
				ResourceName: at, ImportState: true, ImportStateKind: resource.ImportBlockWithID,
				ImportStateId: f.client.ID + "/" + group + "/" + f.sue,
			},
			{
				ResourceName: at, ImportState: true, ImportStateId: f.client.ID + "/" + f.sue,
				ExpectError: regexp.MustCompile(`<organization_id>/<group_id>/<member_id>`),
			},
			{ // Somebody else takes her out.
				PreConfig: func() { f.put(t, group, "Shop & Café", f.sam) },
				Config:    f.memberships(group, f.sue),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(at, plancheck.ResourceActionCreate),
				}},
				Check: f.wantMembers(t, group, f.sam, f.sue),
			},
			{Config: f.memberships(group), Check: f.wantMembers(t, group, f.sam)},
		},
	})
	if got := f.only(t); got.Name != "Shop & Café" {
		t.Errorf("the group is %v", got)
	}
}

// Memberships of one group that change at the same time share requests, and none is lost.
func TestGroupMembership_concurrent(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var members []string
	for i := range 8 {
		address := fmt.Sprintf("person%d@bakery.example", i)
		if err := f.client.Invite(t.Context(), address, 2); err != nil {
			t.Fatal(err)
		}
	}
	var list struct {
		Data []struct {
			ID    string `json:"id"`
			Email string `json:"email"`
		} `json:"data"`
	}
	f.get(t, "/users", &list)
	for _, m := range list.Data {
		if strings.HasPrefix(m.Email, "person") {
			members = append(members, m.ID)
		}
	}
	group := f.newGroup(t, f.sam)
	f.ResetRequests()
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config: f.memberships(group, members...),
			Check:  f.wantMembers(t, group, append([]string{f.sam}, members...)...),
		},
		{Config: f.memberships(group, members[:2]...), Check: f.wantMembers(t, group, f.sam, members[0], members[1])},
	}})
	f.wantMembers(t, group, f.sam)
	puts := f.Requests().Count(updateGroup)
	t.Logf("%d memberships were made and destroyed by %d writes of the group", len(members), puts)
	if puts > 6 { // 8 + 6 + 2 changes in three rounds, each in one or two waves of Terraform's ten at a time
		t.Errorf("%d writes of one group", puts)
	}
	if got := f.only(t); len(got.Collections) != 1 || !got.Collections[0].ReadOnly {
		t.Errorf("the access of the group is %v", got.Collections)
	}
}

func TestGroupMembership_protocol(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	group := f.newGroup(t, f.sam)
	config := map[string]any{"organization_id": f.client.ID, "group_id": group, "member_id": f.sue}
	made, problems := f.Protocol(t).Apply(membershipType, nil, config)
	problems.WantNone(t)
	imported, problems := f.Protocol(t).ImportByIdentity(membershipType, config)
	problems.WantNone(t)
	if got := imported.Attributes(t); fmt.Sprint(got) != fmt.Sprint(config) {
		t.Errorf("imported %v", got)
	}

	// The server would refuse the whole list for an unknown id.
	unknown := map[string]any{"organization_id": f.client.ID, "group_id": group, "member_id": group}
	_, problems = f.Protocol(t).Plan(membershipType, nil, unknown)
	problems.WantError(t, "member_id", "no member "+group)
	unknown = map[string]any{"organization_id": f.client.ID, "group_id": f.sue, "member_id": f.sue}
	_, problems = f.Protocol(t).Plan(membershipType, nil, unknown)
	problems.WantError(t, "group_id", "no group "+f.sue)

	if err := f.MSP.Admin.Delete(t.Context(), f.path("/groups/"+group), nil); err != nil {
		t.Fatal(err)
	}
	state, problems := f.Protocol(t).Read(membershipType, made)
	problems.WantWarning(t, "", "vanished group membership")
	if state != nil {
		t.Error("the membership is still in the state")
	}
	_, problems = f.Protocol(t).Apply(membershipType, made, nil)
	problems.WantNone(t)
}

// The acting account may add itself to a group once admins manage everything, which the same run may bring.
func TestGroupMembership_ownAccount(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	if err := f.client.Invite(t.Context(), f.MSP.Admin.Email, 0); err != nil {
		t.Fatal(err)
	}
	self, err := f.client.Join(t.Context(), f.MSP.Admin)
	if err != nil {
		t.Fatal(err)
	}
	group := f.newGroup(t, f.sam)
	config := map[string]any{"organization_id": f.client.ID, "group_id": group, "member_id": self}
	settings := map[string]any{
		"organization_id": f.client.ID, "allow_admin_access_to_all_collection_items": true,
	}
	const settingsType = "bitwarden_organization_settings"
	_, problems := f.Protocol(t).Plan(membershipType, nil, config)
	problems.WantError(t, "member_id", "the account that Terraform uses")

	p := f.Protocol(t)
	_, problems = p.Plan(settingsType, nil, settings)
	problems.WantNone(t)
	_, problems = p.Plan(membershipType, nil, config)
	problems.WantNone(t)

	p = f.Protocol(t)
	_, problems = p.Apply(settingsType, nil, settings)
	problems.WantNone(t)
	_, problems = p.Apply(membershipType, nil, config)
	problems.WantNone(t)
}

func TestGroupMembership_failures(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	group := f.newGroup(t, f.sam)
	config := map[string]any{"organization_id": f.client.ID, "group_id": group, "member_id": f.sue}
	if err := f.Fail(updateGroup, emulator.Fault{Status: http.StatusBadRequest, Times: 1}); err != nil {
		t.Fatal(err)
	}
	made, problems := f.Protocol(t).Apply(membershipType, nil, config)
	if problems.WantError(t, "", "Could not add member to group"); made != nil {
		t.Errorf("a state after a failure: %v", made)
	}
	made, problems = f.Protocol(t).Apply(membershipType, nil, config)
	problems.WantNone(t)
	if err := f.Fail(listMembers, emulator.Fault{Status: http.StatusForbidden, Times: 1}); err != nil {
		t.Fatal(err)
	}
	state, problems := f.Protocol(t).Read(membershipType, made)
	if problems.WantError(t, "", "Could not read group membership"); state == nil {
		t.Error("a refusal drops the membership from the state")
	}
}

const listMembers = "GET /api/organizations/{orgId}/users"

// A list on either side and a single membership would undo each other.
func TestGroupMembership_conflicts(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	group := f.newGroup(t, f.sam)
	single := map[string]any{"organization_id": f.client.ID, "group_id": group, "member_id": f.sue}
	groupConfig := map[string]any{"organization_id": f.client.ID, "name": "Shop", "members": []any{f.sam}}
	state, problems := f.Protocol(t).Import(groupType, f.client.ID+"/"+group)
	problems.WantNone(t)

	p := f.Protocol(t)
	_, problems = p.Plan(membershipType, nil, single)
	problems.WantNone(t)
	_, problems = p.Plan(groupType, state, groupConfig)
	problems.WantError(t, "members", group, f.sue, "each apply would undo the other")

	p = f.Protocol(t)
	_, problems = p.Plan(groupType, state, groupConfig)
	problems.WantNone(t)
	_, problems = p.Plan(membershipType, nil, single)
	problems.WantError(t, "group_id", group, f.sue, "each apply would undo the other")

	p = f.Protocol(t)
	_, problems = p.Plan(membershipType, nil, single)
	problems.WantNone(t)
	_, problems = p.Plan(membershipType, nil, single)
	problems.WantError(t, "", "Another resource", group, f.sue)
}
