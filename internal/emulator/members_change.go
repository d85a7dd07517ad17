// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"slices"
	"strings"
)

// flagMemberEmail is the server's switch to a newer way of updating members, by which addresses and names may change.
const flagMemberEmail = "pm-28365-change-member-email-no-mp"

type memberRequest struct {
	Type          *enum          `json:"type"`
	AccessSecrets bool           `json:"accessSecretsManager"`
	AccessPam     bool           `json:"accessPam"`
	Permissions   *permissions   `json:"permissions"`
	Collections   []memberAccess `json:"collections"`
	Groups        []guid         `json:"groups"` // nil: as they are
	Email         *string        `json:"email"`
	Name          *string        `json:"name"`
}

func (r *memberRequest) validate(p problems) { checkRole(p, r.Type) }

// updateMember replaces role, permissions and collections whatever the member's status. Missing collections are a null
// dereference.
func (s *Server) updateMember(c *call) (any, error) {
	r := memberRequest{}
	_, _, idErr := c.organizationAnd("id")
	if idErr != nil {
		return nil, idErr
	}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	org, m, err := s.memberIn(c)
	if err != nil {
		return nil, err
	}
	newer := s.flag(flagMemberEmail)
	if _, isMember := c.role(org.ID); newer && !isMember {
		return nil, serverError() // the validator dereferences the caller's role, which a mere provider user lacks
	}
	if err := c.mayUpdate(org, m, &r); err != nil {
		return nil, err
	}
	if !newer {
		m.Permissions = r.Permissions
		s.update(c, m, &r)
		return nil, nil
	}
	if err := s.changeAccount(org, m, &r); err != nil {
		return nil, err
	}
	if r.Permissions != nil {
		m.Permissions = r.Permissions
	}
	s.update(c, m, &r)
	return noContent(), nil
}

// mayUpdate checks an update, and drops from it what is ignored with a 200.
func (c *call) mayUpdate(org *organization, m *member, r *memberRequest) error {
	if r.Collections == nil {
		return serverError()
	}
	if m.UserID == c.user.ID && !org.AllowAdminAccess {
		r.Groups = nil
		if c.s.addsCollections(m, r.Collections) {
			return badRequest("You cannot add yourself to a collection.")
		}
	}
	if err := c.knownAccess(org, r); err != nil {
		return err
	}
	role := int(*r.Type)
	if err := c.mayConfigure(org.ID, &m.Type, role, r.Permissions); err != nil {
		return err
	}
	if err := customNeedsEnterprise(org, role); err != nil {
		return err
	}
	if role != roleOwner {
		if err := c.s.ownerRemains(org.ID, []*member{m}); err != nil {
			return err
		}
	}
	return plausible(org, r)
}

// addsCollections tells whether a request gives a member access to collections that he has none to.
func (s *Server) addsCollections(m *member, asked []memberAccess) bool {
	return slices.ContainsFunc(asked, func(a memberAccess) bool {
		col := s.store.collections.get(string(a.ID))
		if col == nil {
			return true
		}
		_, has := col.Members[m.ID]
		return !has
	})
}

// knownAccess is 404 for collections and groups that the organization does not have, or that are not the caller's to give.
func (c *call) knownAccess(org *organization, r *memberRequest) error {
	found, err := c.granted(r.Collections, c.mayGrant)
	if err != nil {
		return err
	}
	foreign := func(col *collection) bool { return col.OrganizationID != org.ID }
	if len(found) != len(r.Collections) || slices.ContainsFunc(found, foreign) {
		return notFound()
	}
	for _, id := range r.Groups {
		if g := c.s.store.groups.get(string(id)); g == nil || g.OrganizationID != org.ID {
			return notFound()
		}
	}
	return nil
}

// plausible checks what an update asks for against itself and the plan. The text about PAM is not recorded.
func plausible(org *organization, r *memberRequest) error {
	switch {
	case slices.ContainsFunc(r.Collections, memberAccess.contradictory):
		return badRequest(manageExclusive)
	case r.AccessSecrets && !org.UseSecretsManager:
		return badRequest("Organization does not use Secrets Manager")
	case r.AccessPam && !org.UsePam:
		return badRequest("Organization does not use PAM")
	}
	return nil
}

func (s *Server) update(c *call, m *member, r *memberRequest) {
	m.Type, m.AccessSecrets, m.AccessPam = int(*r.Type), r.AccessSecrets, r.AccessPam
	m.RevisionDate = s.now()
	c.replaceAccess(m, r.Collections)
	if r.Groups != nil {
		s.replaceGroups(m, r.Groups)
	}
	s.touch(m.UserID)
	s.logMember(c, 1502, m)
}

// changeAccount changes address and name of a claimed member without a master password. Only the first refusal is
// recorded.
func (s *Server) changeAccount(org *organization, m *member, r *memberRequest) error {
	u := s.store.users.get(m.UserID)
	changes := func(to *string, from string) bool { return to != nil && *to != "" && *to != from }
	if u == nil {
		return nil
	}
	newEmail := changes(r.Email, u.Email)
	switch {
	case newEmail && u.PasswordHash != "":
		return validationError("email", "member_has_master_password",
			"Cannot change the email of a member who has a master password.")
	case newEmail && !s.claimed(org, u):
		return validationError("email", "member_not_claimed",
			"Cannot change the email of a member who is not claimed by the organization.")
	case newEmail && s.userByEmail(*r.Email) != nil:
		return validationError("email", "email_taken", "The email is already in use.")
	}
	if newEmail {
		u.Email = strings.ToLower(*r.Email)
	}
	if s.claimed(org, u) && r.Name != nil {
		u.Name = r.Name
	}
	return nil
}

