// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"errors"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// MSP is a provider that has been set up, with its first admin.
type MSP struct {
	ProviderID string
	Key        crypto.SymmetricKey
	Admin      *Person

	server *Running
}

// Client is a client organization, with the key that its provider and members hold.
type Client struct {
	ID     string
	LinkID string // of the row that ties it to its provider
	Name   string
	Key    crypto.SymmetricKey

	msp *MSP
}

// ClientOptions are what a new client is made of; zero values: Enterprise, ten seats, an owner of its own.
type ClientOptions struct {
	Name       string
	PlanType   int
	Seats      int
	OwnerEmail string
}

// OpenProvider lets Bitwarden's staff create a provider and its first admin set it up. name is the provider's; the
// admin gets an account if the address has none.
func (r *Running) OpenProvider(ctx context.Context, name, adminEmail string) (*MSP, error) {
	return r.openProvider(ctx, name, adminEmail, SeatMinimums{Teams: 10, Enterprise: 10})
}

func (r *Running) openProvider(ctx context.Context, name, adminEmail string, minimums SeatMinimums) (*MSP, error) {
	admin, err := r.Person(ctx, adminEmail)
	if err != nil {
		return nil, err
	}
	id, token, err := r.CreateProvider(CreateProvider{OwnerEmail: adminEmail, SeatMinimums: minimums})
	if err != nil {
		return nil, err
	}
	msp := &MSP{ProviderID: id, Key: crypto.NewSymmetricKey(), Admin: admin, server: r}
	if err := admin.Login(ctx); err != nil {
		return nil, err
	}
	wrapped, err := admin.PrivateKey.Public().Encapsulate(msp.Key)
	if err != nil {
		return nil, err
	}
	return msp, admin.Post(ctx, "/providers/"+id+"/setup", obj{
		"name": name, "businessName": name, "billingEmail": adminEmail, "token": token, "key": wrapped,
		"paymentMethod":  obj{"type": "card", "token": "pm_card_visa"}, //nolint:gosec // a test card
		"billingAddress": obj{"country": "US", "postalCode": "94105"},
	}, nil)
}

// AddUser invites somebody into the provider, lets him accept and confirms him. role is 0 for an admin, 1 for a service
// user.
func (m *MSP) AddUser(ctx context.Context, p *Person, role int) error {
	base := "/providers/" + m.ProviderID + "/users"
	if err := m.Admin.Post(ctx, base+"/invite", obj{"emails": []string{p.Email}, "type": role}, nil); err != nil {
		return err
	}
	id, err := m.accept(ctx, p)
	if err != nil {
		return err
	}
	wrapped, err := m.Admin.encapsulateTo(ctx, p.ID, m.Key)
	if err != nil {
		return err
	}
	if err := m.Admin.Post(ctx, base+"/confirm", obj{"keys": []obj{{"id": id, "key": wrapped}}}, nil); err != nil {
		return err
	}
	return p.Login(ctx)
}

// Accept lets an invited person accept the invitation into the provider.
func (m *MSP) Accept(ctx context.Context, p *Person) error {
	_, err := m.accept(ctx, p)
	return err
}

func (m *MSP) accept(ctx context.Context, p *Person) (id string, err error) {
	return p.acceptProvider(ctx, m.ProviderID)
}

