// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// What the recordings members, members-teams, own-membership, flag-member-email, account-recovery and flag-invite-link
// do not show by themselves. Tests look into the store and plant rows where no route would.

type clientFixture struct {
	*Client
	server *Running
	admin  *Person
	users  string // path
}

func newClientFixture(t *testing.T, o ClientOptions, server ...Options) *clientFixture {
	t.Helper()
	running := New(t, server...)
	msp := running.NewMSP(t)
	client := msp.NewClient(t, o)
	return &clientFixture{
		Client: client, server: running, admin: msp.Admin, users: "/organizations/" + client.ID + "/users",
	}
}

// locked runs f while no request does.
func (f *clientFixture) locked(do func(s *store, org *organization)) {
	f.server.mu.Lock()
	defer f.server.mu.Unlock()
	do(&f.server.store, f.server.store.organizations.get(f.ID))
}

// member reads a row, nil if there is none.
func (f *clientFixture) member(id string) *member {
	var found *member
	f.locked(func(s *store, _ *organization) {
		if m := s.members.get(id); m != nil {
			found = new(*m)
		}
	})
	return found
}

// emails are the addresses of the organization's members without an account.
func (f *clientFixture) emails() []string {
	var found []string
	f.locked(func(_ *store, org *organization) {
		for _, m := range f.server.membersOf(org.ID) {
			found = append(found, m.Email)
		}
	})
	slices.Sort(found)
	return found
}

func (f *clientFixture) invited(t *testing.T, email string) string {
	t.Helper()
	if err := f.Invite(t.Context(), email, roleUser); err != nil {
		t.Fatal(err)
	}
	id := ""
	f.locked(func(*store, *organization) { id = f.server.memberByEmail(f.ID, email).ID })
	return id
}

func (f *clientFixture) newGroup(name string) *group {
	g := &group{ID: newID(), OrganizationID: f.ID, Name: name, Members: map[string]bool{}}
	f.locked(func(s *store, _ *organization) { s.groups.add(g.ID, g) })
	return g
}

func (f *clientFixture) turnOn(policyType int, data string) {
	p := &policy{ID: newID(), OrganizationID: f.ID, Type: policyType, Data: &data, Enabled: true}
	f.locked(func(s *store, _ *organization) { s.policies.add(p.ID, p) })
}

// claim verifies the domain of an address.
func (f *clientFixture) claim(name string) {
	f.locked(func(s *store, _ *organization) {
		d := &domain{ID: newID(), OrganizationID: f.ID, Name: name, VerifiedDate: new(f.server.now())}
		s.domains.add(d.ID, d)
	})
}

func wantRefusal(t *testing.T, err error, status int, text string) {
	t.Helper()
	refused, ok := errors.AsType[*StatusError](err)
	if !ok || refused.Status != status || !strings.Contains(refused.Body, text) {
		t.Errorf("got %v, want %d %q", err, status, text)
	}
}

func noRefusal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func invitation(emails []string, more obj) obj {
	body := obj{"emails": emails, "type": roleUser, "collections": []obj{}, "groups": []string{}}
	maps.Copy(body, more)
	return body
}

func memberUpdate(role int, more obj) obj {
	body := obj{"type": role, "collections": []obj{}, "groups": nil}
	maps.Copy(body, more)
	return body
}

func TestInviteRepeatsWithinACall(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{OwnerEmail: "owner@x.example", Seats: 3})
	twice := invitation([]string{"a@x.example", "A@x.example"}, nil)
	noRefusal(t, f.admin.Post(t.Context(), f.users+"/invite", twice, nil))
	if got, want := f.emails(), []string{"a@x.example", "a@x.example", "owner@x.example"}; !slices.Equal(got, want) {
		t.Errorf("got members %v, want %v", got, want)
	}
	if got := len(f.server.Mails("a@x.example")); got != 2 {
		t.Errorf("got %d mails, want 2", got)
	}
	wantRefusal(t, f.Invite(t.Context(), "b@x.example", roleUser), http.StatusBadRequest, "Seat limit has been reached.")
	noRefusal(t, f.admin.Post(t.Context(), f.users+"/invite", twice, nil)) // known by now: skipped, needs no seat
	if got := len(f.emails()); got != 3 {
		t.Errorf("got %d members after another call, want 3", got)
	}
}

