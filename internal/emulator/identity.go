// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (s *Server) identityRoutes() {
	s.identity("POST", "/connect/token", anonymous, s.connectToken)
	s.identity("POST", "/accounts/prelogin", anonymous, s.prelogin)
	s.identity("POST", "/accounts/prelogin/password", anonymous, s.prelogin)
	s.identity("POST", "/accounts/register/send-verification-email", anonymous, s.sendVerificationEmail)
	s.identity("POST", "/accounts/register/verification-email-clicked", anonymous, s.verificationEmailClicked)
	s.identity("POST", "/accounts/register/finish", anonymous, s.finishRegistration)
}

// oauthClient is a client program that may sign users in.
type oauthClient struct{ refreshDays int }

var oauthClients = map[string]oauthClient{
	"web": {7}, "cli": {30}, "browser": {30}, "desktop": {30}, "mobile": {60}, "connector": {30},
}

// oauthError is a refusal of the token endpoint that carries only its code; it comes at once.
func oauthError(code string) error {
	return &apiError{status: http.StatusBadRequest, body: oauthBody{"error": code}}
}

// loginError is a refusal of a known client, two seconds late on the cloud.
func loginError(code, description, message string) error {
	return &apiError{status: http.StatusBadRequest, slow: true, body: oauthBody{
		"error": code, "error_description": description, "ErrorModel": obj{"Object": "error", "Message": message},
	}}
}

// oauthBody is an object that the token endpoint answers; its content type is spelled differently from the API's.
type oauthBody map[string]any

func (s *Server) connectToken(c *call) (any, error) {
	answer, err := s.tokenGrant(c, c.form())
	if err != nil {
		return nil, err
	}
	return answer, nil
}

func (s *Server) tokenGrant(c *call, form url.Values) (oauthBody, error) {
	clientID, grantType := form.Get("client_id"), form.Get("grant_type")
	kind, id, dotted := strings.Cut(clientID, ".")
	switch {
	case dotted && kind == "user":
		return s.apiKeyGrant(c, form, id)
	case dotted && kind == "organization":
		return s.organizationGrant(form, id)
	case clientID == "send" && grantType == "send_access":
		return s.sendAccessGrant(c, form)
	}
	client, ok := oauthClients[clientID]
	if !ok {
		return nil, oauthError("invalid_client")
	}
	switch grantType {
	case "password":
		return s.passwordGrant(c, form, clientID, client)
	case "refresh_token":
		return s.refreshGrant(form, clientID, client)
	case "authorization_code", "client_credentials", "webauthn":
		return nil, oauthError("unauthorized_client")
	default:
		return nil, oauthError("unsupported_grant_type")
	}
}

// scopes reads the scope parameter: every word must be allowed.
func scopes(form url.Values, allowed ...string) ([]string, error) {
	words := strings.Fields(form.Get("scope"))
	if len(words) == 0 {
		return allowed, nil
	}
	for _, word := range words {
		if !slices.Contains(allowed, word) {
			return nil, oauthError("invalid_scope")
		}
	}
	return words, nil
}

func (s *Server) passwordGrant(c *call, form url.Values, clientID string, client oauthClient) (oauthBody, error) {
	scope, err := scopes(form, "api", "offline_access")
	if err != nil {
		return nil, err
	}
	u := s.userByEmail(form.Get("username"))
	if u == nil || u.PasswordHash == "" || u.PasswordHash != form.Get("password") {
		if u != nil {
			s.logUserEvent(c, u, 1005)
		}
		return nil, loginError("invalid_grant", "invalid_username_or_password",
			"Username or password is incorrect. Try again.")
	}
	d, err := s.admitDevice(c, form, u)
	if err != nil {
		return nil, err
	}
	answer := s.tokenAnswer(u, clientID, scope, d)
	if slices.Contains(scope, "offline_access") {
		token := &refreshToken{
			Handle: secret() + secret(), UserID: u.ID, ClientID: clientID, DeviceID: d.ID, SecurityStamp: u.SecurityStamp,
			Scope: strings.Join(scope, " "), Expires: s.now().AddDate(0, 0, client.refreshDays),
		}
		s.store.refreshTokens.add(token.Handle, token)
		answer["refresh_token"] = token.Handle
	}
	s.logUserEvent(c, u, 1000)
	return answer, nil
}

