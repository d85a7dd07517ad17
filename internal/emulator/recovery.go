// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "strings"

func (s *Server) recoveryRoutes() {
	const base = "/organizations/{orgId}/users"
	manage := inOrganization((*call).mayManageResetPassword)
	s.api("GET", base+"/{id}/reset-password-details", manage, s.recoveryDetails)
	s.api("POST", base+"/account-recovery-details", manage, s.manyRecoveryDetails)
	s.api("PUT", base+"/{id}/recover-account", manage, s.recoverAccount)
	s.api("PUT", base+"/{userId}/reset-password-enrollment", signedIn, s.setEnrollment)
}

type enrollmentRequest struct {
	ResetPasswordKey   *string `json:"resetPasswordKey"` // nil: withdraw
	MasterPasswordHash string  `json:"masterPasswordHash"`
}

// setEnrollment is a member's own choice to let the organization recover his account.
func (s *Server) setEnrollment(c *call) (any, error) {
	orgID, userID, err := c.organizationAnd("userId")
	if err != nil {
		return nil, err
	}
	r := enrollmentRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	key := r.ResetPasswordKey
	withdraws := key == nil || strings.TrimSpace(*key) == ""
	m := c.ownMember(orgID)
	switch {
	case !withdraws && r.MasterPasswordHash != c.user.PasswordHash:
		return nil, badRequest("Incorrect password")
	case m == nil || userID != c.user.ID || m.Status == statusRevoked:
		return nil, badRequest("User not valid.")
	case !s.store.organizations.get(orgID).UseResetPassword:
		return nil, badRequest("Organization does not allow password reset enrollment.")
	case s.policyOn(orgID, policyResetPassword) == nil:
		return nil, badRequest("Organization does not have the password reset policy enabled.")
	case withdraws && s.autoEnrolls(orgID):
		return nil, badRequest("Due to an Enterprise Policy, you are not allowed to withdraw from account recovery.")
	case withdraws:
		key = nil
	}
	s.enroll(c, m, key)
	return nil, nil
}

// enroll keeps a member's user key, under the organization's public key, for those who may recover his account; nil
// withdraws it.
func (s *Server) enroll(c *call, m *member, key *string) {
	m.ResetPasswordKey, m.RevisionDate = key, s.now()
	if key == nil {
		s.logMember(c, 1507, m)
		return
	}
	s.logMember(c, 1506, m)
}

// mayRecover tells why the caller may not recover a member's account, empty if he may. Users of a provider are recovered
// only by users of the same provider with at least their role.
func (c *call) mayRecover(m *member) string {
	for pu := range c.s.store.providerUsers.all() {
		if pu.UserID != m.UserID || pu.Status != statusConfirmed || c.isProviderAdmin(pu.ProviderID) {
			continue
		}
		if pu.Type != serviceUserRole || !c.isProviderUser(pu.ProviderID) {
			return "You are not permitted to recover this Provider member's account."
		}
	}
	outranked := m.Type == roleOwner && !c.isOwner(m.OrganizationID) || m.Type == roleAdmin && !c.isAdmin(m.OrganizationID)
	if outranked {
		return "You are not permitted to recover this user's account."
	}
	return ""
}

// recoveryDetails answers for members who are not enrolled, too.
func (s *Server) recoveryDetails(c *call) (any, error) {
	_, m, err := s.memberIn(c)
	if err != nil {
		return nil, err
	}
	if m.UserID == "" || c.mayRecover(m) != "" {
		return nil, notFound()
	}
	details := s.recoveryBody(m)
	details["masterPasswordSalt"] = s.store.users.get(m.UserID).salt()
	return details, nil
}

// recoveryBody is what a recovery needs; the salt is told for single members only.
func (s *Server) recoveryBody(m *member) obj {
	u, org := s.store.users.get(m.UserID), s.store.organizations.get(m.OrganizationID)
	return obj{
		"organizationUserId": m.ID, "kdf": u.Kdf.Type, "kdfIterations": u.Kdf.Iterations, "kdfMemory": u.Kdf.Memory,
		"kdfParallelism": u.Kdf.Parallelism, "masterPasswordSalt": nil, "resetPasswordKey": m.ResetPasswordKey,
		"encryptedPrivateKey": org.PrivateKey, "object": "organizationUserResetPasswordDetails",
	}
}

func (s *Server) manyRecoveryDetails(c *call) (any, error) {
	r := idsRequest{}
	_, members, err := s.bulkMembers(c, &r, func() []guid { return r.IDs })
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, m := range members {
		if m.UserID != "" && c.mayRecover(m) == "" {
			rows = append(rows, s.recoveryBody(m))
		}
	}
	return list(rows), nil
}

