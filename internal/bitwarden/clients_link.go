// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
)

// LinkableOrganization is an organization of the acting account that can become a client.
type LinkableOrganization struct {
	ID    string
	Name  string
	Plan  Plan // The plan that it gets as a client, empty if that is not known.
	Seats int
}

// LinkableOrganization returns an organization that the acting account owns and that can become a client (GET
// /providers/{id}/clients/addable). Its error is an *InputError on "organization_id" that says why it cannot, and which
// ones can.
func (c *Client) LinkableOrganization(ctx context.Context, id string) (*LinkableOrganization, error) {
	provider, err := c.chosenProvider(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := c.clientRows(ctx)
	if err != nil {
		return nil, err
	}
	if row, ok := rows[id]; ok {
		return nil, alreadyClient(row)
	}
	list, err := getJSON[[]struct {
		ID    string `json:"id"`
		Name  string `json:"name"`
		Tier  string `json:"plan"`
		Seats int    `json:"seats"`
	}](ctx, c, "/providers/{id}/clients/addable", provider.ID)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, o := range list {
		if o.ID == id {
			linkable := &LinkableOrganization{ID: o.ID, Name: o.Name, Seats: o.Seats}
			if provider.ProviderType == providerMSP {
				linkable.Plan = map[string]Plan{"Teams": PlanTeamsMonthly, "Enterprise": PlanEnterpriseMonthly}[o.Tier]
			}
			return linkable, nil
		}
		names = append(names, fmt.Sprintf("%s (%s)", o.Name, o.ID))
	}
	return nil, c.notLinkable(ctx, id, names)
}

func alreadyClient(row wireClient) error {
	return &InputError{
		"organization_id", fmt.Sprintf("%q (%s) is a client of the provider already", row.Name, row.OrganizationID),
		"Import it by this id.",
	}
}

// notLinkable says what an organization needs that cannot become a client.
func (c *Client) notLinkable(ctx context.Context, id string, linkable []string) error {
	profile, err := c.readProfile(ctx)
	if err != nil {
		return err
	}
	remedy := "The account owns no organization that can be."
	if len(linkable) > 0 {
		remedy = "These can be: " + strings.Join(linkable, ", ") + "."
	}
	return &InputError{
		"organization_id",
		fmt.Sprintf("Organization %s cannot become a client: %s has to be a confirmed owner of it, it has "+
			"to pay for a Teams or Enterprise plan of its own, and it must belong to no other provider", id, profile.Email),
		remedy,
	}
}

// LinkClientOrganization makes a client of an organization that the acting account owns (POST
// /providers/{id}/clients/existing): its key is opened by the account's membership and wrapped with the provider's key.
// The organization's own subscription ends with it. A lost answer is looked up by the ciphertext of the key. A non-nil
// result together with an error means that it is linked, but a later step failed.
func (c *Client) LinkClientOrganization(ctx context.Context, id string) (*ClientOrganization, error) {
	providerKey, err := c.checkedProviderKey(ctx)
	if err != nil {
		return nil, err
	}
	ctx, provider, leave, err := c.enterProvider(ctx, id)
	if err != nil {
		return nil, err
	}
	defer leave()
	rows, err := c.freshClientRows(ctx)
	if err != nil {
		return nil, err
	}
	if row, ok := rows[id]; ok {
		return nil, alreadyClient(row)
	}
	key, err := c.encryptionKey(ctx, id)
	if IsNotFound(err) { // neither a client nor a membership
		return nil, c.notLinkable(ctx, id, nil)
	}
	if err != nil {
		return nil, err
	}
	wrapped, err := providerKey.WrapKey(key)
	if err != nil {
		return nil, fmt.Errorf("the key of organization %s cannot be wrapped for the provider: %w", id, err)
	}
	if err := c.postLink(ctx, provider, id, wrapped); err != nil {
		return nil, err
	}
	c.organization(id).row.empty() // the provider's plan has other abilities than the profile tells
	_, abilitiesErr := c.organizationRow(ctx, id)
	client, err := c.ClientOrganization(ctx, id)
	return client, cmp.Or(abilitiesErr, err)
}

func (c *Client) postLink(ctx context.Context, provider, id, wrapped string) error {
	find := func() (bool, error) {
		rows, err := c.freshClientRows(ctx)
		return rows[id].Key == wrapped, err
	}
	lost, err := c.create(ctx, func() error {
		return c.do(ctx, &call{
			method: http.MethodPost, route: "/providers/{id}/clients/existing", args: []string{provider},
			body: map[string]string{"organizationId": id, "key": wrapped},
		})
	}, find)
	switch {
	case hasStatus(err, http.StatusUnauthorized), hasStatus(err, http.StatusNotFound):
		return fmt.Errorf("the account has to be a confirmed owner of the organization, which has to pay for a Teams or "+
			"Enterprise plan of its own and must belong to no provider: %w", err)
	case err != nil || lost != nil:
		return err
	}
	switch found, err := c.insist(ctx, find); {
	case err != nil:
		return fmt.Errorf("organization %s was linked, but cannot be read; import it later: %w", id, err)
	case !found:
		return fmt.Errorf("organization %s is not in the provider's list after it was linked", id)
	default:
		return nil
	}
}
