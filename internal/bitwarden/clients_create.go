// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// providerLane is the lane for everything that changes what the provider is billed.
func providerLane(providerID string) string { return "provider " + providerID }

// CreateClientOrganization makes the key, the key pair and the client. The server answers without an id: the client is
// found again by the ciphertext of its key, also after a lost answer. A non-nil result together with an error means that
// the client exists, but a later step failed.
func (c *Client) CreateClientOrganization(ctx context.Context, n NewClientOrganization) (*ClientOrganization, error) {
	provider, err := c.chosenProvider(ctx)
	if err != nil {
		return nil, err
	}
	if err := n.check(provider.ProviderType); err != nil {
		return nil, err
	}
	providerKey, err := c.checkedProviderKey(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := crypto.NewClientOrganization(providerKey, n.DefaultCollectionName)
	if err != nil {
		return nil, fmt.Errorf("the keys of the new client cannot be made: %w", err)
	}
	ctx, leave, err := c.lanes.enter(ctx, providerLane(provider.ID))
	if err != nil {
		return nil, err
	}
	defer leave()
	row, err := c.postClient(ctx, provider.ID, n, keys)
	if row == nil {
		return nil, err
	}
	c.keys.keep(row.OrganizationID, keys.Key)
	client, abilitiesErr := c.toClientOrganization(ctx, *row)
	if err == nil {
		err = abilitiesErr
	}
	return client, err
}

// postClient makes the client and finds its row. A row with an error is a client that exists, perhaps half made.
func (c *Client) postClient(
	ctx context.Context, providerID string, n NewClientOrganization, keys crypto.ClientOrganization,
) (row *wireClient, err error) {
	uncertain := false
	post := func() error {
		err := c.do(ctx, &call{
			method: http.MethodPost, route: "/providers/{id}/clients", args: []string{providerID},
			body: map[string]any{
				"name": n.Name, "ownerEmail": n.OwnerEmail, "planType": planNumbers[n.Plan], "seats": n.Seats,
				"key": keys.WrappedKey, "collectionName": keys.CollectionName,
				"keyPair": map[string]string{
					"publicKey": keys.PrivateKey.Public().Base64(), "encryptedPrivateKey": keys.EncryptedPrivateKey,
				},
			},
		})
		uncertain = isUncertain(err)
		return err
	}
	find := func() (bool, error) {
		rows, err := c.freshClientRows(ctx)
		for _, candidate := range rows {
			if candidate.Key == keys.WrappedKey {
				row = &candidate
			}
		}
		return row != nil, err
	}
	lost, err := c.create(ctx, post, find)
	switch {
	case err != nil && uncertain && row == nil:
		return nil, fmt.Errorf("%w; a client that is there after all is not in the state: %s", err, howToImport(n.Name))
	case err != nil:
		return row, err
	}
	if row == nil {
		if _, err := c.insist(ctx, find); err != nil {
			return nil, fmt.Errorf("the client %q was made, but cannot be read: %w; %s", n.Name, err, howToImport(n.Name))
		}
	}
	switch {
	case row == nil:
		return nil, fmt.Errorf(
			"the client %q is not in the provider's list after its creation; %s", n.Name, howToImport(n.Name))
	case hasStatus(lost, http.StatusInternalServerError):
		return row, fmt.Errorf("the client exists, but the server failed before it was done: its seats may not be counted "+
			"yet, look into the provider portal: %w", lost)
	default:
		return row, nil
	}
}

// howToImport is for a client that exists, perhaps, but not in the state. Its id is not known here.
func howToImport(name string) string {
	return fmt.Sprintf("the next plan names the id of a client that is called %q, which is imported by "+
		"\"terraform import <address> <organization id>\"", name)
}

// checkedProviderKey opens the provider key and makes sure that it opens a client that is there already.
func (c *Client) checkedProviderKey(ctx context.Context) (crypto.SymmetricKey, error) {
	key, err := c.providerKey(ctx)
	if err != nil {
		return key, err
	}
	rows, err := c.clientRows(ctx)
	if err != nil {
		return key, err
	}
	for _, row := range rows {
		if _, err := key.UnwrapKey(row.Key); err == nil {
			return key, nil
		}
	}
	if len(rows) > 0 {
		return key, fmt.Errorf("the provider's key opens none of its %d clients, so no client is made with it", len(rows))
	}
	return key, nil
}

func (n *NewClientOrganization) check(providerType int) error {
	if err := CheckOrganizationName(n.Name); err != nil {
		return err
	}
	if _, ok := planNumbers[n.Plan]; !ok {
		return &InputError{"plan", fmt.Sprintf("%q is no plan for clients", n.Plan), oneOf(Plans)}
	}
	if allowed := plansOf(providerType); !slices.Contains(allowed, n.Plan) {
		return &InputError{
			"plan", fmt.Sprintf("Providers of type %s cannot give %s to a client", providerTypes[providerType], n.Plan),
			oneOf(allowed),
		}
	}
	if n.Seats < 1 {
		return &InputError{"seats", "A new client needs at least one seat, for its owner", "Set 1 or more."}
	}
	if err := checkEmail("owner_email", n.OwnerEmail); err != nil {
		return err
	}
	if n.DefaultCollectionName == "" {
		return &InputError{"default_collection_name", "It is empty", "Set a name such as \"Default collection\"."}
	}
	return nil
}

func plansOf(providerType int) []Plan {
	switch providerType {
	case providerMSP:
		return []Plan{PlanTeamsMonthly, PlanEnterpriseMonthly}
	case providerBusinessUnit:
		return []Plan{PlanEnterpriseMonthly, PlanEnterpriseAnnually}
	default:
		return Plans
	}
}

// entity is what the server decodes when it shows a name, although it did not encode it when the name was written.
var entity = regexp.MustCompile(`&[#0-9A-Za-z]+;`)

// CheckOrganizationName refuses, as an *InputError on "name", what the server would show otherwise than it was written.
func CheckOrganizationName(name string) error {
	if strings.TrimSpace(name) == "" {
		return &InputError{"name", "It is empty", "Set a name."}
	}
	if n := len(utf16.Encode([]rune(name))); n > MaxOrganizationName {
		return &InputError{
			"name", fmt.Sprintf("It has %d characters, and the server would cut it at %d", n, MaxOrganizationName),
			fmt.Sprintf("Use a name of at most %d characters.", MaxOrganizationName),
		}
	}
	for _, text := range entity.FindAllString(name, -1) {
		if shown := html.UnescapeString(text); shown != text {
			return &InputError{
				"name", fmt.Sprintf("The server would show %q as %q", text, shown), fmt.Sprintf("Write %q itself.", shown),
			}
		}
	}
	return nil
}

func checkEmail(field, email string) error {
	address, err := mail.ParseAddress(email)
	if err != nil || address.Address != email {
		return &InputError{field, fmt.Sprintf("%q is no e-mail address", email), "Set an address such as ann@example.com."}
	}
	return nil
}
