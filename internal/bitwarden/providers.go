// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import "context"

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

// Account returns who acts. It logs in if that has not happened yet.
func (c *Client) Account(ctx context.Context) (*Account, error) { return nil, errNotImplemented }

// Provider reads the provider's own record.
func (c *Client) Provider(ctx context.Context) (*Provider, error) { return nil, errNotImplemented }
