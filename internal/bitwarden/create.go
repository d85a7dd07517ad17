// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// create executes something that must not happen twice, on a server that knows no idempotency. When the answer is lost,
// find tells whether the effect is there; only if it certainly is not, post is called once more. lost is the failure
// after which the effect was found nevertheless.
func (c *Client) create(
	ctx context.Context, post func() error, find func() (bool, error),
) (lost, err error) {
	for range 2 {
		if err = post(); !isUncertain(err) {
			return nil, err
		}
		lost = err
		for _, wait := range c.settleTimes(lost) {
			if err := pause(ctx, wait); err != nil {
				return nil, err
			}
			found, lookErr := c.insist(ctx, find)
			if lookErr != nil {
				return nil, fmt.Errorf("whether it was executed is not known: look for it, and import it if it is there, "+
					"before you try again: %w; looking it up failed, too: %w", lost, lookErr)
			}
			if found {
				return lost, nil
			}
		}
		if mayStillRun(lost) {
			return nil, fmt.Errorf("it was not executed yet, but may still be: look for it before you try again: %w", lost)
		}
	}
	return nil, err
}

// insist looks again and again while nothing gets through to the server, for a minute and a half: what is made and not
// found is lost to the state, which no other failure may do.
func (c *Client) insist(ctx context.Context, find func() (bool, error)) (found bool, err error) {
	for _, wait := range c.outage {
		if found, err = find(); !isOutage(err) {
			return found, err
		}
		if err := pause(ctx, wait); err != nil {
			return false, err
		}
	}
	return find()
}

// isOutage tells whether a request failed in a way that passes.
func isOutage(err error) bool {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Status >= http.StatusInternalServerError
	}
	_, ok := errors.AsType[*NetworkError](err)
	return ok
}

// settleTimes are the pauses before each look at what became of a lost request. The server's own failure is its last
// word; behind a cut connection or a gateway the request may take a moment to show.
func (c *Client) settleTimes(lost error) []time.Duration {
	if hasStatus(lost, http.StatusInternalServerError) {
		return c.settle[:1]
	}
	return c.settle
}

// mayStillRun tells whether the server was too slow for somebody's patience, so that the request may take effect later.
func mayStillRun(lost error) bool {
	return hasStatus(lost, http.StatusGatewayTimeout) || errors.Is(lost, context.DeadlineExceeded)
}
