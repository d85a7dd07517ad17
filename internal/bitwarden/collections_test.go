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
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

func TestCollection_lifecycle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ctx := t.Context()
	all := bitwarden.Access{Groups: true, Members: true}
	_, err := w.CreateCollection(ctx, w.org.ID, bitwarden.NewCollection{Name: "Nobody's"})
	if refused, ok := errors.AsType[*bitwarden.InputError](err); !ok || refused.Field != "groups" {
		t.Errorf("without a manager: %v", err)
	}
	group := must(w.CreateGroup(ctx, w.org.ID, bitwarden.NewGroup{Name: "Helpdesk"}))(t)
	ann := must(w.InviteMember(ctx, w.org.ID, bitwarden.NewMember{Email: "ann@x.example", Role: bitwarden.RoleUser}))(t)
	created := must(w.CreateCollection(ctx, w.org.ID, bitwarden.NewCollection{
		Name: "Servers/Linux", ExternalID: "ext-1",
		Groups:  map[string]bitwarden.Permission{group.ID: bitwarden.PermissionManage},
		Members: map[string]bitwarden.Permission{ann.ID: bitwarden.PermissionViewExceptPasswords},
	}))(t)
	if created.Name != "Servers/Linux" || created.ExternalID != "ext-1" {
		t.Errorf("created %+v", created)
	}
	for name, c := range map[string]*bitwarden.Client{"same run": w.Client, "next run": w.newRun(t)} {
		read := must(c.Collection(ctx, w.org.ID, created.ID, all))(t)
		if read.Name != "Servers/Linux" || read.ExternalID != "ext-1" || read.NameUnreadable ||
			read.Groups[group.ID] != bitwarden.PermissionManage || len(read.Groups) != 1 ||
			read.Members[ann.ID] != bitwarden.PermissionViewExceptPasswords || len(read.Members) != 1 {
			t.Errorf("%s: %+v", name, read)
		}
		if g := must(c.Group(ctx, w.org.ID, group.ID, false))(t); g.Collections[created.ID] != bitwarden.PermissionManage {
			t.Errorf("%s: group %+v", name, g)
		}
	}
	w.server.ResetRequests()
	updated := must(w.UpdateCollection(ctx, w.org.ID, created.ID, bitwarden.CollectionUpdate{
		Members: map[string]bitwarden.Permission{},
	}))(t)
	if updated.ExternalID != "ext-1" || updated.Name != created.Name || len(updated.Members) != 0 ||
		len(updated.Groups) != 1 {
		t.Errorf("updated %+v", updated)
	}
	updated = must(w.UpdateCollection(ctx, w.org.ID, created.ID, bitwarden.CollectionUpdate{
		Name: new("Servers"), ExternalID: new(""),
	}))(t)
	if read := must(
		w.newRun(t).Collection(ctx, w.org.ID, created.ID, all),
	)(
		t,
	); read.Name != "Servers" || read.ExternalID != "" ||
		len(read.Groups) != 1 ||
		updated.Name != "Servers" {
		t.Errorf("updated %+v, read back %+v", updated, read)
	}
	_, err = w.UpdateCollection(
		ctx,
		w.org.ID,
		created.ID,
		bitwarden.CollectionUpdate{Groups: map[string]bitwarden.Permission{}},
	)
	if refused, ok := errors.AsType[*bitwarden.InputError](err); !ok || refused.Field != "groups" {
		t.Errorf("the last manager taken away: %v", err)
	}
	must(w.UpdateOrganizationSettings(ctx, w.org.ID,
		bitwarden.OrganizationSettings{AllowAdminAccessToAllCollectionItems: new(true)}))(t)
	must(
		w.UpdateCollection(ctx, w.org.ID, created.ID, bitwarden.CollectionUpdate{Groups: map[string]bitwarden.Permission{}}),
	)(
		t,
	)
	if err := w.DeleteCollection(ctx, w.org.ID, created.ID); err != nil {
		t.Error(err)
	}
	if err := w.newRun(t).DeleteCollection(ctx, w.org.ID, created.ID); err != nil {
		t.Errorf("deleting what is gone: %v", err)
	}
	if _, err := w.Collection(ctx, w.org.ID, created.ID, all); !bitwarden.IsNotFound(err) {
		t.Errorf("after the deletion: %v", err)
	}
}

