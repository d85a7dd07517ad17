// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"errors"
	"sync"
	"time"
)

// followUp is how long it may take to find out what a write did when its caller has gone, after the write itself.
const followUp = time.Minute

// operation is a change on the server, from the first look at what is there to the last. While nothing was sent, it ends
// with its caller: with Terraform's, when somebody presses Ctrl-C. After that it goes on to its end, though without
// another write, because an object that nobody learns of is orphaned, or made, and paid for, a second time.
type operation struct {
	caller context.Context
	end    context.CancelCauseFunc
	ended  <-chan struct{}

	mu   sync.Mutex
	sent bool
	stop func() bool // the operation no longer follows its caller
}

type operationKey struct{}

func operationOf(ctx context.Context) *operation {
	o, _ := ctx.Value(operationKey{}).(*operation)
	return o
}

// begin returns the context of the operation that ctx is part of, or of a new one that lasts until done.
func begin(ctx context.Context) (_ context.Context, done func()) {
	if operationOf(ctx) != nil {
		return ctx, func() {}
	}
	return newOperation(ctx)
}

func newOperation(caller context.Context) (_ context.Context, done func()) {
	o := &operation{caller: caller}
	ctx, end := context.WithCancelCause(context.WithValue(context.WithoutCancel(caller), operationKey{}, o))
	o.end, o.ended = end, ctx.Done()
	o.stop = context.AfterFunc(caller, func() { end(context.Cause(caller)) })
	return ctx, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.stop()
		end(nil)
	}
}

// send says that a write is about to be sent, which takes no longer than its timeout. It is false when the operation has
// ended.
func (o *operation) send(timeout time.Duration) bool {
	if o == nil {
		return true
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.sent && o.stop() {
		o.sent = true
		o.stop = context.AfterFunc(o.caller, func() {
			timer := time.NewTimer(timeout + followUp)
			defer timer.Stop()
			select {
			case <-timer.C:
				o.end(context.DeadlineExceeded)
			case <-o.ended:
			}
		})
	}
	return o.sent
}

// hasSent tells whether the operation may have changed something.
func (o *operation) hasSent() bool {
	if o == nil {
		return false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.sent
}

// interruptedError is the end of a context, in words.
type interruptedError struct {
	text  string
	cause error
}

func (e *interruptedError) Error() string { return e.text }
func (e *interruptedError) Unwrap() error { return e.cause }

// interrupted tells that a context has ended, and before what.
func interrupted(ctx context.Context, before string) error {
	e := &interruptedError{text: "Terraform was told to stop before " + before, cause: context.Cause(ctx)}
	if errors.Is(e.cause, context.DeadlineExceeded) {
		e.text = "the time was up before " + before
	}
	if o := operationOf(ctx); o != nil && !o.hasSent() {
		e.text += "; nothing was changed"
	}
	return e
}
