// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// limit is how many requests the server takes within a period.
type limit struct {
	requests int
	period   time.Duration
}

// limitRules are the cloud's limits, first match first, the longest period first. They hold per method, exact path and
// address of the caller.
var limitRules = []struct {
	method string         // empty: any
	path   *regexp.Regexp // nil: any
	limits []limit
}{
	{http.MethodPost, regexp.MustCompile(`/connect/token$`), []limit{{10, time.Minute}, {5, time.Second}}},
	{http.MethodPost, regexp.MustCompile(`/organizations/[^/]+/users/invite$`), invitationLimits},
	{http.MethodPost, regexp.MustCompile(`/organizations/[^/]+/users/[^/]+/reinvite$`), invitationLimits},
	{http.MethodGet, regexp.MustCompile(`/hibp/breach$`), []limit{{1, 2 * time.Second}}},
	{http.MethodGet, nil, []limit{{200, time.Minute}}},
	{"", nil, []limit{{60, time.Minute}, {5, time.Second}}},
}

var invitationLimits = []limit{{300, 24 * time.Hour}, {5, time.Minute}, {5, time.Second}}

// margin is how much longer than the server's period ours is, since no two clocks and timers agree.
const margin = 250 * time.Millisecond

// processPaces are those of all clients of this process: the server counts them together, since they have one address.
var processPaces paces

// paces are the paces of servers by host.
type paces struct {
	mu     sync.Mutex
	byHost map[string]*pace
}

// of returns the pace of a server, which begins to hold with the first sign of a limit, or at once if it is the cloud's.
func (p *paces) of(host string) *pace {
	p.mu.Lock()
	defer p.mu.Unlock()
	host = strings.ToLower(host)
	if p.byHost == nil {
		p.byHost = map[string]*pace{}
	}
	if p.byHost[host] == nil {
		p.byHost[host] = &pace{active: isCloud(host), paths: map[string]*pathPace{}}
	}
	return p.byHost[host]
}

// pace keeps us below the limits of a server. It remembers when requests of a path were sent and delays what would be
// too many: the server counts in fixed windows, so that a bucket that refills evenly would either overrun them or waste
// half of them. It is idle until the server is known to have limits.
type pace struct {
	mu     sync.Mutex
	active bool
	paths  map[string]*pathPace // by method and path
}

// pathPace is what is known about one method and path.
type pathPace struct {
	visits []*visit  // oldest first; those that still wait lie in the future
	closed time.Time // until when the server takes none
}

// visit is a request that the server counts at this moment or, once it was answered, an earlier one.
type visit struct {
	path *pathPace
	at   time.Time
}

