// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"net/http"
)

// SeatPool is what the provider has of one plan's seats (GET /providers/{id}/billing/subscription).
type SeatPool struct {
	Minimum   int // By contract.
	Purchased int // Beyond the minimum.
	Assigned  int // To clients.
}

// Paid are the seats that are paid for, whether they are assigned or not.
func (p SeatPool) Paid() int { return p.Minimum + p.Purchased }

// Free are the seats that can be assigned without a purchase.
func (p SeatPool) Free() int { return p.Paid() - p.Assigned }

// seatCache is the provider's seats when the run began to change them.
type seatCache struct {
	slot  slot
	pools map[Plan]SeatPool
}

// SeatPools returns the provider's seats by plan, as they were at the first call: whoever adds up what a run needs counts
// from there. It is one request per run.
func (c *Client) SeatPools(ctx context.Context) (map[Plan]SeatPool, error) {
	provider, err := c.chosenProvider(ctx)
	if err != nil {
		return nil, err
	}
	var pools map[Plan]SeatPool
	err = c.seats.slot.read(ctx, func(ctx context.Context) (func(), error) {
		var subscription struct {
			Plans []struct {
				Type      int `json:"type"`
				Minimum   int `json:"seatMinimum"`
				Purchased int `json:"purchasedSeats"`
				Assigned  int `json:"assignedSeats"`
			} `json:"plans"`
		}
		err := c.do(ctx, &call{
			method: http.MethodGet, route: "/providers/{id}/billing/subscription", args: []string{provider.ID},
			key: "plans", into: &subscription,
		})
		byPlan := map[Plan]SeatPool{}
		for _, p := range subscription.Plans {
			byPlan[planOfType(p.Type)] = SeatPool{Minimum: p.Minimum, Purchased: p.Purchased, Assigned: p.Assigned}
		}
		return func() { c.seats.pools = byPlan }, err
	}, func() { pools = c.seats.pools })
	return pools, err
}
