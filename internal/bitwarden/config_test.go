// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"errors"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

func TestNew_refusesSettings(t *testing.T) {
	t.Parallel()
	const someone = "user." + stubUser
	secret := bitwarden.NewSecret("s")
	valid := bitwarden.Config{ClientID: someone, ClientSecret: secret}
	with := func(change func(*bitwarden.Config)) bitwarden.Config {
		c := valid
		change(&c)
		return c
	}
	for name, test := range map[string]struct {
		config bitwarden.Config
		field  string
	}{
		"no credentials":           {bitwarden.Config{}, "client_id"},
		"password alone":           {bitwarden.Config{MasterPassword: secret}, "client_id"},
		"id without secret":        {bitwarden.Config{ClientID: someone}, "client_secret"},
		"secret without id":        {bitwarden.Config{ClientSecret: secret}, "client_id"},
		"address without password": {bitwarden.Config{Email: "a@b.example"}, "master_password"},
		"organization's key": {
			with(func(c *bitwarden.Config) { c.ClientID = "organization." + stubUser }), "client_id",
		},
		"id is no uuid":      {with(func(c *bitwarden.Config) { c.ClientID = "user.me" }), "client_id"},
		"id without prefix":  {with(func(c *bitwarden.Config) { c.ClientID = stubUser }), "client_id"},
		"provider":           {with(func(c *bitwarden.Config) { c.ProviderID = "mine" }), "provider_id"},
		"server":             {with(func(c *bitwarden.Config) { c.Server = "de" }), "server"},
		"server in clear":    {with(func(c *bitwarden.Config) { c.Server = "http://vault.example.com" }), "server"},
		"server with user":   {with(func(c *bitwarden.Config) { c.Server = "https://u:p@vault.example.com" }), "server"},
		"api url":            {with(func(c *bitwarden.Config) { c.APIURL = "ftp://x" }), "api_url"},
		"identity url":       {with(func(c *bitwarden.Config) { c.IdentityURL = "http://10.0.0.1" }), "identity_url"},
		"authorities":        {with(func(c *bitwarden.Config) { c.ExtraCACerts = "no PEM" }), "extra_ca_certs"},
		"certificate alone":  {with(func(c *bitwarden.Config) { c.ClientCertificate = "x" }), "client_key"},
		"key alone":          {with(func(c *bitwarden.Config) { c.ClientKey = secret }), "client_certificate"},
		"certificate no PEM": {with(func(c *bitwarden.Config) { c.ClientCertificate, c.ClientKey = "x", secret }), "client_certificate"},
		"proxy":              {with(func(c *bitwarden.Config) { c.ProxyURL = "proxy:3128" }), "proxy_url"},
		"retries":            {with(func(c *bitwarden.Config) { c.MaxRetries = new(-1) }), "max_retries"},
		"timeout":            {with(func(c *bitwarden.Config) { c.RequestTimeout = -time.Second }), "request_timeout"},
		"concurrency":        {with(func(c *bitwarden.Config) { c.MaxConcurrentRequests = -1 }), "max_concurrent_requests"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := bitwarden.New(test.config)
			refused, ok := errors.AsType[*bitwarden.ConfigError](err)
			if !ok || refused.Field != test.field || refused.Reason == "" || refused.Remedy == "" {
				t.Errorf("New: %v; want a refusal of %s with reason and remedy", err, test.field)
			}
		})
	}
	for name, config := range map[string]bitwarden.Config{
		"API key":           valid,
		"password":          {Email: "a@b.example", MasterPassword: secret},
		"Europe":            with(func(c *bitwarden.Config) { c.Server = "eu" }),
		"own server":        with(func(c *bitwarden.Config) { c.Server = "https://vault.example.com/base/" }),
		"loopback in clear": with(func(c *bitwarden.Config) { c.Server = "http://127.0.0.1:8080" }),
		"loopback by name":  with(func(c *bitwarden.Config) { c.APIURL, c.IdentityURL = "http://localhost:1", "http://[::1]:2" }),
		"once only":         with(func(c *bitwarden.Config) { c.MaxRetries = new(0) }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := bitwarden.New(config); err != nil {
				t.Errorf("New: %v", err)
			}
		})
	}
}
