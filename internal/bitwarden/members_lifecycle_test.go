// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	inviteRoute      = "POST /api/organizations/{orgId}/users/invite"
	membersRoute     = "GET /api/organizations/{orgId}/users"
	confirmRoute     = "POST /api/organizations/{orgId}/users/confirm"
	collectionsRoute = "POST /api/organizations/{orgId}/collections"
)

func TestMember_lifecycle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ctx := t.Context()
	group := must(w.CreateGroup(ctx, w.org.ID, bitwarden.NewGroup{Name: "Helpdesk"}))(t)
	collection := must(w.Collections(ctx, w.org.ID, bitwarden.Access{}))(t)[0]
	invited := must(w.InviteMember(ctx, w.org.ID, bitwarden.NewMember{
		Email: "Ann@Client.example", Role: bitwarden.RoleCustom, Permissions: &bitwarden.Permissions{ManageUsers: true},
		Groups: []string{group.ID}, Collections: map[string]bitwarden.Permission{collection.ID: bitwarden.PermissionView},
	}))(t)
	if invited.Email != "ann@client.example" || invited.Status != bitwarden.StatusInvited || invited.UserID != "" ||
		!invited.Permissions.ManageUsers || !slices.Equal(invited.Groups, []string{group.ID}) ||
		invited.Collections[collection.ID] != bitwarden.PermissionView {
		t.Errorf("invited %+v", invited)
	}
	if err := w.ReinviteMember(ctx, w.org.ID, invited.ID); err != nil {
		t.Error(err)
	}
	if read := must(w.Group(ctx, w.org.ID, group.ID, true))(t); !slices.Equal(read.Members, []string{invited.ID}) {
		t.Errorf("group %+v", read)
	}
	ann := w.server.NewPerson(t, "ann@client.example")
	must(ann.Accept(ctx, w.org.ID))(t)

	_, err := w.ConfirmMember(ctx, w.org.ID, invited.ID, "not-her-phrase-at-all")
	if refused, ok := errors.AsType[*bitwarden.InputError](err); !ok || refused.Field != "fingerprint_phrase" {
		t.Errorf("wrong phrase: %v", err)
	}
	if n := w.count(confirmRoute); n != 0 {
		t.Errorf("%d confirmations were sent", n)
	}
	phrase := " " + strings.ToUpper(ann.PrivateKey.Public().Fingerprint(ann.ID)) + " "
	confirmed := must(w.ConfirmMember(ctx, w.org.ID, invited.ID, phrase))(t)
	if confirmed.Status != bitwarden.StatusConfirmed || confirmed.UserID != ann.ID || confirmed.Name != "ann" {
		t.Errorf("confirmed %+v", confirmed)
	}
	checkKey(t, w, ann)

	if again := must(w.ConfirmMember(ctx, w.org.ID, invited.ID, ""))(t); again.Status != bitwarden.StatusConfirmed {
		t.Errorf("confirmed twice: %+v", again)
	}
	updated := must(w.UpdateMember(ctx, w.org.ID, invited.ID, bitwarden.MemberUpdate{Role: new(bitwarden.RoleAdmin)}))(t)
	if updated.Role != bitwarden.RoleAdmin || updated.Permissions != nil || len(updated.Groups) != 1 {
		t.Errorf("updated %+v", updated)
	}
	revoked := must(w.RevokeMember(ctx, w.org.ID, invited.ID))(t)
	if revoked.Status != bitwarden.StatusRevoked || revoked.RevocationReason != "manual" ||
		revoked.Role != bitwarden.RoleAdmin {
		t.Errorf("revoked %+v", revoked)
	}
	restored := must(w.RestoreMember(ctx, w.org.ID, invited.ID))(t)
	if restored.Status != bitwarden.StatusConfirmed {
		t.Errorf("restored %+v", restored)
	}
	if read := must(w.newRun(t).Member(ctx, w.org.ID, invited.ID))(t); read.Role != bitwarden.RoleAdmin ||
		read.Status != bitwarden.StatusConfirmed || len(read.Collections) != 1 {
		t.Errorf("read back %+v", read)
	}
	if err := w.RemoveMember(ctx, w.org.ID, invited.ID); err != nil {
		t.Error(err)
	}
	if _, err := w.Member(ctx, w.org.ID, invited.ID); !bitwarden.IsNotFound(err) {
		t.Errorf("after the removal: %v", err)
	}
	if err := w.newRun(t).RemoveMember(ctx, w.org.ID, invited.ID); err != nil {
		t.Errorf("removing who is gone: %v", err)
	}
}

