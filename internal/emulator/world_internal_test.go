// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
)

// tester is what testing.T and rapid.T have in common.
type tester interface {
	TB
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

// world is a server with two providers, four organizations and seven people who do things to them.
type world struct {
	t      tester
	server *Running
	msp    *MSP
	people []*Person
	robot  *Person  // the public API of the first client, whose id is his
	first  []string // the organizations of the beginning, some of which may be gone

	// audited tells whether each request is judged by what it changed: only while nobody else acts meanwhile.
	audited bool
}

// newWorld makes a provider with an admin, a service user and two clients, a client's owner with another organization
// of his own, some people without a place, and a stranger: the admin of another provider with a client of his own, whom
// nobody ever invites.
func newWorld(t tester) *world {
	server := &Running{
		Server: NewServer(Options{Flags: map[string]any{flagInviteLink: true}}),
		url:    "https://emulator.test",
	}
	server.SetBaseURL(server.url)
	server.client = &http.Client{Transport: inProcess{server.Server}}
	w := &world{t: t, server: server, audited: true}

	w.msp = server.NewMSP(t)
	first := w.msp.NewClient(t, ClientOptions{Name: "First", Seats: 6, OwnerEmail: "owner@x.example"})
	w.msp.NewClient(t, ClientOptions{Name: "Second", Seats: 3, PlanType: planTeamsMonthly})
	service := w.msp.NewServiceUser(t, "service@x.example")
	owner := server.NewPerson(t, "owner@x.example")
	if _, err := first.Join(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	rival, err := server.OpenProvider(t.Context(), "Rival", "stranger@rival.example")
	if err != nil {
		t.Fatal(err)
	}
	rival.NewClient(t, ClientOptions{Name: "Rival's client", Seats: 3})
	w.people = []*Person{w.msp.Admin, service, owner}
	owner.NewOrganization(t, "Alone", 3)
	for _, email := range invitable[1 : len(invitable)-1] {
		w.people = append(w.people, server.NewPerson(t, email))
	}
	w.people = append(w.people, rival.Admin)
	w.robot = first.publicAPI(t)
	w.locked(func(s *store) { w.first = slices.Clone(s.organizations.order) })
	return w
}

// publicAPI is a speaker with an organization's own token.
func (c *Client) publicAPI(t tester) *Person {
	t.Helper()
	token := struct {
		AccessToken string `json:"access_token"`
	}{}
	c.msp.server.mu.Lock()
	secret := c.msp.server.organizationKey(c.ID, 0).Key
	c.msp.server.mu.Unlock()
	robot := &Person{ID: c.ID, Name: "the public API", server: c.msp.server}
	if err := robot.send(t.Context(), http.MethodPost, "/identity/connect/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {"organization." + c.ID}, "client_secret": {secret},
		"scope": {"api.organization"},
	}, &token); err != nil {
		t.Fatal(err)
	}
	robot.token = token.AccessToken
	return robot
}

// invitable are the addresses that get invitations; the last has no account.
var invitable = []string{
	"owner@x.example", "ann@x.example", "bob@x.example", "eve@x.example", "nobody@x.example",
}

// inProcess sends requests without a network.
type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	p.handler.ServeHTTP(recorder, r)
	return recorder.Result(), nil
}

// locked runs f while no request does.
func (w *world) locked(f func(s *store)) {
	w.server.mu.Lock()
	defer w.server.mu.Unlock()
	f(&w.server.store)
}

// answer is what came back for a request.
type answer struct {
	status int
	body   []byte
}

// data are the rows of a list.
func (a answer) data() []map[string]any {
	list := struct {
		Data []map[string]any `json:"data"`
	}{}
	_ = json.Unmarshal(a.body, &list) // a refusal has none
	return list.Data
}

// send makes a request in somebody's name; body may be nil.
func (w *world) send(who *Person, method, path string, body any) answer {
	var reader io.Reader = http.NoBody
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			w.t.Errorf("%s %s: %v", method, path, err)
		}
		reader = bytes.NewReader(raw)
	}
	request := httptest.NewRequestWithContext(context.Background(), method, w.server.url+"/api"+path, reader)
	request.Header.Set("Bitwarden-Client-Version", "2026.9.0")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	who.mu.Lock()
	request.Header.Set("Authorization", "Bearer "+who.token)
	who.mu.Unlock()
	recorder := httptest.NewRecorder()
	w.server.ServeHTTP(recorder, request)
	return answer{recorder.Code, recorder.Body.Bytes()}
}

// do makes a request and holds its answer and what it changed against the rules.
func (w *world) do(who *Person, method, path string, body any) answer {
	w.t.Helper()
	a := w.fails(who, method, path, body)
	if a.status >= http.StatusInternalServerError {
		w.t.Errorf("%s: %s %s: %d %s", who.Name, method, path, a.status, a.body)
	}
	return a
}

// fails is do for a request that the genuine server answers with a 500 once its sender has the right to make it.
func (w *world) fails(who *Person, method, path string, body any) answer {
	w.t.Helper()
	if !w.audited {
		return w.send(who, method, path, body)
	}
	bare, _, _ := strings.Cut(path, "?")
	route, _, _ := w.server.router.find(method, "/api"+bare)
	if route == nil {
		w.t.Fatalf("no route for %s %s", method, path)
	}
	done := deed{who: who, route: route.key(), path: path, body: body, before: w.look()}
	done.answer = w.send(who, method, path, body)
	done.after = w.look()
	w.judge(done)
	return done.answer
}

