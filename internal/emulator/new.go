// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"errors"
	"net/http"
)

// TB is the part of testing.TB that New needs, so that the emulator can ship without the package testing.
type TB interface {
	Helper()
	Cleanup(cleanup func())
	Context() context.Context
	Fatalf(format string, args ...any)
}

// New starts a server for a test and stops it when the test ends.
func New(tb TB, options ...Options) *Running {
	tb.Helper()
	o := Options{}
	if len(options) > 0 {
		o = options[0]
	}
	running, err := Start(o)
	if err != nil {
		tb.Fatalf("emulator: %v", err)
		return nil
	}
	tb.Cleanup(func() {
		// Not Close: a graceful end of HTTP/2 takes a second, and a test that is over waits for nobody.
		if err := running.http.Close(); err != nil {
			tb.Fatalf("emulator: close: %v", err)
		}
		if err := <-running.done; !errors.Is(err, http.ErrServerClosed) {
			tb.Fatalf("emulator: %v", err)
		}
	})
	return running
}
