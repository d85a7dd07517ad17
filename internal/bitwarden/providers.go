// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"fmt"
	"html"
	"slices"
	"strings"
)

// Provider is the managed service provider's account (GET /providers/{id}).
type Provider struct {
	ID           string
	Name         string
	BusinessName string
	BillingEmail string
	Type         string // "msp", "reseller" or "business_unit".
}

// Account is the acting user.
type Account struct {
	UserID string
	Email  string
	Name   string
	// ProviderID is the provider the client works for, and IsProviderAdmin whether the account is an admin of it.
	ProviderID      string
	IsProviderAdmin bool
}

// profileCache is GET /accounts/profile, read once: keys and abilities of everything the account reaches.
type profileCache struct {
	slot  slot
	value wireProfile
}

type wireProfile struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	Email         string `json:"email"`
	EmailVerified bool   `json:"emailVerified"`
	Premium       bool   `json:"premium"`
	// PremiumFromOrganization is the premium that members of most paid organizations have.
	PremiumFromOrganization bool `json:"premiumFromOrganization"`

	Organizations []wireProfileOrganization `json:"organizations"` // own memberships
	Clients       []wireProfileOrganization `json:"providerOrganizations"`
	Providers     []wireProfileProvider     `json:"providers"`
}

type wireProfileProvider struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Key          string `json:"key"`
	Status       int    `json:"status"`
	Type         int    `json:"type"`
	ProviderType int    `json:"providerType"`
}

// Numbers of the server (ProviderUserStatusType, ProviderUserType, ProviderType).
const (
	providerUserConfirmed = 2
	providerUserAdmin     = 0

	providerMSP          = 0
	providerReseller     = 1
	providerBusinessUnit = 2
)

var providerTypes = map[int]string{
	providerMSP: "msp", providerReseller: "reseller", providerBusinessUnit: "business_unit",
}

func (c *Client) readProfile(ctx context.Context) (wireProfile, error) {
	var profile wireProfile
	err := c.profile.slot.read(ctx, func(ctx context.Context) (func(), error) {
		value, err := getJSON[wireProfile](ctx, c, "/accounts/profile")
		return func() { c.profile.value = value }, err
	}, func() { profile = c.profile.value })
	return profile, err
}

// chosenProvider is the provider that the client works for.
func (c *Client) chosenProvider(ctx context.Context) (wireProfileProvider, error) {
	profile, err := c.readProfile(ctx)
	if err != nil {
		return wireProfileProvider{}, err
	}
	confirmed := slices.DeleteFunc(slices.Clone(profile.Providers), func(p wireProfileProvider) bool {
		return p.Status != providerUserConfirmed || p.Key == ""
	})
	names := make([]string, len(confirmed))
	for i, p := range confirmed {
		names[i] = fmt.Sprintf("%s (%s)", p.ID, p.Name)
		if strings.EqualFold(p.ID, c.config.ProviderID) {
			return p, nil
		}
	}
	list := "It is a confirmed user of: " + strings.Join(names, ", ") + "."
	switch {
	case len(confirmed) == 0:
		return wireProfileProvider{}, &LoginError{
			"provider_id", fmt.Sprintf("The account %s is no confirmed user of any provider", profile.Email),
			"Log in as a provider user; one who was invited has to be confirmed first.",
		}
	case c.config.ProviderID != "":
		return wireProfileProvider{}, &LoginError{
			"provider_id", fmt.Sprintf("The account %s is no confirmed user of provider %s", profile.Email, c.config.ProviderID),
			list,
		}
	case len(confirmed) > 1:
		return wireProfileProvider{}, &LoginError{
			"provider_id", fmt.Sprintf("The account %s belongs to %d providers", profile.Email, len(confirmed)),
			"Set the one to work for. " + list,
		}
	}
	return confirmed[0], nil
}

// Account returns who acts. It logs in if that has not happened yet.
func (c *Client) Account(ctx context.Context) (*Account, error) {
	profile, err := c.readProfile(ctx)
	if err != nil {
		return nil, err
	}
	provider, err := c.chosenProvider(ctx)
	if err != nil {
		return nil, err
	}
	return &Account{
		UserID: profile.ID, Email: profile.Email, Name: profile.Name,
		ProviderID: provider.ID, IsProviderAdmin: provider.Type == providerUserAdmin,
	}, nil
}

// RequireProviderAdmin tells, as an *InputError without a field, that the account is only a service user of the provider.
func (c *Client) RequireProviderAdmin(ctx context.Context) error {
	account, err := c.Account(ctx)
	if err != nil || account.IsProviderAdmin {
		return err
	}
	return &InputError{
		"", fmt.Sprintf("The account %s is a service user of the provider, and this takes a provider admin", account.Email),
		"Let Terraform act as a provider admin, or do this part elsewhere.",
	}
}

// Provider reads the provider's own record.
func (c *Client) Provider(ctx context.Context) (*Provider, error) {
	chosen, err := c.chosenProvider(ctx)
	if err != nil {
		return nil, err
	}
	row, err := getJSON[wireProvider](ctx, c, "/providers/{id}", chosen.ID)
	if err != nil {
		return nil, err
	}
	return row.toDomain(), nil
}

type wireProvider struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	BusinessName string `json:"businessName"`
	BillingEmail string `json:"billingEmail"`
	Type         int    `json:"type"`
}

func (row wireProvider) toDomain() *Provider {
	kind, ok := providerTypes[row.Type]
	if !ok {
		kind = fmt.Sprintf("unknown (%d)", row.Type)
	}
	return &Provider{
		ID: row.ID, Name: row.Name, BillingEmail: row.BillingEmail, Type: kind,
		BusinessName: html.UnescapeString(row.BusinessName), // the server forgets to decode this one
	}
}
