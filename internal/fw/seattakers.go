// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// seatTakers adds up who has a seat of a client after the run.
type seatTakers struct {
	mu            sync.Mutex
	organizations map[string]*seatPlan
}

// seatPlan is what the resources of a run plan about one client.
type seatPlan struct {
	seats  *int            // As planned; nil when no resource has planned any yet.
	takers map[string]bool // Who has a seat after the run: ids of members, and addresses of those who are invited.
	anew   bool            // Somebody gets a seat who has none.
}

// of returns the plan of a client. The lock must be held.
func (s *seatTakers) of(organizationID string) *seatPlan {
	if s.organizations == nil {
		s.organizations = map[string]*seatPlan{}
	}
	p, ok := s.organizations[organizationID]
	if !ok {
		p = &seatPlan{takers: map[string]bool{}}
		s.organizations[organizationID] = p
	}
	return p
}

func (s *seatTakers) note(organizationID, who string, anew bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.of(organizationID)
	p.takers[who] = true
	p.anew = p.anew || anew
}

// seatCount is what a plan comes to.
type seatCount struct {
	seats    int
	planned  bool     // Whether a resource has planned the seats.
	invited  []string // Addresses that take a seat which they do not have now.
	staying  int      // Members of the configuration who keep theirs.
	occupied int      // Seats in use now, whoever uses them.
}

// count adds up the plan with the members whom the client has now.
func (p *seatPlan) count(seats int, members []bitwarden.Member) seatCount {
	count := seatCount{seats: seats, planned: p.seats != nil}
	if count.planned {
		count.seats = *p.seats
	}
	listed := map[string]bool{}
	for _, m := range members {
		address := strings.ToLower(m.Email)
		listed[address] = true
		taker := p.takers[m.ID] || p.takers[address]
		switch {
		case m.OccupiesSeat():
			count.occupied++
			if taker {
				count.staying++
			}
		case taker && m.Status != bitwarden.StatusStaged: // Nobody is invited who is staged.
			count.invited = append(count.invited, address)
		}
	}
	for who := range p.takers {
		if strings.Contains(who, "@") && !listed[who] {
			count.invited = append(count.invited, who)
		}
	}
	slices.Sort(count.invited)
	return count
}

// NoteSeats is for a resource that plans the seats of a client.
func (r *Run) NoteSeats(organizationID string, seats int) {
	r.takers.mu.Lock()
	defer r.takers.mu.Unlock()
	r.takers.of(organizationID).seats = &seats
}

// KeepSeat is for the plan of a member who has a seat and keeps it. It adds an error when those who are to have a seat
// after the run are more than the client has seats.
func (r *Run) KeepSeat(ctx context.Context, organizationID, memberID string, diags *diag.Diagnostics) {
	r.takers.note(organizationID, memberID, false)
	r.checkSeats(ctx, organizationID, path.Empty(), diags)
}

// TakeSeat is for the plan of a member who is invited, by address, or restored, by id. The attribute is where the error
// belongs.
func (r *Run) TakeSeat(ctx context.Context, organizationID, who string, attribute path.Path, diags *diag.Diagnostics) {
	r.takers.note(organizationID, strings.ToLower(who), true)
	r.checkSeats(ctx, organizationID, attribute, diags)
}

// How well the members of a plan fit into the seats.
type seatFit int

const (
	seatsSuffice seatFit = iota
	seatsMaySuffice
	seatsShort
)

// fit compares who is to have a seat with the seats. A plan may suffice if enough others are removed first: Terraform has
// not planned all removals yet, and applies them in any order.
func (c seatCount) fit() seatFit {
	switch {
	case len(c.invited) == 0 || c.wanted() <= c.seats:
		return seatsSuffice
	case c.staying+len(c.invited) <= c.seats:
		return seatsMaySuffice
	default:
		return seatsShort
	}
}

// wanted are the seats for everybody who has one now or gets one.
func (c seatCount) wanted() int { return c.occupied + len(c.invited) }

// checkSeats adds an error when the plan of a client does not fit whatever is removed, and a warning when it may not. It
// waits for what is planned at the same time, so that there is one of them and it has the whole number.
func (r *Run) checkSeats(ctx context.Context, organizationID string, attribute path.Path, diags *diag.Diagnostics) {
	if r.Client.HasWritten() { // An apply plans again, when it is too late for advice.
		return
	}
	count, client := r.countSeats(ctx, organizationID)
	if client == nil || count.fit() == seatsSuffice || !r.Note(fmt.Sprint("seats ", count.fit(), organizationID)) {
		return
	}
	r.waits.settle(ctx)
	before := count.fit()
	if count, client = r.countSeats(ctx, organizationID); client == nil {
		return
	}
	switch fit := count.fit(); {
	case fit != before && !r.Note(fmt.Sprint("seats ", fit, organizationID)): // Another member's plan tells.
	case fit == seatsShort:
		diags.AddAttributeError(attribute, "Organization has too few seats", count.refusal(client))
	case fit == seatsMaySuffice:
		diags.AddAttributeWarning(attribute, "Organization may have too few seats", fmt.Sprintf(
			"%q (%s) has %d seats, %d of them in use, and this run gives one to %s. Those who come get their seat only if "+
				"enough others leave first, and Terraform applies in any order. Raise seats to %d, or remove the others in an "+
				"apply before this one.",
			client.Name, client.ID, count.seats, count.occupied, some(count.invited), count.wanted()))
	}
}

// countSeats adds up the plan of a client; the client is nil if nobody comes, or it cannot be read: whoever plans the
// member says so.
func (r *Run) countSeats(ctx context.Context, organizationID string) (seatCount, *bitwarden.ClientOrganization) {
	r.takers.mu.Lock()
	anew := r.takers.of(organizationID).anew
	r.takers.mu.Unlock()
	if !anew {
		return seatCount{}, nil
	}
	client, err := r.Client.ClientOrganization(ctx, organizationID)
	if err != nil {
		return seatCount{}, nil
	}
	members, err := r.Client.Members(ctx, organizationID)
	if err != nil {
		return seatCount{}, nil
	}
	r.takers.mu.Lock()
	defer r.takers.mu.Unlock()
	return r.takers.of(organizationID).count(client.Seats, members), client
}

func (c seatCount) refusal(client *bitwarden.ClientOrganization) string {
	remedy := fmt.Sprintf("Raise seats to %d, for all who have one and all who come, or take members out.", c.wanted())
	if !c.planned {
		remedy += " If a resource of this configuration raises the seats, let the members depend on it (depends_on): it is " +
			"not planned yet, and would not be applied first either."
	}
	return fmt.Sprintf(
		"%q (%s) has %d seats, %d of them in use. %d members of this run have one and keep it, and %s would "+
			"get one. %s",
		client.Name,
		client.ID,
		c.seats,
		c.occupied,
		c.staying,
		some(c.invited),
		remedy,
	)
}

// some are the first few of many addresses.
func some(addresses []string) string {
	const shown = 5
	if len(addresses) <= shown {
		return strings.Join(addresses, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(addresses[:shown], ", "), len(addresses)-shown)
}
