// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// policyChange is what somebody wants a policy to be. Data is replaced as a whole, also when it is switched off.
type policyChange struct {
	Type        int
	Enabled     bool
	Data        *string // JSON text, nil for none
	MyItemsName *string // encrypted, for the members' own collections
}

// savePolicy writes a policy with all that follows from it.
func (s *Server) savePolicy(c *call, org *organization, change policyChange) (*policy, error) {
	if err := validPolicyData(change); err != nil {
		return nil, err
	}
	if !org.UsePolicies {
		return nil, badRequest("This organization cannot use policies.")
	}
	old := s.policyOf(org.ID, change.Type)
	wasOn := old != nil && old.Enabled
	if err := s.policyAllowed(org, wasOn, change); err != nil {
		return nil, err
	}
	if change.Enabled && !wasOn {
		if err := s.revokeByPolicy(c, org, change.Type); err != nil {
			return nil, err
		}
	}
	p := s.writePolicy(org.ID, change)
	s.mirrorSendPolicies(p)
	if change.Enabled && !wasOn && change.Type == policyDataOwnership {
		for _, m := range s.membersOf(org.ID) {
			if m.Status == statusConfirmed {
				s.giveMyItems(m, change.MyItemsName)
			}
		}
	}
	s.touchMembers(org.ID)
	s.logEvent(c, event{Type: 1700, OrganizationID: org.ID, PolicyID: p.ID})
	return p, nil
}

// writePolicy stores a policy without asking and without consequences.
func (s *Server) writePolicy(organizationID string, change policyChange) *policy {
	p := s.policyOf(organizationID, change.Type)
	if p == nil {
		p = &policy{ID: newID(), OrganizationID: organizationID, Type: change.Type, CreationDate: s.now()}
		s.store.policies.add(p.ID, p)
	}
	p.Enabled, p.Data, p.RevisionDate = change.Enabled, change.Data, s.now()
	return p
}

// validPolicyData checks the only data that the server checks before anything else.
func validPolicyData(change policyChange) error {
	data := struct {
		MinComplexity *int `json:"minComplexity"`
		MinLength     *int `json:"minLength"`
	}{}
	if change.Type != policyMasterPassword || !change.readData(&data) {
		return nil
	}
	var wrong []string
	between := func(field string, value *int, lowest, highest int) {
		if value != nil && (*value < lowest || *value > highest) {
			wrong = append(wrong, fmt.Sprintf("The field %s must be between %d and %d.", field, lowest, highest))
		}
	}
	between("MinComplexity", data.MinComplexity, 0, 4)
	between("MinLength", data.MinLength, 12, 128)
	if wrong != nil {
		return badRequest("Invalid data for MasterPassword policy: " + strings.Join(wrong, ", "))
	}
	return nil
}

// readData reads the data into a struct; false if there is none or it does not fit.
func (change policyChange) readData(into any) bool {
	return change.Data != nil && json.Unmarshal([]byte(*change.Data), into) == nil
}

// needSingleOrg are the policies that can be on only while the single organization policy is, by type, and what the
// server calls them.
var needSingleOrg = map[int]string{
	4: "Require single sign-on authentication", 8: "Account recovery administration", 9: "Vault timeout",
	16: "URI match defaults", 18: "Automatically confirm invited users", 20: "Vault banner message",
}

// policyAllowed checks what a policy needs and who needs it, and then its own conditions.
func (s *Server) policyAllowed(org *organization, wasOn bool, change policyChange) error {
	if name := needSingleOrg[change.Type]; name != "" && change.Enabled && !wasOn && !s.isOn(org, policySingleOrg) {
		return badRequest("Turn on the Single organization policy because it is required for the " + name + " policy.")
	}
	switch change.Type {
	case policySingleOrg:
		return s.singleOrgAllowed(org, wasOn, change)
	case policyAutoConfirm:
		return s.autoConfirmAllowed(org, wasOn, change)
	case policyBlockClaimed:
		if change.Enabled && !s.hasVerifiedDomain(org.ID) {
			return badRequest("You must claim at least one domain to turn on this policy")
		}
	case policySendControls:
		data := sendControls{}
		if change.readData(&data) && data.AllowedDomains != nil &&
			(data.WhoCanAccess == nil || *data.WhoCanAccess != sendSpecificPeople) {
			return badRequest("Allowed domains can only be set when the required access type is set to specific people")
		}
	case policyFillAssist:
		return fillAssistAllowed(change)
	}
	return nil
}

func (s *Server) isOn(org *organization, policyType int) bool {
	p := s.policyOf(org.ID, policyType)
	return p != nil && p.Enabled
}

// singleOrgAllowed keeps the policy on while others or a claimed domain need it.
func (s *Server) singleOrgAllowed(org *organization, wasOn bool, change policyChange) error {
	if change.Enabled {
		return nil
	}
	var dependent []string
	for policyType, name := range needSingleOrg {
		if s.isOn(org, policyType) {
			dependent = append(dependent, name)
		}
	}
	switch {
	case wasOn && len(dependent) == 1:
		return badRequest("Turn off the " + dependent[0] + " policy because it requires the Single organization policy.")
	case wasOn && len(dependent) > 1:
		return badRequest("Turn off all of the policies that require the Single organization policy.")
	case s.hasVerifiedDomain(org.ID):
		return badRequest("The Single organization policy is required for organizations that have enabled domain " +
			"verification.")
	}
	return nil
}

