// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// planned are creations of a kind in one organization, in so many sets of which each is alike.
type planned struct {
	kind         Creation
	organization string
	count, sets  int
}

// fivePerMinute is how long calls take of which the server takes five a minute.
func fivePerMinute(_ Creation, calls int) time.Duration {
	return time.Duration((calls-1)/5) * time.Minute
}

func TestWaits_calls(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		plan []planned
		want int // calls of the first path
	}{
		"one":                      {[]planned{{Invitations, "a", 1, 1}}, 1},
		"ten share a call":         {[]planned{{Invitations, "a", 10, 1}}, 1},
		"eleven do not":            {[]planned{{Invitations, "a", 11, 1}}, 2},
		"300 that are alike":       {[]planned{{Invitations, "a", 300, 1}}, 30},
		"300 in two sets":          {[]planned{{Invitations, "a", 300, 2}}, 46},
		"300 in three sets":        {[]planned{{Invitations, "a", 300, 3}}, 60},
		"300 in six sets":          {[]planned{{Invitations, "a", 300, 6}}, 108},
		"300 that all differ":      {[]planned{{Invitations, "a", 300, 300}}, 300},
		"others come in between":   {[]planned{{Invitations, "a", 50, 1}, {Invitations, "b", 50, 1}}, 8},
		"many others in between":   {[]planned{{Invitations, "a", 50, 1}, {Invitations, "b", 4950, 1}}, 50},
		"another kind does not":    {[]planned{{Invitations, "a", 50, 1}, {Groups, "a", 50, 1}}, 5},
		"collections share none":   {[]planned{{Collections, "a", 70, 1}}, 70},
		"a new organization":       {[]planned{{Invitations, "", 50, 1}, {Clients, "", 1, 1}}, 5},
		"a hundred of them":        {[]planned{{Invitations, "", 5000, 1}, {Clients, "", 100, 1}}, 50},
		"one that nobody makes":    {[]planned{{Collections, "", 70, 1}}, 70},
		"organizations themselves": {[]planned{{Clients, "", 100, 1}}, 100},
		"Sends beside them":        {[]planned{{Sends, "", 100, 1}, {Clients, "", 10, 1}}, 100},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var w waits
			for _, p := range test.plan {
				for i := range p.count {
					w.add(creationPath{p.kind, p.organization}, strconv.Itoa(i%p.sets), fivePerMinute)
				}
			}
			if got := w.calls(creationPath{test.plan[0].kind, test.plan[0].organization}, parallelism); got != test.want {
				t.Errorf("got %d calls, want %d", got, test.want)
			}
		})
	}
}

// TestWaits_warnSeldom: one warning for what is planned at the same time, and another one when the wait has doubled.
func TestWaits_warnSeldom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var (
			w        waits
			wg       sync.WaitGroup
			mu       sync.Mutex
			warnings []string
		)
		plan := func(organization string, n int) {
			if w.add(creationPath{Invitations, organization}, strconv.Itoa(n), fivePerMinute) {
				w.settle(t.Context())
				wait := w.longest(fivePerMinute)
				mu.Lock()
				defer mu.Unlock()
				warnings = append(warnings, wait.summary()+": "+wait.detail())
			}
		}
		for step, test := range []struct {
			count int
			want  string // of the warning; empty: none
		}{
			{10, ""}, // 10 calls: a minute
			{20, "about 5 minutes for the server: 30 invitations of organization a are planned. They take about 30 calls"},
			{20, ""}, // 50 calls: nine minutes
			{60, "about 21 minutes for the server: 110 invitations of organization a"},
		} {
			warnings = nil
			for n := range test.count {
				wg.Go(func() { plan("a", step*1000+n) })
			}
			wg.Wait()
			switch text := strings.Join(warnings, "\n"); {
			case test.want == "" && text != "", len(warnings) > 1, !strings.Contains(text, test.want):
				t.Errorf("step %d: got %q, want %q", step, text, test.want)
			}
		}
	})
}

// TestWaits_withMoreParallelism share calls up to the server's maximum.
func TestWaits_withMoreParallelism(t *testing.T) {
	t.Parallel()
	for sets, want := range map[int]int{1: 15, 2: 16, 3: 15, 6: 24, 300: 300} {
		var w waits
		for i := range 300 {
			w.add(creationPath{Invitations, "a"}, strconv.Itoa(i%sets), fivePerMinute)
		}
		if got := w.calls(creationPath{Invitations, "a"}, moreParallelism); got != want {
			t.Errorf("300 invitations in %d sets: got %d calls, want %d", sets, got, want)
		}
	}
}

func TestWait_texts(t *testing.T) {
	t.Parallel()
	invitations, everybody := creationPath{Invitations, "a"}, creationPath{Clients, ""}
	for want, w := range map[string]wait{
		"Apply has to wait about a minute for the server":  {duration: time.Minute + time.Second},
		"Apply has to wait about 2 minutes for the server": {duration: 2*time.Minute + time.Second},
		"Server takes fewer calls a day than this apply":   {duration: day},
		"301 invitations of organization a are planned. They take about 301 calls": {
			path: invitations, count: 301, calls: 301, duration: day,
		},
		"another apply has to follow": {path: invitations, duration: day},
		"waits for its turn":          {path: invitations, duration: time.Minute},
		"with -parallelism=50 they take about 15 calls, and 2 minutes.": {
			path: invitations, calls: 30, duration: time.Hour, fewerCalls: 15, shorter: 2 * time.Minute,
		},
		"about 5 calls, and less than a minute.": {
			path: invitations, calls: 10, duration: time.Hour, fewerCalls: 5,
		},
		"100 client organizations are planned. They": {path: everybody, count: 100, calls: 100, duration: time.Minute},
		"500 groups of organizations that are made in this run are planned": {
			path: creationPath{Groups, ""}, count: 500, calls: 50, duration: time.Minute,
		},
	} {
		if text := w.summary() + ": " + w.detail(); !strings.Contains(text, want) {
			t.Errorf("got %q, want %q in it", text, want)
		}
	}
	alone := wait{path: everybody, count: 100, calls: 100, fewerCalls: 100, duration: time.Minute, shorter: time.Minute}
	if text := alone.detail(); strings.Contains(text, "parallelism") {
		t.Errorf("got %q, although it would not help", text)
	}
}
