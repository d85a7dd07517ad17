// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"slices"
	"strings"
)

func (s *Server) clientRoutes() {
	const base = "/providers/{providerId:guid}"
	s.api("GET", base+"/organizations", providerMember, s.listClients)
	s.api("DELETE", base+"/organizations/{id:guid}", providerAdmin, s.unlinkClient)
	s.api("POST", base+"/organizations/{id:guid}/delete", providerAdmin, s.unlinkClient)
	s.api("POST", base+"/clients", providerAdmin, s.createClient)
	s.api("PUT", base+"/clients/{id:guid}", providerMember, s.updateClient)
	s.api("GET", base+"/clients/addable", providerMember, s.listAddable)
	s.api("POST", base+"/clients/existing", providerAdmin, s.attachExisting)
}

func (s *Server) listClients(c *call) (any, error) {
	rows := []obj{}
	for link := range s.store.providerOrgs.all() {
		if link.ProviderID != c.values["providerId"] {
			continue
		}
		org := s.store.organizations.get(link.OrganizationID)
		confirmed, occupied := s.seatsOf(org.ID)
		rows = append(rows, obj{
			"organizationName": decoded(org.Name), "id": link.ID, "providerId": link.ProviderID, "organizationId": org.ID,
			"key": link.Key, "settings": link.Settings, "creationDate": link.CreationDate, "revisionDate": link.RevisionDate,
			"userCount": confirmed, "seats": seatCount(org), "occupiedSeats": occupied,
			"remainingSeats": seatCount(org) - occupied, "plan": org.PlanName,
			"object": "providerOrganizationOrganizationDetail",
		})
	}
	return list(rows), nil
}

type keyPairRequest struct {
	PublicKey           string `json:"publicKey"`
	EncryptedPrivateKey string `json:"encryptedPrivateKey"`
}

type createClientRequest struct {
	Name           string          `json:"name"`
	OwnerEmail     string          `json:"ownerEmail"`
	PlanType       enum            `json:"planType"`
	Seats          int             `json:"seats"`
	Key            string          `json:"key"`
	KeyPair        *keyPairRequest `json:"keyPair"`
	CollectionName string          `json:"collectionName"`
}

func (r *createClientRequest) validate(p problems) {
	must := func(field, name string, ok bool) {
		if !ok {
			p.add(field, "'"+name+"' must be provided")
		}
	}
	must("Name", "name", strings.TrimSpace(r.Name) != "")
	must("OwnerEmail", "ownerEmail", strings.TrimSpace(r.OwnerEmail) != "")
	must("Key", "key", strings.TrimSpace(r.Key) != "")
	must("KeyPair", "keyPair", r.KeyPair != nil)
	must("CollectionName", "collectionName", strings.TrimSpace(r.CollectionName) != "")
	if len(p) > 0 {
		return
	}
	switch r.PlanType {
	case planTeamsMonthly, planEnterpriseMonthly, planEnterpriseAnnually:
	default:
		p.add("PlanType",
			"'planType' must be Teams (Monthly), Enterprise (Monthly) or Enterprise (Annually)")
	}
	if r.Seats <= 0 {
		p.add("Seats", "'seats' must be greater than 0")
	}
}

// createClient makes organization, default collection, link and owner invitation, and answers nothing: the caller finds
// the new client in the list.
func (s *Server) createClient(c *call) (any, error) {
	r := createClientRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	p, err := s.billableProvider(c)
	if err != nil {
		return nil, err
	}
	if err := p.sells(int(r.PlanType)); err != nil {
		return nil, err
	}
	org := s.newOrganization(cut16(r.Name, 50), int(r.PlanType), r.Seats)
	org.PublicKey, org.PrivateKey = &r.KeyPair.PublicKey, &r.KeyPair.EncryptedPrivateKey
	if p.BillingEmail != nil {
		org.BillingEmail = *p.BillingEmail
	}
	first := s.newCollection(org.ID, r.CollectionName)
	link := s.linkClient(p, org, r.Key)
	s.logEvent(c, event{Type: 1900, ProviderID: p.ID, ProviderOrganizationID: link.ID})
	owner := s.newMember(org.ID, r.OwnerEmail, roleOwner)
	first.Members[owner.ID] = access{Manage: true}
	s.mailInvitation(org, owner)
	s.logEvent(c, event{Type: 1500, OrganizationID: org.ID, OrganizationUserID: owner.ID})
	org.Status = organizationManaged
	s.scaleSeats(p, org.PlanType)
	return nil, nil
}

// billableProvider is the provider in the path; 401 for one that does not sell seats.
func (s *Server) billableProvider(c *call) (*provider, error) {
	p, err := s.providerOf(c)
	if err != nil {
		return nil, err
	}
	if p.Status != providerBillable || p.Type == providerReseller {
		return nil, unauthorized()
	}
	return p, nil
}

// sells checks that the provider's type may manage organizations with a plan, and that it has seats of it.
func (p *provider) sells(planType int) error {
	allowed, kind := []int{planTeamsMonthly, planEnterpriseMonthly}, "Managed Service Providers"
	if p.Type == providerBusinessUnit {
		allowed, kind = []int{planEnterpriseMonthly, planEnterpriseAnnually}, "Business Unit Providers"
	}
	if slices.Contains(allowed, planType) {
		return nil
	}
	names := map[int][2]string{ // as a constant and as shown
		planTeamsMonthly:       {"TeamsMonthly", "Teams (Monthly)"},
		planEnterpriseMonthly:  {"EnterpriseMonthly", "Enterprise (Monthly)"},
		planEnterpriseAnnually: {"EnterpriseAnnually", "Enterprise (Annually)"},
	}
	return badRequest(kind + " cannot manage organizations with the plan type " + names[planType][0] +
		". Only " + names[allowed[0]][1] + " and " + names[allowed[1]][1] + " are allowed.")
}

