// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package interop_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// TestMembers_confirmed lets a member open the organization with bw, whoever handed over its key: our client or bw.
func TestMembers_confirmed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		confirm func(*testing.T, *world, *profile, *bitwarden.Member)
	}{
		{"by our client", func(t *testing.T, w *world, _ *profile, m *bitwarden.Member) {
			t.Helper()
			w.confirm(t, m)
		}},
		{"by bw", func(t *testing.T, w *world, owner *profile, m *bitwarden.Member) {
			t.Helper()
			owner.run(t, "confirm", "org-member", m.ID, "--organizationid", w.orgID)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c, err := w.ours.CreateCollection(t.Context(), w.orgID, bitwarden.NewCollection{Name: "Für Ann"})
			if err != nil {
				t.Fatal(err)
			}
			w.store(t, login{Name: "Kasse", Username: "kasse", Password: "geheim"}, c.ID)
			owner := logIn(t, w.server, w.owner)
			wantStatus := func(m *bitwarden.Member, want int) {
				t.Helper()
				if got := owner.memberStatus(t, w.orgID, m.ID); got != want {
					t.Errorf("bw lists status %d, want %d", got, want)
				}
			}
			ann := w.invite(t, bitwarden.NewMember{
				Email: "ann@client.example", Collections: map[string]bitwarden.Permission{c.ID: bitwarden.PermissionView},
			})
			wantStatus(ann, 0)
			refusal := owner.refused(t, "confirm", "org-member", ann.ID, "--organizationid", w.orgID)
			if !strings.Contains(refusal, "must accept the invitation") {
				t.Errorf("confirming whom was only invited: bw says %q", refusal)
			}
			person := w.accept(t, ann)
			wantStatus(ann, 1)
			test.confirm(t, w, owner, ann)
			wantStatus(ann, 2)
			if got, err := w.newRun(t).Member(t.Context(), w.orgID, ann.ID); err != nil ||
				got.Status != bitwarden.StatusConfirmed || got.UserID != person.ID {
				t.Errorf("our client reads %+v (%v), want a confirmed member", got, err)
			}
			for how, bw := range map[string]*profile{
				"password": logIn(t, w.server, person), "API key": logInByKey(t, w.server, person),
			} {
				organizations := read[[]organization](t, bw, "list", "organizations")
				if len(organizations) != 1 || organizations[0].ID != w.orgID || organizations[0].Name != "Müller & Söhne" {
					t.Errorf("by %s she sees the organizations %+v", how, organizations)
				}
				if got := bw.ownCollectionNames(t); !slices.Equal(got, []string{"Für Ann"}) {
					t.Errorf("by %s she sees the collections %q", how, got)
				}
				if got := bw.run(t, "get", "password", "Kasse"); got != "geheim" {
					t.Errorf("by %s she reads the password %q", how, got)
				}
			}
		})
	}
}
