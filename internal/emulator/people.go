// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// Password is everybody's master password.
const Password = "correct horse battery staple"

// peopleKDF is quick; the cloud would refuse so few iterations, but existing accounts may have them.
var peopleKDF = crypto.KDF{Type: crypto.PBKDF2, Iterations: 5000}

// Person is somebody with an account. A person acts over HTTP as the official clients do, with real cryptography.
type Person struct {
	ID         string
	Name       string
	Email      string
	UserKey    crypto.SymmetricKey
	PrivateKey crypto.PrivateKey

	server *Running

	mu           sync.Mutex
	passwordHash string
	token        string
}

// StatusError is a refusal of the server.
type StatusError struct {
	Method, Path string
	Status       int
	Body         string
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("%s %s: %d %s", e.Method, e.Path, e.Status, e.Body)
}

// Person signs in who has an account, whatever client made it with everybody's Password; anybody else registers first.
func (r *Running) Person(ctx context.Context, email string) (*Person, error) {
	r.mu.Lock()
	known := r.userByEmail(email) != nil
	r.mu.Unlock()
	if known {
		return r.signIn(ctx, email)
	}
	return r.Register(ctx, email)
}

// Register makes an account and signs it in. The name is the part of the address before the @.
func (r *Running) Register(ctx context.Context, email string) (*Person, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	name, _, _ := strings.Cut(email, "@")
	p := &Person{Name: name, Email: email, UserKey: crypto.NewSymmetricKey(), server: r}
	var err error
	if p.PrivateKey, err = pooledKey(); err != nil {
		return nil, err
	}
	masterKey, err := crypto.DeriveMasterKey(Password, p.Email, peopleKDF)
	if err != nil {
		return nil, err
	}
	p.passwordHash = masterKey.AuthenticationHash(Password)
	wrappedUserKey, err := masterKey.WrapUserKey(p.UserKey)
	if err != nil {
		return nil, err
	}
	wrappedPrivateKey, err := p.UserKey.WrapPrivateKey(p.PrivateKey)
	if err != nil {
		return nil, err
	}
	token := ""
	if err := p.send(ctx, http.MethodPost, "/identity/accounts/register/send-verification-email",
		obj{"email": p.Email, "name": name}, &token); err != nil {
		return nil, err
	}
	err = p.send(ctx, http.MethodPost, "/identity/accounts/register/finish", obj{
		"email": p.Email, "emailVerificationToken": token, "masterPasswordHash": p.passwordHash,
		"userSymmetricKey": wrappedUserKey, "kdf": int(peopleKDF.Type), "kdfIterations": peopleKDF.Iterations,
		"userAsymmetricKeys": obj{"publicKey": p.PrivateKey.Public().Base64(), "encryptedPrivateKey": wrappedPrivateKey},
	}, nil)
	if err != nil {
		return nil, err
	}
	if err := p.Login(ctx); err != nil {
		return nil, err
	}
	profile, err := p.profile(ctx)
	p.ID = profile.ID
	return p, err
}

// signIn signs in somebody who has an account, and opens the account's keys.
func (r *Running) signIn(ctx context.Context, email string) (*Person, error) {
	p := &Person{Email: strings.ToLower(strings.TrimSpace(email)), server: r}
	prelogin := struct {
		Salt *string `json:"salt"`
		KDF  struct {
			Type        crypto.KDFType `json:"kdfType"`
			Iterations  int            `json:"iterations"`
			MemoryMiB   int            `json:"memory"`
			Parallelism int            `json:"parallelism"`
		} `json:"kdfSettings"`
	}{}
	err := p.send(ctx, http.MethodPost, "/identity/accounts/prelogin/password", obj{"email": p.Email}, &prelogin)
	if err != nil {
		return nil, err
	}
	salt := p.Email
	if prelogin.Salt != nil {
		salt = *prelogin.Salt
	}
	masterKey, err := crypto.DeriveMasterKey(Password, salt, crypto.KDF(prelogin.KDF))
	if err != nil {
		return nil, err
	}
	p.passwordHash = masterKey.AuthenticationHash(Password)
	if err := p.Login(ctx); err != nil {
		return nil, err
	}
	profile, err := p.profile(ctx)
	if err != nil {
		return nil, err
	}
	p.ID, p.Name = profile.ID, profile.Name
	if p.UserKey, err = masterKey.UnwrapUserKey(profile.Key); err != nil {
		return nil, err
	}
	p.PrivateKey, err = p.UserKey.UnwrapPrivateKey(profile.PrivateKey)
	return p, err
}

// profile is the part of an account that a person needs.
type profile struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Key        string `json:"key"`
	PrivateKey string `json:"privateKey"`
}

func (p *Person) profile(ctx context.Context) (profile, error) {
	answer := profile{}
	err := p.Get(ctx, "/accounts/profile", &answer)
	return answer, err
}

