// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"slices"
)

// Guards: requirements that the server checks before it reads path values and body.

// anonymous lets everybody in.
func anonymous(*call) error { return nil }

// signedIn wants a user's token: 401 without, 403 for a token of another kind.
func signedIn(c *call) error {
	if err := c.authenticate(); err != nil {
		return err
	}
	if !c.token.hasScope("api") {
		return forbiddenEmpty()
	}
	if c.user == nil {
		return unauthorized() // the account was deleted after the token was issued
	}
	return nil
}

// organizationToken wants a token of the public API.
func organizationToken(c *call) error {
	if err := c.authenticate(); err != nil {
		return err
	}
	if !c.token.hasScope("api.organization") {
		return forbiddenEmpty()
	}
	return nil
}

// providerAdmin wants an admin of the provider {providerId} in the path, by the token's claims: else 403.
func providerAdmin(c *call) error {
	if err := signedIn(c); err != nil {
		return err
	}
	if !c.isProviderAdmin(c.values["providerId"]) {
		return forbiddenEmpty()
	}
	return nil
}

// providerMember wants any user of the provider {providerId} in the path, by the token's claims: else 403.
func providerMember(c *call) error {
	if err := signedIn(c); err != nil {
		return err
	}
	if !c.isProviderUser(c.values["providerId"]) {
		return forbiddenEmpty()
	}
	return nil
}

// inOrganization is a newer kind of requirement about the organization {orgId} (or {organizationId}, {id}) in the path:
// an empty 403 where allowed answers false, an empty 500 where the path holds no GUID.
func inOrganization(allowed func(c *call, organizationID string) bool) guard {
	return func(c *call) error {
		if err := signedIn(c); err != nil {
			return err
		}
		for _, name := range []string{"orgId", "organizationId", "id"} {
			value, ok := c.values[name]
			if !ok {
				continue
			}
			id, ok := parseGUID(value)
			if !ok {
				return emptyStatus(500)
			}
			if !allowed(c, id) {
				return forbiddenEmpty()
			}
			if c.r.Method != http.MethodGet && c.s.store.organizations.get(id) == nil {
				return notFound() // it is gone, and the token older than that
			}
			return nil
		}
		return forbiddenEmpty()
	}
}

// Questions about the caller. What the token claims is as old as the token; the link between a provider and an
// organization is looked up at every request, so that a new client is usable at once.

func (c *call) isProviderAdmin(providerID string) bool {
	return c.token != nil && slices.Contains(c.token.ProviderAdmin, providerID)
}

func (c *call) isProviderUser(providerID string) bool {
	return c.isProviderAdmin(providerID) || c.token != nil && slices.Contains(c.token.ServiceUser, providerID)
}

// providerFor returns the provider as whose confirmed user the caller acts in an organization, nil if he does not.
func (c *call) providerFor(organizationID string) *provider {
	if c.user == nil || c.token == nil || len(c.token.ProviderAdmin)+len(c.token.ServiceUser) == 0 {
		return nil
	}
	link := c.s.linkOf(organizationID)
	if link == nil {
		return nil
	}
	found := c.s.store.providerUsers.first(func(pu *providerUser) bool {
		return pu.ProviderID == link.ProviderID && pu.UserID == c.user.ID && pu.Status == statusConfirmed
	})
	if found == nil {
		return nil
	}
	return c.s.store.providers.get(link.ProviderID)
}

// role is the caller's own role in an organization by the token's claims; false if he is no confirmed member.
func (c *call) role(organizationID string) (int, bool) {
	switch {
	case c.token == nil:
	case slices.Contains(c.token.OrgOwner, organizationID):
		return roleOwner, true
	case slices.Contains(c.token.OrgAdmin, organizationID):
		return roleAdmin, true
	case slices.Contains(c.token.OrgUser, organizationID):
		return roleUser, true
	case slices.Contains(c.token.OrgCustom, organizationID):
		return roleCustom, true
	}
	return 0, false
}

// isOwner is the owner rule: an owner by the token, or a user of the organization's provider.
func (c *call) isOwner(organizationID string) bool {
	role, ok := c.role(organizationID)
	return ok && role == roleOwner || c.providerFor(organizationID) != nil
}

