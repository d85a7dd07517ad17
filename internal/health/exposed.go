// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package health

import (
	"context"
	"sync"
)

// parallelLookups is how many passwords are looked up at a time, as in the web vault.
const parallelLookups = 5

// Corpus knows passwords of breaches.
type Corpus interface {
	// Count tells how often a password was seen, by the two parts of RangeQuery; 0 is never.
	Count(ctx context.Context, prefix, suffix string) (int, error)
}

// ExposedPassword is an item whose password is known from breaches.
type ExposedPassword struct {
	ItemID string
	Times  int // How often the corpus has seen it, at least 1.
}

// Exposed finds the items whose passwords a corpus knows, in the order of the items. Each distinct password is looked up
// once, some at a time. The first error ends all look-ups.
func Exposed(ctx context.Context, items []Item, corpus Corpus) ([]ExposedPassword, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	type lookup struct {
		prefix, suffix string
		times          *int
	}
	known, keyed := map[digest]*int{}, newDigester()
	of := make([]*int, len(items))
	queue := make(chan lookup)
	var workers sync.WaitGroup
	for range parallelLookups {
		workers.Go(func() {
			for next := range queue {
				times, err := corpus.Count(ctx, next.prefix, next.suffix)
				if err != nil {
					cancel(err)
					return
				}
				*next.times = times
			}
		})
	}
	for i := range items {
		if !items[i].hasPassword() || ctx.Err() != nil {
			continue
		}
		password := keyed.digest(items[i].Password)
		if of[i] = known[password]; of[i] != nil {
			continue
		}
		of[i] = new(int)
		known[password] = of[i]
		prefix, suffix := RangeQuery(items[i].Password)
		select {
		case queue <- lookup{prefix, suffix, of[i]}:
		case <-ctx.Done():
		}
	}
	close(queue)
	workers.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	var exposed []ExposedPassword
	for i, times := range of {
		if times != nil && *times > 0 {
			exposed = append(exposed, ExposedPassword{items[i].ID, *times})
		}
	}
	return exposed, nil
}
