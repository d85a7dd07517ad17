// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
)

// What the recording policies does not show by itself.

func (f *clientFixture) putPolicy(t *testing.T, p *Person, policyType string, enabled bool, data string) error {
	t.Helper()
	body := obj{"policy": obj{"enabled": enabled, "data": json.RawMessage(data)}}
	return p.Put(t.Context(), f.path("/policies/"+policyType), body, nil)
}

// policyData reads the data and state of a policy.
func (f *clientFixture) policyData(t *testing.T, policyType string) (data string, enabled, canToggle bool) {
	t.Helper()
	answer := struct {
		Data           json.RawMessage `json:"data"`
		Enabled        bool            `json:"enabled"`
		CanToggleState bool            `json:"canToggleState"`
	}{}
	if err := f.admin.Get(t.Context(), f.path("/policies/"+policyType), &answer); err != nil {
		t.Fatal(err)
	}
	return string(answer.Data), answer.Enabled, answer.CanToggleState
}

// "what you write is what you read": unknown keys and nulls are kept; null and an empty object are none.
func TestPolicyData(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	for sent, want := range map[string]string{
		`{"x":null,"y":[1]}`: `{"x":null,"y":[1]}`, `null`: `{}`, `{ }`: `{}`,
	} {
		noRefusal(t, f.putPolicy(t, f.admin, "PasswordGenerator", false, sent)) // a type may go by its name
		if got, _, _ := f.policyData(t, "2"); got != want {
			t.Errorf("data %s reads back %s, want %s", sent, got, want)
		}
	}
	wantRefusal(t, f.putPolicy(t, f.admin, "2", true, `[]`), http.StatusBadRequest, "$.policy.data")
	wantRefusal(t, f.putPolicy(t, f.admin, "Nonsense", true, `null`), http.StatusBadRequest, "is not valid.")
	err := f.admin.Put(t.Context(), f.path("/policies/2"), obj{"policy": obj{"data": nil}}, nil)
	wantRefusal(t, err, http.StatusBadRequest, "The Enabled field is required.")
}

// With several dependents the text names none of them.
func TestSingleOrgIsNeededByOthers(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	for _, policyType := range []string{"3", "9", "16"} {
		noRefusal(t, f.putPolicy(t, f.admin, policyType, true, `null`))
	}
	wantRefusal(t, f.putPolicy(t, f.admin, "3", false, `null`), http.StatusBadRequest,
		"Turn off all of the policies that require the Single organization policy.")
	noRefusal(t, f.putPolicy(t, f.admin, "9", false, `null`))
	wantRefusal(t, f.putPolicy(t, f.admin, "3", false, `null`), http.StatusBadRequest,
		"Turn off the URI match defaults policy because it requires the Single organization policy.")
	noRefusal(t, f.putPolicy(t, f.admin, "16", false, `null`))
	noRefusal(t, f.putPolicy(t, f.admin, "3", false, `null`))
}

