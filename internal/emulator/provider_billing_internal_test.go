// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"testing"
)

// "null taxId deletes it"; the address is replaced as a whole, and what is wrong is told in the older shape.
func TestProviderAddressIsReplaced(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	path := "/providers/" + f.msp.ProviderID + "/billing/vnext/address"
	answer := struct {
		City  *string        `json:"city"`
		TaxID map[string]any `json:"taxId"`
	}{}
	taxID := obj{"code": "eu_vat", "value": "DE1"}
	address := obj{"country": "DE", "postalCode": "10115", "city": "Berlin", "taxId": taxID}
	noRefusal(t, f.admin.Put(t.Context(), path, address, &answer))
	if answer.TaxID["value"] != "DE1" || *answer.City != "Berlin" {
		t.Errorf("got %+v", answer)
	}
	noRefusal(t, f.admin.Put(t.Context(), path, obj{"country": "DE", "postalCode": "10115", "taxId": nil}, nil))
	noRefusal(t, f.admin.Get(t.Context(), path, &answer))
	if answer.TaxID != nil || answer.City != nil {
		t.Errorf("got %+v, want neither city nor tax id", answer)
	}
	wantRefusal(t, f.admin.Put(t.Context(), path, obj{"country": "GER", "postalCode": "1"}, nil), http.StatusBadRequest,
		`"validationErrors":{"Country":[`)
}