func (s *Server) refreshGrant(form url.Values, clientID string, client oauthClient) (oauthBody, error) {
	token := s.store.refreshTokens.get(form.Get("refresh_token"))
	if token == nil || token.ClientID != clientID || s.now().After(token.Expires) {
		return nil, oauthError("invalid_grant")
	}
	u := s.store.users.get(token.UserID)
	if u == nil || u.SecurityStamp != token.SecurityStamp {
		return nil, oauthError("invalid_grant")
	}
	token.Expires = s.now().AddDate(0, 0, client.refreshDays)
	scope := strings.Fields(token.Scope)
	return oauthBody{
		"access_token": s.issue(s.userClaims(u, clientID, scope, s.store.devices.get(token.DeviceID)), tokenLife),
		"expires_in":   int(tokenLife.Seconds()), "token_type": "Bearer", "refresh_token": token.Handle,
		"scope": token.Scope,
	}, nil
}

func (s *Server) apiKeyGrant(c *call, form url.Values, id string) (oauthBody, error) {
	id, ok := parseGUID(id)
	u := s.store.users.get(id)
	if !ok || u == nil || form.Get("client_secret") != u.APIKey {
		return nil, oauthError("invalid_client")
	}
	if form.Get("grant_type") != "client_credentials" {
		return nil, oauthError("unauthorized_client")
	}
	scope, err := scopes(form, "api")
	if err != nil {
		return nil, err
	}
	d, err := s.admitDevice(c, form, u)
	if err != nil {
		return nil, err
	}
	s.logUserEvent(c, u, 1000)
	return s.tokenAnswer(u, "user."+u.ID, scope, d), nil
}

func (s *Server) organizationGrant(form url.Values, id string) (oauthBody, error) {
	id, ok := parseGUID(id)
	org := s.store.organizations.get(id)
	if !ok || org == nil || !org.Enabled || !org.UseAPI {
		return nil, oauthError("invalid_client")
	}
	key := s.organizationKey(org.ID, 0)
	if key == nil || key.Key != form.Get("client_secret") {
		return nil, oauthError("invalid_client")
	}
	if form.Get("grant_type") != "client_credentials" {
		return nil, oauthError("unauthorized_client")
	}
	scope, err := scopes(form, "api.organization")
	if err != nil {
		return nil, err
	}
	return oauthBody{
		"access_token": s.issue(claims{ClientID: "organization." + org.ID, Subject: org.ID, Scope: scope}, tokenLife),
		"expires_in":   int(tokenLife.Seconds()), "token_type": "Bearer", "scope": strings.Join(scope, " "),
	}, nil
}

// admitDevice checks version header and device fields of a user's login, and keeps the device. A device not seen before
// is announced by mail, unless the account is younger than ten minutes.
func (s *Server) admitDevice(c *call, form url.Values, u *user) (*device, error) {
	version, ok := c.clientVersion()
	if !ok {
		const text = "No client version header found, required to prevent encryption errors. " +
			"Please confirm your client is supplying the header: \"Bitwarden-Client-Version\""
		return nil, loginError("version_header_missing", text, text)
	}
	if u.SecurityState != nil && slices.Compare(version, []int{2025, 11, 0}) < 0 {
		const text = "Please update your app to continue using Bitwarden"
		return nil, loginError("invalid_client_version", text, text)
	}
	deviceType, err := strconv.Atoi(form.Get("deviceType"))
	identifier, name := form.Get("deviceIdentifier"), form.Get("deviceName")
	if err != nil || deviceTypeName(deviceType) == "" || identifier == "" || name == "" {
		return nil, loginError("device_error", "No device information provided", "no device information provided")
	}
	d := s.store.devices.first(func(d *device) bool { return d.UserID == u.ID && d.Identifier == identifier })
	if d == nil {
		d = &device{
			ID: newID(), UserID: u.ID, Name: name, Type: deviceType, Identifier: identifier, CreationDate: s.now(),
		}
		s.store.devices.add(d.ID, d)
		if s.now().Sub(u.CreationDate) > 10*time.Minute {
			s.sendMail(u.Email, "New Device Logged In From "+deviceTypeName(deviceType),
				"Your Bitwarden account was just logged into from a new device.")
		}
	}
	d.LastActivity = s.now()
	return d, nil
}

var deviceTypeNames = []string{
	"Android", "iOS", "Chrome Extension", "Firefox Extension", "Opera Extension", "Edge Extension", "Windows", "macOS",
	"Linux", "Chrome", "Firefox", "Opera", "Edge", "Internet Explorer", "Unknown Browser", "Android", "Windows UWP",
	"Safari", "Vivaldi", "Vivaldi Extension", "Safari Extension", "SDK", "Server", "Windows CLI", "macOS CLI",
	"Linux CLI", "DuckDuckGo",
}

