// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "slices"

// publicMemberIn is the member {id} in the path.
func (s *Server) publicMemberIn(c *call, org *organization) (*member, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	m := s.store.members.get(id)
	if m == nil || m.OrganizationID != org.ID {
		return nil, unknown()
	}
	return m, nil
}

func (s *Server) publicMember(m *member) obj {
	body := obj{
		"object": "member", "id": m.ID, "userId": orNull(m.UserID), "name": nil, "email": s.emailOf(m),
		"twoFactorEnabled": false, "status": m.Status, "collections": s.collectionsWith(m),
		"resetPasswordEnrolled": m.ResetPasswordKey != nil, "ssoExternalId": nil, "type": m.Type,
		"externalId": m.ExternalID, "permissions": nil,
	}
	if u := s.store.users.get(m.UserID); u != nil {
		body["name"], body["twoFactorEnabled"] = u.Name, u.TwoFactorEnabled
	}
	if m.Type == roleCustom {
		body["permissions"] = m.Permissions
	}
	return body
}

func (s *Server) publicMembers(_ *call, org *organization) (any, error) {
	rows := []obj{}
	for _, m := range s.membersOf(org.ID) {
		rows = append(rows, s.publicMember(m))
	}
	return publicList(rows), nil
}

func (s *Server) publicGetMember(c *call, org *organization) (any, error) {
	m, err := s.publicMemberIn(c, org)
	if err != nil {
		return nil, err
	}
	return s.publicMember(m), nil
}

type publicMemberRequest struct {
	Type        *enum          `json:"type"`
	ExternalID  *string        `json:"externalId"`
	Permissions *permissions   `json:"permissions"`
	Collections []memberAccess `json:"collections"`
	Groups      []guid         `json:"groups"` // nil: as they are
}

func (r *publicMemberRequest) validate(p problems) {
	checkRole(p, r.Type)
	checkExternalID(p, r.ExternalID)
}

func checkExternalID(p problems, id *string) {
	if id != nil {
		p.stringLength("ExternalId", *id, 300)
	}
}

type publicInviteRequest struct {
	publicMemberRequest

	Email string `json:"email"`
}

func (r *publicInviteRequest) validate(p problems) {
	p.required("Email", r.Email)
	if r.Email != "" {
		p.strictEmail("Email", r.Email)
	}
	p.stringLength("Email", r.Email, 256)
	r.publicMemberRequest.validate(p)
}

// publicInvite invites one person and, other than the internal API, tells his id and refuses who is known already.
func (s *Server) publicInvite(c *call, org *organization) (any, error) {
	r := publicInviteRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	switch {
	case slices.ContainsFunc(r.Collections, memberAccess.contradictory):
		return nil, badRequest(manageExclusive)
	case s.memberByEmail(org.ID, r.Email) != nil:
		return nil, badRequest("This user has already been invited.")
	}
	if err := s.publicRole(org, int(*r.Type), nil); err != nil {
		return nil, err
	}
	if err := s.needSeats(org, 1); err != nil {
		return nil, err
	}
	if r.Collections == nil {
		return nil, aggregate("Value cannot be null. (Parameter 'source')")
	}
	s.invite(c, org, r.Email, &inviteRequest{
		Type: r.Type, Permissions: r.Permissions, Collections: r.Collections, Groups: r.Groups,
	})
	m := s.memberByEmail(org.ID, r.Email)
	m.ExternalID = r.ExternalID
	return s.publicMember(m), nil
}

// publicRole checks what a member's role needs: a plan with custom roles, and another owner than him. He is nil when he
// is new.
func (s *Server) publicRole(org *organization, role int, m *member) error {
	if err := customNeedsEnterprise(org, role); err != nil || role == roleOwner {
		return err
	}
	return s.ownerRemains(org.ID, []*member{m})
}