// isAdmin is an owner (owner rule) or an admin.
func (c *call) isAdmin(organizationID string) bool {
	role, ok := c.role(organizationID)
	return ok && role == roleAdmin || c.isOwner(organizationID)
}

// isOrganizationUser is any member by the token, or a user of the organization's provider.
func (c *call) isOrganizationUser(organizationID string) bool {
	_, ok := c.role(organizationID)
	return ok || c.providerFor(organizationID) != nil
}

// belongsTo is isOrganizationUser for an organization that still exists.
func (c *call) belongsTo(organizationID string) bool {
	return c.isOrganizationUser(organizationID) && c.s.store.organizations.get(organizationID) != nil
}

// may is an admin (owner rule included) or a custom role with a permission, named by picking it:
//
//	c.may(org, func(p permissions) bool { return p.ManageUsers })
func (c *call) may(organizationID string, permission func(permissions) bool) bool {
	if c.isAdmin(organizationID) {
		return true
	}
	role, ok := c.role(organizationID)
	p := c.permissionsIn(organizationID)
	return ok && role == roleCustom && p != nil && permission(*p)
}

// permissionsIn are the caller's custom permissions by the token's claims, nil without.
func (c *call) permissionsIn(organizationID string) *permissions {
	if c.token == nil {
		return nil
	}
	return c.token.Permissions[organizationID]
}

// The permissions, ready for may and inOrganization.
func (c *call) mayManageUsers(org string) bool {
	return c.may(org, func(p permissions) bool { return p.ManageUsers })
}

func (c *call) mayManageGroups(org string) bool {
	return c.may(org, func(p permissions) bool { return p.ManageGroups })
}

func (c *call) mayManagePolicies(org string) bool {
	return c.may(org, func(p permissions) bool { return p.ManagePolicies })
}

func (c *call) mayManageSSO(org string) bool {
	return c.may(org, func(p permissions) bool { return p.ManageSSO })
}

func (c *call) mayManageScim(org string) bool {
	return c.may(org, func(p permissions) bool { return p.ManageScim })
}

func (c *call) mayManageResetPassword(org string) bool {
	return c.may(org, func(p permissions) bool { return p.ManageResetPassword })
}

func (c *call) mayAccessEventLogs(org string) bool {
	return c.may(org, func(p permissions) bool { return p.AccessEventLogs })
}

func (c *call) mayAccessReports(org string) bool {
	return c.may(org, func(p permissions) bool { return p.AccessReports })
}

func (c *call) mayAccessImportExport(org string) bool {
	return c.may(org, func(p permissions) bool { return p.AccessImportExport })
}

func (c *call) mayEditAnyCollection(org string) bool {
	return c.may(org, func(p permissions) bool { return p.EditAnyCollection })
}

func (c *call) mayCreateNewCollections(org string) bool {
	return c.may(org, func(p permissions) bool { return p.CreateNewCollections })
}

// ownMember is the caller's membership row in an organization whatever its status, nil without.
func (c *call) ownMember(organizationID string) *member {
	if c.user == nil {
		return nil
	}
	return c.s.store.members.first(func(m *member) bool {
		return m.OrganizationID == organizationID && m.UserID == c.user.ID
	})
}

// linkOf returns the row that ties an organization to its provider, nil if it has none.
func (s *Server) linkOf(organizationID string) *providerOrganization {
	return s.store.providerOrgs.first(func(l *providerOrganization) bool { return l.OrganizationID == organizationID })
}

// secretRequest is the body of calls that want the caller's secret once more.
type secretRequest struct {
	MasterPasswordHash    string `json:"masterPasswordHash"`
	OTP                   string `json:"otp"`
	AuthRequestAccessCode string `json:"authRequestAccessCode"`
}

func (r *secretRequest) validate(p problems) {
	if r.MasterPasswordHash == "" && r.OTP == "" && r.AuthRequestAccessCode == "" {
		p.add("", "MasterPasswordHash, OTP, or AccessCode must be supplied.")
	}
}

// verified tells whether the secret is the caller's.
func (r *secretRequest) verified(u *user) bool {
	return r.MasterPasswordHash != "" && u.PasswordHash != "" && r.MasterPasswordHash == u.PasswordHash
}
