// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// session is the login: it happens when something first needs a token, once for all who wait, and again shortly before
// the token ends. What it refused it refuses to everybody.
type session struct {
	slot    slot
	token   string
	renewAt time.Time
	refresh string // of the password login only
	// account is the answer to the first login; a refreshed token comes without the keys.
	account tokenResponse
	// master is what the password login derived already.
	master derivedKey
}

// derivedKey is a master key with what it was derived from.
type derivedKey struct {
	key  crypto.MasterKey
	salt string
	kdf  crypto.KDF
}

// tokenResponse is the answer of POST /connect/token.
type tokenResponse struct {
	AccessToken    string           `json:"access_token"`
	ExpiresIn      int              `json:"expires_in"`
	RefreshToken   string           `json:"refresh_token"`
	Key            string           `json:"Key"`
	PrivateKey     string           `json:"PrivateKey"`
	AccountKeys    *wireAccountKeys `json:"AccountKeys"`
	Kdf            int              `json:"Kdf"`
	KdfIterations  int              `json:"KdfIterations"`
	KdfMemory      int              `json:"KdfMemory"`
	KdfParallelism int              `json:"KdfParallelism"`
	Decryption     *struct {
		HasMasterPassword    bool            `json:"HasMasterPassword"`
		TrustedDeviceOption  json.RawMessage `json:"TrustedDeviceOption"`
		KeyConnectorOption   json.RawMessage `json:"KeyConnectorOption"`
		MasterPasswordUnlock *struct {
			Kdf            wireKDF `json:"Kdf"`
			WrappedUserKey string  `json:"MasterKeyEncryptedUserKey"`
			Salt           string  `json:"Salt"`
			ContainedKeyID string  `json:"ContainedKeyId"`
		} `json:"MasterPasswordUnlock"`
	} `json:"UserDecryptionOptions"`
}

type wireKDF struct {
	KdfType     int `json:"kdfType"`
	Iterations  int `json:"iterations"`
	Memory      int `json:"memory"`
	Parallelism int `json:"parallelism"`
}

func (k wireKDF) toCrypto() crypto.KDF {
	return crypto.KDF{
		Type: crypto.KDFType(k.KdfType), Iterations: k.Iterations, MemoryMiB: k.Memory, Parallelism: k.Parallelism,
	}
}

// tokenRefusal is what POST /connect/token answers with 400.
type tokenRefusal struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
	ErrorModel  struct {
		Message string `json:"message"`
	} `json:"ErrorModel"`
	TwoFactorProviders json.RawMessage `json:"TwoFactorProviders2"`
}

// bearer returns a token that is good for a while.
func (c *Client) bearer(ctx context.Context) (string, error) {
	c.session.slot.emptyIf(func() bool { return time.Now().After(c.session.renewAt) })
	var token string
	err := c.session.slot.read(ctx, c.login, func() { token = c.session.token })
	return token, err
}

// expire forgets a token that the server no longer takes, unless it was replaced already.
func (s *session) expire(token string) {
	s.slot.emptyIf(func() bool { return s.token == token })
}

// login is the fetcher of the session.
func (c *Client) login(ctx context.Context) (func(), error) {
	if c.session.refresh != "" {
		form := url.Values{"grant_type": {"refresh_token"}, "client_id": {clientName}, "refresh_token": {c.session.refresh}}
		if t, err := c.requestToken(ctx, form); err == nil {
			return func() { c.session.keep(t) }, nil
		}
		// Refused after a change of the password or the keys: only the whole login tells whether that is ours.
	}
	if c.config.ClientID != "" {
		t, err := c.requestToken(ctx, c.deviceForm(url.Values{
			"grant_type": {"client_credentials"}, "scope": {"api"},
			"client_id": {c.config.ClientID}, "client_secret": {c.config.ClientSecret.reveal()},
		}))
		return func() { c.session.keep(t); c.session.account = t }, err
	}
	derived, err := c.prelogin(ctx)
	if err != nil {
		return nil, err
	}
	t, err := c.requestToken(ctx, c.deviceForm(url.Values{
		"grant_type": {"password"}, "scope": {"api offline_access"}, "client_id": {clientName},
		"username": {normalizeEmail(c.config.Email)},
		"password": {derived.key.AuthenticationHash(c.config.MasterPassword.reveal())},
	}))
	return func() { c.session.keep(t); c.session.account, c.session.master = t, derived }, err
}

// keep stores a token, to be renewed when a tenth of its life or five minutes of it are left.
func (s *session) keep(t tokenResponse) {
	life := time.Duration(t.ExpiresIn) * time.Second
	s.token, s.refresh = t.AccessToken, t.RefreshToken
	s.renewAt = time.Now().Add(life - min(life/10, 5*time.Minute))
}

func (c *Client) deviceForm(form url.Values) url.Values {
	form.Set("deviceType", deviceType())
	form.Set("deviceIdentifier", c.config.DeviceIdentifier)
	form.Set("deviceName", "terraform-provider-bitwarden")
	return form
}

