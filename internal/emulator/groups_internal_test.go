// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"maps"
	"net/http"
	"slices"
	"testing"
)

// What the recordings groups, collections and shapes do not show by themselves.

const unknownID = "00000000-0000-0000-0000-000000000001"

// line is one line of an access list in a request or answer.
type line struct {
	ID            string `json:"id"`
	ReadOnly      bool   `json:"readOnly"`
	HidePasswords bool   `json:"hidePasswords"`
	Manage        bool   `json:"manage"`
}

// accessSet is a collection or group as it is read with its access.
type accessSet struct {
	ID          string `json:"id"`
	Groups      []line `json:"groups"`
	Users       []line `json:"users"`
	Collections []line `json:"collections"`
	Assigned    bool   `json:"assigned"`
	Manage      bool   `json:"manage"`
	Unmanaged   bool   `json:"unmanaged"`
}

func (f *clientFixture) path(more string) string { return "/organizations/" + f.ID + more }

// collection makes one with the given access lists, and returns what the server answers.
func (f *clientFixture) collection(t *testing.T, p *Person, lists obj) accessSet {
	t.Helper()
	name, err := f.Key.EncryptString("Collection")
	if err != nil {
		t.Fatal(err)
	}
	body, made := obj{"name": name, "groups": []line{}, "users": []line{}}, accessSet{}
	maps.Copy(body, lists)
	if err := p.Post(t.Context(), f.path("/collections"), body, &made); err != nil {
		t.Fatal(err)
	}
	return made
}

// group makes one and returns its id.
func (f *clientFixture) group(t *testing.T, users []string, collections ...line) string {
	t.Helper()
	made := accessSet{}
	body := obj{"name": "Group", "users": users, "collections": collections}
	if err := f.admin.Post(t.Context(), f.path("/groups"), body, &made); err != nil {
		t.Fatal(err)
	}
	return made.ID
}

func (f *clientFixture) read(t *testing.T, p *Person, path string) accessSet {
	t.Helper()
	answer := accessSet{}
	if err := p.Get(t.Context(), f.path(path), &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// listed are the ids in a list.
func listed(t *testing.T, p *Person, path string) []string {
	t.Helper()
	answer := struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}{}
	if err := p.Get(t.Context(), path, &answer); err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, row := range answer.Data {
		ids = append(ids, row.ID)
	}
	return ids
}

// events are the types that were logged since an earlier count.
func (f *clientFixture) events(since int) []int {
	types := []int{}
	f.locked(func(s *store, _ *organization) {
		for _, e := range s.events[since:] {
			types = append(types, e.Type)
		}
	})
	return types
}

func (f *clientFixture) eventCount() int { return len(f.events(0)) }

// A group is made in spite of an unknown collection beside a known one; an update refuses it like an unknown member.
func TestGroupWithForeignCollections(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	known, unknown := line{ID: listed(t, f.admin, f.path("/collections"))[0]}, line{ID: unknownID}
	id := f.group(t, nil, known, unknown)
	if got := f.read(t, f.admin, "/groups/"+id+"/details").Collections; !slices.Equal(got, []line{known}) {
		t.Errorf("got %v, want the known collection alone", got)
	}
	update := obj{"name": "Group", "collections": []line{known, unknown}, "users": nil}
	wantRefusal(
		t,
		f.admin.Put(t.Context(), f.path("/groups/"+id), update, nil),
		http.StatusNotFound,
		"Resource not found.",
	)
}

// "DELETE … 200; again 404, in bulk 200".
func TestDeleteGroupsThatAreGone(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	col := listed(t, f.admin, f.path("/collections"))[0]
	gone := f.group(t, nil, line{ID: col})
	noRefusal(t, f.admin.Delete(t.Context(), f.path("/groups/"+gone), nil))
	wantRefusal(t, f.admin.Delete(t.Context(), f.path("/groups/"+gone), nil), http.StatusNotFound, "Resource not found.")
	noRefusal(t, f.admin.Delete(t.Context(), f.path("/groups"), obj{"ids": []string{gone, unknownID}}))
	if got := f.read(t, f.admin, "/collections/"+col+"/details").Groups; len(got) != 0 {
		t.Errorf("the collection still lists %v", got)
	}
}

func TestGroupEvents(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	member := f.invited(t, "a@x.example")
	before := f.eventCount()
	id := f.group(t, []string{member})
	noRefusal(t, f.admin.Put(t.Context(), f.path("/groups/"+id), obj{"name": "G", "collections": []line{}}, nil))
	noRefusal(t, f.admin.Delete(t.Context(), f.path("/groups/"+id+"/user/"+member), nil))
	noRefusal(t, f.admin.Delete(t.Context(), f.path("/groups/"+id), nil))
	if got, want := f.events(before), []int{1504, 1400, 1401, 1504, 1402}; !slices.Equal(got, want) {
		t.Errorf("got events %v, want %v", got, want)
	}
}

// Without the right to see all, an owner may not get into a collection by way of a group.
func TestOwnersMayNotAddThemselvesToGroups(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	owner, id := f.NewMember(t, "owner@x.example", roleOwner)
	g := f.group(t, nil)
	update := obj{"name": "G", "collections": []line{}, "users": []string{id}}
	wantRefusal(t, owner.Put(t.Context(), f.path("/groups/"+g), update, nil),
		http.StatusBadRequest, "You cannot add yourself to groups.")
	f.locked(func(_ *store, org *organization) { org.AllowAdminAccess = true })
	noRefusal(t, owner.Put(t.Context(), f.path("/groups/"+g), update, nil))
}
