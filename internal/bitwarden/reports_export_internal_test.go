// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import "golang.org/x/time/rate"

// HastenReports lets reports ask as fast as they can.
func (c *Client) HastenReports() *Client {
	breaches, ranges := c.reports.limiters()
	breaches.SetLimit(rate.Inf)
	ranges.SetLimit(rate.Inf)
	return c
}
