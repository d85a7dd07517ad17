// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"slices"
	"testing"
)

// The check that somebody manages a collection looks only at what the request says: other routes take the last manager
// away, and then "a PUT that only renames fails with this 400".
func TestLastManagerGoes(t *testing.T) {
	t.Parallel()
	const nobody = "At least one member or group must have can manage permission."
	for name, takeAway := range map[string]func(t *testing.T, f *clientFixture, group, member, col string) error{
		"by an update of the group": func(t *testing.T, f *clientFixture, group, _, _ string) error {
			t.Helper()
			return f.admin.Put(t.Context(), f.path("/groups/"+group), obj{"name": "G", "collections": []line{}}, nil)
		},
		"by removing the group": func(t *testing.T, f *clientFixture, group, _, _ string) error {
			t.Helper()
			return f.admin.Delete(t.Context(), f.path("/groups/"+group), nil)
		},
		"by an update of the member": func(t *testing.T, f *clientFixture, _, member, _ string) error {
			t.Helper()
			return f.admin.Put(t.Context(), f.users+"/"+member, memberUpdate(roleUser, nil), nil)
		},
		"in bulk": func(t *testing.T, f *clientFixture, group, member, col string) error {
			t.Helper()
			return f.admin.Post(t.Context(), f.path("/collections/bulk-access"), obj{
				"collectionIds": []string{col}, "groups": []line{{ID: group}}, "users": []line{{ID: member}},
			}, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newClientFixture(t, ClientOptions{})
			member := f.invited(t, "a@x.example")
			group := f.group(t, []string{member})
			lists := obj{"groups": []line{{ID: group, Manage: true}}}
			if name == "by an update of the member" {
				lists = obj{"users": []line{{ID: member, Manage: true}}}
			}
			col := f.collection(t, f.admin, lists).ID
			rename := func() error { return f.admin.Put(t.Context(), f.path("/collections/"+col), obj{}, nil) }
			noRefusal(t, rename())
			noRefusal(t, takeAway(t, f, group, member, col))
			if !f.read(t, f.admin, "/collections/"+col+"/details").Unmanaged {
				t.Error("somebody still manages the collection")
			}
			wantRefusal(t, rename(), http.StatusBadRequest, nobody)
			f.locked(func(_ *store, org *organization) { org.AllowAdminAccess = true })
			noRefusal(t, rename())
		})
	}
}

// A grant of one's own wins over those of groups, even if it gives less; groups add up.
func TestAccessOfAMember(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	ann, id := f.NewMember(t, "ann@x.example", roleUser)
	reads := f.group(t, []string{id})
	manages := f.group(t, []string{id})
	both := []line{{ID: reads, ReadOnly: true, HidePasswords: true}, {ID: manages, Manage: true}}
	byGroups := f.collection(t, f.admin, obj{"groups": both}).ID
	byGrant := f.collection(t, f.admin, obj{"groups": both, "users": []line{{ID: id, ReadOnly: true}}}).ID
	none := f.collection(t, f.admin, obj{"groups": []line{{ID: f.group(t, nil), Manage: true}}}).ID
	answer := struct {
		Data []line `json:"data"`
	}{}
	noRefusal(t, ann.Get(t.Context(), "/collections", &answer))
	if want := []line{{ID: byGroups, Manage: true}, {ID: byGrant, ReadOnly: true}}; !slices.Equal(answer.Data, want) {
		t.Errorf("got %+v, want %+v", answer.Data, want)
	}
	synced := struct {
		Collections []line `json:"collections"`
	}{}
	noRefusal(t, ann.Get(t.Context(), "/sync?excludeDomains=true", &synced))
	if !slices.Equal(synced.Collections, answer.Data) {
		t.Errorf("/sync shows %+v, /collections %+v", synced.Collections, answer.Data)
	}
	if got := listed(t, ann, f.path("/collections")); !slices.Equal(got, []string{byGroups}) {
		t.Errorf("a member lists %v, want only the one that he manages", got)
	}
	if got := f.read(t, ann, "/collections/"+byGroups+"/details"); !got.Assigned || !got.Manage {
		t.Errorf("got %+v, want it assigned and managed", got)
	}
	for _, hidden := range []string{byGrant, none} {
		err := ann.Get(t.Context(), f.path("/collections/"+hidden), nil)
		wantRefusal(t, err, http.StatusNotFound, "Resource not found.")
	}
}

// "for a PU the response has null groups/users"; a member gets back what is.
func TestAnswerToAWrittenCollection(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	owner, id := f.NewMember(t, "owner@x.example", roleOwner)
	lists := obj{"users": []line{{ID: id, Manage: true}}}
	if got := f.collection(t, f.admin, lists); got.Users != nil || got.Groups != nil || got.Manage {
		t.Errorf("a provider user gets %+v", got)
	}
	if got := f.collection(t, owner, lists); !slices.Equal(got.Users, []line{{ID: id, Manage: true}}) || !got.Manage {
		t.Errorf("a member gets %+v", got)
	}
}