type recoverRequest struct {
	ResetMasterPassword bool `json:"resetMasterPassword"`
	ResetTwoFactor      bool `json:"resetTwoFactor"`

	Authentication *struct {
		Kdf  kdfRequest `json:"kdf"`
		Hash string     `json:"masterPasswordAuthenticationHash"`
		Salt string     `json:"salt"`
	} `json:"authenticationData"`
	Unlock *struct {
		Kdf  kdfRequest `json:"kdf"`
		Key  string     `json:"masterKeyWrappedUserKey"`
		Salt string     `json:"salt"`
	} `json:"unlockData"`

	// The older form.
	NewMasterPasswordHash string `json:"newMasterPasswordHash"`
	Key                   string `json:"key"`
}

// validate wants salt and key derivation to be the same in both parts. The text about the derivation is not recorded.
func (r *recoverRequest) validate(p problems) {
	p.stringLength("NewMasterPasswordHash", r.NewMasterPasswordHash, 300)
	if r.Authentication == nil || r.Unlock == nil {
		return
	}
	if r.Authentication.Salt != r.Unlock.Salt {
		p.add("Salt", "Invalid master password salt.")
	}
	if !r.Authentication.Kdf.kdf().equal(r.Unlock.Kdf.kdf()) {
		p.add("Salt", "Invalid user KDF settings.")
	}
}

func (r kdfRequest) kdf() kdf {
	return kdf{Type: int(r.Type), Iterations: r.Iterations, Memory: r.Memory, Parallelism: r.Parallelism}
}

func (k kdf) equal(other kdf) bool {
	same := func(a, b *int) bool { return a == b || a != nil && b != nil && *a == *b }
	return k.Type == other.Type && k.Iterations == other.Iterations && same(k.Memory, other.Memory) &&
		same(k.Parallelism, other.Parallelism)
}

// recoverAccount gives an enrolled member a new master password, or takes his two-step login.
func (s *Server) recoverAccount(c *call) (any, error) {
	if _, _, err := c.organizationAnd("id"); err != nil {
		return nil, err
	}
	r := recoverRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	org, m, err := s.memberIn(c)
	if err != nil {
		return nil, err
	}
	if err := s.recoverable(c, org, m, &r); err != nil {
		return nil, err
	}
	u := s.store.users.get(m.UserID)
	if r.ResetMasterPassword {
		if err := r.setPassword(u); err != nil {
			return nil, err
		}
		u.SecurityStamp, u.ForcePasswordReset, u.RevisionDate = newID(), true, s.now()
		s.logMember(c, 1508, m)
	}
	if r.ResetTwoFactor {
		u.TwoFactorEnabled = false
		s.logMember(c, 1519, m)
		s.revokeWithoutTwoFactor(c, u)
	}
	s.touch(u.ID)
	s.sendMail(u.Email, "Your admin has initiated account recovery", "An administrator has recovered your account.")
	return noContent(), nil
}

// recoverable is 400 if the account behind a member cannot be recovered, or not by the caller.
func (s *Server) recoverable(c *call, org *organization, m *member, r *recoverRequest) error {
	reason := ""
	if m.UserID != "" {
		reason = c.mayRecover(m)
	}
	switch {
	case reason != "":
		return badRequest(reason)
	case !r.ResetMasterPassword && !r.ResetTwoFactor:
		return badRequest("At least one recovery action must be requested.")
	case !org.UseResetPassword:
		return badRequest("Organization does not allow password reset.")
	case s.policyOn(org.ID, policyResetPassword) == nil:
		return badRequest("Organization does not have the password reset policy enabled.")
	case m.UserID == "" || m.ResetPasswordKey == nil:
		return badRequest("Organization User not valid.")
	case s.store.users.get(m.UserID).UsesKeyConnector:
		return badRequest("Cannot reset password of a user with Key Connector.")
	}
	return nil
}

// setPassword replaces the master password; salt and key derivation must stay what they are.
func (r *recoverRequest) setPassword(u *user) error {
	if r.Authentication == nil || r.Unlock == nil {
		u.PasswordHash, u.Key = r.NewMasterPasswordHash, &r.Key
		return nil
	}
	switch {
	case r.Authentication.Salt != u.salt():
		return modelState("Salt", "Invalid master password salt.")
	case !r.Authentication.Kdf.kdf().equal(u.Kdf):
		return modelState("Salt", "Invalid user KDF settings.")
	}
	u.PasswordHash, u.Key, u.Salt = r.Authentication.Hash, &r.Unlock.Key, &r.Authentication.Salt
	return nil
}

// revokeWithoutTwoFactor takes a user out of organizations that demand the two-step login which he no longer has.
func (s *Server) revokeWithoutTwoFactor(c *call, u *user) {
	for m := range s.store.members.all() {
		if m.UserID == u.ID && m.Status >= statusAccepted && s.lacksTwoFactor(m) {
			s.revoke(m, revokedWithoutTwoFactor)
			s.logMember(c, 1520, m)
		}
	}
}
