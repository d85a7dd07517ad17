// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// roundTripper paces, bounds and logs each single attempt.
type roundTripper struct {
	next    http.RoundTripper
	paces   *paces
	slots   chan struct{}
	timeout time.Duration
	most    int64 // bytes of an answer
	log     func(ctx context.Context, message string, fields map[string]any)
	wrote   atomic.Bool // something was sent that may change something
}

// RoundTrip implements http.RoundTripper.
func (r *roundTripper) RoundTrip(request *http.Request) (*http.Response, error) {
	parent := request.Context()
	state := stateOf(parent)
	state.sent = false
	pace := r.paces.of(request.URL.Host)
	visit, err := pace.wait(parent, request)
	if err != nil {
		return nil, err
	}
	select {
	case r.slots <- struct{}{}:
	case <-parent.Done():
		return nil, parent.Err()
	}
	flight, timeout := parent, r.timeout+state.call.patience()
	if state.call.isWrite() {
		if parent.Err() != nil || !state.operation.send(timeout) {
			<-r.slots
			return nil, context.Canceled
		}
		flight = context.WithoutCancel(parent)
		r.wrote.Store(true)
	}
	state.sent = true
	// The timeout is for the attempt alone, not for what it waited before.
	ctx, cancel := context.WithTimeout(flight, timeout)
	state.attempt++
	body := &countedBody{started: time.Now(), attempt: state.attempt, most: r.most}
	body.done = func(status int, header http.Header) {
		cancel()
		<-r.slots
		r.log(parent, "request", map[string]any{
			"method": state.call.method, "route": state.call.template(), "status": status,
			"duration_ms": time.Since(body.started).Milliseconds(), "attempt": body.attempt,
			"request_id": requestID(header), "bytes": body.read,
		})
	}
	response, err := r.next.RoundTrip(request.WithContext(ctx))
	pace.answered(visit, response)
	if err != nil {
		body.done(0, nil)
		return nil, err
	}
	body.ReadCloser, body.response = response.Body, response
	response.Body = body
	return response, nil
}

// countedBody counts what is read, refuses too much of it, and ends the attempt when it is closed.
type countedBody struct {
	io.ReadCloser

	started  time.Time
	attempt  int
	read     int64
	most     int64
	response *http.Response
	done     func(status int, header http.Header)
}

// Read implements io.Reader.
func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.read += int64(n); b.read > b.most {
		return n, fmt.Errorf("the answer is larger than %d bytes", b.most)
	}
	return n, err
}

// Close implements io.Closer.
func (b *countedBody) Close() error {
	err := b.ReadCloser.Close()
	if b.done != nil {
		b.done(b.response.StatusCode, b.response.Header)
		b.done = nil
	}
	return err
}
