// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/net/http/httpproxy"
)

// Config says where the server is and who calls. The zero value of every optional field means its default.
type Config struct {
	// Server is "us" (default), "eu" or the base URL of a server that serves /api and /identity under it.
	Server string
	// APIURL and IdentityURL override one host each. Plain http is accepted for loopback addresses only.
	APIURL, IdentityURL string
	identityIsSet       bool

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

const (
	defaultMaxRetries     = 4
	defaultRequestTimeout = 60 * time.Second
	defaultMaxConcurrent  = 16
)

// withDefaults fills in what is not set, and checks what is.
func (c Config) withDefaults() (Config, error) {
	for _, check := range []func() error{c.checkLogin, c.checkNumbers} {
		if err := check(); err != nil {
			return c, err
		}
	}
	if err := c.resolveHosts(); err != nil {
		return c, err
	}
	if c.MaxRetries == nil {
		c.MaxRetries = new(defaultMaxRetries)
	}
	if c.RequestTimeout == 0 {
		c.RequestTimeout = defaultRequestTimeout
	}
	if c.MaxConcurrentRequests == 0 {
		c.MaxConcurrentRequests = defaultMaxConcurrent
	}
	if c.DeviceIdentifier == "" {
		name := c.IdentityURL + "|" + strings.ToLower(c.ClientID)
		if c.ClientID == "" {
			name = c.IdentityURL + "|" + normalizeEmail(c.Email)
		}
		c.DeviceIdentifier = uuid.NewSHA1(uuid.NameSpaceURL, []byte(name)).String()
	}
	if c.Version == "" {
		c.Version = "dev"
	}
	if c.Log == nil {
		c.Log = func(context.Context, string, map[string]any) {}
	}
	return c, nil
}

func (c Config) checkLogin() error {
	hasID, hasSecret := c.ClientID != "", !c.ClientSecret.IsEmpty()
	hasEmail, hasPassword := c.Email != "", !c.MasterPassword.IsEmpty()
	switch {
	case hasID && !hasSecret:
		return &ConfigError{"client_secret", "It is missing, although client_id is set", "Set it, or BW_CLIENTSECRET."}
	case hasSecret && !hasID:
		return &ConfigError{"client_id", "It is missing, although client_secret is set", "Set it, or BW_CLIENTID."}
	case !hasID && !hasEmail:
		return &ConfigError{
			"client_id", "There are no credentials",
			"Set client_id and client_secret, the personal API key of the account (BW_CLIENTID and BW_CLIENTSECRET), and " +
				"master_password (BW_PASSWORD).",
		}
	case !hasID && !hasPassword:
		return &ConfigError{
			"master_password", "It is missing, and there is no API key either",
			"Set it, or BW_PASSWORD; or client_id and client_secret.",
		}
	}
	if hasID {
		return checkClientID(c.ClientID)
	}
	return nil
}

func checkClientID(id string) error {
	const remedy = "Copy it from the account settings of the web vault, under Security, Keys, View API key."
	if strings.HasPrefix(id, "organization.") {
		return &ConfigError{
			"client_id", "This is the API key of an organization, which can neither act as a provider nor decrypt anything",
			"Use the personal API key of a provider user, which starts with \"user.\". " + remedy,
		}
	}
	rest, ok := strings.CutPrefix(id, "user.")
	if _, err := uuid.Parse(rest); !ok || err != nil {
		return &ConfigError{"client_id", "It is not of the form user.<uuid>", remedy}
	}
	return nil
}

func (c Config) checkNumbers() error {
	if c.ProviderID != "" {
		if _, err := uuid.Parse(c.ProviderID); err != nil {
			return &ConfigError{
				"provider_id", "It is no UUID",
				"Copy it from the address of the provider portal: …/providers/<id>/…, or leave it out when the account " +
					"belongs to one provider only.",
			}
		}
	}
	switch {
	case c.MaxRetries != nil && *c.MaxRetries < 0:
		return &ConfigError{"max_retries", "It is negative", "Set 0 to try every request once only."}
	case c.RequestTimeout < 0:
		return &ConfigError{"request_timeout", "It is negative", "Set a duration such as \"60s\"."}
	case c.MaxConcurrentRequests < 0:
		return &ConfigError{"max_concurrent_requests", "It is negative", "Set at least 1."}
	}
	return nil
}

// clouds are Bitwarden's own servers by name: API and identity host.
var clouds = map[string][2]string{
	"us": {"https://api.bitwarden.com", "https://identity.bitwarden.com"},
	"eu": {"https://api.bitwarden.eu", "https://identity.bitwarden.eu"},
}

// resolveHosts sets APIURL and IdentityURL, without a slash at the end.
func (c *Config) resolveHosts() error {
	c.identityIsSet = c.IdentityURL != ""
	hosts, isCloud := clouds[strings.ToLower(c.Server)]
	switch {
	case c.Server == "":
		hosts = clouds["us"]
	case !isCloud:
		base, err := checkURL("server", c.Server)
		if err != nil {
			return err
		}
		hosts = [2]string{base + "/api", base + "/identity"}
	}
	for _, override := range []struct {
		field string
		value *string
		host  string
	}{{"api_url", &c.APIURL, hosts[0]}, {"identity_url", &c.IdentityURL, hosts[1]}} {
		if *override.value == "" {
			*override.value = override.host
			continue
		}
		base, err := checkURL(override.field, *override.value)
		if err != nil {
			return err
		}
		*override.value = base
	}
	return nil
}

// checkURL accepts https, and http for this machine only: the login sends secrets.
func checkURL(field, text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", &ConfigError{
			field, "It is not the base URL of a server",
			"Use \"us\", \"eu\" or a URL such as https://vault.example.com, without user, query or fragment.",
		}
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return "", &ConfigError{
			field, "Secrets would travel in the clear", "Use https. Plain http is accepted for this machine (localhost) only.",
		}
	}
	return strings.TrimRight(u.String(), "/"), nil
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// tlsConfig holds the system's certificates, the extra ones and the client's own.
func (c Config) tlsConfig() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.ExtraCACerts != "" {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM([]byte(c.ExtraCACerts)) {
			return nil, &ConfigError{
				"extra_ca_certs", "There is no certificate in it",
				"Give PEM text, or a file of it: -----BEGIN CERTIFICATE----- …",
			}
		}
		config.RootCAs = pool
	}
	switch hasKey := !c.ClientKey.IsEmpty(); {
	case c.ClientCertificate != "" && !hasKey:
		return nil, &ConfigError{"client_key", "It is missing, although client_certificate is set", "Set both or none."}
	case c.ClientCertificate == "" && hasKey:
		return nil, &ConfigError{"client_certificate", "It is missing, although client_key is set", "Set both or none."}
	case hasKey:
		pair, err := tls.X509KeyPair([]byte(c.ClientCertificate), []byte(c.ClientKey.reveal()))
		if err != nil {
			return nil, &ConfigError{
				"client_certificate", "Certificate and client_key are no pair of PEM texts", "Check that they belong together.",
			}
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// proxy is the configured proxy for every request, or the environment's, which is never used for this machine.
func (c Config) proxy() (func(*http.Request) (*url.URL, error), error) {
	if c.ProxyURL == "" {
		choose := httpproxy.FromEnvironment().ProxyFunc()
		return func(r *http.Request) (*url.URL, error) { return choose(r.URL) }, nil
	}
	u, err := url.Parse(c.ProxyURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5") {
		return nil, &ConfigError{
			"proxy_url", "It is not the URL of a proxy", "Use a URL such as http://proxy.example.com:3128.",
		}
	}
	return http.ProxyURL(u), nil
}

// normalizeEmail is how the server compares addresses.
func normalizeEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
