// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"
)

// What the recordings items, item-types, files and own-membership do not show by themselves.

// encrypted is a text of the form of an encrypted one.
func encrypted(text string) string {
	part := base64.StdEncoding.EncodeToString([]byte(text))
	return "2." + part + "|" + part + "|" + part
}

// loginItem is the body of a login.
func (f *clientFixture) loginItem(name string, more obj) obj {
	body := obj{
		"type": itemLogin, "organizationId": f.ID, "name": encrypted(name), "login": obj{"password": encrypted("secret")},
	}
	maps.Copy(body, more)
	return body
}

func in(item obj, collections ...string) obj {
	return obj{"cipher": item, "collectionIds": collections}
}

// newItem plants a login in collections.
func (f *clientFixture) newItem(t *testing.T, collections ...string) string {
	t.Helper()
	id := ""
	f.locked(func(s *store, _ *organization) {
		ci, err := f.server.draft(&itemRequest{
			Type: itemLogin, OrganizationID: f.ID, Key: new(encrypted("key")), itemContent: itemContent{
				Name: encrypted("planted"), Login: &itemLoginPart{Password: new(encrypted("planted password"))},
				Fields:          []itemField{{Type: fieldHidden, Value: new(encrypted("planted field"))}},
				PasswordHistory: []oldPassword{{Password: new(encrypted("old"))}},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, col := range collections {
			ci.Collections[col] = true
		}
		s.ciphers.add(ci.ID, ci)
		id = ci.ID
	})
	return id
}

// newShelf plants a collection to which a member has access.
func (f *clientFixture) newShelf(memberID string, a access) string {
	id := ""
	f.locked(func(*store, *organization) {
		col := f.server.newCollection(f.ID, encrypted("shelf"))
		col.Members[memberID] = a
		id = col.ID
	})
	return id
}

// item reads a row, nil if there is none.
func (f *clientFixture) item(id string) *cipher {
	var found *cipher
	f.locked(func(s *store, _ *organization) {
		if ci := s.ciphers.get(id); ci != nil {
			found = new(*ci)
		}
	})
	return found
}

// unassigned counts the items without a collection.
func (f *clientFixture) unassigned() (n int) {
	f.locked(func(s *store, _ *organization) {
		n = len(s.ciphers.where(func(ci *cipher) bool { return ci.OrganizationID != "" && len(ci.Collections) == 0 }))
	})
	return n
}

// refusedWith is the status of a call, 200 if it succeeded.
func refusedWith(err error) int {
	if refused, ok := err.(*StatusError); ok { //nolint:errorlint // Person returns it bare
		return refused.Status
	}
	if err != nil {
		return -1
	}
	return http.StatusOK
}

// TestItemMatrix is who may do what with the items of an organization, by role and setting.
func TestItemMatrix(t *testing.T) {
	t.Parallel()
	editAny, none := &permissions{EditAnyCollection: true}, &permissions{}
	edit, manage := &access{}, &access{Manage: true}
	for _, test := range []struct {
		name                    string
		role                    int
		permissions             *permissions
		allowAdmin              bool
		access                  *access
		createAsAdmin, admin    bool
		create, reads, assigned bool
	}{
		{"owner who reaches everything", roleOwner, nil, true, nil, true, true, false, false, false},
		{"admin who reaches everything", roleAdmin, nil, true, nil, true, true, false, false, false},
		{"owner with access", roleOwner, nil, true, manage, true, true, true, true, true},
		{"restricted owner", roleOwner, nil, false, nil, false, false, false, false, false},
		{"restricted admin with access", roleAdmin, nil, false, edit, false, true, true, true, true},
		{"custom, edits any", roleCustom, editAny, false, nil, true, true, false, false, false},
		{"custom, edits any, with access", roleCustom, editAny, true, edit, true, true, true, true, true},
		{"custom without", roleCustom, none, true, nil, false, false, false, false, false},
		{"user with edit", roleUser, nil, true, edit, false, false, true, true, true},
		{"user with manage", roleUser, nil, false, manage, false, false, true, true, true},
		{"user without", roleUser, nil, true, nil, false, false, false, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
			p, memberID := f.NewMember(t, "person@x.example", roleUser)
			col := f.newShelf("nobody", access{Manage: true})
			f.locked(func(s *store, org *organization) {
				m := s.members.get(memberID)
				m.Type, m.Permissions, org.AllowAdminAccess = test.role, test.permissions, test.allowAdmin
				if test.access != nil {
					s.collections.get(col).Members[memberID] = *test.access
				}
			})
			if err := p.Login(t.Context()); err != nil {
				t.Fatal(err)
			}
			id, doomed := f.newItem(t, col), f.newItem(t, col)
			item, ctx, into := "/ciphers/"+id, t.Context(), obj{"collectionIds": []string{col}}
			for _, call := range []struct {
				name string
				want bool
				err  error
			}{
				{"POST admin", test.createAsAdmin, p.Post(ctx, "/ciphers/admin", in(f.loginItem("new", nil), col), nil)},
				{"PUT admin", test.admin, p.Put(ctx, item+"/admin", f.loginItem("changed", nil), nil)},
				{"PUT collections-admin", test.admin, p.Put(ctx, item+"/collections-admin", into, nil)},
				{"PUT delete-admin", test.admin, p.Put(ctx, item+"/delete-admin", nil, nil)},
				{"PUT restore-admin", test.admin, p.Put(ctx, item+"/restore-admin", nil, nil)},
				{"DELETE admin", test.admin, p.Delete(ctx, "/ciphers/"+doomed+"/admin", nil)},
				{"POST create", test.create, p.Post(ctx, "/ciphers/create", in(f.loginItem("new", nil), col), nil)},
				{"GET", test.reads, p.Get(ctx, item, nil)},
				{"PUT", test.reads, p.Put(ctx, item, f.loginItem("changed", nil), nil)},
				{"PUT collections_v2", test.reads, p.Put(ctx, item+"/collections_v2", into, nil)},
				{"PUT delete", test.reads, p.Put(ctx, item+"/delete", nil, nil)},
				{"PUT restore", test.reads, p.Put(ctx, item+"/restore", nil, nil)},
				{"POST bulk-collections", test.admin || test.assigned, p.Post(ctx, "/ciphers/bulk-collections", obj{
					"organizationId": f.ID, "cipherIds": []string{id}, "collectionIds": []string{col},
				}, nil)},
			} {
				want := http.StatusNotFound
				if call.want {
					want = http.StatusOK
				}
				if got := refusedWith(call.err); got != want {
					t.Errorf("%s: got %v, want %d", call.name, call.err, want)
				}
			}
		})
	}
}

// TestOrphans quotes the recording items, steps 36 and 37: a refused creation stores the item without a collection.
func TestOrphans(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	owner, _ := f.NewMember(t, "owner@x.example", roleOwner)
	col := f.newShelf("nobody", access{Manage: true})
	f.locked(func(_ *store, org *organization) { org.AllowAdminAccess = true })
	ctx, item := t.Context(), f.loginItem("new", nil)
	for _, test := range []struct {
		name string
		err  error
		want int
	}{
		{"provider user, create", f.admin.Post(ctx, "/ciphers/create", in(item, col), nil), 404},
		{"provider user, plainly", f.admin.Post(ctx, "/ciphers", item, nil), 200},
		{"owner without access", owner.Post(ctx, "/ciphers/create", in(item, col), nil), 404},
		{"unknown collection", owner.Post(ctx, "/ciphers/admin", in(item, newID()), nil), 200},
	} {
		if got := refusedWith(test.err); got != test.want {
			t.Errorf("%s: got %v, want %d", test.name, test.err, test.want)
		}
	}
	if got := f.unassigned(); got != 4 {
		t.Errorf("got %d orphans, want 4", got)
	}
	elsewhere := f.loginItem("foreign", obj{"organizationId": newID()})
	wantRefusal(t, f.admin.Post(ctx, "/ciphers/admin", in(item, col), nil), 404, "Resource not found.")
	wantRefusal(t, f.admin.Post(ctx, "/ciphers/create", in(elsewhere, col), nil), 404, "")
	if got := f.unassigned(); got != 4 {
		t.Errorf("got %d orphans after refusals at the door, want 4", got)
	}
}

// TestUnassignedItems leaves items without a collection to admins, also where they may not reach all.
func TestUnassignedItems(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	f.locked(func(_ *store, org *organization) { org.AllowAdminAccess = false })
	admin, adminID := f.NewMember(t, "admin@x.example", roleAdmin)
	user, _ := f.NewMember(t, "user@x.example", roleUser)
	id, col := f.newItem(t), f.newShelf(adminID, access{})
	item, ctx := "/ciphers/"+id, t.Context()
	for name, who := range map[string]struct {
		person *Person
		want   int
	}{"admin": {admin, 1}, "user": {user, 0}} {
		answer := struct{ Data []struct{ ID string } }{}
		path := "/ciphers/organization-details/assigned?organizationId=" + f.ID
		noRefusal(t, who.person.Get(ctx, path, &answer))
		if len(answer.Data) != who.want {
			t.Errorf("%s: got %v, want %d items", name, answer.Data, who.want)
		}
	}
	wantRefusal(t, user.Put(ctx, item+"/delete-admin", nil, nil), 404, "")
	wantRefusal(t, admin.Get(ctx, item, nil), 404, "")
	noRefusal(t, admin.Put(ctx, item+"/admin", f.loginItem("changed", nil), nil))
	noRefusal(t, admin.Put(ctx, item+"/collections-admin", obj{"collectionIds": []string{col}}, nil))
	noRefusal(t, admin.Get(ctx, item, nil))
	noRefusal(t, admin.Put(ctx, item+"/collections-admin", obj{"collectionIds": []string{}}, nil))
	noRefusal(t, admin.Delete(ctx, item+"/admin", nil))
}

// TestUpdateReplacesEverything shows what a client loses that leaves something out.
func TestUpdateReplacesEverything(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, memberID := f.NewMember(t, "person@x.example", roleUser)
	id := f.newItem(t, f.newShelf(memberID, access{}))
	noRefusal(t, p.Put(t.Context(), "/ciphers/"+id, f.loginItem("changed", nil), nil))
	ci := f.item(id)
	if ci.Key != nil || ci.Content.PasswordHistory != nil || ci.Content.Fields != nil {
		t.Errorf("got key %v, history %v, fields %v, want none", ci.Key, ci.Content.PasswordHistory, ci.Content.Fields)
	}
	if len(ci.Collections) != 1 {
		t.Errorf("got collections %v, want the old one", ci.Collections)
	}
	ctx := t.Context()
	card := f.loginItem("card", obj{"type": 3, "login": nil, "card": obj{"code": encrypted("123")}})
	wantRefusal(t, p.Put(ctx, "/ciphers/"+id, card, nil), 500, "")
	wantRefusal(t, p.Put(ctx, "/ciphers/"+id, f.loginItem("elsewhere", obj{"organizationId": newID()}), nil), 400,
		"Organization mismatch.")
	if got := f.item(id); got.Content.Name != encrypted("changed") {
		t.Errorf("a refused change was stored")
	}
}

func TestKnownRevision(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, memberID := f.NewMember(t, "person@x.example", roleUser)
	id := f.newItem(t, f.newShelf(memberID, access{}))
	for _, test := range []struct {
		name  string
		known time.Duration // from the stored revision
		want  int
	}{
		{"the stored one", 0, 200},
		{"less than a second older", -900 * time.Millisecond, 200},
		{"less than a second newer", 900 * time.Millisecond, 200},
		{"older", -1100 * time.Millisecond, 400},
		{"newer", 1100 * time.Millisecond, 400},
	} {
		known := f.item(id).RevisionDate.Add(test.known)
		err := p.Put(t.Context(), "/ciphers/"+id, f.loginItem(test.name, obj{"lastKnownRevisionDate": known}), nil)
		if got := refusedWith(err); got != test.want {
			t.Errorf("%s: got %v, want %d", test.name, err, test.want)
		}
	}
}

func TestTrash(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, memberID := f.NewMember(t, "admin@x.example", roleAdmin)
	id := f.newItem(t, f.newShelf(memberID, access{Manage: true}))
	item, ctx := "/ciphers/"+id, t.Context()
	noRefusal(t, p.Put(ctx, item+"/delete", nil, nil))
	noRefusal(t, p.Put(ctx, item, f.loginItem("changed in the trash", nil), nil))
	if f.item(id).DeletedDate == nil {
		t.Error("an edit took the item out of the trash")
	}
	answer := struct{ Data []struct{ ID string } }{}
	noRefusal(t, f.admin.Get(ctx, "/ciphers/organization-details?organizationId="+f.ID, &answer))
	if len(answer.Data) != 1 || answer.Data[0].ID != id {
		t.Errorf("the list shows %v, want the item in the trash", answer.Data)
	}
	noRefusal(t, p.Delete(ctx, item, nil))
	wantRefusal(t, p.Put(ctx, item, f.loginItem("gone", nil), nil), 404, "")
	wantRefusal(t, p.Put(ctx, item+"/admin", f.loginItem("gone", nil), nil), 500, "")
}

func TestLimitItemDeletion(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	f.locked(func(_ *store, org *organization) { org.LimitItemDeletion, org.AllowAdminAccess = true, true })
	editor, editorID := f.NewMember(t, "editor@x.example", roleUser)
	admin, adminID := f.NewMember(t, "admin@x.example", roleAdmin)
	col := f.newShelf(editorID, access{})
	f.locked(func(s *store, _ *organization) { s.collections.get(col).Members[adminID] = access{} })
	item, ctx := "/ciphers/"+f.newItem(t, col), t.Context()
	wantRefusal(t, editor.Put(ctx, item+"/delete", nil, nil), 400, "You do not have permissions to soft delete this.")
	wantRefusal(t, editor.Delete(ctx, item, nil), 400, "You do not have permissions to delete this.")
	wantRefusal(t, admin.Put(ctx, item+"/delete", nil, nil), 400, "You do not have permissions to soft delete this.")
	noRefusal(t, admin.Put(ctx, item+"/delete-admin", nil, nil))
	wantRefusal(t, editor.Put(ctx, item+"/restore", nil, nil), 400, "You do not have permissions to delete this.")
	answer := struct {
		Permissions struct{ Delete, Restore bool }
	}{}
	noRefusal(t, editor.Get(ctx, item, &answer))
	if answer.Permissions.Delete || answer.Permissions.Restore {
		t.Error("the item's permissions allow what the server refuses")
	}
	noRefusal(t, admin.Delete(ctx, item+"/admin", nil))
}

// TestHiddenPasswords lets somebody edit an item whose passwords he may not see.
func TestHiddenPasswords(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, memberID := f.NewMember(t, "person@x.example", roleUser)
	id := f.newItem(t, f.newShelf(memberID, access{HidePasswords: true}))
	shown := obj{"type": 0, "value": encrypted("shown")}
	change := f.loginItem("changed", obj{"fields": []obj{shown, {"type": fieldHidden, "value": encrypted("guess")}}})
	noRefusal(t, p.Put(t.Context(), "/ciphers/"+id, change, nil))
	got := f.item(id).Content
	if got.Name != encrypted("changed") || *got.Login.Password != encrypted("planted password") {
		t.Errorf("got name %s with password %s", got.Name, *got.Login.Password)
	}
	if len(got.Fields) != 2 || *got.Fields[0].Value != encrypted("shown") ||
		*got.Fields[1].Value != encrypted("planted field") {
		t.Errorf("got fields %+v, want the new one and the hidden one as it was", got.Fields)
	}
	wantRefusal(t, p.Put(t.Context(), "/ciphers/"+id+"/collections_v2", obj{"collectionIds": []string{}}, nil), 404, "")
}

// TestMovesStayWithinReach lets a member move an item between collections of which he may write one only.
func TestMovesStayWithinReach(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, memberID := f.NewMember(t, "person@x.example", roleUser)
	mine, foreign := f.newShelf(memberID, access{}), f.newShelf("nobody", access{Manage: true})
	readOnly := f.newShelf(memberID, access{ReadOnly: true})
	id := f.newItem(t, mine, readOnly, foreign)
	answer := struct {
		Unavailable bool
		Cipher      struct{ CollectionIDs []string }
	}{}
	noRefusal(t, p.Put(t.Context(), "/ciphers/"+id+"/collections_v2", obj{"collectionIds": []string{newID()}}, &answer))
	if got := sortedKeys(f.item(id).Collections); len(got) != 2 || slices.Contains(got, mine) {
		t.Errorf("the item is in %v, want the two that the member may not write", got)
	}
	if answer.Unavailable || !slices.Equal(answer.Cipher.CollectionIDs, []string{readOnly}) {
		t.Errorf("got %+v, want the collection that he reads", answer)
	}
}

func TestBulkItems(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, memberID := f.NewMember(t, "admin@x.example", roleAdmin)
	mine := f.newItem(t, f.newShelf(memberID, access{Manage: true}))
	foreign := f.newItem(t, f.newShelf("nobody", access{Manage: true}))
	both, ctx := obj{"ids": []string{mine, foreign}, "organizationId": f.ID}, t.Context()

	wantRefusal(t, p.Put(ctx, "/ciphers/delete-admin", both, nil), 404, "")
	if f.item(mine).DeletedDate != nil {
		t.Error("an item was deleted although the call was refused")
	}
	noRefusal(t, p.Put(ctx, "/ciphers/delete", both, nil))
	if f.item(mine).DeletedDate == nil || f.item(foreign).DeletedDate != nil {
		t.Error("want the reachable item in the trash and the other one left alone")
	}
	restored := struct{ Data []struct{ ID string } }{}
	noRefusal(t, p.Put(ctx, "/ciphers/restore", both, &restored))
	if len(restored.Data) != 1 || restored.Data[0].ID != mine {
		t.Errorf("restored %v, want %s", restored.Data, mine)
	}
	f.locked(func(_ *store, org *organization) { org.AllowAdminAccess = true })
	noRefusal(t, p.Delete(ctx, "/ciphers/admin", both))
	if f.item(mine) != nil || f.item(foreign) != nil {
		t.Error("items are left")
	}
	var many []string
	for range bulkItemsMaximum + 1 {
		many = append(many, newID())
	}
	wantRefusal(t, p.Delete(ctx, "/ciphers/admin", obj{"ids": many, "organizationId": f.ID}), 400,
		"You can only delete up to 500 items at a time.")
}

func TestNewItemTypesInSync(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, version string
		flag          bool
		want          []int
	}{
		{"flag off", "2026.9.0", false, []int{1, 5}},
		{"flag on", "2026.9.0", true, []int{1, 5, 6}},
		{"flag on, old client", "2026.1.0", true, []int{1, 5}},
		{"client before SSH keys", "2024.11.1", true, []int{1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5},
				Options{Flags: map[string]any{flagNewItemTypes: test.flag}})
			p, memberID := f.NewMember(t, "person@x.example", roleUser)
			col := f.newShelf(memberID, access{})
			f.newItem(t, col)
			for itemType, part := range map[int]string{itemSSHKey: "sshKey", itemBankAccount: "bankAccount"} {
				item := f.loginItem("new", obj{"type": itemType, "login": nil, part: obj{}})
				noRefusal(t, p.Post(t.Context(), "/ciphers/create", in(item, col), nil))
			}
			var got []int
			f.locked(func(s *store, _ *organization) {
				request := &http.Request{Header: http.Header{"Bitwarden-Client-Version": {test.version}}}
				for _, row := range f.server.syncCiphers(&call{s: f.server.Server, r: request, user: s.users.get(p.ID)}) {
					itemType, _ := row["type"].(int)
					got = append(got, itemType)
				}
			})
			slices.Sort(got)
			if !slices.Equal(got, test.want) {
				t.Errorf("got types %v, want %v", got, test.want)
			}
		})
	}
}

