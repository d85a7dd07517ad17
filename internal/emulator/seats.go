// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

// seatsOf counts an organization's confirmed members and those who occupy a seat: invited, accepted and confirmed.
// Revoked members occupy none.
func (s *Server) seatsOf(organizationID string) (confirmed, occupied int) {
	for m := range s.store.members.all() {
		if m.OrganizationID != organizationID || m.Status == statusRevoked {
			continue
		}
		occupied++
		if m.Status == statusConfirmed {
			confirmed++
		}
	}
	return confirmed, occupied
}

// seatCount is the number of seats an organization has, 0 for an unlimited one.
func seatCount(org *organization) int {
	if org.Seats == nil {
		return 0
	}
	return *org.Seats
}

// needSeats is the check before members are added or restored: a client of a billable provider never grows by itself.
func (s *Server) needSeats(org *organization, more int) error {
	if org.Seats == nil || more <= 0 {
		return nil
	}
	if _, occupied := s.seatsOf(org.ID); occupied+more <= *org.Seats {
		return nil
	}
	if link := s.linkOf(org.ID); link != nil {
		if p := s.store.providers.get(link.ProviderID); p.Type == providerReseller {
			return badRequest("Seat limit has been reached. Contact your provider to purchase additional seats.")
		}
		return badRequest("Seat limit has been reached. Please contact your provider to add more seats.")
	}
	_, occupied := s.seatsOf(org.ID)
	if org.MaxAutoscaleSeats != nil && occupied+more > *org.MaxAutoscaleSeats {
		return badRequest("Seat limit has been reached.")
	}
	org.Seats = new(occupied + more)
	return nil
}

// planOf returns the provider's seat counter for a plan, nil if it sells none.
func (p *provider) planOf(planType int) *providerPlan {
	for _, pp := range p.Plans {
		if pp.PlanType == planType {
			return pp
		}
	}
	return nil
}

// assignedSeats sums the seats of a provider's managed clients on a plan.
func (s *Server) assignedSeats(p *provider, planType int) int {
	sum := 0
	for link := range s.store.providerOrgs.all() {
		if link.ProviderID != p.ID {
			continue
		}
		if org := s.store.organizations.get(link.OrganizationID); org.PlanType == planType &&
			org.Status == organizationManaged {
			sum += seatCount(org)
		}
	}
	return sum
}

// scaleSeats writes what the provider now pays for on a plan.
func (s *Server) scaleSeats(p *provider, planType int) {
	pp := p.planOf(planType)
	if pp == nil {
		return
	}
	pp.Allocated = s.assignedSeats(p, planType)
	pp.Purchased = max(0, pp.Allocated-pp.Minimum)
}

// purchases tells whether a change of seats would make the provider buy some.
func (s *Server) purchases(p *provider, planType, change int) bool {
	pp := p.planOf(planType)
	return pp != nil && change > 0 && s.assignedSeats(p, planType)+change > pp.Minimum
}