func TestInviteIsAllOrNothing(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		emails []string
		text   string
	}{
		"more than the seats": {
			[]string{"a@x.example", "b@x.example", "c@x.example"}, "Please contact your provider to add more seats.",
		},
		"a bad address": {[]string{"a@x.example", "nonsense"}, "Email #2 is not valid."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newClientFixture(t, ClientOptions{OwnerEmail: "owner@x.example", Seats: 3})
			err := f.admin.Post(t.Context(), f.users+"/invite", invitation(tt.emails, nil), nil)
			wantRefusal(t, err, http.StatusBadRequest, tt.text)
			if got := f.emails(); !slices.Equal(got, []string{"owner@x.example"}) {
				t.Errorf("got members %v, want the owner only", got)
			}
		})
	}
}

// TestInviteDropsForeignAccess drops another client's collection, and an unknown one in the company of a known one.
func TestInviteDropsForeignAccess(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	other := f.msp.NewClient(t, ClientOptions{Name: "Other"})
	var own, foreign string
	f.locked(func(s *store, _ *organization) {
		own = s.collections.first(func(c *collection) bool { return c.OrganizationID == f.ID }).ID
		foreign = s.collections.first(func(c *collection) bool { return c.OrganizationID == other.ID }).ID
	})
	grants := func(ids ...string) obj {
		var rows []obj
		for _, id := range ids {
			rows = append(rows, obj{"id": id})
		}
		return obj{"collections": rows}
	}
	for email, more := range map[string]obj{
		"a@x.example": grants(foreign), "b@x.example": grants(own, newID()),
	} {
		noRefusal(t, f.admin.Post(t.Context(), f.users+"/invite", invitation([]string{email}, more), nil))
	}
	f.locked(func(s *store, _ *organization) {
		a, b := f.server.memberByEmail(f.ID, "a@x.example"), f.server.memberByEmail(f.ID, "b@x.example")
		if len(f.server.collectionsWith(a)) != 0 || len(f.server.collectionsWith(b)) != 1 {
			t.Errorf("got %v and %v, want none and the own collection", f.server.collectionsWith(a), f.server.collectionsWith(b))
		}
	})
	wantRefusal(t, f.admin.Put(t.Context(), f.users+"/"+f.invited(t, "c@x.example"),
		memberUpdate(roleUser, grants(foreign)), nil), http.StatusNotFound, "Resource not found.")
}

// TestConfirmTakesAnyKey: nothing on the server looks at it.
func TestConfirmTakesAnyKey(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	p := f.server.NewPerson(t, "a@x.example")
	f.invited(t, p.Email)
	id, err := p.Accept(t.Context(), f.ID)
	noRefusal(t, err)
	noRefusal(t, f.admin.Post(t.Context(), f.users+"/"+id+"/confirm", obj{"key": "garbage"}, nil))
	if m := f.member(id); m.Status != statusConfirmed || *m.Key != "garbage" {
		t.Errorf("got %+v, want a confirmed member with the key as sent", m)
	}
}

