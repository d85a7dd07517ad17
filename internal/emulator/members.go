// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"slices"
	"strings"
)

func (s *Server) memberRoutes() {
	const base = "/organizations/{orgId}/users"
	manage := inOrganization((*call).mayManageUsers)
	s.api("GET", base, signedIn, s.listMembers)
	s.api("GET", base+"/mini-details", inOrganization((*call).isOrganizationUser), s.listMembersBriefly)
	s.api("GET", base+"/{id}", manage, s.getMember)
	s.api("POST", base+"/invite", manage, s.inviteMembers)
	s.api("POST", base+"/reinvite", manage, s.reinviteMembers)
	s.api("POST", base+"/{id}/reinvite", manage, s.reinviteMember)
	s.api("POST", base+"/{id}/accept", signedIn, s.acceptInvitation)
	s.api("POST", base+"/public-keys", manage, s.memberPublicKeys)
	s.api("POST", base+"/confirm", manage, s.confirmMembers)
	s.api("POST", base+"/{id}/confirm", manage, s.confirmMember)
	s.api("PUT", base+"/{id}", manage, s.updateMember)
	s.api("POST", base+"/{id}", manage, s.updateMember)
	s.api("PUT", base+"/revoke", manage, s.revokeMembers)
	s.api("PUT", base+"/{id}/revoke", manage, s.revokeMember)
	s.api("PUT", base+"/restore", manage, s.restoreMembers)
	s.api("PUT", base+"/{id}/restore", manage, s.restoreMember)
	s.api("PUT", base+"/{id}/restore/vnext", manage, s.restoreMemberNext)
	s.api("DELETE", base, manage, s.removeMembers)
	s.api("POST", base+"/remove", manage, s.removeMembers)
	s.api("DELETE", base+"/{id}", manage, s.removeOneMember)
	s.api("POST", base+"/{id}/remove", manage, s.removeOneMember)
	s.api("DELETE", base+"/delete-account", manage, s.deleteAccounts)
	s.api("POST", base+"/delete-account", manage, s.deleteAccounts)
	s.api("DELETE", base+"/{id}/delete-account", manage, s.deleteAccount)
	s.api("POST", base+"/{id}/delete-account", manage, s.deleteAccount)
	s.api("POST", "/organizations/{id}/leave", signedIn, s.leaveOrganization)
}

// membersOf are an organization's members, whatever their status.
func (s *Server) membersOf(organizationID string) []*member {
	return s.store.members.where(func(m *member) bool { return m.OrganizationID == organizationID })
}

// memberIn is the member {id} of the organization {orgId} in the path: 404 if there is none.
func (s *Server) memberIn(c *call) (*organization, *member, error) {
	orgID, id, err := c.organizationAnd("id")
	if err != nil {
		return nil, nil, err
	}
	m := s.store.members.get(id)
	if m == nil || m.OrganizationID != orgID {
		return nil, nil, notFound()
	}
	return s.store.organizations.get(orgID), m, nil
}

// listMembers answers those who may manage members, and the enrolled ones to those who may only recover accounts. Without
// the flags in the query groups and collections come back empty.
func (s *Server) listMembers(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	all := c.mayManageUsers(orgID)
	if !all && !c.mayManageResetPassword(orgID) {
		return nil, notFound()
	}
	rows := []obj{}
	for _, m := range s.membersOf(orgID) {
		if all || m.ResetPasswordKey != nil {
			rows = append(rows, s.memberRow(m, c.queryFlag("includeGroups"), c.queryFlag("includeCollections")))
		}
	}
	return list(rows), nil
}

// memberRow is a member in the list.
func (s *Server) memberRow(m *member, groups, collections bool) obj {
	row := s.memberBody(m)
	row["object"], row["revocationReason"] = "organizationUserUserDetails", m.RevocationReason
	row["name"], row["email"], row["avatarColor"] = nil, m.Email, nil
	row["twoFactorEnabled"], row["ssoBound"] = false, false
	if u := s.store.users.get(m.UserID); u != nil {
		row["name"], row["email"], row["avatarColor"] = u.Name, u.Email, u.AvatarColor
		row["twoFactorEnabled"] = u.TwoFactorEnabled
	}
	row["groups"] = []string{}
	if groups {
		row["groups"] = s.groupsWith(m)
	}
	if !collections {
		row["collections"] = []obj{}
	}
	return row
}

// memberBody is what every answer tells about a member.
func (s *Server) memberBody(m *member) obj {
	u := s.store.users.get(m.UserID)
	body := obj{
		"id": m.ID, "userId": orNull(m.UserID), "type": m.Type, "status": m.Status, "externalId": m.ExternalID,
		"accessSecretsManager": m.AccessSecrets, "accessPam": m.AccessPam,
		"resetPasswordEnrolled": m.UserID != "" && m.ResetPasswordKey != nil,
		"usesKeyConnector":      u != nil && u.UsesKeyConnector, "hasMasterPassword": u != nil && u.PasswordHash != "",
		"claimedByOrganization": s.claimed(s.store.organizations.get(m.OrganizationID), u),
		"collections":           s.collectionsWith(m), "creationDate": m.CreationDate,
	}
	if m.Permissions != nil {
		body["permissions"] = m.Permissions
	}
	return body
}

