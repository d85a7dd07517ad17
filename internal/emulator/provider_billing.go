// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

func (s *Server) providerBillingRoutes() {
	const base = "/providers/{providerId:guid}/billing"
	s.api("GET", base+"/subscription", signedIn, s.getProviderSubscription)
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