// Login gets a new token by the password. Roles and memberships show in tokens issued after they were given.
func (p *Person) Login(ctx context.Context) error {
	answer := struct {
		AccessToken string `json:"access_token"`
	}{}
	err := p.send(ctx, http.MethodPost, "/identity/connect/token", url.Values{
		"grant_type": {"password"}, "username": {p.Email}, "password": {p.passwordHash}, "scope": {"api offline_access"},
		"client_id": {"cli"}, "deviceType": {"25"}, "deviceIdentifier": {"device-of-" + p.Email}, "deviceName": {"emulator"},
	}, &answer)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.token = answer.AccessToken
	return nil
}

// PasswordHash is the authentication hash that calls with secret verification want.
func (p *Person) PasswordHash() string { return p.passwordHash }

// APIKey returns the personal API key as client id and secret.
func (p *Person) APIKey(ctx context.Context) (clientID, clientSecret string, err error) {
	answer := struct {
		APIKey string `json:"apiKey"`
	}{}
	err = p.Post(ctx, "/accounts/api-key", obj{"masterPasswordHash": p.passwordHash}, &answer)
	return "user." + p.ID, answer.APIKey, err
}

// Get reads a path of the Api service into answer.
func (p *Person) Get(ctx context.Context, path string, answer any) error {
	return p.send(ctx, http.MethodGet, "/api"+path, nil, answer)
}

// Post sends body to a path of the Api service. body may be nil; answer may be nil.
func (p *Person) Post(ctx context.Context, path string, body, answer any) error {
	return p.send(ctx, http.MethodPost, "/api"+path, body, answer)
}

// Put sends body to a path of the Api service. body may be nil; answer may be nil.
func (p *Person) Put(ctx context.Context, path string, body, answer any) error {
	return p.send(ctx, http.MethodPut, "/api"+path, body, answer)
}

// Delete sends a DELETE to a path of the Api service; body may be nil.
func (p *Person) Delete(ctx context.Context, path string, body any) error {
	return p.send(ctx, http.MethodDelete, "/api"+path, body, nil)
}

// send is one request: url.Values go as a form, anything else as JSON. A refusal is a *StatusError.
func (p *Person) send(ctx context.Context, method, path string, body, answer any) error {
	var reader io.Reader
	contentType := ""
	switch body := body.(type) {
	case nil:
	case url.Values:
		reader, contentType = strings.NewReader(body.Encode()), "application/x-www-form-urlencoded"
	default:
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader, contentType = bytes.NewReader(raw), "application/json"
	}
	request, err := http.NewRequestWithContext(ctx, method, p.server.URL()+path, reader)
	if err != nil {
		return err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	request.Header.Set("Bitwarden-Client-Name", "cli")
	request.Header.Set("Bitwarden-Client-Version", "2026.9.0")
	request.Header.Set("Device-Type", "25")
	if p.server.options.RateLimits {
		request.Header.Set("X-Connecting-IP", p.address())
	}
	p.mu.Lock()
	token := p.token
	p.mu.Unlock()
	if token != "" && !strings.HasPrefix(path, "/identity") {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := p.server.Client().Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return &StatusError{Method: method, Path: path, Status: response.StatusCode, Body: string(raw)}
	}
	if answer == nil {
		return nil
	}
	if s, ok := answer.(*string); ok && !strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
		*s = string(raw)
		return nil
	}
	return json.Unmarshal(raw, answer)
}

// address is where the person sits, in the block for documentation (RFC 3849).
func (p *Person) address() string {
	hash := sha256.Sum256([]byte(p.Email))
	return netip.AddrFrom16([16]byte(append([]byte{0x20, 0x01, 0x0d, 0xb8}, hash[:12]...))).String()
}

// invitation returns the query of the newest mailed link to this person that contains part and whose parameter has a
// value.
func (p *Person) invitation(part, parameter, value string) (url.Values, error) {
	for _, m := range slices.Backward(p.server.Mails(p.Email)) {
		if link, parameters := m.Link(part); link != "" && parameters.Get(parameter) == value {
			return parameters, nil
		}
	}
	return nil, fmt.Errorf("no invitation of %s to %s in the outbox", p.Email, value)
}

// Accept follows the mailed invitation to an organization, and returns the member's id.
func (p *Person) Accept(ctx context.Context, organizationID string) (memberID string, err error) {
	q, err := p.invitation("accept-organization", "organizationId", organizationID)
	if err != nil {
		return "", err
	}
	memberID = q.Get("organizationUserId")
	return memberID, p.Post(ctx, "/organizations/"+organizationID+"/users/"+memberID+"/accept",
		obj{"token": q.Get("token")}, nil)
}

