// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import "testing"

// What NeedSeats does with the sums is tested with the resources that call it.
func TestSeatNeeds_add(t *testing.T) {
	t.Parallel()
	var needs seatNeeds
	for _, step := range []struct {
		what              string
		need              SeatNeed
		total, restricted int
	}{
		{"a new client", SeatNeed{Plan: "a", Seats: 2}, 2, 2},
		{"another new one", SeatNeed{Plan: "a", Seats: 3}, 5, 5},
		{"one that may buy", SeatNeed{Plan: "a", Seats: 10, AllowPurchase: true}, 15, 5},
		{"another plan", SeatNeed{Plan: "b", Seats: 7}, 7, 7},
		{"a client that grows", SeatNeed{Client: "x", Plan: "a", Seats: 4}, 19, 9},
		{"the same, planned again", SeatNeed{Client: "x", Plan: "a", Seats: 5}, 20, 10},
	} {
		if total, restricted := needs.add(step.need); total != step.total || restricted != step.restricted {
			t.Errorf("%s: got %d and %d, want %d and %d", step.what, total, restricted, step.total, step.restricted)
		}
	}
}
