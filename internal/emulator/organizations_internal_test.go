// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"slices"
	"testing"
)

// What the recordings organization and domains do not show by themselves.

// The empty name: "accepted and makes the name null" (`name:""`).
func TestOrganizationLosesItsName(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	answer := struct {
		Name  *string `json:"name"`
		Email string  `json:"billingEmail"`
	}{}
	noRefusal(t, f.admin.Put(t.Context(), f.path(""), obj{"name": "", "billingEmail": "Bills@X.Example"}, &answer))
	if answer.Name != nil || answer.Email != "bills@x.example" {
		t.Errorf("got %+v, want no name and an address in lower case", answer)
	}
}

// Keys are "only back-filled when the org has none".
func TestOrganizationKeysAreBackfilled(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	keys := obj{"publicKey": "new", "encryptedPrivateKey": "new"}
	public := func() (key string) {
		answer := struct {
			PublicKey string `json:"publicKey"`
		}{}
		noRefusal(t, f.admin.Get(t.Context(), f.path("/public-key"), &answer))
		return answer.PublicKey
	}
	before := public()
	noRefusal(t, f.admin.Put(t.Context(), f.path(""), obj{"keys": keys}, nil))
	if got := public(); got != before {
		t.Error("an update replaced the keys")
	}
	forget := func() {
		f.locked(func(_ *store, org *organization) { org.PublicKey, org.PrivateKey = nil, nil })
	}
	forget()
	noRefusal(t, f.admin.Put(t.Context(), f.path(""), obj{"keys": keys}, nil))
	forget()
	noRefusal(t, f.admin.Post(t.Context(), f.path("/keys"), keys, nil))
	if got := public(); got != "new" {
		t.Errorf("got %q, want the new key", got)
	}
}

// "Events 1610–1617 per changed flag"; settings that stay as they are log nothing.
func TestCollectionManagementEvents(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	before := f.eventCount()
	for _, body := range []obj{
		{"limitCollectionCreation": true, "allowAdminAccessToAllCollectionItems": true},
		{"limitCollectionCreation": true, "limitItemDeletion": true},
		{},
	} {
		noRefusal(t, f.admin.Put(t.Context(), f.path("/collection-management"), body, nil))
	}
	if got, want := f.events(before), []int{1610, 1616, 1614, 1617, 1611, 1615}; !slices.Equal(got, want) {
		t.Errorf("got events %v, want %v", got, want)
	}
}

// "a second POST → 400 … already has a connection of type Scim."; "DELETE (again: 404)"; "no permission → 400".
func TestScimConnection(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	const base = "/organizations/connections"
	request := obj{"type": 2, "organizationId": f.ID, "enabled": true, "config": obj{"enabled": true}}
	made := struct {
		ID     string          `json:"id"`
		Config map[string]bool `json:"config"`
	}{}
	noRefusal(t, f.admin.Post(t.Context(), base, request, &made))
	wantRefusal(t, f.admin.Post(t.Context(), base, request, nil), http.StatusBadRequest,
		"already has a connection of type Scim.")
	request["config"] = obj{"enabled": false}
	noRefusal(t, f.admin.Put(t.Context(), base+"/"+made.ID, request, &made))
	if on, ok := made.Config["Enabled"]; !ok || on {
		t.Errorf("got configuration %v, want Enabled: false", made.Config)
	}
	stranger := f.server.NewPerson(t, "stranger@x.example")
	wantRefusal(t, stranger.Get(t.Context(), base+"/"+f.ID+"/2", nil), http.StatusBadRequest, "permission")
	noRefusal(t, f.admin.Delete(t.Context(), base+"/"+made.ID, nil))
	wantRefusal(t, f.admin.Delete(t.Context(), base+"/"+made.ID, nil), http.StatusNotFound, "Resource not found.")
}