// acceptProvider follows the mailed invitation to a provider, and returns the provider user's id.
func (p *Person) acceptProvider(ctx context.Context, providerID string) (id string, err error) {
	q, err := p.invitation("accept-provider", "providerId", providerID)
	if err != nil {
		return "", err
	}
	id = q.Get("providerUserId")
	return id, p.Post(ctx, "/providers/"+providerID+"/users/"+id+"/accept", obj{"token": q.Get("token")}, nil)
}

// Accepted is an invitation that somebody accepted: to an organization, or to a provider.
type Accepted struct {
	Email          string `json:"email"`
	OrganizationID string `json:"organizationId,omitempty"`
	MemberID       string `json:"memberId,omitempty"`
	ProviderID     string `json:"providerId,omitempty"`
	ProviderUserID string `json:"providerUserId,omitempty"`
}

// AcceptInvitations lets invited people accept, whoever has no account after registering: those with an address (empty:
// everybody), in an organization (empty: in all, and in providers). It is an error if nobody is invited so. Who cannot
// accept, as with a password of his own, is named in the error, and keeps nobody else from it.
func (r *Running) AcceptInvitations(ctx context.Context, email, organizationID string) ([]Accepted, error) {
	open := r.invited(strings.TrimSpace(email), organizationID)
	if len(open) == 0 {
		return nil, errors.New("there is no such invitation")
	}
	var accepted []Accepted
	var failed []error
	for _, a := range open {
		if err := r.accept(ctx, &a); err != nil {
			failed = append(failed, fmt.Errorf("%s cannot accept: %w", a.Email, err))
			continue
		}
		accepted = append(accepted, a)
	}
	return accepted, errors.Join(failed...)
}

// accept lets one person accept, and adds the id of the membership.
func (r *Running) accept(ctx context.Context, a *Accepted) error {
	p, err := r.Person(ctx, a.Email)
	switch {
	case err != nil:
	case a.ProviderID != "":
		a.ProviderUserID, err = p.acceptProvider(ctx, a.ProviderID)
	default:
		a.MemberID, err = p.Accept(ctx, a.OrganizationID)
	}
	return err
}

// invited lists the open invitations to organizations and providers; no ids of memberships yet.
func (r *Running) invited(email, organizationID string) []Accepted {
	r.mu.Lock()
	defer r.mu.Unlock()
	var open []Accepted
	isMeant := func(address string) bool { return email == "" || strings.EqualFold(email, address) }
	for m := range r.store.members.all() {
		if m.Status == statusInvited && isMeant(m.Email) &&
			(organizationID == "" || strings.EqualFold(organizationID, m.OrganizationID)) {
			open = append(open, Accepted{Email: m.Email, OrganizationID: m.OrganizationID})
		}
	}
	for pu := range r.store.providerUsers.all() {
		if organizationID == "" && pu.Status == statusInvited && isMeant(pu.Email) {
			open = append(open, Accepted{Email: pu.Email, ProviderID: pu.ProviderID})
		}
	}
	return open
}

// Confirm hands an organization's key to a member who accepted, as the official clients do after a look at the
// fingerprint.
func (p *Person) Confirm(ctx context.Context, organization *Client, memberID string) error {
	row := struct {
		UserID *string `json:"userId"`
	}{}
	path := "/organizations/" + organization.ID + "/users/" + memberID
	if err := p.Get(ctx, path, &row); err != nil {
		return err
	}
	if row.UserID == nil {
		return errors.New("the member has not accepted yet")
	}
	wrapped, err := p.encapsulateTo(ctx, *row.UserID, organization.Key)
	if err != nil {
		return err
	}
	return p.Post(ctx, path+"/confirm", obj{"key": wrapped}, nil)
}

// encapsulateTo wraps a key for somebody's public key.
func (p *Person) encapsulateTo(ctx context.Context, userID string, key crypto.SymmetricKey) (string, error) {
	answer := struct {
		PublicKey string `json:"publicKey"`
	}{}
	if err := p.Get(ctx, "/users/"+userID+"/public-key", &answer); err != nil {
		return "", err
	}
	public, err := crypto.ParsePublicKey(answer.PublicKey)
	if err != nil {
		return "", err
	}
	return public.Encapsulate(key)
}

// keyPool are the RSA keys of all test people and test organizations of this process: making one takes a tenth of a
// second, and hundreds of tests need several. Neighbours in time have different keys; strangers may share one.
var (
	keyPool [8]struct {
		once sync.Once
		key  crypto.PrivateKey
		err  error
	}
	keyPoolNext atomic.Uint32
)

func pooledKey() (crypto.PrivateKey, error) {
	slot := &keyPool[int(keyPoolNext.Add(1))%len(keyPool)]
	slot.once.Do(func() { slot.key, slot.err = crypto.GeneratePrivateKey() })
	return slot.key, slot.err
}
