// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwtype"
)

func someRights() *bitwarden.Permissions { return &bitwarden.Permissions{ManageUsers: true} }

func noneOf() *bitwarden.Permissions { return &bitwarden.Permissions{} }

func noRights() types.Object { return permissionsFromAPI(&bitwarden.Permissions{}) }

func nullRights() types.Object { return permissionsFromAPI(nil) }

func groups(ids ...string) types.Set {
	elements := make([]attr.Value, 0, len(ids))
	for _, id := range ids {
		elements = append(elements, types.StringValue(id))
	}
	return types.SetValueMust(types.StringType, elements)
}

func collections(permissions map[string]string) types.Map {
	elements := map[string]attr.Value{}
	for id, permission := range permissions {
		elements[id] = types.StringValue(permission)
	}
	return types.MapValueMust(types.StringType, elements)
}

// configured is a member that nothing special is said about.
func configured() memberModel {
	m := imported()
	m.Email = fwtype.EmailValue("Ann@example.com")
	m.Role = types.StringValue("user")
	m.AccessSecretsManager = types.BoolValue(false)
	m.Revoked = types.BoolValue(false)
	return m
}

func TestMemberModel_fromAPI(t *testing.T) {
	t.Parallel()
	server := bitwarden.Member{
		ID: "m", OrganizationID: "o", UserID: "u", Email: "ann@example.com", Name: "Ann", Role: bitwarden.RoleAdmin,
		Status: bitwarden.StatusConfirmed, Permissions: someRights(), AccessSecretsManager: true, ExternalID: "x",
		Groups: []string{"g"}, Collections: map[string]bitwarden.Permission{"c": bitwarden.PermissionEdit},
		TwoStepLoginEnabled: true, AccountRecoveryEnrolled: true,
	}
	got := configured().fromAPI(&server)
	want := memberModel{
		ID: types.StringValue("m"), OrganizationID: types.StringValue("o"), Email: fwtype.EmailValue("Ann@example.com"),
		Role: types.StringValue("admin"), Permissions: nullRights(), AccessSecretsManager: types.BoolValue(true),
		Groups: types.SetNull(types.StringType), Collections: types.MapNull(types.StringType),
		AutoConfirm: types.BoolValue(true), Revoked: types.BoolValue(false), OnDestroy: types.StringValue("remove"),
		UserID: types.StringValue("u"), Status: types.StringValue("confirmed"), Name: types.StringValue("Ann"),
		ExternalID: types.StringValue("x"), TwoStepLoginEnabled: types.BoolValue(true),
		AccountRecoveryEnrolled: types.BoolValue(true),
	}
	if !equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}

	invited := configured().fromAPI(&bitwarden.Member{ID: "m", Email: "ann@example.com", Status: bitwarden.StatusInvited})
	if !invited.UserID.IsNull() || !invited.Name.IsNull() || !invited.ExternalID.IsNull() {
		t.Errorf("what the server does not have is null, got %v", invited)
	}
	future := configured().fromAPI(&bitwarden.Member{Role: "auditor", Status: "paused"})
	if future.Role.ValueString() != "auditor" || future.Status.ValueString() != "paused" || future.Revoked.ValueBool() {
		t.Errorf("words of tomorrow show as they are, got %v", future)
	}
}

