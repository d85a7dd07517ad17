// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package acctest is what the tests of resources share: an emulator per test with a managed service provider in it, the
// provider served in-process, the CLI, and the plugin protocol without a CLI.
package acctest

import (
	"fmt"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// Env is an emulator of a test's own, with a provider whose admin the tested configuration logs in as.
type Env struct {
	*emulator.Running

	MSP          *emulator.MSP
	ClientID     string // Personal API key of the admin.
	ClientSecret string
}

// New starts an emulator for a test and opens a provider in it.
func New(tb testing.TB, options ...emulator.Options) *Env {
	tb.Helper()
	e := &Env{Running: emulator.New(tb, options...)}
	e.MSP = e.NewMSP(tb)
	e.ClientID, e.ClientSecret = e.MSP.Credentials(tb)
	e.ResetRequests() // The set-up is not what a test counts.
	return e
}

// Config puts the provider block before a configuration.
func (e *Env) Config(body string) string {
	return e.header(fmt.Sprintf("client_id = %q\n  client_secret = %q\n  master_password = %q",
		e.ClientID, e.ClientSecret, emulator.Password)) + body
}

// ConfigWith is Config with other credentials: attributes of the provider block in HCL.
func (e *Env) ConfigWith(credentials, body string) string { return e.header(credentials) + body }

func (e *Env) header(credentials string) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    bitwarden = {
      source = "%s/bitwarden"
    }
  }
}

provider "bitwarden" {
  server         = %q
  extra_ca_certs = <<-EOT
%s  EOT
  %s
}

`, namespace, e.URL(), e.CAPEM(), credentials)
}

// ProviderConfig are the attributes of the provider block, for Protocol.Configure.
func (e *Env) ProviderConfig() map[string]any {
	return map[string]any{
		"server": e.URL(), "extra_ca_certs": string(e.CAPEM()),
		"client_id": e.ClientID, "client_secret": e.ClientSecret, "master_password": emulator.Password,
	}
}

// Protocol is a provider that is configured for the emulator, as for one plan or apply.
func (e *Env) Protocol(tb testing.TB) *Protocol {
	tb.Helper()
	p := NewProtocol(tb)
	p.Configure(e.ProviderConfig()).WantNone(tb)
	return p
}