// prelogin asks how the account derives its key. Older servers know the second path only.
func (c *Client) prelogin(ctx context.Context) (derivedKey, error) {
	var settings struct {
		Kdf            int      `json:"kdf"`
		KdfIterations  int      `json:"kdfIterations"`
		KdfMemory      int      `json:"kdfMemory"`
		KdfParallelism int      `json:"kdfParallelism"`
		KdfSettings    *wireKDF `json:"kdfSettings"`
		Salt           string   `json:"salt"`
	}
	request := &call{
		method: http.MethodPost, identity: true, route: "/accounts/prelogin/password", asks: true,
		body: map[string]string{"email": normalizeEmail(c.config.Email)}, into: &settings,
	}
	a, err := c.transport.exchange(ctx, request, "")
	if err == nil && a.status == http.StatusNotFound {
		request.route = "/accounts/prelogin"
		a, err = c.transport.exchange(ctx, request, "")
	}
	if err := c.identityRefusal(request, a, err); err != nil {
		return derivedKey{}, err
	}
	kdf := wireKDF{settings.Kdf, settings.KdfIterations, settings.KdfMemory, settings.KdfParallelism}
	if settings.KdfSettings != nil {
		kdf = *settings.KdfSettings
	}
	return c.derive(settings.Salt, c.config.Email, kdf.toCrypto())
}

// derive makes the master key. The salt is the server's, and the address where it gives none.
func (c *Client) derive(salt, email string, kdf crypto.KDF) (derivedKey, error) {
	if salt == "" {
		salt = email
	}
	key, err := crypto.DeriveMasterKey(c.config.MasterPassword.reveal(), salt, kdf)
	if crypto.IsKind(err, crypto.KDFRefused) {
		return derivedKey{}, &LoginError{
			"server", fmt.Sprintf("It asks for a key derivation outside of the accepted bounds (%+v), which would give the "+
				"master password away or exhaust this machine", kdf),
			"Check that the server is the right one, and the account's security settings in the web vault.",
		}
	}
	return derivedKey{key: key, salt: crypto.NormalizeSalt(salt), kdf: kdf}, err
}

// requestToken turns the server's refusals into errors that name the setting to look at.
func (c *Client) requestToken(ctx context.Context, form url.Values) (tokenResponse, error) {
	var t tokenResponse
	request := &call{
		method: http.MethodPost, identity: true, route: "/connect/token", form: form, asks: true, into: &t,
	}
	a, err := c.transport.exchange(ctx, request, "")
	if err == nil && a.isSuccess() && t.AccessToken == "" {
		err = errNotJSON
	}
	var refusal tokenRefusal
	if err == nil && a.status == http.StatusBadRequest && json.Unmarshal(a.body, &refusal) == nil && refusal.Error != "" {
		return t, refusal.toLoginError()
	}
	return t, c.identityRefusal(request, a, err)
}

// identityRefusal is the error for an answer of the identity service, or of what is there in its place.
func (c *Client) identityRefusal(request *call, a *answer, err error) error {
	what := "something else"
	switch {
	case errors.Is(err, errNotJSON):
	case err != nil:
		return err
	case a.isSuccess():
		return nil
	case a.status < http.StatusBadRequest, a.status == http.StatusNotFound, a.status == http.StatusMethodNotAllowed,
		a.status == http.StatusUnauthorized, a.status == http.StatusForbidden, // it refuses with 400, and a reason
		a.status == http.StatusBadRequest && !json.Valid(a.body):
		what = fmt.Sprintf("HTTP %d", a.status)
	default:
		return newError(request, a)
	}
	field, remedy := "server", "Set server (BW_URL) to the address of the web vault, such as https://vault.example.com, below "+
		"which /identity and /api are; identity_url if the service is elsewhere."
	if c.config.identityIsSet {
		field, remedy = "identity_url", "Set it to where the identity service is, such as https://vault.example.com/identity."
	}
	return &LoginError{
		field, fmt.Sprintf("No Bitwarden server logs in at %s: it answers with %s", c.config.IdentityURL, what), remedy,
	}
}

const secondStep = "Log in with client_id and client_secret, the personal API key: that needs no second step."

func (r *tokenRefusal) toLoginError() *LoginError {
	text := strings.ToLower(r.Description + " " + r.ErrorModel.Message)
	switch {
	case r.Error == "invalid_client":
		return &LoginError{
			"client_secret", "The server does not accept this personal API key",
			"Compare client_id and client_secret with the account settings of the web vault (Security, Keys, View API key), " +
				"and server with where the account is (us or eu). Rotating the key makes the old one worthless.",
		}
	case len(r.TwoFactorProviders) > 0 || strings.Contains(text, "two factor required"):
		return &LoginError{"client_id", "The account has two-step login on, which nobody can answer here", secondStep}
	case r.Error == "device_error" && strings.Contains(text, "new device"):
		return &LoginError{
			"client_id", "The server wants a code from a mail because it does not know this device", secondStep +
				" Or set device_identifier to that of a device which the account has used.",
		}
	case strings.Contains(text, "sso authentication is required"):
		return &LoginError{"client_id", "A policy demands single sign-on for this account", secondStep}
	case r.Error == "invalid_client_version" || r.Error == "version_header_missing":
		return &LoginError{
			"server", "It does not accept clients of version " + clientVersion, "Use a newer version of this provider.",
		}
	case strings.Contains(text, "invalid_username_or_password") || strings.Contains(text, "password is incorrect"):
		return &LoginError{
			"master_password", "The server does not accept this e-mail address with this master password",
			"Check email and master_password, and server (us or eu).",
		}
	default:
		reason := r.ErrorModel.Message
		if reason == "" {
			reason = strings.TrimSpace(r.Error + " " + r.Description)
		}
		return &LoginError{"client_id", "The server refuses the login: " + reason, ""}
	}
}
