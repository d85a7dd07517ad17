// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
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
	providerUsers       = "GET /api/providers/{providerId}/users"
	inviteProviderUsers = "POST /api/providers/{providerId}/users/invite"
	confirmProviderUser = "POST /api/providers/{providerId}/users/confirm"
	updateProviderUser  = "PUT /api/providers/{providerId}/users/{id}"
	removeProviderUsers = "DELETE /api/providers/{providerId}/users"
)

// joins lets somebody register and accept the invitation into the provider.
func (w *world) joins(t *testing.T, email string) *emulator.Person {
	t.Helper()
	person := w.server.NewPerson(t, email)
	if err := w.msp.Accept(t.Context(), person); err != nil {
		t.Fatal(err)
	}
	return person
}

func TestProviderUser_lifecycle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ctx := t.Context()
	user := must(w.InviteProviderUser(ctx, "Ann@provider.example", bitwarden.ProviderRoleServiceUser))(t)
	if user.Email != "ann@provider.example" || user.Role != bitwarden.ProviderRoleServiceUser || user.UserID != "" ||
		user.Status != bitwarden.StatusInvited || user.ProviderID != w.msp.ProviderID {
		t.Errorf("invited %+v", user)
	}
	if _, err := w.ConfirmProviderUser(ctx, user.ID, ""); err == nil || w.count(confirmProviderUser) != 0 {
		t.Errorf("confirmed before she accepted: %v", err)
	}
	ann := w.joins(t, "ann@provider.example")
	phrase := ann.PrivateKey.Public().Fingerprint(ann.ID)
	_, err := w.ConfirmProviderUser(ctx, user.ID, "some-other-phrase-of-words")
	if refused, ok := errors.AsType[*bitwarden.InputError](err); !ok || refused.Field != "fingerprint_phrase" ||
		w.count(confirmProviderUser) != 0 {
		t.Errorf("another fingerprint: %v", err)
	}
	user = must(w.ConfirmProviderUser(ctx, user.ID, phrase))(t)
	if user.Status != bitwarden.StatusConfirmed || user.UserID != ann.ID || user.Name != "ann" {
		t.Errorf("confirmed %+v", user)
	}
	// She has the provider's key: it opens a client.
	hers := w.newRunAs(t, ann)
	if list := must(hers.Collections(ctx, w.org.ID, bitwarden.Access{}))(t); len(list) != 1 {
		t.Errorf("her collections: %+v", list)
	}
	if _, err := hers.ProviderUsers(ctx); err == nil || !strings.Contains(err.Error(), "service user") ||
		w.count(providerUsers) != 0 {
		t.Errorf("a service user lists: %v", err)
	}
	if user = must(w.UpdateProviderUser(ctx, user.ID, bitwarden.ProviderRoleAdmin))(t); user.Role != "admin" {
		t.Errorf("promoted %+v", user)
	}
	read := must(w.newRun(t).ProviderUser(ctx, user.ID))(t)
	if *read != *user {
		t.Errorf("read %+v, want %+v", read, user)
	}
	if err := w.RemoveProviderUser(ctx, user.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ProviderUser(ctx, user.ID); !bitwarden.IsNotFound(err) {
		t.Errorf("after the removal: %v", err)
	}
	if err := w.newRun(t).RemoveProviderUser(ctx, user.ID); err != nil {
		t.Errorf("removing who is gone: %v", err)
	}
}