// TestRestoreRecomputesStatus also shows that revoked members occupy no seat and keep what they had.
func TestRestoreRecomputesStatus(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Seats: 4})
	g := f.newGroup("G")
	invited := f.invited(t, "invited@x.example")
	f.invited(t, "accepted@x.example")
	accepted, err := f.server.NewPerson(t, "accepted@x.example").Accept(t.Context(), f.ID)
	noRefusal(t, err)
	_, confirmed := f.NewMember(t, "confirmed@x.example", roleUser)
	for _, id := range []string{invited, accepted, confirmed} {
		noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id, memberUpdate(roleAdmin, obj{"groups": []string{g.ID}}), nil))
		noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id+"/revoke", nil, nil))
	}
	another := f.invited(t, "another@x.example")
	noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+confirmed+"/restore", nil, nil))
	noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+accepted+"/restore", nil, nil))
	wantRefusal(t, f.admin.Put(t.Context(), f.users+"/"+invited+"/restore/vnext", obj{}, nil),
		http.StatusBadRequest, "Seat limit has been reached.")
	noRefusal(t, f.admin.Delete(t.Context(), f.users+"/"+another, nil))
	noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+invited+"/restore/vnext", obj{}, nil))
	for id, status := range map[string]int{
		invited: statusInvited, accepted: statusAccepted, confirmed: statusConfirmed,
	} {
		if m := f.member(id); m.Status != status || m.Type != roleAdmin || !g.Members[id] {
			t.Errorf("got %+v in group: %v, want an admin in the group with status %d", m, g.Members[id], status)
		}
	}
}

// TestUpdateOfOneself: a provider user with a place in the client may raise his role, but while admins do not reach all
// collections he can neither take collections nor groups.
func TestUpdateOfOneself(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	f.invited(t, f.admin.Email)
	id, err := f.Join(t.Context(), f.admin)
	noRefusal(t, err)
	g := f.newGroup("G")
	collectionID := ""
	f.locked(func(s *store, _ *organization) { collectionID = s.collections.order[0] })
	more := obj{"collections": []obj{{"id": collectionID, "manage": true}}, "groups": []string{g.ID}}

	wantRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id, memberUpdate(roleOwner, more), nil),
		http.StatusBadRequest, "You cannot add yourself to a collection.")
	noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id, memberUpdate(roleOwner, obj{"groups": []string{g.ID}}), nil))
	if m := f.member(id); m.Type != roleOwner || g.Members[id] {
		t.Errorf("got role %d, in group: %v; want an owner outside of it", m.Type, g.Members[id])
	}
	f.locked(func(_ *store, org *organization) { org.AllowAdminAccess = true })
	noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id, memberUpdate(roleOwner, more), nil))
	f.locked(func(s *store, _ *organization) {
		if !g.Members[id] || !s.collections.get(collectionID).Members[id].Manage {
			t.Error("got no access, want it where admins reach all collections")
		}
	})
}

// TestUpdateStoresPermissionsOfAnyRole, and null as null.
func TestUpdateStoresPermissionsOfAnyRole(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	id := f.invited(t, "a@x.example")
	granted := obj{"permissions": obj{"manageGroups": true}}
	noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id, memberUpdate(roleUser, granted), nil))
	if m := f.member(id); m.Permissions == nil || !m.Permissions.ManageGroups {
		t.Errorf("got permissions %+v, want the sent ones", m.Permissions)
	}
	noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id, memberUpdate(roleUser, nil), nil))
	if m := f.member(id); m.Permissions != nil {
		t.Errorf("got permissions %+v, want null", m.Permissions)
	}
}

// TestNewerUpdateNeedsMembership: with the flag a provider user's update is a 500 unless his token says that he is a
// member, too.
func TestNewerUpdateNeedsMembership(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{}, Options{Flags: map[string]any{flagMemberEmail: true}})
	f.invited(t, f.admin.Email)
	id, err := f.admin.Accept(t.Context(), f.ID)
	noRefusal(t, err)
	noRefusal(t, f.admin.Confirm(t.Context(), f.Client, id))
	wantRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id, memberUpdate(roleAdmin, nil), nil),
		http.StatusInternalServerError, "An unhandled server error has occurred.")
	noRefusal(t, f.admin.Login(t.Context()))
	noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id, memberUpdate(roleAdmin, nil), nil))
	if m := f.member(id); m.Type != roleAdmin {
		t.Errorf("got role %d, want %d", m.Type, roleAdmin)
	}
}

