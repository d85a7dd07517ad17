// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"encoding/json"
	"strings"
	"unicode"
)

// abilities are the plan's features and the organization's switches by snake_case name.
type abilities map[string]bool

// Abilities that this client asks for.
const (
	abilityCustomPermissions = "use_custom_permissions"
	abilityAdminAccess       = "allow_admin_access_to_all_collection_items"
)

// switches are the abilities whose names do not begin with "use".
var switches = []string{
	"self_host", "limit_collection_creation", "limit_collection_deletion", "limit_item_deletion", abilityAdminAccess,
}

// UnmarshalJSON implements json.Unmarshaler. The flags lie among an organization's other members, in the profile and in
// GET /organizations/{id}; new ones need no change here.
func (a *abilities) UnmarshalJSON(data []byte) error {
	var members map[string]any
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	*a = abilities{}
	for name, member := range members {
		flag, ok := member.(bool)
		if name = snakeCase(name); !ok || name == "use_activate_autofill_policy" { // the profile alone has it
			continue
		}
		if strings.HasPrefix(name, "use_") || name == "users_get_premium" {
			(*a)[name] = flag
		}
		for _, s := range switches {
			if name == s {
				(*a)[name] = flag
			}
		}
	}
	return nil
}

// snakeCase converts "useSso", "use2fa" and "useDisableSMAdsForUsers"; runs of capitals are one word, since the server
// spells the last one in two ways.
func snakeCase(camel string) string {
	runes := []rune(camel)
	var snake strings.Builder
	for i, r := range runes {
		if i > 0 && startsWord(runes, i) {
			snake.WriteByte('_')
		}
		snake.WriteRune(unicode.ToLower(r))
	}
	return snake.String()
}

func startsWord(runes []rune, i int) bool {
	before, r := runes[i-1], runes[i]
	switch {
	case unicode.IsDigit(r):
		return !unicode.IsDigit(before)
	case !unicode.IsUpper(r):
		return false
	case unicode.IsUpper(before):
		return i+1 < len(runes) && unicode.IsLower(runes[i+1])
	default:
		return !unicode.IsDigit(before)
	}
}

// wireProfileOrganization is a membership or a client in the profile.
type wireProfileOrganization struct {
	ID        string `json:"id"`
	Key       string `json:"key"`
	Abilities abilities
}

// UnmarshalJSON implements json.Unmarshaler.
func (o *wireProfileOrganization) UnmarshalJSON(data []byte) error {
	type plain wireProfileOrganization
	if err := json.Unmarshal(data, (*plain)(o)); err != nil {
		return err
	}
	return json.Unmarshal(data, &o.Abilities)
}

// abilitiesOf takes an organization's abilities from what was read already: the organization itself, if a setting was
// changed or the client is a new one, else the profile.
func (c *Client) abilitiesOf(ctx context.Context, id string) (abilities, error) {
	o := c.organization(id)
	var found abilities
	o.row.peek(func() { found = o.organization.Abilities })
	if found != nil {
		return found, nil
	}
	profile, err := c.readProfile(ctx)
	if err != nil {
		return nil, err
	}
	for _, list := range [][]wireProfileOrganization{profile.Clients, profile.Organizations} {
		for _, organization := range list {
			if organization.ID == id {
				return organization.Abilities, nil
			}
		}
	}
	row, err := c.organizationRow(ctx, id)
	return row.Abilities, err
}