// TestSharedItem moves a personal item into an organization.
func TestSharedItem(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, memberID := f.NewMember(t, "person@x.example", roleUser)
	col, foreign := f.newShelf(memberID, access{}), f.newShelf("nobody", access{Manage: true})
	ctx, made, folder := t.Context(), struct{ ID string }{}, struct{ ID string }{}
	noRefusal(t, p.Post(ctx, "/folders", obj{"name": encrypted("folder")}, &folder))
	personal := f.loginItem("mine", obj{"organizationId": nil, "folderId": folder.ID, "favorite": true})
	noRefusal(t, p.Post(ctx, "/ciphers", personal, &made))
	wantRefusal(t, p.Put(ctx, "/ciphers/"+made.ID+"/share", in(f.loginItem("shared", nil), foreign), nil), 400, "")
	noRefusal(t, p.Put(ctx, "/ciphers/"+made.ID+"/share", in(f.loginItem("shared", nil), col), nil))
	answer := struct {
		OrganizationID string
		FolderID       string
		Favorite       bool
		CollectionIDs  []string
	}{}
	noRefusal(t, p.Get(ctx, "/ciphers/"+made.ID+"/details", &answer))
	if answer.OrganizationID != f.ID || !slices.Equal(answer.CollectionIDs, []string{col}) {
		t.Errorf("got %+v, want the item in %s", answer, col)
	}
	if answer.FolderID != folder.ID || !answer.Favorite {
		t.Errorf("got %+v, want the owner's folder and star kept", answer)
	}
	noRefusal(t, p.Delete(ctx, "/folders/"+folder.ID, nil))
	if f.item(made.ID).Folders[p.ID] != "" {
		t.Error("the item is in a folder that is gone")
	}
	f.turnOn(policyDataOwnership, "")
	wantRefusal(t, p.Post(ctx, "/ciphers", personal, nil), 400, "restricted from saving items to your personal vault")
}

