// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package interop_test

import (
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// TestKeyID has bw name the key of an account that has no name for it yet: once, and as we would.
func TestKeyID(t *testing.T) {
	t.Parallel()
	needBW(t)
	srv := emulator.New(t)
	wantRoutes(t, srv)
	ann := srv.NewPerson(t, "ann@x.example")
	for _, login := range []string{"first", "second"} {
		logIn(t, srv, ann)
		synced := struct {
			UserDecryption struct {
				UserKeyID string `json:"userKeyId"`
			} `json:"userDecryption"`
		}{}
		if err := ann.Get(t.Context(), "/sync", &synced); err != nil {
			t.Fatal(err)
		}
		if got := synced.UserDecryption.UserKeyID; got != ann.UserKey.ID() {
			t.Errorf("after the %s login the key's id is %q, want %q", login, got, ann.UserKey.ID())
		}
	}
	if n := srv.Requests().Count("POST /api" + keyIDPath); n != 1 {
		t.Errorf("bw sent the id %d times, want once", n)
	}
}

// TestFingerprint has the phrase that bw shows, which is what a person reads to the admin, taken by our client.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.invite(t, bitwarden.NewMember{Email: "ann@client.example"})
	person := w.accept(t, ann)
	phrase := logIn(t, w.server, w.owner).run(t, "get", "fingerprint", person.ID)
	words := strings.Split(phrase, "-")
	if len(words) != 5 {
		t.Errorf("bw shows %q, want five words", phrase)
	}
	words[0], words[1] = words[1], words[0]
	if _, err := w.ours.ConfirmMember(t.Context(), w.orgID, ann.ID, strings.Join(words, "-")); err == nil {
		t.Error("our client confirmed under another phrase")
	}
	if _, err := w.ours.ConfirmMember(t.Context(), w.orgID, ann.ID, phrase); err != nil {
		t.Errorf("our client refuses the phrase that bw shows: %v", err)
	}
}