// CreateClient makes a client organization with keys of its own.
func (m *MSP) CreateClient(ctx context.Context, o ClientOptions) (*Client, error) {
	if o.PlanType == 0 {
		o.PlanType = planEnterpriseMonthly
	}
	if o.Seats == 0 {
		o.Seats = 10
	}
	if o.OwnerEmail == "" {
		o.OwnerEmail = "owner-" + newID()[:8] + "@client.example"
	}
	if o.Name == "" {
		o.Name = "Client"
	}
	client := &Client{Name: o.Name, Key: crypto.NewSymmetricKey(), msp: m}
	privateKey, err := pooledKey()
	if err != nil {
		return nil, err
	}
	wrappedKey, err := m.Key.WrapKey(client.Key)
	if err != nil {
		return nil, err
	}
	wrappedPrivateKey, err := client.Key.WrapPrivateKey(privateKey)
	if err != nil {
		return nil, err
	}
	collection, err := client.Key.EncryptString("Default collection")
	if err != nil {
		return nil, err
	}
	base := "/providers/" + m.ProviderID
	if err := m.Admin.Post(ctx, base+"/clients", obj{
		"name": o.Name, "ownerEmail": o.OwnerEmail, "planType": o.PlanType, "seats": o.Seats, "key": wrappedKey,
		"keyPair": obj{
			"publicKey": privateKey.Public().Base64(), "encryptedPrivateKey": wrappedPrivateKey,
		},
		"collectionName": collection,
	}, nil); err != nil {
		return nil, err
	}
	answer := struct {
		Data []struct {
			ID             string `json:"id"`
			OrganizationID string `json:"organizationId"`
			Key            string `json:"key"`
		} `json:"data"`
	}{}
	if err := m.Admin.Get(ctx, base+"/organizations", &answer); err != nil {
		return nil, err
	}
	for _, row := range answer.Data {
		if row.Key == wrappedKey {
			client.ID, client.LinkID = row.OrganizationID, row.ID
			return client, nil
		}
	}
	return nil, errors.New("the new client is not in the list")
}

// Invite invites somebody into the organization with a role (0 owner, 1 admin, 2 user, 4 custom) and no access.
func (c *Client) Invite(ctx context.Context, email string, role int) error {
	return c.msp.Admin.Post(ctx, "/organizations/"+c.ID+"/users/invite", obj{
		"emails": []string{email}, "type": role, "collections": []any{}, "groups": []any{}, "permissions": nil,
		"accessSecretsManager": false,
	}, nil)
}

// Join lets an invited person accept and the provider's admin confirm, and returns the member's id.
func (c *Client) Join(ctx context.Context, p *Person) (memberID string, err error) {
	if memberID, err = p.Accept(ctx, c.ID); err != nil {
		return "", err
	}
	if err := c.msp.Admin.Confirm(ctx, c, memberID); err != nil {
		return "", err
	}
	return memberID, p.Login(ctx)
}

// The same for tests: every failure ends the test.

// NewPerson registers somebody; see Register.
func (r *Running) NewPerson(tb TB, email string) *Person {
	tb.Helper()
	p, err := r.Register(tb.Context(), email)
	if err != nil {
		tb.Fatalf("emulator: register %s: %v", email, err)
	}
	return p
}

// NewMSP opens a provider whose admin is msp@provider.example; see OpenProvider.
func (r *Running) NewMSP(tb TB) *MSP {
	tb.Helper()
	msp, err := r.OpenProvider(tb.Context(), "Test MSP", "msp@provider.example")
	if err != nil {
		tb.Fatalf("emulator: open provider: %v", err)
	}
	return msp
}

// NewClient makes a client organization; see CreateClient.
func (m *MSP) NewClient(tb TB, o ClientOptions) *Client {
	tb.Helper()
	client, err := m.CreateClient(tb.Context(), o)
	if err != nil {
		tb.Fatalf("emulator: create client %s: %v", o.Name, err)
	}
	return client
}

// NewMember invites somebody new with a role, who registers, accepts and is confirmed. It returns the member's id too.
func (c *Client) NewMember(tb TB, email string, role int) (p *Person, memberID string) {
	tb.Helper()
	p = c.msp.server.NewPerson(tb, email)
	if err := c.Invite(tb.Context(), email, role); err != nil {
		tb.Fatalf("emulator: invite %s: %v", email, err)
	}
	memberID, err := c.Join(tb.Context(), p)
	if err != nil {
		tb.Fatalf("emulator: join %s: %v", email, err)
	}
	return p, memberID
}

// NewServiceUser registers somebody and makes him a service user of the provider.
func (m *MSP) NewServiceUser(tb TB, email string) *Person {
	tb.Helper()
	p := m.server.NewPerson(tb, email)
	if err := m.AddUser(tb.Context(), p, serviceUserRole); err != nil {
		tb.Fatalf("emulator: add service user %s: %v", email, err)
	}
	return p
}

// Credentials returns the admin's personal API key.
func (m *MSP) Credentials(tb TB) (clientID, clientSecret string) {
	tb.Helper()
	id, secret, err := m.Admin.APIKey(tb.Context())
	if err != nil {
		tb.Fatalf("emulator: API key: %v", err)
	}
	return id, secret
}
