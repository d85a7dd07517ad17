// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	clientsRoute = "POST /api/providers/{providerId}/clients"
	clientsList  = "GET /api/providers/{providerId}/organizations"
	clientRoute  = "PUT /api/providers/{providerId}/clients/{providerOrganizationId}"
)

func newClientOrganization() bitwarden.NewClientOrganization {
	return bitwarden.NewClientOrganization{
		Name: "Ärzte & Söhne", Plan: bitwarden.PlanTeamsMonthly, Seats: 4, OwnerEmail: "boss@client.example",
		DefaultCollectionName: "Shared",
	}
}

func TestClientOrganization_lifecycle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{Name: "Old client"})
	ctx := t.Context()
	client := must(w.CreateClientOrganization(ctx, newClientOrganization()))(t)
	if client.Name != "Ärzte & Söhne" || client.Plan != bitwarden.PlanTeamsMonthly || client.Seats != 4 ||
		client.OccupiedSeats != 1 || client.ProviderID != w.msp.ProviderID || client.Abilities["use_custom_permissions"] ||
		!client.Abilities["use_groups"] {
		t.Errorf("created %+v", client)
	}
	collections := must(w.Collections(ctx, client.ID, bitwarden.Access{Members: true}))(t)
	if len(collections) != 1 || collections[0].Name != "Shared" || len(collections[0].Members) != 1 {
		t.Errorf("collections of the new client: %+v", collections)
	}
	updated := must(w.UpdateClientOrganization(ctx, client.ID,
		bitwarden.ClientOrganizationUpdate{Name: new("Renamed")}))(t)
	if updated.Name != "Renamed" || updated.Seats != 4 {
		t.Errorf("updated %+v", updated)
	}
	read := must(w.newRun(t).ClientOrganization(ctx, client.ID))(t)
	if read.Name != "Renamed" || read.Seats != 4 {
		t.Errorf("read back %+v", read)
	}
	if err := w.DeleteClientOrganization(ctx, client.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ClientOrganization(ctx, client.ID); !bitwarden.IsNotFound(err) {
		t.Errorf("after the deletion: %v", err)
	}
	if err := w.newRun(t).DeleteClientOrganization(ctx, client.ID); err != nil {
		t.Errorf("deleting what is gone: %v", err)
	}
}

func TestClientOrganization_lostAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  emulator.Fault
		posts  int
		failed bool // the client is returned together with an error
	}{
		"cut before":            {emulator.Fault{Cut: emulator.CutBefore}, 2, false},
		"cut after":             {emulator.Fault{Cut: emulator.CutAfter}, 1, false},
		"gateway before":        {emulator.Fault{Status: http.StatusBadGateway, Body: "<html>"}, 2, false},
		"gateway after":         {emulator.Fault{Status: http.StatusBadGateway, AfterExecution: true}, 1, false},
		"server failed before":  {emulator.Fault{Status: http.StatusInternalServerError}, 2, false},
		"server failed halfway": {emulator.Fault{Status: http.StatusInternalServerError, AfterExecution: true}, 1, true},
		"limited":               {emulator.Fault{Status: http.StatusTooManyRequests, RetryAfter: 1}, 2, false},
		"token expired":         {emulator.Fault{Status: http.StatusServiceUnavailable, RetryAfter: 1}, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.ClientOptions{})
			w.fail(t, clientsRoute, test.fault)
			client, err := w.CreateClientOrganization(t.Context(), newClientOrganization())
			if client == nil || client.ID == "" || (err != nil) != test.failed {
				t.Fatalf("client %+v, error %v", client, err)
			}
			if n := w.count(clientsRoute); n != test.posts {
				t.Errorf("%d creations, want %d", n, test.posts)
			}
			list := must(w.newRun(t).ClientOrganizations(t.Context()))(t)
			if len(list) != 2 {
				t.Errorf("%d clients, want the old one and the new one: %+v", len(list), list)
			}
			if got := must(
				w.Collections(t.Context(), client.ID, bitwarden.Access{}),
			)(
				t,
			); len(got) != 1 ||
				got[0].Name != "Shared" {
				t.Errorf("the key of the new client does not fit: %+v", got)
			}
		})
	}
}

func TestClientOrganization_unknownOutcomeSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	must(w.ClientOrganizations(t.Context()))(t)
	w.fail(t, clientsRoute, emulator.Fault{Cut: emulator.CutAfter})
	w.fail(t, clientsList, emulator.Fault{Status: http.StatusForbidden, Times: 10})
	client, err := w.CreateClientOrganization(t.Context(), newClientOrganization())
	if client != nil || err == nil || !strings.Contains(err.Error(), "not known") {
		t.Errorf("client %+v, error %v", client, err)
	}
	if n := w.count(clientsRoute); n != 1 {
		t.Errorf("%d creations, want 1", n)
	}
}