func TestMemberModel_fromAPI_email(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ current, server, want string }{
		"letter case of the configuration":   {"Ann@Example.com", "ann@example.com", "Ann@Example.com"},
		"the person has changed the address": {"ann@example.com", "bea@example.com", "ann@example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := configured()
			m.Email = fwtype.EmailValue(test.current)
			if got := m.fromAPI(&bitwarden.Member{Email: test.server}).Email.ValueString(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	got := imported().fromAPI(&bitwarden.Member{Email: "ann@example.com"}).Email
	if got.ValueString() != "ann@example.com" {
		t.Errorf("an import takes the server's address, got %s", got)
	}
}

func TestMemberModel_fromAPI_access(t *testing.T) {
	t.Parallel()
	server := &bitwarden.Member{
		Groups: []string{"a", "b"}, Collections: map[string]bitwarden.Permission{"c": bitwarden.PermissionManage},
	}
	for name, test := range map[string]struct {
		groups          types.Set
		collections     types.Map
		server          *bitwarden.Member
		wantGroups      types.Set
		wantCollections types.Map
	}{
		"not managed": {
			types.SetNull(types.StringType), types.MapNull(types.StringType), server,
			types.SetNull(types.StringType), types.MapNull(types.StringType),
		},
		"managed, and there is more": {
			groups("a"), collections(nil), server, groups("b", "a"), collections(map[string]string{"c": "manage"}),
		},
		"managed, and there is none": {
			groups("a"), collections(map[string]string{"c": "view"}), &bitwarden.Member{}, groups(), collections(nil),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := configured()
			m.Groups, m.Collections = test.groups, test.collections
			got := m.fromAPI(test.server)
			if !got.Groups.Equal(test.wantGroups) || !got.Collections.Equal(test.wantCollections) {
				t.Errorf("groups %s, collections %s", got.Groups, got.Collections)
			}
		})
	}
}

func TestMemberModel_fromAPI_permissions(t *testing.T) {
	t.Parallel()
	rights := permissionsFromAPI(someRights())
	for name, test := range map[string]struct {
		current types.Object
		role    bitwarden.Role
		server  *bitwarden.Permissions
		want    types.Object
	}{
		"another role, whatever the server keeps": {nullRights(), bitwarden.RoleUser, someRights(), nullRights()},
		"a role that is custom no longer":         {noRights(), bitwarden.RoleUser, nil, nullRights()},
		"custom without rights, none configured":  {nullRights(), bitwarden.RoleCustom, nil, nullRights()},
		"custom with every right off":             {nullRights(), bitwarden.RoleCustom, noneOf(), nullRights()},
		"custom without rights, configured":       {noRights(), bitwarden.RoleCustom, nil, noRights()},
		"custom with rights, none configured":     {nullRights(), bitwarden.RoleCustom, someRights(), rights},
		"custom with rights":                      {noRights(), bitwarden.RoleCustom, someRights(), rights},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := configured()
			m.Permissions = test.current
			got := m.fromAPI(&bitwarden.Member{Role: test.role, Permissions: test.server})
			if !got.Permissions.Equal(test.want) {
				t.Errorf("got %s, want %s", got.Permissions, test.want)
			}
		})
	}
}

func TestPermissions_everyRight(t *testing.T) {
	t.Parallel()
	if n := len(permissions()); n != 13 {
		t.Fatalf("the server has 13 rights, got %d", n)
	}
	for _, p := range permissions() {
		var rights bitwarden.Permissions
		*p.field(&rights) = true
		object := permissionsFromAPI(&rights)
		for name, value := range object.Attributes() {
			if value.Equal(types.BoolValue(true)) != (name == p.name) {
				t.Errorf("%s: %s is %s", p.name, name, value)
			}
		}
		if back := permissionsToAPI(object); back != rights {
			t.Errorf("%s: got %+v back", p.name, back)
		}
	}
}

