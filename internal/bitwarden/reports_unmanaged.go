// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"maps"
	"slices"
	"strconv"
)

// policyNames are the words for the server's numbers (PolicyType).
var policyNames = map[int]string{
	0: "two_step_login", 1: "master_password", 2: "password_generator", 3: "single_organization", 4: "require_sso",
	5: "organization_data_ownership", 6: "disable_send", 7: "send_options", 8: "account_recovery", 9: "session_timeout",
	10: "disable_personal_vault_export", 11: "activate_autofill", 12: "automatic_app_login",
	13: "free_families_sponsorship", 14: "remove_unlock_with_pin", 15: "restricted_item_types",
	16: "uri_match_defaults", 17: "autotype_default", 18: "automatic_user_confirmation",
	19: "block_claimed_domain_account_creation", 20: "organization_user_notification", 21: "send_controls",
	22: "fill_assist",
}

// PolicyTypes lists the words for all known policies in the order of the server's numbers.
func PolicyTypes() []string {
	names := make([]string, 0, len(policyNames))
	for _, number := range slices.Sorted(maps.Keys(policyNames)) {
		names = append(names, policyNames[number])
	}
	return names
}

// EnabledPolicies lists the types of the policies that are on, sorted: words of PolicyTypes, or the number of a type
// that has none yet. It shares the list of policies.
func (c *Client) EnabledPolicies(ctx context.Context, organizationID string) ([]string, error) {
	rows, err := c.policyRows(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	enabled := []string{}
	for number, row := range rows {
		if !row.Enabled {
			continue
		}
		name, ok := policyNames[number]
		if !ok {
			name = strconv.Itoa(number)
		}
		enabled = append(enabled, name)
	}
	slices.Sort(enabled)
	return enabled, nil
}

// CollectionNames lists the shared collections: names by id. The names are empty unless they are to be decrypted, which
// takes the master password, and when they do not decrypt. It shares the list of collections.
func (c *Client) CollectionNames(ctx context.Context, organizationID string, decrypt bool) (map[string]string, error) {
	names := map[string]string{}
	if decrypt {
		collections, err := c.Collections(ctx, organizationID, Access{})
		for _, collection := range collections {
			names[collection.ID] = collection.Name
		}
		return names, err
	}
	rows, err := c.collectionRows(ctx, organizationID)
	for id := range rows {
		names[id] = ""
	}
	return names, err
}

// SendIDs lists the Sends of the account, sorted, without opening any. It shares the list of Sends.
func (c *Client) SendIDs(ctx context.Context) ([]string, error) {
	rows, err := c.sendRows(ctx)
	return slices.Sorted(maps.Keys(rows)), err
}
