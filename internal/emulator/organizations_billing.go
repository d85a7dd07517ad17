// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "maps"

func (s *Server) organizationBillingRoutes() {
	const base = "/organizations/{id}"
	billing := inOrganization((*call).mayEditSubscription)
	s.api("GET", base+"/subscription", signedIn, s.getOrganizationSubscription)
	s.api("POST", base+"/subscription", signedIn, s.changeOrganizationSubscription)
	s.api("POST", base+"/seat", signedIn, s.changeOrganizationSubscription)
	s.api("POST", base+"/storage", signedIn, s.changeOrganizationSubscription)
	s.api("GET", base+"/billing/history", signedIn, s.getOrganizationBillingHistory)
	s.api("GET", base+"/billing/invoices", signedIn, s.listOrganizationInvoices)
	s.api("GET", base+"/billing/transactions", signedIn, s.listOrganizationInvoices)
	s.api("GET", base+"/billing/vnext/address", billing, s.getOrganizationAddress).withErrors(publicErrors)
	s.api("GET", base+"/billing/vnext/metadata", inOrganization((*call).isOrganizationUser), s.getOrganizationMetadata)
	s.api("GET", base+"/billing/vnext/warnings", inOrganization((*call).isOrganizationUser), s.getOrganizationWarnings)
}

// mayEditSubscription tells whether the caller may decide about an organization's payments: for a provider's client only
// the provider's users may.
func (c *call) mayEditSubscription(organizationID string) bool {
	if c.s.linkOf(organizationID) != nil {
		return c.providerFor(organizationID) != nil
	}
	return c.isOwner(organizationID)
}

// billedOrganization is the organization {id} in the path whose payments are the caller's matter: 404 if they are not.
func (s *Server) billedOrganization(c *call) (*organization, error) {
	id, err := c.parsedID("id")
	if err != nil {
		return nil, err
	}
	org := s.store.organizations.get(id)
	if org == nil || !c.mayEditSubscription(id) {
		return nil, notFound()
	}
	return org, nil
}

// getOrganizationSubscription tells only what is known without a subscription of the organization's own, as for a
// provider's clients.
func (s *Server) getOrganizationSubscription(c *call) (any, error) {
	org, err := s.billedOrganization(c)
	if err != nil {
		return nil, err
	}
	body := organizationBody(org)
	maps.Copy(body, obj{
		"storageName": nil, "storageGb": 0, "customerDiscount": nil, "subscription": nil, "upcomingInvoice": nil,
		"pendingAnnualUpgrade": nil, "smServiceAccountsGrace": nil, "expirationWithoutGracePeriod": nil, "expiration": nil,
		"exemptFromBillingAutomation": false, "object": "organizationSubscription",
	})
	return body, nil
}

// changeOrganizationSubscription fails for a provider's clients, whose seats are changed through the provider.
func (s *Server) changeOrganizationSubscription(c *call) (any, error) {
	if _, err := s.billedOrganization(c); err != nil {
		return nil, err
	}
	return nil, badRequest("No subscription found.")
}

func (s *Server) getOrganizationBillingHistory(c *call) (any, error) {
	if _, err := s.billedOrganization(c); err != nil {
		return nil, err
	}
	return obj{"invoices": []obj{}, "transactions": []obj{}}, nil
}

// listOrganizationInvoices is a bare array.
func (s *Server) listOrganizationInvoices(c *call) (any, error) {
	if _, err := s.billedOrganization(c); err != nil {
		return nil, err
	}
	return []obj{}, nil
}

// getOrganizationAddress answers the address of the provider, with which its clients' payment accounts are made.
func (s *Server) getOrganizationAddress(c *call) (any, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	link := s.linkOf(id)
	if link == nil {
		return nil, nil
	}
	a := s.store.providers.get(link.ProviderID).Address
	return obj{
		"country": a.Country, "postalCode": a.PostalCode, "line1": a.Line1, "line2": a.Line2, "city": a.City,
		"state": a.State, "taxId": nil,
	}, nil
}

func (s *Server) getOrganizationMetadata(c *call) (any, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	_, occupied := s.seatsOf(id)
	return obj{"isOnSecretsManagerStandalone": false, "organizationOccupiedSeats": occupied}, nil
}

func (s *Server) getOrganizationWarnings(*call) (any, error) {
	return obj{
		"freeTrial": nil, "inactiveSubscription": nil, "resellerRenewal": nil, "taxId": nil,
		"scheduledPriceIncrease": nil,
	}, nil
}
