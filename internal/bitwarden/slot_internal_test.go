// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// counted is a slot with a number beside it: how often it was fetched.
type counted struct {
	slot

	value   int
	fetches int
}

func (c *counted) get(ctx context.Context, takes time.Duration) (int, error) {
	value := 0
	err := c.read(ctx, func(ctx context.Context) (func(), error) {
		c.mu.Lock()
		c.fetches++
		n := c.fetches
		c.mu.Unlock()
		if err := pause(ctx, takes); err != nil {
			return nil, err
		}
		return func() { c.value = n }, nil
	}, func() { value = c.value })
	return value, err
}

// elapse lets the time of a bubble pass, and everything that is due then happen.
func elapse(t *testing.T, duration time.Duration) {
	t.Helper()
	if err := pause(t.Context(), duration); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

func TestSlot_sharesOneFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counted{}
		for range 50 {
			go func() {
				if value, err := c.get(t.Context(), time.Second); value != 1 || err != nil {
					t.Errorf("value %d, error %v", value, err)
				}
			}()
		}
		elapse(t, 2*time.Second)
		if c.fetches != 1 {
			t.Errorf("%d fetches, want 1", c.fetches)
		}
	})
}

func TestSlot_survivesWhoGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counted{}
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		go func() {
			if _, err := c.get(impatient, 3*time.Second); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("impatient: %v", err)
			}
		}()
		synctest.Wait()
		if value, err := c.get(t.Context(), 3*time.Second); value != 1 || err != nil {
			t.Errorf("patient: value %d, error %v", value, err)
		}
	})
}

func TestSlot_isCancelledWhenAllGiveUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counted{}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.get(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("first: %v", err)
		}
		if value, err := c.get(t.Context(), time.Second); value != 2 || err != nil {
			t.Errorf("second: value %d, error %v", value, err)
		}
	}) // synctest fails if the first fetch still waits
}

func TestSlot_patches(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counted{}
		add := func() { c.value += 10 }
		c.patch(add) // nothing to patch yet
		go func() { _, _ = c.get(t.Context(), time.Second) }()
		synctest.Wait()
		c.patch(add) // kept until the fetch, which may be older, is back
		if value, _ := c.get(t.Context(), time.Second); value != 11 {
			t.Errorf("patched on its way: %d, want 11", value)
		}
		c.patch(add)
		if value, _ := c.get(t.Context(), time.Second); value != 21 {
			t.Errorf("patched when loaded: %d, want 21", value)
		}
	})
}

func TestSlot_empty(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counted{}
		go func() {
			if value, _ := c.get(t.Context(), time.Second); value != 2 {
				t.Errorf("waiting for a fetch that became old: %d, want the next one", value)
			}
		}()
		synctest.Wait()
		c.empty()
		if value, _ := c.get(t.Context(), time.Second); value != 2 {
			t.Errorf("after emptying: %d, want 2", value)
		}
		synctest.Wait()
		c.emptyBefore(c.asked())
		if value, _ := c.get(t.Context(), time.Second); value != 2 {
			t.Errorf("not old: %d, want 2", value)
		}
		c.emptyBefore(time.Now())
		if value, _ := c.get(t.Context(), time.Second); value != 3 {
			t.Errorf("old: %d, want 3", value)
		}
		c.emptyIf(func() bool { return false })
		if value, _ := c.get(t.Context(), time.Second); value != 3 {
			t.Errorf("condition not met: %d, want 3", value)
		}
	})
}

func TestSlot_failures(t *testing.T) {
	t.Parallel()
	failure := errors.New("refused")
	for name, test := range map[string]struct {
		keep bool
		want int
	}{"are tried again": {false, 3}, "are kept where asked for": {true, 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, fetches := &slot{keepFailure: test.keep}, 0
			for range 3 {
				err := s.read(t.Context(), func(context.Context) (func(), error) {
					fetches++
					return nil, failure
				}, func() { t.Error("a value") })
				if !errors.Is(err, failure) {
					t.Errorf("error %v", err)
				}
			}
			if fetches != test.want {
				t.Errorf("%d fetches, want %d", fetches, test.want)
			}
		})
	}
}

func TestLanes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var l lanes
		_, leave, err := l.enter(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		_, other, err := l.enter(t.Context(), "b")
		if err != nil {
			t.Fatal(err)
		}
		other()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, _, err := l.enter(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("entered an occupied lane: %v", err)
		}
		leave()
		if _, leave, err = l.enter(t.Context(), "a"); err != nil {
			t.Errorf("the lane is not free: %v", err)
		}
		leave()
	})
}