// publicUpdateMember replaces everything but the groups, which stay if they are left out: missing collections and a
// missing external id are cleared.
func (s *Server) publicUpdateMember(c *call, org *organization) (any, error) {
	if _, err := c.id("id"); err != nil {
		return nil, err
	}
	r := publicMemberRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	m, err := s.publicMemberIn(c, org)
	if err != nil {
		return nil, err
	}
	if s.foreignAccess(org, r.Collections, r.Groups) {
		return nil, notFound()
	}
	if err := s.publicRole(org, int(*r.Type), m); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(r.Collections, memberAccess.contradictory) {
		return nil, badRequest(manageExclusive)
	}
	m.Type, m.ExternalID, m.RevisionDate = int(*r.Type), r.ExternalID, s.now()
	if m.Type == roleCustom && r.Permissions != nil {
		m.Permissions = r.Permissions
	}
	for _, col := range s.collectionsOf(org.ID) {
		if col.Type == sharedCollection {
			delete(col.Members, m.ID)
		}
	}
	s.grant(m, r.Collections)
	if r.Groups != nil {
		s.replaceGroups(m, r.Groups)
	}
	s.touch(m.UserID)
	s.logMember(c, 1502, m)
	return s.publicMember(m), nil
}

// foreignAccess tells whether a collection or group is not the organization's.
func (s *Server) foreignAccess(org *organization, collections []memberAccess, groups []guid) bool {
	return slices.ContainsFunc(collections, func(a memberAccess) bool {
		col := s.store.collections.get(string(a.ID))
		return col == nil || col.OrganizationID != org.ID
	}) || slices.ContainsFunc(groups, func(id guid) bool {
		g := s.store.groups.get(string(id))
		return g == nil || g.OrganizationID != org.ID
	})
}

// publicRemoveMember removes claimed members, too.
func (s *Server) publicRemoveMember(c *call, org *organization) (any, error) {
	m, err := s.publicMemberIn(c, org)
	if err != nil {
		return nil, err
	}
	if err := s.ownerRemains(org.ID, []*member{m}); err != nil {
		return nil, err
	}
	s.touch(m.UserID)
	s.logMember(c, 1503, m)
	s.removeMember(m)
	return nil, nil
}

// publicGroupIDs is a bare array.
func (s *Server) publicGroupIDs(c *call, org *organization) (any, error) {
	m, err := s.publicMemberIn(c, org)
	if err != nil {
		return nil, err
	}
	return s.groupsWith(m), nil
}

type groupIDsRequest struct {
	GroupIDs []guid `json:"groupIds"`
}

func (r *groupIDsRequest) validate(p problems) { p.present("GroupIds", r.GroupIDs != nil) }

func (s *Server) publicSetGroupIDs(c *call, org *organization) (any, error) {
	r := groupIDsRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	m, err := s.publicMemberIn(c, org)
	if err != nil {
		return nil, err
	}
	s.replaceGroups(m, r.GroupIDs)
	s.touch(m.UserID)
	s.logMember(c, 1504, m)
	return nil, nil
}

func (s *Server) publicReinvite(c *call, org *organization) (any, error) {
	m, err := s.publicMemberIn(c, org)
	if err != nil {
		return nil, err
	}
	if m.Status != statusInvited {
		return nil, badRequest("User invalid.")
	}
	s.mailInvitation(org, m)
	return nil, nil
}

func (s *Server) publicRevoke(c *call, org *organization) (any, error) {
	m, err := s.publicMemberIn(c, org)
	if err != nil {
		return nil, err
	}
	if m.Status == statusRevoked {
		return nil, badRequest("Already revoked.")
	}
	if err := s.ownerRemains(org.ID, []*member{m}); err != nil {
		return nil, err
	}
	s.revoke(m, revokedByHand)
	s.logPublicMember(c, 1511, m)
	return nil, nil
}

func (s *Server) publicRestore(c *call, org *organization) (any, error) {
	m, err := s.publicMemberIn(c, org)
	if err != nil {
		return nil, err
	}
	if m.Status != statusRevoked {
		return nil, badRequest("Already active.")
	}
	if err := s.needSeats(org, 1); err != nil {
		return nil, err
	}
	if text := s.incompliance(m); text != "" {
		return nil, badRequest(text)
	}
	m.Status, m.RevocationReason, m.RevisionDate = m.statusByRow(), nil, s.now()
	s.touch(m.UserID)
	s.logPublicMember(c, 1512, m)
	return nil, nil
}

func (s *Server) logPublicMember(c *call, eventType int, m *member) {
	s.logEvent(c, event{
		Type: eventType, OrganizationID: m.OrganizationID, OrganizationUserID: m.ID, UserID: m.UserID,
		SystemUser: new(byPublicAPI),
	})
}