func TestClaimedMembers(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	alice, id := f.NewMember(t, "alice@claimed.example", roleUser)
	f.claim("claimed.example")
	wantRefusal(t, f.admin.Delete(t.Context(), f.users+"/"+id, nil), http.StatusBadRequest, claimedStays)
	err := alice.Post(t.Context(), "/organizations/"+f.ID+"/leave", nil, nil)
	wantRefusal(t, err, http.StatusBadRequest, "cannot leave")
	noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id+"/revoke", nil, nil))
	wantRefusal(t, f.admin.Delete(t.Context(), f.users+"/"+id, nil), http.StatusBadRequest, claimedStays)
	noRefusal(t, f.admin.Delete(t.Context(), f.users+"/"+id+"/delete-account", nil))
	if f.member(id) != nil {
		t.Error("the membership is still there")
	}
	wantRefusal(t, alice.Get(t.Context(), "/accounts/profile", nil), http.StatusUnauthorized, "")
}

func TestLeave(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	alice, id := f.NewMember(t, "alice@x.example", roleOwner)
	noRefusal(t, alice.Post(t.Context(), "/organizations/"+f.ID+"/leave", nil, nil))
	if f.member(id) != nil {
		t.Error("the membership is still there")
	}
	wantRefusal(t, alice.Post(t.Context(), "/organizations/"+f.ID+"/leave", nil, nil), http.StatusNotFound, "")
}

// TestLastOwner: of an organization on its own; a provider's users would count.
func TestLastOwner(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	owner, id := f.NewMember(t, "owner@x.example", roleOwner)
	_, other := f.NewMember(t, "other@x.example", roleOwner)
	f.locked(func(s *store, _ *organization) { s.providerOrgs.remove(f.LinkID) })
	noRefusal(t, owner.Put(t.Context(), f.users+"/"+other, memberUpdate(roleUser, nil), nil))
	const last = "Organization must have at least one confirmed owner."
	wantRefusal(t, owner.Put(t.Context(), f.users+"/"+id, memberUpdate(roleUser, nil), nil), http.StatusBadRequest, last)
	wantRefusal(t, owner.Post(t.Context(), "/organizations/"+f.ID+"/leave", nil, nil), http.StatusBadRequest, last)
	wantRefusal(t, owner.Delete(t.Context(), f.users, obj{"ids": []string{id, other}}), http.StatusBadRequest, last)
	err := owner.Put(t.Context(), f.users+"/"+id+"/revoke", nil, nil)
	wantRefusal(t, err, http.StatusBadRequest, "You cannot revoke yourself.")
}

func TestBulkOfUnknownMembers(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	ids := obj{"ids": []string{newID()}}
	wantRefusal(t, f.admin.Delete(t.Context(), f.users, ids), http.StatusBadRequest, "Users invalid.")
	wantRefusal(t, f.admin.Put(t.Context(), f.users+"/revoke", ids, nil), http.StatusBadRequest, "Users invalid.")
	wantRefusal(t, f.admin.Put(t.Context(), f.users+"/restore", ids, nil), http.StatusBadRequest, "Users invalid.")
}

// TestCustomRole shows what somebody with a custom role can do to others.
func TestCustomRole(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	carl, id := f.NewMember(t, "carl@x.example", roleCustom)
	granted := obj{"permissions": obj{"manageUsers": true}}
	noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id, memberUpdate(roleCustom, granted), nil))
	noRefusal(t, carl.Login(t.Context()))
	_, boss := f.NewMember(t, "boss@x.example", roleAdmin)
	for _, tt := range []struct {
		email string
		more  obj
		text  string
	}{
		{"o@x.example", obj{"type": roleOwner}, "Only an Owner can configure another Owner's account."},
		{"a@x.example", obj{"type": roleAdmin}, "Custom users can not manage Admins or Owners."},
		{
			"c@x.example",
			obj{"type": roleCustom, "permissions": obj{"manageGroups": true}},
			"Custom users can only grant the same custom permissions that they have.",
		},
	} {
		err := carl.Post(t.Context(), f.users+"/invite", invitation([]string{tt.email}, tt.more), nil)
		wantRefusal(t, err, http.StatusBadRequest, tt.text)
	}
	err := carl.Delete(t.Context(), f.users+"/"+boss, nil)
	wantRefusal(t, err, http.StatusBadRequest, "Custom users can not remove admins.")
	peer := obj{"type": roleCustom, "permissions": obj{"manageUsers": true}}
	noRefusal(t, carl.Post(t.Context(), f.users+"/invite", invitation([]string{"d@x.example"}, peer), nil))
}