// autoConfirmAllowed refuses while a member belongs to another organization or to a provider.
func (s *Server) autoConfirmAllowed(org *organization, wasOn bool, change policyChange) error {
	if !change.Enabled || wasOn {
		return nil
	}
	switch members := s.membersOf(org.ID); {
	case slices.ContainsFunc(members, s.memberElsewhere):
		return badRequest("All members must be compliant with the single organization membership policy before you can " +
			"enable the automatically confirm invited users policy. Remove members who belong to multiple organization vaults.")
	case slices.ContainsFunc(members, s.isOfAnyProvider):
		return badRequest("This organization has members with the Provider user type. Remove those members before " +
			"enabling automatically confirm invited users.")
	}
	return nil
}

func (s *Server) isOfAnyProvider(m *member) bool {
	return m.UserID != "" &&
		s.store.providerUsers.first(func(pu *providerUser) bool { return pu.UserID == m.UserID }) != nil
}

// fillAssistAllowed wants the address of the rules while the policy is on.
func fillAssistAllowed(change policyChange) error {
	data := struct {
		RulesURL string `json:"rulesUrl"`
	}{}
	change.readData(&data)
	switch {
	case !change.Enabled:
	case strings.TrimSpace(data.RulesURL) == "":
		return badRequest("The RulesUrl field is required.")
	case !strings.HasPrefix(data.RulesURL, "https://"): // the text is not recorded
		return badRequest("The RulesUrl field must be an https address.")
	}
	return nil
}

// revokeByPolicy takes the access of members who do not comply with a policy that is being switched on: neither owners
// and admins nor the caller, but the provider's users like anybody else. Invited members stay.
func (s *Server) revokeByPolicy(c *call, org *organization, policyType int) error {
	complies, reason, eventType := s.revocation(policyType)
	if complies == nil {
		return nil
	}
	gone := slices.DeleteFunc(s.membersOf(org.ID), func(m *member) bool {
		spared := m.Type == roleOwner || m.Type == roleAdmin || c.user != nil && m.UserID == c.user.ID
		return spared || m.Status != statusAccepted && m.Status != statusConfirmed || complies(m)
	})
	for _, m := range gone {
		if policyType == policyTwoFactor && s.store.users.get(m.UserID).PasswordHash == "" {
			return badRequest("Policy could not be enabled. Non-compliant members will lose access to their accounts. " +
				"Identify members without two-step login from the policies column in the members page.")
		}
	}
	for _, m := range gone {
		s.revoke(m, reason)
		s.logMember(c, eventType, m)
	}
	return nil
}

// revocation tells who complies with a policy, and reason and event of those who do not; nil for policies that revoke
// nobody.
func (s *Server) revocation(policyType int) (complies func(*member) bool, reason, eventType int) {
	switch policyType {
	case policyTwoFactor:
		return func(m *member) bool { return s.store.users.get(m.UserID).TwoFactorEnabled }, revokedWithoutTwoFactor, 1520
	case policySingleOrg:
		return func(m *member) bool { return !s.joinedElsewhere(m) }, revokedForSingleOrg, 1521
	}
	return nil, 0, 0
}

// joinedElsewhere tells whether a member's account accepted another organization's invitation, revoked since or not.
func (s *Server) joinedElsewhere(m *member) bool {
	return s.store.members.first(func(other *member) bool {
		return other.UserID == m.UserID && other.OrganizationID != m.OrganizationID && other.Status != statusInvited
	}) != nil
}

// sendSpecificPeople is the kind of access to Sends by which they are for named addresses only.
const sendSpecificPeople = 2

// sendControls are the data of the policy that joins the two older ones about Sends.
type sendControls struct {
	DisableSend      bool    `json:"disableSend"`
	DisableHideEmail bool    `json:"disableHideEmail"`
	WhoCanAccess     *int    `json:"whoCanAccess"`
	AllowedDomains   *string `json:"allowedDomains"`
	DeletionHours    *int    `json:"deletionHours"`
	AllowedSendTypes []int   `json:"allowedSendTypes"`
}

// mirrorSendPolicies keeps the newer policy about Sends and the two older ones alike, whichever was written.
func (s *Server) mirrorSendPolicies(p *policy) {
	switch p.Type {
	case policyDisableSend, policySendOptions:
		s.mirrorIntoControls(p)
	case policySendControls:
		data := sendControls{}
		policyChange{Data: p.Data}.readData(&data)
		disableSend := policyChange{Type: policyDisableSend, Enabled: p.Enabled && data.DisableSend}
		if old := s.policyOf(p.OrganizationID, policyDisableSend); old != nil {
			disableSend.Data = old.Data
		}
		s.writePolicy(p.OrganizationID, disableSend)
		s.writePolicy(p.OrganizationID, policyChange{
			Type: policySendOptions, Enabled: p.Enabled && data.DisableHideEmail,
			Data: jsonText(obj{"disableHideEmail": data.DisableHideEmail}),
		})
	}
}

func (s *Server) mirrorIntoControls(p *policy) {
	data, options := sendControls{}, sendControls{}
	if controls := s.policyOf(p.OrganizationID, policySendControls); controls != nil {
		policyChange{Data: controls.Data}.readData(&data)
	}
	sendOptions := s.policyOf(p.OrganizationID, policySendOptions)
	switch p.Type {
	case policyDisableSend:
		data.DisableSend = p.Enabled
	case policySendOptions:
		policyChange{Data: p.Data}.readData(&options)
		data.DisableHideEmail = options.DisableHideEmail
	}
	s.writePolicy(p.OrganizationID, policyChange{
		Type: policySendControls, Data: jsonText(data),
		Enabled: data.DisableSend || sendOptions != nil && sendOptions.Enabled,
	})
}

func jsonText(value any) *string {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil // only plain structs and maps come here
	}
	return new(string(raw))
}
