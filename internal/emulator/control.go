// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// controlPrefix is where the control endpoints lie.
const controlPrefix = "/_emulator"

// controlEndpoint stands for Bitwarden's staff, the mail system, the people or the test bench.
type controlEndpoint struct {
	route string // verb and path below controlPrefix
	shape string // body or query, and what is answered
	does  string
	run   func(s *Server, r *http.Request) (any, error)
}

// controls is the table of contents of the control endpoints.
func controls() []controlEndpoint {
	return []controlEndpoint{
		{
			"POST /staff/providers", "{ownerEmail, type, seatMinimums: {teams, enterprise}} → {providerId, token}",
			"Bitwarden's staff opens a provider (type msp, reseller or businessUnit) for an account that exists, and mails " +
				"it the link to set it up.", (*Server).controlStaff,
		},
		{
			"GET /mails", "?to=ADDRESS&since=N → [{n, to: [..], subject, text, links: [..]}]",
			"The outbox, newest last: mails to an address, with a number above N. Both parameters may be left out.",
			(*Server).controlMails,
		},
		{
			"POST /people", "{email} → {id, email, clientId, clientSecret}",
			"Somebody registers, unless the address has an account. The answer holds the personal API key.",
			(*Server).controlPeople,
		},
		{
			"POST /people/accept", "{email, organizationId} → [{email, organizationId, memberId}]",
			"Invited people follow the mailed link and accept; whoever has no account registers first. Without email " +
				"everybody accepts, without organizationId every invitation is accepted, also to providers: these have " +
				"providerId and providerUserId in the answer. Who cannot accept is named in an error, after all others have.", (*Server).controlAccept,
		},
		{
			"GET /requests", "→ {total, byRoute, unrouted, bytesIn, bytesOut, maxInFlight, list: [..]}",
			"The log of all requests but these, with counters.",
			func(s *Server, _ *http.Request) (any, error) { return s.Requests(), nil },
		},
		{
			"DELETE /requests", "→ {}", "Empties the log.",
			func(s *Server, _ *http.Request) (any, error) { s.ResetRequests(); return obj{}, nil },
		},
		{
			"GET /routes", "→ [..]", "Every route by the name that the log and the faults use.",
			func(s *Server, _ *http.Request) (any, error) { return s.Routes(), nil },
		},
		{
			"POST /faults", "{route, status, body, header, retryAfter, afterExecution, cut, delayNs, skip, times} → {}",
			"Makes requests of a route fail: status is answered with body, header and Retry-After (seconds), before or after " +
				"the request took effect; cut (before, after, body) breaks the connection; skip lets some pass first; times 0 " +
				"means all.",
			(*Server).controlFault,
		},
		{
			"DELETE /faults", "→ {}", "Removes all faults.",
			func(s *Server, _ *http.Request) (any, error) { s.ClearFaults(); return obj{}, nil },
		},
		{
			"POST /clock", "{now} → {}", "Sets the server's clock (RFC 3339), which goes on from there.",
			(*Server).controlClock,
		},
		{
			"POST /flags", "{flag: value} → {}", "Sets feature flags; null removes one. GET /api/config shows them.",
			(*Server).controlFlags,
		},
		{
			"POST /breaches", "{email, breaches: [{Name, Title, Domain, BreachDate, DataClasses: [..]}]} → {}",
			"Says in which leaks an address occurs.", (*Server).controlBreaches,
		},
		{
			"POST /dns", "{name, txt: [..]} → {}", "Publishes the TXT records of a domain, for its verification.",
			(*Server).controlDNS,
		},
		{
			"POST /reset", "→ {}", "Forgets everything: data, mails, flags, clock, faults and the log.",
			func(s *Server, _ *http.Request) (any, error) { s.reset(); return obj{}, nil },
		},
	}
}

