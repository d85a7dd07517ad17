// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "strings"

func (s *Server) providerRoutes() {
	s.api("GET", "/providers/{providerId:guid}", providerMember, s.getProvider)
	s.api("PUT", "/providers/{providerId:guid}", providerAdmin, s.updateProvider)
	s.api("POST", "/providers/{providerId:guid}/setup", providerAdmin, s.setupProvider)
	s.api("DELETE", "/providers/{providerId:guid}", providerAdmin, s.deleteProvider)
}

// providerOf is the provider {providerId} in the path.
func (s *Server) providerOf(c *call) (*provider, error) {
	if p := s.store.providers.get(c.values["providerId"]); p != nil {
		return p, nil
	}
	return nil, notFound()
}

func (s *Server) getProvider(c *call) (any, error) {
	p, err := s.providerOf(c)
	if err != nil {
		return nil, err
	}
	return providerBody(p), nil
}

// providerBody decodes the name, but not the business name, as the server does.
func providerBody(p *provider) obj {
	return obj{
		"id": p.ID, "name": decoded(p.Name), "businessName": p.BusinessName, "businessAddress1": nil,
		"businessAddress2": nil, "businessAddress3": nil, "businessCountry": nil, "businessTaxNumber": nil,
		"billingEmail": p.BillingEmail, "creationDate": p.CreationDate, "type": p.Type, "object": "provider",
	}
}

type providerUpdateRequest struct {
	Name         htmlText  `json:"name"`
	BusinessName *htmlText `json:"businessName"`
	BillingEmail string    `json:"billingEmail"`
}

func (r *providerUpdateRequest) validate(p problems) {
	p.required("Name", string(r.Name))
	p.exceeds("Name", string(r.Name), 50)
	if r.BusinessName != nil {
		p.exceeds("BusinessName", string(*r.BusinessName), 50)
	}
	p.required("BillingEmail", r.BillingEmail)
	p.emailAddress("BillingEmail", r.BillingEmail)
	p.stringLength("BillingEmail", r.BillingEmail, 256)
}

func (r *providerUpdateRequest) apply(p *provider) {
	p.Name, p.BusinessName = new(string(r.Name)), nil
	if r.BusinessName != nil {
		p.BusinessName = new(string(*r.BusinessName))
	}
	p.BillingEmail = new(strings.ToLower(strings.TrimSpace(r.BillingEmail)))
}

func (s *Server) updateProvider(c *call) (any, error) {
	r := providerUpdateRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	p, err := s.providerOf(c)
	if err != nil {
		return nil, err
	}
	r.apply(p)
	return providerBody(p), nil
}

type addressRequest struct {
	Country    string  `json:"country"`
	PostalCode string  `json:"postalCode"`
	Line1      *string `json:"line1"`
	Line2      *string `json:"line2"`
	City       *string `json:"city"`
	State      *string `json:"state"`
	TaxID      *struct {
		Code  string `json:"code"`
		Value string `json:"value"`
	} `json:"taxId"`
}

func (r *addressRequest) address() billingAddress {
	a := billingAddress{
		Country: r.Country, PostalCode: r.PostalCode, Line1: r.Line1, Line2: r.Line2, City: r.City, State: r.State,
	}
	if r.TaxID != nil {
		a.TaxIDCode, a.TaxIDValue = &r.TaxID.Code, &r.TaxID.Value
	}
	return a
}

type providerSetupRequest struct {
	providerUpdateRequest

	Token         string `json:"token"`
	Key           string `json:"key"`
	PaymentMethod *struct {
		Type  string `json:"type"`
		Token string `json:"token"`
	} `json:"paymentMethod"`
	BillingAddress *addressRequest `json:"billingAddress"`
}

func (r *providerSetupRequest) validate(p problems) {
	r.providerUpdateRequest.validate(p)
	p.required("Token", r.Token)
	p.required("Key", r.Key)
	p.present("PaymentMethod", r.PaymentMethod != nil)
	p.present("BillingAddress", r.BillingAddress != nil)
}

// setupProvider is the first admin's answer to the mail from Bitwarden's staff.
func (s *Server) setupProvider(c *call) (any, error) {
	r := providerSetupRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	p, err := s.providerOf(c)
	if err != nil {
		return nil, err
	}
	if p.Status != providerPending {
		return nil, badRequest("Provider is already setup.")
	}
	if r.Token != p.SetupToken {
		return nil, badRequest("Invalid token.")
	}
	admin := s.store.providerUsers.first(func(pu *providerUser) bool {
		return pu.ProviderID == p.ID && pu.UserID == c.user.ID
	})
	if admin == nil {
		return nil, badRequest("Invalid owner.")
	}
	r.apply(p)
	p.Status, p.Address = providerBillable, r.BillingAddress.address()
	admin.Key = &r.Key
	return providerBody(p), nil
}

// deleteProvider asks for no secret, and works while clients are attached: they stay without a provider.
func (s *Server) deleteProvider(c *call) (any, error) {
	p, err := s.providerOf(c)
	if err != nil {
		return nil, err
	}
	for link := range s.store.providerOrgs.all() {
		if link.ProviderID == p.ID {
			s.store.providerOrgs.remove(link.ID)
		}
	}
	for pu := range s.store.providerUsers.all() {
		if pu.ProviderID == p.ID {
			s.store.providerUsers.remove(pu.ID)
		}
	}
	s.store.providers.remove(p.ID)
	return nil, nil
}
