// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// TestPlan_tellsOfLongWaits where the server is known to have limits, and only there. An apply, which plans again what it
// creates, says nothing of the kind.
func TestPlan_tellsOfLongWaits(t *testing.T) {
	t.Parallel()
	for typeName, test := range map[string]struct {
		count  int // the server creates one fewer, or fewer, within a minute
		config func(organization string, n int) map[string]any
	}{
		"bitwarden_member": {51, func(organization string, n int) map[string]any {
			return map[string]any{"organization_id": organization, "email": fmt.Sprintf("person%d@bakery.example", n)}
		}},
		"bitwarden_collection": {61, func(organization string, n int) map[string]any {
			return map[string]any{"organization_id": organization, "name": strconv.Itoa(n)}
		}},
		"bitwarden_group": {61, func(organization string, n int) map[string]any {
			return map[string]any{"organization_id": organization, "name": strconv.Itoa(n)}
		}},
		"bitwarden_client_organization": {61, func(_ string, n int) map[string]any {
			return map[string]any{
				"name": strconv.Itoa(n), "owner_email": "otto@bakery.example", "plan": "teams_monthly", "seats": 1,
				"allow_seat_purchase": true,
			}
		}},
		"bitwarden_send": {61, func(_ string, n int) map[string]any {
			return map[string]any{"name": strconv.Itoa(n), "text_wo": "x", "delete_after": "24h"}
		}},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			for _, limited := range []bool{false, true} {
				env := acctest.New(t, emulator.Options{RateLimits: limited})
				client := env.MSP.NewClient(t, emulator.ClientOptions{Seats: 100})
				err := env.MSP.Admin.Put(t.Context(), "/organizations/"+client.ID+"/collection-management",
					map[string]any{"allowAdminAccessToAllCollectionItems": true}, nil)
				if err != nil {
					t.Fatal(err)
				}
				// plan returns the warnings about waits, and at which creation they came.
				plan := func(p *acctest.Protocol, count int) string {
					_, problems := p.DataSource("bitwarden_provider", nil) // so that the server shows its limits
					problems.WantNone(t)
					var warnings strings.Builder
					for n := 1; n <= count; n++ {
						_, problems := p.Plan(typeName, nil, test.config(client.ID, n))
						for _, problem := range problems {
							if !strings.Contains(problem.Summary, "has to wait") {
								t.Fatal(problem.Summary, problem.Detail)
							}
							fmt.Fprintf(&warnings, "%d: %s: %s\n", n, problem.Summary, problem.Detail)
						}
					}
					return warnings.String()
				}
				got := plan(env.Protocol(t), test.count+2)
				want := fmt.Sprintf("%d: Apply has to wait about a minute for the server: %[1]d ", test.count)
				switch {
				case !limited && got != "":
					t.Errorf("got %q without limits", got)
				case limited && (!strings.HasPrefix(got, want) || strings.Count(got, "\n") != 1):
					t.Errorf("got %q, want %q", got, want)
				}
				if !limited {
					continue
				}
				p := env.Protocol(t)
				_, problems := p.Apply(typeName, nil, test.config(client.ID, 0))
				problems.WantNone(t)
				if got := plan(p, test.count+2); got != "" {
					t.Errorf("got %q while applying", got)
				}
			}
		})
	}
}
