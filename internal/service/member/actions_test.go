// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	reinviteAction = "bitwarden_reinvite_members"
	confirmAction  = "bitwarden_confirm_members"
	revokeAction   = "bitwarden_revoke_members"
	restoreAction  = "bitwarden_restore_members"
	recoverAction  = "bitwarden_recover_account"

	annEmail = "ann@bakery.example"
)

// invite invites somebody behind Terraform's back, and returns the id of the membership.
func (f *fixture) invite(t *testing.T, email string) string {
	t.Helper()
	if err := f.client.Invite(t.Context(), email, userRole); err != nil {
		t.Fatal(err)
	}
	return f.find(t, email).ID
}

func (f *fixture) of(ids ...any) map[string]any {
	config := map[string]any{"organization_id": f.organization}
	if len(ids) > 0 {
		config["member_ids"] = ids
	}
	return config
}

// wantProgress ends the test unless an action told of exactly these, in any order.
func wantProgress(t *testing.T, progress []string, who ...string) {
	t.Helper()
	all := strings.Join(progress, "\n")
	for _, one := range who {
		if !strings.Contains(all, one) {
			t.Errorf("nothing is told of %s:\n%s", one, all)
		}
	}
	if len(progress) != len(who) {
		t.Errorf("%d messages, want %d:\n%s", len(progress), len(who), all)
	}
}

func TestReinviteMembers(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	ann, _ := f.invite(t, annEmail), f.invite(t, sueEmail)
	progress, problems := f.Protocol(t).Invoke(reinviteAction, f.of())
	problems.WantNone(t)
	wantProgress(t, progress, annEmail+" ("+ann+") is invited again.", sueEmail)
	progress, problems = f.Protocol(t).Invoke(reinviteAction, f.of(ann))
	problems.WantNone(t)
	wantProgress(t, progress, annEmail)
	if a, s := len(f.Mails(annEmail)), len(f.Mails(sueEmail)); a != 3 || s != 2 {
		t.Errorf("%d and %d mails, want the invitation, and one for each action", a, s)
	}

	progress, problems = f.Protocol(t).Invoke(reinviteAction, f.of(ann, f.ownerID))
	problems.WantNone(t)
	wantProgress(t, progress, annEmail, f.owner.Email+" ("+f.ownerID+") has accepted already.")
	f.accept(t)
	f.confirmSue(t)
	if _, err := f.NewPerson(t, annEmail).Accept(t.Context(), f.organization); err != nil {
		t.Fatal(err)
	}
	progress, problems = f.Protocol(t).Invoke(reinviteAction, f.of())
	problems.WantNone(t)
	wantProgress(t, progress, "Nobody has to be invited again.")
	config := f.of()
	config["member_ids"] = []any{}
	progress, problems = f.Protocol(t).Invoke(restoreAction, config)
	problems.WantNone(t)
	wantProgress(t, progress, "Nobody has to be restored.")
}

func TestConfirmMembers(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	f.invite(t, sueEmail)
	ann := f.invite(t, annEmail)
	f.withoutMasterPassword(t).PlanAction(confirmAction, f.of()).WantNone(t) // There is nobody to confirm.
	sue := f.accept(t)
	f.withoutMasterPassword(t).PlanAction(confirmAction, f.of()).WantError(t, "", "master_password")
	progress, problems := f.Protocol(t).Invoke(confirmAction, f.of())
	problems.WantNone(t)
	wantProgress(t, progress, sueEmail)
	if err := f.opens(t, sue, emulator.Password); err != nil {
		t.Errorf("she cannot read the organization: %v", err)
	}
	progress, problems = f.Protocol(t).Invoke(confirmAction, f.of(f.sue(t).ID)) // once more
	problems.WantNone(t)
	wantProgress(t, progress, sueEmail)
	progress, problems = f.Protocol(t).Invoke(confirmAction, f.of(f.sue(t).ID, ann))
	problems.WantError(t, "member_ids", annEmail, "is invited", "only who has accepted")
	wantProgress(t, progress, sueEmail)
}

func TestRevokeMembers(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	_, ann := f.client.NewMember(t, annEmail, userRole)
	_, sue := f.client.NewMember(t, sueEmail, userRole)
	for range 2 { // The second time there is nothing to do.
		progress, problems := f.Protocol(t).Invoke(revokeAction, f.of(ann, sue))
		problems.WantNone(t)
		wantProgress(t, progress, annEmail, sueEmail)
	}
	const revokeMany = "PUT /api/organizations/{orgId}/users/revoke"
	if got := f.Requests().Count(revokeMany) + f.Requests().Count(revokeMember); got == 0 || got > 2 {
		t.Errorf("%d calls for two members", got)
	}
	const revoked = -1
	if a, s := f.find(t, annEmail), f.sue(t); a.Status != revoked || s.Status != revoked {
		t.Errorf("the server has %+v and %+v", a, s)
	}
	if err := f.Fail(restoreMember, emulator.Fault{Status: http.StatusBadRequest, Body: `{"message":"No."}`}); err != nil {
		t.Fatal(err)
	}
	_, problems := f.Protocol(t).Invoke(restoreAction, f.of(ann))
	problems.WantError(t, "member_ids", "Could not restore members", annEmail, "No (HTTP 400")
	f.ClearFaults()
	progress, problems := f.Protocol(t).Invoke(restoreAction, f.of(ann, sue))
	problems.WantNone(t)
	wantProgress(t, progress, annEmail, sueEmail)
	if a, s := f.find(t, annEmail), f.sue(t); a.Status == revoked || s.Status == revoked {
		t.Errorf("the server has %+v and %+v", a, s)
	}
}

