// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// meeting lets several wait for each other, at one point after the other.
type meeting []*sync.WaitGroup

func newMeeting(points, parties int) meeting {
	m := make(meeting, points)
	for i := range m {
		m[i] = &sync.WaitGroup{}
		m[i].Add(parties)
	}
	return m
}

// party returns what one of them calls to wait at a point, and once it comes to none any more.
func (m meeting) party() (wait func(point int), leave func()) {
	next := 0
	arrive := func(until int) {
		for ; next < until; next++ {
			m[next].Done()
		}
	}
	return func(point int) { arrive(point + 1); m[point].Wait() }, func() { arrive(len(m)) }
}

// TestParallelConfigurations applies configurations at the same time with one provider account: two that manage clients
// of their own, and two that manage the same client, one its members and the other one groups with these members. Nothing
// is lost and nothing is there twice: in the end all plans are empty.
func TestParallelConfigurations(t *testing.T) {
	t.Parallel()
	const people = 8
	env := acctest.New(t)
	shared := env.MSP.NewClient(t, emulator.ClientOptions{Name: "Shared", Seats: people + 2})
	var ids []string
	for i := range people {
		if err := shared.Invite(t.Context(), fmt.Sprintf("person%d@shared.example", i), 2); err != nil {
			t.Fatal(err)
		}
	}
	type row struct {
		ID     string   `json:"id"`
		Email  string   `json:"email"`
		Type   int      `json:"type"`
		Groups []string `json:"groups"`
	}
	list := func(t *testing.T, path string) (rows struct {
		Data []row `json:"data"`
	},
	) {
		t.Helper()
		if err := env.MSP.Admin.Get(t.Context(), path, &rows); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	members := "/organizations/" + shared.ID + "/users?includeGroups=true"
	var imports strings.Builder
	for i := range people {
		address := fmt.Sprintf("person%d@shared.example", i)
		fmt.Fprintf(&imports, "import {\n  to = bitwarden_member.staff[%d]\n  id = \"%s/%s\"\n}\n", i, shared.ID, address)
	}
	for _, r := range list(t, members).Data {
		if strings.HasPrefix(r.Email, "person") {
			ids = append(ids, strconv.Quote(r.ID))
		}
	}
	if len(ids) != people {
		t.Fatalf("%d people are invited", len(ids))
	}
	clients := func(name string) func(step string) string {
		return func(step string) string {
			return fmt.Sprintf(`resource "bitwarden_client_organization" "it" {
  count               = 2
  name                = "%s ${count.index} %s"
  owner_email         = "owner@client.example"
  plan                = "teams_monthly"
  seats               = 2
  deletion_protection = false
  on_destroy          = "delete"
}

resource "bitwarden_group" "staff" {
  count           = 2
  organization_id = bitwarden_client_organization.it[count.index].id
  name            = "Staff %[2]s"
}

resource "bitwarden_member" "owner" {
  count           = 2
  organization_id = bitwarden_client_organization.it[count.index].id
  email           = "owner@client.example"
  role            = "owner"
  groups          = [bitwarden_group.staff[count.index].id]
}
`, name, step)
		}
	}
	staff := func(step string) string {
		role := map[string]string{"one": "user", "two": "admin"}[step]
		return fmt.Sprintf(`%s
resource "bitwarden_member" "staff" {
  count           = %d
  organization_id = %q
  email           = "person${count.index}@shared.example"
  role            = %q
}
`, imports.String(), people, shared.ID, role)
	}
	groups := func(step string) string {
		in := map[string][]string{"one": ids[:people/2], "two": ids}[step]
		return fmt.Sprintf(`resource "bitwarden_organization_settings" "shared" {
  organization_id                              = %[1]q
  allow_admin_access_to_all_collection_items = true
}

resource "bitwarden_group" "team" {
  count           = 6
  organization_id = %[1]q
  name            = "Team ${count.index} %[2]s"
  members         = [%[3]s]
}

resource "bitwarden_collection" "team" {
  count           = 6
  organization_id = %[1]q
  name            = "Team ${count.index} %[2]s"
  groups          = { (bitwarden_group.team[count.index].id) = "manage" }
}
`, shared.ID, step, strings.Join(in, ", "))
	}
	configurations := map[string]func(step string) string{
		"clients": clients("Bakery"), "other clients": clients("Butcher"), "members": staff, "groups": groups,
	}
	meeting := newMeeting(4, len(configurations))
	var all sync.WaitGroup
	//nolint:paralleltest // They run at the same time, however many tests are let to.
	for name, config := range configurations {
		wait, leave := meeting.party()
		all.Go(func() {
			t.Run(name, func(t *testing.T) {
				defer leave()
				at := func(point int) func() { return func() { wait(point) } }
				acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
					{PreConfig: at(0), Config: env.Config(config("one"))},
					{PreConfig: at(1), Config: env.Config(config("two"))},
					{PreConfig: at(2), Config: env.Config(config("two")), PlanOnly: true},
					{PreConfig: func() {
						if name == "groups" {
							rows := list(t, members).Data
							for _, r := range rows {
								if strings.HasPrefix(r.Email, "person") && (r.Type != 1 || len(r.Groups) != 6) {
									t.Errorf("there is %+v", r)
								}
							}
							if len(rows) != people+1 {
								t.Errorf("%d members", len(rows))
							}
							for path, want := range map[string]int{
								"/organizations/" + shared.ID + "/groups": 6, "/organizations/" + shared.ID + "/collections": 7,
								"/providers/" + env.MSP.ProviderID + "/organizations": 5,
							} {
								if got := len(list(t, path).Data); got != want {
									t.Errorf("%d of %s, want %d", got, path, want)
								}
							}
						}
						wait(3) // before anybody destroys anything
					}, Config: env.Config(config("two")), PlanOnly: true},
				}})
			})
		})
	}
	all.Wait()
	left := list(t, "/providers/"+env.MSP.ProviderID+"/organizations").Data
	if rest := list(
		t,
		members,
	).Data; len(left) != 1 ||
		slices.ContainsFunc(rest, func(r row) bool { return len(r.Groups) > 0 }) {
		t.Errorf("after the destruction there are %v with %v", left, rest)
	}
}
