// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	reinviteMember  = "POST /api/organizations/{orgId}/users/reinvite"
	deleteAccount   = "DELETE /api/organizations/{orgId}/users/{id}/delete-account"
	publicMember    = "PUT /api/public/members/{id}"
	organizationKey = "POST /api/organizations/{orgId}/api-key"
)

// invitedAgo moves the moment of the invitation in a state.
func (f *fixture) invitedAgo(t *testing.T, ago time.Duration) {
	t.Helper()
	f.SetClock(time.Now().Add(-ago))
	if err := f.client.Invite(t.Context(), sueEmail, userRole); err != nil {
		t.Fatal(err)
	}
	f.SetClock(time.Now())
}

func TestMember_resendsInvitation(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	f.invitedAgo(t, 121*time.Hour)
	config := f.config(map[string]any{"resend_invitation_after": "120h"})
	old, problems := f.Protocol(t).Import(memberType, f.organization+"/"+sueEmail)
	problems.WantNone(t)
	invitedAt := old.Attributes(t)["invited_at"]

	kept, problems := f.Protocol(t).Apply(memberType, old, config) // The attribute itself changes: nothing else then.
	problems.WantNone(t)
	if got := kept.Attributes(t)["invited_at"]; got != invitedAt || f.Requests().Count(reinviteMember) != 0 {
		t.Errorf("invited at %v, before %v, after %d invitations", got, invitedAt, f.Requests().Count(reinviteMember))
	}
	planned, problems := f.Protocol(t).Plan(memberType, kept, config)
	problems.WantNone(t)
	if got := planned.Attributes(t)["invited_at"]; got != acctest.Unknown {
		t.Errorf("planned invited_at is %v", got)
	}
	if err := f.Fail(reinviteMember, emulator.Fault{Status: http.StatusBadRequest, Times: 1}); err != nil {
		t.Fatal(err)
	}
	failed, problems := f.Protocol(t).Apply(memberType, kept, config)
	problems.WantError(t, "", "Could not update member")
	if got := failed.Attributes(t)["invited_at"]; got != invitedAt {
		t.Errorf("after a failure invited_at is %v", got)
	}
	sent, problems := f.Protocol(t).Apply(memberType, failed, config)
	problems.WantNone(t)
	at, err := time.Parse(time.RFC3339, fmt.Sprint(sent.Attributes(t)["invited_at"]))
	if err != nil || time.Since(at) > time.Minute || f.Requests().Count(reinviteMember) != 2 {
		t.Errorf("invited at %v (%v) by %d requests", at, err, f.Requests().Count(reinviteMember))
	}
	state, problems := f.Protocol(t).Read(memberType, sent)
	problems.WantNone(t)
	again, problems := f.Protocol(t).Plan(memberType, state, config)
	problems.WantNone(t)
	if got, want := again.Attributes(t)["invited_at"], sent.Attributes(t)["invited_at"]; got != want {
		t.Errorf("the next plan has %v, want %v", got, want)
	}
}

// Who has accepted is not invited again, nor is anybody whom nothing says so about.
func TestMember_keepsInvitation(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	f.invitedAgo(t, 30*24*time.Hour)
	old, problems := f.Protocol(t).Import(memberType, f.organization+"/"+sueEmail)
	problems.WantNone(t)
	for name, config := range map[string]map[string]any{
		"not configured": f.config(nil), "later": f.config(map[string]any{"resend_invitation_after": "2000h"}),
	} {
		state, problems := f.Protocol(t).Apply(memberType, old, config)
		problems.WantNone(t)
		planned, problems := f.Protocol(t).Plan(memberType, state, config)
		problems.WantNone(t)
		if planned.Attributes(t)["invited_at"] == acctest.Unknown {
			t.Errorf("%s: the invitation is sent again", name)
		}
	}
	days := f.config(map[string]any{"resend_invitation_after": "5 days"})
	if !f.Protocol(t).Validate(memberType, days).HasError() {
		t.Error("5 days is taken for a duration")
	}
}

