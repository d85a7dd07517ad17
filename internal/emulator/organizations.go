// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "strings"

func (s *Server) organizationRoutes() {
	s.api("GET", "/organizations/{id}", signedIn, s.getOrganization)
	s.api("PUT", "/organizations/{id}", signedIn, s.updateOrganization)
	s.api("POST", "/organizations/{id}", signedIn, s.updateOrganization)
	s.api("PUT", "/organizations/{id}/collection-management", signedIn, s.updateCollectionManagement)
	s.api("DELETE", "/organizations/{id}", signedIn, s.deleteOrganization)
	s.api("POST", "/organizations/{id}/delete", signedIn, s.deleteOrganization)
}

// newOrganization makes an organization with the abilities of its plan.
func (s *Server) newOrganization(name string, planType, seats int) *organization {
	p, _ := planOf(planType)
	enterprise := p.ProductTier == 3
	org := &organization{
		ID: newID(), Name: &name, PlanType: planType, PlanName: p.Name, Status: organizationCreated, Enabled: true,
		Seats: &seats, MaxStorageGB: new(p.PasswordManager.BaseStorageGB), MaxCollections: p.PasswordManager.MaxCollections,
		UsePolicies: p.HasPolicies, UseSSO: p.HasSSO, UseGroups: p.HasGroups, UseDirectory: p.HasDirectory,
		UseEvents: p.HasEvents, UseTotp: p.HasTotp, Use2FA: p.Has2FA, UseResetPassword: p.HasResetPassword,
		UsersGetPremium: p.UsersGetPremium, SelfHost: p.HasSelfHost, UseMyItems: p.HasMyItems,
		UseInviteLinks: p.HasInviteLinks, UseOrganizationDomains: p.HasOrganizationDomains,
		// The pricing service of the recorded server did not tell these; clients of Teams and Enterprise had them.
		UseAPI: p.ProductTier >= 2, UseScim: p.ProductTier >= 2,
		UseCustomPermissions: enterprise, UseRiskInsights: enterprise, UsePasswordManager: true,
		CreationDate: s.now(), RevisionDate: s.now(),
	}
	s.store.organizations.add(org.ID, org)
	s.newOrganizationKey(org.ID, 0)
	return org
}

// shownName is an organization's name as people read it, empty if it has none.
func (org *organization) shownName() string {
	if org.Name == nil {
		return ""
	}
	return htmlDecode(*org.Name)
}

// organizationKey is the API key of an organization for a purpose, nil if it was never asked for.
func (s *Server) organizationKey(organizationID string, keyType int) *organizationAPIKey {
	return s.store.orgAPIKeys.first(func(k *organizationAPIKey) bool {
		return k.OrganizationID == organizationID && k.Type == keyType
	})
}

func (s *Server) newOrganizationKey(organizationID string, keyType int) *organizationAPIKey {
	key := &organizationAPIKey{
		ID: newID(), OrganizationID: organizationID, Type: keyType, Key: secret(), RevisionDate: s.now(),
	}
	return s.store.orgAPIKeys.add(key.ID, key)
}

// newCollection makes a shared collection that nobody has access to yet.
func (s *Server) newCollection(organizationID, name string) *collection {
	col := &collection{
		ID: newID(), OrganizationID: organizationID, Name: name, Members: map[string]access{}, Groups: map[string]access{},
		CreationDate: s.now(), RevisionDate: s.now(),
	}
	return s.store.collections.add(col.ID, col)
}

// ownedOrganization is the organization {id} in the path by the owner rule: 404 if it is unknown or the caller has no
// right, 500 if the path holds no GUID.
func (s *Server) ownedOrganization(c *call) (*organization, error) {
	id, err := c.parsedID("id")
	if err != nil {
		return nil, err
	}
	org := s.store.organizations.get(id)
	if org == nil || !c.isOwner(id) {
		return nil, notFound()
	}
	return org, nil
}

