// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"net/http"
	"time"
)

// LimitAnswers makes a client refuse answers of more bytes.
func (c *Client) LimitAnswers(most int64) { c.transport.tripper.most = most }

// Hasten shortens the waits of a client whose requests fail on purpose. It shares no limits with other tests, whose servers
// may have had the same port.
func (c *Client) Hasten() *Client {
	c.transport.tripper.paces = NewPaces()
	c.transport.client.RetryWaitMin, c.transport.client.RetryWaitMax = time.Millisecond, 5*time.Millisecond
	c.settle = []time.Duration{0, 5 * time.Millisecond, 10 * time.Millisecond}
	c.outage = []time.Duration{20 * time.Millisecond, 40 * time.Millisecond}
	return c
}

// Through makes a client send its requests through something else than the network, and at the pace of another process.
func (c *Client) Through(next http.RoundTripper, paces *Paces) *Client {
	c.transport.tripper.next, c.transport.tripper.paces = next, paces
	return c
}

// Paces are those of a process.
type Paces = paces

// NewPaces are those of another process.
func NewPaces() *Paces { return &Paces{} }
