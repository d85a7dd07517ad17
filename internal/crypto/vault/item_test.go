// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package vault_test

import (
	"slices"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto/vault"
)

func loginMembers() map[string]any {
	return map[string]any{
		"type":       1,
		"name":       "name",
		"notes":      nil,
		"futureText": "unknown to this client",
		"futureObject": map[string]any{
			"name": "plain all the same",
		},
		"fields": []any{
			map[string]any{"type": 3, "name": "linked", "value": nil, "linkedId": 100, "future": "kept"},
		},
		"login": map[string]any{
			"username": "user", "password": "password", "passwordRevisionDate": "2026-01-15T10:20:30Z",
			"uris": []any{map[string]any{"uri": "https://a.test", "match": 3}, map[string]any{"uri": "https://b.test"}},
		},
	}
}

func TestItem_unknownMembersSurvive(t *testing.T) {
	t.Parallel()
	base := crypto.NewSymmetricKey()
	item := vault.NewItem(loginMembers())
	sealed := ok(item.Seal(base))(t)
	equalJSON(t, "members after sealing", item.Members, loginMembers())
	for _, name := range []string{"futureText", "futureObject", "type", "notes"} {
		equalJSON(t, name, sealed[name], loginMembers()[name])
	}
	opened := ok(vault.Open(sealed, base))(t)
	equal(t, "lost", len(opened.Lost), 0)
	for _, u := range list(login(t, opened)["uris"]) {
		uri := object(t, u)
		if sum, _ := uri["uriChecksum"].(string); len(sum) != 44 {
			t.Errorf("the checksum is %v", uri["uriChecksum"])
		}
		delete(uri, "uriChecksum")
	}
	equalJSON(t, "members", opened.Members, loginMembers())
}

func TestOpen_lostMembers(t *testing.T) {
	t.Parallel()
	base := crypto.NewSymmetricKey()
	foreign := ok(crypto.NewSymmetricKey().EncryptString("text"))(t)
	tests := map[string]struct {
		change func(sealed, login map[string]any)
		lost   []string
	}{
		"nothing":          {func(_, _ map[string]any) {}, nil},
		"of another key":   {func(_, l map[string]any) { l["password"] = foreign }, []string{"login.password"}},
		"no encrypted one": {func(s, _ map[string]any) { s["name"] = "in plain" }, []string{"name"}},
		"empty":            {func(s, _ map[string]any) { s["notes"] = "" }, []string{"notes"}},
		"a number":         {func(s, _ map[string]any) { s["notes"] = 7.0 }, []string{"notes"}},
		"in a list": {func(s, _ map[string]any) {
			object(t, list(s["fields"])[0])["name"] = foreign
		}, []string{"fields[0].name"}},
		"checksum of another URI": {func(_, l map[string]any) {
			first, second := object(t, list(l["uris"])[0]), object(t, list(l["uris"])[1])
			second["uriChecksum"] = first["uriChecksum"]
		}, []string{"login.uris[1]"}},
		"no checksum": {func(_, l map[string]any) {
			delete(object(t, list(l["uris"])[0]), "uriChecksum")
		}, []string{"login.uris[0]"}},
		"another member as URI": {func(_, l map[string]any) {
			object(t, list(l["uris"])[0])["uri"] = l["username"]
		}, []string{"login.uris[0]"}},
		"unknown type": {func(s, _ map[string]any) { s["type"] = 9.0 }, []string{"type"}},
		"no type":      {func(s, _ map[string]any) { delete(s, "type") }, []string{"type"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sealed := ok(vault.NewItem(loginMembers()).Seal(base))(t)
			test.change(sealed, object(t, sealed["login"]))
			item := ok(vault.Open(sealed, base))(t)
			if !slices.Equal(item.Lost, test.lost) {
				t.Errorf("lost is %q, want %q", item.Lost, test.lost)
			}
			_, err := item.Seal(base)
			if test.lost == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			refused(t, err, crypto.Malformed)
		})
	}
}

