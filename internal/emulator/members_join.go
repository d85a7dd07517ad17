// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"slices"
	"strconv"
	"strings"
)

// newMember makes an invited member. Addresses are kept in lower case.
func (s *Server) newMember(organizationID, email string, role int) *member {
	m := &member{
		ID: newID(), OrganizationID: organizationID, Email: strings.ToLower(email), Type: role, Status: statusInvited,
		CreationDate: s.now(), RevisionDate: s.now(),
	}
	return s.store.members.add(m.ID, m)
}

type inviteRequest struct {
	Emails        []string       `json:"emails"`
	Type          *enum          `json:"type"`
	AccessSecrets bool           `json:"accessSecretsManager"`
	Permissions   *permissions   `json:"permissions"`
	Collections   []memberAccess `json:"collections"`
	Groups        []guid         `json:"groups"`
}

func (r *inviteRequest) validate(p problems) {
	p.emails("Emails", r.Emails)
	checkRole(p, r.Type)
}

// inviteMembers skips addresses that are known already, but not those that the call itself repeats. It answers nothing:
// the caller finds the new members in the list.
func (s *Server) inviteMembers(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	r := inviteRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	org := s.store.organizations.get(orgID)
	if err := c.mayInvite(org, &r); err != nil {
		return nil, err
	}
	var unknown []string
	for _, email := range r.Emails {
		if s.memberByEmail(org.ID, email) == nil {
			unknown = append(unknown, email)
		}
	}
	if err := s.needSeats(org, len(unknown)); err != nil {
		return nil, err
	}
	if r.Collections == nil && unknown != nil {
		texts := make([]string, len(unknown))
		for i := range texts {
			texts[i] = "Value cannot be null. (Parameter 'source')"
		}
		return nil, aggregate(texts...)
	}
	for _, email := range unknown {
		s.invite(c, org, email, &r)
	}
	return nil, nil
}

// mayInvite checks everything about an invitation but the addresses.
func (c *call) mayInvite(org *organization, r *inviteRequest) error {
	if _, err := c.granted(r.Collections, c.mayGrant); err != nil {
		return err
	}
	role := int(*r.Type)
	if err := c.mayConfigure(org.ID, nil, role, r.Permissions); err != nil {
		return err
	}
	if err := customNeedsEnterprise(org, role); err != nil {
		return err
	}
	if role == roleOwner {
		return nil
	}
	return c.s.ownerRemains(org.ID, nil)
}

func (s *Server) invite(c *call, org *organization, email string, r *inviteRequest) {
	m := s.newMember(org.ID, email, int(*r.Type))
	m.AccessSecrets = r.AccessSecrets
	if m.Type == roleCustom {
		m.Permissions = &permissions{}
		if r.Permissions != nil {
			*m.Permissions = *r.Permissions
		}
	}
	s.grant(m, r.Collections)
	s.join(m, r.Groups)
	s.mailInvitation(org, m)
	s.logMember(c, 1500, m)
}

// logMember writes an audit event about a member.
func (s *Server) logMember(c *call, eventType int, m *member) {
	s.logEvent(c, event{
		Type: eventType, OrganizationID: m.OrganizationID, OrganizationUserID: m.ID, UserID: m.UserID,
	})
}

// mailInvitation sends (once more) the link by which an invited member accepts.
func (s *Server) mailInvitation(org *organization, m *member) {
	name, existing := org.shownName(), s.userByEmail(m.Email) != nil
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

func (s *Server) reinviteMember(c *call) (any, error) {
	orgID, id, err := c.organizationAnd("id")
	if err != nil {
		return nil, err
	}
	m := s.store.members.get(id)
	if m == nil || m.OrganizationID != orgID || m.Status != statusInvited {
		return nil, badRequest("User invalid.")
	}
	s.mailInvitation(s.store.organizations.get(orgID), m)
	return nil, nil
}

// bulkResult is one line of a bulk answer; an empty text is success.
func bulkResult(m *member, text string) obj {
	return obj{"id": m.ID, "error": text, "object": "OrganizationBulkConfirmResponseModel"}
}

// bulkMembers binds the path and body of a bulk route and returns those of its ids that the organization has.
func (s *Server) bulkMembers(c *call, body any, ids func() []guid) (*organization, []*member, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, nil, err
	}
	if err := c.bind(body); err != nil {
		return nil, nil, err
	}
	var found []*member
	for _, id := range ids() {
		m := s.store.members.get(string(id))
		if m != nil && m.OrganizationID == orgID && !slices.Contains(found, m) {
			found = append(found, m)
		}
	}
	return s.store.organizations.get(orgID), found, nil
}

// reinviteMembers leaves unknown ids out of its answer.
func (s *Server) reinviteMembers(c *call) (any, error) {
	r := idsRequest{}
	org, members, err := s.bulkMembers(c, &r, func() []guid { return r.IDs })
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, m := range members {
		text := ""
		if m.Status == statusInvited {
			s.mailInvitation(org, m)
		} else {
			text = "User invalid."
		}
		rows = append(rows, bulkResult(m, text))
	}
	return list(rows), nil
}

type acceptRequest struct {
	Token            string  `json:"token"`
	ResetPasswordKey *string `json:"resetPasswordKey"`
}

func (r *acceptRequest) validate(p problems) { p.required("Token", r.Token) }

