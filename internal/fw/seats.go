// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// SeatNeed is what one planned client takes of the provider's seats beyond those that it has.
type SeatNeed struct {
	Client        string         // Organization id; empty for one that is to be made.
	Plan          bitwarden.Plan // Empty when it is not known: then the server decides.
	Seats         int
	AllowPurchase bool
	Attribute     string // Where the error belongs.
}

// seatNeeds adds up what the clients of a run need. Seats that the same run frees do not count: nothing says that they
// are free before the others are taken.
type seatNeeds struct {
	mu    sync.Mutex
	needs map[string]SeatNeed
}

// add returns what the clients on the need's plan take together, and what those take that may not buy.
func (s *seatNeeds) add(need SeatNeed) (total, restricted int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.needs == nil {
		s.needs = map[string]SeatNeed{}
	}
	key := need.Client
	if key == "" {
		key = fmt.Sprintf("new %d", len(s.needs))
	}
	s.needs[key] = need
	for _, n := range s.needs {
		if n.Plan != need.Plan {
			continue
		}
		total += n.Seats
		if !n.AllowPurchase {
			restricted += n.Seats
		}
	}
	return total, restricted
}

// NeedSeats is for the plan of a client that is made or grows. It adds an error when the clients of this run would make
// the provider buy seats without leave, or when the account has no right to buy them.
func (r *Run) NeedSeats(ctx context.Context, need SeatNeed, diags *diag.Diagnostics) {
	if need.Seats <= 0 || need.Plan == "" {
		return
	}
	pools, err := r.Client.SeatPools(ctx)
	if err != nil {
		AddError(diags, "Could not check the seats of the provider", err)
		return
	}
	pool, ok := pools[need.Plan]
	if !ok {
		diags.AddAttributeError(path.Root("plan"), "Provider has no seats of the plan", fmt.Sprintf(
			"The provider's subscription does not have the plan %q: the server would make a client and then fail. Use a plan "+
				"that it has, or ask Bitwarden to add this one.", need.Plan))
		return
	}
	total, restricted := r.seats.add(need)
	r.refusePurchase(ctx, need, pool, total, restricted, diags)
}

func (r *Run) refusePurchase(
	ctx context.Context, need SeatNeed, pool bitwarden.SeatPool, total, restricted int, diags *diag.Diagnostics,
) {
	numbers := fmt.Sprintf("The provider pays for %d seats of the plan %s (%d by contract, %d bought on top) and has "+
		"assigned %d of them", pool.Paid(), need.Plan, pool.Minimum, pool.Purchased, pool.Assigned)
	if !need.AllowPurchase && restricted > pool.Free() {
		diags.AddAttributeError(path.Root(need.Attribute), "Provider would have to buy seats", fmt.Sprintf(
			"%s. The clients of this run need %d more, this one %d of them, so that %d would be bought. Set "+
				"allow_seat_purchase = true if that is wanted, or free seats of other clients first, in an apply of its own.",
			numbers, restricted, need.Seats, restricted-max(pool.Free(), 0)))
		return
	}
	if total <= pool.Free() {
		return
	}
	account, err := r.Client.Account(ctx)
	switch {
	case err != nil:
		AddError(diags, "Could not find out who acts", err)
	case !account.IsProviderAdmin:
		diags.AddAttributeError(path.Root(need.Attribute), "Account may not buy seats", fmt.Sprintf(
			"%s. The clients of this run need %d more, this one %d of them. %s is a service user of the provider and may not "+
				"buy any: let a provider admin do it.", numbers, total, need.Seats, account.Email))
	}
}
