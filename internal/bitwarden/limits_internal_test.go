// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// server is a pace of its own, as another process has it, for one path.
type server struct {
	*pace

	request *http.Request
}

func newServer(t *testing.T, active bool, method, url string) server {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := new(paces).of(request.URL.Host)
	p.active = active
	return server{p, request}
}

// send waits for its turn and gets the answer at once.
func (s server) send(t *testing.T, status int, header http.Header) {
	t.Helper()
	v, err := s.wait(t.Context(), s.request)
	if err != nil {
		t.Fatal(err)
	}
	s.answered(v, &http.Response{StatusCode: status, Header: header})
}

// TestPace_staysWithinEveryWindow sends as fast as allowed and looks at all windows of the server's length, and at the
// estimate.
func TestPace_staysWithinEveryWindow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, url string
		requests    int
		limits      []limit
		takes       time.Duration // with the margins
	}{
		"invitations": {
			http.MethodPost, "https://api.example/organizations/1/users/invite", 12,
			[]limit{{5, time.Minute}},
			2 * (time.Minute + margin),
		},
		"invitations sent again": {
			http.MethodPost, "https://api.example/api/organizations/1/users/2/reinvite", 6,
			[]limit{{5, time.Minute}},
			time.Minute + margin,
		},
		"many invitations sent again": {
			http.MethodPost, "https://api.example/organizations/1/users/reinvite", 11,
			[]limit{{5, time.Second}},
			2 * (time.Second + margin),
		},
		"invitations to the provider": {
			http.MethodPost, "https://api.example/providers/1/users/invite", 11,
			[]limit{{5, time.Second}},
			2 * (time.Second + margin),
		},
		"logins": {
			http.MethodPost, "https://id.example/connect/token", 25,
			[]limit{{10, time.Minute}, {5, time.Second}},
			2 * (time.Minute + margin),
		},
		"creations": {
			http.MethodPost, "https://api.example/organizations/1/collections", 150,
			[]limit{{60, time.Minute}, {5, time.Second}},
			2*(time.Minute+margin) + 5*(time.Second+margin),
		},
		"reads":    {http.MethodGet, "https://api.example/x", 300, []limit{{200, time.Minute}}, time.Minute + margin},
		"breaches": {http.MethodGet, "https://api.example/hibp/breach?username=x", 2, []limit{{1, 2 * time.Second}}, 2*time.Second + margin},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, began := newServer(t, true, test.method, test.url), time.Now()
				var sent []time.Time
				for range test.requests {
					s.send(t, http.StatusOK, nil)
					sent = append(sent, time.Now())
				}
				for _, l := range test.limits {
					for i := l.requests; i < len(sent); i++ {
						if gap := sent[i].Sub(sent[i-l.requests]); gap <= l.period {
							t.Fatalf("requests %d to %d within %s", i-l.requests, i, gap)
						}
					}
				}
				if took := time.Since(began); took != test.takes {
					t.Errorf("took %s, want %s", took, test.takes)
				}
				if got := timeFor(limitsOf(s.request.Method, s.request.URL.Path), test.requests); got != test.takes {
					t.Errorf("was estimated to take %s, want %s", got, test.takes)
				}
			})
		})
	}
}

// TestTimeFor_ofManyPaths shows the time that calls take beyond what the pace waits for: nobody waits for the next day.
func TestTimeFor_ofManyPaths(t *testing.T) {
	t.Parallel()
	const invite, create = "/organizations/{id}/users/invite", "/organizations/{id}/collections"
	for _, test := range []struct {
		route string
		calls int
		want  time.Duration
	}{
		{invite, 0, 0},
		{invite, 1, 0},
		{invite, 5, 0},
		{invite, 6, time.Minute},
		{invite, 30, 5 * time.Minute},
		{invite, 300, 59 * time.Minute},
		{invite, 301, 24 * time.Hour},
		{create, 60, 11 * time.Second},
		{create, 61, time.Minute},
		{create, 500, 8*time.Minute + 3*time.Second},
	} {
		if got := timeFor(
			limitsOf(http.MethodPost, test.route),
			test.calls,
		); got < test.want ||
			got > test.want*103/100+3*time.Second {
			t.Errorf("%d calls of %s: %s, want %s", test.calls, test.route, got, test.want)
		}
	}
}