// TestOpen_withoutOwnKey shows that checksums are not asked of items that have no key of their own: old clients did not
// write any.
func TestOpen_withoutOwnKey(t *testing.T) {
	t.Parallel()
	base := crypto.NewSymmetricKey()
	sealed := ok(vault.Item{Members: loginMembers(), Key: base}.Seal(base))(t)
	if _, hasKey := sealed["key"]; hasKey {
		t.Error("the item has a key of its own")
	}
	for _, u := range list(object(t, sealed["login"])["uris"]) {
		delete(object(t, u), "uriChecksum")
	}
	item := ok(vault.Open(sealed, base))(t)
	equal(t, "lost", len(item.Lost), 0)
	equal(t, "number of URIs", len(list(login(t, item)["uris"])), 2)
}

func TestOpen_refuses(t *testing.T) {
	t.Parallel()
	base, other := crypto.NewSymmetricKey(), crypto.NewSymmetricKey()
	sealed := ok(vault.NewItem(loginMembers()).Seal(base))(t)
	_, err := vault.Open(sealed, other)
	refused(t, err, crypto.AuthenticationFailed)
	_, err = vault.Open(sealed, crypto.SymmetricKey{})
	refused(t, err, crypto.InvalidKey)
	_, err = vault.Open(map[string]any{"type": 1, "key": "2.no key"}, base)
	refused(t, err, crypto.Malformed)

	blob := findVector(t, "cipher-blob.json", "personal blob-encrypted login of a v2 user")
	in := decode[struct {
		UserKey []byte         `json:"userKey"`
		Cipher  map[string]any `json:"cipher"`
	}](t, blob.Inputs)
	in.Cipher["type"] = 2.0 // the envelope says login
	_, err = vault.Open(in.Cipher, key(t, in.UserKey))
	refused(t, err, crypto.Malformed)
	in.Cipher["data"] = `{"format_version": 2}`
	_, err = vault.Open(in.Cipher, key(t, in.UserKey))
	refused(t, err, crypto.UnsupportedType)
	_, err = vault.OpenBlob("no JSON", base)
	refused(t, err, crypto.Malformed)

	// Other servers repeat the members in "data": that is no envelope.
	sealed["data"] = `{"Name":"2.x"}`
	item := ok(vault.Open(sealed, base))(t)
	equal(t, "name", item.Members["name"], any("name"))
	if _, hasData := item.Members["data"]; hasData {
		t.Error("data is still there")
	}
}

func TestSeal_refuses(t *testing.T) {
	t.Parallel()
	base := crypto.NewSymmetricKey()
	_, err := vault.Item{Members: loginMembers()}.Seal(base)
	refused(t, err, crypto.InvalidKey)
	_, err = vault.NewItem(loginMembers()).Seal(crypto.SymmetricKey{})
	refused(t, err, crypto.InvalidKey)
	_, err = vault.NewItem(map[string]any{"type": 1, "name": 7}).Seal(base)
	refused(t, err, crypto.Malformed)
}

// TestSeal_moves shows the way of an item from a v2 user to an organization.
func TestSeal_moves(t *testing.T) {
	t.Parallel()
	user, organization := crypto.NewCOSEKey(), crypto.NewSymmetricKey()
	sealed := ok(vault.NewItem(loginMembers()).Seal(user))(t)
	wrapped, _ := sealed["key"].(string)
	equal(t, "type of the wrapped key", wrapped[:2], "7.")
	item := ok(vault.Open(sealed, user))(t)
	moved := ok(item.Seal(organization))(t)
	again := ok(vault.Open(moved, organization))(t)
	equal(t, "key", again.Key.Equal(item.Key), true)
	equalJSON(t, "members", again.Members, item.Members)
}

func TestAttachmentKey_refuses(t *testing.T) {
	t.Parallel()
	k := crypto.NewSymmetricKey()
	wrapped := ok(crypto.NewSymmetricKey().WrapKey(crypto.NewSymmetricKey()))(t)
	_, err := vault.AttachmentKey(wrapped, k)
	refused(t, err, crypto.AuthenticationFailed)
}