// checkKey lets a member open the organization's key, as their own client would.
func checkKey(t *testing.T, w *world, person *emulator.Person) {
	t.Helper()
	var profile struct {
		Organizations []struct {
			ID  string `json:"id"`
			Key string `json:"key"`
		} `json:"organizations"`
	}
	if err := person.Get(t.Context(), "/accounts/profile", &profile); err != nil {
		t.Fatal(err)
	}
	if len(profile.Organizations) != 1 {
		t.Fatalf("organizations of %s: %+v", person.Name, profile.Organizations)
	}
	key, err := person.PrivateKey.Decapsulate(profile.Organizations[0].Key)
	if err != nil || !key.Equal(w.org.Key) {
		t.Errorf("%s got another key than the organization's: %v", person.Name, err)
	}
}

func TestInvitations_shareCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{Seats: 60})
	ctx := t.Context()
	must(w.Members(ctx, w.org.ID))(t)
	w.server.ResetRequests()
	var wg sync.WaitGroup
	for i := range 45 {
		wg.Go(func() {
			email := fmt.Sprintf("p%d@client.example", i)
			member, err := w.InviteMember(ctx, w.org.ID, bitwarden.NewMember{Email: email, Role: bitwarden.RoleUser})
			if err != nil || member.Email != email || member.ID == "" {
				t.Errorf("%s: %+v, %v", email, member, err)
			}
		})
	}
	wg.Go(func() {
		member, err := w.InviteMember(
			ctx,
			w.org.ID,
			bitwarden.NewMember{Email: "a@client.example", Role: bitwarden.RoleAdmin},
		)
		if err != nil || member.Role != bitwarden.RoleAdmin {
			t.Errorf("%+v, %v", member, err)
		}
	})
	wg.Wait()
	if n := w.count(inviteRoute); n != 4 {
		t.Errorf("%d calls, want 20+20+5 and 1", n)
	}
	if n := w.count(membersRoute); n != 4 {
		t.Errorf("%d lists, want one per call", n)
	}
	addresses := map[string]int{}
	for _, member := range must(w.newRun(t).Members(ctx, w.org.ID))(t) {
		addresses[member.Email]++
	}
	if len(addresses) != 47 || slices.Max(slices.Collect(maps.Values(addresses))) != 1 {
		t.Errorf("addresses %v", addresses)
	}
}

func TestInvitations_lostAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault emulator.Fault
		calls int
	}{
		"cut before":    {emulator.Fault{Cut: emulator.CutBefore}, 2},
		"cut after":     {emulator.Fault{Cut: emulator.CutAfter}, 1},
		"failed before": {emulator.Fault{Status: http.StatusInternalServerError}, 2},
		"failed after":  {emulator.Fault{Status: http.StatusInternalServerError, AfterExecution: true}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.ClientOptions{})
			w.fail(t, inviteRoute, test.fault)
			member, err := w.InviteMember(
				t.Context(),
				w.org.ID,
				bitwarden.NewMember{Email: "a@x.example", Role: bitwarden.RoleUser},
			)
			if err != nil || member.Email != "a@x.example" {
				t.Fatalf("member %+v, error %v", member, err)
			}
			if n := w.count(inviteRoute); n != test.calls {
				t.Errorf("%d calls, want %d", n, test.calls)
			}
			if list := must(w.newRun(t).Members(t.Context(), w.org.ID))(t); len(list) != 2 {
				t.Errorf("members %+v", list)
			}
		})
	}
}