func TestMember_externalID(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	group := f.group(t, "Shop")
	with := func(id string) string {
		return f.hcl(fmt.Sprintf("groups = [%q]\n external_id = %q", group, id))
	}
	is := func(want string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			var list struct {
				Data []struct {
					Email      string `json:"email"`
					ExternalID string `json:"externalId"`
				} `json:"data"`
			}
			if err := f.MSP.Admin.Get(t.Context(), f.path("/users"), &list); err != nil {
				return err
			}
			for _, m := range list.Data {
				if m.Email == sueEmail && m.ExternalID == want {
					return nil
				}
			}
			return fmt.Errorf("members are %v, want %q", list, want)
		}
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: with("E-7"), Check: is("E-7")},
		{
			Config: with("E-8"), ConfigPlanChecks: action(plancheck.ResourceActionUpdate), Check: is("E-8"),
		},
		{ // What is not configured stays, also when something else changes.
			Config: f.hcl(fmt.Sprintf("groups = [%q]\n role = \"admin\"", group)), Check: is("E-8"),
		},
		{
			Config:           f.hcl(fmt.Sprintf("groups = [%q]\n role = \"admin\"", group)),
			ConfigPlanChecks: action(plancheck.ResourceActionNoop),
		},
	}})
	if got := f.Requests().Count(publicMember); got != 2 {
		t.Errorf("%d writes by the Public API, want two", got)
	}
}

func TestMember_externalIDRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	_, problems := f.withoutMasterPassword(t).Plan(memberType, nil, f.config(map[string]any{"external_id": "E-7"}))
	problems.WantError(t, "", "master_password", "external_id")

	if err := f.Fail(organizationKey, emulator.Fault{Status: http.StatusBadRequest, Times: 1}); err != nil {
		t.Fatal(err)
	}
	half, problems := f.Protocol(t).Apply(memberType, nil, f.config(map[string]any{"external_id": "E-7"}))
	problems.WantError(t, "", "API key")
	if half == nil || half.Attributes(t)["id"] != f.sue(t).ID {
		t.Errorf("the invitation is not in the state: %v", half)
	}
}

// claim gives the organization the domain of everybody's address.
func (f *fixture) claim(t *testing.T) {
	t.Helper()
	var domain struct {
		ID  string `json:"id"`
		Txt string `json:"txt"`
	}
	err := f.MSP.Admin.Post(t.Context(), f.path("/domain"), map[string]any{"domainName": "bakery.example"}, &domain)
	if err != nil {
		t.Fatal(err)
	}
	f.SetTXT("bakery.example", domain.Txt)
	if err := f.MSP.Admin.Post(t.Context(), f.path("/domain/"+domain.ID+"/verify"), nil, nil); err != nil {
		t.Fatal(err)
	}
}

func TestMember_onDestroyDeleteAccount(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	sue, _ := f.client.NewMember(t, sueEmail, userRole)
	member, problems := f.Protocol(t).Import(memberType, f.organization+"/"+sueEmail)
	problems.WantNone(t)
	config := f.config(map[string]any{"on_destroy": "delete_account"})
	member, problems = f.Protocol(t).Apply(memberType, member, config)
	problems.WantNone(t)
	_, problems = f.Protocol(t).Plan(memberType, member, nil)
	problems.WantError(t, "", "has not claimed the account", `on_destroy = "remove"`)

	f.claim(t)
	if err := f.Fail(deleteAccount, emulator.Fault{Status: http.StatusBadRequest, Times: 1}); err != nil {
		t.Fatal(err)
	}
	left, problems := f.Protocol(t).Apply(memberType, member, nil)
	if problems.WantError(t, "", "Could not remove member"); left == nil {
		t.Error("a refusal drops the member from the state")
	}
	_, problems = f.Protocol(t).Apply(memberType, member, nil)
	problems.WantNone(t)
	if err := sue.Login(t.Context()); err == nil {
		t.Error("the account is still there")
	}
	_, problems = f.Protocol(t).Apply(memberType, member, nil) // Gone already.
	problems.WantNone(t)
	if got := f.Requests().Count(removeMember); got != 0 {
		t.Errorf("%d removals", got)
	}
}

// There is no account to delete before the invitation is accepted.
func TestMember_onDestroyDeleteAccount_invited(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	member, problems := f.Protocol(t).Apply(memberType, nil, f.config(map[string]any{"on_destroy": "delete_account"}))
	problems.WantNone(t)
	_, problems = f.Protocol(t).Apply(memberType, member, nil)
	problems.WantNone(t)
	if f.Requests().Count(removeMember) != 1 || f.Requests().Count(deleteAccount) != 0 {
		t.Error("the invitation was not taken back")
	}
}
