// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"slices"
	"testing"
)

func (f *clientFixture) importPath() string {
	return "/ciphers/import-organization?organizationId=" + f.ID
}

// counts tells how many items and collections the client has.
func (f *clientFixture) counts() (items, collections int) {
	f.locked(func(*store, *organization) {
		items, collections = len(f.server.itemsOf(f.ID)), len(f.server.collectionsOf(f.ID))
	})
	return items, collections
}

// TestImportTwice imports the same twice: everything is there twice, but for the collection that exists.
func TestImportTwice(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	existing := f.newShelf("nobody", access{Manage: true})
	_, before := f.counts()
	body := obj{
		"collections": []obj{
			{"id": existing, "name": encrypted("renamed")}, {"id": newID(), "name": encrypted("new")},
		},
		"ciphers": []obj{f.loginItem("one", obj{"id": newID()}), f.loginItem("two", nil)},
		"collectionRelationships": []obj{
			{"key": 0, "value": 0},
			{"key": 0, "value": 1},
			{"key": 1, "value": 2},
			{"key": 7, "value": 0},
		},
	}
	ctx := t.Context()
	noRefusal(t, f.admin.Post(ctx, f.importPath(), body, nil))
	noRefusal(t, f.admin.Post(ctx, f.importPath(), body, nil))
	if items, collections := f.counts(); items != 4 || collections != before+2 {
		t.Errorf("got %d items in %d collections, want 4 in %d", items, collections, before+2)
	}
	if got := f.unassigned(); got != 2 {
		t.Errorf("got %d unassigned items, want the two whose relation names nothing", got)
	}
	f.locked(func(s *store, _ *organization) {
		if got := s.collections.get(existing).Name; got != encrypted("shelf") {
			t.Errorf("the import renamed a collection to %s", got)
		}
		if slices.ContainsFunc(s.events, func(e *event) bool { return e.Type/100 == 11 || e.Type == 1300 }) {
			t.Error("an import was audited")
		}
	})
	password := obj{"masterPasswordHash": f.admin.PasswordHash()}
	noRefusal(t, f.admin.Post(ctx, "/ciphers/purge?organizationId="+f.ID, password, nil))
	if items, collections := f.counts(); items != 0 || collections != before+2 {
		t.Errorf("a purge left %d items in %d collections, want 0 in %d", items, collections, before+2)
	}
	wantRefusal(t, f.admin.Post(ctx, "/ciphers/purge?organizationId="+newID(), password, nil), 404, "")
}

func TestImportRefusals(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, memberID := f.NewMember(t, "person@x.example", roleUser)
	mine, foreign := f.newShelf(memberID, access{Manage: true}), f.newShelf("nobody", access{Manage: true})
	f.locked(func(_ *store, org *organization) { org.LimitCollectionCreation = true })
	ciphers := []obj{f.loginItem("one", nil)}
	ctx, path := t.Context(), f.importPath()
	relations := make([]importRelation, importRelationshipsMaximum+1)
	for _, test := range []struct {
		name   string
		who    *Person
		path   string
		body   obj
		status int
		text   string
	}{
		{"nothing", f.admin, path, obj{}, 400, "No organization ID found in the import data."},
		{
			"too many relations", f.admin, path,
			obj{"ciphers": ciphers, "collectionRelationships": relations},
			400,
			"You cannot import this much data at once.",
		},
		{
			"unknown organization", f.admin, "/ciphers/import-organization?organizationId=" + newID(),
			obj{"ciphers": ciphers},
			400, "Not enough privileges to import into this organization.",
		},
		{
			"a collection of others", p, path,
			obj{"collections": []obj{{"id": foreign, "name": encrypted("x")}}},
			400,
			"Not enough privileges",
		},
		{
			"a new collection", p, path, obj{"collections": []obj{{"name": encrypted("x")}}}, 400, "Not enough privileges",
		},
		{
			"a nameless item", f.admin, path,
			obj{"ciphers": []obj{{"type": 1, "login": obj{}}}},
			400,
			`"Ciphers[0].Name":["The Name field is required."]`,
		},
		{
			"an item without its part", f.admin, path,
			obj{"ciphers": []obj{f.loginItem("one", nil), f.loginItem("two", obj{"login": nil})}},
			500, "",
		},
	} {
		wantRefusal(t, test.who.Post(ctx, test.path, test.body, nil), test.status, test.text)
	}
	if items, _ := f.counts(); items != 0 {
		t.Errorf("refused imports left %d items", items)
	}
	into := []obj{{"id": mine, "name": encrypted("x")}}
	noRefusal(t, p.Post(ctx, path, obj{"ciphers": ciphers, "collections": into}, nil))
}

// TestExport shows members what they manage, and nobody what lies in members' own collections.
func TestExport(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, memberID := f.NewMember(t, "person@x.example", roleUser)
	owner, _ := f.NewMember(t, "owner@x.example", roleOwner)
	managed, edited := f.newShelf(memberID, access{Manage: true}), f.newShelf(memberID, access{})
	own := f.newShelf(memberID, access{Manage: true})
	f.locked(func(s *store, _ *organization) { s.collections.get(own).Type = myItems })
	first, second := f.newItem(t, managed), f.newItem(t, edited)
	loose, personal := f.newItem(t), f.newItem(t, own)
	for _, test := range []struct {
		name string
		who  *Person
		want []string
	}{
		{"user", p, []string{first}},
		{"owner", owner, []string{first, second, loose}},
	} {
		answer := struct{ Ciphers []struct{ ID string } }{}
		noRefusal(t, test.who.Get(t.Context(), "/organizations/"+f.ID+"/export", &answer))
		var got []string
		for _, row := range answer.Ciphers {
			got = append(got, row.ID)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
	for query, want := range map[string]bool{"": false, "&includeMemberItems=true": true} {
		answer := struct{ Data []struct{ ID string } }{}
		noRefusal(t, owner.Get(t.Context(), "/ciphers/organization-details?organizationId="+f.ID+query, &answer))
		got := slices.ContainsFunc(answer.Data, func(row struct{ ID string }) bool { return row.ID == personal })
		if got != want {
			t.Errorf("%q: a member's own item is shown: %t, want %t", query, got, want)
		}
	}
}
