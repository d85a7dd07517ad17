// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestOperation_endsWithItsCallerUntilItSends(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		caller, cancel := context.WithCancel(t.Context())
		ctx, done := begin(caller)
		defer done()
		cancel()
		<-ctx.Done()
		if operationOf(ctx).send(time.Minute) {
			t.Error("a write would be sent for a caller who has gone")
		}
		if err := interrupted(ctx, "x"); !errors.Is(err, context.Canceled) ||
			!strings.HasSuffix(err.Error(), "; nothing was changed") {
			t.Error(err)
		}
	})
}

func TestOperation_outlivesItsCallerAfterASend(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		caller, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		ctx, done := begin(caller)
		defer done()
		if again, _ := begin(ctx); again != ctx {
			t.Error("a part of the operation became one of its own")
		}
		if !operationOf(ctx).send(time.Minute) {
			t.Error("nothing is sent")
		}
		<-caller.Done()
		began := time.Now()
		<-ctx.Done()
		if took := time.Since(began); took != time.Minute+followUp {
			t.Errorf("ended %s after its caller, want the time of the write and of the follow-up", took)
		}
		if err := interrupted(ctx, "x"); !errors.Is(err, context.DeadlineExceeded) ||
			err.Error() != "the time was up before x" {
			t.Error(err)
		}
	})
}

func TestBatches_awaitWhatWasSent(t *testing.T) {
	t.Parallel()
	for name, sends := range map[string]bool{"sent": true, "not sent": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				b, member := &batches{window: time.Second}, &ticket{subject: "a"}
				err := b.join(ctx, "key", 20, member, func(ctx context.Context, gather func() []*ticket) {
					tickets := gather()
					if sends {
						operationOf(ctx).send(time.Hour)
					}
					if err := pause(ctx, time.Hour); err != nil {
						fail(tickets, err)
						return
					}
					tickets[0].member = &Member{ID: "1"}
				})
				if sends && (err != nil || member.member == nil) {
					t.Errorf("%+v, error %v; want what became of it", member.member, err)
				}
				if !sends && (!errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "nothing was changed")) {
					t.Errorf("error %v; want that nothing was changed", err)
				}
			})
		})
	}
}