// deviceTypeName is the display name of a device type, empty for an unknown number.
func deviceTypeName(deviceType int) string {
	if deviceType < 0 || deviceType >= len(deviceTypeNames) {
		return ""
	}
	return deviceTypeNames[deviceType]
}

// tokenAnswer is a successful login: the OAuth members and the keys that a client needs to unlock. Null members are left
// out in some places and written in others, as the server does.
func (s *Server) tokenAnswer(u *user, clientID string, scope []string, d *device) oauthBody {
	answer := oauthBody{
		"access_token": s.issue(s.userClaims(u, clientID, scope, d), tokenLife),
		"expires_in":   int(tokenLife.Seconds()), "token_type": "Bearer", "scope": strings.Join(scope, " "),
		"MasterPasswordPolicy": obj{"Object": "masterPasswordPolicy"}, "ForcePasswordReset": u.ForcePasswordReset,
		"Kdf": u.Kdf.Type, "KdfIterations": u.Kdf.Iterations, "KdfMemory": u.Kdf.Memory,
		"KdfParallelism": u.Kdf.Parallelism,
	}
	if u.PrivateKey != nil {
		answer["PrivateKey"] = *u.PrivateKey
		answer["AccountKeys"] = upperKeys(accountKeys(u))
	}
	if u.Key != nil {
		answer["Key"] = *u.Key
	}
	options := obj{"HasMasterPassword": u.PasswordHash != "", "Object": "userDecryptionOptions"}
	if u.Key != nil && u.PasswordHash != "" {
		kdf := obj{"KdfType": u.Kdf.Type, "Iterations": u.Kdf.Iterations}
		if u.Kdf.Memory != nil {
			kdf["Memory"], kdf["Parallelism"] = *u.Kdf.Memory, u.Kdf.Parallelism
		}
		options["MasterPasswordUnlock"] = obj{"Kdf": kdf, "MasterKeyEncryptedUserKey": *u.Key, "Salt": u.salt()}
	}
	answer["UserDecryptionOptions"] = options
	return answer
}

// upperKeys is how the token endpoint spells an object of account keys: nulls are left out and "object" is "Object".
func upperKeys(keys obj) obj {
	upper := obj{}
	for name, value := range keys {
		if nested, ok := value.(obj); ok {
			value = upperKeys(nested)
		}
		switch {
		case value == nil:
		case name == "object":
			upper["Object"] = value
		default:
			upper[name] = value
		}
	}
	return upper
}

// salt is what the master key is derived with.
func (u *user) salt() string {
	if u.Salt != nil {
		return *u.Salt
	}
	return strings.ToLower(strings.TrimSpace(u.Email))
}

func (s *Server) userByEmail(email string) *user {
	email = strings.TrimSpace(email)
	return s.store.users.first(func(u *user) bool { return strings.EqualFold(u.Email, email) })
}

type preloginRequest struct {
	Email string `json:"email"`
}

func (r *preloginRequest) validate(p problems) { p.required("Email", r.Email) }

// prelogin tells how to derive a master key; for an unknown address it makes up a plausible answer.
func (s *Server) prelogin(c *call) (any, error) {
	r := preloginRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	parameters, salt := kdf{Iterations: 600_000}, new(r.Email)
	if u := s.userByEmail(r.Email); u != nil {
		parameters, salt = u.Kdf, u.Salt
	}
	return obj{
		"kdf": parameters.Type, "kdfIterations": parameters.Iterations, "kdfMemory": parameters.Memory,
		"kdfParallelism": parameters.Parallelism, "kdfSettings": kdfBody(parameters), "salt": salt,
	}, nil
}

func kdfBody(k kdf) obj {
	return obj{"kdfType": k.Type, "iterations": k.Iterations, "memory": k.Memory, "parallelism": k.Parallelism}
}

type verificationEmailRequest struct {
	Email string `json:"email"`
	Name  string `json:"name"`
}

func (r *verificationEmailRequest) validate(p problems) {
	p.required("Email", r.Email)
	if r.Email != "" {
		p.strictEmail("Email", r.Email)
	}
	p.stringLength("Name", r.Name, 50)
}

