// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"math"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// limits is the rate limiter of the cloud: every caller's address, verb and exact path has counters of its own, so that
// a rule with a wildcard limits each path that it covers. Callers are told apart by the header X-Connecting-IP, which
// the cloud's edge sets; a request without it comes from loopback and is exempt, unless Options.RateLimits says otherwise.
type limits struct {
	windows map[windowKey]*window
}

type windowKey struct {
	address, endpoint string
	period            time.Duration
}

// window counts requests from the first one on, until its period is over.
type window struct {
	begins time.Time
	count  int
}

// limitRule allows so many requests per period and path.
type limitRule struct {
	endpoint string // verb:path, * stands for anything
	limit    int
	period   time.Duration
	shown    string // the period as the server writes it
}

func rules(endpoint string, periods ...limitRule) []limitRule {
	for i := range periods {
		periods[i].endpoint = endpoint
	}
	return periods
}

func per(limit int, period time.Duration, shown string) limitRule {
	return limitRule{limit: limit, period: period, shown: shown}
}

// limitRules are those of the cloud, by service.
var limitRules = map[string][]limitRule{
	"api": slices.Concat(
		rules("post:*", per(60, time.Minute, "1m"), per(5, time.Second, "1s")),
		rules("put:*", per(60, time.Minute, "1m"), per(5, time.Second, "1s")),
		rules("delete:*", per(60, time.Minute, "1m"), per(5, time.Second, "1s")),
		rules("get:*", per(200, time.Minute, "1m")),
		rules("post:/organizations/*/users/invite", per(5, time.Minute, "1m"), per(300, 24*time.Hour, "1d")),
		rules("post:/organizations/*/users/*/reinvite", per(5, time.Minute, "1m"), per(300, 24*time.Hour, "1d")),
		rules("post:/accounts/password-hint", per(5, time.Hour, "60m")),
		rules("post:/accounts/email", per(5, time.Hour, "60m")),
		rules("post:/accounts/email-token", per(2, time.Minute, "1m")),
		rules("get:/alive", per(5, time.Minute, "1m")),
		rules("get:/hibp/breach", per(1, 2*time.Second, "2s")),
	),
	"identity": slices.Concat(
		rules("*", per(60, time.Minute, "1m"), per(5, time.Second, "1s")),
		rules("post:/connect/token", per(10, time.Minute, "1m")),
	),
}

// check counts a request. It returns the headers to add to the answer, or the 429.
func (l *limits) check(c *call) (http.Header, error) {
	if c.r.Header.Get("X-Connecting-IP") == "" && !c.s.options.RateLimits {
		return nil, nil
	}
	address := c.address()
	service, rest, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(c.r.URL.Path), "/"), "/")
	endpoint := strings.ToLower(c.r.Method) + ":/" + strings.TrimSuffix(rest, "/")
	var header http.Header
	for _, rule := range matching(limitRules[service], endpoint) {
		w := l.count(windowKey{address, endpoint, rule.period}, c.now())
		ends := w.begins.Add(rule.period)
		if w.count > rule.limit {
			// Longer periods do not count a request that a shorter one blocks. A clock that a test sets back makes no
			// window longer than its period.
			wait := max(1, int(math.Ceil(min(ends.Sub(c.now()), rule.period).Seconds())))
			return nil, &apiError{
				status: http.StatusTooManyRequests, header: http.Header{"Retry-After": {strconv.Itoa(wait)}},
				message: "Slow down! Too many requests. Try again in " + rule.shown + ".",
			}
		}
		header = http.Header{ // of the longest period in the end
			"X-Rate-Limit-Limit": {rule.shown}, "X-Rate-Limit-Remaining": {strconv.Itoa(rule.limit - w.count)},
			"X-Rate-Limit-Reset": {ends.Format(time.RFC3339Nano)},
		}
	}
	return header, nil
}

// count adds a request to a window, which begins anew once it is over.
func (l *limits) count(key windowKey, now time.Time) *window {
	if l.windows == nil {
		l.windows = map[windowKey]*window{}
	}
	w := l.windows[key]
	if w == nil || now.After(w.begins.Add(key.period)) {
		w = &window{begins: now}
		l.windows[key] = w
	}
	w.count++
	return w
}

// matching returns the strictest rule of each period that covers an endpoint, the shortest period first.
func matching(all []limitRule, endpoint string) []limitRule {
	byPeriod := map[time.Duration]limitRule{}
	for _, rule := range all {
		if !covers(rule.endpoint, endpoint) {
			continue
		}
		if known, ok := byPeriod[rule.period]; !ok || rule.limit < known.limit {
			byPeriod[rule.period] = rule
		}
	}
	var found []limitRule
	for _, rule := range byPeriod {
		found = append(found, rule)
	}
	slices.SortFunc(found, func(a, b limitRule) int { return int(a.period - b.period) })
	return found
}

// covers tells whether a pattern means an endpoint. A star at the end covers everything below, one inside a single
// part.
func covers(pattern, endpoint string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok && strings.HasPrefix(endpoint, prefix) {
		return true
	}
	ok, err := path.Match(pattern, endpoint)
	return err == nil && ok
}
