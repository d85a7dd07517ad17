// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package interop_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSends lets bw make Sends and, with another profile that is signed in nowhere, receive them.
func TestSends(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bw, recipient := logIn(t, w.server, w.owner), newProfile(t, w.server)
	type sent struct {
		ID        string `json:"id"`
		AccessURL string `json:"accessUrl"`
	}
	s := read[sent](t, bw, "send", "Grüße")
	if got := recipient.run(t, "receive", s.AccessURL); got != "Grüße" {
		t.Errorf("the text arrives as %q", got)
	}
	file := filepath.Join(t.TempDir(), "datei.bin")
	if err := os.WriteFile(file, []byte("bytes \x00\xff"), 0o600); err != nil {
		t.Fatal(err)
	}
	s = read[sent](t, bw, "send", "--file", file, "--password", "wort")
	back := filepath.Join(t.TempDir(), "zurück.bin")
	reason := recipient.refused(t, "receive", s.AccessURL, "--password", "falsch", "--output", back)
	if !strings.Contains(strings.ToLower(reason), "password") {
		t.Errorf("with a wrong password: %q", reason)
	}
	recipient.run(t, "receive", s.AccessURL, "--password", "wort", "--output", back)
	if got, err := os.ReadFile(back); err != nil || string(got) != "bytes \x00\xff" {
		t.Errorf("the file arrives as %q (%v)", got, err)
	}
	bw.run(t, "send", "remove-password", s.ID)
	bw.run(t, "send", "delete", s.ID)
	// The recipient's profile keeps the token that it got.
	if reason := newProfile(t, w.server).refused(t, "receive", s.AccessURL, "--output", back); reason == "" {
		t.Error("a deleted Send is received")
	}
}
