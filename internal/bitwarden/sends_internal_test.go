// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

func TestSendLink(t *testing.T) {
	t.Parallel()
	key, err := crypto.ParseSendKey("AAECAwQFBgcICQoLDA0ODw")
	if err != nil {
		t.Fatal(err)
	}
	for vault, want := range map[string]string{
		"https://vault.bitwarden.com": "https://send.bitwarden.com/#access/AAECAwQFBgcICQoLDA0ODw",
		"https://vault.bitwarden.eu":  "https://vault.bitwarden.eu/#/send/access/AAECAwQFBgcICQoLDA0ODw",
		"https://host.example/vault":  "https://host.example/vault/#/send/access/AAECAwQFBgcICQoLDA0ODw",
	} {
		if got := sendLink(vault, "access", key); got != want {
			t.Errorf("%s: %s, want %s", vault, got, want)
		}
	}
}

// An upload goes where the server says, but never in the clear, and a bad address is not repeated in the error.
func TestStorageURL(t *testing.T) {
	t.Parallel()
	c := &Client{config: Config{APIURL: "https://vault.example.com/api"}}
	for address, want := range map[string]string{
		"https://store.example.net/f?sig=canary":    "https://store.example.net/f?sig=canary",
		"/storage/f?sig=canary":                     "https://vault.example.com/storage/f?sig=canary",
		"http://127.0.0.1:10000/f?sig=canary":       "http://127.0.0.1:10000/f?sig=canary",
		"http://store.example.net/f?sig=canary":     "",
		"ftp://store.example.net/f?sig=canary":      "",
		"https://store.example.net/\x7f?sig=canary": "",
	} {
		got, err := c.storageURL(address)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v", address, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("the error repeats the address: %v", err)
		}
	}
}

// The digest of one content is another one in each Send, of each kind and under each key.
func TestDigest(t *testing.T) {
	t.Parallel()
	key := crypto.NewSymmetricKey()
	sums := map[string]bool{}
	for _, sum := range []string{
		digest(key, "a", "text", "1234"), digest(key, "b", "text", "1234"), digest(key, "a", "password", "1234"),
		digest(key, "a", "text", "123"), digest(crypto.NewSymmetricKey(), "a", "text", "1234"),
	} {
		sums[sum] = true
	}
	if len(sums) != 5 || !sums[digest(key, "a", "text", "1234")] {
		t.Errorf("%d different digests, want 5: %v", len(sums), sums)
	}
}

func TestUpload_patience(t *testing.T) {
	t.Parallel()
	if got := (&call{}).patience(); got != 0 {
		t.Errorf("a call without a file may take %s longer", got)
	}
	if got := (&call{upload: &upload{content: make([]byte, 10*slowestUpload)}}).patience(); got.Seconds() != 10 {
		t.Errorf("an upload may take %s longer, want 10s", got)
	}
}
