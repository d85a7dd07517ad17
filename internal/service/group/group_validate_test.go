// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package group_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
)

const someID = "10000000-0000-4000-8000-000000000000"

func TestGroup_validate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes         map[string]any
		attribute, text string // of the error; none: valid
	}{
		"minimum":    {nil, "", ""},
		"everything": {map[string]any{"collections": map[string]any{someID: "view"}, "members": []any{someID}}, "", ""},
		"nothing in it": {
			map[string]any{"collections": map[string]any{}, "members": []any{}}, "", "",
		},
		"unknown everywhere": {map[string]any{
			"organization_id": acctest.Unknown, "name": acctest.Unknown, "collections": acctest.Unknown,
			"members": acctest.Unknown, "external_id": acctest.Unknown,
		}, "", ""},
		"the longest name":    {map[string]any{"name": strings.Repeat("ü", 100)}, "", ""},
		"a name too long":     {map[string]any{"name": strings.Repeat("x", 101)}, "name", "1 to 100 characters"},
		"a name of emoji":     {map[string]any{"name": strings.Repeat("😀", 51)}, "name", "1 to 100 characters"},
		"an empty name":       {map[string]any{"name": " "}, "name", "not all blank"},
		"a member by address": {map[string]any{"members": []any{"sue@bakery.example"}}, "members", "UUID"},
		"an upper-case id": {
			map[string]any{"members": []any{strings.ToUpper("a" + someID[1:])}}, "members", "lower case",
		},
		"a collection by name":    {map[string]any{"collections": map[string]any{"Shop": "edit"}}, "collections", "UUID"},
		"a long external id":      {map[string]any{"external_id": strings.Repeat("ü", 300)}, "", ""},
		"an external id too long": {map[string]any{"external_id": strings.Repeat("x", 301)}, "external_id", "between 1 and 300"},
		"an empty external id":    {map[string]any{"external_id": ""}, "external_id", "between 1 and 300"},
		"a permission no one has": {map[string]any{"collections": map[string]any{someID: "own"}}, "collections", `"manage"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := map[string]any{"organization_id": someID, "name": "Shop"}
			maps.Copy(config, test.changes)
			problems := acctest.NewProtocol(t).Validate("bitwarden_group", config)
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

// A data source that is read late makes the id of the organization unknown, and the plan a replacement.
func TestGroup_organizationKnownLate(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	config := map[string]any{"organization_id": f.client.ID, "name": "Shop"}
	group, problems := f.Protocol(t).Apply(groupType, nil, config)
	problems.WantNone(t)
	config["organization_id"] = acctest.Unknown
	_, problems = f.Protocol(t).Plan(groupType, group, config)
	problems.WantWarning(t, "organization_id", "Replaced because an id is not known yet", "depends_on")
}
