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