func TestItemEvents(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	f.locked(func(_ *store, org *organization) { org.AllowAdminAccess = true })
	p, memberID := f.NewMember(t, "owner@x.example", roleOwner)
	col := f.newShelf(memberID, access{Manage: true})
	made, ctx := struct{ ID string }{}, t.Context()
	noRefusal(t, p.Post(ctx, "/ciphers/create", in(f.loginItem("new", nil), col), &made))
	item := "/ciphers/" + made.ID
	noRefusal(t, p.Put(ctx, item, f.loginItem("changed", nil), nil))
	noRefusal(t, p.Put(ctx, item+"/collections-admin", obj{"collectionIds": []string{col}}, nil))
	noRefusal(t, p.Put(ctx, item+"/delete", nil, nil))
	noRefusal(t, p.Put(ctx, item+"/delete", nil, nil)) // again: nothing happens
	noRefusal(t, p.Put(ctx, item+"/restore-admin", nil, nil))
	noRefusal(t, p.Delete(ctx, item, nil))
	noRefusal(t, p.Post(ctx, "/ciphers/purge?organizationId="+f.ID, obj{"masterPasswordHash": p.PasswordHash()}, nil))
	var got []int
	f.locked(func(s *store, _ *organization) {
		for _, e := range s.events {
			if e.CipherID != "" || e.Type == 1601 {
				got = append(got, e.Type)
			}
		}
	})
	if want := []int{1100, 1101, 1106, 1115, 1116, 1102, 1601}; !slices.Equal(got, want) {
		t.Errorf("got events %v, want %v", got, want)
	}
}

