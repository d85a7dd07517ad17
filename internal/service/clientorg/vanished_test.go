// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg_test

import (
	"maps"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
)

// An organization that is not in the client list was deleted, or it is the wrong account: a protected client and the
// objects of any client stay in the state, since making them again would be a second copy that costs money.
func TestClientOrganization_vanished(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		protected bool
		clientIn  bool // whether the client's own resource is in the configuration
		goes      bool // whether the state lets them go
	}{
		"protected":              {protected: true, clientIn: true},
		"unprotected":            {clientIn: true, goes: true},
		"managed somewhere else": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			plan := map[string]any{
				"name": "Acme", "plan": "teams_monthly", "owner_email": "ada@acme.example", "deletion_protection": test.protected,
			}
			before := env.Protocol(t)
			client, problems := before.Apply("bitwarden_client_organization", nil, maps.Clone(plan))
			problems.WantNone(t)
			organization := onlyClient(t, env).OrganizationID
			group, problems := before.Apply("bitwarden_group", nil, map[string]any{
				"organization_id": organization, "name": "Shop",
			})
			problems.WantNone(t)
			err := env.MSP.Admin.Delete(t.Context(), "/organizations/"+organization,
				map[string]string{"masterPasswordHash": env.MSP.Admin.PasswordHash()})
			if err != nil {
				t.Fatal(err)
			}

			now := env.Protocol(t)
			check := func(kind string, state *acctest.Object) {
				left, problems := now.Read(kind, state)
				if test.goes {
					problems.WantWarning(t, "", "vanished")
				} else {
					problems.WantError(t, "", "no client of this provider", organization, "state rm")
				}
				if gone := left == nil; gone != test.goes {
					t.Errorf("%s is out of the state: %t, want %t", kind, gone, test.goes)
				}
			}
			if test.clientIn {
				check("bitwarden_client_organization", client)
			}
			check("bitwarden_group", group)
		})
	}
}
