// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "strings"

func (s *Server) signUpRoutes() {
	s.api("POST", "/organizations", signedIn, s.signUp)
}

type signUpRequest struct {
	Name            htmlText        `json:"name"`
	BillingEmail    string          `json:"billingEmail"`
	PlanType        enum            `json:"planType"`
	Key             string          `json:"key"`
	Keys            *keyPairRequest `json:"keys"`
	CollectionName  string          `json:"collectionName"`
	AdditionalSeats int             `json:"additionalSeats"`
	PaymentToken    string          `json:"paymentToken"`
}

func (r *signUpRequest) validate(p problems) {
	p.required("Name", string(r.Name))
	p.exceeds("Name", string(r.Name), 50)
	p.required("BillingEmail", r.BillingEmail)
	p.emailAddress("BillingEmail", r.BillingEmail)
	p.required("Key", r.Key)
}

// signUp makes an organization that pays for itself, with the caller as its confirmed owner. Such an organization can
// become a provider's client later.
func (s *Server) signUp(c *call) (any, error) {
	r := signUpRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if p, _ := planOf(int(r.PlanType)); p == nil {
		return nil, badRequest("Plan not found.")
	}
	org := s.newOrganization(string(r.Name), int(r.PlanType), r.AdditionalSeats)
	org.BillingEmail, org.GatewayCustomer = strings.ToLower(strings.TrimSpace(r.BillingEmail)), true
	if r.Keys != nil {
		org.PublicKey, org.PrivateKey = &r.Keys.PublicKey, &r.Keys.EncryptedPrivateKey
	}
	owner := s.newMember(org.ID, "", roleOwner)
	owner.UserID, owner.Status, owner.Key = c.user.ID, statusConfirmed, &r.Key
	if r.CollectionName != "" {
		s.newCollection(org.ID, r.CollectionName).Members[owner.ID] = access{Manage: true}
	}
	s.touch(c.user.ID)
	return organizationBody(org), nil
}