// TestRecoverersSeeTheEnrolled: the permission to recover accounts shows the list of those who can be.
func TestRecoverersSeeTheEnrolled(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	carl, id := f.NewMember(t, "carl@x.example", roleCustom)
	granted := obj{"permissions": obj{"manageResetPassword": true}}
	noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id, memberUpdate(roleCustom, granted), nil))
	noRefusal(t, carl.Login(t.Context()))
	_, enrolled := f.NewMember(t, "enrolled@x.example", roleUser)
	f.locked(func(s *store, _ *organization) { s.members.get(enrolled).ResetPasswordKey = new("4.key") })
	answer := struct{ Data []struct{ ID string } }{}
	noRefusal(t, carl.Get(t.Context(), f.users, &answer))
	if len(answer.Data) != 1 || answer.Data[0].ID != enrolled {
		t.Errorf("got %v, want the enrolled member %s only", answer.Data, enrolled)
	}
}

func TestPoliciesAtTheDoor(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		policy int
		data   string
		text   string // at acceptance
	}{
		"two-step login": {
			policyTwoFactor,
			"{}",
			"You cannot join this organization vault until you enable two-step login on your user account.",
		},
		"single organization": {
			policySingleOrg, "{}", "You cannot accept this invite until you leave all other organization vaults.",
		},
		"account recovery": {
			policyResetPassword, `{"autoEnrollEnabled":true}`, "Master Password reset is required, but not provided.",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newClientFixture(t, ClientOptions{})
			alice, _ := f.msp.NewClient(t, ClientOptions{Name: "Other"}).NewMember(t, "alice@x.example", roleUser)
			f.turnOn(tt.policy, tt.data)
			f.invited(t, alice.Email)
			_, err := alice.Accept(t.Context(), f.ID)
			wantRefusal(t, err, http.StatusBadRequest, tt.text)
			if tt.policy == policyResetPassword {
				return // which spares nobody
			}
			f.locked(func(*store, *organization) { f.server.memberByEmail(f.ID, alice.Email).Type = roleAdmin })
			_, err = alice.Accept(t.Context(), f.ID)
			noRefusal(t, err)
		})
	}
}

// TestProviderUsersAreExempt from two-step login and single organization when they join a client.
func TestProviderUsersAreExempt(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	other := f.msp.NewClient(t, ClientOptions{Name: "Other"})
	noRefusal(t, other.Invite(t.Context(), f.admin.Email, roleUser))
	_, err := other.Join(t.Context(), f.admin)
	noRefusal(t, err)
	f.turnOn(policyTwoFactor, "{}")
	f.turnOn(policySingleOrg, "{}")
	f.invited(t, f.admin.Email)
	id, err := f.Join(t.Context(), f.admin)
	noRefusal(t, err)
	if m := f.member(id); m == nil || m.Status != statusConfirmed {
		t.Errorf("got %+v, want a confirmed member", m)
	}
}

