// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
)

func (s *Server) infoRoutes() {
	s.api("GET", "/config", anonymous, s.getConfig)
	s.api("GET", "/alive", anonymous, func(c *call) (any, error) { return c.now(), nil })
	s.api("GET", "/now", anonymous, func(c *call) (any, error) { return c.now(), nil })
	s.api("GET", "/version", anonymous, func(*call) (any, error) { return Version, nil })
	s.identity("GET", "/alive", anonymous, func(c *call) (any, error) { return c.now(), nil })
	s.identity("GET", "/now", anonymous, func(c *call) (any, error) { return c.now(), nil })
	s.identity("GET", "/version", anonymous, func(*call) (any, error) { return Version, nil })
	s.api("GET", "/plans", anonymous, func(*call) (any, error) { return list(plans()), nil })
}

func (s *Server) getConfig(*call) (any, error) {
	e := s.environment()
	return obj{
		"version": Version, "gitHash": nil, "server": nil,
		"environment": obj{
			"cloudRegion": e.CloudRegion, "vault": e.Vault, "api": e.API, "identity": e.Identity,
			"notifications": e.Notifications, "sso": e.SSO, "fillAssistRules": e.FillAssistRules,
		},
		"featureStates": s.flags, "push": obj{"pushTechnology": 0, "vapidPublicKey": nil}, "communication": nil,
		"settings": obj{"disableUserRegistration": false, "suppressOnboardingInterstitials": false},
		"object":   "config",
	}, nil
}

// environment are the addresses of the deployment: those of the options, else below the base URL.
func (s *Server) environment() Environment {
	if s.options.Environment != (Environment{}) {
		return s.options.Environment
	}
	return Environment{
		CloudRegion: "US", Vault: s.baseURL, API: s.baseURL + "/api", Identity: s.baseURL + "/identity",
		Notifications: s.baseURL + "/notifications", SSO: s.baseURL + "/sso", FillAssistRules: s.baseURL + "/fill-assist",
	}
}

func (s *Server) vaultURL() string { return s.environment().Vault }

// plansJSON is what the pricing service told the recorded server.
//
//go:embed plans.json
var plansJSON []byte

// plan are the parts of a plan that the emulator works with.
type plan struct {
	Type                   int    `json:"type"`
	ProductTier            int    `json:"productTier"`
	Name                   string `json:"name"`
	HasSelfHost            bool   `json:"hasSelfHost"`
	HasPolicies            bool   `json:"hasPolicies"`
	HasGroups              bool   `json:"hasGroups"`
	HasDirectory           bool   `json:"hasDirectory"`
	HasEvents              bool   `json:"hasEvents"`
	HasTotp                bool   `json:"hasTotp"`
	Has2FA                 bool   `json:"has2fa"`
	HasSSO                 bool   `json:"hasSso"`
	HasOrganizationDomains bool   `json:"hasOrganizationDomains"`
	HasResetPassword       bool   `json:"hasResetPassword"`
	UsersGetPremium        bool   `json:"usersGetPremium"`
	HasMyItems             bool   `json:"hasMyItems"`
	HasInviteLinks         bool   `json:"hasInviteLinks"`
	PasswordManager        struct {
		BaseStorageGB           int     `json:"baseStorageGb"`
		ProviderPortalSeatPrice float64 `json:"providerPortalSeatPrice"`
		MaxCollections          *int    `json:"maxCollections"`
	} `json:"passwordManager"`
}

// pricing is the parsed list.
var pricing = sync.OnceValue(func() (all []pricedPlan) {
	var raws []json.RawMessage
	if json.Unmarshal(plansJSON, &raws) != nil {
		return nil // the file is embedded, and GET /plans is compared with the recording
	}
	for _, raw := range raws {
		p := pricedPlan{raw: raw}
		if json.Unmarshal(raw, &p.plan) == nil {
			all = append(all, p)
		}
	}
	return all
})

type pricedPlan struct {
	plan

	raw json.RawMessage
}

// plans are the objects that GET /plans lists.
func plans() []json.RawMessage {
	var raws []json.RawMessage
	for _, p := range pricing() {
		raws = append(raws, p.raw)
	}
	return raws
}

// planOf returns a plan and its whole object; nil for an unknown number.
func planOf(planType int) (*plan, json.RawMessage) {
	for i := range pricing() {
		if p := &pricing()[i]; p.Type == planType {
			return &p.plan, p.raw
		}
	}
	return nil, nil
}

// cadence is how often a plan is paid: Monthly or Annually.
func (p *plan) cadence() string {
	if strings.Contains(p.Name, "Annually") {
		return "Annually"
	}
	return "Monthly"
}