// The lists are older than the update: what it is to be is compared with the latest.
func TestUpdateCollection_renamedMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ctx := t.Context()
	must(w.UpdateOrganizationSettings(ctx, w.org.ID,
		bitwarden.OrganizationSettings{AllowAdminAccessToAllCollectionItems: new(true)}))(t)
	created := must(w.CreateCollection(ctx, w.org.ID, bitwarden.NewCollection{Name: "Servers"}))(t)
	must(w.newRun(t).UpdateCollection(ctx, w.org.ID, created.ID, bitwarden.CollectionUpdate{Name: new("Renamed")}))(t)
	updated := must(w.UpdateCollection(ctx, w.org.ID, created.ID, bitwarden.CollectionUpdate{
		Name: new("Servers"), ExternalID: new("ext-1"),
	}))(t)
	read := must(w.newRun(t).Collection(ctx, w.org.ID, created.ID, bitwarden.Access{}))(t)
	if updated.Name != "Servers" || read.Name != "Servers" || read.ExternalID != "ext-1" {
		t.Errorf("updated %+v, read back %+v", updated, read)
	}
}

func TestUpdate_ofNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ctx := t.Context()
	group := must(w.CreateGroup(ctx, w.org.ID, bitwarden.NewGroup{Name: "Helpdesk"}))(t)
	collection := must(w.Collections(ctx, w.org.ID, bitwarden.Access{}))(t)[0]
	w.server.ResetRequests()
	must(w.UpdateGroup(ctx, w.org.ID, group.ID, bitwarden.GroupUpdate{}))(t)
	must(w.UpdateCollection(ctx, w.org.ID, collection.ID, bitwarden.CollectionUpdate{}))(t)
	for route, n := range w.server.Requests().ByRoute {
		if strings.HasPrefix(route, "PUT ") {
			t.Errorf("%d requests %s, want none", n, route)
		}
	}
}

func TestCollection_lostAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault emulator.Fault
		posts int
	}{
		"cut before":    {emulator.Fault{Cut: emulator.CutBefore}, 2},
		"cut after":     {emulator.Fault{Cut: emulator.CutAfter}, 1},
		"failed after":  {emulator.Fault{Status: http.StatusInternalServerError, AfterExecution: true}, 1},
		"garbage after": {emulator.Fault{Status: http.StatusOK, Body: "<html>", AfterExecution: true}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.ClientOptions{})
			owner := must(w.Members(t.Context(), w.org.ID))(t)[0]
			w.fail(t, collectionsRoute, test.fault)
			created, err := w.CreateCollection(t.Context(), w.org.ID, bitwarden.NewCollection{
				Name: "Servers", Members: map[string]bitwarden.Permission{owner.ID: bitwarden.PermissionManage},
			})
			if err != nil || created.Name != "Servers" {
				t.Fatalf("created %+v, error %v", created, err)
			}
			if n := w.count(collectionsRoute); n != test.posts {
				t.Errorf("%d creations, want %d", n, test.posts)
			}
			if list := must(w.newRun(t).Collections(t.Context(), w.org.ID, bitwarden.Access{}))(t); len(list) != 2 {
				t.Errorf("collections %+v", list)
			}
		})
	}
}

// TestCreate_outlastsAnOutage: the answer is lost, and for longer than a call is repeated nobody can look what became of it.
func TestCreate_outlastsAnOutage(t *testing.T) {
	t.Parallel()
	const look = "GET /api/organizations/{orgId}/groups/details"
	w := newWorld(t, emulator.ClientOptions{})
	w.fail(t, groupsRoute, emulator.Fault{Cut: emulator.CutAfter})
	w.fail(t, look, emulator.Fault{Cut: emulator.CutBefore, Skip: 1, Times: 7})
	created := must(w.CreateGroup(t.Context(), w.org.ID, bitwarden.NewGroup{Name: "Helpdesk"}))(t)
	if posts, looks := w.count(groupsRoute), w.count(look); posts != 1 || looks < 8 {
		t.Errorf("%d creations, want one; %d looks at it, want 8 or more", posts, looks)
	}
	if list := must(w.newRun(t).Groups(t.Context(), w.org.ID))(t); len(list) != 1 || list[0].ID != created.ID {
		t.Errorf("groups %+v, want only %s", list, created.ID)
	}

	w.fail(t, groupsRoute, emulator.Fault{Cut: emulator.CutAfter})
	w.fail(t, look, emulator.Fault{Cut: emulator.CutBefore, Skip: 1, Times: 100})
	_, err := w.newRun(t).CreateGroup(t.Context(), w.org.ID, bitwarden.NewGroup{Name: "Sales"})
	if err == nil || !strings.Contains(err.Error(), "before you try again") || strings.Contains(err.Error(), "stream") {
		t.Errorf("error %v", err)
	}
}

