// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

func (s *Server) ssoRoutes() {
	s.api("GET", "/organizations/{id}/sso", signedIn, s.getSSO)
	s.api("GET", "/organizations/{identifier:text}/auto-enroll-status", signedIn, s.getAutoEnrollStatus)
	s.api("GET", "/organizations/{orgId}/integrations", signedIn, s.listIntegrations)
}

// ssoOrganization is the organization {id} in the path whose single sign-on is the caller's matter: 404 if it is not.
func (s *Server) ssoOrganization(c *call) (*organization, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	org := s.store.organizations.get(id)
	if org == nil || !c.mayManageSSO(id) {
		return nil, notFound()
	}
	return org, nil
}

func (s *Server) getSSO(c *call) (any, error) {
	org, err := s.ssoOrganization(c)
	if err != nil {
		return nil, err
	}
	return s.ssoBody(org), nil
}

func (s *Server) ssoBody(org *organization) obj {
	base := s.environment().SSO
	return obj{
		"enabled": false, "identifier": org.Identifier, "data": nil,
		"urls": obj{
			"callbackPath": base + "/oidc-signin", "signedOutCallbackPath": base + "/oidc-signedout",
			"spEntityId": base + "/saml2/" + org.ID, "spEntityIdStatic": base + "/saml2",
			"spMetadataUrl": base + "/saml2/" + org.ID, "spAcsUrl": base + "/saml2/" + org.ID + "/Acs",
		},
		"object": "organizationSso",
	}
}

// getAutoEnrollStatus tells a member whether he has to hand over a key for account recovery. Organizations are named by
// their SSO identifier.
func (s *Server) getAutoEnrollStatus(c *call) (any, error) {
	org := s.store.organizations.first(func(o *organization) bool {
		return o.Identifier != nil && *o.Identifier == c.values["identifier"]
	})
	if org == nil || c.ownMember(org.ID) == nil {
		return nil, notFound()
	}
	return obj{"id": org.ID, "resetPasswordEnabled": s.autoEnrolls(org.ID), "object": "organizationAutoEnrollStatus"}, nil
}

// listIntegrations is a bare array; nothing sends events anywhere.
func (s *Server) listIntegrations(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	if !c.isOwner(orgID) {
		return nil, notFound()
	}
	return []obj{}, nil
}
