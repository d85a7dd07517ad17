// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// accountVector is an account of official software (internal/crypto/testdata).
type accountVector struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Inputs struct {
		Password        string          `json:"password"`
		Salt            string          `json:"salt"`
		KDF             json.RawMessage `json:"kdf"`
		WrappedUserKey  string          `json:"masterKeyWrappedUserKey"`
		AccountKeys     json.RawMessage `json:"accountKeys"`
		OrganizationKey string          `json:"organizationKey"`
	} `json:"inputs"`
	Expected struct {
		OrganizationKey string `json:"organizationKeyB64"`
	} `json:"expected"`
}

// serve logs the account in as a server would, and gives it an organization with one collection.
func (v *accountVector) serve(t *testing.T, hasPassword bool) *stub {
	t.Helper()
	s := newStub(t)
	s.mux = http.NewServeMux()
	send := func(pattern string, value any) {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		s.handle(pattern, answer(string(text)))
	}
	send(tokenRoute, map[string]any{
		"access_token": "t", "expires_in": 3600, "AccountKeys": v.Inputs.AccountKeys,
		"UserDecryptionOptions": map[string]any{
			"HasMasterPassword": hasPassword, "MasterPasswordUnlock": map[string]any{
				"Kdf": v.Inputs.KDF, "MasterKeyEncryptedUserKey": v.Inputs.WrappedUserKey, "Salt": v.Inputs.Salt,
			},
		},
	})
	send("GET /api/accounts/profile", map[string]any{
		"id": stubUser, "organizations": []any{map[string]any{"id": stubOrg, "key": v.Inputs.OrganizationKey}},
	})
	key := crypto.NewSymmetricKey()
	if encoded, _ := base64.StdEncoding.DecodeString(v.Expected.OrganizationKey); len(encoded) > 0 {
		var err error
		if key, err = crypto.ParseSymmetricKey(encoded); err != nil {
			t.Fatal(err)
		}
	}
	name, err := key.EncryptString("Servers")
	if err != nil {
		t.Fatal(err)
	}
	send("GET /api/organizations/"+stubOrg+"/collections", map[string]any{
		"data": []any{map[string]any{"id": "c1", "name": name}},
	})
	return s
}

// TestAccountsOfVersion2_unlock goes from the master password down to a collection's name.
func TestAccountsOfVersion2_unlock(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(filepath.Join("..", "crypto", "testdata", "account-v2.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []*accountVector `json:"vectors"`
	}
	if err := json.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	tested := 0
	for _, v := range file.Vectors {
		if v.Kind != "unlockAccountV2" || v.Expected.OrganizationKey == "" {
			continue
		}
		tested++
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			config := v.serve(t, true).config()
			config.MasterPassword = bitwarden.NewSecret(v.Inputs.Password)
			list, err := newClient(t, config).Collections(t.Context(), stubOrg, bitwarden.Access{})
			if err != nil || len(list) != 1 || list[0].Name != "Servers" {
				t.Errorf("collections %+v, error %v", list, err)
			}
		})
	}
	if tested == 0 {
		t.Error("no account was tested")
	}
}

func TestAccountWithoutMasterPassword_isExplained(t *testing.T) {
	t.Parallel()
	v := &accountVector{}
	v.Inputs.KDF, v.Inputs.AccountKeys = json.RawMessage(`{}`), json.RawMessage(`null`)
	config := v.serve(t, false).config()
	config.MasterPassword = bitwarden.NewSecret("pw")
	_, err := newClient(t, config).Collections(t.Context(), stubOrg, bitwarden.Access{})
	if refused, ok := errors.AsType[*bitwarden.LoginError](err); !ok || refused.Field != "master_password" {
		t.Errorf("%v; want a refusal of master_password", err)
	}
}
