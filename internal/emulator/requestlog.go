// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Request is one line of the request log.
type Request struct {
	N        int           `json:"n"`
	At       time.Time     `json:"at"`
	Method   string        `json:"method"`
	Path     string        `json:"path"`  // as sent, with its query
	Route    string        `json:"route"` // "GET /api/organizations/{orgId}/users"; empty: no such route
	Status   int           `json:"status"`
	BytesIn  int           `json:"bytesIn"`
	BytesOut int           `json:"bytesOut"`
	Duration time.Duration `json:"durationNs"`
}

// Requests is a snapshot of the log since the start or the last reset. The control endpoints are not in it.
type Requests struct {
	Total       int            `json:"total"`
	ByRoute     map[string]int `json:"byRoute"`
	Unrouted    int            `json:"unrouted"` // paths that the emulator does not know
	BytesIn     int            `json:"bytesIn"`
	BytesOut    int            `json:"bytesOut"`
	MaxInFlight int            `json:"maxInFlight"`
	List        []Request      `json:"list"`
}

// Count returns how many requests a route had. The route is named as in ByRoute; case and the names of its values do
// not matter.
func (r Requests) Count(route string) int {
	want, n := normalKey(route), 0
	for key, count := range r.ByRoute {
		if normalKey(key) == want {
			n += count
		}
	}
	return n
}

// Writes returns the requests that could change something: everything but GET, and no logins.
func (r Requests) Writes() []Request {
	return slices.DeleteFunc(slices.Clone(r.List), func(q Request) bool {
		return q.Method == http.MethodGet || q.Route == "POST /identity/connect/token" ||
			q.Route == "POST /identity/accounts/prelogin" || q.Route == "POST /identity/accounts/prelogin/password"
	})
}

// requestLog keeps every request.
type requestLog struct {
	mu       sync.Mutex
	list     []Request
	inFlight int
	highest  int
	epoch    int // counts resets, so that a request begun before one does not write into the new log
}

// logEntry is a request that is still running.
type logEntry struct{ index, epoch int }

func (l *requestLog) begin(r *http.Request, matched *route, bytesIn int) logEntry {
	l.mu.Lock()
	defer l.mu.Unlock()
	entry := Request{
		N: len(l.list) + 1, At: time.Now(), Method: r.Method, Path: r.URL.RequestURI(), BytesIn: bytesIn,
	}
	if matched != nil {
		entry.Route = matched.key()
	}
	l.list = append(l.list, entry)
	l.inFlight++
	l.highest = max(l.highest, l.inFlight)
	return logEntry{index: len(l.list) - 1, epoch: l.epoch}
}

func (l *requestLog) end(e logEntry, status, bytesOut int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight--
	if e.epoch != l.epoch {
		return
	}
	entry := &l.list[e.index]
	entry.Status, entry.BytesOut, entry.Duration = status, bytesOut, time.Since(entry.At)
}

func (l *requestLog) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list, l.highest = nil, l.inFlight
	l.epoch++
}

// Requests returns the request log.
func (s *Server) Requests() Requests {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	snapshot := Requests{
		Total: len(s.log.list), ByRoute: map[string]int{}, MaxInFlight: s.log.highest, List: slices.Clone(s.log.list),
	}
	for _, entry := range s.log.list {
		snapshot.BytesIn += entry.BytesIn
		snapshot.BytesOut += entry.BytesOut
		if entry.Route == "" {
			snapshot.Unrouted++
			continue
		}
		snapshot.ByRoute[entry.Route]++
	}
	return snapshot
}

// ResetRequests empties the request log.
func (s *Server) ResetRequests() { s.log.reset() }

// Routes lists every route by the name under which it is logged, sorted.
func (s *Server) Routes() []string {
	names := map[string]bool{}
	for _, r := range s.router.routes {
		names[r.key()] = true
	}
	return slices.Sorted(maps.Keys(names))
}
