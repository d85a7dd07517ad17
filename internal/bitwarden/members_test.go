// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

const (
	usersPath  = "/api/organizations/" + stubOrg + "/users"
	usersList  = "GET " + usersPath
	oneUser    = "GET " + usersPath + "/m1"
	putUser    = "PUT " + usersPath + "/m1"
	inviteUser = "POST " + usersPath + "/invite"
	oneGroup   = `{"data":[{"id":"g1","name":"G","collections":[]}]}`
)

// memberStub is a stub with one member, m1, who is a user with access that must not get lost.
func memberStub(t *testing.T) *stub {
	t.Helper()
	s := newStub(t)
	s.handle(
		"GET /api/organizations/{id}/users",
		answer(`{"data":[{"id":"m1","userId":"u1","email":"ann@x.example","type":2,`+
			`"status":2,"groups":["g1"],"collections":[{"id":"c1","readOnly":true}]}]}`),
	)
	s.handle(oneUser, answer(`{"id":"m1","userId":"u1","type":2,"status":2,"accessSecretsManager":true,"accessPam":true,`+
		`"accessRobots":true,"externalId":"e","groups":["g1"],"collections":[{"id":"c1","readOnly":true,"hidePasswords":false,`+
		`"manage":false}]}`))
	s.handle("GET /api/organizations/{id}/groups/details", answer(oneGroup))
	s.handle("GET /api/organizations/{id}/collections", answer(`{"data":[{"id":"c1","name":"2.x"}]}`))
	return s
}

func TestMembers_askForEverythingAtOnce(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	queries := make(chan string, 10)
	s.handle(usersList, func(w http.ResponseWriter, r *http.Request) {
		queries <- r.URL.RawQuery
		answer(`{"data":[{"id":"m1","email":"Ann@x.example"}]}`)(w, r)
	})
	c := s.client(t)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := c.Member(t.Context(), stubOrg, "m1"); err != nil {
				t.Error(err)
			}
			if m, err := c.MemberByEmail(t.Context(), stubOrg, " aNN@x.example"); err != nil || m.ID != "m1" {
				t.Errorf("by address: %+v, %v", m, err)
			}
		})
	}
	wg.Wait()
	if n := s.count(usersList); n != 1 {
		t.Errorf("%d lists, want 1", n)
	}
	if query := <-queries; query != "includeGroups=true&includeCollections=true" {
		t.Errorf("query %q: without the flags groups and collections look empty", query)
	}
}

func TestUpdateMember_keepsWhatDoesNotChange(t *testing.T) {
	t.Parallel()
	s := memberStub(t)
	s.handle(putUser, status(http.StatusOK))
	c := s.client(t)
	member, err := c.UpdateMember(t.Context(), stubOrg, "m1", bitwarden.MemberUpdate{Role: new(bitwarden.RoleAdmin)})
	if err != nil {
		t.Fatal(err)
	}
	if member.Role != bitwarden.RoleAdmin || member.Collections["c1"] != bitwarden.PermissionView ||
		member.Groups[0] != "g1" {
		t.Errorf("member %+v", member)
	}
	want := map[string]any{
		"type": 1.0, "accessSecretsManager": true, "accessPam": true, "accessRobots": true, "permissions": nil, "groups": nil,
		"collections": []any{map[string]any{"id": "c1", "readOnly": true, "hidePasswords": false, "manage": false}},
	}
	if got := s.body(t, putUser); !reflect.DeepEqual(got, want) {
		t.Errorf("body %v\nwant %v", got, want)
	}
	if _, err := c.UpdateMember(t.Context(), stubOrg, "m1", bitwarden.MemberUpdate{
		Groups: []string{}, Collections: map[string]bitwarden.Permission{},
	}); err != nil {
		t.Fatal(err)
	}
	body := s.body(t, putUser)
	if !reflect.DeepEqual(body["groups"], []any{}) || !reflect.DeepEqual(body["collections"], []any{}) {
		t.Errorf("emptied: %v", body)
	}
	if member, err = c.Member(t.Context(), stubOrg, "m1"); err != nil || len(member.Groups)+len(member.Collections) != 0 {
		t.Errorf("member %+v, error %v", member, err)
	}
	before := s.count(putUser)
	if _, err := c.UpdateMember(
		t.Context(),
		stubOrg,
		"m1",
		bitwarden.MemberUpdate{},
	); err != nil ||
		s.count(putUser) != before {
		t.Errorf("an update of nothing sent something: %v", err)
	}
}

