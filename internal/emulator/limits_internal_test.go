// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

// ask sends a request without a body from an address; "": loopback.
func ask(t *testing.T, s *Server, method, path, address string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody)
	if address != "" {
		request.Header.Set("X-Connecting-IP", address)
	}
	answer := httptest.NewRecorder()
	s.ServeHTTP(answer, request)
	return answer
}

// "Retry-After = seconds until the violated rule's window ends: 1 when the 5-per-second rule blocks, up to 60 for a
// per-minute rule"; "Blocked requests do not extend the block"; the recording shows the former only.
func TestLimitPerMinute(t *testing.T) {
	t.Parallel()
	s := NewServer(Options{})
	const path, address = "/identity/connect/token", "203.0.113.7"
	begin := s.now()
	for n := range 10 {
		if got := ask(t, s, "POST", path, address); got.Code == http.StatusTooManyRequests {
			t.Fatalf("request %d was blocked: %s", n, got.Body)
		}
		s.Advance(1100 * time.Millisecond)
	}
	for range 3 {
		got := ask(t, s, "POST", path, address)
		left, err := strconv.Atoi(got.Header().Get("Retry-After"))
		want := int((time.Minute - s.now().Sub(begin)).Seconds())
		if got.Code != http.StatusTooManyRequests || err != nil || left < want || left > want+2 {
			t.Errorf("got %d, Retry-After %q, want 429 and %d", got.Code, got.Header().Get("Retry-After"), want)
		}
		if !strings.Contains(got.Body.String(), "Try again in 1m.") || got.Header().Get("X-Rate-Limit-Limit") != "" {
			t.Errorf("got %s with %v", got.Body, got.Header())
		}
		s.Advance(10 * time.Second)
	}
	if got := ask(t, s, "POST", path, "203.0.113.8"); got.Code == http.StatusTooManyRequests {
		t.Error("another address was blocked, too")
	}
	s.Advance(20 * time.Second)
	if got := ask(t, s, "POST", path, address); got.Code == http.StatusTooManyRequests {
		t.Error("still blocked after the minute")
	}
}

// "the exact lower-cased request path (no query string, trailing slash ignored)".
func TestLimitCountsPaths(t *testing.T) {
	t.Parallel()
	s := NewServer(Options{})
	for n, path := range []string{
		"/api/alive", "/api/alive/", "/api/ALIVE", "/api/alive?x=1", "/api/alive?x=2", "/api/now",
	} {
		got := ask(t, s, "GET", path, "203.0.113.7")
		want := strconv.Itoa(4 - n)
		if path == "/api/now" {
			want = "199"
		}
		if left := got.Header().Get("X-Rate-Limit-Remaining"); left != want {
			t.Errorf("%s: %q are left, want %s", path, left, want)
		}
	}
}

// "A burst of six calls to one path always meets the 1 s rule first", and refused requests count: these are all 401.
func TestLimitPerSecond(t *testing.T) {
	t.Parallel()
	s := NewServer(Options{})
	const address = "203.0.113.7"
	for range 5 {
		if got := ask(t, s, "PUT", "/api/organizations/1", address); got.Code != http.StatusUnauthorized {
			t.Fatalf("got %d %s, want 401", got.Code, got.Body)
		}
	}
	got := ask(t, s, "PUT", "/api/organizations/1", address)
	if got.Code != http.StatusTooManyRequests || got.Header().Get("Retry-After") != "1" {
		t.Errorf("the sixth: got %d, Retry-After %q", got.Code, got.Header().Get("Retry-After"))
	}
	for what, path := range map[string]string{"POST": "/api/organizations/1", "PUT": "/api/organizations/2"} {
		if got := ask(t, s, what, path, address); got.Code == http.StatusTooManyRequests {
			t.Errorf("%s %s is blocked, too", what, path)
		}
	}
	s.Advance(1100 * time.Millisecond)
	if got := ask(t, s, "PUT", "/api/organizations/1", address); got.Code == http.StatusTooManyRequests {
		t.Error("still blocked after the second")
	}
}

// Invitations have five per minute and path; "not covered by the invite rule: POST /organizations/{id}/users/reinvite
// (bulk) and POST /public/members".
func TestLimitOfInvitations(t *testing.T) {
	t.Parallel()
	s := NewServer(Options{})
	for path, blocked := range map[string]bool{
		"/api/organizations/1/users/invite": true, "/api/organizations/2/users/invite": true,
		"/api/organizations/1/users/3/reinvite": true, "/api/organizations/1/users/reinvite": false,
		"/api/public/members": false,
	} {
		status := 0
		for range 6 {
			status = ask(t, s, "POST", path, "203.0.113.7").Code
			s.Advance(1100 * time.Millisecond)
		}
		if got := status == http.StatusTooManyRequests; got != blocked {
			t.Errorf("the sixth POST %s in a minute: got %d", path, status)
		}
	}
}

// TestLimitOfLoopback counts callers whom no edge names, if it is told to, but not the people who act beside them.
func TestLimitOfLoopback(t *testing.T) {
	t.Parallel()
	s := New(t, Options{RateLimits: true})
	msp := s.NewMSP(t)
	for n := range 6 {
		got := ask(t, s.Server, "PUT", "/api/organizations/1", "").Code
		if blocked := got == http.StatusTooManyRequests; blocked != (n == 5) {
			t.Errorf("request %d: got %d", n+1, got)
		}
	}
	for range 2 {
		if err := msp.Admin.Login(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestCovers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pattern, endpoint string
		want              bool
	}{
		{"post:*", "post:/organizations/1/users/invite", true},
		{"post:*", "put:/organizations/1", false},
		{"*", "get:/alive", true},
		{"post:/organizations/*/users/invite", "post:/organizations/1/users/invite", true},
		{"post:/organizations/*/users/invite", "post:/organizations/1/users/reinvite", false},
		{"post:/organizations/*/users/*/reinvite", "post:/organizations/1/users/reinvite", false},
		{"post:/organizations/*/users/*/reinvite", "post:/organizations/1/users/2/reinvite", true},
	} {
		if got := covers(test.pattern, test.endpoint); got != test.want {
			t.Errorf("%s over %s: got %t", test.pattern, test.endpoint, got)
		}
	}
}
