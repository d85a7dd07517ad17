// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	organizationLog = "GET /api/organizations/{id}/events"
	listMembers     = "GET /api/organizations/{orgId}/users"
)

func eventTypesOf(log *bitwarden.EventLog) []string {
	names := []string{}
	for _, e := range log.Events {
		names = append(names, e.Type)
	}
	return names
}

// plantLog makes events of the organization: the groups are named after their numbers.
func (w *world) plantLog(t *testing.T, groups int) (ids []string) {
	t.Helper()
	for n := range groups {
		var group struct {
			ID string `json:"id"`
		}
		err := w.msp.Admin.Post(t.Context(), "/organizations/"+w.org.ID+"/groups", map[string]any{
			"name": fmt.Sprint("Group ", n), "collections": []any{}, "users": []any{},
		}, &group)
		if err != nil {
			t.Fatal(err)
		}
		w.server.Advance(time.Second)
		ids = append(ids, group.ID)
	}
	return ids
}

func TestOrganizationEvents_pages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ids := w.plantLog(t, 60)
	slices.Reverse(ids)
	w.Client = w.newRun(t)
	query := bitwarden.EventQuery{Max: 1000, Types: []string{"group_created"}}
	log := must(w.OrganizationEvents(t.Context(), w.org.ID, query))(t)
	var got []string
	for _, e := range log.Events {
		got = append(got, e.GroupID)
		if e.Type != "group_created" || e.ActorEmail != w.msp.Admin.Email || e.ActorID != w.msp.Admin.ID ||
			e.GroupName == "" {
			t.Errorf("got %+v", e)
		}
	}
	if !slices.Equal(got, ids) || log.Truncated {
		t.Errorf("got the groups %v, truncated: %v, want %v", got, log.Truncated, ids)
	}
	// Two pages of the log, and one request for each list that names come from, for 60 events.
	if pages, members := w.count(organizationLog), w.count(listMembers); pages != 2 || members != 1 {
		t.Errorf("took %d pages and %d lists of members, want 2 and 1", pages, members)
	}
	query.Max = 7
	log = must(w.OrganizationEvents(t.Context(), w.org.ID, query))(t)
	if len(log.Events) != 7 || !log.Truncated || log.Events[0].GroupID != ids[0] {
		t.Errorf("got %d events, truncated: %v, want the 7 newest of more", len(log.Events), log.Truncated)
	}
	query.Max = 60
	if log = must(w.OrganizationEvents(t.Context(), w.org.ID, query))(t); len(log.Events) != 60 || log.Truncated {
		t.Errorf("got %d events, truncated: %v, want all 60", len(log.Events), log.Truncated)
	}
	// A group that is gone keeps its id.
	if err := w.msp.Admin.Delete(t.Context(), "/organizations/"+w.org.ID+"/groups/"+ids[0], nil); err != nil {
		t.Fatal(err)
	}
	w.Client = w.newRun(t)
	log = must(w.OrganizationEvents(t.Context(), w.org.ID, bitwarden.EventQuery{Max: 1}))(t)
	if e := log.Events[0]; e.Type != "group_deleted" || e.GroupID != ids[0] || e.GroupName != "" {
		t.Errorf("got %+v", e)
	}
}

func TestOrganizationEvents_filter(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	service := w.msp.NewServiceUser(t, "service@provider.example")
	w.plantLog(t, 2)
	w.server.Advance(time.Minute)
	start := time.Now().Add(2*time.Second + 30*time.Second) // the server's clock is a minute and two seconds ahead
	if err := service.Post(t.Context(), "/organizations/"+w.org.ID+"/groups", map[string]any{
		"name": "Late", "collections": []any{}, "users": []any{},
	}, nil); err != nil {
		t.Fatal(err)
	}
	end := start.Add(10 * time.Minute)
	for name, test := range map[string]struct {
		query bitwarden.EventQuery
		want  []string
	}{
		"by time":     {bitwarden.EventQuery{Start: start, End: end}, []string{"group_created"}},
		"by actor":    {bitwarden.EventQuery{ActorIDs: []string{service.ID}}, []string{"group_created"}},
		"by number":   {bitwarden.EventQuery{Types: []string{"1500"}}, []string{"member_invited"}},
		"by nobody":   {bitwarden.EventQuery{ActorIDs: []string{stubUnknown}}, []string{}},
		"before all":  {bitwarden.EventQuery{Start: start.AddDate(0, 0, -9), End: start.AddDate(0, 0, -8)}, []string{}},
		"of one type": {bitwarden.EventQuery{Types: []string{"policy_updated", "2599"}}, []string{}},
	} {
		test.query.Max = 100
		log := must(w.OrganizationEvents(t.Context(), w.org.ID, test.query))(t)
		if got := eventTypesOf(log); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
	log := must(w.OrganizationEvents(t.Context(), w.org.ID, bitwarden.EventQuery{Max: 1}))(t)
	if e := log.Events[0]; e.ActorEmail != service.Email || e.ProviderID != w.msp.ProviderID {
		t.Errorf("got %+v, want it done by %s", e, service.Email)
	}
}

func TestOtherEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	member, memberID := w.org.NewMember(t, "ann@client.example", 0)
	query := bitwarden.EventQuery{Max: 100}
	log := must(w.MemberEvents(t.Context(), w.org.ID, memberID, query))(t)
	if got := eventTypesOf(log); !slices.Contains(got, "user_logged_in") {
		t.Errorf("got %v of the member, want a login", got)
	}
	for _, e := range log.Events {
		if e.ActorID != member.ID || e.ActorEmail != member.Email {
			t.Errorf("got %+v, want it done by the member", e)
		}
	}
	log = must(w.ProviderEvents(t.Context(), query))(t)
	i := slices.IndexFunc(log.Events, func(e bitwarden.Event) bool { return e.Type == "client_created" })
	if i < 0 || log.Events[i].ProviderOrganizationID != w.org.LinkID || log.Events[i].ClientName != w.org.Name {
		t.Errorf("got %v of the provider, want the creation of %s", eventTypesOf(log), w.org.Name)
	}
	if err := w.org.Invite(t.Context(), "late@client.example", 2); err != nil {
		t.Fatal(err)
	}
	w.Client = w.newRun(t)
	late := must(w.MemberByEmail(t.Context(), w.org.ID, "late@client.example"))(t)
	_, err := w.MemberEvents(t.Context(), w.org.ID, late.ID, query)
	if input, ok := errors.AsType[*bitwarden.InputError](err); !ok || input.Field != "member_id" {
		t.Errorf("got %v of somebody who is only invited", err)
	}
	if _, err = w.MemberEvents(t.Context(), w.org.ID, stubUnknown, query); !bitwarden.IsNotFound(err) {
		t.Errorf("got %v of an unknown member, want not found", err)
	}
	if _, err = w.OrganizationEvents(t.Context(), stubUnknown, query); !bitwarden.IsNotFound(err) {
		t.Errorf("got %v of an unknown organization, want not found", err)
	}
}