// TestMyItems makes a collection of a member's own, which no list of his access shows and which outlives him.
func TestMyItems(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	f.turnOn(policyDataOwnership, "{}")
	p := f.server.NewPerson(t, "alice@x.example")
	f.invited(t, p.Email)
	id, err := p.Accept(t.Context(), f.ID)
	noRefusal(t, err)
	const name = "2.AAAAAAAAAAAAAAAAAAAAAA==|AAAAAAAAAAAAAAAAAAAAAA==|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	confirmation := obj{"key": "4.key", "defaultUserCollectionName": name}
	noRefusal(t, f.admin.Post(t.Context(), f.users+"/"+id+"/confirm", confirmation, nil))
	own := func() (found *collection) {
		f.locked(func(s *store, _ *organization) {
			found = s.collections.first(func(c *collection) bool { return c.Name == name })
		})
		return found
	}
	answer := struct{ Collections []obj }{}
	noRefusal(t, f.admin.Get(t.Context(), f.users+"/"+id, &answer))
	if col := own(); col == nil || col.Type != myItems || !col.Members[id].Manage || len(answer.Collections) != 0 {
		t.Errorf("got %+v and access %v, want a collection of his own that does not show", col, answer.Collections)
	}
	noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id, memberUpdate(roleUser, nil), nil))
	if !own().Members[id].Manage {
		t.Error("an update took his own collection")
	}
	noRefusal(t, f.admin.Delete(t.Context(), f.users+"/"+id, nil))
	if col := own(); col.OwnerEmail == nil || *col.OwnerEmail != "alice@x.example" {
		t.Errorf("got %+v, want it kept under his address", col)
	}
}

// TestRecoveryOfProviderUsers: a member who is a user of the provider is recovered by his like or better only.
func TestRecoveryOfProviderUsers(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	owner, _ := f.NewMember(t, "owner@x.example", roleOwner)
	service := f.msp.NewServiceUser(t, "service@provider.example")
	f.turnOn(policyResetPassword, "{}")
	f.invited(t, f.admin.Email)
	id, err := f.Join(t.Context(), f.admin)
	noRefusal(t, err)
	f.locked(func(s *store, _ *organization) { s.members.get(id).ResetPasswordKey = new("4.key") })
	for _, p := range []*Person{owner, service} {
		wantRefusal(t, p.Get(t.Context(), f.users+"/"+id+"/reset-password-details", nil), http.StatusNotFound, "")
		wantRefusal(t, p.Put(t.Context(), f.users+"/"+id+"/recover-account", obj{"resetTwoFactor": true}, nil),
			http.StatusBadRequest, "You are not permitted to recover this Provider member's account.")
	}
	noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id+"/recover-account", obj{"resetTwoFactor": true}, nil))
}

// TestRecovery ends what the member is signed in to by refresh tokens; an access token lives on. The salt must be his.
func TestRecovery(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	alice, id := f.NewMember(t, "alice@x.example", roleUser)
	f.turnOn(policyResetPassword, "{}")
	f.locked(func(s *store, _ *organization) { s.members.get(id).ResetPasswordKey = new("4.key") })
	signIn := func(form url.Values) (refreshToken string, err error) {
		answer := struct {
			RefreshToken string `json:"refresh_token"`
		}{}
		err = alice.send(t.Context(), http.MethodPost, "/identity/connect/token", form, &answer)
		return answer.RefreshToken, err
	}
	password := func(hash string) url.Values {
		return url.Values{
			"grant_type": {"password"}, "username": {alice.Email}, "password": {hash}, "scope": {"api offline_access"},
			"client_id": {"cli"}, "deviceType": {"25"}, "deviceIdentifier": {"d"}, "deviceName": {"d"},
		}
	}
	token, err := signIn(password(alice.PasswordHash()))
	noRefusal(t, err)

	kdf := obj{"kdfType": peopleKDF.Type, "iterations": peopleKDF.Iterations}
	parts := func(salt string) obj {
		return obj{
			"resetMasterPassword": true,
			"authenticationData":  obj{"kdf": kdf, "masterPasswordAuthenticationHash": "new", "salt": salt},
			"unlockData":          obj{"kdf": kdf, "masterKeyWrappedUserKey": "2.new", "salt": salt},
		}
	}
	path := f.users + "/" + id + "/recover-account"
	wantRefusal(t, f.admin.Put(t.Context(), path, parts("somebody@x.example"), nil),
		http.StatusBadRequest, "Invalid master password salt.")
	noRefusal(t, f.admin.Put(t.Context(), path, parts(alice.Email), nil))

	noRefusal(t, alice.Get(t.Context(), "/accounts/profile", nil))
	_, err = signIn(url.Values{"grant_type": {"refresh_token"}, "client_id": {"cli"}, "refresh_token": {token}})
	wantRefusal(t, err, http.StatusBadRequest, "invalid_grant")
	_, err = signIn(password("new"))
	noRefusal(t, err)
}

