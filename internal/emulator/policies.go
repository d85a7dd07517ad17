// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The other policies to which the server gives a meaning.
const (
	policyMasterPassword = 1
	policyDisableSend    = 6
	policySendOptions    = 7
	policyAutoConfirm    = 18
	policyBlockClaimed   = 19
	policySendControls   = 21
	policyFillAssist     = 22
)

// policyNames are the names of the policy types by number; routes take either.
var policyNames = []string{
	"TwoFactorAuthentication", "MasterPassword", "PasswordGenerator", "SingleOrg", "RequireSso",
	"OrganizationDataOwnership", "DisableSend", "SendOptions", "ResetPassword", "MaximumVaultTimeout",
	"DisablePersonalVaultExport", "ActivateAutofill", "AutomaticAppLogIn", "FreeFamiliesSponsorshipPolicy",
	"RemoveUnlockWithPin", "RestrictedItemTypesPolicy", "UriMatchDefaults", "AutotypeDefaultSetting",
	"AutomaticUserConfirmation", "BlockClaimedDomainAccountCreation", "OrganizationUserNotification", "SendControls",
	"FillAssist",
}

func (s *Server) policyRoutes() {
	const base = "/organizations/{orgId}/policies"
	manage := inOrganization((*call).mayManagePolicies)
	s.api("GET", base, manage, s.listPolicies)
	s.api("GET", base+"/token", anonymous, s.listPoliciesForInvited)
	s.api("GET", base+"/master-password", signedIn, s.getMasterPasswordPolicy)
	s.api("GET", base+"/{type:text}", manage, s.getPolicy)
	s.api("PUT", base+"/{type:text}", manage, s.putPolicy)
}

// policyOf is an organization's row of a policy type, nil if it was never written.
func (s *Server) policyOf(organizationID string, policyType int) *policy {
	return s.store.policies.first(func(p *policy) bool {
		return p.OrganizationID == organizationID && p.Type == policyType
	})
}

// policyType is the type {type} in the path, by number or name.
func (c *call) policyType() (int, error) {
	value := c.values["type"]
	if n, err := strconv.Atoi(value); err == nil {
		if n >= 0 && n < len(policyNames) {
			return n, nil
		}
		return 0, modelState("type", fmt.Sprintf("The value '%s' is invalid.", value))
	}
	n := slices.IndexFunc(policyNames, func(name string) bool { return strings.EqualFold(name, value) })
	if n < 0 {
		return 0, modelState("type", fmt.Sprintf("The value '%s' is not valid.", value))
	}
	return n, nil
}

// listPolicies answers the rows that exist, and the Send controls even if nobody set them.
func (s *Server) listPolicies(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	for p := range s.store.policies.all() {
		if p.OrganizationID == orgID {
			rows = append(rows, s.policyStatus(orgID, p.Type))
		}
	}
	if s.policyOf(orgID, policySendControls) == nil {
		rows = append(rows, s.policyStatus(orgID, policySendControls))
	}
	return list(rows), nil
}

// getPolicy answers a policy that was never set as one that is off.
func (s *Server) getPolicy(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	policyType, err := c.policyType()
	if err != nil {
		return nil, err
	}
	return s.policyStatus(orgID, policyType), nil
}

// policyStatus is a policy as it is read: without id and date, its data an object even where none is stored.
func (s *Server) policyStatus(organizationID string, policyType int) obj {
	p := s.policyOf(organizationID, policyType)
	status := obj{
		"organizationId": organizationID, "type": policyType, "data": obj{}, "enabled": p != nil && p.Enabled,
		"canToggleState": true, "object": "policy",
	}
	switch {
	case p != nil && p.Data != nil:
		status["data"] = json.RawMessage(*p.Data)
	case p == nil && policyType == policySendControls:
		status["data"] = sendControls{}
	}
	if policyType == policySingleOrg && p != nil && p.Enabled && s.hasVerifiedDomain(organizationID) {
		status["canToggleState"] = false
	}
	return status
}

// policyBody is a policy as it was written: data that is not stored is null.
func policyBody(p *policy) obj {
	body := obj{
		"id": p.ID, "organizationId": p.OrganizationID, "type": p.Type, "data": nil, "enabled": p.Enabled,
		"revisionDate": p.RevisionDate, "object": "policy",
	}
	if p.Data != nil {
		body["data"] = json.RawMessage(*p.Data)
	}
	return body
}

// syncPolicies are the policies of the organizations in which a user has one of the statuses.
func (s *Server) syncPolicies(u *user, statuses ...int) []obj {
	rows := []obj{}
	for m := range s.store.members.all() {
		if m.UserID != u.ID || !slices.Contains(statuses, m.Status) {
			continue
		}
		for p := range s.store.policies.all() {
			if p.OrganizationID == m.OrganizationID {
				rows = append(rows, policyBody(p))
			}
		}
	}
	return rows
}

// listPoliciesForInvited shows an invited person, by the token in the mail, what is switched on.
func (s *Server) listPoliciesForInvited(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	memberID, err := c.queryID("organizationUserId")
	if err != nil {
		return nil, err
	}
	org, m := s.store.organizations.get(orgID), s.store.members.get(memberID)
	if org == nil || !org.UsePolicies || m == nil || m.OrganizationID != orgID ||
		!s.invited("organization", c.queryValue("token"), m.ID, strings.ToLower(c.queryValue("email"))) {
		return nil, notFound()
	}
	rows := []obj{}
	for p := range s.store.policies.all() {
		if p.OrganizationID == orgID && p.Enabled {
			rows = append(rows, policyBody(p))
		}
	}
	return list(rows), nil
}

// getMasterPasswordPolicy is for members only.
func (s *Server) getMasterPasswordPolicy(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	p := s.policyOn(orgID, policyMasterPassword)
	if p == nil || c.ownMember(orgID) == nil {
		return nil, notFound()
	}
	return policyBody(p), nil
}

type policyRequest struct {
	Policy *struct {
		Enabled *bool           `json:"enabled"`
		Data    json.RawMessage `json:"data"`
	} `json:"policy"`
	Metadata struct {
		DefaultUserCollectionName *string `json:"defaultUserCollectionName"`
	} `json:"metadata"`
}

func (r *policyRequest) validate(p problems) {
	p.present("Policy", r.Policy != nil)
	if r.Policy == nil {
		return
	}
	if r.Policy.Enabled == nil {
		p.add("Policy.Enabled", "The Enabled field is required.")
	}
	if data := storedData(r.Policy.Data); data != nil && !strings.HasPrefix(*data, "{") {
		p.add("$.policy.data", "The JSON value could not be converted to System.Collections.Generic.Dictionary`2"+
			"[System.String,System.Object]. Path: $.policy.data | LineNumber: 0 | BytePositionInLine: 0.")
	}
}

// storedData is the data of a request as it is kept, as it came: nothing for null and for an empty object.
func storedData(raw json.RawMessage) *string {
	text := strings.TrimSpace(string(raw))
	if inner, ok := strings.CutPrefix(text, "{"); ok && strings.TrimSpace(inner) == "}" {
		return nil
	}
	if text == "" || text == "null" {
		return nil
	}
	return &text
}

func (s *Server) putPolicy(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	policyType, err := c.policyType()
	if err != nil {
		return nil, err
	}
	r := policyRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	p, err := s.savePolicy(c, s.store.organizations.get(orgID), policyChange{
		Type: policyType, Enabled: *r.Policy.Enabled, Data: storedData(r.Policy.Data),
		MyItemsName: r.Metadata.DefaultUserCollectionName,
	})
	if err != nil {
		return nil, err
	}
	return policyBody(p), nil
}
