// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"strconv"
	"strings"
)

func (s *Server) memberRoutes() {
	const base = "/organizations/{orgId}/users"
	s.api("POST", base+"/{id}/accept", signedIn, s.acceptInvitation)
	s.api("POST", base+"/{id}/confirm", inOrganization((*call).mayManageUsers), s.confirmMember)
}

// newMember makes an invited member. Addresses are kept in lower case.
func (s *Server) newMember(organizationID, email string, role int) *member {
	m := &member{
		ID: newID(), OrganizationID: organizationID, Email: strings.ToLower(email), Type: role, Status: statusInvited,
		CreationDate: s.now(), RevisionDate: s.now(),
	}
	return s.store.members.add(m.ID, m)
}

// mailInvitation sends (once more) the link by which an invited member accepts.
func (s *Server) mailInvitation(org *organization, m *member) {
	name := ""
	if org.Name != nil {
		name = htmlDecode(*org.Name)
	}
	existing := s.userByEmail(m.Email) != nil
	subject := name + " set up a Bitwarden account for you"
	if existing {
		subject = name + " invited you to their Bitwarden vault"
	}
	s.sendMail(m.Email, subject, "You have been invited to join an organization.", s.vaultLink("accept-organization",
		parameter{"organizationId", org.ID}, parameter{"organizationUserId", m.ID}, parameter{"email", m.Email},
		parameter{"organizationName", name}, parameter{"token", s.inviteToken("organization", m.ID, m.Email)},
		parameter{"initOrganization", "False"}, parameter{"orgUserHasExistingUser", title(strconv.FormatBool(existing))}))
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

type acceptRequest struct {
	Token            string  `json:"token"`
	ResetPasswordKey *string `json:"resetPasswordKey"`
}

func (r *acceptRequest) validate(p problems) { p.required("Token", r.Token) }

// acceptInvitation is called by the invited person. A used token no longer fits, as it is bound to the row's address.
func (s *Server) acceptInvitation(c *call) (any, error) {
	orgID, id, err := c.ids("orgId", "id")
	if err != nil {
		return nil, err
	}
	r := acceptRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	m := s.store.members.get(id)
	switch {
	case m == nil || m.OrganizationID != orgID:
		return nil, badRequest("User invalid.")
	case !s.invited("organization", r.Token, m.ID, m.Email):
		return nil, badRequest("Invalid token.")
	case m.Status != statusInvited:
		return nil, badRequest("Already accepted.")
	case !strings.EqualFold(m.Email, c.user.Email):
		return nil, badRequest("User email does not match invite.")
	}
	m.Status, m.UserID, m.Email, m.RevisionDate = statusAccepted, c.user.ID, "", s.now()
	m.ResetPasswordKey = r.ResetPasswordKey
	c.user.EmailVerified = true
	return nil, nil
}

type confirmRequest struct {
	Key                       string  `json:"key"`
	DefaultUserCollectionName *string `json:"defaultUserCollectionName"`
}

func (r *confirmRequest) validate(p problems) { p.required("Key", r.Key) }

// confirmMember hands the organization's key to an accepted member. Nothing checks the key.
func (s *Server) confirmMember(c *call) (any, error) {
	orgID, id, err := c.ids("orgId", "id")
	if err != nil {
		return nil, err
	}
	r := confirmRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	m := s.store.members.get(id)
	if m == nil || m.OrganizationID != orgID || m.Status != statusAccepted {
		return nil, badRequest("User not valid.")
	}
	s.confirm(c, m, r.Key)
	return nil, nil
}

func (s *Server) confirm(c *call, m *member, key string) {
	m.Status, m.Key, m.RevisionDate = statusConfirmed, &key, s.now()
	s.touch(m.UserID)
	s.logEvent(c, event{Type: 1501, OrganizationID: m.OrganizationID, OrganizationUserID: m.ID})
	org := s.store.organizations.get(m.OrganizationID)
	if u := s.store.users.get(m.UserID); u != nil && org.Name != nil {
		s.sendMail(u.Email, "You Have Been Confirmed To "+htmlDecode(*org.Name), "You are now a member.")
	}
}

// removeMember deletes a membership with its grants and its places in groups.
func (s *Server) removeMember(m *member) {
	for col := range s.store.collections.all() {
		delete(col.Members, m.ID)
	}
	for g := range s.store.groups.all() {
		delete(g.Members, m.ID)
	}
	s.store.members.remove(m.ID)
}