// Enabling single organization "revokes non-admin members, Accepted too, who are in other orgs (reason 4)".
func TestSingleOrgRevokes(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	other := f.msp.NewClient(t, ClientOptions{Name: "Other"})
	elsewhere := func(email string, role int) (id string) {
		p, id := f.NewMember(t, email, role)
		if err := other.Invite(t.Context(), email, roleUser); err != nil {
			t.Fatal(err)
		}
		if _, err := other.Join(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		return id
	}
	user, admin := elsewhere("user@x.example", roleUser), elsewhere("admin@x.example", roleAdmin)
	_, only := f.NewMember(t, "only@x.example", roleUser)
	accepted := f.invited(t, "accepted@x.example")
	p := f.server.NewPerson(t, "accepted@x.example")
	_, err := p.Accept(t.Context(), f.ID)
	noRefusal(t, err)
	noRefusal(t, other.Invite(t.Context(), p.Email, roleUser))
	_, err = p.Accept(t.Context(), other.ID)
	noRefusal(t, err)
	before := f.eventCount()
	noRefusal(t, f.putPolicy(t, f.admin, "3", true, `null`))
	if got, want := f.events(before), []int{1521, 1521, 1700}; !slices.Equal(got, want) {
		t.Errorf("got events %v, want %v", got, want)
	}
	for id, want := range map[string]int{
		user: statusRevoked, accepted: statusRevoked, admin: statusConfirmed, only: statusConfirmed,
	} {
		m := f.member(id)
		if m.Status != want || want == statusRevoked && *m.RevocationReason != revokedForSingleOrg {
			t.Errorf("got %+v, want status %d", m, want)
		}
	}
}

// "400 if any of them lacks 2FA and has no master password"; Accepted members are revoked, Invited ones not.
func TestTwoFactorRevokes(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	p, without := f.NewMember(t, "without@x.example", roleUser)
	invited := f.invited(t, "invited@x.example")
	accepted := f.invited(t, "accepted@x.example")
	_, err := f.server.NewPerson(t, "accepted@x.example").Accept(t.Context(), f.ID)
	noRefusal(t, err)
	setPassword := func(hash string) {
		f.locked(func(s *store, _ *organization) { s.users.get(p.ID).PasswordHash = hash })
	}
	setPassword("")
	wantRefusal(t, f.putPolicy(t, f.admin, "0", true, `null`), http.StatusBadRequest, "Policy could not be enabled.")
	if got := f.member(accepted).Status; got != statusAccepted {
		t.Errorf("a refused policy left status %d", got)
	}
	setPassword(p.PasswordHash())
	noRefusal(t, f.putPolicy(t, f.admin, "0", true, `null`))
	for id, want := range map[string]int{
		without: statusRevoked, accepted: statusRevoked, invited: statusInvited,
	} {
		if got := f.member(id).Status; got != want {
			t.Errorf("got status %d, want %d", got, want)
		}
	}
}

// "no member may be a provider user".
func TestAutoConfirmRefusesProviderUsers(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	noRefusal(t, f.putPolicy(t, f.admin, "3", true, `null`))
	noRefusal(t, f.Invite(t.Context(), f.admin.Email, roleAdmin))
	_, err := f.admin.Accept(t.Context(), f.ID)
	noRefusal(t, err)
	wantRefusal(t, f.putPolicy(t, f.admin, "18", true, `null`), http.StatusBadRequest,
		"This organization has members with the Provider user type.")
}

// Writing an older policy about Sends keeps what only the newer one knows; the newer one is on while either is.
func TestSendPoliciesMirror(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	noRefusal(t, f.putPolicy(t, f.admin, "21", true, `{"disableSend":true,"deletionHours":24,"mine":1}`))
	if _, on, _ := f.policyData(t, "6"); !on {
		t.Error("21 with disableSend does not switch 6 on")
	}
	noRefusal(t, f.putPolicy(t, f.admin, "7", true, `{"disableHideEmail":true}`))
	noRefusal(t, f.putPolicy(t, f.admin, "6", false, `null`))
	const want = `{"disableSend":false,"disableHideEmail":true,"whoCanAccess":null,"allowedDomains":null,` +
		`"deletionHours":24,"allowedSendTypes":null}`
	if got, on, _ := f.policyData(t, "21"); got != want || !on {
		t.Errorf("got %s (on: %t), want %s and on", got, on, want)
	}
	noRefusal(t, f.putPolicy(t, f.admin, "7", false, `null`))
	if _, on, _ := f.policyData(t, "21"); on {
		t.Error("21 stays on though 6 and 7 are off")
	}
}

func TestPoliciesOfMembers(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	ann, _ := f.NewMember(t, "ann@x.example", roleUser)
	noRefusal(t, f.putPolicy(t, f.admin, "1", true, `{"minLength":14}`))
	noRefusal(t, f.putPolicy(t, f.admin, "10", true, `null`))
	synced := struct {
		Policies []struct {
			Type int `json:"type"`
		} `json:"policies"`
	}{}
	noRefusal(t, ann.Get(t.Context(), "/sync", &synced))
	if len(synced.Policies) != 2 || synced.Policies[0].Type != 1 || synced.Policies[1].Type != 10 {
		t.Errorf("/sync shows a member %v", synced.Policies)
	}
	noRefusal(t, ann.Get(t.Context(), f.path("/policies/master-password"), nil))
	wantRefusal(t, f.admin.Get(t.Context(), f.path("/policies/master-password"), nil), http.StatusNotFound, "")
	invited := f.invited(t, "b@x.example")
	q := f.server.Mails("b@x.example")[0].Links[0]
	_, parameters := Mail{Links: []string{q}}.Link("accept-organization")
	path := f.path("/policies/token?email=b@x.example&organizationUserId=" + invited + "&token=")
	wantRefusal(t, f.admin.Get(t.Context(), path+"wrong", nil), http.StatusNotFound, "Resource not found.")
	shown := struct {
		Data []obj `json:"data"`
	}{}
	noRefusal(t, f.admin.Get(t.Context(), path+parameters.Get("token"), &shown))
	if len(shown.Data) != 2 {
		t.Errorf("an invited person is shown %v", shown.Data)
	}
}
