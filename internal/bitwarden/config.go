// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"time"
)

// Config says where the server is and who calls. The zero value of every optional field means its default.
type Config struct {
	// Server is "us" (default), "eu" or the base URL of a server that serves /api and /identity under it.
	Server string
	// APIURL and IdentityURL override one host each. Plain http is accepted for loopback addresses only.
	APIURL, IdentityURL string

	// ClientID ("user.<uuid>") and ClientSecret are the personal API key: the normal login.
	ClientID     string
	ClientSecret Secret
	// Email and MasterPassword are the login when there is no API key; MasterPassword unlocks the keys in any case.
	Email          string
	MasterPassword Secret

	// ProviderID may be empty when the account belongs to exactly one provider.
	ProviderID string
	// DeviceIdentifier defaults to a UUIDv5 of server and user, so that a run in CI registers no new device.
	DeviceIdentifier string

	// ExtraCACerts is PEM text added to the system's roots; ClientCertificate and ClientKey are PEM text for mTLS.
	ExtraCACerts      string
	ClientCertificate string
	ClientKey         Secret
	// ProxyURL overrides HTTP_PROXY and HTTPS_PROXY.
	ProxyURL string

	// MaxRetries (default 4), RequestTimeout (default 60 s) and MaxConcurrentRequests (default 16) bound the transport.
	MaxRetries            *int
	RequestTimeout        time.Duration
	MaxConcurrentRequests int

	// Version is the provider's own version; it goes into the user agent.
	Version string
	// Log receives one entry per request: method, route template, status, duration, attempt, request id. Never bodies,
	// headers or query strings.
	Log func(ctx context.Context, message string, fields map[string]any)
}

// Secret is a text that redacts itself wherever it is printed, logged or encoded.
type Secret struct{ value string }

// NewSecret wraps a secret text.
func NewSecret(value string) Secret { return Secret{value: value} }

// IsEmpty tells whether there is no text.
func (s Secret) IsEmpty() bool { return s.value == "" }

// Client is the handle to one server as one account. It is safe for concurrent use; it sends nothing before it is used.
type Client struct {
	config Config
}

// New checks the configuration, without any request. Its error is a *ConfigError that names the field.
func New(config Config) (*Client, error) {
	return &Client{config: config}, nil
}
