// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const unmanaged = "bitwarden_unmanaged_objects"

func TestUnmanagedObjects(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Bakery Ltd", OwnerEmail: "olivia@bakery.example"})
	_, ann := client.NewMember(t, "ann@bakery.example", 2)
	p := env.Protocol(t)
	var groups []string
	for _, name := range []string{"Shop", "Hidden group"} {
		group, problems := p.Apply("bitwarden_group", nil, map[string]any{"organization_id": client.ID, "name": name})
		problems.WantNone(t)
		groups = append(groups, fmt.Sprint(group.Attributes(t)["id"]))
	}
	for policyType, enabled := range map[int]bool{0: true, 3: true, 10: false} {
		err := env.MSP.Admin.Put(t.Context(), fmt.Sprintf("/organizations/%s/policies/%d", client.ID, policyType),
			map[string]any{"policy": map[string]any{"enabled": enabled, "data": nil}}, nil)
		if err != nil {
			t.Fatal(err)
		}
	}
	read := func(config map[string]any) (map[string]any, *acctest.Object) {
		t.Helper()
		config["organization_id"] = client.ID
		object, problems := env.Protocol(t).DataSource(unmanaged, config)
		problems.WantNone(t)
		return object.Attributes(t), object
	}
	got, _ := read(
		map[string]any{"member_ids": []any{ann}, "group_ids": []any{groups[0]}, "policy_types": []any{"single_organization"}},
	)
	members, ok := got["members"].([]any)
	if !ok || len(members) != 1 {
		t.Fatalf("got the members %v, want the owner", got["members"])
	}
	owner, ok := members[0].(map[string]any)
	if !ok || owner["email"] != "olivia@bakery.example" || owner["role"] != "owner" || owner["status"] != "invited" {
		t.Errorf("got the member %v", owner)
	}
	want := fmt.Sprint([]any{map[string]any{"id": groups[1], "name": "Hidden group"}})
	if fmt.Sprint(got["groups"]) != want || fmt.Sprint(got["policies"]) != "[two_step_login]" {
		t.Errorf("got the groups %v and the policies %v", got["groups"], got["policies"])
	}
	if got["collections"] != nil || got["sends"] != nil || got["found_count"] != 3 {
		t.Errorf("got %v", got)
	}
	for _, names := range []bool{false, true} {
		got, object := read(map[string]any{"collection_ids": []any{}, "send_ids": []any{}, "include_names": names})
		collections, ok := got["collections"].([]any)
		if !ok || len(collections) != 1 || got["found_count"] != 1 || fmt.Sprint(got["sends"]) != "[]" {
			t.Fatalf("got %v, want the default collection", got)
		}
		if strings.Contains(object.Value.String(), "Default collection") != names || got["members"] != nil {
			t.Errorf("with names: %v, got %v", names, got)
		}
	}
	if got, _ := read(map[string]any{}); got["found_count"] != 0 || got["members"] != nil {
		t.Errorf("got %v where nothing was asked", got)
	}
}

// Without names no key is needed, and each kind is one list that others share.
func TestUnmanagedObjects_requests(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{})
	p, config := acctest.NewProtocol(t), env.ProviderConfig()
	delete(config, "master_password")
	p.Configure(config).WantNone(t)
	env.ResetRequests()
	for range 2 {
		_, problems := p.DataSource(unmanaged, map[string]any{
			"organization_id": client.ID, "member_ids": []any{}, "group_ids": []any{}, "collection_ids": []any{},
			"policy_types": []any{},
		})
		problems.WantNone(t)
	}
	// The login and four lists.
	if got := env.Requests().Total; got != 5 {
		t.Errorf("took %d requests, want 5", got)
	}
	_, problems := p.DataSource(unmanaged, map[string]any{
		"organization_id": "00000000-0000-4000-8000-000000000000", "member_ids": []any{},
	})
	problems.WantError(t, "", "does not exist")
}

// The lists of an organization that is gone are empty: that is no proof that everything is in code.
func TestUnmanagedObjects_goneOrganization(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	_, problems := env.Protocol(t).Apply("bitwarden_send", nil, map[string]any{
		"name": "x", "text_wo": "x", "delete_after": "24h",
	})
	problems.WantNone(t)
	for kind, list := range map[string]string{
		"member_ids":     "GET /api/organizations/{orgId}/users",
		"group_ids":      "GET /api/organizations/{orgId}/groups/details",
		"collection_ids": "GET /api/organizations/{orgId}/collections",
		"policy_types":   "GET /api/organizations/{orgId}/policies",
	} {
		if err := env.Fail(list, emulator.Fault{Status: 200, Body: `{"object":"list","data":[]}`}); err != nil {
			t.Fatal(err)
		}
		env.ResetRequests()
		_, problems := env.Protocol(t).DataSource(unmanaged, map[string]any{
			"organization_id": "00000000-0000-4000-8000-000000000000", kind: []any{},
			"send_ids": []any{}, // Sends belong to no organization: what is found of them proves nothing either.
		})
		problems.WantError(t, "", "does not exist")
		if env.Requests().Count(list) != 1 {
			t.Errorf("%s: the empty list was not what was believed", kind)
		}
	}
}
