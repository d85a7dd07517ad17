// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"slices"
	"time"
)

// The server's switches: invite links at all, and joining by link without somebody who confirms.
const (
	flagInviteLink        = "pm-32497-generate-invite-link"
	flagInviteLinkConfirm = "pm-34429-invite-link-auto-confirm"
)

// inviteLink lets everybody join whose address is of an allowed domain. An organization has one at most.
type inviteLink struct {
	ID                   string
	OrganizationID       string
	Code                 string
	AllowedDomains       []string
	Invite               string // encrypted; opaque to the server
	SupportsConfirmation bool
	CreationDate         time.Time
}

func (s *Server) inviteLinkRoutes() {
	const base = "/organizations/{orgId}/invite-link"
	manage := behindFlag(flagInviteLink, inOrganization((*call).mayManageUsers))
	s.api("GET", base, manage, s.getInviteLink)
	s.api("POST", base, manage, s.createInviteLink)
	s.api("PUT", base, manage, s.updateInviteLink)
	s.api("DELETE", base, manage, s.deleteInviteLink)
	s.api("PUT", base+"/support-confirm", manage, s.setInviteLinkConfirmation)
	s.api("POST", base+"/refresh", manage, s.refreshInviteLink)
	s.api("POST", "/organizations/invite-link/status", behindFlag(flagInviteLink, anonymous), s.inviteLinkStatus)
	s.api("POST", "/organizations/users/invite-link/accept", behindFlag(flagInviteLink, signedIn), s.acceptInviteLink)
	s.api("POST", "/organizations/users/invite-link/confirm",
		behindFlag(flagInviteLink, behindFlag(flagInviteLinkConfirm, signedIn)), s.confirmInviteLink)
}

// behindFlag makes a route a 404 while a flag is off, for those whom it would let in.
func behindFlag(flag string, g guard) guard {
	return func(c *call) error {
		if err := g(c); err != nil {
			return err
		}
		if !c.s.flag(flag) {
			return notFound()
		}
		return nil
	}
}

func inviteLinkNotFound() error {
	return &apiError{status: http.StatusNotFound, message: "Invite link not found."}
}

func (s *Server) inviteLinkOf(organizationID string) *inviteLink {
	return s.store.inviteLinks.first(func(l *inviteLink) bool { return l.OrganizationID == organizationID })
}

// inviteLinkIn is the link of the organization {orgId} in the path.
func (s *Server) inviteLinkIn(c *call) (*inviteLink, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	if l := s.inviteLinkOf(orgID); l != nil {
		return l, nil
	}
	return nil, inviteLinkNotFound()
}

func (l *inviteLink) body() obj {
	return obj{
		"id": l.ID, "code": l.Code, "organizationId": l.OrganizationID, "allowedDomains": l.AllowedDomains,
		"invite": l.Invite, "supportsConfirmation": l.SupportsConfirmation, "creationDate": l.CreationDate,
		"object": "organizationInviteLink",
	}
}

func (s *Server) logInviteLink(c *call, eventType int, l *inviteLink) {
	s.logEvent(c, event{Type: eventType, OrganizationID: l.OrganizationID})
}

func (s *Server) getInviteLink(c *call) (any, error) {
	l, err := s.inviteLinkIn(c)
	if err != nil {
		return nil, err
	}
	return l.body(), nil
}

type inviteLinkDomains struct {
	AllowedDomains []string `json:"allowedDomains"`
}

func (r *inviteLinkDomains) validate(p problems) {
	p.present("AllowedDomains", len(r.AllowedDomains) > 0)
}

type inviteLinkSecret struct {
	Invite               string `json:"invite"`
	SupportsConfirmation bool   `json:"supportsConfirmation"`
}

func (r *inviteLinkSecret) validate(p problems) {
	p.required("Invite", r.Invite)
	p.encString("Invite", r.Invite, 3000)
}

type inviteLinkRequest struct {
	inviteLinkDomains
	inviteLinkSecret
}