// "GET collections/details: each call by a PU writes events 1903 and 1603".
func TestVaultAccessIsAudited(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	owner, _ := f.NewMember(t, "owner@x.example", roleOwner)
	before := f.eventCount()
	listed(t, owner, f.path("/collections/details"))
	listed(t, f.admin, f.path("/collections"))
	listed(t, f.admin, f.path("/collections/details"))
	if got, want := f.events(before), []int{1603, 1903}; !slices.Equal(got, want) {
		t.Errorf("got events %v, want %v", got, want)
	}
}

func TestCollectionEvents(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	before := f.eventCount()
	col := f.collection(t, f.admin, obj{"groups": []line{{ID: unknownID, Manage: true}}}).ID
	manager := []line{{ID: f.invited(t, "a@x.example"), Manage: true}}
	noRefusal(t, f.admin.Put(t.Context(), f.path("/collections/"+col), obj{"users": manager}, nil))
	noRefusal(t, f.admin.Delete(t.Context(), f.path("/collections/"+col), nil))
	if got, want := f.events(before), []int{1300, 1500, 1301, 1302}; !slices.Equal(got, want) {
		t.Errorf("got events %v, want %v", got, want)
	}
}

// "GET collections of an org that is gone answers 200 []", as for everybody without a right to it.
func TestCollectionsWithoutARight(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	stranger := f.server.NewPerson(t, "stranger@x.example")
	if got := listed(t, stranger, f.path("/collections")); len(got) != 0 {
		t.Errorf("a stranger lists %v", got)
	}
	secret := obj{"masterPasswordHash": f.admin.PasswordHash()}
	noRefusal(t, f.admin.Delete(t.Context(), f.path(""), secret))
	if got := listed(t, f.admin, f.path("/collections")); len(got) != 0 {
		t.Errorf("of an organization that is gone: %v", got)
	}
	err := f.admin.Get(t.Context(), f.path("/groups"), nil)
	wantRefusal(t, err, http.StatusForbidden, "")
}

func TestWhoMayMakeAndDeleteCollections(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	ann, id := f.NewMember(t, "ann@x.example", roleUser)
	mine := obj{"users": []line{{ID: id, Manage: true}}}
	first, second := f.collection(t, ann, mine).ID, f.collection(t, ann, mine).ID
	theirs := f.collection(t, f.admin, obj{"groups": []line{{ID: f.group(t, nil), Manage: true}}}).ID
	remove := func(ids ...string) error {
		return ann.Delete(t.Context(), f.path("/collections"), obj{"ids": ids})
	}
	wantRefusal(t, remove(first, theirs), http.StatusNotFound, "Resource not found.")
	noRefusal(t, remove(first))
	f.locked(func(_ *store, org *organization) {
		org.LimitCollectionCreation, org.LimitCollectionDeletion = true, true
	})
	wantRefusal(t, remove(second), http.StatusNotFound, "Resource not found.")
	name, _ := f.Key.EncryptString("x")
	err := ann.Post(t.Context(), f.path("/collections"), obj{"name": name, "users": mine["users"]}, nil)
	wantRefusal(t, err, http.StatusNotFound, "Resource not found.")
}

// "items in it become unassigned, not deleted".
func TestDeletedCollectionLeavesItsItems(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	col := f.collection(t, f.admin, obj{"groups": []line{{ID: unknownID, Manage: true}}}).ID
	item := &cipher{ID: newID(), OrganizationID: f.ID, Collections: map[string]bool{col: true}}
	f.locked(func(s *store, _ *organization) { s.ciphers.add(item.ID, item) })
	noRefusal(t, f.admin.Delete(t.Context(), f.path("/collections/"+col), nil))
	f.locked(func(s *store, _ *organization) {
		if got := s.ciphers.get(item.ID); got == nil || len(got.Collections) != 0 {
			t.Errorf("got %+v, want an item in no collection", got)
		}
	})
}

// A member's own collection is not for these routes: not listed, not to be changed, not to be deleted.
func TestMyItemsStay(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	_, id := f.NewMember(t, "ann@x.example", roleUser)
	name, _ := f.Key.EncryptString("My items")
	noRefusal(t, f.admin.Put(t.Context(), f.path("/policies/5"), obj{
		"policy": obj{"enabled": true}, "metadata": obj{"defaultUserCollectionName": name},
	}, nil))
	own := ""
	f.locked(func(s *store, _ *organization) {
		for _, col := range s.collections.where(func(col *collection) bool { return col.Type == myItems }) {
			if _, his := col.Members[id]; his {
				own = col.ID
			}
		}
	})
	if own == "" || slices.Contains(listed(t, f.admin, f.path("/collections")), own) {
		t.Fatalf("collection %q of the member's own: want one that is not listed", own)
	}
	const as = "DefaultUserCollection"
	wantRefusal(t, f.admin.Put(t.Context(), f.path("/collections/"+own), obj{}, nil), http.StatusBadRequest, as)
	wantRefusal(t, f.admin.Delete(t.Context(), f.path("/collections/"+own), nil), http.StatusBadRequest, as)
	bulk := obj{"collectionIds": []string{own}, "users": []line{}, "groups": []line{}}
	wantRefusal(t, f.admin.Post(t.Context(), f.path("/collections/bulk-access"), bulk, nil), http.StatusBadRequest, as)
}
