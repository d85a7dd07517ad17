// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package group_test

import (
	"fmt"
	"testing"
)

func TestGroupDataSource(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := f.Protocol(t)
	config := map[string]any{
		"organization_id": f.client.ID, "name": "Shop", "members": []any{f.sam},
		"collections": map[string]any{f.collection: "edit"},
	}
	shop, problems := p.Apply(groupType, nil, config)
	problems.WantNone(t)
	id := shop.Attributes(t)["id"]
	for attribute, value := range map[string]any{"id": id, "name": "Shop"} {
		found, problems := p.DataSource(groupType, map[string]any{"organization_id": f.client.ID, attribute: value})
		problems.WantNone(t)
		if got, want := found.Attributes(t), shop.Attributes(t); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("found by %s: %v, want %v", attribute, got, want)
		}
	}
	_, problems = p.DataSource(groupType, map[string]any{"organization_id": f.client.ID, "name": "shop"})
	problems.WantError(t, "name", `No group has the name "shop"`, "bitwarden_groups")

	twin, problems := p.Apply(groupType, nil, config)
	problems.WantNone(t)
	_, problems = p.DataSource(groupType, map[string]any{"organization_id": f.client.ID, "name": "Shop"})
	problems.WantError(t, "name", "2 objects", fmt.Sprint(id), fmt.Sprint(twin.Attributes(t)["id"]))
}

func TestGroupDataSource_validate(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for at, keys := range map[string]map[string]any{
		"":     {},
		"name": {"name": "Shop", "external_id": "x"},
	} {
		keys["organization_id"] = f.client.ID
		problems := f.Protocol(t).ValidateDataSource(groupType, keys)
		problems.WantError(t, at, "Exactly one of", "id,name,external_id")
	}
}

// Objects without a value are not looked up by its absence.
func TestGroupDataSource_empty(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := f.Protocol(t)
	_, problems := p.Apply(groupType, nil, map[string]any{"organization_id": f.client.ID, "name": "Shop"})
	problems.WantNone(t)
	for _, attribute := range []string{"id", "name", "external_id"} {
		config := map[string]any{"organization_id": f.client.ID, attribute: ""}
		p.ValidateDataSource(groupType, config).WantError(t, attribute)
		_, problems := p.DataSource(groupType, config)
		problems.WantError(t, attribute, "No group has the "+attribute)
	}
}
