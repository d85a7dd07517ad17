// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package collection_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
)

const someID = "10000000-0000-4000-8000-000000000000"

func TestCollection_validate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes         map[string]any
		attribute, text string // of the error; none: valid
	}{
		"minimum": {nil, "", ""},
		"everything": {map[string]any{
			"external_id": "x", "groups": map[string]any{someID: "manage"}, "members": map[string]any{someID: "edit"},
		}, "", ""},
		"unknown everywhere": {map[string]any{
			"organization_id": acctest.Unknown, "name": acctest.Unknown, "external_id": acctest.Unknown,
			"groups": acctest.Unknown, "members": acctest.Unknown,
		}, "", ""},
		"an unknown permission":        {map[string]any{"groups": map[string]any{someID: acctest.Unknown}}, "", ""},
		"nested":                       {map[string]any{"name": "Sales/Europe"}, "", ""},
		"one letter":                   {map[string]any{"name": "x"}, "", ""},
		"a line break":                 {map[string]any{"name": "a\nb"}, "", ""},
		"the longest name":             {map[string]any{"name": strings.Repeat("x", 687)}, "", ""},
		"a name too long":              {map[string]any{"name": strings.Repeat("x", 688)}, "name", "687"},
		"a name too long in its bytes": {map[string]any{"name": strings.Repeat("ü", 344)}, "name", "687"},
		"a slash first":                {map[string]any{"name": "/Sales"}, "name", "slash"},
		"a slash last":                 {map[string]any{"name": "Sales/"}, "name", "slash"},
		"a slash alone":                {map[string]any{"name": "/"}, "name", "slash"},
		"an empty external id":         {map[string]any{"external_id": ""}, "external_id", "between 1 and 300"},
		"an external id too long": {
			map[string]any{"external_id": strings.Repeat("x", 301)}, "external_id", "between 1 and 300",
		},
		"a group by name": {map[string]any{"groups": map[string]any{"Shop": "edit"}}, "groups", "UUID"},
		"a permission that is no word": {
			map[string]any{"members": map[string]any{someID: "read"}}, "members", `"view_except_passwords"`,
		},
		"an organization by its name": {map[string]any{"organization_id": "Bakery"}, "organization_id", "UUID"},
		"empty lists":                 {map[string]any{"groups": map[string]any{}}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := map[string]any{"organization_id": someID, "name": "Shop"}
			maps.Copy(config, test.changes)
			problems := acctest.NewProtocol(t).Validate("bitwarden_collection", config)
			if test.attribute == "" {
				if len(problems) > 0 {
					t.Errorf("got %s", problems)
				}
				return
			}
			if len(problems) != 1 || !problems.HasError() || acctest.Attribute(problems[0]) != test.attribute ||
				!strings.Contains(problems[0].Detail, test.text) {
				t.Errorf("want an error on %s with %q, got %s", test.attribute, test.text, problems)
			}
		})
	}
}