func TestUpdateMember_explainsTheFlag(t *testing.T) {
	t.Parallel()
	for name, flagged := range map[string]bool{"on": true, "off": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := memberStub(t)
			s.handle(putUser, status(http.StatusInternalServerError))
			s.handle(
				"GET /api/config",
				answer(fmt.Sprintf(`{"featureStates":{"pm-28365-change-member-email-no-mp":%t}}`, flagged)),
			)
			_, err := s.client(t).
				UpdateMember(t.Context(), stubOrg, "m1", bitwarden.MemberUpdate{Role: new(bitwarden.RoleAdmin)})
			refused, ok := errors.AsType[*bitwarden.Error](err)
			if !ok || refused.Status != http.StatusInternalServerError ||
				strings.Contains(err.Error(), "web vault") != flagged {
				t.Errorf("flag %s: %v", name, err)
			}
		})
	}
}

func TestMembers_refusals(t *testing.T) {
	t.Parallel()
	invite := func(n bitwarden.NewMember) func(*testing.T, *bitwarden.Client) error {
		return func(t *testing.T, c *bitwarden.Client) error {
			t.Helper()
			_, err := c.InviteMember(t.Context(), stubOrg, n)
			return err
		}
	}
	for name, test := range map[string]struct {
		do          func(*testing.T, *bitwarden.Client) error
		field, says string
	}{
		"bad address": {invite(bitwarden.NewMember{Email: "ann", Role: bitwarden.RoleUser}), "email", "no e-mail"},
		"known address": {
			invite(bitwarden.NewMember{Email: "ANN@x.example", Role: bitwarden.RoleUser}), "email", "Import",
		},
		"no such role": {invite(bitwarden.NewMember{Email: "b@x.example", Role: "manager"}), "role", "owner, admin, user, custom"},
		"permissions of a user": {
			invite(bitwarden.NewMember{Email: "b@x.example", Role: bitwarden.RoleUser, Permissions: &bitwarden.Permissions{}}),
			"permissions", "custom",
		},
		"unknown group": {
			invite(bitwarden.NewMember{Email: "b@x.example", Role: bitwarden.RoleUser, Groups: []string{"g2"}}), "groups", "g2",
		},
		"unknown collection": {
			invite(bitwarden.NewMember{
				Email: "b@x.example", Role: bitwarden.RoleUser,
				Collections: map[string]bitwarden.Permission{"c2": bitwarden.PermissionView},
			}), "collections", "c2",
		},
		"unknown permission": {
			invite(bitwarden.NewMember{
				Email: "b@x.example", Role: bitwarden.RoleUser, Collections: map[string]bitwarden.Permission{"c1": "own"},
			}), "collections", "view, view_except_passwords",
		},
		"custom role on Teams": {func(t *testing.T, c *bitwarden.Client) error {
			t.Helper()
			_, err := c.InviteMember(t.Context(), stubTeams, bitwarden.NewMember{Email: "b@x.example", Role: bitwarden.RoleCustom})
			return err
		}, "role", "Teams (Monthly)"},
		"unknown group on update": {func(t *testing.T, c *bitwarden.Client) error {
			t.Helper()
			_, err := c.UpdateMember(t.Context(), stubOrg, "m1", bitwarden.MemberUpdate{Groups: []string{"g2"}})
			return err
		}, "groups", "g2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := memberStub(t)
			err := test.do(t, s.client(t))
			refused, ok := errors.AsType[*bitwarden.InputError](err)
			if !ok || refused.Field != test.field || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v; want a refusal of %s that says %q", err, test.field, test.says)
			}
			if s.count(inviteUser)+s.count(putUser) != 0 {
				t.Error("something was sent")
			}
		})
	}
}

