// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"sync"
)

// lanes let one writer at a time into what the server reads, changes and writes as a whole: parallel writers of one
// organization revert each other there, and parallel seat changes of one provider are billed wrongly.
type lanes struct {
	mu   sync.Mutex
	lane map[string]chan struct{}
}

// enter waits for the lane with this name and begins an operation in it. Who needs two takes the provider's before the
// organization's.
func (l *lanes) enter(ctx context.Context, name string) (_ context.Context, leave func(), err error) {
	l.mu.Lock()
	if l.lane == nil {
		l.lane = map[string]chan struct{}{}
	}
	lane, ok := l.lane[name]
	if !ok {
		lane = make(chan struct{}, 1)
		l.lane[name] = lane
	}
	l.mu.Unlock()
	ctx, done := begin(ctx)
	select {
	case lane <- struct{}{}:
		return ctx, func() { done(); <-lane }, nil
	case <-ctx.Done():
		defer done()
		return ctx, nil, interrupted(ctx, "it was its turn among the changes")
	}
}