// groupsWith are the ids of a member's groups.
func (s *Server) groupsWith(m *member) []string {
	ids := []string{}
	for g := range s.store.groups.all() {
		if g.OrganizationID == m.OrganizationID && g.Members[m.ID] {
			ids = append(ids, g.ID)
		}
	}
	return ids
}

// collectionsWith is a member's own access to shared collections; what comes through groups does not show.
func (s *Server) collectionsWith(m *member) []obj {
	rows := []obj{}
	for col := range s.store.collections.all() {
		if a, ok := col.Members[m.ID]; ok && col.Type == sharedCollection {
			rows = append(rows, obj{
				"id": col.ID, "readOnly": a.ReadOnly, "hidePasswords": a.HidePasswords, "manage": a.Manage,
			})
		}
	}
	return rows
}

func (s *Server) listMembersBriefly(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, m := range s.membersOf(orgID) {
		row := obj{
			"id": m.ID, "userId": orNull(m.UserID), "type": m.Type, "status": m.Status, "name": nil, "email": m.Email,
			"object": "organizationUserUserMiniDetails",
		}
		if u := s.store.users.get(m.UserID); u != nil {
			row["name"], row["email"] = u.Name, u.Email
		}
		rows = append(rows, row)
	}
	return list(rows), nil
}

// getMember tells neither name nor address.
func (s *Server) getMember(c *call) (any, error) {
	_, m, err := s.memberIn(c)
	if err != nil {
		return nil, err
	}
	body := s.memberBody(m)
	body["object"], body["ssoExternalId"] = "organizationUserDetails", nil
	if c.queryFlag("includeGroups") {
		body["groups"] = s.groupsWith(m)
	}
	return body, nil
}

// emailOf is a member's address: his account's once he has accepted.
func (s *Server) emailOf(m *member) string {
	if u := s.store.users.get(m.UserID); u != nil {
		return u.Email
	}
	return m.Email
}

// ownerRemains is 400 if an organization would be left without a confirmed owner. A confirmed provider user counts as one.
func (s *Server) ownerRemains(organizationID string, without []*member) error {
	owner := s.store.members.first(func(m *member) bool {
		return m.OrganizationID == organizationID && m.Type == roleOwner && m.Status == statusConfirmed &&
			!slices.Contains(without, m)
	})
	if owner != nil || s.hasProviderUsers(organizationID) {
		return nil
	}
	return badRequest("Organization must have at least one confirmed owner.")
}

func (s *Server) hasProviderUsers(organizationID string) bool {
	link := s.linkOf(organizationID)
	return link != nil && s.store.providerUsers.first(func(pu *providerUser) bool {
		return pu.ProviderID == link.ProviderID && pu.Status == statusConfirmed
	}) != nil
}

// mayConfigure is 400 if the caller may not give a member one role instead of another; was is nil for a new member.
func (c *call) mayConfigure(organizationID string, was *int, role int, granted *permissions) error {
	touches := func(r int) bool { return role == r || was != nil && *was == r }
	switch {
	case c.isOwner(organizationID):
		return nil
	case touches(roleOwner):
		return badRequest("Only an Owner can configure another Owner's account.")
	case c.isAdmin(organizationID):
		return nil
	case touches(roleAdmin):
		return badRequest("Custom users can not manage Admins or Owners.")
	case role == roleCustom && granted != nil && !granted.within(*c.permissionsIn(organizationID)):
		return badRequest("Custom users can only grant the same custom permissions that they have.")
	}
	return nil
}

// within tells whether none of the permissions is missing in others.
func (p permissions) within(others permissions) bool {
	held := others.all()
	for i, granted := range p.all() {
		if granted && !held[i] {
			return false
		}
	}
	return true
}

func (p permissions) all() []bool {
	return []bool{
		p.AccessEventLogs, p.AccessImportExport, p.AccessReports, p.CreateNewCollections, p.EditAnyCollection,
		p.DeleteAnyCollection, p.ManageGroups, p.ManagePolicies, p.ManageSSO, p.ManageUsers, p.ManageResetPassword,
		p.ManageScim, p.ManageAccessRules,
	}
}

// checkRole is the model validation of a member's role.
func checkRole(p problems, role *enum) {
	p.present("Type", role != nil)
	if role != nil && !slices.Contains([]enum{roleOwner, roleAdmin, roleUser, roleCustom}, *role) {
		p.add("Type", "The field Type is invalid.")
	}
}

// customNeedsEnterprise is 400 for a custom role on a plan without it.
func customNeedsEnterprise(org *organization, role int) error {
	if role == roleCustom && !org.UseCustomPermissions {
		return badRequest("To enable custom permissions the organization must be on an Enterprise plan.")
	}
	return nil
}

// memberByEmail finds the member with an address, invited or joined.
func (s *Server) memberByEmail(organizationID, email string) *member {
	return s.store.members.first(func(m *member) bool {
		return m.OrganizationID == organizationID && strings.EqualFold(s.emailOf(m), email)
	})
}
