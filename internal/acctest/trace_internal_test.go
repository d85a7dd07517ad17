// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// TestNoSecrets: the check finds what it is there for, and nothing in what a log may hold.
func TestNoSecrets(t *testing.T) {
	t.Parallel()
	admin := emulator.New(t).NewPerson(t, "ann@x.example")
	body := strings.Repeat("Ab+/", 20)
	for log, clean := range map[string]bool{
		"version 2.11.4, 2.abc, at 2026-11-27T05:27:16.000Z, bitwarden_member.this": true,
		"x12." + body + " is the part of a longer number":                           true,
		"key 2." + body + "=|x":                 false,
		"4." + body:                             false,
		"planted":                               false,
		"the api-key":                           false,
		emulator.Password:                       false,
		admin.PasswordHash():                    false,
		"eyJhbGciOiJIUzI1.eyJhbGciOiJIUzI1NiIs": false,
		"MII" + body:                            false,
		"Authorization: Bearer x":               false,
		"grant_type=x&client_secret=x":          false,
	} {
		file := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(file, []byte("a line\n"+log+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		r := &recorder{TB: t}
		NoSecrets(r, file, admin, "api-key", []string{"planted"}, []string{"a line"})
		if got := len(r.failures) == 0; got != clean {
			t.Errorf("%q: clean is %t, want %t", log, got, clean)
		}
	}
}
