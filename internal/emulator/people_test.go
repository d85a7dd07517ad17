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
