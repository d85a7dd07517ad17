// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"
)

// What the recording events does not show by itself.

// loggedEvent are the parts of an event that tests look at.
type loggedEvent struct {
	Type         int     `json:"type"`
	ProviderID   *string `json:"providerId"`
	UserID       *string `json:"userId"`
	ActingUserID *string `json:"actingUserId"`
	SystemUser   *int    `json:"systemUser"`
	CipherID     *string `json:"cipherId"`
	DomainName   *string `json:"domainName"`
}

type eventLog struct {
	Data []loggedEvent `json:"data"`
	Next *string       `json:"continuationToken"`
}

func (l eventLog) types() []int {
	types := []int{}
	for _, e := range l.Data {
		types = append(types, e.Type)
	}
	return types
}

// log reads a page of a log.
func (p *Person) log(t *testing.T, path string) eventLog {
	t.Helper()
	page := eventLog{}
	if err := p.Get(t.Context(), path, &page); err != nil {
		t.Fatal(err)
	}
	return page
}

// "50 per page; loop until continuationToken null": a full last page has a token, too, and what happens meanwhile
// shifts nothing.
func TestEventPages(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	plant := func(types ...int) {
		f.locked(func(s *store, _ *organization) {
			for _, n := range types {
				s.events = append(s.events, &event{ID: newID(), Type: n, OrganizationID: f.ID, Date: f.server.now()})
			}
		})
	}
	f.locked(func(s *store, _ *organization) { s.events = nil })
	var want []int
	for n := range 100 {
		want = append(want, 1000+n)
	}
	plant(want...)
	slices.Reverse(want)
	first := f.admin.log(t, f.path("/events"))
	plant(1, 2, 3)
	second := f.admin.log(t, f.path("/events?continuationToken="+url.QueryEscape(*first.Next)))
	if got := slices.Concat(first.types(), second.types()); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	third := f.admin.log(t, f.path("/events?continuationToken="+url.QueryEscape(*second.Next)))
	if len(third.Data) != 0 || third.Next != nil {
		t.Errorf("got %+v after the last page", third)
	}
}

// "events are asynchronous (about 5 s)".
func TestEventsTakeTime(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{}, Options{EventDelay: 5 * time.Second})
	f.server.Advance(time.Minute)
	before := len(f.admin.log(t, f.path("/events")).Data)
	f.group(t, nil)
	if got := f.admin.log(t, f.path("/events")); len(got.Data) != before {
		t.Errorf("got %v at once", got.types())
	}
	f.server.Advance(5 * time.Second)
	if got := f.admin.log(t, f.path("/events")).types(); len(got) != before+1 || got[0] != 1400 {
		t.Errorf("got %v, want one more, 1400", got)
	}
}

func TestEventRange(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	f.locked(func(s *store, _ *organization) {
		s.events = nil
		for n, age := range []int{400, 40, 20, 0} {
			s.events = append(s.events, &event{
				ID: newID(), Type: n, OrganizationID: f.ID, Date: f.server.now().AddDate(0, 0, -age),
			})
		}
	})
	day := func(age int) string { return f.server.now().AddDate(0, 0, -age).Format(time.RFC3339) }
	for _, test := range []struct {
		query string
		want  []int
	}{
		{"", []int{3, 2}},
		{"?start=" + day(100), []int{3, 2}}, // without an end the start does not count
		{"?start=" + day(50) + "&end=" + day(10), []int{2, 1}},
		{"?start=" + day(10) + "&end=" + day(50), []int{2, 1}},
		{"?start=" + day(367+50) + "&end=" + day(50), []int{0}},
	} {
		if got := f.admin.log(t, f.path("/events"+test.query)).types(); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.query, got, test.want)
		}
	}
	wantRefusal(t, f.admin.Get(t.Context(), f.path("/events?start="+day(368)+"&end="+day(0)), nil),
		http.StatusBadRequest, "Range too large.")
}

