// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"slices"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// What the checks do with the numbers is tested with the members.
func TestSeatPlan_count(t *testing.T) {
	t.Parallel()
	members := []bitwarden.Member{
		{ID: "1", Email: "Ann@bakery.example", Status: bitwarden.StatusInvited},
		{ID: "2", Email: "bob@bakery.example", Status: bitwarden.StatusConfirmed},
		{ID: "3", Email: "cem@bakery.example", Status: bitwarden.StatusRevoked},
		{ID: "4", Email: "dan@bakery.example", Status: bitwarden.StatusStaged},
	}
	for name, test := range map[string]struct {
		takers  []string
		staying int
		invited []string
	}{
		"nobody":                         {nil, 0, nil},
		"who stays":                      {[]string{"1", "2"}, 2, nil},
		"one by id and address":          {[]string{"1", "ann@bakery.example"}, 1, nil},
		"one who is restored":            {[]string{"3"}, 0, []string{"cem@bakery.example"}},
		"one who comes":                  {[]string{"eve@bakery.example", "2"}, 1, []string{"eve@bakery.example"}},
		"one who is not invited yet":     {[]string{"4"}, 0, nil},
		"one who is gone, behind us":     {[]string{"5"}, 0, nil},
		"one who comes, planned earlier": {[]string{"bob@bakery.example"}, 1, nil},
	} {
		plan := seatPlan{takers: map[string]bool{}}
		for _, who := range test.takers {
			plan.takers[who] = true
		}
		got := plan.count(7, members)
		if got.seats != 7 || got.occupied != 2 || got.staying != test.staying || !slices.Equal(got.invited, test.invited) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}
