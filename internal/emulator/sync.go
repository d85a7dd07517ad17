// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"maps"
	"slices"
	"strings"
)

func (s *Server) syncRoutes() {
	s.api("GET", "/sync", signedIn, s.getSync)
}

// getSync answers what a client keeps of an account. It never holds a client organization's items for a provider user.
func (s *Server) getSync(c *call) (any, error) {
	u := c.user
	var domains any
	if !c.queryFlag("excludeDomains") {
		domains = obj{"equivalentDomains": nil, "globalEquivalentDomains": []any{}, "object": "domains"}
	}
	decryption := obj{}
	if u.Key != nil && u.PasswordHash != "" {
		decryption["masterPasswordUnlock"] = obj{
			"kdf": kdfBody(u.Kdf), "masterKeyEncryptedUserKey": u.Key, "salt": u.salt(), "containedKeyId": nil,
		}
	}
	if u.UserKeyID != nil {
		decryption["userKeyId"] = *u.UserKeyID
	}
	return obj{
		"profile": s.profile(u), "folders": s.syncFolders(u), "collections": s.syncCollections(u),
		"ciphers": s.syncCiphers(c), "domains": domains, "policies": s.syncPolicies(u, statusConfirmed),
		"policiesNew": s.syncPolicies(u, statusConfirmed, statusAccepted),
		"sends":       s.syncSends(u), "userDecryption": decryption, "object": "sync",
	}, nil
}

// The lists in /sync that belong to other areas. They answer what the user sees as a confirmed member or owner.

func (s *Server) syncFolders(u *user) []obj {
	rows := []obj{}
	for f := range s.store.folders.all() {
		if f.UserID == u.ID {
			rows = append(rows, folderBody(f))
		}
	}
	return rows
}

// profile is the account with its memberships, its providers and their clients.
func (s *Server) profile(u *user) obj {
	return obj{
		"id": u.ID, "name": u.Name, "email": u.Email, "emailVerified": u.EmailVerified, "premium": u.Premium,
		"premiumFromOrganization": s.premiumFromOrganization(u), "culture": "en-US", "twoFactorEnabled": u.TwoFactorEnabled,
		"key": u.Key, "privateKey": u.PrivateKey, "accountKeys": accountKeysOrNull(u), "securityStamp": u.SecurityStamp,
		"forcePasswordReset": u.ForcePasswordReset, "usesKeyConnector": u.UsesKeyConnector, "avatarColor": u.AvatarColor,
		"creationDate": u.CreationDate, "verifyDevices": u.VerifyDevices,
		"organizations":    s.profileOrganizations(u, statusConfirmed),
		"organizationsNew": s.profileOrganizations(u, statusConfirmed, statusAccepted),
		"providers":        s.profileProviders(u), "providerOrganizations": s.profileProviderOrganizations(u),
		"object": "profile",
	}
}

func (s *Server) premiumFromOrganization(u *user) bool {
	return s.store.members.first(func(m *member) bool {
		if m.UserID != u.ID || m.Status != statusConfirmed {
			return false
		}
		org := s.store.organizations.get(m.OrganizationID)
		return org.Enabled && org.UsersGetPremium
	}) != nil
}

// profileOrganizations are a user's memberships in the given statuses.
func (s *Server) profileOrganizations(u *user, statuses ...int) []obj {
	rows := []obj{}
	for m := range s.store.members.all() {
		if m.UserID != u.ID || !slices.Contains(statuses, m.Status) {
			continue
		}
		org := s.store.organizations.get(m.OrganizationID)
		row := s.profileOrganization(org)
		p, _ := planOf(org.PlanType)
		maps.Copy(row, obj{
			"organizationUserId": m.ID, "userIsClaimedByOrganization": s.claimed(org, u),
			"familySponsorshipFriendlyName": nil,
			"familySponsorshipAvailable":    p != nil && p.ProductTier == 3,
			"familySponsorshipLastSyncDate": nil, "familySponsorshipValidUntil": nil, "familySponsorshipToDelete": nil,
			"isAdminInitiated": false, "key": m.Key, "resetPasswordEnrolled": m.ResetPasswordKey != nil,
			"accessSecretsManager": m.AccessSecrets, "accessPam": m.AccessPam, "userId": u.ID, "status": m.Status,
			"type": m.Type, "permissions": permissionsOrNone(m.Permissions), "object": "profileOrganization",
		})
		rows = append(rows, row)
	}
	return rows
}

