// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"slices"
	"testing"
)

// What the recording public-api does not show by itself.

// itself is the organization as it acts through the public API.
func (f *clientFixture) itself() *Person {
	f.server.mu.Lock()
	defer f.server.mu.Unlock()
	token := f.server.issue(claims{Subject: f.ID, Scope: []string{"api.organization"}}, tokenLife)
	return &Person{server: f.server, token: token}
}

// publicAnswer is a member, group or collection of the public API.
type publicAnswer struct {
	ID          string  `json:"id"`
	Email       string  `json:"email"`
	Type        int     `json:"type"`
	ExternalID  *string `json:"externalId"`
	Collections []line  `json:"collections"`
	Groups      []line  `json:"groups"`
}

// "omitted fields are reset, collections omitted = removes all access, groups null = unchanged".
func TestPublicMemberUpdateResets(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	org, col := f.itself(), listed(t, f.admin, f.path("/collections"))[0]
	g := f.group(t, nil)
	made, updated, ids := publicAnswer{}, publicAnswer{}, []string{}
	noRefusal(t, org.Post(t.Context(), "/public/members", obj{
		"email": "Pat@X.Example", "type": 2, "externalId": "hr-7", "collections": []line{{ID: col}}, "groups": []string{g},
	}, &made))
	if made.ID == "" || made.Email != "pat@x.example" || *made.ExternalID != "hr-7" || len(made.Collections) != 1 {
		t.Errorf("got %+v", made)
	}
	noRefusal(t, org.Put(t.Context(), "/public/members/"+made.ID, obj{"type": 1}, &updated))
	if updated.Type != roleAdmin || updated.ExternalID != nil || len(updated.Collections) != 0 {
		t.Errorf("got %+v, want an admin without external id and access", updated)
	}
	noRefusal(t, org.Get(t.Context(), "/public/members/"+made.ID+"/group-ids", &ids))
	if !slices.Equal(ids, []string{g}) {
		t.Errorf("got groups %v, want %s", ids, g)
	}
}

func TestPublicRefusals(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{PlanType: planTeamsMonthly})
	org, g := f.itself(), f.group(t, nil)
	member := "/public/members/" + f.invited(t, "known@x.example")
	invite := func(body obj) error { return org.Post(t.Context(), "/public/members", body, nil) }
	put := func(path string, body obj) error { return org.Put(t.Context(), path, body, nil) }
	none, foreign := []line{}, []line{{ID: unknownID}}
	const group = "/public/groups/"
	for name, test := range map[string]struct {
		err    error
		status int
		text   string
	}{
		"known already": {
			invite(obj{"email": "KNOWN@x.example", "type": 2, "collections": none}), 400,
			"This user has already been invited.",
		},
		"no type":        {invite(obj{"email": "a@x.example", "collections": none}), 400, `"errors":{"Type":[`},
		"no collections": {invite(obj{"email": "a@x.example", "type": 2}), 400, "Errors have occurred."},
		"custom role":    {invite(obj{"email": "a@x.example", "type": 4, "collections": none}), 400, "Enterprise plan"},

		"foreign collection of a member": {put(member, obj{"type": 2, "collections": foreign}), 404, "not found."},
		"foreign collection of a group":  {put(group+g, obj{"name": "G", "collections": foreign}), 404, "not found."},

		"unknown group": {put(group+unknownID, obj{"name": "G"}), 404, ""},
		"no id":         {put(group+"nonsense", obj{"name": "G"}), 400, "The request's model state is invalid."},
		"not revoked":   {org.Post(t.Context(), member+"/restore", nil, nil), 400, "Already active."},
		"Teams":         {put("/public/policies/10", obj{"enabled": true}), 400, "cannot use policies"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefusal(t, test.err, test.status, test.text)
		})
	}
}

// "The acting principal is the organization itself (… events show no acting user)"; what goes straight to the store is
// not audited.
func TestPublicEvents(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	org, id, g := f.itself(), f.invited(t, "pat@x.example"), f.group(t, nil)
	f.locked(func(s *store, _ *organization) { s.events = nil })
	member, group := "/public/members/"+id, "/public/groups/"+g
	for _, do := range []error{
		org.Put(t.Context(), member, obj{"type": 2, "collections": []line{}}, nil),
		org.Put(t.Context(), member+"/group-ids", obj{"groupIds": []string{g}}, nil),
		org.Post(t.Context(), member+"/revoke", nil, nil),
		org.Post(t.Context(), member+"/restore", nil, nil),
		org.Put(t.Context(), group+"/member-ids", obj{"memberIds": []string{}}, nil),
		org.Put(t.Context(), group, obj{"name": "G"}, nil),
		org.Delete(t.Context(), group, nil),
		org.Delete(t.Context(), member, nil),
	} {
		noRefusal(t, do)
	}
	if got, want := f.events(0), []int{1502, 1504, 1511, 1512, 1401, 1503}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, e := range f.admin.log(t, f.path("/events")).Data {
		bySystem := e.SystemUser != nil && *e.SystemUser == byPublicAPI
		if e.ActingUserID != nil || e.ProviderID != nil || bySystem != (e.Type == 1511 || e.Type == 1512) {
			t.Errorf("event %d: got %+v", e.Type, e)
		}
	}
	own := struct {
		Data []struct {
			Type     int     `json:"type"`
			MemberID *string `json:"memberId"`
		} `json:"data"`
	}{}
	noRefusal(t, org.Get(t.Context(), "/public/events", &own))
	if len(own.Data) != 6 || own.Data[0].Type != 1503 || *own.Data[0].MemberID != id {
		t.Errorf("got %+v", own.Data)
	}
	noRefusal(t, org.Get(t.Context(), "/public/events?actingUserId="+f.admin.ID, &own))
	if len(own.Data) != 0 {
		t.Errorf("got %+v of the admin, who did nothing", own.Data)
	}
}

// Collections have no names here, and the members' own are none of the organization's business.
func TestPublicCollections(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	org, g, shared := f.itself(), f.group(t, nil), listed(t, f.admin, f.path("/collections"))[0]
	own := ""
	f.locked(func(*store, *organization) {
		col := f.server.newCollection(f.ID, "2.AAAA|BBBB|CCCC")
		col.Type, own = myItems, col.ID
	})
	const base = "/public/collections"
	if got := listed(t, org, base); !slices.Equal(got, []string{shared}) {
		t.Errorf("got %v, want %s alone", got, shared)
	}
	wantRefusal(t, org.Get(t.Context(), base+"/"+own, nil), http.StatusNotFound, "")
	wantRefusal(t, org.Delete(t.Context(), base+"/"+own, nil), http.StatusBadRequest, myItemsStay)
	updated, before := publicAnswer{}, f.eventCount()
	noRefusal(t, org.Put(t.Context(), base+"/"+shared, obj{"externalId": "c-1", "groups": []line{{ID: g}}}, &updated))
	if *updated.ExternalID != "c-1" || !slices.Equal(updated.Groups, []line{{ID: g}}) {
		t.Errorf("got %+v", updated)
	}
	noRefusal(t, org.Put(t.Context(), base+"/"+shared, obj{}, &updated))
	if updated.ExternalID != nil || len(updated.Groups) != 1 {
		t.Errorf("got %+v, want the groups as they were, no external id", updated)
	}
	noRefusal(t, org.Delete(t.Context(), base+"/"+shared, nil))
	if got := f.events(before); !slices.Equal(got, []int{1301, 1301}) {
		t.Errorf("got events %v, want those of the updates", got)
	}
}
