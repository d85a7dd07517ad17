// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
)

// TestMain lets the CLI start the test program as the provider, and the launcher in between.
func TestMain(m *testing.M) {
	if os.Getenv(measuredVariable) != "" {
		os.Exit(launch())
	}
	acctest.Main(m)
}

var smallSize = size{
	collections: 20, clients: 3, applied: 1, perClient: struct{ collections, groups, members int }{4, 2, 3},
	members: 3, limited: 3, items: 10,
	latency: time.Millisecond, parallelism: 10, wide: 20,
}

// TestFleets measures small fleets: every step does what it is there for, and costs something.
func TestFleets(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := settings{cli: acctest.CLI(t).Path, provider: self, progress: t.Output()}
	for _, f := range fleets(smallSize) {
		if f.name == "members" { // the same as limits
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			f.under = f.under[:1]
			results, err := measure(t.Context(), s, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range results {
				if r.requests == 0 || r.bytes == 0 || r.inFlight == 0 || r.provider.CPU == 0 || r.provider.Memory == 0 ||
					r.wall == 0 {
					t.Errorf("nothing was measured: %+v", r)
				}
			}
			page := report("# Heading\n", results)
			if n := strings.Count(page, "\n| "+stepPlan); n != 2 { // without and with a change
				t.Errorf("the report shows %d plans:\n%s", n, page)
			}
		})
	}
}
