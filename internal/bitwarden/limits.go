// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// limit is how many requests the server takes within a period.
type limit struct {
	requests int
	period   time.Duration
}

// limitRules are the cloud's limits, first match first. They hold per method, exact path and address of the caller.
var limitRules = []struct {
	method, suffix string // empty: any
	limits         []limit
}{
	{http.MethodPost, "/connect/token", []limit{{10, time.Minute}, {5, time.Second}}},
	{http.MethodPost, "/users/invite", []limit{{5, time.Minute}, {5, time.Second}}},
	{http.MethodPost, "/reinvite", []limit{{5, time.Minute}, {5, time.Second}}},
	{http.MethodGet, "", []limit{{200, time.Minute}}},
	{"", "", []limit{{60, time.Minute}, {5, time.Second}}},
}

// margin is how much longer than the server's period ours is, since not all requests take the same time to get there.
const margin = 250 * time.Millisecond

// pace keeps us below the server's limits. It remembers when requests of a path were sent and delays what would be too
// many: the server counts in fixed windows, so that a bucket that refills evenly would either overrun them or waste half
// of them. It is idle until a server is known to have limits.
type pace struct {
	active atomic.Bool
	mu     sync.Mutex
	sent   map[string][]time.Time // by method and path, oldest first; may lie in the future
	closed map[string]time.Time   // until when the server wants nothing of the kind
}

func newPace(active bool) *pace {
	p := &pace{sent: map[string][]time.Time{}, closed: map[string]time.Time{}}
	p.active.Store(active)
	return p
}

// wait returns when the request may be sent, or with the error of the context.
func (p *pace) wait(ctx context.Context, request *http.Request) error {
	delay := time.Until(p.reserve(paceKey(request), limitsOf(request), time.Now()))
	if delay <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// reserve takes the earliest moment at which no limit is overrun.
func (p *pace) reserve(key string, limits []limit, now time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, sent, longest := now, p.sent[key], 0
	if closed := p.closed[key]; closed.After(at) {
		at = closed
	}
	for _, l := range limits {
		longest = max(longest, l.requests)
		if !p.active.Load() || len(sent) < l.requests {
			continue
		}
		if free := sent[len(sent)-l.requests].Add(l.period + margin); free.After(at) {
			at = free
		}
	}
	if last := len(sent) - 1; last >= 0 && sent[last].After(at) {
		at = sent[last] // keep the order
	}
	sent = append(sent, at)
	p.sent[key] = sent[max(0, len(sent)-longest):]
	return at
}

// learn notices that a server has limits, and how long it wants to be left alone.
func (p *pace) learn(request *http.Request, response *http.Response) {
	limited := response.StatusCode == http.StatusTooManyRequests
	if limited || response.Header.Get("X-Rate-Limit-Limit") != "" {
		p.active.Store(true)
	}
	if wait := retryAfter(response.Header); limited && wait > 0 {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.closed[paceKey(request)] = time.Now().Add(wait)
	}
}

func paceKey(request *http.Request) string {
	return request.Method + " " + request.URL.Host + strings.ToLower(strings.TrimRight(request.URL.Path, "/"))
}

func limitsOf(request *http.Request) []limit {
	path := strings.ToLower(request.URL.Path)
	for _, rule := range limitRules {
		if (rule.method == "" || rule.method == request.Method) && strings.HasSuffix(path, rule.suffix) {
			return rule.limits
		}
	}
	return nil
}
