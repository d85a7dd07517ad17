// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const updateProvider = "PUT /api/providers/{providerId}"

func TestUpdateProvider(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	ctx := t.Context()
	const name, business = `MSP & "Söhne"`, `<GmbH> & 'Co' &lt;`
	updated := must(w.UpdateProvider(ctx, bitwarden.ProviderUpdate{Name: new(name), BusinessName: new(business)}))(t)
	if updated.Name != name || updated.BusinessName != business || updated.BillingEmail != "msp@provider.example" {
		t.Errorf("updated %+v", updated)
	}
	updated = must(w.UpdateProvider(ctx, bitwarden.ProviderUpdate{BillingEmail: new("Bills@provider.example")}))(t)
	if updated.Name != name || updated.BusinessName != business || updated.BillingEmail != "bills@provider.example" {
		t.Errorf("another field changed along: %+v", updated)
	}
	must(w.UpdateProvider(ctx, bitwarden.ProviderUpdate{Name: new(name), BillingEmail: new("BILLS@provider.example")}))(t)
	if n := w.count(updateProvider); n != 2 {
		t.Errorf("%d writes, want 2: the third changes nothing", n)
	}
	if got := must(w.UpdateProvider(ctx, bitwarden.ProviderUpdate{BusinessName: new("")}))(t); got.BusinessName != "" {
		t.Errorf("the business name is %q", got.BusinessName)
	}
	if read := must(w.newRun(t).Provider(ctx))(t); read.Name != name || read.BusinessName != "" {
		t.Errorf("read back %+v", read)
	}
}

func TestUpdateProvider_refusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	for field, updates := range map[string][]bitwarden.ProviderUpdate{
		"name": {
			{Name: new(" ")},
			{Name: new(strings.Repeat("x", 51))},
			{Name: new(strings.Repeat("&", 11))},
			{Name: new(strings.Repeat("ü", 9))},
			{Name: new(strings.Repeat("😀", 6))},
		},
		"business_name": {{BusinessName: new(strings.Repeat(`"`, 9))}, {BusinessName: new(strings.Repeat("<", 13))}},
		"billing_email": {{BillingEmail: new("nonsense")}},
	} {
		for _, u := range updates {
			_, err := w.UpdateProvider(t.Context(), u)
			if refused, ok := errors.AsType[*bitwarden.InputError](err); !ok || refused.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
	}
	if n := w.count(updateProvider); n != 0 {
		t.Errorf("%d writes were sent", n)
	}
	// What is exactly as long as it may be, by the server's own count.
	for _, name := range []string{strings.Repeat("x", 50), strings.Repeat("&", 10), strings.Repeat("ü", 8), "😀😀😀😀😀xxxxx"} {
		if got := must(w.UpdateProvider(t.Context(), bitwarden.ProviderUpdate{Name: new(name)}))(t); got.Name != name {
			t.Errorf("%q became %q", name, got.Name)
		}
	}
	service := w.newRunAs(t, w.msp.NewServiceUser(t, "service@provider.example"))
	_, err := service.UpdateProvider(t.Context(), bitwarden.ProviderUpdate{Name: new("Mine")})
	if err == nil || !strings.Contains(err.Error(), "service user") {
		t.Errorf("a service user: %v", err)
	}
}