// sendVerificationEmail answers the token itself, as the recorded server did: mail verification is a setting.
func (s *Server) sendVerificationEmail(c *call) (any, error) {
	r := verificationEmailRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if s.userByEmail(r.Email) != nil {
		return nil, badRequest("Email " + r.Email + " is already taken")
	}
	if s.blocksAccounts(r.Email) {
		return nil, badRequest("This email address is claimed by an organization using Bitwarden.")
	}
	return text(s.protect("registration", 15*time.Minute, r.Email, r.Name)), nil
}

type verificationClickedRequest struct {
	Email string `json:"email"`
	Token string `json:"emailVerificationToken"`
}

func (s *Server) verificationEmailClicked(c *call) (any, error) {
	r := verificationClickedRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if parts, ok := s.unprotect("registration", r.Token); !ok || !strings.EqualFold(parts[0], r.Email) {
		return nil, badRequest("Expired link. Please restart registration or try logging in. You may already have an account")
	}
	return nil, nil
}

type kdfRequest struct {
	Type        enum `json:"kdfType"`
	Iterations  int  `json:"iterations"`
	Memory      *int `json:"memory"`
	Parallelism *int `json:"parallelism"`
}

type registerRequest struct {
	Email              string  `json:"email"`
	MasterPasswordHint *string `json:"masterPasswordHint"`

	MasterPasswordHash string `json:"masterPasswordHash"`
	UserSymmetricKey   string `json:"userSymmetricKey"`
	UserAsymmetricKeys *struct {
		PublicKey           string `json:"publicKey"`
		EncryptedPrivateKey string `json:"encryptedPrivateKey"`
	} `json:"userAsymmetricKeys"`
	Kdf            *enum `json:"kdf"`
	KdfIterations  *int  `json:"kdfIterations"`
	KdfMemory      *int  `json:"kdfMemory"`
	KdfParallelism *int  `json:"kdfParallelism"`

	Authentication *struct {
		Kdf  kdfRequest `json:"kdf"`
		Hash string     `json:"masterPasswordAuthenticationHash"`
		Salt string     `json:"salt"`
	} `json:"masterPasswordAuthentication"`
	Unlock *struct {
		Kdf  kdfRequest `json:"kdf"`
		Key  string     `json:"masterKeyWrappedUserKey"`
		Salt string     `json:"salt"`
	} `json:"masterPasswordUnlock"`
	AccountKeys *accountKeysRequest `json:"accountKeys"`

	EmailVerificationToken string `json:"emailVerificationToken"`
	OrgInviteToken         string `json:"orgInviteToken"`
	OrganizationUserID     *guid  `json:"organizationUserId"`
	ProviderInviteToken    string `json:"providerInviteToken"`
	ProviderUserID         *guid  `json:"providerUserId"`
}

type accountKeysRequest struct {
	EncryptionKeyPair *struct {
		WrappedPrivateKey string  `json:"wrappedPrivateKey"`
		PublicKey         string  `json:"publicKey"`
		SignedPublicKey   *string `json:"signedPublicKey"`
	} `json:"publicKeyEncryptionKeyPair"`
	SignatureKeyPair *struct {
		WrappedSigningKey string `json:"wrappedSigningKey"`
		VerifyingKey      string `json:"verifyingKey"`
	} `json:"signatureKeyPair"`
	SecurityState *struct {
		State   string `json:"securityState"`
		Version int    `json:"securityVersion"`
	} `json:"securityState"`
	UserKeyEncryptedAccountPrivateKey string `json:"userKeyEncryptedAccountPrivateKey"`
	AccountPublicKey                  string `json:"accountPublicKey"`
}

func (r *registerRequest) validate(p problems) {
	p.required("Email", r.Email)
	if r.Email != "" {
		p.strictEmail("Email", r.Email)
	}
	p.present("MasterPasswordHash", r.MasterPasswordHash != "" || r.Authentication != nil)
}

