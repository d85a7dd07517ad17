// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const roleType = "bitwarden_member_role"

// provision invites Sue behind Terraform's back and returns her id.
func (f *fixture) provision(t *testing.T) string {
	t.Helper()
	if err := f.client.Invite(t.Context(), sueEmail, userRole); err != nil {
		t.Fatal(err)
	}
	return f.sue(t).ID
}

func (f *fixture) role(id, attributes string) string {
	return f.Config(fmt.Sprintf(`resource "bitwarden_member_role" "sue" {
  organization_id = %q
  member_id       = %q
%s
}
`, f.organization, id, attributes))
}

// The access that the directory gave stays, and the destroyed role too.
func TestMemberRole_basic(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	id := f.provision(t)
	var group struct {
		ID string `json:"id"`
	}
	err := f.MSP.Admin.Post(t.Context(), f.path("/groups"), map[string]any{
		"name": "Shop", "collections": []any{}, "users": []string{id},
	}, &group)
	if err != nil {
		t.Fatal(err)
	}
	planned := func(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(roleType+".sue", a),
		}}
	}
	is := func(role int, permission bool) resource.TestCheckFunc {
		return func(*terraform.State) error {
			got := f.sue(t)
			if got.Type != role || got.Permissions["manageGroups"] != permission || len(got.Groups) != 1 {
				return fmt.Errorf("the member is %+v, want role %d", got, role)
			}
			return nil
		}
	}
	custom := f.role(id, "role = \"custom\"\n permissions = { manage_groups = true }")
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config: f.role(id, `role = "admin"`), ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			Check: is(adminRole, false),
		},
		{Config: custom, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: is(4, true)},
		{
			ResourceName: roleType + ".sue", ImportState: true, ImportStateVerify: true,
			ImportStateVerifyIdentifierAttribute: "member_id", ImportStateId: f.organization + "/" + id,
		},
		{
			ResourceName: roleType + ".sue", ImportState: true, ImportStateKind: resource.ImportBlockWithID,
			ImportStateId: f.organization + "/" + id,
		},
		{ // Somebody changes her role in the web vault.
			PreConfig: func() {
				err := f.MSP.Admin.Put(t.Context(), f.path("/users/"+id), map[string]any{
					"type": userRole, "collections": []any{}, "groups": nil, "permissions": nil,
				}, nil)
				if err != nil {
					t.Fatal(err)
				}
			},
			Config: custom, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: is(4, true),
		},
		{Config: f.Config(" "), Check: is(4, true)},
		{ // Nothing to send.
			PreConfig: f.ResetRequests,
			Config:    custom,
			Check: func(*terraform.State) error {
				if got := f.Requests().Count(updateMember); got != 0 {
					return fmt.Errorf("%d updates although the role is right", got)
				}
				return nil
			},
		},
	}})
}

func TestMemberRole_protocol(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	id := f.provision(t)
	config := map[string]any{"organization_id": f.organization, "member_id": id, "role": "admin"}
	if err := f.Fail(updateMember, emulator.Fault{Status: http.StatusBadRequest, Times: 1}); err != nil {
		t.Fatal(err)
	}
	made, problems := f.Protocol(t).Apply(roleType, nil, config)
	if problems.WantError(t, "", "Could not set role of member"); made != nil {
		t.Errorf("a state after a failure: %v", made)
	}
	made, problems = f.Protocol(t).Apply(roleType, nil, config)
	problems.WantNone(t)
	imported, problems := f.Protocol(t).ImportByIdentity(roleType, map[string]any{
		"organization_id": f.organization, "member_id": id,
	})
	problems.WantNone(t)
	if got, want := imported.Attributes(t), made.Attributes(t); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("imported %v, want %v", got, want)
	}
	f.vanish(t, id)
	state, problems := f.Protocol(t).Read(roleType, made)
	problems.WantWarning(t, "", "vanished member", id)
	if state != nil {
		t.Error("the role of a vanished member is still in the state")
	}
	_, problems = f.Protocol(t).Plan(roleType, nil, config)
	problems.WantError(t, "", "Could not find member", id)
}

func TestMemberRole_guards(t *testing.T) {
	t.Parallel()
	f := newFixture(t, teams)
	id := f.provision(t)
	config := func(id, role string) map[string]any {
		return map[string]any{"organization_id": f.organization, "member_id": id, "role": role}
	}
	_, problems := f.Protocol(t).Plan(roleType, nil, config(f.ownerID, "admin"))
	problems.WantError(t, "role", "last confirmed owner")
	_, problems = f.Protocol(t).Plan(roleType, nil, config(id, "custom"))
	problems.WantError(t, "role", "Enterprise plan")

	meaningless := config(id, "user")
	meaningless["permissions"] = map[string]any{"manage_groups": true}
	f.Protocol(t).Validate(roleType, meaningless).WantError(t, "permissions", "Permissions without the custom role")

	p := f.Protocol(t)
	sue, problems := p.Import(memberType, f.organization+"/"+id)
	problems.WantNone(t)
	_, problems = p.Plan(memberType, sue, map[string]any{"organization_id": f.organization, "email": sueEmail})
	problems.WantNone(t)
	_, problems = p.Plan(roleType, nil, config(id, "admin"))
	problems.WantError(t, "member_id", "bitwarden_member manages member "+id)

	p = f.Protocol(t)
	_, problems = p.Plan(roleType, nil, config(id, "admin"))
	problems.WantNone(t)
	_, problems = p.Plan(memberType, sue, map[string]any{"organization_id": f.organization, "email": sueEmail})
	problems.WantError(t, "role", "bitwarden_member manages member "+id)
}
