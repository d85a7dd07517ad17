// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"maps"
	"sync"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const login = "POST /identity/connect/token"

// client is a client organization as the tests here create it.
func client() map[string]any {
	return map[string]any{"name": "Acme GmbH", "plan": "teams_monthly", "owner_email": "ada@acme.example"}
}

// with returns the environment's provider block with changes: a nil value takes an attribute out.
func with(env *acctest.Env, changes map[string]any) map[string]any {
	config := env.ProviderConfig()
	maps.Copy(config, changes)
	return config
}

func TestConfigure_refusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config    map[string]any
		attribute string
		words     []string
	}{
		"no credentials": {
			map[string]any{"server": "eu"}, "client_id", []string{"client_secret", "BW_CLIENTID", "master_password"},
		},
		"an unknown value": {
			map[string]any{"client_id": "user.1", "client_secret": acctest.Unknown},
			"client_secret",
			[]string{"known only after apply"},
		},
		"a server that is no URL": {
			map[string]any{"server": "mars", "email": "a@example.com", "master_password": "x"}, "server", nil,
		},
		"plain http to another machine": {
			map[string]any{"api_url": "http://vault.example", "email": "a@example.com", "master_password": "x"}, "api_url", nil,
		},
		"an API key of an organization": {
			map[string]any{"client_id": "organization.00000000-0000-4000-8000-000000000000", "client_secret": "x"},
			"client_id", nil,
		},
		"certificates that are none": {
			map[string]any{
				"client_id": "user.00000000-0000-4000-8000-000000000000", "client_secret": "x",
				"extra_ca_certs": "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n",
			}, "extra_ca_certs", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.NewProtocol(t).Configure(test.config).WantError(t, test.attribute, test.words...)
		})
	}
}

func TestValidateProvider(t *testing.T) {
	t.Parallel()
	for attribute, value := range map[string]any{
		"provider_id": "Acme", "device_identifier": "mine", "max_retries": -1, "max_concurrent_requests": 0,
		"request_timeout": "soon", "server": "", "client_secret": "",
	} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			acctest.NewProtocol(t).ValidateProvider(map[string]any{attribute: value}).WantError(t, attribute)
		})
	}
	acctest.NewProtocol(t).ValidateProvider(map[string]any{
		"client_secret": acctest.Unknown, "request_timeout": "90s", "max_retries": 0,
	}).WantNone(t)
}

// A login that fails is told apart by what is wrong with it, when something first needs it.
func TestLogin_refusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes map[string]any
		words   []string
	}{
		"a wrong API key": {map[string]any{"client_secret": "wrong"}, []string{`"client_secret"`}},
		"a wrong password beside an API key": {
			map[string]any{"master_password": "wrong"}, []string{`"master_password"`},
		},
		"a wrong password": {
			map[string]any{
				"client_id": nil, "client_secret": nil, "email": "msp@provider.example", "master_password": "wrong",
			}, []string{`"master_password"`},
		},
		"no password where a key is needed": {map[string]any{"master_password": nil}, []string{`master_password`}},
		"an unknown provider": {
			map[string]any{"provider_id": "00000000-0000-4000-8000-000000000000"}, []string{`"provider_id"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			protocol := acctest.NewProtocol(t)
			protocol.Configure(with(env, test.changes)).WantNone(t)
			state, problems := protocol.Apply("bitwarden_client_organization", nil, client())
			problems.WantError(t, "", append(test.words, "Could not create client organization")...)
			if state != nil || len(env.Requests().Writes()) > 0 {
				t.Errorf("something was written: %v", env.Requests().Writes())
			}
		})
	}
}

// Somebody who works for two providers has to choose, and is told between what.
func TestLogin_severalProviders(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	other, err := env.OpenProvider(t.Context(), "Other MSP", "other@provider.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := other.AddUser(t.Context(), env.MSP.Admin, 0); err != nil {
		t.Fatal(err)
	}
	_, problems := env.Protocol(t).DataSource("bitwarden_provider", map[string]any{})
	problems.WantError(t, "", `"provider_id"`, env.MSP.ProviderID, other.ProviderID)

	protocol := acctest.NewProtocol(t)
	protocol.Configure(with(env, map[string]any{"provider_id": other.ProviderID})).WantNone(t)
	found, problems := protocol.DataSource("bitwarden_provider", map[string]any{})
	problems.WantNone(t)
	if got := found.Attributes(t); got["id"] != other.ProviderID || got["name"] != "Other MSP" {
		t.Errorf("got %v", got)
	}
}

func TestLogin_lazyAndOnce(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	env.ResetRequests()
	protocol := env.Protocol(t)
	protocol.Validate("bitwarden_client_organization", client()).WantNone(t)
	_, problems := protocol.Plan("bitwarden_group", nil, map[string]any{
		"organization_id": acctest.Unknown, "name": "Shop",
	})
	problems.WantNone(t)
	if got := env.Requests().Total; got != 0 {
		t.Errorf("%d requests before anything needed one", got)
	}
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			_, problems := protocol.DataSource("bitwarden_client_organizations", map[string]any{})
			if len(problems) > 0 {
				t.Error(problems)
			}
		})
	}
	wait.Wait()
	if got := env.Requests(); got.Count(login) != 1 || got.Total > 4 {
		t.Errorf("%d logins, %d requests for one list: %v", got.Count(login), got.Total, got.ByRoute)
	}
}

// What needs no decryption works without the master password.
func TestLogin_withoutPassword(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	env.MSP.NewClient(t, emulator.ClientOptions{Name: "Acme GmbH"})
	protocol := acctest.NewProtocol(t)
	protocol.Configure(with(env, map[string]any{"master_password": nil})).WantNone(t)
	found, problems := protocol.DataSource("bitwarden_client_organization", map[string]any{"name": "Acme GmbH"})
	problems.WantNone(t)
	if got := found.Attributes(t)["plan"]; got != "enterprise_monthly" {
		t.Errorf("got %v", got)
	}
}

func TestProviderDataSource(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	found, problems := env.Protocol(t).DataSource("bitwarden_provider", map[string]any{})
	problems.WantNone(t)
	got := found.Attributes(t)
	account, _ := got["account"].(map[string]any)
	if got["id"] != env.MSP.ProviderID || got["name"] != "Test MSP" || got["type"] != "msp" ||
		got["billing_email"] != "msp@provider.example" || account["email"] != "msp@provider.example" ||
		account["user_id"] != env.MSP.Admin.ID || account["provider_admin"] != true {
		t.Errorf("got %v", got)
	}
}

// A service user sees everything, but cannot create clients; the message says who can.
func TestServiceUser(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	service := env.MSP.NewServiceUser(t, "service@provider.example")
	clientID, clientSecret, err := service.APIKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	protocol := acctest.NewProtocol(t)
	protocol.Configure(with(env, map[string]any{"client_id": clientID, "client_secret": clientSecret})).WantNone(t)
	found, problems := protocol.DataSource("bitwarden_provider", map[string]any{})
	problems.WantNone(t)
	if account, _ := found.Attributes(t)["account"].(map[string]any); account["provider_admin"] != false {
		t.Errorf("got %v", account)
	}
	_, problems = protocol.Apply("bitwarden_client_organization", nil, client())
	problems.WantError(t, "", "Could not create client organization", "provider admin")
}