func TestMemberModel_toUpdate(t *testing.T) {
	t.Parallel()
	state := configured()
	state.Groups = groups("a")
	custom := configured()
	custom.Role = types.StringValue("custom")
	custom.Permissions = permissionsFromAPI(someRights())
	for name, test := range map[string]struct {
		current memberModel
		change  func(*memberModel)
		want    func(bitwarden.MemberUpdate) bool
	}{
		"nothing": {state, func(*memberModel) {}, nil},
		"what only the configuration knows": {
			state,
			func(m *memberModel) {
				m.AutoConfirm, m.OnDestroy = types.BoolValue(false), types.StringValue("revoke")
				m.FingerprintPhrase, m.Revoked = types.StringValue("a-b-c-d-e"), types.BoolValue(true)
			},
			nil,
		},
		"a plain role": {
			state, func(m *memberModel) { m.Role = types.StringValue("admin") },
			func(u bitwarden.MemberUpdate) bool {
				return *u.Role == bitwarden.RoleAdmin && u.Permissions == nil && !*u.AccessSecretsManager &&
					slices.Equal(u.Groups, []string{"a"}) && u.Collections == nil
			},
		},
		"the custom role without permissions has none": {
			state, func(m *memberModel) { m.Role = types.StringValue("custom") },
			func(u bitwarden.MemberUpdate) bool {
				return *u.Role == bitwarden.RoleCustom && *u.Permissions == bitwarden.Permissions{}
			},
		},
		"permissions alone": {
			custom, func(m *memberModel) { m.Permissions = noRights() },
			func(u bitwarden.MemberUpdate) bool { return *u.Permissions == bitwarden.Permissions{} },
		},
		"permissions that are taken out": {
			custom, func(m *memberModel) { m.Permissions = nullRights() },
			func(u bitwarden.MemberUpdate) bool {
				return *u.Role == bitwarden.RoleCustom && *u.Permissions == bitwarden.Permissions{}
			},
		},
		"from custom to a plain role": {
			custom, func(m *memberModel) { m.Role, m.Permissions = types.StringValue("user"), nullRights() },
			func(u bitwarden.MemberUpdate) bool { return *u.Role == bitwarden.RoleUser && u.Permissions == nil },
		},
		"Secrets Manager": {
			state, func(m *memberModel) { m.AccessSecretsManager = types.BoolValue(true) },
			func(u bitwarden.MemberUpdate) bool { return *u.AccessSecretsManager && *u.Role == bitwarden.RoleUser },
		},
		"groups": {
			state, func(m *memberModel) { m.Groups = groups("c", "b") },
			func(u bitwarden.MemberUpdate) bool { return slices.Equal(u.Groups, []string{"b", "c"}) },
		},
		"no groups": {
			state, func(m *memberModel) { m.Groups = groups() },
			func(u bitwarden.MemberUpdate) bool { return u.Groups != nil && len(u.Groups) == 0 },
		},
		"groups that are managed elsewhere": {
			state, func(m *memberModel) { m.Groups, m.Role = types.SetNull(types.StringType), types.StringValue("admin") },
			func(u bitwarden.MemberUpdate) bool { return u.Groups == nil },
		},
		"collections": {
			state, func(m *memberModel) { m.Collections = collections(map[string]string{"c": "edit"}) },
			func(u bitwarden.MemberUpdate) bool {
				return maps.Equal(u.Collections, map[string]bitwarden.Permission{"c": bitwarden.PermissionEdit})
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := test.current
			test.change(&plan)
			u, changed := plan.toUpdate(test.current)
			if changed != (test.want != nil) {
				t.Errorf("changed is %t with %+v", changed, u)
			} else if changed && !test.want(u) {
				t.Errorf("got %+v", u)
			}
		})
	}
}

func TestMemberModel_toAPI(t *testing.T) {
	t.Parallel()
	m := configured()
	m.Groups = groups()
	n := m.toAPI()
	if n.Email != "Ann@example.com" || n.Role != bitwarden.RoleUser || n.Permissions != nil || n.AccessSecretsManager ||
		n.Groups == nil || len(n.Groups) != 0 || n.Collections != nil {
		t.Errorf("got %+v", n)
	}
	m.Role = types.StringValue("custom")
	m.Permissions = permissionsFromAPI(someRights())
	if n := m.toAPI(); n.Permissions == nil || *n.Permissions != *someRights() {
		t.Errorf("got %+v", n.Permissions)
	}
}

func TestMemberModel_plannedStatus(t *testing.T) {
	t.Parallel()
	yes, no := types.BoolValue(true), types.BoolValue(false)
	for name, test := range map[string]struct {
		status               string
		autoConfirm, revoked types.Bool
		want                 types.String
		confirms             bool
	}{
		"invited":                        {"invited", yes, no, types.StringValue("invited"), false},
		"accepted":                       {"accepted", yes, no, types.StringValue("confirmed"), true},
		"accepted, left to people":       {"accepted", no, no, types.StringValue("accepted"), false},
		"accepted, unknown confirmation": {"accepted", types.BoolUnknown(), no, types.StringUnknown(), false},
		"confirmed":                      {"confirmed", yes, no, types.StringValue("confirmed"), true},
		"to be revoked":                  {"confirmed", yes, yes, types.StringValue("revoked"), false},
		"accepted and to be revoked":     {"accepted", yes, yes, types.StringValue("revoked"), false},
		"revoked":                        {"revoked", yes, yes, types.StringValue("revoked"), false},
		"to be restored":                 {"revoked", yes, no, types.StringUnknown(), true},
		"to be restored, no confirming":  {"revoked", no, no, types.StringUnknown(), false},
		"unknown revocation":             {"confirmed", yes, types.BoolUnknown(), types.StringUnknown(), true},
		"a status of tomorrow":           {"paused", yes, no, types.StringValue("paused"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state, plan := configured(), configured()
			state.Status = types.StringValue(test.status)
			plan.AutoConfirm, plan.Revoked = test.autoConfirm, test.revoked
			plan.Status = plan.plannedStatus(state)
			if !plan.Status.Equal(test.want) || plan.confirms() != test.confirms {
				t.Errorf("status %s, confirms %t", plan.Status, plan.confirms())
			}
		})
	}
}