// TestCreate_isNotRepeatedAfterATimeout: the server may still be at it.
func TestCreate_isNotRepeatedAfterATimeout(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	w.config.RequestTimeout = 300 * time.Millisecond
	c := w.newRun(t)
	must(c.ClientOrganizations(t.Context()))(t)
	w.fail(t, clientsRoute, emulator.Fault{Delay: 2 * time.Second})
	_, err := c.CreateClientOrganization(t.Context(), newClientOrganization())
	if err == nil || !strings.Contains(err.Error(), "before you try again") {
		t.Errorf("error %v", err)
	}
	if n := w.count(clientsRoute); n != 1 {
		t.Errorf("%d creations, want 1", n)
	}
}

// TestGroups_ofOneNameAtTheSameTime: one answer is lost, and yet each call has a group of its own.
func TestGroups_ofOneNameAtTheSameTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	must(w.Groups(t.Context(), w.org.ID))(t)
	w.fail(t, "POST /api/organizations/{orgId}/groups", emulator.Fault{Cut: emulator.CutAfter})
	ids := make(chan string, 5)
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			group, err := w.CreateGroup(t.Context(), w.org.ID, bitwarden.NewGroup{Name: "Twins"})
			if err != nil {
				t.Error(err)
				return
			}
			ids <- group.ID
		})
	}
	wg.Wait()
	close(ids)
	distinct := map[string]bool{}
	for id := range ids {
		distinct[id] = true
	}
	if list := must(w.newRun(t).Groups(t.Context(), w.org.ID))(t); len(distinct) != 5 || len(list) != 5 {
		t.Errorf("%d groups for five calls, %d on the server", len(distinct), len(list))
	}
}

// TestSharedLists_areKept: what one write changes shows in the lists of the other kinds, without reading them again.
func TestSharedLists_areKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ctx, org := t.Context(), w.org.ID
	ann := must(w.InviteMember(ctx, org, bitwarden.NewMember{Email: "ann@x.example", Role: bitwarden.RoleUser}))(t)
	all := bitwarden.Access{Groups: true, Members: true}
	must(w.Collections(ctx, org, all))(t)
	w.server.ResetRequests()

	group := must(w.CreateGroup(ctx, org, bitwarden.NewGroup{Name: "G", Members: []string{ann.ID}}))(t)
	collection := must(w.CreateCollection(ctx, org, bitwarden.NewCollection{
		Name: "C", Groups: map[string]bitwarden.Permission{group.ID: bitwarden.PermissionManage},
		Members: map[string]bitwarden.Permission{ann.ID: bitwarden.PermissionEdit},
	}))(t)
	compare := func(step string) {
		t.Helper()
		seen, fresh := must(w.Members(ctx, org))(t), must(bitwarden.New(w.config))(t)
		if want := must(fresh.Members(ctx, org))(t); !reflect.DeepEqual(seen, want) {
			t.Errorf("%s: members %+v\nwant %+v", step, seen, want)
		}
		if got, want := must(
			w.GroupsWithMembers(ctx, org),
		)(
			t,
		), must(
			fresh.GroupsWithMembers(ctx, org),
		)(
			t,
		); !reflect.DeepEqual(
			got,
			want,
		) {
			t.Errorf("%s: groups %+v\nwant %+v", step, got, want)
		}
		if got, want := must(
			w.Collections(ctx, org, all),
		)(
			t,
		), must(
			fresh.Collections(ctx, org, all),
		)(
			t,
		); !reflect.DeepEqual(
			got,
			want,
		) {
			t.Errorf("%s: collections %+v\nwant %+v", step, got, want)
		}
	}
	compare("created")
	must(w.UpdateMember(ctx, org, ann.ID, bitwarden.MemberUpdate{Groups: []string{}}))(t)
	compare("member left the group")
	must(w.UpdateGroup(ctx, org, group.ID, bitwarden.GroupUpdate{Members: []string{ann.ID}}))(t)
	compare("group took the member")
	must(w.UpdateCollection(ctx, org, collection.ID, bitwarden.CollectionUpdate{
		Groups:  map[string]bitwarden.Permission{},
		Members: map[string]bitwarden.Permission{ann.ID: bitwarden.PermissionManage},
	}))(t)
	compare("collection changed hands")
	if err := w.DeleteGroup(ctx, org, group.ID); err != nil {
		t.Fatal(err)
	}
	compare("group deleted")
	if err := w.DeleteCollection(ctx, org, collection.ID); err != nil {
		t.Fatal(err)
	}
	compare("collection deleted")
}

