// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "strings"

// Breach is a leak as Have I Been Pwned describes it. The server passes that description on as it is, which is why its
// names begin with capitals. It is not recorded, since the recorded server had no key for that service.
type Breach struct {
	Name        string   `json:"Name"`
	Title       string   `json:"Title"`
	Domain      string   `json:"Domain"`
	BreachDate  string   `json:"BreachDate"` // YYYY-MM-DD.
	Description string   `json:"Description"`
	PwnCount    int      `json:"PwnCount"`
	DataClasses []string `json:"DataClasses"`
}

func (s *Server) breachRoutes() {
	s.api("GET", "/hibp/breach", signedIn, s.listBreaches)
}

// SetBreaches says in which leaks an address occurs. They replace earlier ones.
func (s *Server) SetBreaches(email string, breaches ...Breach) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.store.breaches == nil {
		s.store.breaches = map[string][]Breach{}
	}
	s.store.breaches[strings.ToLower(email)] = breaches
}

// listBreaches is a bare array. It is empty for an address that is in none; servers from before December 2025 answer 404
// then. None of this is recorded.
func (s *Server) listBreaches(c *call) (any, error) {
	if s.options.NoBreachService {
		return nil, badRequest("HaveIBeenPwned API key not set.")
	}
	found := s.store.breaches[strings.ToLower(c.r.URL.Query().Get("username"))]
	return append([]Breach{}, found...), nil
}