// Whoever has to stay is refused before the apply, and at it.
func TestRevokeMembers_refuses(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	_, sue := f.client.NewMember(t, sueEmail, userRole)
	f.Protocol(t).PlanAction(revokeAction, f.of(f.ownerID, sue)).WantError(t, "member_ids", "Last owner")
	if err := f.client.Invite(t.Context(), f.MSP.Admin.Email, 0); err != nil {
		t.Fatal(err)
	}
	self, err := f.client.Join(t.Context(), f.MSP.Admin)
	if err != nil {
		t.Fatal(err)
	}
	f.Protocol(t).PlanAction(revokeAction, f.of(f.ownerID, sue)).WantNone(t)
	f.Protocol(t).PlanAction(revokeAction, f.of(self, sue)).WantError(t, "member_ids", "acting account")
	empty := f.MSP.NewClient(t, emulator.ClientOptions{Name: "Empty"}).ID
	for _, organization := range []string{f.organization, empty} {
		f.Protocol(t).PlanAction(revokeAction, map[string]any{
			"organization_id": organization, "member_ids": []any{acctest.Unknown},
		}).WantNone(t)
	}
	f.ResetRequests()
	_, problems := f.Protocol(t).Invoke(revokeAction, f.of(someID, sue))
	problems.WantError(t, "member_ids", "No such members", someID)
	if writes := f.Requests().Writes(); slices.ContainsFunc(writes, func(r emulator.Request) bool {
		return strings.Contains(r.Route, "/revoke")
	}) {
		t.Errorf("somebody was revoked: %+v", writes)
	}
}

func TestMembersActions_validate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action    string
		config    map[string]any
		attribute string
	}{
		"nobody named where all are meant": {reinviteAction, map[string]any{"organization_id": someID}, ""},
		"nobody named to revoke":           {revokeAction, map[string]any{"organization_id": someID}, "member_ids"},
		"nobody named to restore":          {restoreAction, map[string]any{"organization_id": someID}, "member_ids"},
		"an empty set": {
			confirmAction, map[string]any{"organization_id": someID, "member_ids": []any{}}, "",
		},
		"an address": {
			reinviteAction, map[string]any{"organization_id": someID, "member_ids": []any{sueEmail}}, "member_ids",
		},
		"no organization": {confirmAction, map[string]any{}, "organization_id"},
		"everything unknown": {
			restoreAction, map[string]any{"organization_id": acctest.Unknown, "member_ids": acctest.Unknown}, "",
		},
		"nothing to recover": {
			recoverAction, map[string]any{"organization_id": someID, "member_id": someID}, "new_password",
		},
		"a short password": {
			recoverAction,
			map[string]any{"organization_id": someID, "member_id": someID, "new_password": "12345678901"},
			"new_password",
		},
		"a password to come": {
			recoverAction,
			map[string]any{"organization_id": someID, "member_id": someID, "new_password": acctest.Unknown},
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := acctest.NewProtocol(t)
			planned := p.PlanAction(test.action, test.config)
			if test.attribute == "" {
				planned.WantNone(t)
				return
			}
			_, invoked := p.InvokePlanned(test.action, test.config)
			for when, problems := range map[string]acctest.Problems{"plan": planned, "invocation": invoked} {
				if len(problems) != 1 || acctest.Attribute(problems[0]) != test.attribute {
					t.Errorf("%s: want an error on %s, got:\n%s", when, test.attribute, problems)
				}
			}
		})
	}
}

func TestRecoverAccount(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	person, id := f.enrolled(t, sueEmail)
	config := map[string]any{"organization_id": f.organization, "member_id": id, "new_password": firstPassword}
	f.withoutMasterPassword(t).PlanAction(recoverAction, config).WantError(t, "", "master_password")
	progress, problems := f.Protocol(t).Invoke(recoverAction, config)
	problems.WantNone(t)
	wantProgress(t, progress, id)
	if err := f.opens(t, person, firstPassword); err != nil {
		t.Error(err)
	}
	if err := f.opens(t, person, emulator.Password); err == nil {
		t.Error("the old password works still")
	}

	f.policy(t, masterPasswordPolicy, true, map[string]any{"minLength": 30})
	f.Protocol(t).PlanAction(recoverAction, config).WantError(t, "new_password", "against the policy", "30 characters")
	config["member_id"] = f.ownerID
	f.Protocol(t).PlanAction(recoverAction, config).WantError(t, "member_id", "has not enrolled")
	f.policy(t, masterPasswordPolicy, false, nil)
	config["member_id"] = id
	if err := f.Fail(
		recoverAccount,
		emulator.Fault{Status: http.StatusBadRequest, Body: `{"message":"No."}`},
	); err != nil {
		t.Fatal(err)
	}
	_, problems = f.Protocol(t).Invoke(recoverAction, config)
	problems.WantError(t, "", "Could not recover account", "No (HTTP 400")
	if strings.Contains(fmt.Sprint(problems, progress), firstPassword) {
		t.Error("the password is in a message")
	}
}
