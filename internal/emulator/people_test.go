// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// TestKeyChain opens a client's key the way a service user's client must: private key, provider key, organization key.
func TestKeyChain(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	msp := srv.NewMSP(t)
	client := msp.NewClient(t, emulator.ClientOptions{Name: "Müller & Söhne"})
	service := msp.NewServiceUser(t, "service@provider.example")
	sync := struct {
		Profile struct {
			PrivateKey string `json:"privateKey"`
			Providers  []struct {
				Key string `json:"key"`
			} `json:"providers"`
			ProviderOrganizations []struct {
				ID   string `json:"id"`
				Name string `json:"name"`
				Key  string `json:"key"`
			} `json:"providerOrganizations"`
		} `json:"profile"`
	}{}
	if err := service.Get(t.Context(), "/sync?excludeDomains=true", &sync); err != nil {
		t.Fatal(err)
	}
	privateKey, err := service.UserKey.UnwrapPrivateKey(sync.Profile.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	providerKey, err := privateKey.Decapsulate(sync.Profile.Providers[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	row := sync.Profile.ProviderOrganizations[0]
	organizationKey, err := providerKey.UnwrapKey(row.Key)
	if err != nil {
		t.Fatal(err)
	}
	if !organizationKey.Equal(client.Key) || row.ID != client.ID || row.Name != "Müller & Söhne" {
		t.Errorf("got client %s %q, want %s with the key it was made with", row.ID, row.Name, client.ID)
	}
}

// TestMembers lets somebody join and opens the organization's key with what the confirmation handed over.
func TestMembers(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	msp := srv.NewMSP(t)
	client := msp.NewClient(t, emulator.ClientOptions{Name: "Client"})
	alice, memberID := client.NewMember(t, "Alice@x.example", 2)
	profile := struct {
		Organizations []struct {
			ID                 string `json:"id"`
			OrganizationUserID string `json:"organizationUserId"`
			Key                string `json:"key"`
			Type               int    `json:"type"`
		} `json:"organizations"`
	}{}
	if err := alice.Get(t.Context(), "/accounts/profile", &profile); err != nil {
		t.Fatal(err)
	}
	if len(profile.Organizations) != 1 {
		t.Fatalf("got %d organizations, want one", len(profile.Organizations))
	}
	row := profile.Organizations[0]
	key, err := alice.PrivateKey.Decapsulate(row.Key)
	if err != nil {
		t.Fatal(err)
	}
	if row.ID != client.ID || row.OrganizationUserID != memberID || row.Type != 2 || !key.Equal(client.Key) {
		t.Errorf("got %+v, want member %s of %s with the organization's key", row, memberID, client.ID)
	}
	id, secret := msp.Credentials(t)
	if id != "user."+msp.Admin.ID || len(secret) != 30 {
		t.Errorf("got API key %s with a secret of %d characters", id, len(secret))
	}
}