// TestMemberEvents: each change writes one row, with the account once there is one.
func TestMemberEvents(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	_, id := f.NewMember(t, "alice@x.example", roleUser)
	for _, path := range []string{"/revoke", "/restore"} {
		noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id+path, nil, nil))
	}
	noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id, memberUpdate(roleAdmin, nil), nil))
	noRefusal(t, f.admin.Delete(t.Context(), f.users+"/"+id, nil))
	var types []int
	f.locked(func(s *store, _ *organization) {
		for _, e := range s.events {
			if e.OrganizationUserID == id {
				types = append(types, e.Type)
			}
			if e.OrganizationUserID == id && (e.UserID == "") != (e.Type == 1500) {
				t.Errorf("event %d has the account %q", e.Type, e.UserID)
			}
		}
	})
	if want := []int{1500, 1501, 1511, 1512, 1502, 1503}; !slices.Equal(types, want) {
		t.Errorf("got events %v, want %v", types, want)
	}
}

// TestInviteLinkConfirm: joining by link alone has a switch of its own, and is not for users of the provider.
func TestInviteLinkConfirm(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{}, Options{Flags: map[string]any{
		flagInviteLink: true, flagInviteLinkConfirm: true,
	}})
	link := struct{ Code string }{}
	noRefusal(t, f.admin.Post(t.Context(), "/organizations/"+f.ID+"/invite-link", obj{
		"allowedDomains": []string{"x.example", "provider.example"}, "supportsConfirmation": true,
		"invite": "2.AAAAAAAAAAAAAAAAAAAAAA==|AAAAAAAAAAAAAAAAAAAAAA==|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	}, &link))
	body := obj{"organizationId": f.ID, "code": link.Code, "orgUserKey": "4.key"}
	const confirm = "/organizations/users/invite-link/confirm"
	wantRefusal(t, f.admin.Post(t.Context(), confirm, body, nil), http.StatusBadRequest, "provider_users_cannot_join")
	alice := f.server.NewPerson(t, "alice@x.example")
	noRefusal(t, alice.Post(t.Context(), confirm, body, nil))
	wantRefusal(t, alice.Post(t.Context(), confirm, body, nil), http.StatusBadRequest, "already_organization_member")
	f.locked(func(*store, *organization) {
		if m := f.server.memberByEmail(f.ID, alice.Email); m == nil || m.Status != statusConfirmed || *m.Key != "4.key" {
			t.Errorf("got %+v, want a confirmed member", m)
		}
	})
}

// TestTwoRowsOfOneAddress: an invitation may name an address twice, and only one of the two can be accepted. The texts
// are those of the server's AcceptOrgUserCommand.
func TestTwoRowsOfOneAddress(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	p := f.server.NewPerson(t, "a@x.example")
	twice := invitation([]string{p.Email, p.Email}, nil)
	noRefusal(t, f.admin.Post(t.Context(), f.users+"/invite", twice, nil))
	_, err := p.Accept(t.Context(), f.ID)
	noRefusal(t, err)
	mail := f.server.Mails(p.Email)
	_, q := mail[len(mail)-2].Link("accept-organization")
	wantRefusal(
		t,
		p.Post(t.Context(), f.users+"/"+q.Get("organizationUserId")+"/accept", obj{"token": q.Get("token")}, nil),
		http.StatusBadRequest,
		"You are already part of this organization.",
	)
}

// TestRevokedInvitation cannot be accepted.
func TestRevokedInvitation(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Owls & Co"})
	p := f.server.NewPerson(t, "a@x.example")
	id := f.invited(t, p.Email)
	noRefusal(t, f.admin.Put(t.Context(), f.users+"/"+id+"/revoke", nil, nil))
	_, err := p.Accept(t.Context(), f.ID)
	wantRefusal(t, err, http.StatusBadRequest, "Your access to the Owls & Co vault has been revoked.")
}
