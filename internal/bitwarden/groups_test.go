// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

const (
	postGroup = "POST " + groupsPath
	putGroup  = "PUT " + groupsPath + "/g1"
)

func groupStub(t *testing.T) *stub {
	t.Helper()
	s := memberStub(t)
	s.handle("GET "+groupsPath+"/g1/details", answer(`{"id":"g1","name":"Latest","externalId":"e","collections":`+
		`[{"id":"c1","readOnly":false,"hidePasswords":true,"manage":false}]}`))
	return s
}

func TestUpdateGroup_sendsBackWhatItKeeps(t *testing.T) {
	t.Parallel()
	s := groupStub(t)
	s.handle(putGroup, answer(`{"id":"g1"}`))
	c := s.client(t)
	if _, err := c.Members(t.Context(), stubOrg); err != nil {
		t.Fatal(err)
	}
	if _, err := c.UpdateGroup(t.Context(), stubOrg, "g1", bitwarden.GroupUpdate{Members: []string{}}); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"name": "Latest", "users": []any{},
		"collections": []any{map[string]any{"id": "c1", "readOnly": false, "hidePasswords": true, "manage": false}},
	}
	if got := s.body(t, putGroup); !reflect.DeepEqual(got, want) {
		t.Errorf("body %v\nwant %v", got, want)
	}
	member, err := c.Member(t.Context(), stubOrg, "m1")
	if err != nil || len(member.Groups) != 0 {
		t.Errorf("the member list was not patched: %+v, %v", member, err)
	}
	group, err := c.UpdateGroup(t.Context(), stubOrg, "g1", bitwarden.GroupUpdate{
		Name: new("New"), Collections: map[string]bitwarden.Permission{},
	})
	if err != nil || group.Name != "New" || len(group.Collections) != 0 || group.ExternalID != "e" ||
		group.Members != nil {
		t.Errorf("group %+v, error %v", group, err)
	}
	if got := s.body(t, putGroup); got["users"] != nil || !reflect.DeepEqual(got["collections"], []any{}) {
		t.Errorf("body %v: users must be null and collections a list", got)
	}
	if group, err = c.UpdateGroup(
		t.Context(),
		stubOrg,
		"g1",
		bitwarden.GroupUpdate{Members: []string{"m1"}},
	); err != nil ||
		!slices.Equal(group.Members, []string{"m1"}) {
		t.Errorf("group %+v, error %v", group, err)
	}
	if n := s.count(usersList); n != 1 {
		t.Errorf("%d member lists, want 1", n)
	}
}

func TestGroups_refusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		group bitwarden.NewGroup
		field string
	}{
		"no name":            {bitwarden.NewGroup{}, "name"},
		"long name":          {bitwarden.NewGroup{Name: strings.Repeat("ü", 101)}, "name"},
		"unknown member":     {bitwarden.NewGroup{Name: "G", Members: []string{"m1", "m2"}}, "members"},
		"unknown collection": {bitwarden.NewGroup{Name: "G", Collections: map[string]bitwarden.Permission{"c2": "view"}}, "collections"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := groupStub(t)
			_, err := s.client(t).CreateGroup(t.Context(), stubOrg, test.group)
			if refused, ok := errors.AsType[*bitwarden.InputError](err); !ok || refused.Field != test.field {
				t.Errorf("%v; want a refusal of %s", err, test.field)
			}
			if s.count(postGroup) != 0 {
				t.Error("something was sent")
			}
		})
	}
}

// TestCreateGroup_lostAnswer: the answer is lost after or before the server executed the request.
func TestCreateGroup_lostAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault    http.HandlerFunc
		executed bool
		posts    int
	}{
		"cut after it was executed": {cut, true, 1},
		"cut before":                {cut, false, 2},
		"failed after":              {status(http.StatusInternalServerError), true, 1},
		"failed before":             {status(http.StatusInternalServerError), false, 2},
		"gateway":                   {status(http.StatusBadGateway), true, 1},
		"garbage":                   {answer("<html>"), true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			var made atomic.Bool
			s.handle(postGroup, failing(1, func(w http.ResponseWriter, r *http.Request) {
				made.Store(test.executed)
				test.fault(w, r)
			}, answer(`{"id":"g2","name":"G"}`)))
			s.handle(groupsList, func(w http.ResponseWriter, r *http.Request) {
				old := `{"id":"g0","name":"G","collections":[]}` // one of the same name was there before
				if made.Load() {
					old += `,{"id":"g1","name":"G","collections":[]}`
				}
				answer(`{"data":[`+old+`]}`)(w, r)
			})
			s.handle("GET "+usersPath, answer(`{"data":[]}`))
			c := s.client(t)
			group, err := c.CreateGroup(t.Context(), stubOrg, bitwarden.NewGroup{Name: "G"})
			want := map[bool]string{true: "g1", false: "g2"}[test.executed]
			if err != nil || group.ID != want {
				t.Errorf("group %+v, error %v; want %s", group, err, want)
			}
			if n := s.count(postGroup); n != test.posts {
				t.Errorf("%d creations, want %d", n, test.posts)
			}
		})
	}
}

func TestDeleteGroup_goneIsSuccess(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.handle(groupsList, answer(noGroups))
	s.handle("DELETE "+groupsPath+"/{id}", status(http.StatusNotFound))
	if err := s.client(t).DeleteGroup(t.Context(), stubOrg, stubUnknown); err != nil {
		t.Errorf("gone: %v", err)
	}
	forbidden := newStub(t)
	forbidden.handle(groupsList, answer(oneGroup))
	forbidden.handle("DELETE "+groupsPath+"/g1", status(http.StatusForbidden))
	if err := forbidden.client(t).DeleteGroup(t.Context(), stubOrg, "g1"); !bitwarden.IsForbidden(err) {
		t.Errorf("forbidden: %v", err)
	}
}
