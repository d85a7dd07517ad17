// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package interop_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// TestMSP lets bw go the way of a provider user, who is no member of the client: private key, provider key, client key.
// The client is made by our client.
func TestMSP(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	service := w.msp.NewServiceUser(t, "service@provider.example")
	registerKeyID(t, service)
	bw, owner := logInByKey(t, w.server, service), logIn(t, w.server, w.owner)
	if got := read[[]organization](t, bw, "list", "organizations"); len(got) != 0 {
		t.Errorf("a provider user sees organizations %+v, want none: he is a member of none", got)
	}
	if got := bw.collectionNames(t, w.orgID); !slices.Equal(got, []string{"Grundstock"}) {
		t.Errorf("the provider user reads the collections %q", got)
	}
	ours, err := w.ours.CreateCollection(t.Context(), w.orgID, bitwarden.NewCollection{Name: "Vom Anbieter"})
	if err != nil {
		t.Fatal(err)
	}
	got := read[orgCollection](t, bw, "get", "org-collection", ours.ID, "--organizationid", w.orgID)
	wantCollection(t, got, "Vom Anbieter", "", nil, nil)

	theirs := read[orgCollection](t, bw, "create", "org-collection", "--organizationid", w.orgID, encoded(t, orgCollection{
		OrganizationID: w.orgID, Name: "Vom Techniker", Groups: []orgGrant{}, Users: []orgGrant{},
	}))
	if c, err := w.newRun(t).Collection(t.Context(), w.orgID, theirs.ID, bitwarden.Access{}); err != nil ||
		c.Name != "Vom Techniker" {
		t.Errorf("our client reads %+v (%v)", c, err)
	}
	owner.sync(t)
	for who, p := range map[string]*profile{"owner": owner, "provider user": bw} {
		if got := p.collectionNames(t, w.orgID); !slices.Equal(got, []string{"Grundstock", "Vom Anbieter", "Vom Techniker"}) {
			t.Errorf("the %s reads the collections %q", who, got)
		}
	}
	// The genuine server stores what a provider user creates, and then answers that it cannot be found.
	if reason := bw.refused(t, "create", "item", encoded(t, loginTemplate("Verwaist", w.orgID, ours.ID))); !strings.
		Contains(reason, "Resource not found.") {
		t.Errorf("creating an item as a provider user: %q", reason)
	}
	export := []string{"export", "--organizationid", w.orgID, "--format", "json", "--raw"}
	if reason := bw.refused(t, export...); !strings.Contains(reason, "Resource not found.") {
		t.Errorf("exporting as a provider user: %q", reason)
	}
	exported := read[struct {
		Items []item `json:"items"`
	}](t, owner, export...)
	if len(exported.Items) != 1 || exported.Items[0].Name != "Verwaist" {
		t.Errorf("the owner exports %+v", exported.Items)
	}
	members := read[[]orgMember](t, bw, "list", "org-members", "--organizationid", w.orgID)
	if len(members) != 1 || members[0].Email != w.owner.Email || members[0].Status != 2 || members[0].Type != 0 {
		t.Errorf("the provider user reads the members %+v", members)
	}
}
