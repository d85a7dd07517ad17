// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package bitwarden_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto/vault"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// BenchmarkItems reads and decrypts a client of 20,000 logins, each with a key, notes and fields of its own.
func BenchmarkItems(b *testing.B) {
	server := emulator.New(b)
	msp := server.NewMSP(b)
	org := msp.NewClient(b, emulator.ClientOptions{})
	id, secret := msp.Credentials(b)
	rows := make([]json.RawMessage, 20_000)
	for i := range rows {
		item, err := vault.NewItem(map[string]any{
			"type": 1, "name": fmt.Sprint("Item ", i), "notes": "Some lines of text that nobody needs here.",
			"fields": []any{map[string]any{"type": 1, "name": "PIN", "value": "1234"}},
			"login": map[string]any{
				"username": fmt.Sprintf("user.%d@client.example", i), "password": fmt.Sprint("password ", i),
				"uris": []any{map[string]any{"uri": fmt.Sprintf("https://site%d.example/login", i)}},
			},
		}).Seal(org.Key)
		if err != nil {
			b.Fatal(err)
		}
		item["id"] = fmt.Sprintf("%08d-0000-4000-8000-000000000000", i)
		if rows[i], err = json.Marshal(item); err != nil {
			b.Fatal(err)
		}
	}
	answer, err := json.Marshal(map[string]any{"object": "list", "data": rows})
	if err != nil {
		b.Fatal(err)
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/ciphers/organization-details" {
			_, _ = w.Write(answer)
			return
		}
		server.ServeHTTP(w, r)
	}))
	b.Cleanup(front.Close)
	began := cpuSeconds(b)
	for b.Loop() {
		client, err := bitwarden.New(bitwarden.Config{
			Server: front.URL, ClientID: id, ClientSecret: bitwarden.NewSecret(secret),
			MasterPassword: bitwarden.NewSecret(emulator.Password),
		})
		if err != nil {
			b.Fatal(err)
		}
		items, err := client.Items(b.Context(), org.ID)
		if err != nil || len(items.Items) != len(rows) || len(items.Unreadable) > 0 {
			b.Fatal("the items do not decrypt: ", err)
		}
	}
	b.ReportMetric((cpuSeconds(b)-began)/float64(b.N), "cpu-s/op")
	b.ReportMetric(float64(len(answer))/(1<<20), "MB/answer")
}

// cpuSeconds is the CPU time of this process so far.
func cpuSeconds(b *testing.B) float64 {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}