// TestInvitations_seats: of three invitations in one call two fit, and the third is told the numbers.
func TestInvitations_seats(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{Name: "Tight", Seats: 3})
	var wg sync.WaitGroup
	errs := make(chan error, 3)
	for i := range 3 {
		wg.Go(func() {
			_, err := w.InviteMember(t.Context(), w.org.ID,
				bitwarden.NewMember{Email: fmt.Sprintf("p%d@x.example", i), Role: bitwarden.RoleUser})
			errs <- err
		})
	}
	wg.Wait()
	close(errs)
	var failed []error
	for err := range errs {
		if err != nil {
			failed = append(failed, err)
		}
	}
	if len(failed) != 1 || !strings.Contains(failed[0].Error(), `3 of the 3 seats of "Tight"`) {
		t.Errorf("errors %v; want one with the numbers", failed)
	}
	// Others take the last seat between our look and our call: the server's refusal is explained, too.
	must(w.UpdateClientOrganization(t.Context(), w.org.ID, bitwarden.ClientOrganizationUpdate{Seats: new(4)}))(t)
	if err := w.server.Before(inviteRoute, func() {
		if err := w.org.Invite(t.Context(), "faster@x.example", 2); err != nil {
			t.Error(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	_, err := w.InviteMember(t.Context(), w.org.ID, bitwarden.NewMember{Email: "slow@x.example", Role: bitwarden.RoleUser})
	if err == nil || !strings.Contains(err.Error(), "4 of the 4 seats") {
		t.Errorf("refused by the server: %v", err)
	}
}

// TestInvitations_invalidAddress: the server refuses a whole call for one address; the others of the batch are invited.
func TestInvitations_invalidAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	var wg sync.WaitGroup
	for _, email := range []string{"a@x.example", "no-domain@x", "b@x.example"} {
		wg.Go(func() {
			member, err := w.InviteMember(t.Context(), w.org.ID, bitwarden.NewMember{Email: email, Role: bitwarden.RoleUser})
			refused, ok := errors.AsType[*bitwarden.InputError](err)
			if email == "no-domain@x" && (!ok || refused.Field != "email") {
				t.Errorf("%s: %+v, %v; want a refusal of email", email, member, err)
			}
			if email != "no-domain@x" && err != nil {
				t.Errorf("%s: %v", email, err)
			}
		})
	}
	wg.Wait()
	if n := w.count(inviteRoute); n != 2 {
		t.Errorf("%d calls, want the refused one and the one without it", n)
	}
}

func TestInvitations_ofSomebodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	if err := w.server.Before(inviteRoute, func() {
		if err := w.org.Invite(t.Context(), "ann@x.example", 1); err != nil {
			t.Error(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	_, err := w.InviteMember(t.Context(), w.org.ID, bitwarden.NewMember{Email: "ann@x.example", Role: bitwarden.RoleUser})
	if refused, ok := errors.AsType[*bitwarden.InputError](err); !ok || refused.Field != "email" {
		t.Errorf("invited by somebody else as admin at the same time: %v", err)
	}
}

func TestConfirmations_shareCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{Seats: 10})
	ctx := t.Context()
	var people []*emulator.Person
	var ids []string
	for i := range 4 {
		email := fmt.Sprintf("p%d@x.example", i)
		if err := w.org.Invite(ctx, email, 2); err != nil {
			t.Fatal(err)
		}
		person := w.server.NewPerson(t, email)
		ids = append(ids, must(person.Accept(ctx, w.org.ID))(t))
		people = append(people, person)
	}
	c := w.newRun(t)
	w.fail(t, confirmRoute, emulator.Fault{Cut: emulator.CutAfter})
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() {
			phrase := ""
			if i == 3 {
				phrase = "wrong"
			}
			member, err := c.ConfirmMember(ctx, w.org.ID, id, phrase)
			if i == 3 && err == nil || i != 3 && (err != nil || member.Status != bitwarden.StatusConfirmed) {
				t.Errorf("person %d: %+v, %v", i, member, err)
			}
		})
	}
	wg.Wait()
	if n := w.count("POST /api/organizations/{orgId}/users/public-keys"); n != 1 {
		t.Errorf("%d calls for public keys, want 1", n)
	}
	if n := w.count(confirmRoute); n != 2 {
		t.Errorf("%d confirmations, want the one that was cut off and its repetition", n)
	}
	for _, person := range people[:3] {
		checkKey(t, w, person)
	}
}

func TestRevoke_lostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	_, id := w.org.NewMember(t, "ann@x.example", 2)
	c := w.newRun(t)
	w.fail(t, "PUT /api/organizations/{orgId}/users/{id}/revoke", emulator.Fault{Cut: emulator.CutAfter})
	if member := must(c.RevokeMember(t.Context(), w.org.ID, id))(t); member.Status != bitwarden.StatusRevoked {
		t.Errorf("revoked %+v", member)
	}
	w.fail(t, "PUT /api/organizations/{orgId}/users/{id}/restore/vnext", emulator.Fault{Cut: emulator.CutAfter})
	if member := must(c.RestoreMember(t.Context(), w.org.ID, id))(t); member.Status != bitwarden.StatusConfirmed {
		t.Errorf("restored %+v", member)
	}
}

