// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg_test

import (
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// What is to be made in an organization that is no client is refused at plan; in one of the account's own it is not.
func TestUnknownOrganization(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH"})
	own := env.MSP.Admin.NewOrganization(t, "Own", 3)
	for kind, attributes := range map[string]map[string]any{
		settingsType:           {},
		seatsType:              {"seats": 3},
		"bitwarden_group":      {"name": "Shop"},
		"bitwarden_collection": {"name": "Shop", "members": map[string]any{"00000000-0000-4000-8000-000000000001": "manage"}},
		"bitwarden_member":     {"email": "bob@acme.example", "role": "user"},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			attributes["organization_id"] = "00000000-0000-4000-8000-000000000000"
			_, problems := env.Protocol(t).Plan(kind, nil, attributes)
			problems.WantError(t, "organization_id", "is no client of the provider", "bitwarden_client_organizations lists")
			attributes["organization_id"] = own.ID
			if kind != seatsType { // Only a provider's client has seats from it.
				_, problems = env.Protocol(t).Plan(kind, nil, attributes)
				problems.WantNone(t)
			}
		})
	}
}
