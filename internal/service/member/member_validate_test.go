// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
)

const someID = "10000000-0000-4000-8000-000000000000"

// config is a member's configuration with some attributes set differently.
func config(changes map[string]any) map[string]any {
	c := map[string]any{"organization_id": someID, "email": "sue@bakery.example"}
	maps.Copy(c, changes)
	return c
}

func TestMember_validate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes         map[string]any
		attribute, text string // of the error; none: valid
	}{
		"minimum": {nil, "", ""},
		"everything": {map[string]any{
			"role": "custom", "permissions": map[string]any{"manage_users": true}, "access_secrets_manager": true,
			"groups": []any{someID}, "collections": map[string]any{someID: "manage"}, "auto_confirm": false,
			"fingerprint_phrase": "yo-yo-elephant-drop-down-t-shirt-zoo", "revoked": true, "on_destroy": "revoke",
		}, "", ""},
		"unknown everywhere": {map[string]any{
			"organization_id": acctest.Unknown, "email": acctest.Unknown, "role": acctest.Unknown,
			"permissions": acctest.Unknown, "groups": acctest.Unknown, "collections": acctest.Unknown,
			"auto_confirm": acctest.Unknown, "revoked": acctest.Unknown, "on_destroy": acctest.Unknown,
			"fingerprint_phrase": acctest.Unknown, "access_secrets_manager": acctest.Unknown,
		}, "", ""},
		"permissions of a role that is not known yet": {
			map[string]any{"role": acctest.Unknown, "permissions": map[string]any{"manage_users": true}}, "", "",
		},
		"an unknown permission": {
			map[string]any{"role": "custom", "permissions": map[string]any{"manage_users": acctest.Unknown}}, "", "",
		},
		"permissions without a role": {
			map[string]any{"permissions": map[string]any{}}, "permissions", `Set role = "custom"`,
		},
		"permissions of another role": {
			map[string]any{"role": "admin", "permissions": map[string]any{}}, "permissions", `Set role = "custom"`,
		},
		"a role that does not exist": {map[string]any{"role": "manager"}, "role", `"owner"`},
		"no address":                 {map[string]any{"email": "Sue"}, "email", "e-mail address"},
		"an organization by name":    {map[string]any{"organization_id": "Bakery"}, "organization_id", "UUID"},
		"a group by name":            {map[string]any{"groups": []any{"Shop"}}, "groups", "UUID"},
		"a permission that is no word": {
			map[string]any{"collections": map[string]any{someID: "read"}}, "collections", `"view_except_passwords"`,
		},
		"too few words of a phrase": {
			map[string]any{"fingerprint_phrase": "one-two-three-four"}, "fingerprint_phrase", "five words",
		},
		"destruction in another manner": {map[string]any{"on_destroy": "delete"}, "on_destroy", `"revoke"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems := acctest.NewProtocol(t).Validate("bitwarden_member", config(test.changes))
			wants(t, problems, test.attribute, test.text)
		})
	}
}

// wants checks that there is exactly one error, on the attribute and with the text; or none for an empty attribute.
func wants(t *testing.T, problems acctest.Problems, attribute, text string) {
	t.Helper()
	if attribute == "" {
		if len(problems) > 0 {
			t.Errorf("got %s", problems)
		}
		return
	}
	if len(problems) != 1 || !problems.HasError() || acctest.Attribute(problems[0]) != attribute ||
		!strings.Contains(problems[0].Detail, text) {
		t.Errorf("want an error on %s with %q, got %s", attribute, text, problems)
	}
}