func TestProviderUsers_shareRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ctx := t.Context()
	const people = 10
	must(w.ProviderUsers(ctx))(t)
	var mu sync.Mutex
	var ids []string
	each := func(do func(i int) error) {
		t.Helper()
		var wait sync.WaitGroup
		for i := range people {
			wait.Go(func() {
				if err := do(i); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
	}
	each(func(i int) error {
		user, err := w.InviteProviderUser(ctx, fmt.Sprintf("p%d@provider.example", i), bitwarden.ProviderRoleAdmin)
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			ids = append(ids, user.ID)
		}
		return err
	})
	if len(ids) != people {
		t.Fatalf("%d of %d were invited", len(ids), people)
	}
	for i := range people {
		w.joins(t, fmt.Sprintf("p%d@provider.example", i))
	}
	each(func(i int) error { _, err := w.ConfirmProviderUser(ctx, ids[i], ""); return err })
	each(func(i int) error { return w.RemoveProviderUser(ctx, ids[i]) })
	for _, route := range []string{inviteProviderUsers, confirmProviderUser, removeProviderUsers} {
		if n := w.count(route); n > people/3 {
			t.Errorf("%d × %s for %d people", n, route, people)
		}
	}
	if left := must(w.newRun(t).ProviderUsers(ctx))(t); len(left) != 1 || left[0].Email != "msp@provider.example" {
		t.Errorf("left: %+v", left)
	}
}

func TestProviderUser_lostAnswers(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]emulator.Fault{
		"cut before":    {Cut: emulator.CutBefore},
		"cut after":     {Cut: emulator.CutAfter},
		"gateway after": {Status: http.StatusBadGateway, AfterExecution: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.ClientOptions{})
			ctx := t.Context()
			w.fail(t, inviteProviderUsers, fault)
			user := must(w.InviteProviderUser(ctx, "ann@provider.example", bitwarden.ProviderRoleAdmin))(t)
			w.joins(t, user.Email)
			w.fail(t, confirmProviderUser, fault)
			if user = must(w.ConfirmProviderUser(ctx, user.ID, ""))(t); user.Status != bitwarden.StatusConfirmed {
				t.Errorf("confirmed %+v", user)
			}
			w.fail(t, updateProviderUser, fault)
			must(w.UpdateProviderUser(ctx, user.ID, bitwarden.ProviderRoleServiceUser))(t)
			w.fail(t, removeProviderUsers, fault)
			if err := w.RemoveProviderUser(ctx, user.ID); err != nil {
				t.Error(err)
			}
			if users := must(w.newRun(t).ProviderUsers(ctx))(t); len(users) != 1 {
				t.Errorf("left: %+v", users)
			}
		})
	}
}

func TestProviderUser_refusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ctx := t.Context()
	self := must(w.ProviderUserByEmail(ctx, "MSP@provider.example"))(t)
	invite := func(email string, role bitwarden.ProviderRole) func() error {
		return func() error { _, err := w.InviteProviderUser(ctx, email, role); return err }
	}
	for name, test := range map[string]struct {
		do    func() error
		field string
		words string
	}{
		"known address":   {invite("MSP@provider.example", bitwarden.ProviderRoleAdmin), "email", "whose id is " + self.ID},
		"bad address":     {invite("ann", bitwarden.ProviderRoleAdmin), "email", "no e-mail address"},
		"refused address": {invite("ann@localhost", bitwarden.ProviderRoleAdmin), "email", "does not take"},
		"unknown role":    {invite("ann@provider.example", "owner"), "role", "service_user"},
		"demoting oneself": {func() error {
			_, err := w.UpdateProviderUser(ctx, self.ID, bitwarden.ProviderRoleServiceUser)
			return err
		}, "role", "never demoted"},
		"removing oneself": {func() error { return w.RemoveProviderUser(ctx, self.ID) }, "", "never removed"},
	} {
		err := test.do()
		if refused, ok := errors.AsType[*bitwarden.InputError](err); !ok || refused.Field != test.field ||
			!strings.Contains(err.Error(), test.words) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, request := range w.server.Requests().Writes() {
		if request.Status < http.StatusBadRequest {
			t.Errorf("executed: %s", request.Route)
		}
	}
	if _, err := w.ProviderUser(ctx, stubUnknown); !bitwarden.IsNotFound(err) {
		t.Errorf("an unknown id: %v", err)
	}
}

// The server answers success although it did nothing: the list tells.
func TestProviderUser_silentRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ctx := t.Context()
	ann := must(w.InviteProviderUser(ctx, "ann@provider.example", bitwarden.ProviderRoleAdmin))(t)
	w.joins(t, ann.Email)
	const nothing = `{"object":"list","data":[],"continuationToken":null}`
	w.fail(t, confirmProviderUser, emulator.Fault{Status: http.StatusOK, Body: nothing})
	if _, err := w.ConfirmProviderUser(ctx, ann.ID, ""); err == nil || !strings.Contains(err.Error(), "did not confirm") {
		t.Errorf("confirm: %v", err)
	}
	w.fail(t, removeProviderUsers, emulator.Fault{Status: http.StatusOK, Body: nothing})
	if err := w.RemoveProviderUser(ctx, ann.ID); err == nil || !strings.Contains(err.Error(), "did not remove") {
		t.Errorf("remove: %v", err)
	}
}