// acceptInvitation is called by the invited person. A used token no longer fits, as it is bound to the row's address.
func (s *Server) acceptInvitation(c *call) (any, error) {
	orgID, id, err := c.organizationAnd("id")
	if err != nil {
		return nil, err
	}
	r := acceptRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	enrolls := s.autoEnrolls(orgID)
	if enrolls && (r.ResetPasswordKey == nil || strings.TrimSpace(*r.ResetPasswordKey) == "") {
		return nil, badRequest("Master Password reset is required, but not provided.")
	}
	m := s.store.members.get(id)
	switch {
	case m == nil || m.OrganizationID != orgID:
		return nil, badRequest("User invalid.")
	case !s.invited("organization", r.Token, m.ID, m.Email):
		return nil, badRequest("Invalid token.")
	case c.ownMember(orgID) != nil: // by another of several rows with his address
		return nil, badRequest("You are already part of this organization.")
	case !strings.EqualFold(m.Email, c.user.Email):
		return nil, badRequest("User email does not match invite.")
	case m.Status == statusRevoked: // the text is not recorded
		return nil, badRequest(
			"Your access to the " + s.store.organizations.get(orgID).shownName() + " vault has been revoked.",
		)
	}
	if err := s.accept(c, m); err != nil {
		return nil, err
	}
	c.user.EmailVerified = true
	if enrolls {
		s.enroll(c, m, r.ResetPasswordKey)
	}
	return nil, nil
}

// accept ties an invited row to the caller's account, if the policies let him in.
func (s *Server) accept(c *call, m *member) error {
	joined := *m
	joined.UserID = c.user.ID
	switch {
	case s.policyBinds(&joined, policySingleOrg) && s.memberElsewhere(&joined):
		return badRequest("You cannot accept this invite until you leave all other organization vaults.")
	case s.boundElsewhere(&joined):
		return badRequest("You cannot join this organization because you are a member of another organization " +
			"which forbids it.")
	case s.lacksTwoFactor(&joined):
		return badRequest("You cannot join this organization vault until you enable two-step login on your user account.")
	}
	m.Status, m.UserID, m.Email, m.RevisionDate = statusAccepted, c.user.ID, "", s.now()
	s.mailAccepted(m)
	return nil
}

// mailAccepted tells owners and admins that somebody waits for them.
func (s *Server) mailAccepted(accepted *member) {
	for _, m := range s.membersOf(accepted.OrganizationID) {
		if m.Status == statusConfirmed && (m.Type == roleOwner || m.Type == roleAdmin) {
			s.sendMail(s.emailOf(m), "Action Required: "+s.emailOf(accepted)+" Needs to Be Confirmed",
				"Somebody accepted an invitation to your organization.")
		}
	}
}

// memberPublicKeys leaves out who has no account.
func (s *Server) memberPublicKeys(c *call) (any, error) {
	r := idsRequest{}
	_, members, err := s.bulkMembers(c, &r, func() []guid { return r.IDs })
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, m := range members {
		if u := s.store.users.get(m.UserID); u != nil {
			rows = append(rows, obj{
				"id": m.ID, "userId": u.ID, "key": u.PublicKey, "object": "organizationUserPublicKeyResponseModel",
			})
		}
	}
	return list(rows), nil
}

type confirmRequest struct {
	Key                       string  `json:"key"`
	DefaultUserCollectionName *string `json:"defaultUserCollectionName"`
}

func (r *confirmRequest) validate(p problems) {
	p.required("Key", r.Key)
	checkMyItemsName(p, r.DefaultUserCollectionName)
}

func checkMyItemsName(p problems, name *string) {
	if name != nil {
		p.encString("DefaultUserCollectionName", *name, 1000)
	}
}

type bulkConfirmRequest struct {
	Keys []struct {
		ID  guid   `json:"id"`
		Key string `json:"key"`
	} `json:"keys"`
	DefaultUserCollectionName *string `json:"defaultUserCollectionName"`
}

func (r *bulkConfirmRequest) validate(p problems) {
	p.present("Keys", r.Keys != nil)
	checkMyItemsName(p, r.DefaultUserCollectionName)
}

// confirmMember hands the organization's key to an accepted member. Nothing checks the key.
func (s *Server) confirmMember(c *call) (any, error) {
	orgID, id, err := c.organizationAnd("id")
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
	if text := s.confirm(c, m, r.Key, r.DefaultUserCollectionName); text != "" {
		return nil, badRequest(text)
	}
	return nil, nil
}

// confirmMembers leaves ids that are unknown or not accepted out of its answer.
func (s *Server) confirmMembers(c *call) (any, error) {
	r, keys := bulkConfirmRequest{}, map[string]string{}
	_, members, err := s.bulkMembers(c, &r, func() []guid {
		var ids []guid
		for _, k := range r.Keys {
			ids, keys[string(k.ID)] = append(ids, k.ID), k.Key
		}
		return ids
	})
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, m := range members {
		if m.Status == statusAccepted {
			rows = append(rows, bulkResult(m, s.confirm(c, m, keys[m.ID], r.DefaultUserCollectionName)))
		}
	}
	return list(rows), nil
}

// confirm makes an accepted member a confirmed one, or tells which policy forbids it.
func (s *Server) confirm(c *call, m *member, key string, myItemsName *string) string {
	switch {
	case s.lacksTwoFactor(m):
		return "User does not have two-step login enabled."
	case s.policyBinds(m, policySingleOrg) && s.memberElsewhere(m):
		return "Cannot confirm this member to the organization until they leave or remove all other organizations."
	case s.boundElsewhere(m):
		return "Cannot confirm this member to the organization because they are in another organization which forbids it."
	}
	m.Status, m.Key, m.RevisionDate = statusConfirmed, &key, s.now()
	s.touch(m.UserID)
	s.logMember(c, 1501, m)
	if org := s.store.organizations.get(m.OrganizationID); org.Name != nil {
		s.sendMail(s.emailOf(m), "You Have Been Confirmed To "+htmlDecode(*org.Name), "You are now a member.")
	}
	s.giveMyItems(m, myItemsName)
	return ""
}
