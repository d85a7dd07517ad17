// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"encoding/json"
	"fmt"
)

// Numbers of the server (PolicyType).
const (
	policyMasterPassword  = 1
	policyAccountRecovery = 8
)

// MasterPasswordPolicy is what an organization demands of master passwords.
type MasterPasswordPolicy struct {
	MinComplexity  int  `json:"minComplexity"` // zxcvbn's score, 0 to 4.
	MinLength      int  `json:"minLength"`     // Characters.
	RequireUpper   bool `json:"requireUpper"`
	RequireLower   bool `json:"requireLower"`
	RequireNumbers bool `json:"requireNumbers"`
	RequireSpecial bool `json:"requireSpecial"` // One of !@#$%^&*.
}

type wirePolicy struct {
	Type    int             `json:"type"`
	Enabled bool            `json:"enabled"`
	Data    json.RawMessage `json:"data"`
}

// policyRows lists the policies by type: one request per run, shared. What was never set is absent. The map is shared: do
// not change it.
func (c *Client) policyRows(ctx context.Context, organizationID string) (map[int]wirePolicy, error) {
	o := c.organization(organizationID)
	var rows map[int]wirePolicy
	err := o.policies.read(ctx, func(ctx context.Context) (func(), error) {
		list, err := getJSON[struct {
			Data []wirePolicy `json:"data"`
		}](ctx, c, "/organizations/{id}/policies", organizationID)
		byType := make(map[int]wirePolicy, len(list.Data))
		for _, row := range list.Data {
			byType[row.Type] = row
		}
		return func() { o.policyRows = byType }, c.unreachable(ctx, organizationID, err)
	}, func() { rows = o.policyRows })
	return rows, err
}

// MasterPasswordPolicy returns what an organization demands of master passwords: nothing when the policy is off.
func (c *Client) MasterPasswordPolicy(ctx context.Context, organizationID string) (MasterPasswordPolicy, error) {
	var policy MasterPasswordPolicy
	rows, err := c.policyRows(ctx, organizationID)
	row := rows[policyMasterPassword]
	if err != nil || !row.Enabled || len(row.Data) == 0 {
		return policy, err
	}
	if err := json.Unmarshal(row.Data, &policy); err != nil {
		return policy, fmt.Errorf("the master password policy of organization %s cannot be read: %w", organizationID, err)
	}
	return policy, nil
}
