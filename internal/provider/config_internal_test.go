// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// env is an environment of fixed variables.
func env(variables map[string]string) environment {
	return func(variable string) string { return variables[variable] }
}

// credentials are enough to be a whole configuration.
var credentials = map[string]string{"BW_CLIENTID": "user.1", "BW_CLIENTSECRET": "s"}

func TestToConfig_precedence(t *testing.T) {
	t.Parallel()
	everything := map[string]string{
		"BW_URL": "https://env.example", "BW_API_URL": "https://api.env.example",
		"BW_IDENTITY_API_URL": "https://id.env.example", "BW_CLIENTID": "user.env", "BW_CLIENTSECRET": "secret-env",
		"BW_EMAIL": "env@example.com", "BW_PASSWORD": "password-env", "BW_PROVIDER_ID": "provider-env",
		"BW_DEVICE_IDENTIFIER": "device-env",
	}
	text := types.StringValue
	for name, test := range map[string]struct {
		model providerModel
		env   map[string]string
		want  bitwarden.Config
	}{
		"everything from the environment": {
			env: everything,
			want: bitwarden.Config{
				Server: "https://env.example", APIURL: "https://api.env.example", IdentityURL: "https://id.env.example",
				ClientID: "user.env", ClientSecret: bitwarden.NewSecret("secret-env"), Email: "env@example.com",
				MasterPassword: bitwarden.NewSecret("password-env"), ProviderID: "provider-env",
				DeviceIdentifier: "device-env",
			},
		},
		"everything from the block": {
			model: providerModel{
				Server: text("eu"), APIURL: text("https://a"), IdentityURL: text("https://i"), ClientID: text("user.hcl"),
				ClientSecret: text("secret"), Email: text("hcl@example.com"), MasterPassword: text("password"),
				ProviderID: text("provider"), DeviceIdentifier: text("device"), ProxyURL: text("http://proxy"),
				MaxConcurrentRequests: types.Int64Value(3), RequestTimeout: timetypes.NewGoDurationValue(time.Minute),
			},
			env: everything,
			want: bitwarden.Config{
				Server: "eu", APIURL: "https://a", IdentityURL: "https://i", ClientID: "user.hcl",
				ClientSecret: bitwarden.NewSecret("secret"), Email: "hcl@example.com",
				MasterPassword: bitwarden.NewSecret("password"), ProviderID: "provider", DeviceIdentifier: "device",
				ProxyURL: "http://proxy", MaxConcurrentRequests: 3, RequestTimeout: time.Minute,
			},
		},
		"a configured server is not mixed with the hosts of another": {
			model: providerModel{Server: text("eu")},
			env:   map[string]string{"BW_API_URL": "https://api.env.example", "BW_CLIENTID": "u", "BW_CLIENTSECRET": "s"},
			want:  bitwarden.Config{Server: "eu", ClientID: "u", ClientSecret: bitwarden.NewSecret("s")},
		},
		"half of the API key from each": {
			model: providerModel{ClientID: text("user.hcl")},
			env:   map[string]string{"BW_CLIENTSECRET": "s"},
			want:  bitwarden.Config{ClientID: "user.hcl", ClientSecret: bitwarden.NewSecret("s")},
		},
		"e-mail and password are a login": {
			env: map[string]string{"BW_EMAIL": "a@b.c", "BW_PASSWORD": "p"},
			want: bitwarden.Config{
				Email: "a@b.c", MasterPassword: bitwarden.NewSecret("p"),
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			got, ok := test.model.toConfig(env(test.env), &diags)
			if !ok {
				t.Fatal(diags)
			}
			if got.MaxRetries != nil || got.Log != nil {
				t.Errorf("got max_retries %v, want what the client does by default", got.MaxRetries)
			}
			if !equal(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func equal(a, b bitwarden.Config) bool {
	return a.Server == b.Server && a.APIURL == b.APIURL && a.IdentityURL == b.IdentityURL &&
		a.ClientID == b.ClientID && same(a.ClientSecret, b.ClientSecret) && a.Email == b.Email &&
		same(a.MasterPassword, b.MasterPassword) && a.ProviderID == b.ProviderID &&
		a.DeviceIdentifier == b.DeviceIdentifier && a.ExtraCACerts == b.ExtraCACerts &&
		a.ClientCertificate == b.ClientCertificate && same(a.ClientKey, b.ClientKey) && a.ProxyURL == b.ProxyURL &&
		a.RequestTimeout == b.RequestTimeout && a.MaxConcurrentRequests == b.MaxConcurrentRequests
}

// same looks behind the redaction.
func same(a, b bitwarden.Secret) bool {
	return a.IsEmpty() && b.IsEmpty() || reflect.DeepEqual(a, b)
}

func TestToConfig_noRetries(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	model := providerModel{MaxRetries: types.Int64Value(0)}
	config, ok := model.toConfig(env(credentials), &diags)
	if !ok || config.MaxRetries == nil || *config.MaxRetries != 0 {
		t.Errorf("got %v, %v: zero is not the default", config.MaxRetries, diags)
	}
}

func TestToConfig_refusals(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	for name, test := range map[string]struct {
		model     providerModel
		env       map[string]string
		attribute string
		detail    string
	}{
		"no credentials": {attribute: "client_id", detail: "BW_CLIENTID"},
		"a client id without its secret": {
			model: providerModel{ClientID: text("user.1")}, attribute: "client_secret", detail: "BW_CLIENTSECRET",
		},
		"a client secret without its id": {
			env: map[string]string{"BW_CLIENTSECRET": "s"}, attribute: "client_id", detail: "BW_CLIENTID",
		},
		"an address without a password": {
			model: providerModel{Email: text("a@b.c")}, attribute: "master_password", detail: "BW_PASSWORD",
		},
		"a password alone": {
			env: map[string]string{"BW_PASSWORD": "p"}, attribute: "client_id", detail: "BW_CLIENTSECRET",
		},
		"certificates in a file that does not exist": {
			model: providerModel{ExtraCACerts: text("/does/not/exist.pem")}, env: credentials,
			attribute: "extra_ca_certs", detail: "does not exist",
		},
		"an unknown value": {
			model: providerModel{MasterPassword: types.StringUnknown()}, env: credentials,
			attribute: "master_password", detail: "known only after apply",
		},
		"an unknown number": {
			model: providerModel{MaxRetries: types.Int64Unknown()}, env: credentials,
			attribute: "max_retries", detail: "known only after apply",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			if _, ok := test.model.toConfig(env(test.env), &diags); ok || len(diags) != 1 {
				t.Fatalf("got %v, want one error", diags)
			}
			located, ok := diags[0].(diag.DiagnosticWithPath)
			if !ok || !located.Path().Equal(path.Root(test.attribute)) {
				t.Errorf("got %v, want it on %s", diags[0], test.attribute)
			}
			if !strings.Contains(diags[0].Detail(), test.detail) {
				t.Errorf("detail %q lacks %q", diags[0].Detail(), test.detail)
			}
		})
	}
}

func TestToConfig_pem(t *testing.T) {
	t.Parallel()
	const text = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"text": text, "file": file} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			model := providerModel{ExtraCACerts: types.StringValue(value), ClientKey: types.StringValue(value)}
			config, ok := model.toConfig(env(credentials), &diags)
			if !ok || config.ExtraCACerts != text || !same(config.ClientKey, bitwarden.NewSecret(text)) {
				t.Errorf("got %q, %v", config.ExtraCACerts, diags)
			}
		})
	}
}

// A key that somebody pasted without its armour is taken for a path: it must not show in the error.
func TestToConfig_pemStaysSecret(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	model := providerModel{ClientKey: types.StringValue("MIIEvQIBADANBgkqhkiG9w0")}
	if _, ok := model.toConfig(env(credentials), &diags); ok {
		t.Fatal("accepted")
	}
	if strings.Contains(diags[0].Detail(), "MIIEvQ") {
		t.Errorf("%q shows the key", diags[0].Detail())
	}
}
