// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto/vault"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const itemList = "GET /api/ciphers/organization-details"

// plantItems imports items as the web vault does: each with a key of its own, under the organization's key.
func (w *world) plantItems(t *testing.T, key crypto.SymmetricKey, items ...map[string]any) {
	t.Helper()
	sealed := make([]map[string]any, 0, len(items))
	for _, members := range items {
		item, err := vault.NewItem(members).Seal(key)
		if err != nil {
			t.Fatal(err)
		}
		sealed = append(sealed, item)
	}
	if err := w.msp.Admin.Post(t.Context(), "/ciphers/import-organization?organizationId="+w.org.ID, map[string]any{
		"collections": []any{}, "ciphers": sealed, "collectionRelationships": []any{},
	}, nil); err != nil {
		t.Fatal(err)
	}
}

func login(name string, login map[string]any) map[string]any {
	return map[string]any{"type": 1, "name": name, "login": login}
}

func TestItems(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	w.plantItems(t, w.org.Key,
		login("Bank", map[string]any{
			"username": "ann", "password": "hunter2", "totp": "JBSWY3DPEHPK3PXP",
			"uris": []any{map[string]any{"uri": "https://bank.example"}, map[string]any{"uri": "http://old.example"}},
		}),
		login("Empty", map[string]any{}),
		map[string]any{"type": 2, "name": "Note", "notes": "text", "secureNote": map[string]any{"type": 0}},
	)
	w.plantItems(t, crypto.NewSymmetricKey(), login("Lost", map[string]any{"password": "x"}))
	w.Client = w.newRun(t)
	items := must(w.Items(t.Context(), w.org.ID))(t)
	byName := map[string]bitwarden.Item{}
	for i, item := range items.Items {
		byName[item.Name] = item
		if i > 0 && items.Items[i-1].ID >= item.ID {
			t.Error("the items are not in the order of their ids")
		}
	}
	bank := byName["Bank"]
	if len(items.Items) != 3 || !bank.IsLogin || bank.Username != "ann" || bank.Password != "hunter2" || !bank.HasTOTP ||
		fmt.Sprintf("%q", bank.URIs) != `["https://bank.example" "http://old.example"]` {
		t.Errorf("got %d items, the bank with %q and %q", len(items.Items), bank.Password, bank.URIs)
	}
	if empty := byName["Empty"]; !empty.IsLogin || empty.Password != "" || empty.HasTOTP || empty.URIs != nil {
		t.Error("the empty login is not empty")
	}
	if note, ok := byName["Note"]; !ok || note.IsLogin {
		t.Error("the note is missing or a login")
	}
	if len(items.Unreadable) != 1 || items.Unreadable[0] == bank.ID {
		t.Errorf("unreadable are %v, want the one under another key", items.Unreadable)
	}
	must(w.Items(t.Context(), w.org.ID))(t)
	if got := w.count(itemList); got != 1 {
		t.Errorf("took %d requests, want one", got)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if text := fmt.Sprintf(verb, bank); strings.Contains(text, "hunter2") || strings.Contains(text, "Bank") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
}

// The trash is left out; a part that does not decrypt costs that part only.
func TestItems_odd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	good := must(vault.NewItem(login("Good", map[string]any{"password": "p", "username": "u"})).Seal(w.org.Key))(t)
	foreign := must(crypto.NewSymmetricKey().EncryptString("elsewhere"))(t)
	inner, ok := good["login"].(map[string]any)
	if !ok {
		t.Fatal("no login")
	}
	inner["username"] = foreign
	if err := w.msp.Admin.Post(t.Context(), "/ciphers/import-organization?organizationId="+w.org.ID, map[string]any{
		"collections": []any{}, "ciphers": []any{good}, "collectionRelationships": []any{},
	}, nil); err != nil {
		t.Fatal(err)
	}
	items := must(w.Items(t.Context(), w.org.ID))(t)
	if len(items.Items) != 1 || items.Items[0].Password != "p" || items.Items[0].Username != "" ||
		len(items.Unreadable) != 1 || items.Unreadable[0] != items.Items[0].ID {
		t.Errorf("got %v, unreadable %v", items.Items, items.Unreadable)
	}
	owner, _ := w.org.NewMember(t, "ann@client.example", 0)
	if err := owner.Put(t.Context(), "/organizations/"+w.org.ID+"/collection-management", map[string]any{
		"allowAdminAccessToAllCollectionItems": true,
	}, nil); err != nil {
		t.Fatal(err)
	}
	if err := owner.Put(t.Context(), "/ciphers/"+items.Items[0].ID+"/delete-admin", nil, nil); err != nil {
		t.Fatal(err)
	}
	w.Client = w.newRun(t)
	if items = must(w.Items(t.Context(), w.org.ID))(t); len(items.Items)+len(items.Unreadable) != 0 {
		t.Errorf("got %v and %v from the trash", items.Items, items.Unreadable)
	}
	if _, err := w.Items(t.Context(), stubUnknown); !bitwarden.IsNotFound(err) {
		t.Errorf("got %v of an unknown organization, want not found", err)
	}
}

func TestItems_needsPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	w.config.MasterPassword = bitwarden.Secret{}
	w.Client = w.newRun(t)
	_, err := w.Items(t.Context(), w.org.ID)
	if err == nil || !strings.Contains(err.Error(), "master_password") || w.count(itemList) != 0 {
		t.Errorf("got %v after %d requests, want that the master password is missing", err, w.count(itemList))
	}
}

// What takes long is done once per run, whoever asks; and again if it failed.
func TestItems_scores(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	w.plantItems(t, w.org.Key, login("Bank", map[string]any{"password": "hunter2"}))
	rated := 0
	rate := func(context.Context) ([]int, error) {
		if rated++; rated == 1 {
			return nil, context.Canceled
		}
		return []int{rated}, nil
	}
	if _, err := must(w.Items(t.Context(), w.org.ID))(t).Scores(t.Context(), rate); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the failure", err)
	}
	for range 2 {
		scores := must(must(w.Items(t.Context(), w.org.ID))(t).Scores(t.Context(), rate))(t)
		if len(scores) != 1 || scores[0] != 2 {
			t.Errorf("got %v, want those of the second rating", scores)
		}
	}
}
