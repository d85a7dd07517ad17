// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package interop_test

import (
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// TestAccessLevels gives a group each of the five permissions, and lets bw try what a member of the group may do then.
func TestAccessLevels(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group, err := w.ours.CreateGroup(t.Context(), w.orgID, bitwarden.NewGroup{Name: "Group"})
	if err != nil {
		t.Fatal(err)
	}
	stored := map[bitwarden.Permission]string{}
	for _, p := range bitwarden.CollectionPermissions {
		c, err := w.ours.CreateCollection(t.Context(), w.orgID, bitwarden.NewCollection{
			Name: string(p), Groups: map[string]bitwarden.Permission{group.ID: p},
		})
		if err != nil {
			t.Fatal(err)
		}
		stored[p] = w.store(t, login{Name: string(p), Username: "user", Password: "secret"}, c.ID)
	}
	ann := w.join(t, w.invite(t, bitwarden.NewMember{Email: "ann@client.example", Groups: []string{group.ID}}))
	bw := logIn(t, w.server, ann)
	items := read[[]item](t, bw, "list", "items")
	if len(items) != len(stored) {
		t.Errorf("bw lists %d items, want %d", len(items), len(stored))
	}
	for _, test := range []struct {
		permission                   bitwarden.Permission
		readsPassword, edits, delete bool
	}{
		{bitwarden.PermissionView, true, false, false},
		{bitwarden.PermissionViewExceptPasswords, false, false, false},
		{bitwarden.PermissionEdit, true, true, true},
		{bitwarden.PermissionEditExceptPasswords, false, true, true},
		{bitwarden.PermissionManage, true, true, true},
	} {
		t.Run(string(test.permission), func(t *testing.T) {
			t.Parallel()
			bw, id := bw.copy(t), stored[test.permission]
			got := read[item](t, bw, "get", "item", id)
			reads := got.Login.Password != nil && *got.Login.Password == "secret"
			if got.Name != string(test.permission) || got.Login.Username != "user" || reads != test.readsPassword {
				t.Errorf("bw reads %+v; reads the password: %t, want %t", got, reads, test.readsPassword)
			}
			got.Notes = "edited"
			got.Login.Password = nil
			if test.readsPassword {
				got.Login.Password = new("secret")
			}
			if edit := []string{"edit", "item", id, encoded(t, got)}; test.edits {
				bw.run(t, edit...)
			} else {
				bw.refused(t, edit...)
			}
			if remove := []string{"delete", "item", id}; test.delete {
				bw.run(t, remove...)
			} else {
				bw.refused(t, remove...)
			}
		})
	}
}
