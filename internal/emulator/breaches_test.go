// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// The server's source says so; none of it is recorded.
func TestBreaches(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	msp := srv.NewMSP(t)
	ask[map[string]any](t, srv, "POST", "/breaches",
		`{"email":"Ann@x.example","breaches":[{"Name":"Adobe","BreachDate":"2013-10-04","DataClasses":["Passwords"]}]}`)
	for address, want := range map[string]int{"ann@x.example": 1, "ANN%40X.EXAMPLE": 1, "bob@x.example": 0, "": 0} {
		var found []emulator.Breach
		if err := msp.Admin.Get(t.Context(), "/hibp/breach?username="+address, &found); err != nil {
			t.Fatal(err)
		}
		if found == nil || len(found) != want ||
			want == 1 && (found[0].Name != "Adobe" || found[0].DataClasses[0] != "Passwords") {
			t.Errorf("%s: got %+v, want %d breaches", address, found, want)
		}
	}
	if status, _ := raw(
		t,
		srv,
		"GET",
		"/api/hibp/breach?username=ann@x.example",
		"",
		nil,
	); status != http.StatusUnauthorized {
		t.Errorf("without a token: got %d, want 401", status)
	}
}

func TestBreaches_noService(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t, emulator.Options{NoBreachService: true})
	err := srv.NewMSP(t).Admin.Get(t.Context(), "/hibp/breach?username=ann@x.example", nil)
	if err == nil || !strings.Contains(err.Error(), "HaveIBeenPwned API key not set.") ||
		!strings.Contains(err.Error(), "400") {
		t.Errorf("got %v, want that the key is missing", err)
	}
}