func (s *Server) getOrganization(c *call) (any, error) {
	org, err := s.ownedOrganization(c)
	if err != nil {
		return nil, err
	}
	return organizationBody(org), nil
}

// organizationBody is the whole organization as its owners see it.
func organizationBody(org *organization) obj {
	_, rawPlan := planOf(org.PlanType)
	plan := obj{}
	if rawPlan != nil {
		plan["plan"] = rawPlan
	}
	return obj{
		"id": org.ID, "name": decoded(org.Name), "businessName": org.BusinessName, "businessAddress1": nil,
		"businessAddress2": nil, "businessAddress3": nil, "businessCountry": nil, "businessTaxNumber": nil,
		"billingEmail": org.BillingEmail, "plan": plan["plan"], "secretsManagerPlan": nil, "planType": org.PlanType,
		"seats": org.Seats, "maxAutoscaleSeats": org.MaxAutoscaleSeats, "maxCollections": org.MaxCollections,
		"maxStorageGb": org.MaxStorageGB, "usePolicies": org.UsePolicies, "useSso": org.UseSSO,
		"useKeyConnector": org.UseKeyConnector, "useScim": org.UseScim, "useGroups": org.UseGroups,
		"useDirectory": org.UseDirectory, "useEvents": org.UseEvents, "useTotp": org.UseTotp, "use2fa": org.Use2FA,
		"useApi": org.UseAPI, "useSecretsManager": org.UseSecretsManager, "useResetPassword": org.UseResetPassword,
		"usersGetPremium": org.UsersGetPremium, "useCustomPermissions": org.UseCustomPermissions, "selfHost": org.SelfHost,
		"hasPublicAndPrivateKeys": org.PublicKey != nil && org.PrivateKey != nil,
		"usePasswordManager":      org.UsePasswordManager, "smSeats": nil, "smServiceAccounts": nil,
		"maxAutoscaleSmSeats": nil, "maxAutoscaleSmServiceAccounts": nil,
		"limitCollectionCreation": org.LimitCollectionCreation, "limitCollectionDeletion": org.LimitCollectionDeletion,
		"limitItemDeletion": org.LimitItemDeletion, "allowAdminAccessToAllCollectionItems": org.AllowAdminAccess,
		"useRiskInsights": org.UseRiskInsights, "useOrganizationDomains": org.UseOrganizationDomains,
		"useAdminSponsoredFamilies":    org.UseAdminSponsoredFamilies,
		"useAutomaticUserConfirmation": org.UseAutomaticUserConfirmation,
		"useDisableSmAdsForUsers":      org.UseDisableSMAds, "usePhishingBlocker": org.UsePhishingBlocker,
		"useMyItems": org.UseMyItems, "useInviteLinks": org.UseInviteLinks, "usePam": org.UsePam,
		"object": "organization",
	}
}

type organizationRequest struct {
	Name         *htmlText       `json:"name"`
	BillingEmail *string         `json:"billingEmail"`
	Keys         *keyPairRequest `json:"keys"`
}

func (r *organizationRequest) validate(p problems) {
	if r.Name != nil {
		p.exceeds("Name", string(*r.Name), 50)
	}
	if r.BillingEmail != nil {
		p.emailAddress("BillingEmail", *r.BillingEmail)
		p.stringLength("BillingEmail", *r.BillingEmail, 256)
	}
}

// updateOrganization changes what is given; an empty name makes it null. Whoever changes the billing address must be
// allowed to edit the subscription. Keys are only taken by an organization without.
func (s *Server) updateOrganization(c *call) (any, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	r := organizationRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	org := s.store.organizations.get(id)
	allowed := c.isOwner
	if r.BillingEmail != nil {
		allowed = c.mayEditSubscription
	}
	if org == nil || !allowed(id) {
		return nil, emptyStatus(401)
	}
	if r.Name != nil {
		org.Name = nonEmpty(string(*r.Name))
	}
	if r.BillingEmail != nil {
		org.BillingEmail = strings.ToLower(*r.BillingEmail)
	}
	if r.Keys != nil && org.PublicKey == nil && org.PrivateKey == nil {
		org.PublicKey, org.PrivateKey = &r.Keys.PublicKey, &r.Keys.EncryptedPrivateKey
	}
	org.RevisionDate = s.now()
	s.logEvent(c, event{Type: 1600, OrganizationID: org.ID})
	return organizationBody(org), nil
}

func nonEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

type collectionManagementRequest struct {
	LimitCollectionCreation bool `json:"limitCollectionCreation"`
	LimitCollectionDeletion bool `json:"limitCollectionDeletion"`
	LimitItemDeletion       bool `json:"limitItemDeletion"`
	AllowAdminAccess        bool `json:"allowAdminAccessToAllCollectionItems"`
}

// updateCollectionManagement writes all four settings, omitted ones as false, with an event for each that changed.
func (s *Server) updateCollectionManagement(c *call) (any, error) {
	if _, err := c.id("id"); err != nil {
		return nil, err
	}
	r := collectionManagementRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	org, err := s.ownedOrganization(c)
	if err != nil {
		return nil, err
	}
	set := func(setting *bool, value bool, on int) {
		if *setting != value {
			eventType := on
			if !value {
				eventType++
			}
			s.logEvent(c, event{Type: eventType, OrganizationID: org.ID})
		}
		*setting = value
	}
	set(&org.LimitCollectionCreation, r.LimitCollectionCreation, 1610)
	set(&org.LimitCollectionDeletion, r.LimitCollectionDeletion, 1612)
	set(&org.LimitItemDeletion, r.LimitItemDeletion, 1614)
	set(&org.AllowAdminAccess, r.AllowAdminAccess, 1616)
	org.RevisionDate = s.now()
	return organizationBody(org), nil
}

// deleteOrganization removes an organization with everything in it. The provider's seats are released first.
func (s *Server) deleteOrganization(c *call) (any, error) {
	r := secretRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	org, err := s.ownedOrganization(c)
	if err != nil {
		return nil, err
	}
	if !r.verified(c.user) {
		return nil, wrongSecret("", "User verification failed.")
	}
	s.removeOrganization(org)
	return nil, nil
}

// removeOrganization deletes an organization and every row that belongs to it.
func (s *Server) removeOrganization(org *organization) {
	if link := s.linkOf(org.ID); link != nil {
		s.store.providerOrgs.remove(link.ID)
		s.scaleSeats(s.store.providers.get(link.ProviderID), org.PlanType)
	}
	removeWhere(&s.store.members, func(m *member) (string, bool) { return m.ID, m.OrganizationID == org.ID })
	removeWhere(&s.store.inviteLinks, func(l *inviteLink) (string, bool) { return l.ID, l.OrganizationID == org.ID })
	removeWhere(&s.store.groups, func(g *group) (string, bool) { return g.ID, g.OrganizationID == org.ID })
	removeWhere(&s.store.collections, func(col *collection) (string, bool) { return col.ID, col.OrganizationID == org.ID })
	removeWhere(&s.store.policies, func(p *policy) (string, bool) { return p.ID, p.OrganizationID == org.ID })
	removeWhere(&s.store.domains, func(d *domain) (string, bool) { return d.ID, d.OrganizationID == org.ID })
	removeWhere(&s.store.connections, func(x *connection) (string, bool) { return x.ID, x.OrganizationID == org.ID })
	removeWhere(&s.store.ciphers, func(ci *cipher) (string, bool) { return ci.ID, ci.OrganizationID == org.ID })
	removeWhere(
		&s.store.orgAPIKeys,
		func(k *organizationAPIKey) (string, bool) { return k.ID, k.OrganizationID == org.ID },
	)
	s.store.organizations.remove(org.ID)
}

// removeWhere deletes the rows that of names.
func removeWhere[T any](t *table[T], of func(*T) (id string, gone bool)) {
	for row := range t.all() {
		if id, gone := of(row); gone {
			t.remove(id)
		}
	}
}
