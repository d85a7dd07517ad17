// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const linkRoute = "POST /api/providers/{providerId}/clients/existing"

func TestLinkClientOrganization(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ctx := t.Context()
	own := w.msp.Admin.NewOrganization(t, "Own", 5)
	linkable := must(w.LinkableOrganization(ctx, own.ID))(t)
	if want := (bitwarden.LinkableOrganization{own.ID, "Own", bitwarden.PlanEnterpriseMonthly, 5}); *linkable != want {
		t.Errorf("linkable %+v, want %+v", linkable, want)
	}
	client := must(w.LinkClientOrganization(ctx, own.ID))(t)
	if client.ID != own.ID || client.Name != "Own" || client.Seats != 5 || client.LinkID == "" ||
		!client.Abilities["use_key_connector"] {
		t.Errorf("client %+v", client)
	}
	w.wantKey(t, own)
	_, err := w.LinkClientOrganization(ctx, own.ID)
	if refused, ok := errors.AsType[*bitwarden.InputError](err); !ok || refused.Field != "organization_id" {
		t.Errorf("linked twice: %v", err)
	}
	_, err = w.LinkableOrganization(ctx, own.ID)
	if err == nil || !strings.Contains(err.Error(), "client of the provider already") {
		t.Errorf("linkable while linked: %v", err)
	}
	if err := w.UnlinkClientOrganization(ctx, own.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.newRun(t).ClientOrganization(ctx, own.ID); !bitwarden.IsNotFound(err) {
		t.Errorf("after unlinking: %v", err)
	}
}

// wantKey reads what a client has from before as somebody of the provider who is no member: by the key that was wrapped.
func (w *world) wantKey(t *testing.T, client *emulator.Client) {
	t.Helper()
	service := w.server.NewPerson(t, "keys@provider.example")
	if err := w.msp.AddUser(t.Context(), service, 1); err != nil {
		t.Fatal(err)
	}
	list := must(w.newRunAs(t, service).Collections(t.Context(), client.ID, bitwarden.Access{}))(t)
	if len(list) != 1 || list[0].Name != "Default collection" {
		t.Errorf("the provider's key does not open the client: %+v", list)
	}
}

// newRunAs is newRun for another account.
func (w *world) newRunAs(t *testing.T, person *emulator.Person) *bitwarden.Client {
	t.Helper()
	id, secret, err := person.APIKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	config := w.config
	config.ClientID, config.ClientSecret = id, bitwarden.NewSecret(secret)
	w.server.ResetRequests()
	return newClient(t, config)
}

func TestLinkClientOrganization_lostAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault emulator.Fault
		posts int
	}{
		"cut before":            {emulator.Fault{Cut: emulator.CutBefore}, 2},
		"cut after":             {emulator.Fault{Cut: emulator.CutAfter}, 1},
		"gateway after":         {emulator.Fault{Status: http.StatusBadGateway, AfterExecution: true}, 1},
		"server failed before":  {emulator.Fault{Status: http.StatusInternalServerError}, 2},
		"server failed halfway": {emulator.Fault{Status: http.StatusInternalServerError, AfterExecution: true}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.ClientOptions{})
			own := w.msp.Admin.NewOrganization(t, "Own", 5)
			c := w.newRun(t)
			w.fail(t, linkRoute, test.fault)
			client := must(c.LinkClientOrganization(t.Context(), own.ID))(t)
			if n := w.count(linkRoute); client.ID != own.ID || n != test.posts {
				t.Errorf("%d calls, want %d: %+v", n, test.posts, client)
			}
			w.wantKey(t, own)
		})
	}
}

func TestLinkClientOrganization_refusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	own := w.msp.Admin.NewOrganization(t, "Own", 5)
	foreign := w.server.NewPerson(t, "owner@foreign.example").NewOrganization(t, "Foreign", 5)
	c := w.newRun(t)
	for name, link := range map[string]func(id string) error{
		"plan":  func(id string) error { _, err := c.LinkableOrganization(t.Context(), id); return err },
		"apply": func(id string) error { _, err := c.LinkClientOrganization(t.Context(), id); return err },
	} {
		err := link(foreign.ID)
		if refused, ok := errors.AsType[*bitwarden.InputError](err); !ok || refused.Field != "organization_id" ||
			!strings.Contains(err.Error(), "msp@provider.example has to be a confirmed owner") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.LinkableOrganization(t.Context(), foreign.ID); !strings.Contains(err.Error(), "Own ("+own.ID) {
		t.Errorf("%v does not say which ones can be linked", err)
	}
	w.fail(t, linkRoute, emulator.Fault{Status: http.StatusUnauthorized})
	if _, err := c.LinkClientOrganization(t.Context(), own.ID); err == nil ||
		!strings.Contains(err.Error(), "confirmed owner") {
		t.Errorf("an empty 401: %v", err)
	}
	if n := w.count(linkRoute); n != 1 {
		t.Errorf("%d calls, want only the refused one", n)
	}
}

func TestSeatPools_areReadOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{Seats: 13})
	want := bitwarden.SeatPool{Minimum: 10, Purchased: 3, Assigned: 13}
	for range 3 {
		if got := must(w.SeatPools(t.Context()))(t)[bitwarden.PlanEnterpriseMonthly]; got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		must(w.UpdateClientOrganization(t.Context(), w.org.ID, bitwarden.ClientOrganizationUpdate{Seats: new(20)}))(t)
	}
	if teams := must(w.SeatPools(t.Context()))(t)[bitwarden.PlanTeamsMonthly]; teams.Paid() != 10 || teams.Free() != 10 {
		t.Errorf("teams: %+v", teams)
	}
	if n := w.count("GET /api/providers/{providerId}/billing/subscription"); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}
