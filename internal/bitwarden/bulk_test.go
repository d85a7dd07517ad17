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
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// Routes of single and of bulk changes.
const (
	revokeOne         = "PUT /api/organizations/{orgId}/users/{id}/revoke"
	revokeMany        = "PUT /api/organizations/{orgId}/users/revoke"
	restoreOne        = "PUT /api/organizations/{orgId}/users/{id}/restore/vnext"
	restoreMany       = "PUT /api/organizations/{orgId}/users/restore"
	removeOne         = "DELETE /api/organizations/{orgId}/users/{id}"
	removeMany        = "DELETE /api/organizations/{orgId}/users"
	groupDelete       = "DELETE /api/organizations/{orgId}/groups/{id}"
	groupsDelete      = "DELETE /api/organizations/{orgId}/groups"
	collectionDelete  = "DELETE /api/organizations/{orgId}/collections/{id}"
	collectionsDelete = "DELETE /api/organizations/{orgId}/collections"
)

// invited invites people behind the client's back.
func (w *world) invited(t *testing.T, n int) (ids []string) {
	t.Helper()
	for i := range n {
		if err := w.org.Invite(t.Context(), fmt.Sprintf("person%d@x.example", i), 2); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range must(w.newRun(t).Members(t.Context(), w.org.ID))(t) {
		if strings.HasPrefix(m.Email, "person") {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// together does the same to all ids at the same time and returns the errors by id.
func together(ids []string, do func(id string) error) map[string]error {
	errs := map[string]error{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, id := range ids {
		wg.Go(func() {
			err := do(id)
			mu.Lock()
			defer mu.Unlock()
			errs[id] = err
		})
	}
	wg.Wait()
	return errs
}

func wantAll(t *testing.T, errs map[string]error) {
	t.Helper()
	for id, err := range errs {
		if err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestMembers_changeTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ids := w.invited(t, 6)
	c := w.newRun(t)
	change := func(verb func(ctx context.Context, organizationID, id string) (*bitwarden.Member, error),
		want bitwarden.MemberStatus,
	) func(id string) error {
		return func(id string) error {
			m, err := verb(t.Context(), w.org.ID, id)
			if err == nil && m.Status != want {
				err = fmt.Errorf("the member is %s", m.Status)
			}
			return err
		}
	}
	wantAll(t, together(ids, change(c.RevokeMember, bitwarden.StatusRevoked)))
	wantAll(t, together(ids, change(c.RestoreMember, bitwarden.StatusInvited)))
	wantAll(t, together(ids, func(id string) error { return c.RemoveMember(t.Context(), w.org.ID, id) }))
	for route, want := range map[string]int{
		revokeMany: 1, restoreMany: 1, removeMany: 1, revokeOne: 0, restoreOne: 0, removeOne: 0,
	} {
		if got := w.count(route); got != want {
			t.Errorf("%d × %s, want %d", got, route, want)
		}
	}
	for _, m := range must(c.Members(t.Context(), w.org.ID))(t) {
		if strings.HasPrefix(m.Email, "person") {
			t.Errorf("%s is still in the list", m.Email)
		}
	}
}

// One who is refused does not take the others along, wherever the refusal comes from.
func TestMembers_changeTogetherPartly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{Seats: 8})
	_, owner := w.org.NewMember(t, "olivia@x.example", 0)
	ids := append(w.invited(t, 3), owner)
	c := w.newRun(t)
	errs := together(ids, func(id string) error {
		_, err := c.RevokeMember(t.Context(), w.org.ID, id)
		return err
	})
	if !errors.Is(errs[owner], bitwarden.ErrLastOwner) {
		t.Errorf("the last owner: %v", errs[owner])
	}
	delete(errs, owner)
	wantAll(t, errs)

	// Somebody else removes one of them meanwhile, and the server knows nothing of that id any more.
	ids = ids[:3]
	if err := w.msp.Admin.Delete(t.Context(), "/organizations/"+w.org.ID+"/users/"+ids[0], nil); err != nil {
		t.Fatal(err)
	}
	errs = together(ids, func(id string) error {
		_, err := c.RestoreMember(t.Context(), w.org.ID, id)
		return err
	})
	if !bitwarden.IsNotFound(errs[ids[0]]) {
		t.Errorf("who is gone: %v", errs[ids[0]])
	}
	delete(errs, ids[0])
	wantAll(t, errs)

	// The server refuses the whole call, and takes each alone.
	w.fail(t, removeMany, emulator.Fault{Status: http.StatusBadRequest})
	wantAll(t, together(ids, func(id string) error { return c.RemoveMember(t.Context(), w.org.ID, id) }))
	if got := w.count(removeOne); got != 1+2 { // somebody else's, and ours of who was left
		t.Errorf("%d single removals, want three", got)
	}

	// A lost answer: the list tells.
	ids = w.invited(t, 3)
	c = w.newRun(t)
	w.fail(t, removeMany, emulator.Fault{Cut: emulator.CutAfter, Times: 5})
	wantAll(t, together(ids, func(id string) error { return c.RemoveMember(t.Context(), w.org.ID, id) }))
}

// Seats that are short stop only those for whom none is left.
func TestMembers_restoreTogetherWithFewSeats(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{Seats: 6})
	ids := w.invited(t, 4)
	c := w.newRun(t)
	wantAll(t, together(ids, func(id string) error {
		_, err := c.RevokeMember(t.Context(), w.org.ID, id)
		return err
	}))
	for i := range 3 { // Owner and three others leave two seats.
		if err := w.org.Invite(t.Context(), fmt.Sprintf("other%d@x.example", i), 2); err != nil {
			t.Fatal(err)
		}
	}
	restored, short := 0, 0
	c = w.newRun(t)
	for _, err := range together(ids, func(id string) error {
		_, err := c.RestoreMember(t.Context(), w.org.ID, id)
		return err
	}) {
		switch {
		case err == nil:
			restored++
		case strings.Contains(err.Error(), "6 seats"):
			short++
		default:
			t.Error(err)
		}
	}
	if restored != 2 || short != 2 {
		t.Errorf("%d are restored and %d found no seat, want two of each", restored, short)
	}
}

func TestGroupsAndCollections_deleteTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	c := w.newRun(t)
	var groups, collections []string
	for i := range 4 {
		g := must(c.CreateGroup(t.Context(), w.org.ID, bitwarden.NewGroup{Name: fmt.Sprint("Group ", i)}))(t)
		groups = append(groups, g.ID)
		collection := must(c.CreateCollection(t.Context(), w.org.ID, bitwarden.NewCollection{
			Name: fmt.Sprint("Collection ", i), Groups: map[string]bitwarden.Permission{groups[0]: bitwarden.PermissionManage},
		}))(t)
		collections = append(collections, collection.ID)
	}
	deleteGroup := func(id string) error { return c.DeleteGroup(t.Context(), w.org.ID, id) }
	deleteCollection := func(id string) error { return c.DeleteCollection(t.Context(), w.org.ID, id) }
	wantAll(t, together(collections[:2], deleteCollection))
	wantAll(t, together(groups, deleteGroup))
	for route, want := range map[string]int{collectionsDelete: 1, collectionDelete: 0, groupsDelete: 1, groupDelete: 0} {
		if got := w.count(route); got != want {
			t.Errorf("%d × %s, want %d", got, route, want)
		}
	}

	// The server refuses all for one that is gone already.
	err := w.msp.Admin.Delete(t.Context(), "/organizations/"+w.org.ID+"/collections/"+collections[2], nil)
	if err != nil {
		t.Fatal(err)
	}
	wantAll(t, together(collections[2:], deleteCollection))
	fresh := w.newRun(t)
	if left := must(fresh.Groups(t.Context(), w.org.ID))(t); len(left) != 0 {
		t.Errorf("groups are left: %v", left)
	}
	if left := must(fresh.Collections(t.Context(), w.org.ID, bitwarden.Access{}))(t); len(left) != 1 {
		t.Errorf("collections are left: %v", left)
	}
	if left := must(c.Collections(t.Context(), w.org.ID, bitwarden.Access{}))(t); len(left) != 1 {
		t.Errorf("collections are left in the list of this run: %v", left)
	}
}

// TestCreations_waitForWholeRows: a group that is written with what it could see before would lose what it may see since.
func TestCreations_waitForWholeRows(t *testing.T) {
	t.Parallel()
	const put = "PUT /api/organizations/{orgId}/groups/{id}"
	w := newWorld(t, emulator.ClientOptions{})
	c := w.newRun(t)
	owner := must(c.Members(t.Context(), w.org.ID))(t)[0]
	group := must(c.CreateGroup(t.Context(), w.org.ID, bitwarden.NewGroup{Name: "Group"}))(t)
	w.fail(t, put, emulator.Fault{Delay: 300 * time.Millisecond})
	added := make(chan error, 1)
	go func() { added <- c.AddGroupMember(t.Context(), w.org.ID, group.ID, owner.ID) }()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for w.count(put) == 0 {
		<-tick.C
	}
	collection := must(c.CreateCollection(t.Context(), w.org.ID, bitwarden.NewCollection{
		Name: "Collection", Groups: map[string]bitwarden.Permission{group.ID: bitwarden.PermissionManage},
	}))(t)
	if err := <-added; err != nil {
		t.Fatal(err)
	}
	rows := must(w.newRun(t).Collections(t.Context(), w.org.ID, bitwarden.Access{Groups: true}))(t)
	for _, row := range rows {
		if row.ID == collection.ID && row.Groups[group.ID] != bitwarden.PermissionManage {
			t.Errorf("the group's access is %q", row.Groups[group.ID])
		}
	}
}

// TestDeletions_waitTheirTurn: a group is written with everything that it may see, so that a collection which goes at that
// moment would make the server refuse it.
func TestDeletions_waitTheirTurn(t *testing.T) {
	t.Parallel()
	const put = "PUT /api/organizations/{orgId}/groups/{id}"
	w := newWorld(t, emulator.ClientOptions{})
	c := w.newRun(t)
	owner := must(c.Members(t.Context(), w.org.ID))(t)[0]
	group := must(c.CreateGroup(t.Context(), w.org.ID, bitwarden.NewGroup{Name: "Group"}))(t)
	collection := must(c.CreateCollection(t.Context(), w.org.ID, bitwarden.NewCollection{
		Name: "Collection", Groups: map[string]bitwarden.Permission{group.ID: bitwarden.PermissionManage},
	}))(t)
	w.fail(t, put, emulator.Fault{Delay: 300 * time.Millisecond})
	deleted := make(chan error, 1)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for w.count(put) == 0 {
			<-tick.C
		}
		deleted <- c.DeleteCollection(t.Context(), w.org.ID, collection.ID)
	}()
	if err := c.AddGroupMember(t.Context(), w.org.ID, group.ID, owner.ID); err != nil {
		t.Error(err)
	}
	if err := <-deleted; err != nil {
		t.Error(err)
	}
}
