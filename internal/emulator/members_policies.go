// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "encoding/json"

// Policies that members meet when they join, return or recover.
const (
	policyTwoFactor     = 0
	policySingleOrg     = 3
	policyDataOwnership = 5
	policyResetPassword = 8
)

// policyOn returns an organization's policy of a type if it is switched on, else nil.
func (s *Server) policyOn(organizationID string, policyType int) *policy {
	org := s.store.organizations.get(organizationID)
	if org == nil || !org.Enabled || !org.UsePolicies {
		return nil
	}
	return s.store.policies.first(func(p *policy) bool {
		return p.OrganizationID == organizationID && p.Type == policyType && p.Enabled
	})
}

// policyBinds tells whether a policy is on and holds for a member: owners, admins and the provider's users are exempt.
func (s *Server) policyBinds(m *member, policyType int) bool {
	if s.policyOn(m.OrganizationID, policyType) == nil || m.Type == roleOwner || m.Type == roleAdmin {
		return false
	}
	link := s.linkOf(m.OrganizationID)
	return link == nil || s.store.providerUsers.first(func(pu *providerUser) bool {
		return pu.ProviderID == link.ProviderID && pu.UserID == m.UserID && pu.Status == statusConfirmed
	}) == nil
}

// autoEnrolls tells whether those who join an organization must hand over a key for account recovery.
func (s *Server) autoEnrolls(organizationID string) bool {
	org := s.store.organizations.get(organizationID)
	p := s.policyOn(organizationID, policyResetPassword)
	if org == nil || !org.UseResetPassword || p == nil || p.Data == nil {
		return false
	}
	data := struct {
		AutoEnrollEnabled bool `json:"autoEnrollEnabled"`
	}{}
	return json.Unmarshal([]byte(*p.Data), &data) == nil && data.AutoEnrollEnabled
}

// lacksTwoFactor tells whether a member has an account without the two-step login that a policy demands of him.
func (s *Server) lacksTwoFactor(m *member) bool {
	u := s.store.users.get(m.UserID)
	return u != nil && !u.TwoFactorEnabled && s.policyBinds(m, policyTwoFactor)
}

// memberElsewhere tells whether a member's account belongs to another organization, too.
func (s *Server) memberElsewhere(m *member) bool {
	return m.UserID != "" && s.store.members.first(func(other *member) bool {
		return other.UserID == m.UserID && other.OrganizationID != m.OrganizationID &&
			(other.Status == statusAccepted || other.Status == statusConfirmed)
	}) != nil
}

// boundElsewhere tells whether another organization forbids a member's account to belong to a second one.
func (s *Server) boundElsewhere(m *member) bool {
	return m.UserID != "" && s.store.members.first(func(other *member) bool {
		return other.UserID == m.UserID && other.OrganizationID != m.OrganizationID &&
			(other.Status == statusAccepted || other.Status == statusConfirmed) && s.policyBinds(other, policySingleOrg)
	}) != nil
}

// incompliance is why policies keep a revoked member out, empty if they do not.
func (s *Server) incompliance(m *member) string {
	switch email := s.emailOf(m); {
	case m.UserID == "":
		return ""
	case s.policyBinds(m, policySingleOrg) && s.memberElsewhere(m):
		return email + " is not compliant with the single organization policy."
	case s.boundElsewhere(m):
		return email + " belongs to an organization that doesn't allow them to join multiple organizations."
	case s.lacksTwoFactor(m):
		return email + " is not compliant with the two-step login policy."
	}
	return ""
}