func TestMembers_protectedPeople(t *testing.T) {
	t.Parallel()
	list := `{"data":[` +
		`{"id":"self","userId":"` + stubUser + `","email":"me@x.example","type":1,"status":2},` +
		`{"id":"owner","userId":"u2","email":"boss@x.example","type":0,"status":2},` +
		`{"id":"invited","email":"next@x.example","type":0,"status":0},` +
		`{"id":"claimed","userId":"u4","email":"d@x.example","type":2,"status":2,"claimedByOrganization":true}]}`
	for name, test := range map[string]struct {
		do    func(*testing.T, *bitwarden.Client) error
		field string
	}{
		"remove oneself": {func(t *testing.T, c *bitwarden.Client) error {
			t.Helper()
			return c.RemoveMember(t.Context(), stubOrg, "self")
		}, "on_destroy"},
		"revoke oneself": {func(t *testing.T, c *bitwarden.Client) error {
			t.Helper()
			_, err := c.RevokeMember(t.Context(), stubOrg, "self")
			return err
		}, "revoked"},
		"remove the last owner": {func(t *testing.T, c *bitwarden.Client) error {
			t.Helper()
			return c.RemoveMember(t.Context(), stubOrg, "owner")
		}, "on_destroy"},
		"revoke the last owner": {func(t *testing.T, c *bitwarden.Client) error {
			t.Helper()
			_, err := c.RevokeMember(t.Context(), stubOrg, "owner")
			return err
		}, "revoked"},
		"demote the last owner": {func(t *testing.T, c *bitwarden.Client) error {
			t.Helper()
			_, err := c.UpdateMember(t.Context(), stubOrg, "owner", bitwarden.MemberUpdate{Role: new(bitwarden.RoleUser)})
			return err
		}, "role"},
		"remove somebody claimed": {func(t *testing.T, c *bitwarden.Client) error {
			t.Helper()
			return c.RemoveMember(t.Context(), stubOrg, "claimed")
		}, "on_destroy"},
		"confirm who has not accepted": {func(t *testing.T, c *bitwarden.Client) error {
			t.Helper()
			_, err := c.ConfirmMember(t.Context(), stubOrg, "invited", "")
			return err
		}, "status"},
		"invite again who is confirmed": {func(t *testing.T, c *bitwarden.Client) error {
			t.Helper()
			return c.ReinviteMember(t.Context(), stubOrg, "owner")
		}, "status"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.handle(usersList, answer(list))
			s.handle("GET "+usersPath+"/owner", answer(`{"id":"owner","userId":"u2","type":0,"status":2}`))
			err := test.do(t, s.client(t))
			if refused, ok := errors.AsType[*bitwarden.InputError](err); !ok || refused.Field != test.field {
				t.Errorf("%v; want a refusal of %s", err, test.field)
			}
		})
	}
}

func TestRemoveMember_goneIsSuccess(t *testing.T) {
	t.Parallel()
	s := memberStub(t)
	s.handle("DELETE "+usersPath+"/{id}", status(http.StatusNotFound))
	c := s.client(t)
	if err := c.RemoveMember(t.Context(), stubOrg, stubUnknown); err != nil {
		t.Errorf("not in the list: %v", err)
	}
	// In the list, also afterwards: the 404 is about permission.
	if err := c.RemoveMember(t.Context(), stubOrg, "m1"); err == nil || bitwarden.IsNotFound(err) {
		t.Errorf("still in the list: %v", err)
	}
}
