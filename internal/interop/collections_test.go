// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package interop_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// permissions are the five of a collection, as bw spells them.
var permissions = map[bitwarden.Permission]orgGrant{
	bitwarden.PermissionView:                {ReadOnly: true},
	bitwarden.PermissionViewExceptPasswords: {ReadOnly: true, HidePasswords: true},
	bitwarden.PermissionEdit:                {},
	bitwarden.PermissionEditExceptPasswords: {HidePasswords: true},
	bitwarden.PermissionManage:              {Manage: true},
}

// grants is access as bw lists it, sorted by id.
func grants(access map[string]bitwarden.Permission) []orgGrant {
	var list []orgGrant
	for _, id := range slices.Sorted(maps.Keys(access)) {
		g := permissions[access[id]]
		g.ID = id
		list = append(list, g)
	}
	return list
}

func sorted(list []orgGrant) []orgGrant {
	return slices.SortedFunc(slices.Values(list), func(a, b orgGrant) int { return strings.Compare(a.ID, b.ID) })
}

// wantCollection compares what bw reads with what was written, access included.
func wantCollection(
	t *testing.T, got orgCollection, name, externalID string, groups, members map[string]bitwarden.Permission,
) {
	t.Helper()
	if got.Name != name || got.ExternalID != externalID {
		t.Errorf("bw reads %q with external id %q, want %q with %q", got.Name, got.ExternalID, name, externalID)
	}
	if !slices.Equal(sorted(got.Groups), grants(groups)) || !slices.Equal(sorted(got.Users), grants(members)) {
		t.Errorf("bw reads access of groups %+v and members %+v, want %+v and %+v",
			got.Groups, got.Users, grants(groups), grants(members))
	}
}

// TestCollections_ours lets bw read collections that our client makes, renames and deletes.
func TestCollections_ours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	groups, members := map[string]bitwarden.Permission{}, map[string]bitwarden.Permission{}
	for _, p := range bitwarden.CollectionPermissions {
		g, err := w.ours.CreateGroup(t.Context(), w.orgID, bitwarden.NewGroup{Name: string(p)})
		if err != nil {
			t.Fatal(err)
		}
		groups[g.ID] = p
		members[w.invite(t, bitwarden.NewMember{Email: string(p) + "@client.example"}).ID] = p
	}
	const name = "Geschäftsführung/Tresor №1 – 東京 🔑"
	c, err := w.ours.CreateCollection(t.Context(), w.orgID, bitwarden.NewCollection{
		Name: name, ExternalID: "crm-42", Groups: groups, Members: members,
	})
	if err != nil {
		t.Fatal(err)
	}
	bw := logIn(t, w.server, w.owner)
	get := func() orgCollection {
		t.Helper()
		return read[orgCollection](t, bw, "get", "org-collection", c.ID, "--organizationid", w.orgID)
	}
	if got := bw.collectionNames(t, w.orgID); !slices.Equal(got, []string{name, "Grundstock"}) {
		t.Errorf("bw lists %q", got)
	}
	wantCollection(t, get(), name, "crm-42", groups, members)

	fewer := map[string]bitwarden.Permission{}
	for id := range groups {
		fewer[id] = bitwarden.PermissionEdit
		break
	}
	if _, err := w.ours.UpdateCollection(t.Context(), w.orgID, c.ID, bitwarden.CollectionUpdate{
		Name: new("Renamed"), ExternalID: new(""), Groups: fewer, Members: map[string]bitwarden.Permission{},
	}); err != nil {
		t.Fatal(err)
	}
	wantCollection(t, get(), "Renamed", "", fewer, nil)

	if err := w.ours.DeleteCollection(t.Context(), w.orgID, c.ID); err != nil {
		t.Fatal(err)
	}
	bw.sync(t)
	if got := bw.collectionNames(t, w.orgID); !slices.Equal(got, []string{"Grundstock"}) {
		t.Errorf("after the deletion bw lists %q", got)
	}
}

// TestCollections_theirs lets our client read collections that bw makes, edits and deletes.
func TestCollections_theirs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group, err := w.ours.CreateGroup(t.Context(), w.orgID, bitwarden.NewGroup{Name: "Group"})
	if err != nil {
		t.Fatal(err)
	}
	member := w.invite(t, bitwarden.NewMember{Email: "member@client.example"})
	bw := logIn(t, w.server, w.owner)
	made := read[orgCollection](t, bw, "create", "org-collection", "--organizationid", w.orgID, encoded(t, orgCollection{
		OrganizationID: w.orgID, Name: "Küche/Öfen", ExternalID: "x-1",
		Groups: []orgGrant{{ID: group.ID, ReadOnly: true, HidePasswords: true}},
		Users:  []orgGrant{{ID: member.ID, Manage: true}},
	}))
	want := func(name, externalID string, groups, members map[string]bitwarden.Permission) {
		t.Helper()
		got, err := w.newRun(t).Collection(t.Context(), w.orgID, made.ID, bitwarden.Access{Groups: true, Members: true})
		if err != nil {
			t.Fatal(err)
		}
		if got.Name != name || got.NameUnreadable || got.ExternalID != externalID || !maps.Equal(got.Groups, groups) ||
			!maps.Equal(got.Members, members) {
			t.Errorf("our client reads %+v, want %q, %q, groups %v, members %v", got, name, externalID, groups, members)
		}
	}
	want("Küche/Öfen", "x-1", map[string]bitwarden.Permission{group.ID: bitwarden.PermissionViewExceptPasswords},
		map[string]bitwarden.Permission{member.ID: bitwarden.PermissionManage})

	// bw sends an empty list where users are left out: the edit takes the member's access away.
	bw.run(t, "edit", "org-collection", made.ID, "--organizationid", w.orgID, encoded(t, map[string]any{
		"organizationId": w.orgID, "name": "Kitchen", "externalId": "x-2",
		"groups": []orgGrant{{ID: group.ID}},
	}))
	want("Kitchen", "x-2", map[string]bitwarden.Permission{group.ID: bitwarden.PermissionEdit},
		map[string]bitwarden.Permission{})

	bw.run(t, "delete", "org-collection", made.ID, "--organizationid", w.orgID)
	_, err = w.newRun(t).Collection(t.Context(), w.orgID, made.ID, bitwarden.Access{})
	if !bitwarden.IsNotFound(err) {
		t.Errorf("after bw's deletion our client says %v, want not found", err)
	}
}