// profileProviders are the providers in which a user is confirmed and which are set up.
func (s *Server) profileProviders(u *user) []obj {
	rows := []obj{}
	for pu := range s.store.providerUsers.all() {
		p := s.store.providers.get(pu.ProviderID)
		if pu.UserID != u.ID || pu.Status != statusConfirmed || p.Status == providerPending {
			continue
		}
		rows = append(rows, obj{
			"id": p.ID, "name": decoded(p.Name), "key": pu.Key, "status": pu.Status, "type": pu.Type, "enabled": p.Enabled,
			"permissions": permissions{}, "userId": u.ID, "useEvents": p.UseEvents, "providerStatus": p.Status,
			"providerType": p.Type, "object": "profileProvider",
		})
	}
	return rows
}

// profileProviderOrganizations are the clients of a user's providers, with their keys under the provider key.
func (s *Server) profileProviderOrganizations(u *user) []obj {
	rows := []obj{}
	for pu := range s.store.providerUsers.all() {
		if pu.UserID != u.ID || pu.Status != statusConfirmed {
			continue
		}
		for link := range s.store.providerOrgs.all() {
			if link.ProviderID != pu.ProviderID {
				continue
			}
			row := s.profileOrganization(s.store.organizations.get(link.OrganizationID))
			maps.Copy(row, obj{
				"key": link.Key, "resetPasswordEnrolled": false, "accessSecretsManager": false, "accessPam": false,
				"userId": u.ID, "status": statusConfirmed, "type": roleOwner, "permissions": permissions{},
				"object": "profileProviderOrganization",
			})
			rows = append(rows, row)
		}
	}
	return rows
}

// profileOrganization is what both kinds of rows tell about the organization itself.
func (s *Server) profileOrganization(org *organization) obj {
	tier := 0
	if p, _ := planOf(org.PlanType); p != nil {
		tier = p.ProductTier
	}
	row := obj{
		"id": org.ID, "name": decoded(org.Name), "enabled": org.Enabled, "identifier": org.Identifier,
		"productTierType": tier, "usePolicies": org.UsePolicies, "useSso": org.UseSSO,
		"useKeyConnector": org.UseKeyConnector, "useScim": org.UseScim, "useGroups": org.UseGroups,
		"useDirectory": org.UseDirectory, "useEvents": org.UseEvents, "useTotp": org.UseTotp, "use2fa": org.Use2FA,
		"useApi": org.UseAPI, "useResetPassword": org.UseResetPassword, "useSecretsManager": org.UseSecretsManager,
		"usePasswordManager": org.UsePasswordManager, "usersGetPremium": org.UsersGetPremium,
		"useCustomPermissions": org.UseCustomPermissions, "useActivateAutofillPolicy": tier == 3,
		"useRiskInsights": org.UseRiskInsights, "useOrganizationDomains": org.UseOrganizationDomains,
		"useAdminSponsoredFamilies":    org.UseAdminSponsoredFamilies,
		"useAutomaticUserConfirmation": org.UseAutomaticUserConfirmation,
		"useDisableSMAdsForUsers":      org.UseDisableSMAds, "usePhishingBlocker": org.UsePhishingBlocker,
		"useMyItems": org.UseMyItems, "useInviteLinks": org.UseInviteLinks, "usePam": org.UsePam,
		"selfHost": org.SelfHost, "seats": org.Seats, "maxCollections": org.MaxCollections,
		"maxStorageGb": org.MaxStorageGB, "hasPublicAndPrivateKeys": org.PublicKey != nil && org.PrivateKey != nil,
		"ssoBound": false, "limitCollectionCreation": org.LimitCollectionCreation,
		"limitCollectionDeletion": org.LimitCollectionDeletion, "limitItemDeletion": org.LimitItemDeletion,
		"allowAdminAccessToAllCollectionItems": org.AllowAdminAccess, "providerId": nil, "providerName": nil,
		"providerType": nil, "ssoEnabled": false, "keyConnectorEnabled": false, "keyConnectorUrl": nil,
		"ssoMemberDecryptionType": nil,
	}
	if link := s.linkOf(org.ID); link != nil {
		p := s.store.providers.get(link.ProviderID)
		row["providerId"], row["providerName"], row["providerType"] = p.ID, decoded(p.Name), p.Type
	}
	return row
}

func permissionsOrNone(p *permissions) permissions {
	if p == nil {
		return permissions{}
	}
	return *p
}

// claimed tells whether a member's account is claimed through a verified domain of the organization.
func (s *Server) claimed(org *organization, u *user) bool {
	return u != nil && s.store.domains.first(func(d *domain) bool {
		return d.OrganizationID == org.ID && d.VerifiedDate != nil && hasDomain(u.Email, d.Name)
	}) != nil
}

func hasDomain(email, domain string) bool {
	_, at, ok := strings.Cut(email, "@")
	return ok && strings.EqualFold(at, domain)
}
