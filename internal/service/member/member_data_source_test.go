// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member_test

import (
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

func TestMemberDataSource(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	p := f.Protocol(t)
	for attribute, value := range map[string]any{"id": f.ownerID, "email": "Olivia@Bakery.example"} {
		found, problems := p.DataSource(memberType, map[string]any{"organization_id": f.organization, attribute: value})
		problems.WantNone(t)
		got := found.Attributes(t)
		for name, want := range map[string]any{
			"id": f.ownerID, "email": f.owner.Email, "user_id": f.owner.ID, "role": "owner", "status": "confirmed",
			"external_id": nil, "claimed_by_organization": false,
		} {
			if got[name] != want {
				t.Errorf("found by %s: %s is %v, want %v", attribute, name, got[name], want)
			}
		}
	}
	_, problems := p.DataSource(memberType, map[string]any{"organization_id": f.organization, "email": sueEmail})
	problems.WantError(t, "email", "No member has the email", sueEmail, "in organization ", "bitwarden_members")
	_, problems = p.DataSource(memberType, map[string]any{"organization_id": f.organization, "external_id": "E-7"})
	problems.WantError(t, "external_id", "No member has the external_id")
}

// Members without a value are not looked up by its absence.
func TestMemberDataSource_empty(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	p := f.Protocol(t)
	for _, attribute := range []string{"id", "email", "external_id"} {
		config := map[string]any{"organization_id": f.organization, attribute: ""}
		p.ValidateDataSource(memberType, config).WantError(t, attribute)
		_, problems := p.DataSource(memberType, config)
		problems.WantError(t, attribute, "No member has the "+attribute)
	}
}

// The server makes two members of one person who is invited twice at the same time.
func TestMemberDataSource_ambiguous(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	err := f.MSP.Admin.Post(t.Context(), f.path("/users/invite"), map[string]any{
		"emails": []string{sueEmail, sueEmail}, "type": userRole, "collections": []any{}, "groups": []any{},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, problems := f.Protocol(t).DataSource(memberType, map[string]any{
		"organization_id": f.organization, "email": sueEmail,
	})
	var words []string
	for _, r := range f.members(t) {
		if r.Email == sueEmail {
			words = append(words, r.ID)
		}
	}
	if len(words) != 2 {
		t.Fatalf("the server made %v", words)
	}
	problems.WantError(t, "email", append(words, "2 objects")...)
}

func TestMemberDataSource_gone(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	other := f.MSP.NewClient(t, emulator.ClientOptions{Name: "Foundry AG"})
	_, problems := f.Protocol(t).DataSource(memberType, map[string]any{"organization_id": other.ID, "id": f.ownerID})
	problems.WantError(t, "id", "No member has the id")
}
