// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package group

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

const collectionID = "10000000-0000-4000-8000-000000000000"

func access(permission string) types.Map {
	return types.MapValueMust(types.StringType, map[string]attr.Value{collectionID: types.StringValue(permission)})
}

func noAccess() types.Map { return types.MapValueMust(types.StringType, map[string]attr.Value{}) }

func nullAccess() types.Map { return types.MapNull(types.StringType) }

func ids(values ...string) types.Set {
	elements := make([]attr.Value, 0, len(values))
	for _, value := range values {
		elements = append(elements, types.StringValue(value))
	}
	return types.SetValueMust(types.StringType, elements)
}

func nullIDs() types.Set { return types.SetNull(types.StringType) }

func TestGroupModel_fromAPI(t *testing.T) {
	t.Parallel()
	server := bitwarden.Group{
		ID: "g", OrganizationID: "o", Name: "Sales", ExternalID: "x",
		Collections: map[string]bitwarden.Permission{collectionID: bitwarden.PermissionViewExceptPasswords},
		Members:     []string{"a", "b"},
	}
	bare := bitwarden.Group{ID: "g", OrganizationID: "o", Name: "Sales", Members: []string{}}
	unread := bitwarden.Group{ID: "g", OrganizationID: "o", Name: "Sales"}
	for name, test := range map[string]struct {
		current     groupModel
		server      bitwarden.Group
		externalID  types.String
		collections types.Map
		members     types.Set
	}{
		"what is not managed stays null": {
			groupModel{Collections: nullAccess(), Members: nullIDs()}, server, types.StringValue("x"), nullAccess(), nullIDs(),
		},
		"what is managed shows the server": {
			groupModel{Collections: access("edit"), Members: ids("c")},
			server,
			types.StringValue("x"), access("view_except_passwords"), ids("b", "a"),
		},
		"nothing on the server is empty, not null": {
			groupModel{Collections: access("edit"), Members: ids("c")}, bare, types.StringNull(), noAccess(), ids(),
		},
		"members that were not read": {
			groupModel{Collections: nullAccess(), Members: ids("c")}, unread, types.StringNull(), nullAccess(), ids("c"),
		},
		"an import takes the members": {imported(), server, types.StringValue("x"), nullAccess(), ids("a", "b")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := test.current.fromAPI(&test.server)
			if got.ID.ValueString() != "g" || got.OrganizationID.ValueString() != "o" || got.Name.ValueString() != "Sales" {
				t.Errorf("got %v", got)
			}
			if !got.ExternalID.Equal(test.externalID) || !got.Collections.Equal(test.collections) ||
				!got.Members.Equal(test.members) {
				t.Errorf("external_id %s, collections %s, members %s", got.ExternalID, got.Collections, got.Members)
			}
		})
	}
}

func TestGroupModel_toUpdate(t *testing.T) {
	t.Parallel()
	current := groupModel{Name: types.StringValue("Sales"), Collections: access("edit"), Members: nullIDs()}
	for name, test := range map[string]struct {
		change func(*groupModel)
		want   func(bitwarden.GroupUpdate) bool
	}{
		"nothing": {func(*groupModel) {}, nil},
		"a name, with all that is managed": {
			func(m *groupModel) { m.Name = types.StringValue("Shop") },
			func(u bitwarden.GroupUpdate) bool {
				return *u.Name == "Shop" && len(u.Collections) == 1 && u.Members == nil
			},
		},
		"an empty map removes all access": {
			func(m *groupModel) { m.Collections = noAccess() },
			func(u bitwarden.GroupUpdate) bool { return u.Collections != nil && len(u.Collections) == 0 },
		},
		"a map that is managed elsewhere stays": {
			func(m *groupModel) { m.Name, m.Collections = types.StringValue("Shop"), nullAccess() },
			func(u bitwarden.GroupUpdate) bool { return u.Collections == nil },
		},
		"members that come under management are sent": {
			func(m *groupModel) { m.Members = ids("b", "a") },
			func(u bitwarden.GroupUpdate) bool { return slices.Equal(u.Members, []string{"a", "b"}) },
		},
		"an external id": {
			func(m *groupModel) { m.ExternalID = types.StringValue("x") },
			func(u bitwarden.GroupUpdate) bool { return *u.ExternalID == "x" && *u.Name == "Sales" },
		},
		"an external id that is not configured": {
			func(m *groupModel) {
				m.Name, m.ExternalID = types.StringValue("Shop"), types.StringValue("x")
				*m = m.without(groupModel{})
			},
			func(u bitwarden.GroupUpdate) bool { return u.ExternalID == nil },
		},
		"an empty set removes all members": {
			func(m *groupModel) { m.Members = ids() },
			func(u bitwarden.GroupUpdate) bool { return u.Members != nil && len(u.Members) == 0 },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := current
			test.change(&plan)
			u, changed := plan.toUpdate(current)
			if changed != (test.want != nil) {
				t.Errorf("changed is %t with %+v", changed, u)
			} else if changed && !test.want(u) {
				t.Errorf("got %+v", u)
			}
		})
	}
}

func TestGroupModel_promised(t *testing.T) {
	t.Parallel()
	server := groupModel{ExternalID: types.StringValue("x")}
	for want, planned := range map[string]types.String{
		"": types.StringNull(), "old": types.StringValue("old"), "x": types.StringUnknown(),
	} {
		if got := server.promised(groupModel{ExternalID: planned}); got.ExternalID.ValueString() != want {
			t.Errorf("planned %s: got %s, want %q", planned, got.ExternalID, want)
		}
	}
}

func TestGroupModel_toAPI(t *testing.T) {
	t.Parallel()
	n := groupModel{Name: types.StringValue("Sales"), Collections: nullAccess(), Members: ids()}.toAPI()
	if n.Name != "Sales" || n.Collections != nil || n.Members == nil || len(n.Members) != 0 {
		t.Errorf("got %+v: an empty set is none, a missing map nil", n)
	}
}

func TestGroupsModel_fromAPI(t *testing.T) {
	t.Parallel()
	var m groupsModel
	m.fromAPI([]bitwarden.Group{
		{ID: "3", Name: "b", Members: []string{"m"}}, {ID: "2", Name: "a"}, {ID: "1", Name: "a", ExternalID: "x"},
	})
	for i, id := range []string{"1", "2", "3"} {
		if m.Groups[i].ID.ValueString() != id {
			t.Errorf("place %d has %s, want %s", i, m.Groups[i].ID, id)
		}
	}
	if !m.Groups[2].Members.Equal(ids("m")) || !m.Groups[0].Members.Equal(ids()) ||
		!m.Groups[0].Collections.Equal(noAccess()) {
		t.Errorf("got %+v", m.Groups)
	}
	if m.fromAPI(nil); m.Groups == nil {
		t.Error("no groups have to be an empty list, not null")
	}
}
