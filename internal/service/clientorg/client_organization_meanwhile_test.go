// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg_test

import (
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// Somebody renames a client between the plan for its seats and the apply. The new name stays on the server. The state gets
// what the plan promised, as Terraform demands, and the next plan brings the name back.
func TestClientOrganization_renamedMeanwhile(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH", OwnerEmail: "ada@acme.example", Seats: 5})
	state, problems := env.Protocol(t).Import(clientType, client.ID)
	problems.WantNone(t)
	p := env.Protocol(t).Meanwhile(func() { editClient(t, env, client.LinkID, "Acme AG", 5) })
	state, problems = p.Apply(clientType, state, config(map[string]any{"seats": 7}))
	problems.WantNone(t)
	if got := onlyClient(t, env); got.Name != "Acme AG" || got.Seats != 7 {
		t.Errorf("the server has %+v", got)
	}
	if got := state.Attributes(t); got["name"] != "Acme GmbH" || got["seats"] != 7 {
		t.Errorf("the state has %v", got)
	}
	state, problems = env.Protocol(t).Read(clientType, state)
	problems.WantNone(t)
	if got := state.Attributes(t); got["name"] != "Acme AG" {
		t.Errorf("refreshed to %v", got["name"])
	}
	_, problems = env.Protocol(t).Apply(clientType, state, config(map[string]any{"seats": 7}))
	problems.WantNone(t)
	if got := onlyClient(t, env); got.Name != "Acme GmbH" || got.Seats != 7 {
		t.Errorf("repaired to %+v", got)
	}
}

// Somebody changes settings between plan and apply: those of the configuration are as planned, the others stay.
func TestOrganizationSettings_editedMeanwhile(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH"})
	config := func(limits bool) map[string]any {
		return map[string]any{
			"organization_id": client.ID, "billing_email": "billing@acme.example", "limit_item_deletion": limits,
		}
	}
	state, problems := env.Protocol(t).Apply(settingsType, nil, config(true))
	problems.WantNone(t)
	p := env.Protocol(t).Meanwhile(func() {
		for path, body := range map[string]map[string]any{
			"": {"billingEmail": "ada@acme.example"},
			"/collection-management": {
				"limitCollectionCreation": true, "limitCollectionDeletion": true, "limitItemDeletion": true,
				"allowAdminAccessToAllCollectionItems": true,
			},
		} {
			if err := env.MSP.Admin.Put(t.Context(), "/organizations/"+client.ID+path, body, nil); err != nil {
				t.Fatal(err)
			}
		}
	})
	_, problems = p.Apply(settingsType, state, config(false))
	problems.WantNone(t)
	var got struct {
		BillingEmail            string `json:"billingEmail"`
		LimitCollectionCreation bool   `json:"limitCollectionCreation"`
		LimitItemDeletion       bool   `json:"limitItemDeletion"`
	}
	if err := env.MSP.Admin.Get(t.Context(), "/organizations/"+client.ID, &got); err != nil {
		t.Fatal(err)
	}
	if got.BillingEmail != "billing@acme.example" || !got.LimitCollectionCreation || got.LimitItemDeletion {
		t.Errorf("the server has %+v", got)
	}
}