// ControlHelp describes every control endpoint: a line with verb, path and shapes, and lines with what it does.
func ControlHelp() string {
	var b strings.Builder
	for _, c := range controls() {
		method, path, _ := strings.Cut(c.route, " ")
		fmt.Fprintf(&b, "%-6s %s%s %s", method, controlPrefix, path, c.shape)
		column := helpWidth
		for word := range strings.FieldsSeq(c.does) {
			if column += 1 + len(word); column > helpWidth {
				b.WriteString("\n      ")
				column = len("       ") + len(word)
			}
			b.WriteString(" " + word)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// helpWidth is where lines of ControlHelp break.
const helpWidth = 118

// serveControl answers the control endpoints. Mistakes answer 400, unknown endpoints 404, both with {"error": text}.
func (s *Server) serveControl(w http.ResponseWriter, r *http.Request) {
	status, result := s.control(r)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false) // people read it, links above all
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(result) // a caller who went away is no matter of ours
}

func (s *Server) control(r *http.Request) (status int, result any) {
	wanted := r.Method + " " + strings.TrimPrefix(r.URL.Path, controlPrefix)
	var known []string
	for _, c := range controls() {
		known = append(known, c.route)
		if c.route != wanted {
			continue
		}
		answer, err := c.run(s, r)
		if err != nil {
			return http.StatusBadRequest, obj{"error": err.Error()}
		}
		return http.StatusOK, answer
	}
	return http.StatusNotFound, obj{"error": "no such control endpoint; there are " + strings.Join(known, ", ")}
}

// controlBody reads a JSON body. It refuses fields that it does not know: a misspelt one would silently do nothing.
func controlBody(r *http.Request, into any) error {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("the body is not what this endpoint takes: %w", err)
	}
	return nil
}

func (s *Server) controlStaff(r *http.Request) (any, error) {
	request := CreateProvider{}
	if err := controlBody(r, &request); err != nil {
		return nil, err
	}
	id, token, err := s.CreateProvider(request)
	return obj{"providerId": id, "token": token}, err
}

func (s *Server) controlMails(r *http.Request) (any, error) {
	q := r.URL.Query()
	since := 0
	if q.Has("since") {
		var err error
		if since, err = strconv.Atoi(q.Get("since")); err != nil {
			return nil, fmt.Errorf("since is not a number: %w", err)
		}
	}
	return s.mailsSince(q.Get("to"), since), nil
}

func (s *Server) controlPeople(r *http.Request) (any, error) {
	request := struct {
		Email string `json:"email"`
	}{}
	if err := controlBody(r, &request); err != nil {
		return nil, err
	}
	if s.running == nil {
		return nil, errNotRunning
	}
	p, err := s.running.Person(r.Context(), request.Email)
	if err != nil {
		return nil, err
	}
	id, secret, err := p.APIKey(r.Context())
	return obj{"id": p.ID, "email": p.Email, "clientId": id, "clientSecret": secret}, err
}

func (s *Server) controlAccept(r *http.Request) (any, error) {
	request := struct {
		Email          string `json:"email"`
		OrganizationID string `json:"organizationId"`
	}{}
	if err := controlBody(r, &request); err != nil {
		return nil, err
	}
	if s.running == nil {
		return nil, errNotRunning
	}
	return s.running.AcceptInvitations(r.Context(), request.Email, request.OrganizationID)
}

// errNotRunning refuses what people do where the server is a handler only: they act over HTTP.
var errNotRunning = errors.New("people can act only in a server made by Start or New")

func (s *Server) controlFault(r *http.Request) (any, error) {
	request := struct {
		Route string `json:"route"`
		Fault
	}{}
	if err := controlBody(r, &request); err != nil {
		return nil, err
	}
	return obj{}, s.Fail(request.Route, request.Fault)
}

func (s *Server) controlClock(r *http.Request) (any, error) {
	request := struct {
		Now time.Time `json:"now"`
	}{}
	if err := controlBody(r, &request); err != nil {
		return nil, err
	}
	if request.Now.IsZero() {
		return nil, errors.New("now is missing")
	}
	s.SetClock(request.Now)
	return obj{}, nil
}

func (s *Server) controlFlags(r *http.Request) (any, error) {
	flags := map[string]any{}
	if err := controlBody(r, &flags); err != nil {
		return nil, err
	}
	for name, value := range flags {
		s.SetFlag(name, value)
	}
	return obj{}, nil
}

func (s *Server) controlDNS(r *http.Request) (any, error) {
	request := struct {
		Name string   `json:"name"`
		TXT  []string `json:"txt"`
	}{}
	if err := controlBody(r, &request); err != nil {
		return nil, err
	}
	s.SetTXT(request.Name, request.TXT...)
	return obj{}, nil
}

// SetFlag sets a feature flag; nil removes it.
func (s *Server) SetFlag(name string, value any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if value == nil {
		delete(s.flags, name)
		return
	}
	s.flags[name] = value
}

// SetClock sets the server's clock, which goes on from there.
func (s *Server) SetClock(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.clockOffset = time.Until(now)
}

// Advance moves the server's clock forward.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.clockOffset += d
}

func (s *Server) controlBreaches(r *http.Request) (any, error) {
	var request struct {
		Email    string   `json:"email"`
		Breaches []Breach `json:"breaches"`
	}
	if err := controlBody(r, &request); err != nil {
		return nil, err
	}
	s.SetBreaches(request.Email, request.Breaches...)
	return obj{}, nil
}
