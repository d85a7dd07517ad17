// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const groupsRoute = "POST /api/organizations/{orgId}/groups"

// interruptedAt is a context that ends so long after the server got a request of a route, which it answers with a delay.
func (w *world) interruptedAt(
	t *testing.T, route string, fault emulator.Fault, later time.Duration,
) context.Context {
	t.Helper()
	fault.Delay = 300 * time.Millisecond
	w.fail(t, route, fault)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for w.count(route) == 0 {
			select {
			case <-tick.C:
			case <-t.Context().Done():
				return
			}
		}
		<-time.After(later)
	}()
	return ctx
}

// TestInterrupt_whatWasSentIsFinished: an object of which nobody learns is orphaned, or made again.
func TestInterrupt_whatWasSentIsFinished(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		route string
		do    func(ctx context.Context, w *world) (id string, err error)
		ids   func(t *testing.T, w *world, c *bitwarden.Client) []string // those that are new
	}{
		"client": {
			clientsRoute,
			func(ctx context.Context, w *world) (string, error) {
				client, err := w.CreateClientOrganization(ctx, newClientOrganization())
				return idUnless(err, func() string { return client.ID })
			},
			func(t *testing.T, w *world, c *bitwarden.Client) (ids []string) {
				t.Helper()
				for _, client := range must(c.ClientOrganizations(t.Context()))(t) {
					if client.ID != w.org.ID {
						ids = append(ids, client.ID)
					}
				}
				return ids
			},
		},
		"group": {
			groupsRoute,
			func(ctx context.Context, w *world) (string, error) {
				group, err := w.CreateGroup(ctx, w.org.ID, bitwarden.NewGroup{Name: "Helpdesk"})
				return idUnless(err, func() string { return group.ID })
			},
			func(t *testing.T, w *world, c *bitwarden.Client) (ids []string) {
				t.Helper()
				for _, group := range must(c.Groups(t.Context(), w.org.ID))(t) {
					ids = append(ids, group.ID)
				}
				return ids
			},
		},
		"collection": {
			collectionsRoute,
			func(ctx context.Context, w *world) (string, error) {
				bob, err := w.MemberByEmail(ctx, w.org.ID, "bob@client.example")
				if err != nil {
					return "", err
				}
				collection, err := w.CreateCollection(ctx, w.org.ID, bitwarden.NewCollection{
					Name: "New", Members: map[string]bitwarden.Permission{bob.ID: bitwarden.PermissionManage},
				})
				return idUnless(err, func() string { return collection.ID })
			},
			func(t *testing.T, w *world, c *bitwarden.Client) (ids []string) {
				t.Helper()
				for _, collection := range must(c.Collections(t.Context(), w.org.ID, bitwarden.Access{}))(t) {
					if collection.Name == "New" {
						ids = append(ids, collection.ID)
					}
				}
				return ids
			},
		},
		"invitation": {
			inviteRoute,
			func(ctx context.Context, w *world) (string, error) {
				member, err := w.InviteMember(ctx, w.org.ID, bitwarden.NewMember{
					Email: "ann@client.example", Role: bitwarden.RoleUser,
				})
				return idUnless(err, func() string { return member.ID })
			},
			func(t *testing.T, w *world, c *bitwarden.Client) (ids []string) {
				t.Helper()
				for _, member := range must(c.Members(t.Context(), w.org.ID))(t) {
					if member.Email == "ann@client.example" {
						ids = append(ids, member.ID)
					}
				}
				return ids
			},
		},
		"confirmation": {
			confirmRoute,
			func(ctx context.Context, w *world) (string, error) {
				accepted, err := w.MemberByEmail(ctx, w.org.ID, "bob@client.example")
				if err != nil {
					return "", err
				}
				member, err := w.ConfirmMember(ctx, w.org.ID, accepted.ID, "")
				return idUnless(err, func() string { return member.ID })
			},
			func(t *testing.T, w *world, c *bitwarden.Client) (ids []string) {
				t.Helper()
				for _, member := range must(c.Members(t.Context(), w.org.ID))(t) {
					if member.Email == "bob@client.example" && member.Status == bitwarden.StatusConfirmed {
						ids = append(ids, member.ID)
					}
				}
				return ids
			},
		},
		"invitation into the provider": {
			inviteProviderUsers,
			func(ctx context.Context, w *world) (string, error) {
				user, err := w.InviteProviderUser(ctx, "eve@provider.example", bitwarden.ProviderRoleServiceUser)
				return idUnless(err, func() string { return user.ID })
			},
			func(t *testing.T, _ *world, c *bitwarden.Client) []string {
				t.Helper()
				return []string{must(c.ProviderUserByEmail(t.Context(), "eve@provider.example"))(t).ID}
			},
		},
		"Send": {
			"POST /api/sends",
			func(ctx context.Context, w *world) (string, error) {
				send, err := w.CreateSend(ctx, bitwarden.NewSend{
					SendSettings: bitwarden.SendSettings{Name: "New", Deletion: time.Now().Add(time.Hour)},
					Text:         bitwarden.NewSecret("text"),
				})
				if err == nil && send.Link == "" {
					err = errors.New("without its link it is of no use")
				}
				return idUnless(err, func() string { return send.ID })
			},
			func(t *testing.T, _ *world, c *bitwarden.Client) []string {
				t.Helper()
				return must(c.SendIDs(t.Context()))(t)
			},
		},
		"change of a client": {
			clientRoute,
			func(ctx context.Context, w *world) (string, error) {
				client, err := w.UpdateClientOrganization(ctx, w.org.ID,
					bitwarden.ClientOrganizationUpdate{Name: new("Renamed")})
				return idUnless(err, func() string { return client.ID })
			},
			func(t *testing.T, w *world, c *bitwarden.Client) (ids []string) {
				t.Helper()
				if client := must(c.ClientOrganization(t.Context(), w.org.ID))(t); client.Name == "Renamed" {
					ids = append(ids, client.ID)
				}
				return ids
			},
		},
	} {
		for kind, fault := range map[string]emulator.Fault{
			"answered":                  {},
			"answer lost":               {Cut: emulator.CutAfter},
			"by a gateway that gave up": {Status: http.StatusBadGateway, AfterExecution: true},
		} {
			if test.route == clientRoute && kind != "answered" { // never looked up, and refreshed by the next plan
				continue
			}
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, emulator.ClientOptions{Seats: 10})
				if err := w.org.Invite(t.Context(), "bob@client.example", 2); err != nil {
					t.Fatal(err)
				}
				must(w.server.NewPerson(t, "bob@client.example").Accept(t.Context(), w.org.ID))(t)
				w.Client = w.newRun(t)
				ctx := w.interruptedAt(t, test.route, fault, 0)
				id, err := test.do(ctx, w)
				if err != nil || ctx.Err() == nil {
					t.Fatalf("error %v; the context's %v", err, ctx.Err())
				}
				if n := w.count(test.route); n != 1 {
					t.Errorf("%d requests, want one", n)
				}
				if ids := test.ids(t, w, w.newRun(t)); !slices.Equal(ids, []string{id}) || id == "" {
					t.Errorf("there is %v, want only %q, which was returned", ids, id)
				}
			})
		}
	}
}

