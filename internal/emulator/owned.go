// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// SignUp makes an Enterprise organization of the person's own, which pays for itself and can become a provider's client.
func (p *Person) SignUp(ctx context.Context, name string, seats int) (*Client, error) {
	organization := &Client{Name: name, Key: crypto.NewSymmetricKey()}
	privateKey, err := pooledKey()
	if err != nil {
		return nil, err
	}
	key, err := p.PrivateKey.Public().Encapsulate(organization.Key)
	if err != nil {
		return nil, err
	}
	wrappedPrivateKey, err := organization.Key.WrapPrivateKey(privateKey)
	if err != nil {
		return nil, err
	}
	collection, err := organization.Key.EncryptString("Default collection")
	if err != nil {
		return nil, err
	}
	answer := struct {
		ID string `json:"id"`
	}{}
	if err := p.Post(ctx, "/organizations", obj{
		"name": name, "billingEmail": p.Email, "planType": planEnterpriseMonthly, "additionalSeats": seats, "key": key,
		"keys": obj{
			"publicKey": privateKey.Public().Base64(), "encryptedPrivateKey": wrappedPrivateKey,
		},
		"collectionName": collection,
	}, &answer); err != nil {
		return nil, err
	}
	organization.ID = answer.ID
	return organization, p.Login(ctx)
}

// NewOrganization makes an organization of the person's own for a test; see SignUp.
func (p *Person) NewOrganization(tb TB, name string, seats int) *Client {
	tb.Helper()
	organization, err := p.SignUp(tb.Context(), name, seats)
	if err != nil {
		tb.Fatalf("emulator: sign up %s: %v", name, err)
	}
	return organization
}