// TestPace_countsFromTheAnswer does not know when a request that takes long was counted, only that it was by then.
func TestPace_countsFromTheAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, true, http.MethodPut, "https://api.example/x")
		for n := range 6 {
			v, err := s.wait(t.Context(), s.request)
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				time.Sleep(10 * time.Second) //nolint:forbidigo // The answer is slow.
			}
			s.answered(v, nil)
		}
		if took, want := time.Since(synctestEpoch), 11*time.Second+margin; took != want {
			t.Errorf("took %s, want %s", took, want)
		}
	})
}

// synctestEpoch is when time begins in a bubble.
var synctestEpoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func TestPace_isIdleUntilLimitsShow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		header http.Header
		learns bool
	}{
		"nothing": {http.StatusOK, nil, false},
		"header":  {http.StatusOK, http.Header{"X-Rate-Limit-Limit": {"1m"}}, true},
		"refusal": {http.StatusTooManyRequests, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, began := newServer(t, false, http.MethodPut, "https://vault.example/api/organizations/1"), time.Now()
				for range 100 {
					s.send(t, http.StatusOK, nil)
				}
				if time.Since(began) != 0 {
					t.Errorf("waited %s for a server without limits", time.Since(began))
				}
				s.send(t, test.status, test.header)
				s.send(t, http.StatusOK, nil)
				if waited := time.Since(began) >= time.Minute; waited != test.learns {
					t.Errorf("waited %s after 101 requests in a minute", time.Since(began))
				}
				began = time.Now()
				s.request.URL.Path = "/api/organizations/2"
				if s.send(t, http.StatusOK, nil); time.Since(began) != 0 {
					t.Errorf("another path waited %s", time.Since(began))
				}
			})
		})
	}
}

// TestPace_knowsTheCloud from the start, but not where it keeps files.
func TestPace_knowsTheCloud(t *testing.T) {
	t.Parallel()
	var all paces
	for host, want := range map[string]bool{
		"api.bitwarden.com": true, "IDENTITY.bitwarden.eu": true, "vault.bitwarden.com": true,
		"bitwarden.example.com": false, "notbitwarden.com": false, "bitwarden.blob.core.windows.net": false,
	} {
		if got := all.of(host).active; got != want {
			t.Errorf("%s: got %t", host, got)
		}
		if all.of(host) != all.of(strings.ToUpper(host)) {
			t.Errorf("%s has two paces", host)
		}
	}
}

// TestNew_sharesThePace of the process with other clients.
func TestNew_sharesThePace(t *testing.T) {
	t.Parallel()
	for range 2 {
		c, err := New(Config{Email: "sue@msp.example", MasterPassword: NewSecret("secret")})
		if err != nil {
			t.Fatal(err)
		}
		if c.transport.tripper.paces != &processPaces {
			t.Error("the client has a pace of its own")
		}
		if !c.transport.isLimited() || c.TimeFor(http.MethodPost, "/organizations/{id}/users/invite", 6) < time.Minute {
			t.Error("the cloud has no limits")
		}
	}
}

