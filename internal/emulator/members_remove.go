// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

const claimedStays = "Cannot remove member accounts claimed by the organization. " +
	"To offboard a member, revoke or delete the account."

// removing ends a membership.
func (s *Server) removing() memberChange {
	return memberChange{
		refuse: func(c *call, m *member) string {
			switch {
			case m.UserID == c.user.ID:
				return "You cannot remove yourself."
			case m.Type == roleOwner && !c.isOwner(m.OrganizationID):
				return "Only owners can delete other owners."
			case m.Type == roleAdmin && !c.isAdmin(m.OrganizationID):
				return "Custom users can not remove admins."
			case s.isClaimed(m):
				return claimedStays
			}
			return ""
		},
		whole: func(org *organization, members []*member) error { return s.ownerRemains(org.ID, members) },
		apply: func(c *call, m *member) {
			s.touch(m.UserID)
			s.logMember(c, 1503, m)
			s.removeMember(m)
		},
	}
}

// isClaimed tells whether a member's account belongs to a verified domain of the organization.
func (s *Server) isClaimed(m *member) bool {
	return s.claimed(s.store.organizations.get(m.OrganizationID), s.store.users.get(m.UserID))
}

func (s *Server) removeOneMember(c *call) (any, error) { return s.changeOne(c, s.removing()) }

func (s *Server) removeMembers(c *call) (any, error) {
	r := idsRequest{}
	return s.changeMany(c, &r, func() []guid { return r.IDs }, s.removing())
}

// removeMember deletes a membership with its grants and its places in groups. A collection of his own items stays, under
// his address.
func (s *Server) removeMember(m *member) {
	for col := range s.store.collections.all() {
		if _, his := col.Members[m.ID]; his && col.Type == myItems {
			col.Type, col.OwnerEmail = sharedCollection, new(s.emailOf(m))
		}
		delete(col.Members, m.ID)
	}
	for g := range s.store.groups.all() {
		delete(g.Members, m.ID)
	}
	s.store.members.remove(m.ID)
}

// leaveOrganization ends the caller's own membership.
func (s *Server) leaveOrganization(c *call) (any, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	m := c.ownMember(id)
	switch {
	case m == nil:
		return nil, notFound()
	case s.isClaimed(m):
		return nil, badRequest("Claimed user account cannot leave claiming organization. " +
			"Contact your organization administrator for additional details.")
	}
	if err := s.ownerRemains(id, []*member{m}); err != nil {
		return nil, err
	}
	s.touch(m.UserID)
	s.logMember(c, 1516, m)
	s.removeMember(m)
	return nil, nil
}

// deleting deletes the account behind a claimed member.
func (s *Server) deleting() memberChange {
	return memberChange{
		refuse: func(c *call, m *member) string {
			switch {
			case m.UserID == c.user.ID:
				return "You cannot delete yourself."
			case !s.isClaimed(m):
				return "Member is not claimed by the organization."
			case m.Type == roleOwner && !c.isOwner(m.OrganizationID):
				return "Only owners can delete other owners."
			case m.Type == roleAdmin && !c.isAdmin(m.OrganizationID):
				return "Custom users can not delete admins."
			}
			return ""
		},
		whole: func(org *organization, members []*member) error { return s.ownerRemains(org.ID, members) },
		apply: func(c *call, m *member) {
			s.logMember(c, 1515, m)
			s.removeUser(s.store.users.get(m.UserID))
		},
	}
}

// deleteAccount answers an empty object.
func (s *Server) deleteAccount(c *call) (any, error) {
	if _, err := s.changeOne(c, s.deleting()); err != nil {
		return nil, err
	}
	return obj{}, nil
}

func (s *Server) deleteAccounts(c *call) (any, error) {
	r := idsRequest{}
	return s.changeMany(c, &r, func() []guid { return r.IDs }, s.deleting())
}

// removeUser deletes an account with everything that is only its own.
func (s *Server) removeUser(u *user) {
	for m := range s.store.members.all() {
		if m.UserID == u.ID {
			s.removeMember(m)
		}
	}
	removeWhere(&s.store.providerUsers, func(pu *providerUser) (string, bool) { return pu.ID, pu.UserID == u.ID })
	removeWhere(&s.store.devices, func(d *device) (string, bool) { return d.ID, d.UserID == u.ID })
	removeWhere(&s.store.refreshTokens, func(t *refreshToken) (string, bool) { return t.Handle, t.UserID == u.ID })
	removeWhere(&s.store.ciphers, func(ci *cipher) (string, bool) { return ci.ID, ci.UserID == u.ID })
	removeWhere(&s.store.folders, func(f *folder) (string, bool) { return f.ID, f.UserID == u.ID })
	removeWhere(&s.store.sends, func(x *send) (string, bool) { return x.ID, x.UserID == u.ID })
	s.store.users.remove(u.ID)
}