// validationError is the refusal of newer commands, in the form of RFC 7807.
func validationError(field, kind, detail string) error {
	return &apiError{
		status: http.StatusBadRequest, header: http.Header{"Content-Type": {"application/problem+json"}},
		body: obj{
			"type": "validation_error", "title": "One or more validation errors occurred.", "status": http.StatusBadRequest,
			"errors":  obj{field: []obj{{"type": kind, "detail": detail}}},
			"traceId": "00-" + secret() + "-00",
		},
	}
}

// memberChange is something done to one member or to many: in bulk a refusal of the whole call comes first, then each
// member has a line of his own.
type memberChange struct {
	refuse func(c *call, m *member) string // why not, empty if it may be
	whole  func(org *organization, members []*member) error
	apply  func(c *call, m *member)
}

// changeOne makes a change to the member in the path.
func (s *Server) changeOne(c *call, change memberChange) (any, error) {
	org, m, err := s.memberIn(c)
	if err != nil {
		return nil, err
	}
	if text := change.refuse(c, m); text != "" {
		return nil, badRequest(text)
	}
	if err := change.whole(org, []*member{m}); err != nil {
		return nil, err
	}
	change.apply(c, m)
	return nil, nil
}

// changeMany makes a change to all members that a bulk route names, and leaves unknown ids out of its answer.
func (s *Server) changeMany(c *call, body any, ids func() []guid, change memberChange) (any, error) {
	org, members, err := s.bulkMembers(c, body, ids)
	if err != nil {
		return nil, err
	}
	if len(members) == 0 {
		return nil, badRequest("Users invalid.")
	}
	if err := change.whole(org, members); err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, m := range members {
		text := change.refuse(c, m)
		if text == "" {
			change.apply(c, m)
		}
		rows = append(rows, bulkResult(m, text))
	}
	return list(rows), nil
}

// revoking takes a member's access; role, groups and collections stay for his return.
func (s *Server) revoking() memberChange {
	return memberChange{
		refuse: func(c *call, m *member) string {
			switch {
			case m.UserID == c.user.ID:
				return "You cannot revoke yourself."
			case m.Type == roleOwner && !c.isOwner(m.OrganizationID):
				return "Only owners can revoke other owners."
			case m.Status == statusRevoked:
				return "Already revoked."
			}
			return ""
		},
		whole: func(org *organization, members []*member) error { return s.ownerRemains(org.ID, members) },
		apply: func(c *call, m *member) {
			s.revoke(m, revokedByHand)
			s.logMember(c, 1511, m)
		},
	}
}

// Why members are revoked: by a person, or because a policy found them without two-step login or in another organization.
const (
	revokedByHand           = 1
	revokedWithoutTwoFactor = 2
	revokedForSingleOrg     = 4
)

func (s *Server) revoke(m *member, reason int) {
	m.Status, m.RevocationReason, m.RevisionDate = statusRevoked, &reason, s.now()
}

func (s *Server) revokeMember(c *call) (any, error) { return s.changeOne(c, s.revoking()) }

func (s *Server) revokeMembers(c *call) (any, error) {
	r := idsRequest{}
	return s.changeMany(c, &r, func() []guid { return r.IDs }, s.revoking())
}

// restoring gives a revoked member his access back, with the status that his row now speaks for.
func (s *Server) restoring(myItemsName func() *string) memberChange {
	return memberChange{
		refuse: func(c *call, m *member) string {
			switch {
			case m.UserID == c.user.ID:
				return "You cannot restore yourself."
			case m.Type == roleOwner && !c.isOwner(m.OrganizationID):
				return "Only owners can restore other owners."
			case m.Status != statusRevoked:
				return "Already active."
			}
			return s.incompliance(m)
		},
		whole: func(org *organization, members []*member) error { return s.needSeats(org, len(members)) },
		apply: func(c *call, m *member) {
			m.Status, m.RevocationReason, m.RevisionDate = m.statusByRow(), nil, s.now()
			s.touch(m.UserID)
			s.logMember(c, 1512, m)
			if m.Status == statusConfirmed {
				s.giveMyItems(m, myItemsName())
			}
		},
	}
}

// statusByRow is the status that a restored member gets.
func (m *member) statusByRow() int {
	switch {
	case m.UserID == "":
		return statusInvited
	case m.Key == nil:
		return statusAccepted
	default:
		return statusConfirmed
	}
}

type restoreRequest struct {
	DefaultUserCollectionName *string `json:"defaultUserCollectionName"`
}

func (r *restoreRequest) validate(p problems) { checkMyItemsName(p, r.DefaultUserCollectionName) }

// restoreMember is the older route, without a body.
func (s *Server) restoreMember(c *call) (any, error) {
	return s.changeOne(c, s.restoring(func() *string { return nil }))
}

// restoreMemberNext wants a body, at least an empty object.
func (s *Server) restoreMemberNext(c *call) (any, error) {
	r := restoreRequest{}
	if _, _, err := c.organizationAnd("id"); err != nil {
		return nil, err
	}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	return s.changeOne(c, s.restoring(func() *string { return r.DefaultUserCollectionName }))
}

type bulkRestoreRequest struct {
	idsRequest
	restoreRequest
}

func (r *bulkRestoreRequest) validate(p problems) {
	r.idsRequest.validate(p)
	r.restoreRequest.validate(p)
}

func (s *Server) restoreMembers(c *call) (any, error) {
	r := bulkRestoreRequest{}
	return s.changeMany(c, &r, func() []guid { return r.IDs },
		s.restoring(func() *string { return r.DefaultUserCollectionName }))
}