// TestWrongKey_isNotUsed: names that another key wrote are shown as such, and a key that opens nothing encrypts nothing.
func TestWrongKey_isNotUsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ctx := t.Context()
	list := must(w.Collections(ctx, w.org.ID, bitwarden.Access{}))(t)
	foreign, err := w.msp.Key.EncryptString("canary")
	if err != nil {
		t.Fatal(err)
	}
	path := "/organizations/" + w.org.ID + "/collections/" + list[0].ID
	if err := w.msp.Admin.Put(ctx, path, map[string]any{"name": foreign}, nil); err != nil {
		t.Fatal(err)
	}
	c := w.newRun(t)
	list = must(c.Collections(ctx, w.org.ID, bitwarden.Access{}))(t)
	if len(list) != 1 || !list[0].NameUnreadable || list[0].Name != "" {
		t.Errorf("collections %+v", list)
	}
	if one := must(c.Collection(ctx, w.org.ID, list[0].ID, bitwarden.Access{}))(t); !one.NameUnreadable {
		t.Errorf("collection %+v", one)
	}
	owner := must(c.Members(ctx, w.org.ID))(t)[0]
	_, err = c.CreateCollection(ctx, w.org.ID, bitwarden.NewCollection{
		Name: "New", Members: map[string]bitwarden.Permission{owner.ID: bitwarden.PermissionManage},
	})
	if err == nil || !strings.Contains(err.Error(), "none of its 1 collection names") ||
		strings.Contains(err.Error(), "canary") {
		t.Errorf("encrypted with a key that opens nothing: %v", err)
	}
	if n := w.count(collectionsRoute); n != 0 {
		t.Errorf("%d creations were sent", n)
	}
}

// TestCollections_costOneRequestEach: checks are made on shared lists.
func TestCollections_costOneRequestEach(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	owner := must(w.Members(t.Context(), w.org.ID))(t)[0]
	c := w.newRun(t)
	const n = 30
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if _, err := c.CreateCollection(t.Context(), w.org.ID, bitwarden.NewCollection{
				Name: fmt.Sprint("Collection ", i), Members: map[string]bitwarden.Permission{owner.ID: bitwarden.PermissionManage},
			}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if requests := w.server.Requests(); requests.Total > n+6 {
		t.Errorf("%d requests for %d collections: %v", requests.Total, n, requests.ByRoute)
	}
}

// TestOwnMembership_isPreferred: the account is a member, so that its own key opens the organization.
func TestOwnMembership_isPreferred(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ctx := t.Context()
	if err := w.org.Invite(ctx, w.msp.Admin.Email, 1); err != nil {
		t.Fatal(err)
	}
	must(w.org.Join(ctx, w.msp.Admin))(t)
	list, err := w.newRun(t).Collections(ctx, w.org.ID, bitwarden.Access{})
	if err != nil || len(list) != 1 || list[0].Name != "Default collection" {
		t.Errorf("collections %+v, error %v", list, err)
	}
	if n := w.count(clientsList); n != 0 {
		t.Errorf("%d lists of clients for a key that the account has itself", n)
	}
}