func TestWhoReadsLogs(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	plain, plainID := f.NewMember(t, "plain@x.example", roleUser)
	owner, _ := f.NewMember(t, "owner2@x.example", roleOwner)
	waiting := f.invited(t, "waiting@x.example")
	service := f.msp.NewServiceUser(t, "service@x.example")
	stranger := f.server.NewPerson(t, "stranger@x.example")
	provider := "/providers/" + f.msp.ProviderID
	noRefusal(t, f.admin.Login(t.Context()))
	for _, test := range []struct {
		who  *Person
		path string
		want int
	}{
		{owner, f.path("/events"), 200},
		{plain, f.path("/events"), 404},
		{stranger, f.path("/events"), 404},
		{service, f.path("/users/" + plainID + "/events"), 200},
		{plain, f.path("/users/" + plainID + "/events"), 404},
		{f.admin, f.path("/users/" + waiting + "/events"), 404}, // has no account
		{f.admin, f.path("/users/" + unknownID + "/events"), 404},
		{f.admin, "/organizations/" + unknownID + "/users/" + plainID + "/events", 404},
		{f.admin, "/organizations/nonsense/events", 500},
		{f.admin, "/providers/nonsense/events", 404},
		{f.admin, "/ciphers/" + unknownID + "/events", 404},
		{owner, f.path("/sends/" + unknownID + "/events"), 200},
		{plain, f.path("/sends/" + unknownID + "/events"), 404},
		{service, provider + "/events", 404},
		{f.admin, provider + "/users/" + unknownID + "/events", 404},
	} {
		err := test.who.Get(t.Context(), test.path, nil)
		if test.want == http.StatusOK {
			noRefusal(t, err)
		} else {
			wantRefusal(t, err, test.want, "")
		}
	}
}

// Somebody without an organization has logins in a log of his own; those of others are in the logs of theirs.
func TestOwnLog(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	alone := f.server.NewPerson(t, "alone@x.example")
	if got := alone.log(t, "/events").types(); !slices.Equal(got, []int{1000}) {
		t.Errorf("got %v, want the login", got)
	}
	member, id := f.NewMember(t, "member@x.example", roleUser)
	before := len(member.log(t, "/events").Data)
	noRefusal(t, member.Login(t.Context()))
	if got := member.log(t, "/events").Data; len(got) != before {
		t.Errorf("got %v in the own log, want none more", got)
	}
	theirs := f.admin.log(t, f.path("/users/"+id+"/events")).Data
	if len(theirs) == 0 || theirs[0].Type != 1000 || theirs[0].ProviderID != nil || *theirs[0].UserID != member.ID {
		t.Errorf("got %+v, want the login first", theirs)
	}
}

// Events about domains do not name the provider, all others of its users do.
func TestEventsNameTheProvider(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	f.group(t, nil)
	noRefusal(t, f.admin.Post(t.Context(), f.path("/domain"), obj{"domainName": "x.example"}, nil))
	for _, e := range f.admin.log(t, f.path("/events")).Data[:2] {
		if named := e.ProviderID != nil; named != (e.Type == 1400) {
			t.Errorf("event %d: got provider %v", e.Type, e.ProviderID)
		}
		if e.ActingUserID == nil || *e.ActingUserID != f.admin.ID {
			t.Errorf("event %d: got acting user %v", e.Type, e.ActingUserID)
		}
	}
}

func TestNoEventsWithoutThePlan(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	before := f.eventCount()
	f.locked(func(_ *store, org *organization) { org.UseEvents = false })
	f.group(t, nil)
	if got := f.events(before); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

// Clients report what people do with items; only of items that the caller has access to.
func TestCollectedEvents(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	reader, readerID := f.NewMember(t, "reader@x.example", roleUser)
	col, item := listed(t, f.admin, f.path("/collections"))[0], newID()
	f.locked(func(s *store, _ *organization) {
		s.collections.get(col).Members[readerID] = access{ReadOnly: true}
		s.ciphers.add(item, &cipher{ID: item, OrganizationID: f.ID, Collections: map[string]bool{col: true}})
	})
	used := func(eventType int) obj {
		return obj{"type": eventType, "cipherId": item, "date": f.server.now().Add(-time.Second)}
	}
	post := func(p *Person, events ...obj) error {
		return p.send(t.Context(), http.MethodPost, "/events/collect", events, nil)
	}
	before := f.eventCount()
	noRefusal(t, post(reader, used(1107), used(1111), used(1101), obj{"type": 1111, "date": f.server.now()}))
	noRefusal(t, post(f.admin, used(1107)))
	noRefusal(t, post(f.admin, obj{"type": 1602, "organizationId": f.ID, "date": f.server.now()}))
	wantRefusal(t, post(reader), http.StatusBadRequest, "")
	if got, want := f.events(before), []int{1107, 1111, 1602}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	got := f.admin.log(t, fmt.Sprintf("/ciphers/%s/events", item))
	if !slices.Equal(got.types(), []int{1111, 1107}) || *got.Data[0].ActingUserID != reader.ID {
		t.Errorf("got %+v in the item's log", got)
	}
}
