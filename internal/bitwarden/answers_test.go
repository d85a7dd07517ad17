// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// TestForeignAnswers: JSON of something in between is no answer. As an empty list it would let everything vanish.
func TestForeignAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		route string
		do    func(ctx context.Context, w *world) error
	}{
		"groups": {
			"GET /api/organizations/{orgId}/groups/details",
			func(ctx context.Context, w *world) error { _, err := w.Groups(ctx, w.org.ID); return err },
		},
		"organization": {
			"GET /api/organizations/{id}",
			func(ctx context.Context, w *world) error { _, err := w.Organization(ctx, w.org.ID); return err },
		},
		"seats": {
			"GET /api/providers/{providerId}/billing/subscription",
			func(ctx context.Context, w *world) error { _, err := w.SeatPools(ctx); return err },
		},
		"write without an answer of interest": {
			clientRoute,
			func(ctx context.Context, w *world) error {
				_, err := w.UpdateClientOrganization(ctx, w.org.ID, bitwarden.ClientOrganizationUpdate{Name: new(rand.Text())})
				return err
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.ClientOptions{})
			fault := emulator.Fault{Status: http.StatusOK, Body: `{"status":"Down for maintenance"}`}
			w.fail(t, test.route, fault)
			before := w.count(test.route)
			if err := test.do(t.Context(), w); err != nil {
				t.Fatal(err)
			}
			if n := w.count(test.route) - before; n != 2 {
				t.Errorf("%d requests, want the failed one and another", n)
			}
			fault.Times = 100
			w.fail(t, test.route, fault)
			err := test.do(t.Context(), &world{Client: w.newRun(t), server: w.server, org: w.org})
			if err == nil || !strings.Contains(err.Error(), "no answer of a Bitwarden server") {
				t.Errorf("error %v", err)
			}
		})
	}
}
