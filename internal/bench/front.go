// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// front is the way to the emulator for what is measured. It counts bytes as they are on the wire, headers and TLS
// included, delays requests, and makes them subject to the server's limits if asked to.
type front struct {
	*httptest.Server

	emulator *emulator.Running
	bytes    atomic.Int64

	mu       sync.Mutex
	under    conditions
	inFlight int
	highest  int
}

func newFront(server *emulator.Running) *front {
	f := &front{emulator: server}
	f.Server = httptest.NewUnstartedServer(f)
	f.Listener = countingListener{f.Listener, &f.bytes}
	f.EnableHTTP2 = true
	f.StartTLS()
	return f
}

// caPEM is the certificate that the measured provider must trust.
func (f *front) caPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.Certificate().Raw})
}

// reset begins a measurement.
func (f *front) reset(under conditions) {
	f.emulator.ResetRequests()
	f.bytes.Store(0)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.under, f.highest = under, f.inFlight
}

// ServeHTTP implements http.Handler.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	under := f.enter(1)
	defer f.enter(-1)
	if under.latency > 0 {
		timer := time.NewTimer(under.latency)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return
		}
	}
	if under.limited {
		r.Header.Set("X-Connecting-IP", "192.0.2.1") // as the cloud's edge does
	}
	f.emulator.ServeHTTP(w, r)
}

func (f *front) enter(n int) conditions {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.inFlight += n
	f.highest = max(f.highest, f.inFlight)
	return f.under
}

// mostInFlight is how many requests there were at once.
func (f *front) mostInFlight() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.highest
}

type countingListener struct {
	net.Listener

	bytes *atomic.Int64
}

// Accept implements net.Listener.
func (l countingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return countingConn{conn, l.bytes}, err
}

type countingConn struct {
	net.Conn

	bytes *atomic.Int64
}

// Read implements io.Reader.
func (c countingConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.bytes.Add(int64(n))
	return n, err
}

// Write implements io.Writer.
func (c countingConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.bytes.Add(int64(n))
	return n, err
}
