// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import "time"

// LimitAnswers makes a client refuse answers of more bytes.
func (c *Client) LimitAnswers(most int64) { c.transport.tripper.most = most }

// Hasten shortens the waits of a client whose requests fail on purpose.
func (c *Client) Hasten() *Client {
	c.transport.client.RetryWaitMin, c.transport.client.RetryWaitMax = time.Millisecond, 5*time.Millisecond
	c.settle = []time.Duration{0, 5 * time.Millisecond, 10 * time.Millisecond}
	return c
}
