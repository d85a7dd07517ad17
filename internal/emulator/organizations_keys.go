// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "strconv"

// Purposes of an organization's API keys.
const (
	publicAPIKey   = 0
	billingSyncKey = 1
	scimKey        = 2
)

func (s *Server) organizationKeyRoutes() {
	s.api("GET", "/organizations/{id}/public-key", signedIn, s.getOrganizationPublicKey)
	s.api("GET", "/organizations/{id}/keys", signedIn, s.getOrganizationPublicKey)
	s.api("GET", "/organizations/{id}/private-key", signedIn, s.getOrganizationPrivateKey)
	s.api("POST", "/organizations/{id}/keys", signedIn, s.createOrganizationKeys)
	s.api("POST", "/organizations/{id}/api-key", signedIn, s.getOrganizationAPIKey)
	s.api("POST", "/organizations/{id}/rotate-api-key", signedIn, s.rotateOrganizationAPIKey)
	s.api("GET", "/organizations/{id}/api-key-information", signedIn, s.listOrganizationAPIKeys)
	s.api("GET", "/organizations/{id}/api-key-information/{type:text}", signedIn, s.listOrganizationAPIKeys)
}

func (s *Server) getOrganizationPublicKey(c *call) (any, error) {
	id, err := c.parsedID("id")
	if err != nil {
		return nil, err
	}
	org := s.store.organizations.get(id)
	if org == nil {
		return nil, notFound()
	}
	return obj{"publicKey": org.PublicKey, "object": "organizationPublicKey"}, nil
}

// getOrganizationPrivateKey belongs to invite links. What it answers where those are switched on is not recorded.
func (s *Server) getOrganizationPrivateKey(*call) (any, error) { return nil, notFound() }

// organizationKeysRequest is a key pair of which both halves are needed.
type organizationKeysRequest struct{ keyPairRequest }

func (r *organizationKeysRequest) validate(p problems) {
	p.required("PublicKey", r.PublicKey)
	p.required("EncryptedPrivateKey", r.EncryptedPrivateKey)
}

func (s *Server) createOrganizationKeys(c *call) (any, error) {
	id, err := c.parsedID("id")
	if err != nil {
		return nil, err
	}
	r := organizationKeysRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	org := s.store.organizations.get(id)
	if org == nil || !c.mayManageResetPassword(id) {
		return nil, unauthorized()
	}
	if org.PublicKey != nil || org.PrivateKey != nil {
		return nil, badRequest("Organization Keys already exist.")
	}
	org.PublicKey, org.PrivateKey, org.RevisionDate = &r.PublicKey, &r.EncryptedPrivateKey, s.now()
	return obj{
		"publicKey": org.PublicKey, "privateKey": org.PrivateKey, "object": "organizationKeys",
	}, nil
}

type apiKeyRequest struct {
	secretRequest
	Type enum `json:"type"`
}

// apiKeyOf is the key that a request asks for, made if there is none yet.
func (s *Server) apiKeyOf(c *call) (*organizationAPIKey, error) {
	if _, err := c.id("id"); err != nil {
		return nil, err
	}
	r := apiKeyRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	id, _ := parseGUID(c.values["id"])
	org, keyType := s.store.organizations.get(id), int(r.Type)
	if org == nil || !c.mayReadAPIKey(id, keyType) {
		return nil, notFound()
	}
	if tier, _ := planOf(org.PlanType); keyType != publicAPIKey && tier.ProductTier < 2 {
		return nil, notFound()
	}
	key := s.organizationKey(id, keyType)
	if key == nil {
		key = s.newOrganizationKey(id, keyType)
	}
	if !r.verified(c.user) {
		return nil, wrongSecret("MasterPasswordHash", "Invalid password.")
	}
	return key, nil
}

func (c *call) mayReadAPIKey(organizationID string, keyType int) bool {
	if keyType == scimKey {
		return c.mayManageScim(organizationID)
	}
	return c.isOwner(organizationID)
}

func (s *Server) getOrganizationAPIKey(c *call) (any, error) {
	key, err := s.apiKeyOf(c)
	if err != nil {
		return nil, err
	}
	return apiKeyBody(key.Key, key.RevisionDate), nil
}

// rotateOrganizationAPIKey replaces the secret: the old one is refused from now on.
func (s *Server) rotateOrganizationAPIKey(c *call) (any, error) {
	key, err := s.apiKeyOf(c)
	if err != nil {
		return nil, err
	}
	key.Key, key.RevisionDate = secret(), s.now()
	return apiKeyBody(key.Key, key.RevisionDate), nil
}

// listOrganizationAPIKeys tells which keys exist, without their secrets.
func (s *Server) listOrganizationAPIKeys(c *call) (any, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	if !c.isOwner(id) && !c.mayManageScim(id) {
		return nil, notFound()
	}
	wanted, isNumber := strconv.Atoi(c.values["type"])
	rows := []obj{}
	for key := range s.store.orgAPIKeys.all() {
		if key.OrganizationID == id && (isNumber != nil || key.Type == wanted) {
			rows = append(rows, obj{"keyType": key.Type, "revisionDate": key.RevisionDate, "object": "keyInformation"})
		}
	}
	return list(rows), nil
}