func TestProviderEvents_serviceUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	service := w.msp.NewServiceUser(t, "service@provider.example")
	id, secret, err := service.APIKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.config.ClientID, w.config.ClientSecret = id, bitwarden.NewSecret(secret)
	w.Client = w.newRun(t)
	if _, err := w.ProviderEvents(t.Context(), bitwarden.EventQuery{Max: 1}); err == nil ||
		!strings.Contains(err.Error(), "provider admin") {
		t.Errorf("got %v, want that it takes a provider admin", err)
	}
	// It sees what admins did in clients, though not who they are.
	log := must(w.OrganizationEvents(t.Context(), w.org.ID, bitwarden.EventQuery{Max: 1}))(t)
	if e := log.Events[0]; e.ActorID != w.msp.Admin.ID || e.ActorEmail != "" {
		t.Errorf("got %+v", e)
	}
}

// What no emulator makes: numbers without a name, and a server that never comes to an end.
func TestOrganizationEvents_oddServer(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	answer := `{"data":[
		{"type":2599,"date":"2026-01-02T03:04:05.678Z","systemUser":3,"deviceType":99},
		{"type":1000,"date":"2026-01-02T03:04:05.678Z","systemUser":9,"deviceType":25,"userId":"b"},
		{"type":1000,"date":"2026-01-02T03:04:05.678Z","deviceType":0,"userId":"a"},
		{"type":1000,"date":"2026-01-02T05:04:05.679+01:00"}],"continuationToken":null}`
	s.handle("GET /api/organizations/"+stubOrg+"/events", func(w http.ResponseWriter, r *http.Request) {
		if got := r.URL.Query().Get("start"); got != "2026-01-01T00:00:00Z" {
			t.Errorf("start is %q", got)
		}
		_, _ = w.Write([]byte(answer))
	})
	s.handle("GET /api/organizations/"+stubOrg+"/users", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"data":[]}`))
	})
	s.handle("GET /api/providers/"+stubProvider+"/users", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"data":[]}`))
	})
	query := bitwarden.EventQuery{Max: 100, Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	log := must(s.client(t).OrganizationEvents(t.Context(), stubOrg, query))(t)
	want := "user_logged_in   , 2599 public_api 99 , user_logged_in  android a, user_logged_in 9 linux_cli b"
	var got []string
	for _, e := range log.Events {
		got = append(got, strings.Join([]string{e.Type, e.SystemActor, e.Device, e.UserID}, " "))
	}
	if strings.Join(got, ", ") != want {
		t.Errorf("got %q, want %q", strings.Join(got, ", "), want)
	}
	answer = `{"data":[{"type":1,"date":"2026-01-02T03:04:05Z"}],"continuationToken":"again/+"}`
	if _, err := s.client(t).OrganizationEvents(t.Context(), stubOrg, query); err == nil ||
		!strings.Contains(err.Error(), "round in circles") {
		t.Errorf("got %v of a server that repeats a page", err)
	}
}

func TestCheckEventRange(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		start, end time.Time
		field      string
	}{
		"an hour":           {now, now.Add(time.Hour), ""},
		"the longest":       {now.Add(-bitwarden.MaxEventRange), now, ""},
		"a second too long": {now.Add(-bitwarden.MaxEventRange - time.Second), now, "start"},
		"nothing":           {now, now, "start"},
		"backwards":         {now, now.Add(-time.Hour), "start"},
	} {
		err := bitwarden.CheckEventRange(test.start, test.end)
		input, ok := errors.AsType[*bitwarden.InputError](err)
		if got := ""; ok {
			got = input.Field
			if got != test.field {
				t.Errorf("%s: got an error at %q, want %q", name, got, test.field)
			}
		} else if test.field != got {
			t.Errorf("%s: got %v, want an error at %q", name, err, test.field)
		}
	}
}

// Every type has a name of its own that is no number, so that filters are unambiguous.
func TestEventTypes(t *testing.T) {
	t.Parallel()
	names := bitwarden.EventTypes()
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] || !regexp.MustCompile(`^[a-z]+(_[a-z]+)+$`).MatchString(name) {
			t.Errorf("%q is not a new name in snake case", name)
		}
		seen[name] = true
	}
	if len(names) != 160 || names[0] != "user_logged_in" {
		t.Errorf("got %d names from %s on", len(names), names[0])
	}
}
