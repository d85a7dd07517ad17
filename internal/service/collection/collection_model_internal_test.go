// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package collection

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

const (
	groupID  = "10000000-0000-4000-8000-000000000000"
	memberID = "20000000-0000-4000-8000-000000000000"
)

func entries(of map[string]attr.Value) types.Map {
	return types.MapValueMust(types.StringType, of)
}

func only(id, permission string) types.Map {
	return entries(map[string]attr.Value{id: types.StringValue(permission)})
}

func none() types.Map { return entries(map[string]attr.Value{}) }

func null() types.Map { return types.MapNull(types.StringType) }

func TestCollectionModel_fromAPI(t *testing.T) {
	t.Parallel()
	server := bitwarden.Collection{
		ID: "c", OrganizationID: "o", Name: "Sales/Europe", ExternalID: "x",
		Groups:  map[string]bitwarden.Permission{groupID: bitwarden.PermissionManage},
		Members: map[string]bitwarden.Permission{memberID: bitwarden.PermissionView},
	}
	bare := bitwarden.Collection{ID: "c", OrganizationID: "o", Name: "Sales/Europe"}
	strange := server
	strange.Groups = map[string]bitwarden.Permission{groupID: "own"}
	for name, test := range map[string]struct {
		current         collectionModel
		server          bitwarden.Collection
		externalID      types.String
		groups, members types.Map
	}{
		"what is not managed stays null": {
			collectionModel{Groups: null(), Members: null()}, server, types.StringNull(), null(), null(),
		},
		"what is managed shows the server": {
			collectionModel{ExternalID: types.StringValue("old"), Groups: none(), Members: only(memberID, "edit")},
			server,
			types.StringValue("x"), only(groupID, "manage"), only(memberID, "view"),
		},
		"one list of the two": {
			collectionModel{Groups: none(), Members: null()}, server, types.StringNull(), only(groupID, "manage"), null(),
		},
		"nothing on the server is empty, not null": {
			collectionModel{ExternalID: types.StringValue("old"), Groups: only(groupID, "edit"), Members: none()},
			bare,
			types.StringNull(), none(), none(),
		},
		"a permission of tomorrow shows as it is": {
			collectionModel{Groups: none(), Members: null()}, strange, types.StringNull(), only(groupID, "own"), null(),
		},
		"an import takes the access": {
			imported(), server, types.StringNull(), only(groupID, "manage"), only(memberID, "view"),
		},
		"an import of a bare collection": {imported(), bare, types.StringNull(), none(), none()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := test.current.fromAPI(&test.server)
			if got.ID.ValueString() != "c" || got.OrganizationID.ValueString() != "o" ||
				got.Name.ValueString() != "Sales/Europe" {
				t.Errorf("got %v", got)
			}
			if !got.ExternalID.Equal(test.externalID) {
				t.Errorf("external_id is %s, want %s", got.ExternalID, test.externalID)
			}
			if !got.Groups.Equal(test.groups) || !got.Members.Equal(test.members) {
				t.Errorf("groups %s, members %s, want %s and %s", got.Groups, got.Members, test.groups, test.members)
			}
		})
	}
}

func TestCollectionModel_toUpdate(t *testing.T) {
	t.Parallel()
	state := collectionModel{
		Name: types.StringValue("Sales"), ExternalID: types.StringValue("x"),
		Groups: only(groupID, "edit"), Members: null(),
	}
	for name, test := range map[string]struct {
		change func(*collectionModel)
		want   func(bitwarden.CollectionUpdate) bool
	}{
		"nothing": {func(*collectionModel) {}, nil},
		"a name, with all that is managed": {
			func(m *collectionModel) { m.Name = types.StringValue("Shop") },
			func(u bitwarden.CollectionUpdate) bool {
				return *u.Name == "Shop" && *u.ExternalID == "x" && len(u.Groups) == 1 && u.Members == nil
			},
		},
		"an external id that is taken out is cleared": {
			func(m *collectionModel) { m.ExternalID = types.StringNull() },
			func(u bitwarden.CollectionUpdate) bool {
				return u.ExternalID != nil && *u.ExternalID == ""
			},
		},
		"an empty list removes all": {
			func(m *collectionModel) { m.Groups = none() },
			func(u bitwarden.CollectionUpdate) bool { return u.Groups != nil && len(u.Groups) == 0 },
		},
		"a list that is managed elsewhere stays": {
			func(m *collectionModel) { m.Name, m.Groups = types.StringValue("Shop"), null() },
			func(u bitwarden.CollectionUpdate) bool { return u.Groups == nil },
		},
		"a list that comes under management is sent": {
			func(m *collectionModel) { m.Members = only(memberID, "manage") },
			func(u bitwarden.CollectionUpdate) bool {
				return maps.Equal(u.Members,
					map[string]bitwarden.Permission{memberID: bitwarden.PermissionManage})
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := state
			test.change(&plan)
			u, changed := plan.toUpdate(state, state)
			if changed != (test.want != nil) {
				t.Errorf("changed is %t with %+v", changed, u)
			} else if changed && !test.want(u) {
				t.Errorf("got %+v", u)
			}
		})
	}
}

func TestCollectionModel_toAPI(t *testing.T) {
	t.Parallel()
	n := collectionModel{Name: types.StringValue("Sales"), Groups: none(), Members: null()}.toAPI()
	if n.Name != "Sales" || n.ExternalID != "" || n.Groups == nil || len(n.Groups) != 0 || n.Members != nil {
		t.Errorf("got %+v: an empty list is none, a missing one nil", n)
	}
}

func TestCollectionModel_unmanaged(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		groups, members types.Map
		want            bool
	}{
		"no lists":                     {null(), null(), true},
		"empty lists":                  {none(), none(), true},
		"nobody may manage":            {only(groupID, "edit"), only(memberID, "view"), true},
		"a group manages":              {only(groupID, "manage"), null(), false},
		"a member manages":             {none(), only(memberID, "manage"), false},
		"a list is known after apply":  {types.MapUnknown(types.StringType), none(), false},
		"a permission is not known":    {entries(map[string]attr.Value{groupID: types.StringUnknown()}), none(), false},
		"a known list and a null list": {null(), only(memberID, "edit"), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (collectionModel{Groups: test.groups, Members: test.members}).unmanaged(); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestCollectionsModel_fromAPI(t *testing.T) {
	t.Parallel()
	for name, included := range map[string]bool{"names only": false, "with access": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := []bitwarden.Collection{
				{ID: "3", Name: "b"}, {ID: "2", Name: "a"}, {ID: "1", Name: "a", ExternalID: "x"},
			}
			if included {
				for i := range server {
					server[i].Groups = map[string]bitwarden.Permission{groupID: bitwarden.PermissionEdit}
				}
			}
			var m collectionsModel
			m.fromAPI(server)
			for i, id := range []string{"1", "2", "3"} {
				if m.Collections[i].ID.ValueString() != id {
					t.Errorf("place %d has %s, want %s", i, m.Collections[i].ID, id)
				}
				if got := m.Collections[i].Groups; got.IsNull() == included ||
					included && !got.Equal(only(groupID, "edit")) {
					t.Errorf("groups are %s", got)
				}
			}
			if m.Collections[0].ExternalID.ValueString() != "x" || !m.Collections[1].ExternalID.IsNull() {
				t.Errorf("external ids are %s and %s", m.Collections[0].ExternalID, m.Collections[1].ExternalID)
			}
		})
	}
	m := collectionsModel{}
	if m.fromAPI(nil); m.Collections == nil {
		t.Error("no collections have to be an empty list, not null")
	}
}