// TestStoredJSON compares with what .NET writes.
func TestStoredJSON(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value any
		want  string
	}{
		{obj{"name": "a+b/c=", "ssn": nil}, `{"Name":"a\u002Bb/c="}`},
		{obj{"ssn": "1", "uris": []obj{{"uri": nil, "match": 3}, {}}}, `{"SSN":"1","Uris":[{"Match":3},{}]}`},
		{obj{"x": "<&>'\"`é😀\n\\"}, `{"X":"\u003C\u0026\u003E\u0027\u0022\u0060\u00E9\uD83D\uDE00\n\\"}`},
		{[]any{nil, true, 1.5}, `[null,true,1.5]`},
		{(*itemCardPart)(nil), `null`},
	} {
		if got := dotnetJSON(test.value); got != test.want {
			t.Errorf("%v: got %s, want %s", test.value, got, test.want)
		}
	}
}

// TestStoredContent sends an item as the server stores it.
func TestStoredContent(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, memberID := f.NewMember(t, "person@x.example", roleUser)
	col := f.newShelf(memberID, access{})
	for _, test := range []struct{ name, data, wantName, wantPassword string }{
		{
			"fields", fmt.Sprintf(`{"Password":%q,"Name":%q}`, encrypted("p"), encrypted("stored")),
			encrypted("stored"), encrypted("p"),
		},
		{"a sealed envelope", "no JSON at all", "", ""},
	} {
		item := f.loginItem("ignored", obj{"data": test.data})
		answer := struct {
			Name, Data string
			Login      struct{ Password string }
		}{}
		noRefusal(t, p.Post(t.Context(), "/ciphers/create", in(item, col), &answer))
		if answer.Data != test.data || answer.Name != test.wantName || answer.Login.Password != test.wantPassword {
			t.Errorf("%s: got %+v", test.name, answer)
		}
	}
}

func TestItemChecks(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	long := encrypted(fmt.Sprintf("%2000d", 0))
	for _, test := range []struct{ key, text, name string }{
		{"Cipher.Login.Password", "Password is not a valid encrypted string.", "plain password"},
		{"Cipher.Login.Uris[1].Uri", "Uri is not a valid encrypted string.", "plain address"},
		{"Cipher.Fields[0].Name", "The field Name exceeds the maximum encrypted value length of 1000 characters.", "long"},
	} {
		item := f.loginItem(test.name, nil)
		switch test.name {
		case "plain password":
			item["login"] = obj{"password": "plain"}
		case "plain address":
			item["login"] = obj{"uris": []obj{{"uri": encrypted("https://x.example")}, {"uri": "plain"}}}
		case "long":
			item["fields"] = []obj{{"name": long, "value": long}}
		}
		err := f.admin.Post(t.Context(), "/ciphers/create", in(item, newID()), nil)
		wantRefusal(t, err, 400, fmt.Sprintf("%q:[%q]", test.key, test.text))
	}
}
