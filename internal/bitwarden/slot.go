// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"sync"
	"time"
)

// slot guards one value that is fetched once and then shared. Whoever asks first starts the fetch, whoever asks meanwhile
// waits for the same one, and it goes on when one of them gives up; it is cancelled when all have. The value lies beside
// the slot and is touched only in the functions given to its methods, which run under its lock.
type slot struct {
	// keepFailure lets a failed fetch fail everybody who asks later, too: a refused login is not tried again.
	keepFailure bool

	mu      sync.Mutex
	flight  *flight
	loaded  bool
	failure error
	since   time.Time // when the fetch of the loaded value began
}

// flight is a fetch on its way.
type flight struct {
	done    chan struct{}
	began   time.Time
	err     error
	waiting int
	cancel  context.CancelFunc
	patches []func() // arrived while it was on its way
}

// fetcher gets a value and returns how to store it.
type fetcher func(ctx context.Context) (store func(), err error)

// read calls use with the value loaded, fetching it if need be.
func (s *slot) read(ctx context.Context, fetch fetcher, use func()) error {
	for {
		s.mu.Lock()
		if s.failure != nil || s.loaded {
			defer s.mu.Unlock()
			if s.failure == nil {
				use()
			}
			return s.failure
		}
		f := s.join(ctx, fetch)
		s.mu.Unlock()
		select {
		case <-f.done:
			if f.err != nil {
				return f.err
			}
		case <-ctx.Done():
			s.leave(f)
			return interrupted(ctx, "the server had answered")
		}
	}
}

func (s *slot) join(ctx context.Context, fetch fetcher) *flight {
	if s.flight == nil {
		run, cancel := context.WithCancel(context.WithoutCancel(ctx))
		s.flight = &flight{done: make(chan struct{}), began: time.Now(), cancel: cancel}
		go s.fly(run, s.flight, fetch)
	}
	s.flight.waiting++
	return s.flight
}

func (s *slot) fly(ctx context.Context, f *flight, fetch fetcher) {
	defer close(f.done)
	defer f.cancel()
	store, err := fetch(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	f.err = err
	if s.flight != f { // emptied while it was on its way: what it brings may be old
		return
	}
	s.flight = nil
	if err != nil {
		if (s.keepFailure || IsNotFound(err)) && ctx.Err() == nil { // what is gone stays gone
			s.failure = err
		}
		return
	}
	store()
	for _, patch := range f.patches {
		patch()
	}
	s.loaded, s.since = true, f.began
}

func (s *slot) leave(f *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.waiting--
	if f.waiting == 0 {
		f.cancel()
		if s.flight == f {
			s.flight = nil
		}
	}
}

// patch changes the value after one of our own writes, so that nobody needs to fetch it anew. A value that nobody asked
// for yet needs no patch.
func (s *slot) patch(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.loaded:
		change()
	case s.flight != nil:
		s.flight.patches = append(s.flight.patches, change)
	}
}

// peek calls look if the value is loaded.
func (s *slot) peek(look func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loaded {
		look()
	}
}

// asked is when the loaded value was asked for.
func (s *slot) asked() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.since
}

// empty lets the next reader fetch anew.
func (s *slot) empty() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loaded, s.flight = false, nil
}

// emptyIf lets the next reader fetch anew if the loaded value is old.
func (s *slot) emptyIf(old func() bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loaded && old() {
		s.loaded = false
	}
}

// emptyBefore lets the next reader fetch anew if the value was asked for before a moment.
func (s *slot) emptyBefore(moment time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loaded && s.since.Before(moment) {
		s.loaded = false
	}
	if s.flight != nil && s.flight.began.Before(moment) {
		s.flight = nil
	}
}
