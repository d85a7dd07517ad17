// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// serveControl answers the endpoints below /_emulator/, which stand for Bitwarden's staff, the mail system and the
// test bench:
//
//	POST /_emulator/staff/providers  {ownerEmail, type, seatMinimums:{teams, enterprise}} → {providerId, token}
//	GET  /_emulator/mails?to=&since= → [{n, to, subject, text, links}], newest last
//	POST /_emulator/reset            forget everything
//	GET  /_emulator/requests         log and counters; DELETE empties it
//	POST /_emulator/faults           {route, status, body, retryAfter, afterExecution, cut, delayNs, skip, times}; DELETE clears
//	POST /_emulator/clock            {now} sets the server's clock, which goes on from there
//	POST /_emulator/flags            {flag: value}; null removes one
//	POST /_emulator/dns              {name, txt: [..]} publishes the TXT records of a domain, for its verification
//	GET  /_emulator/routes           every route by name
//
// Mistakes answer 400 and {"error": text}.
func (s *Server) serveControl(w http.ResponseWriter, r *http.Request) {
	result, err := s.control(r)
	status := http.StatusOK
	if err != nil {
		status, result = http.StatusBadRequest, obj{"error": err.Error()}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(result) // a caller who went away is no matter of ours
}

func (s *Server) control(r *http.Request) (any, error) {
	switch r.Method + " " + strings.TrimPrefix(r.URL.Path, "/_emulator") {
	case "POST /staff/providers":
		request := CreateProvider{}
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			return nil, err
		}
		id, token, err := s.CreateProvider(request)
		return obj{"providerId": id, "token": token}, err
	case "GET /mails":
		since, _ := strconv.Atoi(r.URL.Query().Get("since"))
		return s.mailsSince(r.URL.Query().Get("to"), since), nil
	case "POST /reset":
		s.reset()
		return obj{}, nil
	case "GET /requests":
		return s.Requests(), nil
	case "DELETE /requests":
		s.ResetRequests()
		return obj{}, nil
	case "POST /faults":
		request := struct {
			Route string `json:"route"`
			Fault
		}{}
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			return nil, err
		}
		return obj{}, s.Fail(request.Route, request.Fault)
	case "DELETE /faults":
		s.ClearFaults()
		return obj{}, nil
	case "POST /clock":
		request := struct {
			Now time.Time `json:"now"`
		}{}
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			return nil, err
		}
		s.SetClock(request.Now)
		return obj{}, nil
	case "POST /flags":
		flags := map[string]any{}
		if err := json.NewDecoder(r.Body).Decode(&flags); err != nil {
			return nil, err
		}
		for name, value := range flags {
			s.SetFlag(name, value)
		}
		return obj{}, nil
	case "POST /dns":
		request := struct {
			Name string   `json:"name"`
			TXT  []string `json:"txt"`
		}{}
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			return nil, err
		}
		s.SetTXT(request.Name, request.TXT...)
		return obj{}, nil
	case "GET /routes":
		return s.Routes(), nil
	}
	return nil, &apiError{status: http.StatusNotFound, message: "no such control endpoint"}
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
