// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func get(t *testing.T, method, url string) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return request
}

// TestPace_staysWithinEveryWindow sends as fast as allowed and looks at all windows of the server's length.
func TestPace_staysWithinEveryWindow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, url string
		requests    int
		limits      []limit
		atMost      time.Duration // what the limits alone would take, and a little
	}{
		"invitations": {
			http.MethodPost, "https://api.example/organizations/1/users/invite", 12, []limit{{5, time.Minute}}, 125 * time.Second,
		},
		"logins": {
			http.MethodPost, "https://id.example/connect/token", 25, []limit{{10, time.Minute}, {5, time.Second}}, 125 * time.Second,
		},
		"creations": {
			http.MethodPost, "https://api.example/organizations/1/collections", 150,
			[]limit{{60, time.Minute}, {5, time.Second}},
			130 * time.Second,
		},
		"reads": {http.MethodGet, "https://api.example/x", 300, []limit{{200, time.Minute}}, 65 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p, began := newPace(true), time.Now()
				var sent []time.Time
				for range test.requests {
					if err := p.wait(t.Context(), get(t, test.method, test.url)); err != nil {
						t.Fatal(err)
					}
					sent = append(sent, time.Now())
				}
				for _, l := range test.limits {
					for i := l.requests; i < len(sent); i++ {
						if gap := sent[i].Sub(sent[i-l.requests]); gap <= l.period {
							t.Fatalf("requests %d to %d within %s", i-l.requests, i, gap)
						}
					}
				}
				if took := time.Since(began); took > test.atMost {
					t.Errorf("took %s, want at most %s", took, test.atMost)
				}
			})
		})
	}
}

func TestPace_isIdleUntilLimitsShow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, began := newPace(false), time.Now()
		request := get(t, http.MethodPut, "https://vault.example/api/organizations/1")
		for range 100 {
			if err := p.wait(t.Context(), request); err != nil {
				t.Fatal(err)
			}
		}
		if time.Since(began) != 0 {
			t.Errorf("waited %s for a server without limits", time.Since(began))
		}
		p.learn(request, &http.Response{StatusCode: http.StatusOK, Header: http.Header{"X-Rate-Limit-Limit": {"1m"}}})
		if err := p.wait(t.Context(), request); err != nil {
			t.Fatal(err)
		}
		if time.Since(began) < time.Minute {
			t.Errorf("waited %s after 100 requests in a minute", time.Since(began))
		}
		began = time.Now()
		if err := p.wait(t.Context(), get(t, http.MethodPut, "https://vault.example/api/organizations/2")); err != nil {
			t.Fatal(err)
		}
		if time.Since(began) != 0 {
			t.Errorf("another path waited %s", time.Since(began))
		}
	})
}

func TestPace_closedPath(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, began := newPace(false), time.Now()
		request := get(t, http.MethodPost, "https://vault.example/api/x")
		p.learn(request, &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"60"}}})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := p.wait(ctx, request); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("cancelled after %s: %v", time.Since(began), err)
		}
		if err := p.wait(t.Context(), request); err != nil || time.Since(began) < time.Minute {
			t.Errorf("sent after %s: %v", time.Since(began), err)
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
	})
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