func TestMemberModel_promised(t *testing.T) {
	t.Parallel()
	server := bitwarden.Member{
		UserID: "u", Name: "Ann", Status: bitwarden.StatusAccepted, ExternalID: "x", TwoStepLoginEnabled: true,
		AccountRecoveryEnrolled: true,
	}
	plan := configured()
	plan.UserID, plan.Name, plan.ExternalID = types.StringNull(), types.StringValue("Anna"), types.StringUnknown()
	plan.Status = types.StringValue("invited")
	plan.TwoStepLoginEnabled, plan.AccountRecoveryEnrolled = types.BoolValue(false), types.BoolUnknown()
	plan.Revoked = types.BoolValue(true)
	got := plan.fromAPI(&server).promised(plan)
	if !got.UserID.IsNull() || got.Name.ValueString() != "Anna" || got.Status.ValueString() != "invited" ||
		got.TwoStepLoginEnabled.ValueBool() || !got.Revoked.ValueBool() {
		t.Errorf("what the plan promised was not kept: %v", got)
	}
	if got.ExternalID.ValueString() != "x" || !got.AccountRecoveryEnrolled.ValueBool() {
		t.Errorf("what the plan left open was not filled: %v", got)
	}
}

func TestMembersModel_fromAPI(t *testing.T) {
	t.Parallel()
	var m membersModel
	m.fromAPI([]bitwarden.Member{
		{ID: "3", Email: "b@example.com", Role: bitwarden.RoleUser, Groups: []string{"g"}},
		{ID: "2", Email: "a@example.com", Role: bitwarden.RoleCustom, Permissions: someRights()},
		{ID: "1", Email: "a@example.com"},
	})
	for i, id := range []string{"1", "2", "3"} {
		if m.Members[i].ID.ValueString() != id {
			t.Errorf("place %d has %s, want %s", i, m.Members[i].ID, id)
		}
	}
	if !m.Members[1].Permissions.Equal(permissionsFromAPI(someRights())) || !m.Members[2].Permissions.IsNull() {
		t.Errorf("permissions are for custom roles only, got %s and %s", m.Members[1].Permissions, m.Members[2].Permissions)
	}
	if !m.Members[2].Groups.Equal(groups("g")) || !m.Members[0].Groups.Equal(groups()) || !m.Members[0].UserID.IsNull() {
		t.Errorf("got %+v", m.Members)
	}
	if m.fromAPI(nil); m.Members == nil {
		t.Error("no members have to be an empty list, not null")
	}
}

// equal compares every attribute.
func equal(a, b memberModel) bool {
	for _, pair := range [][2]attr.Value{
		{a.ID, b.ID},
		{a.OrganizationID, b.OrganizationID},
		{a.Email, b.Email},
		{a.Role, b.Role},
		{a.Permissions, b.Permissions},
		{a.AccessSecretsManager, b.AccessSecretsManager},
		{a.Groups, b.Groups},
		{a.Collections, b.Collections},
		{a.AutoConfirm, b.AutoConfirm},
		{a.FingerprintPhrase, b.FingerprintPhrase},
		{a.Revoked, b.Revoked},
		{a.OnDestroy, b.OnDestroy},
		{a.UserID, b.UserID},
		{a.Status, b.Status},
		{a.Name, b.Name},
		{a.ExternalID, b.ExternalID},
		{a.TwoStepLoginEnabled, b.TwoStepLoginEnabled},
		{a.AccountRecoveryEnrolled, b.AccountRecoveryEnrolled},
	} {
		if !pair[0].Equal(pair[1]) {
			return false
		}
	}
	return true
}