// linkClient ties an organization to a provider.
func (s *Server) linkClient(p *provider, org *organization, key string) *providerOrganization {
	link := &providerOrganization{
		ID: newID(), ProviderID: p.ID, OrganizationID: org.ID, Key: key, CreationDate: s.now(), RevisionDate: s.now(),
	}
	return s.store.providerOrgs.add(link.ID, link)
}

type updateClientRequest struct {
	AssignedSeats int    `json:"assignedSeats"`
	Name          string `json:"name"`
}

func (r *updateClientRequest) validate(p problems) {
	p.required("Name", r.Name)
	if r.AssignedSeats < 0 {
		p.add("AssignedSeats", "You cannot assign negative seats to a client organization.")
	}
}

// updateClient writes name and seats, both always: omitted seats are none. Nothing compares them with the members.
func (s *Server) updateClient(c *call) (any, error) {
	r := updateClientRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	p, err := s.billableProvider(c)
	if err != nil {
		return nil, err
	}
	link := s.store.providerOrgs.get(c.values["id"])
	if link == nil || link.ProviderID != p.ID {
		return nil, notFound()
	}
	org := s.store.organizations.get(link.OrganizationID)
	if org.Status != organizationManaged {
		return nil, serverError()
	}
	if !c.isProviderAdmin(p.ID) && s.purchases(p, org.PlanType, r.AssignedSeats-seatCount(org)) {
		return nil, unauthorizedText("Service users cannot purchase additional seats.")
	}
	org.Seats, org.Name, org.RevisionDate = &r.AssignedSeats, new(cut16(r.Name, 50)), s.now()
	s.scaleSeats(p, org.PlanType)
	return nil, nil
}

// unlinkClient makes a client stand alone. The provider's users do not count as its owners here.
func (s *Server) unlinkClient(c *call) (any, error) {
	p, err := s.providerOf(c)
	if err != nil {
		return nil, err
	}
	link := s.store.providerOrgs.get(c.values["id"])
	if link == nil {
		return nil, serverError() // the server dereferences what it did not find
	}
	if link.ProviderID != p.ID {
		return nil, badRequest("Failed to remove organization. Please contact support.")
	}
	owners := s.store.members.where(func(m *member) bool {
		return m.OrganizationID == link.OrganizationID && m.Type == roleOwner && m.Status == statusConfirmed
	})
	if len(owners) == 0 {
		return nil, badRequest("Organization must have at least one confirmed owner.")
	}
	org := s.store.organizations.get(link.OrganizationID)
	org.BillingEmail, org.Status = s.store.users.get(owners[0].UserID).Email, organizationCreated
	org.GatewayCustomer = true // it pays for itself again
	s.store.providerOrgs.remove(link.ID)
	s.scaleSeats(p, org.PlanType)
	s.logEvent(c, event{Type: 1902, ProviderID: p.ID, ProviderOrganizationID: link.ID})
	for _, owner := range owners {
		s.sendMail(s.store.users.get(owner.UserID).Email, "Update your billing information",
			"Your organization is no longer managed by a provider.")
	}
	return nil, nil
}

// listAddable lists the organizations that the caller owns and that could become clients. It is a bare array.
func (s *Server) listAddable(c *call) (any, error) {
	p, err := s.billableProvider(c)
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	for m := range s.store.members.all() {
		if m.UserID != c.user.ID || m.Type != roleOwner || m.Status != statusConfirmed {
			continue
		}
		org := s.store.organizations.get(m.OrganizationID)
		if !s.addable(org) {
			continue
		}
		tier := "Teams"
		if pl, _ := planOf(org.PlanType); pl.ProductTier == 3 {
			tier = "Enterprise"
		}
		rows = append(rows, obj{
			"id": org.ID, "name": decoded(org.Name), "plan": tier, "seats": seatCount(org),
			"disabled": !c.isProviderAdmin(p.ID) && s.purchases(p, org.PlanType, seatCount(org)),
		})
	}
	return rows, nil
}

// addable tells whether an organization can become a client: paid by itself and of no provider yet.
func (s *Server) addable(org *organization) bool {
	return s.linkOf(org.ID) == nil && org.GatewayCustomer && org.Status == organizationCreated
}

type attachRequest struct {
	Key            string `json:"key"`
	OrganizationID guid   `json:"organizationId"`
}

func (r *attachRequest) validate(p problems) {
	if strings.TrimSpace(r.Key) == "" {
		p.add("Key", "'key' must be provided")
	}
}

func (s *Server) attachExisting(c *call) (any, error) {
	r := attachRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	p, err := s.billableProvider(c)
	if err != nil {
		return nil, err
	}
	org := s.store.organizations.get(string(r.OrganizationID))
	if org == nil || !c.isOwner(org.ID) {
		return nil, emptyStatus(401)
	}
	if !s.addable(org) {
		return nil, notFound()
	}
	link := s.linkClient(p, org, r.Key)
	org.Status, org.GatewayCustomer = organizationManaged, false
	if pl, _ := planOf(org.PlanType); pl.ProductTier == 3 {
		org.UseKeyConnector = true // the plan has it, though a client made by the provider does not get it
	}
	if p.BillingEmail != nil {
		org.BillingEmail = *p.BillingEmail
	}
	s.scaleSeats(p, org.PlanType)
	s.logEvent(c, event{Type: 1901, ProviderID: p.ID, ProviderOrganizationID: link.ID})
	return nil, nil
}
