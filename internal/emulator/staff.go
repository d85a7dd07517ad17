// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"crypto/rand"
	"fmt"
	"strings"
)

// CreateProvider is what Bitwarden's staff fills in to open a provider; there is no API for it.
type CreateProvider struct {
	// OwnerEmail is the account of its first admin, which must exist.
	OwnerEmail string `json:"ownerEmail"`
	// Type is msp (default), reseller or businessUnit.
	Type string `json:"type"`
	// SeatMinimums are the contractual seats per plan.
	SeatMinimums SeatMinimums `json:"seatMinimums"`
}

// SeatMinimums are the seats that a provider pays for in any case.
type SeatMinimums struct {
	Teams      int `json:"teams"`
	Enterprise int `json:"enterprise"`
}

// CreateProvider makes a pending provider and mails its first admin the link with the setup token. It returns the
// provider's id and the token.
func (s *Server) CreateProvider(request CreateProvider) (id, token string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := s.userByEmail(request.OwnerEmail)
	if owner == nil {
		return "", "", fmt.Errorf("no account with the address %q", request.OwnerEmail)
	}
	p := &provider{
		ID: newID(), Status: providerPending, Enabled: true, UseEvents: true, SetupToken: "BwProvider_" + rand.Text(),
		CreationDate: s.now(),
	}
	switch strings.ToLower(request.Type) {
	case "", "msp":
		p.Type = providerMSP
		p.Plans = []*providerPlan{
			{PlanType: planTeamsMonthly, Minimum: request.SeatMinimums.Teams},
			{PlanType: planEnterpriseMonthly, Minimum: request.SeatMinimums.Enterprise},
		}
	case "reseller":
		p.Type = providerReseller
	case "businessunit":
		p.Type = providerBusinessUnit
		p.Plans = []*providerPlan{{PlanType: planEnterpriseMonthly, Minimum: request.SeatMinimums.Enterprise}}
	default:
		return "", "", fmt.Errorf("unknown provider type %q", request.Type)
	}
	s.store.providers.add(p.ID, p)
	admin := &providerUser{
		ID: newID(), ProviderID: p.ID, UserID: owner.ID, Type: providerAdminRole, Status: statusConfirmed,
		CreationDate: s.now(),
	}
	s.store.providerUsers.add(admin.ID, admin)
	s.sendMail(owner.Email, "Create a Provider", "Your provider is ready to be set up.", s.vaultLink(
		"providers/setup-provider", parameter{"providerId", p.ID}, parameter{"email", owner.Email},
		parameter{"token", p.SetupToken}))
	return p.ID, p.SetupToken, nil
}
