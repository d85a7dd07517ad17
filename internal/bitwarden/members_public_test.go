// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	organizationKey = "POST /api/organizations/{orgId}/api-key"
	publicMember    = "PUT /api/public/members/{id}"
)

// The Public API resets what it is not told, so that all of it is sent again.
func TestMemberUpdate_underTheFlag(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	_, id := w.org.NewMember(t, "ann@x.example", 2)
	c := w.newRun(t)
	group := must(c.CreateGroup(t.Context(), w.org.ID, bitwarden.NewGroup{Name: "G", Members: []string{id}}))(t)
	collection := must(c.Collections(t.Context(), w.org.ID, bitwarden.Access{}))(t)[0].ID
	access := map[string]bitwarden.Permission{collection: bitwarden.PermissionViewExceptPasswords}
	before := must(c.UpdateMember(t.Context(), w.org.ID, id, bitwarden.MemberUpdate{
		Role: new(bitwarden.RoleCustom), Permissions: &bitwarden.Permissions{ManageSSO: true}, Collections: access,
		ExternalID: new("E-7"),
	}))(t)
	w.server.SetFlag("pm-28365-change-member-email-no-mp", true)

	must(w.newRun(t).UpdateMember(t.Context(), w.org.ID, id, bitwarden.MemberUpdate{
		Permissions: &bitwarden.Permissions{ManageGroups: true},
	}))(t)
	after := must(w.newRun(t).Member(t.Context(), w.org.ID, id))(t)
	if before.ExternalID != "E-7" || after.ExternalID != "E-7" || after.Role != bitwarden.RoleCustom ||
		!after.Permissions.ManageGroups || after.Permissions.ManageSSO || !maps.Equal(after.Collections, access) ||
		!slices.Equal(after.Groups, []string{group.ID}) {
		t.Errorf("before %+v, after %+v", before, after)
	}

	config := w.config
	config.MasterPassword = bitwarden.Secret{}
	_, err := newClient(t, config).UpdateMember(t.Context(), w.org.ID, id,
		bitwarden.MemberUpdate{Role: new(bitwarden.RoleUser)})
	if err == nil || !strings.Contains(err.Error(), "pm-28365") || !strings.Contains(err.Error(), "master_password") {
		t.Errorf("without the master password: %v", err)
	}
}

// One token per organization and run, however many members get an external id.
func TestMemberUpdate_externalID(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	var ids []string
	for _, email := range []string{"ann@x.example", "ben@x.example", "cat@x.example"} {
		_, id := w.org.NewMember(t, email, 1)
		ids = append(ids, id)
	}
	c := w.newRun(t)
	w.server.ResetRequests()
	var wg sync.WaitGroup
	for _, id := range ids {
		wg.Go(func() {
			m, err := c.UpdateMember(t.Context(), w.org.ID, id, bitwarden.MemberUpdate{ExternalID: new("E-" + id)})
			if err != nil || m.ExternalID != "E-"+id || m.Role != bitwarden.RoleAdmin {
				t.Errorf("%+v, %v", m, err)
			}
		})
	}
	wg.Wait()
	for route, want := range map[string]int{organizationKey: 1, publicMember: 3, "PUT /api/organizations/{orgId}/users/{id}": 0} {
		if got := w.server.Requests().Count(route); got != want {
			t.Errorf("%d × %s, want %d", got, route, want)
		}
	}
	for _, id := range ids {
		if got := must(w.newRun(t).Member(t.Context(), w.org.ID, id))(t); got.ExternalID != "E-"+id {
			t.Errorf("the server has %q", got.ExternalID)
		}
	}
}

func TestMemberUpdate_externalIDRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	_, id := w.org.NewMember(t, "ann@x.example", 2)
	update := func(c *bitwarden.Client) error {
		_, err := c.UpdateMember(t.Context(), w.org.ID, id, bitwarden.MemberUpdate{ExternalID: new("E-1")})
		return err
	}
	config := w.config
	config.MasterPassword = bitwarden.Secret{}
	if missing, ok := errors.AsType[*bitwarden.ConfigError](update(newClient(t, config))); !ok ||
		missing.Field != "master_password" || !strings.Contains(missing.Reason, "external_id") {
		t.Errorf("without the master password: %v", missing)
	}
	w.fail(t, organizationKey, emulator.Fault{Status: http.StatusBadRequest, Times: 1})
	if err := update(w.newRun(t)); err == nil || !strings.Contains(err.Error(), "API key cannot be read") {
		t.Errorf("refused key: %v", err)
	}
	c := w.newRun(t)
	w.fail(t, publicMember, emulator.Fault{Status: http.StatusUnauthorized, Times: 1})
	if err := update(c); err != nil {
		t.Errorf("an outdated token: %v", err)
	}
}
