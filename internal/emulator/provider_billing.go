// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"strings"
)

func (s *Server) providerBillingRoutes() {
	const base = "/providers/{providerId:guid}/billing"
	s.api("GET", base+"/subscription", signedIn, s.getProviderSubscription)
	s.api("GET", base+"/invoices", signedIn, s.listProviderInvoices)
	s.api("GET", base+"/invoices/{invoiceId:text}", signedIn, s.getProviderInvoice)
	newer := func(method, path string, h handler) {
		s.api(method, base+"/vnext/"+path, signedIn, h).withErrors(publicErrors)
	}
	newer("GET", "address", s.getProviderAddress)
	newer("PUT", "address", s.putProviderAddress)
	newer("GET", "credit", s.getProviderCredit)
	newer("GET", "payment-method", s.getProviderPaymentMethod)
	newer("GET", "warnings", s.getProviderWarnings)
}

// billedProvider is the provider in the path for its own users; 401 for anybody else.
func (s *Server) billedProvider(c *call, allowed func(string) bool) (*provider, error) {
	p := s.store.providers.get(c.values["providerId"])
	if p == nil {
		return nil, notFound()
	}
	if !allowed(p.ID) || p.Status != providerBillable {
		return nil, unauthorized()
	}
	return p, nil
}

func (s *Server) getProviderSubscription(c *call) (any, error) {
	p, err := s.billedProvider(c, c.isProviderUser)
	if err != nil {
		return nil, err
	}
	plans := []obj{}
	for _, pp := range p.Plans {
		plan, _ := planOf(pp.PlanType)
		plans = append(plans, obj{
			"planName": plan.Name, "type": pp.PlanType, "productTier": plan.ProductTier, "seatMinimum": pp.Minimum,
			"purchasedSeats": pp.Purchased, "assignedSeats": pp.Allocated,
			"cost":    float64(pp.Minimum+pp.Purchased) * plan.PasswordManager.ProviderPortalSeatPrice,
			"cadence": plan.cadence(),
		})
	}
	a := p.Address
	return obj{
		"status": "trialing", "currentPeriodEndDate": p.CreationDate.AddDate(0, 0, 14), "discountPercentage": nil,
		"collectionMethod": "charge_automatically", "plans": plans, "accountCredit": p.Credit,
		"taxInformation": obj{
			"country": a.Country, "postalCode": a.PostalCode, "taxId": a.TaxIDValue, "taxIdType": a.TaxIDCode,
			"line1": a.Line1, "line2": a.Line2, "city": a.City, "state": a.State,
		},
		"cancelAt": nil, "suspension": nil, "providerType": p.Type,
		"paymentSource": obj{"type": 0, "description": "VISA, *4242, 12/2035", "needsVerification": false},
	}, nil
}

// listProviderInvoices shows the invoice over nothing with which the trial begins.
func (s *Server) listProviderInvoices(c *call) (any, error) {
	p, err := s.billedProvider(c, c.isProviderAdmin)
	if err != nil {
		return nil, err
	}
	number := strings.ToUpper(p.ID[:8])
	return obj{"invoices": []obj{{
		"id": "in_" + p.ID, "date": p.CreationDate, "number": number + "-0001", "total": 0, "status": "paid",
		"dueDate": nil, "url": nil,
	}}}, nil
}

// getProviderInvoice would answer the clients' share in an invoice; the trial's has none.
func (s *Server) getProviderInvoice(c *call) (any, error) {
	if _, err := s.billedProvider(c, c.isProviderAdmin); err != nil {
		return nil, err
	}
	return nil, notFound()
}

func (s *Server) getProviderCredit(c *call) (any, error) {
	p, err := s.billedProvider(c, c.isProviderAdmin)
	if err != nil {
		return nil, err
	}
	return p.Credit, nil
}

func (s *Server) getProviderPaymentMethod(c *call) (any, error) {
	if _, err := s.billedProvider(c, c.isProviderAdmin); err != nil {
		return nil, err
	}
	return obj{"type": "card", "brand": "visa", "last4": "4242", "expiration": "12/2035"}, nil
}

func (s *Server) getProviderWarnings(c *call) (any, error) {
	if _, err := s.billedProvider(c, c.isProviderUser); err != nil {
		return nil, err
	}
	return obj{"suspension": nil, "taxId": nil}, nil
}

// addressBody is an address as the newer billing routes show it.
func addressBody(a billingAddress) obj {
	body := obj{
		"country": a.Country, "postalCode": a.PostalCode, "line1": a.Line1, "line2": a.Line2, "city": a.City,
		"state": a.State, "taxId": nil,
	}
	if a.TaxIDCode != nil {
		body["taxId"] = obj{"code": a.TaxIDCode, "value": a.TaxIDValue}
	}
	return body
}

func (s *Server) getProviderAddress(c *call) (any, error) {
	p, err := s.billedProvider(c, c.isProviderAdmin)
	if err != nil {
		return nil, err
	}
	return addressBody(p.Address), nil
}

type providerAddressRequest struct{ addressRequest }

// validate finds a missing property, as the server does, while it reads the JSON: then there is no request at all.
func (r *providerAddressRequest) validate(p problems) {
	switch {
	case r.Country == "" || r.PostalCode == "":
		p.add("$", "JSON deserialization was missing required properties.")
		p.add("request", "The request field is required.")
	case length16(r.Country) != 2:
		p.add("Country", "Country code must be 2 characters long.")
	}
	if r.TaxID != nil {
		p.required("TaxId.Code", r.TaxID.Code)
		p.required("TaxId.Value", r.TaxID.Value)
	}
}

// putProviderAddress replaces the address as a whole, the tax id included. What is wrong with the request is told in
// the older shape of errors.
func (s *Server) putProviderAddress(c *call) (any, error) {
	r := providerAddressRequest{}
	if err := c.bind(&r); err != nil {
		return nil, inOlderShape(err)
	}
	p, err := s.billedProvider(c, c.isProviderAdmin)
	if err != nil {
		return nil, err
	}
	p.Address = r.address()
	return addressBody(p.Address), nil
}

// inOlderShape keeps a refusal in the shape of the internal API on a route that has the other one.
func inOlderShape(err error) error {
	e := *asAPIError(err)
	if e.status == http.StatusBadRequest {
		e.body = errorBody(&e, internalErrors)
	}
	return &e
}
