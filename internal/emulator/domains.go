// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"crypto/rand"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"time"
)

func (s *Server) domainRoutes() {
	const base = "/organizations/{orgId}/domain"
	s.api("GET", base, signedIn, s.listDomains)
	s.api("GET", base+"/{id}", signedIn, s.getDomain)
	s.api("POST", base, signedIn, s.createDomain)
	s.api("POST", base+"/{id}/verify", signedIn, s.verifyDomain)
	s.api("DELETE", base+"/{id}", signedIn, s.deleteDomain)
	s.api("POST", base+"/{id}/remove", signedIn, s.deleteDomain)
}

// domainIn is the domain {id} of the organization {orgId} in the path: 401 for callers without the right to its single
// sign-on, 404 if there is none.
func (s *Server) domainIn(c *call) (*domain, error) {
	orgID, id, err := c.organizationAnd("id")
	if err != nil {
		return nil, err
	}
	if !c.mayManageSSO(orgID) {
		return nil, unauthorized()
	}
	d := s.store.domains.get(id)
	if d == nil || d.OrganizationID != orgID {
		return nil, notFound()
	}
	return d, nil
}

func domainBody(d *domain) obj {
	return obj{
		"id": d.ID, "organizationId": d.OrganizationID, "txt": d.Txt, "domainName": d.Name,
		"creationDate": d.CreationDate, "nextRunDate": d.NextRunDate, "jobRunCount": d.JobRunCount,
		"verifiedDate": d.VerifiedDate, "lastCheckedDate": d.LastChecked, "object": "organizationDomain",
	}
}

func (s *Server) listDomains(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	if !c.mayManageSSO(orgID) && !c.mayManagePolicies(orgID) {
		return nil, unauthorized()
	}
	rows := []obj{}
	for d := range s.store.domains.all() {
		if d.OrganizationID == orgID {
			rows = append(rows, domainBody(d))
		}
	}
	return list(rows), nil
}

func (s *Server) getDomain(c *call) (any, error) {
	d, err := s.domainIn(c)
	if err != nil {
		return nil, err
	}
	return domainBody(d), nil
}

type domainRequest struct {
	DomainName string `json:"domainName"`
}

var domainName = regexp.MustCompile(`^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,63}$`)

func (r *domainRequest) validate(p problems) {
	p.required("DomainName", r.DomainName)
	if r.DomainName != "" && !domainName.MatchString(r.DomainName) {
		p.add("DomainName", "The DomainName field is not a valid domain name.")
	}
}

// createDomain asks for a domain, on any plan. Only one that is verified elsewhere is refused.
func (s *Server) createDomain(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	r := domainRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if !c.mayManageSSO(orgID) {
		return nil, unauthorized()
	}
	if s.store.organizations.get(orgID) == nil {
		return nil, notFound()
	}
	name := strings.ToLower(r.DomainName)
	if s.verifiedDomain(name) != nil {
		return nil, conflict("The domain is not available to be claimed.")
	}
	if s.store.domains.first(func(d *domain) bool { return d.OrganizationID == orgID && d.Name == name }) != nil {
		return nil, conflict("A domain already exists for this organization vault.")
	}
	d := &domain{
		ID: newID(), OrganizationID: orgID, Name: name, Txt: newDomainTxt(), CreationDate: s.now(),
		NextRunDate: s.now().Add(12 * time.Hour),
	}
	s.store.domains.add(d.ID, d)
	s.logEvent(c, event{Type: 2000, OrganizationID: orgID, DomainName: name})
	return domainBody(d), nil
}

// newDomainTxt is the record that must be published to prove a domain.
func newDomainTxt() string {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	return "bw=" + base64.StdEncoding.EncodeToString(random)
}

// verifiedDomain is the row of a domain that somebody has proven to hold, nil without.
func (s *Server) verifiedDomain(name string) *domain {
	return s.store.domains.first(func(d *domain) bool { return d.Name == name && d.VerifiedDate != nil })
}

func (s *Server) hasVerifiedDomain(organizationID string) bool {
	return s.store.domains.first(func(d *domain) bool {
		return d.OrganizationID == organizationID && d.VerifiedDate != nil
	}) != nil
}

// blocksAccounts tells whether the organization that holds an address's domain lets nobody register with it.
func (s *Server) blocksAccounts(email string) bool {
	return s.store.domains.first(func(d *domain) bool {
		return d.VerifiedDate != nil && hasDomain(email, d.Name) && s.policyOn(d.OrganizationID, policyBlockClaimed) != nil
	}) != nil
}

// verifyDomain looks for the published record: a missing one is a 200 that shows no date of verification. A verified
// domain switches the single organization policy on.
func (s *Server) verifyDomain(c *call) (any, error) {
	d, err := s.domainIn(c)
	if err != nil {
		return nil, err
	}
	d.LastChecked = new(s.now())
	switch {
	case d.VerifiedDate != nil:
		return nil, conflict("Domain has already been verified.")
	case s.verifiedDomain(d.Name) != nil:
		return nil, conflict("The domain is not available to be claimed.")
	}
	eventType := 2003
	if slices.Contains(s.store.txtRecords[d.Name], d.Txt) {
		d.VerifiedDate, eventType = new(s.now()), 2002
		change := policyChange{Type: policySingleOrg, Enabled: true}
		if old := s.policyOf(d.OrganizationID, policySingleOrg); old != nil {
			change.Data = old.Data
		}
		// A plan without policies does not keep the domain from being verified.
		_, _ = s.savePolicy(c, s.store.organizations.get(d.OrganizationID), change)
	}
	s.logEvent(c, event{Type: eventType, OrganizationID: d.OrganizationID, DomainName: d.Name})
	return domainBody(d), nil
}

func (s *Server) deleteDomain(c *call) (any, error) {
	d, err := s.domainIn(c)
	if err != nil {
		return nil, err
	}
	s.store.domains.remove(d.ID)
	s.logEvent(c, event{Type: 2001, OrganizationID: d.OrganizationID, DomainName: d.Name})
	return nil, nil
}

// SetTXT publishes the TXT records of a domain, by which its owner proves that it is his. They replace earlier ones.
func (s *Server) SetTXT(name string, records ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.store.txtRecords == nil {
		s.store.txtRecords = map[string][]string{}
	}
	s.store.txtRecords[strings.ToLower(name)] = records
}
