// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member_test

import (
	"fmt"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// The calls for a hundred people: on the cloud, a sixth invitation within a minute waits for the next one.
//
//nolint:paralleltest // What other tests take of the machine would keep apart what comes at the same time.
func TestMember_hundred(t *testing.T) {
	const people, parallelism = 100, 50
	f := &fixture{Env: acctest.New(t)}
	f.client = f.MSP.NewClient(t, emulator.ClientOptions{Name: "Bakery Ltd", Seats: people + 10})
	f.organization = f.client.ID
	config := func(revoked bool) string {
		return f.Config(fmt.Sprintf(`resource "bitwarden_member" "staff" {
  count = %d

  organization_id = %q
  email           = "person${count.index}@bakery.example"
  revoked         = %t
}
`, people, f.organization, revoked))
	}
	const (
		confirmMany = confirm
		revokeMany  = "PUT /api/organizations/{orgId}/users/revoke"
		restoreMany = "PUT /api/organizations/{orgId}/users/restore"
		removeMany  = "DELETE /api/organizations/{orgId}/users"
	)
	count := func(what string, most int, routes ...string) {
		calls := 0
		for _, route := range routes {
			calls += f.Requests().Count(route)
		}
		t.Logf("%d members at -parallelism=%d are %s by %d calls", people, parallelism, what, calls)
		if calls == 0 || calls > most {
			t.Errorf("%s by %d calls, want at most %d", what, calls, most)
		}
	}
	cli := acctest.NewWorkdir(t)
	apply := func(verb, config string) {
		cli.Configure(config)
		cli.Run(verb, "-auto-approve", "-no-color", fmt.Sprint("-parallelism=", parallelism))
	}
	apply("apply", config(false))
	if got := len(f.members(t)); got != people+1 {
		t.Fatalf("there are %d members", got)
	}
	if _, err := f.AcceptInvitations(t.Context(), "", f.organization); err != nil {
		t.Fatal(err)
	}
	apply("apply", config(false))
	apply("apply", config(true))
	apply("apply", config(false))
	apply("destroy", config(false))
	count("invited", 8, inviteMembers)
	count("confirmed", 20, confirmMany)
	count("revoked", 20, revokeMany, revokeMember)
	count("restored", 20, restoreMany, restoreMember)
	count("removed", 20, removeMany, removeMember)
}
