// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

type providerModel struct {
	Server                types.String         `tfsdk:"server"`
	APIURL                types.String         `tfsdk:"api_url"`
	IdentityURL           types.String         `tfsdk:"identity_url"`
	ClientID              types.String         `tfsdk:"client_id"`
	ClientSecret          types.String         `tfsdk:"client_secret"`
	Email                 types.String         `tfsdk:"email"`
	MasterPassword        types.String         `tfsdk:"master_password"`
	ProviderID            types.String         `tfsdk:"provider_id"`
	DeviceIdentifier      types.String         `tfsdk:"device_identifier"`
	ExtraCACerts          types.String         `tfsdk:"extra_ca_certs"`
	ClientCertificate     types.String         `tfsdk:"client_certificate"`
	ClientKey             types.String         `tfsdk:"client_key"`
	ProxyURL              types.String         `tfsdk:"proxy_url"`
	MaxRetries            types.Int64          `tfsdk:"max_retries"`
	RequestTimeout        timetypes.GoDuration `tfsdk:"request_timeout"`
	MaxConcurrentRequests types.Int64          `tfsdk:"max_concurrent_requests"`
}

// environment looks a variable up; it is os.Getenv outside tests.
type environment func(variable string) string

// or returns the attribute's value or, when it is not set, the variable's.
func (get environment) or(value types.String, variable string) string {
	if value.IsNull() {
		return get(variable)
	}
	return value.ValueString()
}

// toConfig completes the block from the environment. With false the reason is in diags.
func (m *providerModel) toConfig(env environment, diags *diag.Diagnostics) (bitwarden.Config, bool) {
	m.refuseUnknown(diags)
	if diags.HasError() {
		return bitwarden.Config{}, false
	}
	config := bitwarden.Config{
		Server:                env.or(m.Server, "BW_URL"),
		APIURL:                m.APIURL.ValueString(),
		IdentityURL:           m.IdentityURL.ValueString(),
		ClientID:              env.or(m.ClientID, "BW_CLIENTID"),
		ClientSecret:          bitwarden.NewSecret(env.or(m.ClientSecret, "BW_CLIENTSECRET")),
		Email:                 env.or(m.Email, "BW_EMAIL"),
		MasterPassword:        bitwarden.NewSecret(env.or(m.MasterPassword, "BW_PASSWORD")),
		ProviderID:            env.or(m.ProviderID, "BW_PROVIDER_ID"),
		DeviceIdentifier:      env.or(m.DeviceIdentifier, "BW_DEVICE_IDENTIFIER"),
		ExtraCACerts:          pem(diags, "extra_ca_certs", env.or(m.ExtraCACerts, "NODE_EXTRA_CA_CERTS")),
		ClientCertificate:     pem(diags, "client_certificate", m.ClientCertificate.ValueString()),
		ClientKey:             bitwarden.NewSecret(pem(diags, "client_key", m.ClientKey.ValueString())),
		ProxyURL:              m.ProxyURL.ValueString(),
		MaxConcurrentRequests: int(m.MaxConcurrentRequests.ValueInt64()),
	}
	if m.Server.IsNull() { // A configured server is not mixed with hosts that the environment has for another one.
		config.APIURL = env.or(m.APIURL, "BW_API_URL")
		config.IdentityURL = env.or(m.IdentityURL, "BW_IDENTITY_API_URL")
	}
	if !m.MaxRetries.IsNull() {
		config.MaxRetries = new(int(m.MaxRetries.ValueInt64()))
	}
	if !m.RequestTimeout.IsNull() {
		timeout, d := m.RequestTimeout.ValueGoDuration()
		diags.Append(d...)
		config.RequestTimeout = timeout
	}
	checkCredentials(config, diags)
	return config, !diags.HasError()
}

// refuseUnknown names what depends on a value that is not known before apply: nothing can be read with half a login.
func (m *providerModel) refuseUnknown(diags *diag.Diagnostics) {
	for _, attribute := range []struct {
		name  string
		value attr.Value
	}{
		{"server", m.Server},
		{"api_url", m.APIURL},
		{"identity_url", m.IdentityURL},
		{"client_id", m.ClientID},
		{"client_secret", m.ClientSecret},
		{"email", m.Email},
		{"master_password", m.MasterPassword},
		{"provider_id", m.ProviderID},
		{"device_identifier", m.DeviceIdentifier},
		{"extra_ca_certs", m.ExtraCACerts},
		{"client_certificate", m.ClientCertificate},
		{"client_key", m.ClientKey},
		{"proxy_url", m.ProxyURL},
		{"max_retries", m.MaxRetries},
		{"request_timeout", m.RequestTimeout},
		{"max_concurrent_requests", m.MaxConcurrentRequests},
	} {
		if attribute.value.IsUnknown() {
			diags.AddAttributeError(path.Root(attribute.name), "Provider attribute is not known yet", fmt.Sprintf(
				"%s depends on something that is known only after apply. Take it from a variable, a local value, an "+
					"ephemeral value or the environment, or apply what it depends on first (-target).", attribute.name))
		}
	}
}

// checkCredentials makes sure that there is one whole login. The login itself happens when something first needs it.
func checkCredentials(config bitwarden.Config, diags *diag.Diagnostics) {
	missing := func(attribute, detail string) {
		diags.AddAttributeError(path.Root(attribute), "Missing credentials", detail)
	}
	switch {
	case config.ClientID != "" && config.ClientSecret.IsEmpty():
		missing("client_secret", "client_id is set but client_secret is not. Set it, or BW_CLIENTSECRET in the environment.")
	case config.ClientID == "" && !config.ClientSecret.IsEmpty():
		missing("client_id", "client_secret is set but client_id is not. Set it, or BW_CLIENTID in the environment.")
	case config.ClientID == "" && config.Email == "":
		missing("client_id", "There is nothing to log in with. Set client_id and client_secret (BW_CLIENTID and "+
			"BW_CLIENTSECRET), the personal API key of the account, and master_password (BW_PASSWORD), which unlocks the "+
			"keys; or email (BW_EMAIL) and master_password.")
	case config.ClientID == "" && config.MasterPassword.IsEmpty():
		missing("master_password", "email is set, but neither an API key nor master_password. Set master_password, or "+
			"BW_PASSWORD in the environment.")
	}
}

// addConfigError places what the client finds wrong with a setting on its attribute.
func addConfigError(diags *diag.Diagnostics, err error) {
	const summary = "Invalid provider configuration"
	if config, ok := errors.AsType[*bitwarden.ConfigError](err); ok && config.Field != "" {
		diags.AddAttributeError(path.Root(config.Field), summary,
			fmt.Sprintf("%s: %s. %s", config.Field, strings.TrimRight(config.Reason, "."), config.Remedy))
		return
	}
	diags.AddError(summary, err.Error())
}

// pem reads the file that the text names, if it is no PEM text itself.
func pem(diags *diag.Diagnostics, attribute, text string) string {
	if text == "" || strings.Contains(text, "-----BEGIN ") {
		return text
	}
	content, err := os.ReadFile(text) //nolint:gosec // Whoever writes the provider block may read the file.
	if err != nil {
		// The error holds the path, which would be a key if somebody pasted one without its armour.
		reason := "cannot be read"
		if errors.Is(err, os.ErrNotExist) {
			reason = "does not exist"
		}
		diags.AddAttributeError(path.Root(attribute), "Invalid provider configuration", fmt.Sprintf(
			"%s is neither PEM text (-----BEGIN …) nor the path of a PEM file: the file %s.", attribute, reason))
	}
	return string(content)
}