// TestInterrupt_deletionsAreFinished: the next plan need not find out.
func TestInterrupt_deletionsAreFinished(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	group := must(w.CreateGroup(t.Context(), w.org.ID, bitwarden.NewGroup{Name: "Helpdesk"}))(t)
	ctx := w.interruptedAt(t, "DELETE /api/organizations/{orgId}/groups/{id}", emulator.Fault{}, 0)
	if err := w.DeleteGroup(ctx, w.org.ID, group.ID); err != nil || ctx.Err() == nil {
		t.Errorf("error %v; the context's %v", err, ctx.Err())
	}
	if groups := must(w.newRun(t).Groups(t.Context(), w.org.ID))(t); len(groups) != 0 {
		t.Errorf("left is %+v", groups)
	}
}

func idUnless(err error, id func() string) (string, error) {
	if err != nil {
		return "", err
	}
	return id(), nil
}

// TestInterrupt_nothingIsSent: neither what waited, nor a write that was lost on its way a second time.
func TestInterrupt_nothingIsSent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault emulator.Fault
		later time.Duration
	}{
		"after a lost write":        {emulator.Fault{Cut: emulator.CutBefore}, 0},
		"after a gateway's failure": {emulator.Fault{Status: http.StatusBadGateway}, 0},
		"while the server is busy":  {emulator.Fault{Status: http.StatusTooManyRequests, RetryAfter: 60}, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.ClientOptions{})
			ctx := w.interruptedAt(t, clientsRoute, test.fault, test.later)
			began := time.Now()
			client, err := w.CreateClientOrganization(ctx, newClientOrganization())
			checkInterrupted(t, err)
			if took := time.Since(began); client != nil || took > 30*time.Second {
				t.Errorf("%+v after %s", client, took)
			}
			if n := w.count(clientsRoute); n != 1 {
				t.Errorf("%d creations, want one", n)
			}
		})
	}
	t.Run("before a batch is sent", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.ClientOptions{})
		must(w.Members(t.Context(), w.org.ID))(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := w.InviteMember(ctx, w.org.ID, bitwarden.NewMember{Email: "ann@client.example", Role: bitwarden.RoleUser})
		checkInterrupted(t, err)
		if n := w.count(inviteRoute); n != 0 {
			t.Errorf("%d invitations", n)
		}
	})
	t.Run("while the lists before it are read", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.ClientOptions{})
		ctx := w.interruptedAt(t, "GET /api/organizations/{orgId}/groups/details", emulator.Fault{}, 0)
		_, err := w.CreateGroup(ctx, w.org.ID, bitwarden.NewGroup{Name: "Helpdesk"})
		checkInterrupted(t, err)
		if n := w.count(groupsRoute); n != 0 {
			t.Errorf("%d groups", n)
		}
	})
	t.Run("while the batch before takes its time", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.ClientOptions{Seats: 10})
		ctx := w.interruptedAt(t, inviteRoute, emulator.Fault{}, 0)
		done := make(chan error)
		for _, role := range []bitwarden.Role{bitwarden.RoleUser, bitwarden.RoleAdmin} {
			go func() {
				_, err := w.InviteMember(ctx, w.org.ID, bitwarden.NewMember{Email: string(role) + "@x.example", Role: role})
				done <- err
			}()
		}
		first, second := <-done, <-done
		if first == nil {
			first, second = second, first
		}
		checkInterrupted(t, first)
		if n := w.count(inviteRoute); second != nil || n != 1 {
			t.Errorf("%d invitations; the one that was sent: %v", n, second)
		}
	})
}

func checkInterrupted(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "nothing") ||
		!strings.HasPrefix(err.Error(), "Terraform was told to stop") {
		t.Errorf("%v; want that nothing was changed", err)
	}
}