func TestClientOrganization_refusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	for name, test := range map[string]struct {
		change func(*bitwarden.NewClientOrganization)
		field  string
	}{
		"no name":      {func(n *bitwarden.NewClientOrganization) { n.Name = "" }, "name"},
		"long name":    {func(n *bitwarden.NewClientOrganization) { n.Name = strings.Repeat("x", 51) }, "name"},
		"entity":       {func(n *bitwarden.NewClientOrganization) { n.Name = "A &amp; B" }, "name"},
		"no plan":      {func(n *bitwarden.NewClientOrganization) { n.Plan = "free" }, "plan"},
		"foreign plan": {func(n *bitwarden.NewClientOrganization) { n.Plan = bitwarden.PlanEnterpriseAnnually }, "plan"},
		"no seats":     {func(n *bitwarden.NewClientOrganization) { n.Seats = 0 }, "seats"},
		"bad owner":    {func(n *bitwarden.NewClientOrganization) { n.OwnerEmail = "nonsense" }, "owner_email"},
		"no collection": {
			func(n *bitwarden.NewClientOrganization) { n.DefaultCollectionName = "" }, "default_collection_name",
		},
	} {
		n := newClientOrganization()
		test.change(&n)
		_, err := w.CreateClientOrganization(t.Context(), n)
		if refused, ok := errors.AsType[*bitwarden.InputError](err); !ok || refused.Field != test.field {
			t.Errorf("%s: %v; want a refusal of %s", name, err, test.field)
		}
	}
	for name, u := range map[string]bitwarden.ClientOrganizationUpdate{
		"seats": {Seats: new(0)}, "name": {Name: new("&lt;")},
	} {
		_, err := w.UpdateClientOrganization(t.Context(), w.org.ID, u)
		if refused, ok := errors.AsType[*bitwarden.InputError](err); !ok || refused.Field != name {
			t.Errorf("update: %v; want a refusal of %s", err, name)
		}
	}
	if n := w.count(clientsRoute) + w.count(clientRoute); n != 0 {
		t.Errorf("%d writes were sent", n)
	}
}

// TestUpdateClientOrganization_keepsWhatOthersChange: somebody changes the seats while we rename, and the other way round.
func TestUpdateClientOrganization_keepsWhatOthersChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{Name: "Client", Seats: 5})
	ctx := t.Context()
	must(w.ClientOrganization(ctx, w.org.ID))(t) // what is in the snapshot is old then
	edit := map[string]any{"name": "By hand", "assignedSeats": 7}
	if err := w.msp.Admin.Put(ctx, "/providers/"+w.msp.ProviderID+"/clients/"+w.org.LinkID, edit, nil); err != nil {
		t.Fatal(err)
	}
	client := must(w.UpdateClientOrganization(ctx, w.org.ID, bitwarden.ClientOrganizationUpdate{Seats: new(8)}))(t)
	if client.Name != "By hand" || client.Seats != 8 {
		t.Errorf("client %+v: the other's name is lost", client)
	}
	edit["assignedSeats"] = 9
	if err := w.msp.Admin.Put(ctx, "/providers/"+w.msp.ProviderID+"/clients/"+w.org.LinkID, edit, nil); err != nil {
		t.Fatal(err)
	}
	client = must(w.UpdateClientOrganization(ctx, w.org.ID, bitwarden.ClientOrganizationUpdate{Name: new("Ours")}))(t)
	if client.Name != "Ours" || client.Seats != 9 {
		t.Errorf("client %+v: the other's seats are lost", client)
	}
	// The same in parallel through one client: nothing reverts.
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := w.UpdateClientOrganization(ctx, w.org.ID, bitwarden.ClientOrganizationUpdate{Seats: new(6)})
		if err != nil {
			t.Error(err)
		}
	})
	wg.Go(func() {
		_, err := w.UpdateClientOrganization(ctx, w.org.ID, bitwarden.ClientOrganizationUpdate{Name: new("Both")})
		if err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	if client = must(w.newRun(t).ClientOrganization(ctx, w.org.ID))(t); client.Name != "Both" || client.Seats != 6 {
		t.Errorf("client %+v: one write reverted the other", client)
	}
}

func TestPartingWithClients_survivesLostAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{OwnerEmail: "owner@client.example"})
	ctx := t.Context()
	err := w.UnlinkClientOrganization(ctx, w.org.ID)
	if refused, ok := errors.AsType[*bitwarden.InputError](err); !ok || refused.Field != "" {
		t.Errorf("without a confirmed owner: %v", err)
	}
	owner := w.server.NewPerson(t, "owner@client.example")
	must(w.org.Join(ctx, owner))(t)
	c := w.newRun(t)
	w.fail(t, "DELETE /api/providers/{providerId}/organizations/{id}", emulator.Fault{Cut: emulator.CutAfter})
	if err := c.UnlinkClientOrganization(ctx, w.org.ID); err != nil {
		t.Errorf("unlink: %v", err) // the repeated request is answered with 500
	}
	doomed := w.msp.NewClient(t, emulator.ClientOptions{Name: "Doomed"})
	w.fail(t, "DELETE /api/organizations/{id}", emulator.Fault{Cut: emulator.CutAfter})
	if err := c.DeleteClientOrganization(ctx, doomed.ID); err != nil {
		t.Errorf("delete: %v", err)
	}
	if list := must(w.newRun(t).ClientOrganizations(ctx))(t); len(list) != 0 {
		t.Errorf("still there: %+v", list)
	}
}

func TestOrganizationSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ctx := t.Context()
	organization := must(w.UpdateOrganizationSettings(ctx, w.org.ID, bitwarden.OrganizationSettings{
		BillingEmail: new("Bills@Client.example"), LimitItemDeletion: new(true),
	}))(t)
	want := bitwarden.CollectionManagement{LimitItemDeletion: true}
	if organization.BillingEmail != "bills@client.example" || organization.Settings != want {
		t.Errorf("organization %+v", organization)
	}
	organization = must(w.UpdateOrganizationSettings(ctx, w.org.ID, bitwarden.OrganizationSettings{
		BillingEmail: new("BILLS@client.example"), AllowAdminAccessToAllCollectionItems: new(true),
	}))(t)
	want.AllowAdminAccessToAllCollectionItems = true
	if organization.Settings != want || !organization.Abilities["allow_admin_access_to_all_collection_items"] {
		t.Errorf("organization %+v: the other switch is lost", organization)
	}
	if n := w.count("PUT /api/organizations/{id}"); n != 1 {
		t.Errorf("%d changes of the address, want 1: the second differs in case only", n)
	}
	if read := must(w.newRun(t).Organization(ctx, w.org.ID))(t); read.Settings != want || read.Name != w.org.Name {
		t.Errorf("read back %+v", read)
	}
	if client := must(w.ClientOrganization(ctx, w.org.ID))(t); !client.Abilities["limit_item_deletion"] {
		t.Errorf("the client's abilities are old: %v", client.Abilities)
	}
}

func TestProviderAndAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	provider := must(w.Provider(t.Context()))(t)
	if provider.ID != w.msp.ProviderID || provider.Name != "Test MSP" || provider.Type != "msp" ||
		provider.BillingEmail != "msp@provider.example" {
		t.Errorf("provider %+v", provider)
	}
	account := must(w.Account(t.Context()))(t)
	if account.UserID != w.msp.Admin.ID || account.Email != "msp@provider.example" || !account.IsProviderAdmin {
		t.Errorf("account %+v", account)
	}
}

func TestWrongMasterPassword_isToldApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	for name, test := range map[string]struct {
		change func(*bitwarden.Config)
		field  string
	}{
		"password with a right API key": {
			func(c *bitwarden.Config) { c.MasterPassword = bitwarden.NewSecret("wrong") }, "master_password",
		},
		"API key": {func(c *bitwarden.Config) { c.ClientSecret = bitwarden.NewSecret("wrong") }, "client_secret"},
		"password login": {func(c *bitwarden.Config) {
			c.ClientID, c.ClientSecret, c.Email = "", bitwarden.Secret{}, "msp@provider.example"
			c.MasterPassword = bitwarden.NewSecret("wrong")
		}, "master_password"},
		"other provider": {func(c *bitwarden.Config) { c.ProviderID = stubUnknown }, "provider_id"},
	} {
		config := w.config
		test.change(&config)
		_, err := newClient(t, config).Collections(t.Context(), w.org.ID, bitwarden.Access{})
		if refused, ok := errors.AsType[*bitwarden.LoginError](
			err,
		); !ok || refused.Field != test.field ||
			refused.Remedy == "" {
			t.Errorf("%s: %v; want a refusal of %s", name, err, test.field)
		}
	}
	config := w.config
	config.ClientID, config.ClientSecret, config.Email = "", bitwarden.Secret{}, "MSP@provider.example"
	list, err := newClient(t, config).Collections(t.Context(), w.org.ID, bitwarden.Access{})
	if err != nil || len(list) != 1 {
		t.Errorf("with address and password: %v, %v", list, err)
	}
}

func TestUntrustedCertificate_isAConfigError(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	config := w.config
	config.ExtraCACerts = ""
	_, err := newClient(t, config).Account(t.Context())
	if refused, ok := errors.AsType[*bitwarden.ConfigError](err); !ok || refused.Field != "extra_ca_certs" {
		t.Errorf("%v; want a refusal of extra_ca_certs", err)
	}
}

// TestManyClients_costFewRequests: what is read of a fleet does not depend on how many ask.
func TestManyClients_costFewRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	for i := range 4 {
		w.msp.NewClient(t, emulator.ClientOptions{Name: fmt.Sprint("Client ", i)})
	}
	c := w.newRun(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	list := must(c.ClientOrganizations(ctx))(t)
	var wg sync.WaitGroup
	for _, client := range list {
		for range 10 {
			wg.Go(func() {
				if _, err := c.Collections(ctx, client.ID, bitwarden.Access{Groups: true, Members: true}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	if requests := w.server.Requests(); requests.Total != 3+3*len(list) {
		t.Errorf("%d requests for %d clients: %v", requests.Total, len(list), requests.ByRoute)
	}
}