// Two owners who go at the same time: the second one is the last, and stays.
func TestOwners_goAtTheSameTime(t *testing.T) {
	t.Parallel()
	type verb func(*testing.T, *bitwarden.Client, string, string) error
	remove := func(t *testing.T, c *bitwarden.Client, organization, id string) error {
		t.Helper()
		return c.RemoveMember(t.Context(), organization, id)
	}
	revoke := func(t *testing.T, c *bitwarden.Client, organization, id string) error {
		t.Helper()
		_, err := c.RevokeMember(t.Context(), organization, id)
		return err
	}
	demote := func(t *testing.T, c *bitwarden.Client, organization, id string) error {
		t.Helper()
		_, err := c.UpdateMember(t.Context(), organization, id, bitwarden.MemberUpdate{Role: new(bitwarden.RoleUser)})
		return err
	}
	for name, verbs := range map[string][2]verb{
		"both removed": {remove, remove}, "both revoked": {revoke, revoke}, "one of each": {remove, revoke},
		"one demoted": {remove, demote},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.ClientOptions{})
			for _, route := range []string{
				"DELETE /api/organizations/{orgId}/users/{id}", "PUT /api/organizations/{orgId}/users/{id}/revoke",
			} {
				w.fail(t, route, emulator.Fault{Delay: 150 * time.Millisecond})
			}
			var ids [2]string
			_, ids[0] = w.org.NewMember(t, "olivia@x.example", 0)
			_, ids[1] = w.org.NewMember(t, "oscar@x.example", 0)
			c := w.newRun(t)
			var errs [2]error
			var wg sync.WaitGroup
			for i := range ids {
				wg.Go(func() { errs[i] = verbs[i](t, c, w.org.ID, ids[i]) })
			}
			wg.Wait()
			if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs[:]...), bitwarden.ErrLastOwner) {
				t.Errorf("errors %v; want one refusal of the last owner", errs)
			}
			owners := 0
			for _, m := range must(w.newRun(t).Members(t.Context(), w.org.ID))(t) {
				if m.Role == bitwarden.RoleOwner && m.Status == bitwarden.StatusConfirmed {
					owners++
				}
			}
			if owners != 1 {
				t.Errorf("%d owners are left, want one", owners)
			}
		})
	}
}
