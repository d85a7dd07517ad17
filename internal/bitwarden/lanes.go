// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

// lanes let one writer at a time into what the server reads, changes and writes as a whole: parallel writers of one
// organization revert each other there, and parallel seat changes of one provider are billed wrongly. What only adds can
// share a lane, but not with such a writer, who would take away what came after he had read.
type lanes struct {
	mu   sync.Mutex
	lane map[string]*semaphore.Weighted
}

// laneWidth is how many can share a lane.
const laneWidth = 1 << 20

// enter waits for the lane with this name and begins an operation in it. Who needs two takes the provider's before the
// organization's.
func (l *lanes) enter(ctx context.Context, name string) (_ context.Context, leave func(), err error) {
	return l.take(ctx, name, laneWidth)
}

// share is enter for what only adds.
func (l *lanes) share(ctx context.Context, name string) (_ context.Context, leave func(), err error) {
	return l.take(ctx, name, 1)
}

func (l *lanes) take(ctx context.Context, name string, width int64) (_ context.Context, leave func(), err error) {
	l.mu.Lock()
	if l.lane == nil {
		l.lane = map[string]*semaphore.Weighted{}
	}
	lane, ok := l.lane[name]
	if !ok {
		lane = semaphore.NewWeighted(laneWidth)
		l.lane[name] = lane
	}
	l.mu.Unlock()
	ctx, done := begin(ctx)
	if lane.Acquire(ctx, width) != nil {
		defer done()
		return ctx, nil, interrupted(ctx, "it was its turn among the changes")
	}
	return ctx, func() { done(); lane.Release(width) }, nil
}
