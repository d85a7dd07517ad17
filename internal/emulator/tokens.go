// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	tokenLife = time.Hour
	// clockSkew is how long a token works after its end.
	clockSkew = 5 * time.Minute
)

// claims is what an access token says. It is frozen when the token is issued: memberships and provider roles of a later
// time need a new token, and those lost meanwhile still count.
type claims struct {
	Issuer    string   `json:"iss"`
	Subject   string   `json:"sub"`
	ClientID  string   `json:"client_id"`
	NotBefore int64    `json:"nbf"`
	Expires   int64    `json:"exp"`
	IssuedAt  int64    `json:"iat"`
	AuthTime  int64    `json:"auth_time,omitempty"`
	Scope     []string `json:"scope"`
	AMR       []string `json:"amr,omitempty"`
	ID        string   `json:"jti"`

	Email         string `json:"email,omitempty"`
	EmailVerified bool   `json:"email_verified"`
	Name          string `json:"name,omitempty"`
	Premium       bool   `json:"premium"`
	SecurityStamp string `json:"sstamp,omitempty"`
	Device        string `json:"device,omitempty"`
	DeviceType    string `json:"devicetype,omitempty"`

	OrgOwner  []string `json:"orgowner,omitempty"`
	OrgAdmin  []string `json:"orgadmin,omitempty"`
	OrgUser   []string `json:"orguser,omitempty"`
	OrgCustom []string `json:"orgcustom,omitempty"`
	// Permissions are those of custom roles, by organization.
	Permissions map[string]*permissions `json:"permissions,omitempty"`

	ProviderAdmin []string `json:"providerprovideradmin,omitempty"`
	ServiceUser   []string `json:"providerserviceuser,omitempty"`

	// Send is the Send that a token of the grant send_access opens.
	Send string `json:"send_id,omitempty"`
}

func (t *claims) hasScope(scope string) bool { return t != nil && slices.Contains(t.Scope, scope) }

// issue signs a token that begins now and ends after life.
func (s *Server) issue(t claims, life time.Duration) string {
	now := s.now()
	t.Issuer, t.ID = s.baseURL+"/identity", newID()
	t.NotBefore, t.IssuedAt, t.Expires = now.Unix(), now.Unix(), now.Add(life).Unix()
	body, err := json.Marshal(t)
	if err != nil {
		return "" // claims are plain data
	}
	unsigned := b64url([]byte(`{"alg":"HS256","typ":"at+jwt"}`)) + "." + b64url(body)
	return unsigned + "." + b64url(s.sign(unsigned))
}

func (s *Server) sign(text string) []byte {
	mac := hmac.New(sha256.New, s.signingKey)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// userClaims are the claims of a user's token as of now.
func (s *Server) userClaims(u *user, clientID string, scope []string, d *device) claims {
	t := claims{
		Subject: u.ID, ClientID: clientID, Scope: scope, AMR: []string{"Application"}, AuthTime: s.now().Unix(),
		Email: u.Email, EmailVerified: u.EmailVerified, Premium: u.Premium, SecurityStamp: u.SecurityStamp,
	}
	if u.Name != nil {
		t.Name = *u.Name
	}
	if d != nil {
		t.Device, t.DeviceType = d.Identifier, deviceTypeName(d.Type)
	}
	for m := range s.store.members.all() {
		if m.UserID != u.ID || m.Status != statusConfirmed {
			continue
		}
		switch m.Type {
		case roleOwner:
			t.OrgOwner = append(t.OrgOwner, m.OrganizationID)
		case roleAdmin:
			t.OrgAdmin = append(t.OrgAdmin, m.OrganizationID)
		case roleUser:
			t.OrgUser = append(t.OrgUser, m.OrganizationID)
		case roleCustom:
			t.OrgCustom = append(t.OrgCustom, m.OrganizationID)
			if m.Permissions != nil {
				if t.Permissions == nil {
					t.Permissions = map[string]*permissions{}
				}
				t.Permissions[m.OrganizationID] = new(*m.Permissions)
			}
		}
	}
	for pu := range s.store.providerUsers.all() {
		if pu.UserID != u.ID || pu.Status != statusConfirmed {
			continue
		}
		switch pu.Type {
		case providerAdminRole:
			t.ProviderAdmin = append(t.ProviderAdmin, pu.ProviderID)
		case serviceUserRole:
			t.ServiceUser = append(t.ServiceUser, pu.ProviderID)
		}
	}
	return t
}

// authenticate reads the bearer token of a request.
func (c *call) authenticate() error {
	scheme, token, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return challenge("Bearer")
	}
	unsigned, signature, ok := cutLast(token, ".")
	mac, err := base64.RawURLEncoding.DecodeString(signature)
	if !ok || err != nil || !hmac.Equal(mac, c.s.sign(unsigned)) {
		return challenge(`Bearer error="invalid_token", error_description="The signature key was not found"`)
	}
	_, payload, _ := strings.Cut(unsigned, ".")
	body, err := base64.RawURLEncoding.DecodeString(payload)
	t := &claims{}
	if err != nil || json.Unmarshal(body, t) != nil {
		return challenge(`Bearer error="invalid_token"`)
	}
	expires := time.Unix(t.Expires, 0).UTC()
	if c.now().After(expires.Add(clockSkew)) {
		return challenge(fmt.Sprintf(`Bearer error="invalid_token", error_description="The token expired at '%s'"`,
			expires.Format("01/02/2006 15:04:05")))
	}
	c.token = t
	if t.Subject != "" {
		c.user = c.s.store.users.get(t.Subject)
	}
	return nil
}

// challenge is the 401 of a missing or bad token.
func challenge(header string) error {
	return &apiError{status: http.StatusUnauthorized, header: http.Header{"Www-Authenticate": {header}}}
}

func cutLast(s, separator string) (before, after string, found bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(separator):], true
}

func b64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// secret makes a token or key of 30 letters and digits.
func secret() string { return (rand.Text() + rand.Text())[:30] }
