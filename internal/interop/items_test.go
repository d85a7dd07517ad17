// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package interop_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// loginTemplate is a login with everything that a client encrypts in it.
func loginTemplate(name, organizationID string, collectionIDs ...string) map[string]any {
	object := map[string]any{
		"type": 1, "name": name, "notes": "Zeile 1\nZeile 2", "favorite": false, "reprompt": 0, "folderId": nil,
		"organizationId": nil, "collectionIds": nil,
		"login": map[string]any{
			"username": "user", "password": "p4ss", "totp": "JBSWY3DPEHPK3PXP",
			"uris": []map[string]any{{"uri": "https://a.example", "match": nil}, {"uri": "https://b.example", "match": 1}},
		},
		"fields": []map[string]any{{"name": "text", "value": "t", "type": 0}, {"name": "pin", "value": "1234", "type": 1}},
	}
	if organizationID != "" {
		object["organizationId"], object["collectionIds"] = organizationID, collectionIDs
	}
	return object
}

// TestItems lets bw write items in collections that our client made, and another member read them with bw.
func TestItems(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	member := w.invite(t, bitwarden.NewMember{Email: "ann@client.example"})
	ann := w.join(t, member)
	var ids []string
	for _, name := range []string{"One", "Two"} {
		c, err := w.ours.CreateCollection(t.Context(), w.orgID, bitwarden.NewCollection{
			Name: name, Members: map[string]bitwarden.Permission{
				member.ID: bitwarden.PermissionManage, w.ownerID: bitwarden.PermissionManage,
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	owner, reader := logIn(t, w.server, w.owner), logIn(t, w.server, ann)
	made := read[item](t, owner, "create", "item", encoded(t, loginTemplate("Kasse", w.orgID, ids[0])))
	reader.sync(t)
	seen := read[item](t, reader, "get", "item", made.ID)
	if !reflect.DeepEqual(seen, made) || len(seen.Login.URIs) != 2 || len(seen.Fields) != 2 ||
		seen.Fields[1].Value != "1234" || *seen.Login.Password != "p4ss" || seen.Login.TOTP == "" {
		t.Errorf("the member reads\n%+v, want\n%+v", seen, made)
	}

	if assigned := read[item](t, reader, "edit", "item-collections", made.ID, encoded(t, ids), "--organizationid",
		w.orgID); len(assigned.CollectionIDs) != 2 {
		t.Errorf("after the assignment it lies in %v, want %v", assigned.CollectionIDs, ids)
	}
	note := loginTemplate("Notiz", "")
	note["type"], note["secureNote"], note["login"] = 2, map[string]any{"type": 0}, nil
	own := read[item](t, reader, "create", "item", encoded(t, note))
	moved := read[item](t, reader, "move", own.ID, w.orgID, encoded(t, ids[1:]))
	if moved.OrganizationID != w.orgID || moved.Notes != "Zeile 1\nZeile 2" {
		t.Errorf("the moved note is %+v", moved)
	}

	file := filepath.Join(t.TempDir(), "anhang.txt")
	if err := os.WriteFile(file, []byte("bytes \x00\xff"), 0o600); err != nil {
		t.Fatal(err)
	}
	attached := read[item](t, reader, "create", "attachment", "--file", file, "--itemid", made.ID)
	if len(attached.Attachments) != 1 || attached.Attachments[0].FileName != "anhang.txt" {
		t.Fatalf("the attachments are %+v", attached.Attachments)
	}
	owner.sync(t)
	back := filepath.Join(t.TempDir(), "zurück.txt")
	owner.run(t, "get", "attachment", attached.Attachments[0].ID, "--itemid", made.ID, "--output", back)
	if got, err := os.ReadFile(back); err != nil || string(got) != "bytes \x00\xff" {
		t.Errorf("the attachment comes back as %q (%v)", got, err)
	}
	owner.run(t, "delete", "attachment", attached.Attachments[0].ID, "--itemid", made.ID)

	reader.run(t, "delete", "item", made.ID)
	if trash := read[[]item](t, reader, "list", "items", "--trash"); len(trash) != 1 || trash[0].Name != "Kasse" {
		t.Errorf("in the trash is %+v", trash)
	}
	reader.run(t, "restore", "item", made.ID)
	exported := read[struct {
		Collections []orgCollection `json:"collections"`
		Items       []item          `json:"items"`
	}](t, owner, "export", "--organizationid", w.orgID, "--format", "json", "--raw")
	var itemNames []string
	for _, i := range exported.Items {
		itemNames = append(itemNames, i.Name)
	}
	slices.Sort(itemNames)
	if got := names(exported.Collections); !slices.Equal(itemNames, []string{"Kasse", "Notiz"}) ||
		!slices.Equal(got, []string{"Grundstock", "One", "Two"}) {
		t.Errorf("the export holds items %q and collections %q", itemNames, got)
	}
	reader.run(t, "delete", "item", made.ID, "--permanent")
	if reason := reader.refused(t, "get", "item", made.ID); !strings.Contains(reason, "Not found") {
		t.Errorf("after the end: %q", reason)
	}
}

// TestImport lets bw import a vault with collections; our client reads their names.
func TestImport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bw := logIn(t, w.server, w.owner)
	const importedID = "11111111-1111-4111-8111-111111111111"
	file := filepath.Join(t.TempDir(), "vault.json")
	vault := `{"encrypted":false,"collections":[{"id":"` + importedID + `","organizationId":null,"name":"Alt/Server"}],
		"items":[{"id":"i1","organizationId":null,"type":1,"name":"root","login":{"username":"root","password":"toor"},
		"collectionIds":["` + importedID + `"]}]}`
	if err := os.WriteFile(file, []byte(vault), 0o600); err != nil {
		t.Fatal(err)
	}
	bw.run(t, "import", "--organizationid", w.orgID, "bitwardenjson", file)
	bw.run(t, "create", "folder", encoded(t, map[string]string{"name": "Own folder"}))
	if got := bw.run(t, "get", "password", "root"); got != "toor" {
		t.Errorf("the imported password is %q", got)
	}
	collections, err := w.newRun(t).Collections(t.Context(), w.orgID, bitwarden.Access{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(collections, func(c bitwarden.Collection) bool { return c.Name == "Alt/Server" }) {
		t.Errorf("our client reads the collections %+v", collections)
	}
}