// claimsOf is what somebody's token says.
func (w *world) claimsOf(who *Person) claims {
	who.mu.Lock()
	defer who.mu.Unlock()
	t := claims{}
	parts := strings.Split(who.token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(raw, &t) != nil {
		w.t.Errorf("%s holds no token", who.Name)
	}
	return t
}

// dice make the choices of a deed: below n, and named so that a failure can be read.
type dice func(name string, n int) int

// one chooses one of several.
func one[T any](d dice, name string, of []T) T { return of[d(name, len(of))] }

// coin is true every other time.
func (d dice) coin(name string) bool { return d(name, 2) == 1 }

// some chooses none to three of several; the same may come twice.
func some[T any](d dice, name string, of []T) []T {
	chosen := []T{}
	for range d("how many "+name, min(len(of), 3)+1) {
		chosen = append(chosen, one(d, name, of))
	}
	return chosen
}

// person chooses who acts: the provider's people more often than others.
func (w *world) person(d dice) *Person {
	return one(d, "who", slices.Concat(w.people[:3], w.people[:2], w.people[:1], w.people))
}

// scene chooses who acts, and in which organization: mostly one in which he has a place.
func (w *world) scene(d dice) (who *Person, organizationID string) {
	who = w.person(d)
	var own []string
	w.locked(func(s *store) {
		for org := range s.organizations.all() {
			link := w.server.linkOf(org.ID)
			joined := s.members.first(func(m *member) bool { return m.OrganizationID == org.ID && m.UserID == who.ID })
			works := s.providerUsers.first(func(pu *providerUser) bool {
				return link != nil && pu.ProviderID == link.ProviderID && pu.UserID == who.ID
			})
			if joined != nil || works != nil {
				own = append(own, org.ID)
			}
		}
	})
	if len(own) > 0 && d("where", 4) > 0 {
		return who, one(d, "own organization", own)
	}
	return who, w.organization(d)
}

// organization chooses one of those that exist, existed or never did.
func (w *world) organization(d dice) string {
	ids := slices.Clone(w.first)
	w.locked(func(s *store) { ids = append(ids, s.organizations.order...) })
	return one(d, "organization", w.most(ids))
}

// most are ids, each several times, and an unknown one.
func (w *world) most(ids []string) []string {
	return append(slices.Concat(ids, ids, ids, ids), "00000000-0000-4000-8000-000000000000")
}

// rowsOf are the ids of a table's rows: those of one organization mostly, but also some of others and an unknown one.
func rowsOf[T any](w *world, organizationID string, tableOf func(*store) *table[T], owner func(*T) string) []string {
	var own, foreign []string
	w.locked(func(s *store) {
		t := tableOf(s)
		for _, id := range t.order {
			if owner(t.rows[id]) == organizationID {
				own = append(own, id)
			} else if len(foreign) < 2 {
				foreign = append(foreign, id)
			}
		}
	})
	return append(w.most(own), foreign...)
}

func (w *world) members(organizationID string) []string {
	return rowsOf(w, organizationID, func(s *store) *table[member] { return &s.members },
		func(m *member) string { return m.OrganizationID })
}

func (w *world) groups(organizationID string) []string {
	return rowsOf(w, organizationID, func(s *store) *table[group] { return &s.groups },
		func(g *group) string { return g.OrganizationID })
}

func (w *world) collections(organizationID string) []string {
	return rowsOf(w, organizationID, func(s *store) *table[collection] { return &s.collections },
		func(col *collection) string { return col.OrganizationID })
}

func (w *world) ciphers(organizationID string) []string {
	return rowsOf(w, organizationID, func(s *store) *table[cipher] { return &s.ciphers },
		func(ci *cipher) string { return ci.OrganizationID })
}

func (w *world) domains(organizationID string) []string {
	return rowsOf(w, organizationID, func(s *store) *table[domain] { return &s.domains },
		func(dom *domain) string { return dom.OrganizationID })
}

func (w *world) links(providerID string) []string {
	return rowsOf(w, providerID, func(s *store) *table[providerOrganization] { return &s.providerOrgs },
		func(l *providerOrganization) string { return l.ProviderID })
}

func (w *world) providerUsers(providerID string) []string {
	return rowsOf(w, providerID, func(s *store) *table[providerUser] { return &s.providerUsers },
		func(pu *providerUser) string { return pu.ProviderID })
}

// lines are access to some collections, groups or members.
func lines(d dice, name string, ids []string) []obj {
	rows := []obj{}
	for _, id := range some(d, name, ids) {
		rows = append(rows, obj{
			"id": id, "readOnly": d(name+" read only", 4) == 1, "hidePasswords": false, "manage": d.coin(name + " manage"),
		})
	}
	return rows
}

// sealed has the form of an encrypted text, and names its organization.
func sealed(organizationID string) string {
	part := base64.StdEncoding.EncodeToString([]byte(organizationID))
	return "2.AAAAAAAAAAAAAAAAAAAAAA==|" + part + "|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
}
