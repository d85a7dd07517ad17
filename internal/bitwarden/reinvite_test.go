// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// Invitations of one organization, and of the provider, are mailed again together, and only those that are open.
func TestReinvite(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		route  string
		invite func(ctx context.Context, w *world, email string) (id string, err error)
		again  func(ctx context.Context, c *bitwarden.Client, w *world, id string) error
		accept func(ctx context.Context, w *world, person *emulator.Person) error
	}{
		"members": {
			"POST /api/organizations/{orgId}/users/reinvite",
			func(ctx context.Context, w *world, email string) (string, error) {
				m, err := w.InviteMember(ctx, w.org.ID, bitwarden.NewMember{Email: email, Role: bitwarden.RoleUser})
				return m.ID, err
			},
			func(ctx context.Context, c *bitwarden.Client, w *world, id string) error {
				return c.ReinviteMember(ctx, w.org.ID, id)
			},
			func(ctx context.Context, w *world, person *emulator.Person) error {
				_, err := person.Accept(ctx, w.org.ID)
				return err
			},
		},
		"provider users": {
			"POST /api/providers/{providerId}/users/reinvite",
			func(ctx context.Context, w *world, email string) (string, error) {
				u, err := w.InviteProviderUser(ctx, email, bitwarden.ProviderRoleServiceUser)
				return u.ID, err
			},
			func(ctx context.Context, c *bitwarden.Client, _ *world, id string) error {
				return c.ReinviteProviderUser(ctx, id)
			},
			func(ctx context.Context, w *world, person *emulator.Person) error { return w.msp.Accept(ctx, person) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.ClientOptions{})
			ctx := t.Context()
			emails := []string{"ann@x.example", "ben@x.example", "cat@x.example"}
			var ids []string
			for _, email := range emails {
				ids = append(ids, must(test.invite(ctx, w, email))(t))
			}
			c := w.newRun(t)
			var wg sync.WaitGroup
			for _, id := range ids {
				wg.Go(func() {
					if err := test.again(ctx, c, w, id); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			for _, email := range emails {
				if got := len(w.server.Mails(email)); got != 2 {
					t.Errorf("%s got %d mails, want the invitation and its repetition", email, got)
				}
			}
			if got := w.count(test.route); got > 2 {
				t.Errorf("%d requests for three invitations at the same time", got)
			}

			if err := test.accept(ctx, w, w.server.NewPerson(t, emails[0])); err != nil {
				t.Fatal(err)
			}
			if err := test.again(ctx, c, w, ids[0]); err == nil || !strings.Contains(err.Error(), "User invalid.") {
				t.Errorf("accepted after the list was read: %v", err)
			}
			refused, ok := errors.AsType[*bitwarden.InputError](test.again(ctx, c, w, ids[0]))
			if !ok || refused.Field != "status" || !strings.Contains(refused.Reason, "accepted") {
				t.Errorf("accepted: %v", refused)
			}
			w.fail(t, test.route, emulator.Fault{Status: http.StatusOK, Body: `{"object":"list","data":[]}`, Times: 1})
			if err := test.again(ctx, c, w, ids[1]); err == nil || !strings.Contains(err.Error(), "left it out") {
				t.Errorf("unknown to the server: %v", err)
			}
			if err := test.again(ctx, c, w, stubUnknown); !bitwarden.IsNotFound(err) {
				t.Errorf("unknown to us: %v", err)
			}
		})
	}
}
