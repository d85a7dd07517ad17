// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

func (s *Server) accountRoutes() {
	s.api("GET", "/accounts/profile", signedIn, s.getProfile)
	s.api("GET", "/accounts/revision-date", signedIn, s.getRevisionDate)
	s.api("GET", "/accounts/keys", signedIn, s.getKeys)
	s.api("POST", "/accounts/keys", signedIn, s.setKeys)
	s.api("POST", "/accounts/verify-password", signedIn, s.verifyPassword)
	s.api("POST", "/accounts/api-key", signedIn, s.getAPIKey)
	s.api("POST", "/accounts/rotate-api-key", signedIn, s.rotateAPIKey)
	s.api("POST", "/accounts/key-management/user-key-id", signedIn, s.setUserKeyID)
	s.api("GET", "/users/{id}/public-key", signedIn, s.getPublicKey)
	s.api("GET", "/users/{id}/keys", signedIn, s.getPublicKeys)
	s.api("GET", "/devices", signedIn, s.listDevices)
	s.api("GET", "/organizations", signedIn, s.listOwnOrganizations)
}

func (s *Server) getProfile(c *call) (any, error) { return s.profile(c.user), nil }

// getRevisionDate answers a bare number: milliseconds since 1970.
func (s *Server) getRevisionDate(c *call) (any, error) {
	return c.user.AccountRevision.UnixMilli(), nil
}

func (s *Server) getKeys(c *call) (any, error) { return keysBody(c.user), nil }

func keysBody(u *user) obj {
	return obj{
		"key": u.Key, "publicKey": u.PublicKey, "privateKey": u.PrivateKey, "accountKeys": accountKeysOrNull(u),
		"object": "keys",
	}
}

func accountKeysOrNull(u *user) any {
	if u.PrivateKey == nil {
		return nil
	}
	return accountKeys(u)
}

// accountKeys are a user's key pairs. Only accounts of version 2 have a signature key and a security state.
func accountKeys(u *user) obj {
	keys := obj{
		"signatureKeyPair": nil,
		"publicKeyEncryptionKeyPair": obj{
			"wrappedPrivateKey": u.PrivateKey, "publicKey": u.PublicKey, "signedPublicKey": nil,
			"object": "publicKeyEncryptionKeyPair",
		},
		"securityState": nil,
		"object":        "privateKeys",
	}
	if u.SignedPublicKey != nil {
		keys["publicKeyEncryptionKeyPair"].(obj)["signedPublicKey"] = *u.SignedPublicKey //nolint:forcetypeassert // made above
	}
	if u.SigningKey != nil {
		keys["signatureKeyPair"] = obj{
			"wrappedSigningKey": u.SigningKey, "verifyingKey": u.VerifyingKey, "object": "signatureKeyPair",
		}
	}
	if u.SecurityState != nil {
		keys["securityState"] = obj{"securityState": u.SecurityState, "securityVersion": u.SecurityVersion}
	}
	return keys
}

type keysRequest struct {
	PublicKey           string              `json:"publicKey"`
	EncryptedPrivateKey string              `json:"encryptedPrivateKey"`
	AccountKeys         *accountKeysRequest `json:"accountKeys"`
}

func (s *Server) setKeys(c *call) (any, error) {
	r := keysRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if c.user.PublicKey != nil || c.user.PrivateKey != nil {
		return nil, badRequest("User has existing keypair")
	}
	c.user.PublicKey, c.user.PrivateKey = &r.PublicKey, &r.EncryptedPrivateKey
	if r.AccountKeys != nil {
		r.AccountKeys.fill(c.user)
	}
	return keysBody(c.user), nil
}

func (s *Server) verifyPassword(c *call) (any, error) {
	r := secretRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if !r.verified(c.user) {
		return nil, wrongSecret("MasterPasswordHash", "Invalid password.")
	}
	return obj{
		"minComplexity": nil, "minLength": nil, "requireLower": nil, "requireUpper": nil, "requireNumbers": nil,
		"requireSpecial": nil, "enforceOnLogin": nil, "object": "masterPasswordPolicy",
	}, nil
}

func (s *Server) getAPIKey(c *call) (any, error) {
	if err := c.verifySecret(); err != nil {
		return nil, err
	}
	return apiKeyBody(c.user.APIKey, c.user.RevisionDate), nil
}

func (s *Server) rotateAPIKey(c *call) (any, error) {
	if err := c.verifySecret(); err != nil {
		return nil, err
	}
	c.user.APIKey, c.user.RevisionDate = secret(), c.now()
	return apiKeyBody(c.user.APIKey, c.user.RevisionDate), nil
}

func apiKeyBody(key string, revision any) obj {
	return obj{"apiKey": key, "revisionDate": revision, "object": "apiKey"}
}

// verifySecret reads a body that holds nothing but the caller's secret.
func (c *call) verifySecret() error {
	r := secretRequest{}
	if err := c.bind(&r); err != nil {
		return err
	}
	if !r.verified(c.user) {
		return wrongSecret("", "User verification failed.")
	}
	return nil
}

type userKeyIDRequest struct {
	UserKeyID string `json:"userKeyId"`
}

func (r *userKeyIDRequest) validate(p problems) { p.required("UserKeyId", r.UserKeyID) }

// setUserKeyID is taken once only.
func (s *Server) setUserKeyID(c *call) (any, error) {
	r := userKeyIDRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if c.user.UserKeyID != nil {
		return nil, badRequest("User key ID is already set.")
	}
	c.user.UserKeyID = &r.UserKeyID
	return nil, nil
}

func (s *Server) getPublicKey(c *call) (any, error) {
	u, err := s.userOf(c)
	if err != nil {
		return nil, err
	}
	return obj{"userId": u.ID, "publicKey": u.PublicKey, "object": "userKey"}, nil
}

func (s *Server) getPublicKeys(c *call) (any, error) {
	u, err := s.userOf(c)
	if err != nil {
		return nil, err
	}
	return obj{
		"verifyingKey": u.VerifyingKey, "signedPublicKey": u.SignedPublicKey, "publicKey": u.PublicKey,
		"object": "publicKeys",
	}, nil
}

// userOf is the user {id} in the path, if he has a public key.
func (s *Server) userOf(c *call) (*user, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	u := s.store.users.get(id)
	if u == nil || u.PublicKey == nil {
		return nil, notFound()
	}
	return u, nil
}

func (s *Server) listDevices(c *call) (any, error) {
	rows := []obj{}
	for d := range s.store.devices.all() {
		if d.UserID == c.user.ID {
			rows = append(rows, obj{
				"id": d.ID, "name": d.Name, "type": d.Type, "identifier": d.Identifier, "creationDate": d.CreationDate,
				"lastActivityDate": d.LastActivity, "isTrusted": false, "encryptedUserKey": nil, "encryptedPublicKey": nil,
				"devicePendingAuthRequest": nil, "object": "device",
			})
		}
	}
	return list(rows), nil
}

// listOwnOrganizations lists the caller's confirmed memberships, never a provider's clients.
func (s *Server) listOwnOrganizations(c *call) (any, error) {
	return list(s.profileOrganizations(c.user, statusConfirmed)), nil
}
