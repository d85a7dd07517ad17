// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"slices"
	"sync"
	"time"
)

// gatherWindow is how long the first of a batch waits for another one, and whoever comes then twice as long: Terraform
// starts its operations within moments. Nobody waits for more than maxWindows of them.
const (
	gatherWindow = 150 * time.Millisecond
	maxWindows   = 20
)

// batches bring calls together that come at the same time and that the server can take as one.
type batches struct {
	window time.Duration

	mu   sync.Mutex
	open map[string]*batch // by everything that must be equal
}

// ticket is one caller's part of a batch, and afterwards its result.
type ticket struct {
	subject     string // address or id: no two of a batch have the same
	field       string // attribute that it comes from
	fingerprint string
	grantee     Grantee
	permission  Permission
	remove      bool        // the edge to the subject, instead of adding it
	scarce      func() bool // whether the server takes so few calls that each had better be full; nil: no
	member      *Member
	err         error
}

type batch struct {
	key     string
	last    time.Time // when the newest ticket came
	tickets []*ticket
	full    chan struct{}
	done    chan struct{}
	waiting int
	cancel  context.CancelCauseFunc
}

// runner executes a batch: it calls gather when it is ready to send, and sets the result of every ticket. Callers that
// come after gather make the next batch.
type runner func(ctx context.Context, gather func() []*ticket)

// join adds a ticket to the open batch with this key, or starts one. Giving up takes the ticket out of a batch that was
// not gathered yet. Of one that was, the end is awaited, which is near when everybody gave up before it was sent.
func (b *batches) join(ctx context.Context, key string, limit int, t *ticket, run runner) error {
	b.mu.Lock()
	if b.open == nil {
		b.open = map[string]*batch{}
	}
	g, ok := b.open[key]
	if ok && slices.ContainsFunc(g.tickets, func(other *ticket) bool { return other.subject == t.subject }) {
		b.mu.Unlock()
		return &InputError{
			t.field, t.subject + " is asked for twice at the same time", "Keep one of the two resources.",
		}
	}
	if !ok {
		waiters, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
		runCtx, finish := newOperation(waiters)
		g = &batch{
			key: key, full: make(chan struct{}), done: make(chan struct{}), cancel: cancel,
		}
		b.open[key] = g
		go func() {
			defer close(g.done)
			defer cancel(nil)
			defer finish()
			run(runCtx, func() []*ticket { return b.gather(runCtx, g) })
			b.shut(g)
		}()
	}
	g.tickets, g.last = append(g.tickets, t), time.Now()
	g.waiting++
	if len(g.tickets) == limit {
		delete(b.open, key)
		close(g.full)
	}
	b.mu.Unlock()

	select {
	case <-g.done:
		return t.err
	case <-ctx.Done():
		if b.leave(g, t, context.Cause(ctx)) {
			return interrupted(ctx, "the change was sent; nothing was changed")
		}
		<-g.done
		return t.err
	}
}

// gather waits until the batch is full, or nobody comes any more, and closes it. Those who wait for their turn among the
// changes are followed by others as soon as the change before theirs is done.
func (b *batches) gather(ctx context.Context, g *batch) []*ticket {
	ready := time.Now()
	for wait := b.patience(g, ready); wait > 0; wait = b.patience(g, ready) {
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
			continue
		case <-g.full:
		case <-ctx.Done():
		}
		timer.Stop()
		break
	}
	return b.shut(g)
}

// patience is how long a batch that could be sent since ready still waits for another ticket.
func (b *batches) patience(g *batch, ready time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	newest, window := ready, b.window
	if g.last.After(ready) {
		newest = g.last
	}
	if len(g.tickets) > 1 {
		window *= 2
	}
	if len(g.tickets) > 0 && g.tickets[0].scarce != nil && g.tickets[0].scarce() {
		window *= 4
	}
	return min(time.Until(newest.Add(window)), time.Until(ready.Add(maxWindows*b.window)))
}

// shut lets nobody in any more.
func (b *batches) shut(g *batch) []*ticket {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open[g.key] == g {
		delete(b.open, g.key)
	}
	return slices.Clone(g.tickets)
}

// leave tells whether the ticket could be taken out of the batch.
func (b *batches) leave(g *batch, t *ticket, cause error) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	isOpen := b.open[g.key] == g
	if isOpen {
		g.tickets = slices.DeleteFunc(g.tickets, func(other *ticket) bool { return other == t })
	}
	if g.waiting--; g.waiting == 0 {
		g.cancel(cause)
		if isOpen {
			delete(b.open, g.key)
		}
	}
	return isOpen
}

// fail gives all tickets that have no result yet the same error.
func fail(tickets []*ticket, err error) {
	for _, t := range tickets {
		if t.err == nil && t.member == nil {
			t.err = err
		}
	}
}
