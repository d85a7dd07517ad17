// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Cut is where a fault breaks the connection off without an answer.
type Cut string

// The places where a connection can break.
const (
	CutNever  Cut = ""
	CutBefore Cut = "before" // nothing is executed
	CutAfter  Cut = "after"  // executed, but the caller never learns it
	CutBody   Cut = "body"   // executed; status, headers and half of the body arrive, and after a moment nothing else
)

// Fault makes requests of one route fail.
type Fault struct {
	// Status is answered instead of the genuine status; 0: the genuine one.
	Status int `json:"status"`
	// Body is sent with Status; empty: no body.
	Body string `json:"body"`
	// Header goes with Status. Body is JSON unless it has a Content-Type. An expired token is answered by 401 and
	// ExpiredToken.
	Header map[string]string `json:"header"`
	// RetryAfter is the Retry-After header in seconds; 0: none.
	RetryAfter int `json:"retryAfter"`
	// AfterExecution lets the request take effect before Status is answered: a lost answer behind a gateway.
	AfterExecution bool `json:"afterExecution"`
	// Cut breaks the connection off.
	Cut Cut `json:"cut"`
	// Delay passes before anything else happens.
	Delay time.Duration `json:"delayNs"`
	// Skip lets that many requests pass unharmed first.
	Skip int `json:"skip"`
	// Times is how many requests are hit; 0: all until ClearFaults.
	Times int `json:"times"`
}

// ExpiredToken is the header that goes with the 401 of an expired token, and not with one that is about permission.
func ExpiredToken() map[string]string {
	return map[string]string{
		"WWW-Authenticate": `Bearer error="invalid_token", error_description="The token expired at '11/23/2026 10:00:00'"`,
	}
}

// cutPause is how long a caller waits for the rest of a body that never comes.
const cutPause = 200 * time.Millisecond

// faults are the faults and hooks that wait for requests.
type faults struct {
	mu      sync.Mutex
	pending []*pendingFault
	hooks   []*pendingHook
}

type pendingFault struct {
	Fault

	on   target
	hits int
}

type pendingHook struct {
	on target
	do func()
}

// target is a route, or one exact path of it.
type target struct {
	route *route
	path  string
}

func (t target) matches(r *route, request *http.Request) bool {
	return r == t.route && (t.path == "" || t.path == strings.ToLower(strings.TrimSuffix(request.URL.Path, "/")))
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending, f.hooks = nil, nil
}

// take returns the fault that hits this request, or nil.
func (f *faults) take(r *route, request *http.Request) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, p := range f.pending {
		if !p.on.matches(r, request) {
			continue
		}
		p.hits++
		if p.hits <= p.Skip {
			continue
		}
		if p.Times > 0 && p.hits-p.Skip >= p.Times {
			f.pending = slices.Delete(f.pending, i, i+1)
		}
		return &p.Fault
	}
	return nil
}

// runHooks runs what waits for this request, each once. A hook may send requests of its own, to the same route too.
func (f *faults) runHooks(r *route, request *http.Request) {
	f.mu.Lock()
	var due []func()
	f.hooks = slices.DeleteFunc(f.hooks, func(h *pendingHook) bool {
		if h.on.matches(r, request) {
			due = append(due, h.do)
			return true
		}
		return false
	})
	f.mu.Unlock()
	for _, do := range due {
		do()
	}
}

// before tells whether the request is not executed at all.
func (f *Fault) before() bool {
	return f.Cut == CutBefore || (f.Status != 0 && !f.AfterExecution && f.Cut == CutNever)
}

// wait lets the delay pass; false: the caller went away.
func (f *Fault) wait(ctx context.Context) bool { return f.Delay == 0 || pause(ctx, f.Delay) }

func (f *Fault) answer() encoded {
	out := encoded{status: f.Status, header: http.Header{}, body: []byte(f.Body)}
	if f.Body != "" {
		out.contentType = "application/json; charset=utf-8"
	}
	if f.RetryAfter > 0 {
		out.header.Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	for name, value := range f.Header {
		out.header.Set(name, value)
	}
	return out
}

func (f *Fault) send(ctx context.Context, w http.ResponseWriter, out encoded) {
	if f.Cut == CutBody {
		out.body = out.body[:len(out.body)/2]
		out.write(w)
		_ = http.NewResponseController(w).Flush() // a caller who went away is no matter of ours
		pause(ctx, cutPause)
	}
	if f.Cut != CutNever {
		panic(http.ErrAbortHandler) //nolint:forbidigo // net/http's own way to break a connection off
	}
	out.write(w)
}

// Fail makes requests of a route fail. The route is named as in the request log, "POST
// /api/organizations/{orgId}/users/invite", or by one exact path, and must exist. Faults of one route hit in the order
// in which they were added.
func (s *Server) Fail(routeKey string, fault Fault) error {
	on, err := s.target(routeKey)
	if err != nil {
		return err
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.pending = append(s.faults.pending, &pendingFault{Fault: fault, on: on})
	return nil
}

// Before runs do once, right before the next request of a route is executed. do may talk to the server, also on this
// route: it stands for somebody else's concurrent edit.
func (s *Server) Before(routeKey string, do func()) error {
	on, err := s.target(routeKey)
	if err != nil {
		return err
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.hooks = append(s.faults.hooks, &pendingHook{on: on, do: do})
	return nil
}

// ClearFaults removes all faults and hooks.
func (s *Server) ClearFaults() { s.faults.clear() }

func (s *Server) target(routeKey string) (target, error) {
	r, path := s.router.named(routeKey)
	if r == nil {
		return target{}, fmt.Errorf("emulator: no route %q", routeKey)
	}
	return target{route: r, path: path}, nil
}