// wait returns when the request may be sent, or with the error of the context. Whoever sends it calls answered then.
func (p *pace) wait(ctx context.Context, request *http.Request) (*visit, error) {
	v := p.reserve(paceKey(request.Method, request.URL), limitsOf(request.Method, request.URL.Path), time.Now())
	delay := time.Until(v.at)
	if delay <= 0 {
		return v, ctx.Err()
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return v, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// reserve takes the earliest moment at which no limit is overrun.
func (p *pace) reserve(key string, limits []limit, now time.Time) *visit {
	p.mu.Lock()
	defer p.mu.Unlock()
	path := p.paths[key]
	if path == nil {
		path = &pathPace{}
		p.paths[key] = path
	}
	at, sent, most := now, path.visits, 0
	if path.closed.After(at) {
		at = path.closed
	}
	for _, l := range limits {
		if l.period > longestWait {
			continue // Nobody waits for so long. The server says when it is used up.
		}
		most = max(most, l.requests)
		if !p.active || len(sent) < l.requests {
			continue
		}
		if free := sent[len(sent)-l.requests].at.Add(l.period + margin); free.After(at) {
			at = free
		}
	}
	if last := len(sent) - 1; last >= 0 && sent[last].at.After(at) {
		at = sent[last].at // keep the order
	}
	v := &visit{path, at}
	sent = append(sent, v)
	path.visits = sent[max(0, len(sent)-most):]
	return v
}

// answered says that the server has counted the request by now, and learns from its answer, which is nil if there was
// none: whether the server has limits, and until when it takes no more.
func (p *pace) answered(v *visit, response *http.Response) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	v.at = now
	slices.SortStableFunc(v.path.visits, func(a, b *visit) int { return a.at.Compare(b.at) })
	if response == nil {
		return
	}
	if response.StatusCode == http.StatusTooManyRequests || response.Header.Get("X-Rate-Limit-Limit") != "" {
		p.active = true
	}
	wait := closedFor(response)
	if until := now.Add(wait + margin); 0 < wait && wait <= longestWait && until.After(v.path.closed) {
		v.path.closed = until
	}
}

// closedFor is how long the server takes no more requests of the kind. It says so when it refuses one, or takes the last:
// others behind the same address count too. What it says is left is that of the longest period.
func closedFor(response *http.Response) time.Duration {
	if response.StatusCode == http.StatusTooManyRequests {
		return retryAfter(response.Header)
	}
	reset, err := time.Parse(time.RFC3339, response.Header.Get("X-Rate-Limit-Reset"))
	if err != nil || response.Header.Get("X-Rate-Limit-Remaining") != "0" {
		return 0
	}
	now, err := http.ParseTime(response.Header.Get("Date")) // by the clock that reset is by
	if err != nil {
		now = time.Now()
	}
	return max(reset.Sub(now), 0)
}

// TimeFor is how long the server's limits make so many calls of one path take, apart from the calls themselves. The route
// is a template such as "/organizations/{id}/collections". It is zero for a server that is not known to have limits.
func (c *Client) TimeFor(method, route string, calls int) time.Duration {
	if !c.transport.isLimited() {
		return 0
	}
	return timeFor(limitsOf(method, route), calls)
}

// HasWritten tells whether the client has sent anything that may change something, as in an apply, and never in a plan.
func (c *Client) HasWritten() bool { return c.transport.tripper.wrote.Load() }

// isLimited tells whether the server is known to have limits.
func (t *transport) isLimited() bool {
	api, err := url.Parse(t.config.APIURL)
	if err != nil {
		return false
	}
	p := t.tripper.paces.of(api.Host)
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.active
}

// isScarce tells whether a path of the API, which is limited per minute, had several calls within the latest one.
func (t *transport) isScarce(method, path string) bool {
	api, err := url.Parse(t.config.APIURL + path)
	if err != nil {
		return false
	}
	p, recent := t.tripper.paces.of(api.Host), 0
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.paths[paceKey(method, api)]; p.active && known != nil {
		for _, v := range known.visits {
			if time.Since(v.at) < time.Minute {
				recent++
			}
		}
	}
	return recent > 1
}

// timeFor is when the last of so many calls is sent that begin together, on a path that was not used before.
func timeFor(limits []limit, calls int) time.Duration {
	var total time.Duration
	for _, l := range limits { // the longest period first: what is left of it is for the shorter ones
		if calls < 1 {
			return 0
		}
		total += time.Duration((calls-1)/l.requests) * (l.period + margin)
		calls = (calls-1)%l.requests + 1
	}
	return total
}

// isCloud tells whether a host is one of Bitwarden's own, whose limits are known.
func isCloud(host string) bool {
	return strings.HasSuffix(host, ".bitwarden.com") || strings.HasSuffix(host, ".bitwarden.eu")
}

func paceKey(method string, address *url.URL) string {
	return method + " " + strings.ToLower(strings.TrimRight(address.Path, "/"))
}

func limitsOf(method, path string) []limit {
	path = strings.ToLower(path)
	for _, rule := range limitRules {
		if (rule.method == "" || rule.method == method) && (rule.path == nil || rule.path.MatchString(path)) {
			return rule.limits
		}
	}
	return nil
}
