// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Creation is a kind of object that is created by calls of one path. The server limits the calls of each path.
type Creation struct {
	things string // Several of them, in words.
	route  string // What POST goes to.
	shares bool   // Several that are alike share a call, if they come at the same time.
}

// The kinds of which a configuration may well have more than the server creates within a minute. Each organization has
// paths of its own, but for those of its provider and account.
var (
	Clients     = Creation{"client organizations", "/providers/{id}/clients", false}
	Collections = Creation{"collections", "/organizations/{id}/collections", false}
	Groups      = Creation{"groups", "/organizations/{id}/groups", false}
	Invitations = Creation{"invitations", "/organizations/{id}/users/invite", true}
	Sends       = Creation{"Sends", "/sends", false}
)

const (
	// parallelism is how many operations Terraform runs at a time unless it is told otherwise. Nobody tells a provider.
	// With more of them more invitations share a call, up to the server's maximum.
	parallelism, moreParallelism, maxShared = 10, 50, 20

	// shortWait is for how long a run may wait without a word.
	shortWait = time.Minute

	// planPause is after which time without another creation all of them have probably been planned.
	planPause = 200 * time.Millisecond
)

// waits add up what a run creates, and how long the server's limits will make it wait.
type waits struct {
	mu       sync.Mutex
	total    map[Creation]int
	paths    map[creationPath]map[string]int // How many that are alike.
	notes    int
	said     time.Duration // The wait that was last warned of.
	settling bool
}

// creationPath is the path of an organization, or of all that do not exist yet.
type creationPath struct {
	kind         Creation
	organization string
}

// WillCreate is for the plan of a creation; what is alike can share a call with others. It warns when the server's
// limits, where they are known to hold, will make the run wait for more than a minute, and again each time the wait has
// doubled since. An apply, which plans once more, is not warned.
func (r *Run) WillCreate(
	ctx context.Context, kind Creation, organizationID types.String, alike string, diags *diag.Diagnostics,
) {
	timeFor := func(kind Creation, calls int) time.Duration {
		return r.Client.TimeFor(http.MethodPost, kind.route, calls)
	}
	path := creationPath{kind, organizationID.ValueString()}
	if r.Client.HasWritten() || !r.waits.add(path, alike, timeFor) {
		return
	}
	r.waits.settle(ctx)
	wait := r.waits.longest(timeFor)
	diags.AddWarning(wait.summary(), wait.detail())
}

// timeFor is how long so many calls for creations take.
type timeFor func(kind Creation, calls int) time.Duration

// add notes a creation. It is true when somebody has to be warned.
func (w *waits) add(path creationPath, alike string, timeFor timeFor) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.paths == nil {
		w.total, w.paths = map[Creation]int{}, map[creationPath]map[string]int{}
	}
	if w.paths[path] == nil {
		w.paths[path] = map[string]int{}
	}
	w.total[path.kind]++
	w.paths[path][alike]++
	w.notes++
	if w.settling || timeFor(path.kind, w.calls(path, parallelism)) <= max(shortWait, 2*w.said) {
		return false
	}
	w.settling = true
	return true
}

// settle waits for the creations that are planned at the same time, so that one warning has the whole number.
func (w *waits) settle(ctx context.Context) {
	for before := -1; ; {
		w.mu.Lock()
		notes := w.notes
		w.mu.Unlock()
		if notes == before {
			return
		}
		before = notes
		timer := time.NewTimer(planPause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

// calls estimates how many calls the creations of a path take with so many operations at a time. What is alike and comes
// at the same time shares one: of n among all that are planned, as many as come while the calls of the others wait. The
// lock must be held.
func (w *waits) calls(path creationPath, operations int) int {
	organizations := 1
	if path.organization == "" && path.kind != Clients && path.kind != Sends { // They are spread over those to be made.
		organizations = max(1, w.total[Clients])
	}
	calls := 0
	for _, n := range w.paths[path] {
		n = ceil(n, organizations)
		if path.kind.shares {
			n = min(n, max(ceil(w.total[path.kind]+n, 2*operations), ceil(n, maxShared)))
		}
		calls += n
	}
	return calls
}

func ceil(n, divisor int) int { return (n + divisor - 1) / divisor }

// wait is the longest of the waits of a run.
type wait struct {
	path         creationPath
	count, calls int
	duration     time.Duration
	// With moreParallelism.
	fewerCalls int
	shorter    time.Duration
}

// longest returns the longest wait, of which somebody is warned now.
func (w *waits) longest(timeFor timeFor) wait {
	w.mu.Lock()
	defer w.mu.Unlock()
	var longest wait
	for path, alike := range w.paths {
		next := wait{path: path, calls: w.calls(path, parallelism), fewerCalls: w.calls(path, moreParallelism)}
		for _, n := range alike {
			next.count += n
		}
		next.duration, next.shorter = timeFor(path.kind, next.calls), timeFor(path.kind, next.fewerCalls)
		if next.duration > longest.duration {
			longest = next
		}
	}
	w.said, w.settling = longest.duration, false
	return longest
}

func (w wait) summary() string {
	if w.duration >= day {
		return "Server takes fewer calls a day than this apply needs"
	}
	return fmt.Sprintf("Apply has to wait about %s for the server", minutes(w.duration))
}

func (w wait) detail() string {
	where := ""
	switch {
	case w.path.kind == Clients || w.path.kind == Sends:
	case w.path.organization == "":
		where = " of organizations that are made in this run"
	default:
		where = " of organization " + w.path.organization
	}
	text := fmt.Sprintf("%d %s%s are planned. They take about %d calls of a kind that the server limits per address. ",
		w.count, w.path.kind.things, where, w.calls)
	if w.duration >= day {
		text += "What is beyond the limit of a day fails, and another apply has to follow on the next day."
	} else {
		text += "Nothing fails: the apply waits for its turn."
	}
	if w.fewerCalls < w.calls && w.shorter < day {
		text += fmt.Sprintf(" Invitations with equal role, permissions, groups and collections share a call if they come at "+
			"the same time. Terraform does %d things at a time; with -parallelism=%d they take about %d calls, and %s.",
			parallelism, moreParallelism, w.fewerCalls, minutes(w.shorter))
	}
	return text
}

const day = 24 * time.Hour

func minutes(d time.Duration) string {
	switch n := int(d.Round(time.Minute).Minutes()); n {
	case 0:
		return "less than a minute"
	case 1:
		return "a minute"
	default:
		return fmt.Sprintf("%d minutes", n)
	}
}
