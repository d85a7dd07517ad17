// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is an emulated server with a provider, one client of it and our client, which acts as the provider's admin.
type world struct {
	*bitwarden.Client

	server *emulator.Running
	msp    *emulator.MSP
	org    *emulator.Client
	config bitwarden.Config
}

func newWorld(t *testing.T, options emulator.ClientOptions) *world {
	t.Helper()
	w := &world{server: emulator.New(t)}
	w.msp = w.server.NewMSP(t)
	w.org = w.msp.NewClient(t, options)
	id, secret := w.msp.Credentials(t)
	w.config = bitwarden.Config{
		Server: w.server.URL(), ClientID: id, ClientSecret: bitwarden.NewSecret(secret),
		MasterPassword: bitwarden.NewSecret(emulator.Password), ExtraCACerts: string(w.server.CAPEM()), Version: "1.2.3",
	}
	w.Client = w.newRun(t)
	return w
}

// newRun is another run of Terraform: a client that has read nothing yet.
func (w *world) newRun(t *testing.T) *bitwarden.Client {
	t.Helper()
	c, err := bitwarden.New(w.config)
	if err != nil {
		t.Fatal(err)
	}
	w.server.ResetRequests()
	return c.Hasten()
}

// fail makes the next request of a route fail.
func (w *world) fail(t *testing.T, route string, fault emulator.Fault) {
	t.Helper()
	if fault.Times == 0 {
		fault.Times = 1
	}
	if err := w.server.Fail(route, fault); err != nil {
		t.Fatal(err)
	}
}

// count is how many requests a route had.
func (w *world) count(route string) int { return w.server.Requests().Count(route) }

// must ends the test with an error that should not be.
func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}
