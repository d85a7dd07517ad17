// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package collection_test

import (
	"fmt"
	"testing"
)

func TestCollectionDataSource(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	p := f.Protocol(t)
	config := map[string]any{
		"organization_id": f.client.ID, "name": "Shop/Till", "external_id": "X-1",
		"groups": map[string]any{f.group: "manage"}, "members": map[string]any{f.sue: "view"},
	}
	till, problems := p.Apply(collectionType, nil, config)
	problems.WantNone(t)
	want := till.Attributes(t)
	for attribute, value := range map[string]any{"id": want["id"], "name": "Shop/Till", "external_id": "X-1"} {
		found, problems := p.DataSource(collectionType, map[string]any{
			"organization_id": f.client.ID, attribute: value, "include_access": true,
		})
		problems.WantNone(t)
		got := found.Attributes(t)
		delete(got, "include_access")
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("found by %s: %v, want %v", attribute, got, want)
		}
	}
	found, problems := p.DataSource(collectionType, map[string]any{"organization_id": f.client.ID, "name": "Shop/Till"})
	problems.WantNone(t)
	if got := found.Attributes(t); got["groups"] != nil || got["members"] != nil || got["id"] != want["id"] {
		t.Errorf("without access: %v", got)
	}
	_, problems = p.DataSource(collectionType, map[string]any{"organization_id": f.client.ID, "name": "Till"})
	problems.WantError(t, "name", `No collection has the name "Till"`)

	delete(config, "external_id")
	twin, problems := p.Apply(collectionType, nil, config)
	problems.WantNone(t)
	_, problems = p.DataSource(collectionType, map[string]any{"organization_id": f.client.ID, "name": "Shop/Till"})
	problems.WantError(t, "name", "2 objects", fmt.Sprint(want["id"]), fmt.Sprint(twin.Attributes(t)["id"]))
}

// Collections without a value are not looked up by its absence.
func TestCollectionDataSource_empty(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	p := f.Protocol(t)
	for _, attribute := range []string{"id", "name", "external_id"} {
		config := map[string]any{"organization_id": f.client.ID, attribute: ""}
		p.ValidateDataSource(collectionType, config).WantError(t, attribute)
		_, problems := p.DataSource(collectionType, config)
		problems.WantError(t, attribute, "No collection has the "+attribute)
	}
}
