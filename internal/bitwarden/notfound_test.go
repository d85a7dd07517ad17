// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// TestNotFound_needsProof: the server has the same answers for what is gone, for missing permission and for an
// organization that is gone.
func TestNotFound_needsProof(t *testing.T) {
	t.Parallel()
	const clientsList = "GET /api/providers/" + stubProvider + "/organizations"
	group := func(org string) func(*testing.T, *bitwarden.Client) error {
		return func(t *testing.T, c *bitwarden.Client) error {
			t.Helper()
			_, err := c.Group(t.Context(), org, stubUnknown, false)
			return err
		}
	}
	for name, test := range map[string]struct {
		list  http.HandlerFunc
		read  func(*testing.T, *bitwarden.Client) error
		gone  bool
		whole bool // because the organization is
	}{
		"not in the list":        {answer(noGroups), group(stubOrg), true, false},
		"list forbidden":         {status(http.StatusForbidden), group(stubOrg), false, false},
		"list not found":         {status(http.StatusNotFound), group(stubOrg), false, false},
		"server failed":          {status(http.StatusInternalServerError), group(stubOrg), false, false},
		"organization forbidden": {status(http.StatusForbidden), group(stubUnknown), true, true},
		"organization not found": {status(http.StatusNotFound), group(stubUnknown), true, true},
		"organization empty":     {answer(noGroups), group(stubUnknown), true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.handle("GET /api/organizations/{id}/groups/details", test.list)
			err := test.read(t, s.client(t))
			missing, ok := errors.AsType[*bitwarden.NotFoundError](err)
			if ok != test.gone || bitwarden.IsNotFound(err) != test.gone || err == nil {
				t.Fatalf("%v; want certainly gone: %t", err, test.gone)
			}
			if ok && (missing.Parent != "") != test.whole {
				t.Errorf("%+v; want the organization gone: %t", missing, test.whole)
			}
			if ok && (missing.Kind != "group" || !strings.Contains(err.Error(), "organization "+missing.Organization)) ||
				ok && missing.Organization != stubOrg && missing.Organization != stubUnknown {
				t.Errorf("%v; want the kind and the organization", err)
			}
			if ok && s.count(clientsList) == 0 {
				t.Error("the list of clients was not asked")
			}
		})
	}
}

func TestNotFound_byAddress(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.handle("GET /api/organizations/{id}/users", answer(`{"data":[{"id":"m1","email":"ann@x.example"}]}`))
	s.handle("GET /api/providers/{id}/users", answer(`{"data":[]}`))
	c := s.client(t)
	for want, read := range map[string]func() error{
		`no member has the email "bob@x.example" in organization ` + stubOrg: func() error {
			_, err := c.MemberByEmail(t.Context(), stubOrg, "bob@x.example")
			return err
		},
		`no provider user has the email "bob@x.example"`: func() error {
			_, err := c.ProviderUserByEmail(t.Context(), "bob@x.example")
			return err
		},
	} {
		if err := read(); !bitwarden.IsNotFound(err) || err.Error() != want {
			t.Errorf("%v; want %s", err, want)
		}
	}
}

// TestNotFound_clientListMustBeNewer: a list of clients from before an empty list proves nothing about it.
func TestNotFound_clientListMustBeNewer(t *testing.T) {
	t.Parallel()
	const clientsList = "GET /api/providers/" + stubProvider + "/organizations"
	s := newStub(t)
	s.handle("GET /api/organizations/{id}/collections", answer(`{"data":[]}`))
	c := s.client(t)
	if _, err := c.ClientOrganization(t.Context(), stubOrg); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		_, err := c.Collection(t.Context(), stubOrg, stubUnknown, bitwarden.Access{})
		if !bitwarden.IsNotFound(err) {
			t.Errorf("%v; want certainly gone", err)
		}
	}
	if n := s.count(clientsList); n != 2 {
		t.Errorf("%d lists of clients, want one before and one after the empty list", n)
	}
	if _, err := c.Collections(t.Context(), stubUnknown, bitwarden.Access{}); !bitwarden.IsNotFound(err) {
		t.Errorf("an empty list of an organization that is gone: %v", err)
	}
	if list, err := c.Collections(t.Context(), stubOrg, bitwarden.Access{}); err != nil || list == nil || len(list) != 0 {
		t.Errorf("an empty list of one that is there: %v, %v", list, err)
	}
}

func TestClients_fromTheList(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.file(t, "GET /api/organizations/{id}", "organization.json")
	c := s.client(t)
	list, err := c.ClientOrganizations(t.Context())
	if err != nil || len(list) != 3 || list[0].Name != "Already & encoded" ||
		list[0].Plan != bitwarden.PlanEnterpriseMonthly ||
		!list[0].Abilities["use_custom_permissions"] ||
		list[2].Abilities["use_custom_permissions"] {
		t.Errorf("clients %+v, error %v", list, err)
	}
	const notInProfile = "GET /api/organizations/00000013-0000-4000-8000-000000000000"
	for _, key := range []string{notInProfile, "GET /api/accounts/profile", "GET /api/providers/" + stubProvider + "/organizations"} {
		if n := s.count(key); n != 1 {
			t.Errorf("%s: %d requests, want 1", key, n)
		}
	}
	if _, err := c.ClientOrganization(t.Context(), stubUnknown); !bitwarden.IsNotFound(err) {
		t.Errorf("a client that is not in the list: %v", err)
	}
}

func TestMissingPassword_isNamedWhereNeeded(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.file(t, "GET /api/organizations/{id}/collections", "collections.json")
	_, err := s.client(t).Collections(t.Context(), stubOrg, bitwarden.Access{})
	refused, ok := errors.AsType[*bitwarden.ConfigError](err)
	if !ok || refused.Field != "master_password" || !strings.Contains(refused.Remedy, "BW_PASSWORD") {
		t.Errorf("%v; want a refusal of master_password", err)
	}
}
