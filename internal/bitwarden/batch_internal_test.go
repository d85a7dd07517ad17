// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// recorder is a runner that remembers what it was given.
type recorder struct {
	mu   sync.Mutex
	runs [][]string
}

func (r *recorder) run(takes time.Duration) runner {
	return func(ctx context.Context, gather func() []*ticket) {
		tickets := gather()
		var subjects []string
		for _, t := range tickets {
			subjects = append(subjects, t.subject)
			t.member = &Member{ID: t.subject}
		}
		r.mu.Lock()
		r.runs = append(r.runs, subjects)
		r.mu.Unlock()
		fail(nil, pause(ctx, takes))
	}
}

// seen are the subjects of each run.
func (r *recorder) seen() [][]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.runs
}

func TestBatches_bringTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, r := &batches{window: time.Second}, &recorder{}
		for i := range 45 {
			go func() {
				ticket := &ticket{subject: strconv.Itoa(i)}
				err := b.join(t.Context(), "key", 20, ticket, r.run(time.Second))
				if err != nil || ticket.member.ID != ticket.subject {
					t.Errorf("ticket %d: %+v, error %v", i, ticket, err)
				}
			}()
		}
		elapse(t, time.Minute)
		if runs := r.seen(); len(runs) != 3 || len(runs[0]) != 20 || len(runs[1]) != 20 || len(runs[2]) != 5 {
			t.Errorf("runs %v, want 20, 20 and 5", runs)
		}
	})
}

func TestBatches_keepApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, r := &batches{window: time.Second}, &recorder{}
		for i := range 4 {
			go func() {
				_ = b.join(t.Context(), fmt.Sprint("key", i%2), 20, &ticket{subject: strconv.Itoa(i)}, r.run(0))
			}()
		}
		elapse(t, time.Minute)
		if runs := r.seen(); len(runs) != 2 || len(runs[0]) != 2 || len(runs[1]) != 2 {
			t.Errorf("runs %v, want two of two", runs)
		}
	})
}

func TestBatches_refuseTwins(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, r := &batches{window: time.Second}, &recorder{}
		go func() { _ = b.join(t.Context(), "key", 20, &ticket{subject: "a"}, r.run(0)) }()
		synctest.Wait()
		err := b.join(t.Context(), "key", 20, &ticket{subject: "a"}, r.run(0))
		if _, ok := errors.AsType[*InputError](err); !ok {
			t.Errorf("the same address twice: %v", err)
		}
		elapse(t, time.Minute)
	})
}

func TestBatches_giveUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, r := &batches{window: time.Second}, &recorder{}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		go func() {
			if err := b.join(ctx, "key", 20, &ticket{subject: "gone"}, r.run(0)); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("gave up: %v", err)
			}
		}()
		if err := b.join(t.Context(), "key", 20, &ticket{subject: "there"}, r.run(0)); err != nil {
			t.Errorf("stayed: %v", err)
		}
		if runs := r.seen(); len(runs) != 1 || len(runs[0]) != 1 || runs[0][0] != "there" {
			t.Errorf("runs %v, want only who stayed", runs)
		}
	})
}

// Whoever comes while others still come is waited for, but not for ever.
func TestBatches_waitForNewcomers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, r := &batches{window: time.Second}, &recorder{}
		for i := range 50 {
			go func() { _ = b.join(t.Context(), "key", 100, &ticket{subject: strconv.Itoa(i)}, r.run(0)) }()
			elapse(t, 600*time.Millisecond)
		}
		elapse(t, time.Minute)
		if runs := r.seen(); len(runs) != 2 || len(runs[0]) != 34 || len(runs[1]) != 16 {
			t.Errorf("runs %v, want one of twenty seconds and one with the rest", runs)
		}
	})
}