func (r *inviteLinkRequest) validate(p problems) {
	r.inviteLinkDomains.validate(p)
	r.inviteLinkSecret.validate(p)
}

func (s *Server) createInviteLink(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	r := inviteLinkRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	switch {
	case !s.store.organizations.get(orgID).UseInviteLinks:
		return nil, badRequest("Your organization's plan does not support invite links.")
	case s.inviteLinkOf(orgID) != nil:
		return nil, conflict("An invite link already exists for this organization.")
	}
	l := &inviteLink{
		ID: newID(), OrganizationID: orgID, Code: newID(), AllowedDomains: r.AllowedDomains, Invite: r.Invite,
		SupportsConfirmation: r.SupportsConfirmation, CreationDate: s.now(),
	}
	s.store.inviteLinks.add(l.ID, l)
	s.logInviteLink(c, 1624, l)
	location := http.Header{"Location": {"organizations/" + orgID + "/invite-link"}}
	return reply{status: http.StatusCreated, header: location, body: l.body()}, nil
}

func (s *Server) updateInviteLink(c *call) (any, error) {
	r := inviteLinkDomains{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	l, err := s.inviteLinkIn(c)
	if err != nil {
		return nil, err
	}
	l.AllowedDomains = r.AllowedDomains
	s.logInviteLink(c, 1625, l)
	return l.body(), nil
}

// setInviteLinkConfirmation replaces the secret along with the switch.
func (s *Server) setInviteLinkConfirmation(c *call) (any, error) {
	r := inviteLinkSecret{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	l, err := s.inviteLinkIn(c)
	if err != nil {
		return nil, err
	}
	l.Invite, l.SupportsConfirmation = r.Invite, r.SupportsConfirmation
	if l.SupportsConfirmation {
		s.logInviteLink(c, 1629, l)
	} else {
		s.logInviteLink(c, 1630, l)
	}
	return l.body(), nil
}

// refreshInviteLink makes the link that is out useless.
func (s *Server) refreshInviteLink(c *call) (any, error) {
	r := inviteLinkSecret{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	l, err := s.inviteLinkIn(c)
	if err != nil {
		return nil, err
	}
	l.Code, l.Invite, l.SupportsConfirmation = newID(), r.Invite, r.SupportsConfirmation
	s.logInviteLink(c, 1628, l)
	return l.body(), nil
}

func (s *Server) deleteInviteLink(c *call) (any, error) {
	l, err := s.inviteLinkIn(c)
	if err != nil {
		return nil, err
	}
	s.store.inviteLinks.remove(l.ID)
	s.logInviteLink(c, 1626, l)
	return noContent(), nil
}

// linkReference names a link by what its holder knows.
type linkReference struct {
	OrganizationID guid   `json:"organizationId"`
	Code           string `json:"code"`

	ResetPasswordKey          *string `json:"resetPasswordKey"`
	OrgUserKey                string  `json:"orgUserKey"`
	DefaultUserCollectionName *string `json:"defaultUserCollectionName"`
}

func (r *linkReference) validate(p problems) {
	p.required("Code", r.Code)
	checkMyItemsName(p, r.DefaultUserCollectionName)
}

// referredLink is the link that a request's body names.
func (s *Server) referredLink(c *call, r *linkReference) (*organization, *inviteLink, error) {
	if err := c.bind(r); err != nil {
		return nil, nil, err
	}
	l := s.inviteLinkOf(string(r.OrganizationID))
	if code, _ := parseGUID(r.Code); l == nil || l.Code != code {
		return nil, nil, inviteLinkNotFound()
	}
	return s.store.organizations.get(l.OrganizationID), l, nil
}

func (s *Server) inviteLinkStatus(c *call) (any, error) {
	org, l, err := s.referredLink(c, &linkReference{})
	if err != nil {
		return nil, err
	}
	_, occupied := s.seatsOf(org.ID)
	return obj{
		"organizationName": decoded(org.Name), "linksEnabled": org.UseInviteLinks,
		"seatsAvailable": org.Seats == nil || occupied < *org.Seats, "supportsConfirmation": l.SupportsConfirmation,
		"sso": nil, "object": "inviteLinkStatus",
	}, nil
}

// linkRefusal is why somebody may not join by a link: a stable name, and a text.
type linkRefusal struct{ kind, text string }

// acceptInviteLink makes the caller an accepted member, without any mail. A user of the provider may join so, too.
func (s *Server) acceptInviteLink(c *call) (any, error) {
	r := linkReference{}
	org, l, err := s.referredLink(c, &r)
	if err != nil {
		return nil, err
	}
	if why := s.refusalByLink(c, org, l, &r); why != nil {
		return nil, badRequest(why.text)
	}
	_, err = s.joinByLink(c, org, &r)
	return nil, err
}

// confirmInviteLink makes the caller a confirmed member at once, with the key that the link let him open.
func (s *Server) confirmInviteLink(c *call) (any, error) {
	r := linkReference{}
	org, l, err := s.referredLink(c, &r)
	if err != nil {
		return nil, err
	}
	if c.providerFor(org.ID) != nil {
		return nil, validationError("code", "provider_users_cannot_join",
			"Provider users cannot join organization vaults via invite link.")
	}
	if why := s.refusalByLink(c, org, l, &r); why != nil {
		return nil, validationError("code", why.kind, why.text)
	}
	m, err := s.joinByLink(c, org, &r)
	if err != nil {
		return nil, err
	}
	m.Status, m.Key = statusConfirmed, &r.OrgUserKey
	s.touch(m.UserID)
	s.logMember(c, 1526, m)
	s.giveMyItems(m, r.DefaultUserCollectionName)
	return nil, nil
}

func (s *Server) refusalByLink(c *call, org *organization, l *inviteLink, r *linkReference) *linkRefusal {
	name, m := org.shownName(), s.joiningMember(c, org)
	allowed := slices.ContainsFunc(l.AllowedDomains, func(domain string) bool { return hasDomain(c.user.Email, domain) })
	switch {
	case !org.UseInviteLinks:
		return &linkRefusal{"invite_link_not_available", "Your organization's plan does not support invite links."}
	case !allowed:
		return &linkRefusal{
			"email_domain_not_allowed",
			"You're not allowed to join the " + name + " vault with your email domain.",
		}
	case m != nil && m.Status == statusRevoked:
		return &linkRefusal{"organization_access_revoked", "Your access to the " + name + " vault has been revoked."}
	case m != nil && m.Status != statusInvited:
		return &linkRefusal{"already_organization_member", "You're already a member of " + name + "."}
	case s.autoEnrolls(org.ID) && r.ResetPasswordKey == nil:
		return &linkRefusal{"reset_password_key_required", "Master Password reset is required, but not provided."}
	case m == nil && s.needSeats(org, 1) != nil:
		return &linkRefusal{"organization_has_no_available_seats", "The " + name + " vault has no available seats."}
	}
	return nil
}

// joiningMember is the row that the caller has in an organization already: his own, or an invitation to his address.
func (s *Server) joiningMember(c *call, org *organization) *member {
	if own := c.ownMember(org.ID); own != nil {
		return own
	}
	return s.memberByEmail(org.ID, c.user.Email)
}

// joinByLink accepts the caller's open invitation, or makes him a member with the role of a user.
func (s *Server) joinByLink(c *call, org *organization, r *linkReference) (*member, error) {
	m, isNew := s.joiningMember(c, org), false
	if m == nil {
		m, isNew = s.newMember(org.ID, c.user.Email, roleUser), true
	}
	if err := s.accept(c, m); err != nil {
		if isNew {
			s.store.members.remove(m.ID)
		}
		return nil, err
	}
	s.logMember(c, 1524, m)
	if s.autoEnrolls(org.ID) {
		s.enroll(c, m, r.ResetPasswordKey)
	}
	return m, nil
}