// finishRegistration makes an account. The token that is sent along stands for the address and tells the name.
func (s *Server) finishRegistration(c *call) (any, error) {
	r := registerRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	u := &user{
		ID: newID(), Email: strings.ToLower(strings.TrimSpace(r.Email)), EmailVerified: true, APIKey: secret(),
		PasswordHint: r.MasterPasswordHint, SecurityStamp: newID(), VerifyDevices: true,
		CreationDate: s.now(), RevisionDate: s.now(), AccountRevision: s.now(),
	}
	switch {
	case r.EmailVerificationToken != "":
		parts, ok := s.unprotect("registration", r.EmailVerificationToken)
		if !ok || !strings.EqualFold(parts[0], r.Email) {
			return nil, badRequest("Invalid email verification token.")
		}
		if parts[1] != "" {
			u.Name = &parts[1]
		}
	case r.OrgInviteToken != "" && r.OrganizationUserID != nil:
		m := s.store.members.get(string(*r.OrganizationUserID))
		if m == nil || !strings.EqualFold(m.Email, r.Email) || !s.invited("organization", r.OrgInviteToken, m.ID, m.Email) {
			return nil, badRequest("Organization invite token is invalid.")
		}
	case r.ProviderInviteToken != "" && r.ProviderUserID != nil:
		if !s.invited("provider", r.ProviderInviteToken, string(*r.ProviderUserID), r.Email) {
			return nil, badRequest("Invalid provider invite token.")
		}
	default:
		return nil, modelState("", "The registration token is missing.")
	}
	if s.userByEmail(r.Email) != nil {
		// On purpose the server does not say that the address is taken.
		return nil, &apiError{status: http.StatusBadRequest, message: modelStateInvalid, fields: map[string][]string{}}
	}
	r.fill(u)
	s.store.users.add(u.ID, u)
	return obj{"object": "registerFinish"}, nil
}

// fill sets password and keys, from the older or the newer form of the request.
func (r *registerRequest) fill(u *user) {
	u.PasswordHash = r.MasterPasswordHash
	if r.Kdf != nil && r.KdfIterations != nil {
		u.Kdf = kdf{
			Type: int(*r.Kdf), Iterations: *r.KdfIterations, Memory: r.KdfMemory, Parallelism: r.KdfParallelism,
		}
	}
	if r.UserSymmetricKey != "" {
		u.Key = &r.UserSymmetricKey
	}
	if keys := r.UserAsymmetricKeys; keys != nil {
		u.PublicKey, u.PrivateKey = &keys.PublicKey, &keys.EncryptedPrivateKey
	}
	if a := r.Authentication; a != nil {
		u.PasswordHash, u.Salt = a.Hash, &a.Salt
		u.Kdf = kdf{
			Type: int(a.Kdf.Type), Iterations: a.Kdf.Iterations, Memory: a.Kdf.Memory, Parallelism: a.Kdf.Parallelism,
		}
	}
	if r.Unlock != nil {
		u.Key = &r.Unlock.Key
	}
	if r.AccountKeys != nil {
		r.AccountKeys.fill(u)
	}
}

func (r *accountKeysRequest) fill(u *user) {
	if pair := r.EncryptionKeyPair; pair != nil {
		u.PublicKey, u.PrivateKey, u.SignedPublicKey = &pair.PublicKey, &pair.WrappedPrivateKey, pair.SignedPublicKey
	}
	if pair := r.SignatureKeyPair; pair != nil {
		u.SigningKey, u.VerifyingKey = &pair.WrappedSigningKey, &pair.VerifyingKey
	}
	if state := r.SecurityState; state != nil {
		u.SecurityState, u.SecurityVersion = &state.State, state.Version
	}
}

// protect makes a token that carries texts, bound to a purpose, for a while.
func (s *Server) protect(purpose string, life time.Duration, parts ...string) string {
	body, err := json.Marshal(protected{Purpose: purpose, Parts: parts, Expires: s.now().Add(life)})
	if err != nil {
		return "" // texts and a time are plain data
	}
	text := b64url(body)
	return text + "." + b64url(s.sign(text))
}

type protected struct {
	Purpose string
	Parts   []string
	Expires time.Time
}

// unprotect returns what a token carries; false if it is forged, of another purpose or too old.
func (s *Server) unprotect(purpose, token string) ([]string, bool) {
	text, signature, ok := cutLast(token, ".")
	if !ok || signature != b64url(s.sign(text)) {
		return nil, false
	}
	body, err := base64.RawURLEncoding.DecodeString(text)
	p := protected{}
	if err != nil || json.Unmarshal(body, &p) != nil || p.Purpose != purpose || s.now().After(p.Expires) {
		return nil, false
	}
	return p.Parts, true
}

// inviteToken makes the token of an invitation: it binds the row and its address for five days.
func (s *Server) inviteToken(kind, id, email string) string {
	return s.protect(kind+"-invite", 5*24*time.Hour, id, strings.ToLower(email))
}

// invited tells whether a token is an invitation of this row for this address.
func (s *Server) invited(kind, token, id, email string) bool {
	parts, ok := s.unprotect(kind+"-invite", token)
	return ok && parts[0] == id && parts[1] == strings.ToLower(email)
}
