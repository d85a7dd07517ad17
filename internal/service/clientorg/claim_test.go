// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg_test

import (
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// Two resources of one type have the same object: each apply would undo the other, and Terraform would never be done.
func TestClaim(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", OwnerEmail: "ada@acme.example"})
	_, eve := client.NewMember(t, "eve@acme.example", 2)
	made := func(kind string, attributes map[string]any) string {
		attributes["organization_id"] = client.ID
		state, problems := env.Protocol(t).Apply(kind, nil, attributes)
		problems.WantNone(t)
		id, _ := state.Attributes(t)["id"].(string)
		return client.ID + "/" + id
	}
	group := made("bitwarden_group", map[string]any{"name": "Shop"})
	collection := made("bitwarden_collection", map[string]any{
		"name": "Shop", "members": map[string]any{eve: "manage"},
	})
	_, bob := client.NewMember(t, "bob@acme.example", 2)
	mill := env.MSP.Admin.NewOrganization(t, "Mill", 1)
	_, problems := env.Protocol(t).Apply(linkType, nil, map[string]any{
		"organization_id": mill.ID, "allow_seat_purchase": true,
	})
	problems.WantNone(t)
	organization := map[string]any{"organization_id": client.ID}
	for kind, test := range map[string]struct {
		id         string
		attribute  string
		attributes map[string]any
	}{
		clientType:                    {client.ID, "id", config(nil)},
		linkType:                      {mill.ID, "organization_id", map[string]any{"organization_id": mill.ID}},
		settingsType:                  {client.ID, "organization_id", organization},
		seatsType:                     {client.ID, "organization_id", map[string]any{"organization_id": client.ID, "seats": 10}},
		"bitwarden_provider_settings": {env.MSP.ProviderID, "id", map[string]any{}},
		"bitwarden_group":             {group, "id", map[string]any{"organization_id": client.ID, "name": "Shop"}},
		"bitwarden_collection": {
			collection, "id", map[string]any{"organization_id": client.ID, "name": "Shop"},
		},
		"bitwarden_member": {
			client.ID + "/" + bob, "id",
			map[string]any{"organization_id": client.ID, "email": "bob@acme.example", "role": "user"},
		},
		"bitwarden_member_role": {
			client.ID + "/" + bob, "member_id",
			map[string]any{"organization_id": client.ID, "member_id": bob, "role": "user"},
		},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			run := env.Protocol(t)
			state, problems := run.Import(kind, test.id)
			problems.WantNone(t)
			if _, problems := run.Plan(kind, state, test.attributes); problems.HasError() {
				t.Fatal(problems)
			}
			_, problems = run.Plan(kind, state, test.attributes)
			problems.WantError(t, test.attribute, "managed by two resources", "removed block")
			_, problems = env.Protocol(t).PlanReplace(kind, state, test.attributes)
			for _, problem := range problems {
				if problem.Summary == "Object is managed by two resources" {
					t.Error("a replacement is refused:", problem.Detail)
				}
			}
		})
	}
	for kind, test := range map[string]struct {
		attribute  string
		attributes map[string]any
	}{
		settingsType: {"organization_id", organization},
		seatsType:    {"organization_id", map[string]any{"organization_id": client.ID, "seats": 10}},
		"bitwarden_member_role": {
			"member_id", map[string]any{"organization_id": client.ID, "member_id": bob, "role": "user"},
		},
	} {
		t.Run("made twice: "+kind, func(t *testing.T) {
			t.Parallel()
			run := env.Protocol(t)
			_, problems := run.Plan(kind, nil, test.attributes)
			problems.WantNone(t)
			_, problems = run.Plan(kind, nil, test.attributes)
			problems.WantError(t, test.attribute, "managed by two resources")
		})
	}
}