// TestPace_closedPath leaves a path alone for as long as the server wants, also when others have used up what it takes.
func TestPace_closedPath(t *testing.T) {
	t.Parallel()
	const second = time.Second
	at := func(d time.Duration) string { return synctestEpoch.Add(d).Format("2006-01-02T15:04:05.0000000Z07:00") }
	date := func(d time.Duration) string { return synctestEpoch.Add(d).Format(http.TimeFormat) }
	left := func(remaining, reset, date string) http.Header {
		return http.Header{
			"X-Rate-Limit-Limit": {"1m"}, "X-Rate-Limit-Remaining": {remaining}, "X-Rate-Limit-Reset": {reset}, "Date": {date},
		}
	}
	for name, test := range map[string]struct {
		status int
		header http.Header
		want   time.Duration
	}{
		"refused for seconds":           {http.StatusTooManyRequests, http.Header{"Retry-After": {"60"}}, 60 * second},
		"refused until a date":          {http.StatusTooManyRequests, http.Header{"Retry-After": {date(9 * second)}}, 9 * second},
		"refused until a date long ago": {http.StatusTooManyRequests, http.Header{"Retry-After": {date(-9 * second)}}, 0},
		"refused for hours: an error":   {http.StatusTooManyRequests, http.Header{"Retry-After": {"7200"}}, 0},
		"used up":                       {http.StatusOK, left("0", at(40*second), date(0)), 40 * second},
		"used up, the clock is slow":    {http.StatusOK, left("0", at(time.Hour+40*second), date(time.Hour)), 40 * second},
		"used up, the clock is fast":    {http.StatusOK, left("0", at(40*second-time.Hour), date(-time.Hour)), 40 * second},
		"used up, without a date":       {http.StatusOK, left("0", at(40*second), ""), 40 * second},
		"used up until long ago":        {http.StatusOK, left("0", at(-40*second), date(0)), 0},
		"used up for the day":           {http.StatusOK, left("0", at(20*time.Hour), date(0)), 0},
		"used up until nobody knows":    {http.StatusOK, left("0", "soon", date(0)), 0},
		"one is left":                   {http.StatusOK, left("1", at(40*second), date(0)), 0},
		"unavailable for seconds":       {http.StatusServiceUnavailable, http.Header{"Retry-After": {"60"}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newServer(t, false, http.MethodPost, "https://vault.example/api/x")
				s.send(t, test.status, test.header)
				if test.want > 0 {
					test.want += margin
				}
				if s.send(t, http.StatusOK, nil); time.Since(synctestEpoch) != test.want {
					t.Errorf("sent after %s, want %s", time.Since(synctestEpoch), test.want)
				}
			})
		})
	}
}

func TestPace_isCancellable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, began := newServer(t, false, http.MethodPost, "https://vault.example/api/x"), time.Now()
		s.send(t, http.StatusTooManyRequests, http.Header{"Retry-After": {"60"}})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.wait(ctx, s.request); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("cancelled after %s: %v", time.Since(began), err)
		}
	})
}

func TestRetryAfter_forms(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for text, want := range map[string]time.Duration{
			"":     0,
			"7":    7 * time.Second,
			"-3":   0,
			"soon": 0,
			time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat): 90 * time.Second,
			time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat):       0,
		} {
			if got := retryAfter(http.Header{"Retry-After": {text}}); got != want {
				t.Errorf("%q: %s, want %s", text, got, want)
			}
		}
		for _, text := range []string{
			"301", "86400", "9999999999999", strings.Repeat("9", 40),
			time.Now().Add(24 * time.Hour).UTC().Format(http.TimeFormat), "Fri, 31 Dec 9999 23:59:59 GMT",
		} {
			if got := retryAfter(http.Header{"Retry-After": {text}}); got <= longestWait {
				t.Errorf("%q: %s, want longer than anybody waits", text, got)
			}
		}
	})
}

// TestBackoff_followsTheServer unless it names no time, or one that has passed.
func TestBackoff_followsTheServer(t *testing.T) {
	t.Parallel()
	for text, longest := range map[string]time.Duration{
		"7": 7 * time.Second, "0": time.Second, "soon": time.Second, "Fri, 31 Dec 1999 23:59:59 GMT": time.Second,
	} {
		resp := &http.Response{Header: http.Header{"Retry-After": {text}}}
		if wait := backoff(time.Second, 5*time.Second, 0, resp); wait > longest || wait < longest/2 {
			t.Errorf("%q: %s, want %s at most", text, wait, longest)
		}
	}
}

func TestBackoff_grows(t *testing.T) {
	t.Parallel()
	for attempt, longest := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second} {
		for range 20 {
			if wait := backoff(time.Second, 5*time.Second, attempt, nil); wait > longest || wait < longest/2 {
				t.Errorf("attempt %d: %s, want between %s and %s", attempt, wait, longest/2, longest)
			}
		}
	}
}
