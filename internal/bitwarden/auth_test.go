// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

const tokenRoute = "POST /identity/connect/token"

// newLoginStub is a stub whose login is the test's own.
func newLoginStub(t *testing.T, login http.HandlerFunc) *stub {
	t.Helper()
	s := newStub(t)
	s.mux = http.NewServeMux()
	s.handle(tokenRoute, login)
	s.file(t, "GET /api/accounts/profile", "profile.json")
	s.handle(groupsList, answer(noGroups))
	return s
}

func refuse(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(text))
	}
}

func TestLogin_refusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ answer, field, says string }{
		"wrong API key": {`{"error":"invalid_client"}`, "client_secret", "API key"},
		"wrong password": {
			`{"error":"invalid_grant","error_description":"invalid_username_or_password","ErrorModel":{"Object":"error",` +
				`"Message":"Username or password is incorrect. Try again."}}`, "master_password", "e-mail",
		},
		"two-step login": {
			`{"error":"invalid_grant","error_description":"Two factor required.","TwoFactorProviders":["0"],` +
				`"TwoFactorProviders2":{"0":null}}`, "client_id", "two-step",
		},
		"new device": {
			`{"error":"device_error","error_description":"New device verification required",` +
				`"ErrorModel":{"Message":"new device verification required"}}`, "client_id", "device",
		},
		"single sign-on": {
			`{"error":"invalid_grant","error_description":"Sso authentication is required."}`, "client_id", "single sign-on",
		},
		"too old": {`{"error":"invalid_client_version","error_description":"Please update"}`, "server", "version"},
		"no version": {
			`{"error":"version_header_missing","error_description":"No client version header found"}`, "server", "version",
		},
		"something new": {`{"error":"teapot","error_description":"short and stout"}`, "client_id", "short and stout"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newLoginStub(t, refuse(test.answer))
			_, err := s.client(t).Account(t.Context())
			refused, ok := errors.AsType[*bitwarden.LoginError](err)
			if !ok || refused.Field != test.field || !strings.Contains(refused.Reason, test.says) {
				t.Errorf("%v; want a refusal on %s that says %q", err, test.field, test.says)
			}
		})
	}
}

// TestLogin_elsewhere: what answers is no identity service.
func TestLogin_elsewhere(t *testing.T) {
	t.Parallel()
	const page = "<html>nothing here</html>"
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		says   string
	}{
		"a page that is not there": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(page))
		}, "HTTP 404"},
		"a page":              {answer(page), "something else"},
		"JSON of another":     {answer(`{"hello":"world"}`), "something else"},
		"a redirect":          {status(http.StatusFound, "Location", "https://elsewhere.example/"), "HTTP 302"},
		"a refusal as a page": {refuse(page), "HTTP 400"},
		"another login":       {status(http.StatusUnauthorized, "WWW-Authenticate", "Basic"), "HTTP 401"},
		"a firewall":          {status(http.StatusForbidden), "HTTP 403"},
	} {
		for _, field := range []string{"server", "identity_url"} {
			for _, login := range []string{"API key", "password"} {
				if login == "password" && name == "JSON of another" { // refused as a key derivation
					continue
				}
				t.Run(name+" "+field+" "+login, func(t *testing.T) {
					t.Parallel()
					s := newStub(t)
					s.mux = http.NewServeMux()
					s.handle("POST /", test.answer)
					config := s.config()
					if field == "identity_url" {
						config.IdentityURL = s.URL + "/identity"
					}
					if login == "password" {
						config.ClientID, config.ClientSecret = "", bitwarden.Secret{}
						config.Email, config.MasterPassword = "a@msp.example", bitwarden.NewSecret("pw")
					}
					_, err := newClient(t, config).Account(t.Context())
					refused, ok := errors.AsType[*bitwarden.LoginError](err)
					if !ok || refused.Field != field || !strings.Contains(refused.Reason, test.says) ||
						!strings.Contains(refused.Reason, s.URL) || strings.Contains(err.Error(), "nothing here") {
						t.Errorf("%v; want a refusal on %s that says %q", err, field, test.says)
					}
				})
			}
		}
	}
}

func TestLogin_isOnceForEverybody(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.handle("GET /api/organizations/{id}/groups/details", answer(noGroups))
	c := s.client(t)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if _, err := c.Groups(t.Context(), fmt.Sprint("org", i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := s.count(tokenRoute); n != 1 {
		t.Errorf("%d logins, want 1", n)
	}
	form, err := url.ParseQuery(s.bodies[tokenRoute][0])
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"grant_type": "client_credentials", "scope": "api", "client_id": "user." + stubUser, "client_secret": "api-key-secret",
		"deviceName": "terraform-provider-bitwarden",
	} {
		if form.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, form.Get(name), want)
		}
	}
	if form.Get("deviceType") == "" || form.Get("deviceIdentifier") == "" {
		t.Errorf("no device: %v", form)
	}
}

func TestLogin_isLazy(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.client(t)
	if n := s.count(tokenRoute); n != 0 {
		t.Errorf("%d logins without any call", n)
	}
}

func TestLogin_failureIsKept(t *testing.T) {
	t.Parallel()
	s := newLoginStub(t, refuse(`{"error":"invalid_client"}`))
	c := s.client(t)
	for range 5 {
		if _, err := c.Groups(t.Context(), stubOrg); err == nil {
			t.Error("no error")
		}
	}
	if n := s.count(tokenRoute); n != 1 {
		t.Errorf("%d logins, want 1", n)
	}
}

func TestLogin_cancelledIsNotKept(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	gone := make(chan struct{})
	s := newLoginStub(t, failing(1, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done() // the request itself is given up
		close(gone)
	}, answer(`{"access_token":"t","expires_in":3600}`)))
	c := s.client(t)
	if _, err := c.Groups(ctx, stubOrg); !errors.Is(err, context.Canceled) ||
		!strings.HasPrefix(err.Error(), "Terraform was told to stop before ") {
		t.Errorf("first: %v", err)
	}
	<-gone
	if _, err := c.Groups(t.Context(), stubOrg); err != nil {
		t.Errorf("second: %v", err)
	}
}

func TestToken_isRenewed(t *testing.T) {
	t.Parallel()
	t.Run("before it ends", func(t *testing.T) {
		t.Parallel()
		s := newLoginStub(t, answer(`{"access_token":"t","expires_in":0}`))
		s.handle("GET /api/organizations/{id}/groups/details", answer(noGroups))
		c := s.client(t)
		for i := range 3 {
			if _, err := c.Groups(t.Context(), fmt.Sprint("org", i)); err != nil {
				t.Fatal(err)
			}
		}
		if n := s.count(tokenRoute); n < 3 {
			t.Errorf("%d logins for tokens without a life", n)
		}
	})
	t.Run("once when the server refuses it", func(t *testing.T) {
		t.Parallel()
		s := newStub(t)
		s.handle("POST "+groupsPath, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "Bearer token-1" {
				status(http.StatusUnauthorized, "WWW-Authenticate", `Bearer error="invalid_token"`)(w, r)
				return
			}
			answer(`{"id":"g1","name":"G"}`)(w, r)
		})
		s.handle(groupsList, answer(noGroups))
		c := s.client(t)
		if _, err := c.CreateGroup(t.Context(), stubOrg, bitwarden.NewGroup{Name: "G"}); err != nil {
			t.Error(err)
		}
		if n := s.count(tokenRoute); n != 2 {
			t.Errorf("%d logins, want 2", n)
		}
	})
	t.Run("not twice", func(t *testing.T) {
		t.Parallel()
		s := newStub(t)
		s.handle(groupsList, status(http.StatusUnauthorized, "WWW-Authenticate", "Bearer"))
		_, err := s.client(t).Groups(t.Context(), stubOrg)
		if !bitwarden.IsForbidden(err) || s.count(tokenRoute) != 2 || s.count(groupsList) != 2 {
			t.Errorf("%v after %d logins and %d requests", err, s.count(tokenRoute), s.count(groupsList))
		}
	})
	t.Run("not for missing permission", func(t *testing.T) {
		t.Parallel()
		s := newStub(t)
		s.handle(groupsList, status(http.StatusUnauthorized))
		_, err := s.client(t).Groups(t.Context(), stubOrg)
		if !bitwarden.IsForbidden(err) || s.count(tokenRoute) != 1 {
			t.Errorf("%v after %d logins", err, s.count(tokenRoute))
		}
	})
}

func TestPasswordLogin(t *testing.T) {
	t.Parallel()
	settings := answer(`{"kdf":0,"kdfIterations":5000,"kdfMemory":null,"kdfParallelism":null,` +
		`"kdfSettings":{"kdfType":0,"iterations":5000,"memory":null,"parallelism":null},"salt":null}`)
	for name, path := range map[string]string{
		"current server": "/identity/accounts/prelogin/password",
		"older server":   "/identity/accounts/prelogin",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var forms []url.Values
			s := newLoginStub(t, func(w http.ResponseWriter, r *http.Request) {
				answer(`{"access_token":"t","expires_in":0,"refresh_token":"again"}`)(w, r)
			})
			s.handle("POST "+path, settings)
			c := newClient(t, bitwarden.Config{
				Server: s.URL, Email: " Admin@MSP.example ", MasterPassword: bitwarden.NewSecret("correct horse battery staple"),
			})
			if _, err := c.Groups(t.Context(), stubOrg); err != nil {
				t.Fatal(err)
			}
			for _, body := range s.bodies[tokenRoute] {
				form, err := url.ParseQuery(body)
				if err != nil {
					t.Fatal(err)
				}
				forms = append(forms, form)
			}
			first := forms[0]
			if first.Get("grant_type") != "password" || first.Get("username") != "admin@msp.example" ||
				first.Get("scope") != "api offline_access" || len(first.Get("password")) != 44 ||
				strings.Contains(first.Get("password"), "horse") {
				t.Errorf("login form %v", first)
			}
			if s.body(t, "POST "+path)["email"] != "admin@msp.example" {
				t.Errorf("prelogin body %v", s.body(t, "POST "+path))
			}
			if _, err := c.Account(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := s.count("POST " + path); n != 1 {
				t.Errorf("%d prelogins: the refresh token was not used", n)
			}
		})
	}
	t.Run("weak key derivation is refused before hashing", func(t *testing.T) {
		t.Parallel()
		s := newLoginStub(t, answer(`{"access_token":"t"}`))
		s.handle("POST /identity/accounts/prelogin/password", answer(`{"kdf":0,"kdfIterations":1}`))
		_, err := newClient(t, bitwarden.Config{
			Server: s.URL, Email: "a@msp.example", MasterPassword: bitwarden.NewSecret("pw"),
		}).Account(t.Context())
		refused, ok := errors.AsType[*bitwarden.LoginError](err)
		if !ok || refused.Field != "server" || s.count(tokenRoute) != 0 {
			t.Errorf("%v after %d logins", err, s.count(tokenRoute))
		}
	})
}

func TestProvider_isChosen(t *testing.T) {
	t.Parallel()
	one := `{"id":"p1","name":"One","key":"4.x","status":2,"type":0}`
	two := `{"id":"p2","name":"Two","key":"4.x","status":2,"type":1}`
	invited := `{"id":"p3","name":"Three","key":null,"status":1,"type":0}`
	for name, test := range map[string]struct {
		providers, configured string
		want, says            string
	}{
		"the only one":           {one + "," + invited, "", "p1", ""},
		"the configured one":     {one + "," + two, stubProvider, "", "p1 (One), p2 (Two)"},
		"several":                {one + "," + two, "", "", "p1 (One), p2 (Two)"},
		"none":                   {"", "", "", "no confirmed user of any provider"},
		"invited but no further": {invited, "", "", "no confirmed user of any provider"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.mux = http.NewServeMux()
			s.handle(tokenRoute, answer(`{"access_token":"t","expires_in":3600}`))
			s.handle("GET /api/accounts/profile", answer(`{"id":"u","email":"a@b.example","providers":[`+test.providers+`]}`))
			config := s.config()
			config.ProviderID = test.configured
			account, err := newClient(t, config).Account(t.Context())
			if test.want != "" {
				if err != nil || account.ProviderID != test.want || !account.IsProviderAdmin {
					t.Errorf("account %+v, error %v", account, err)
				}
				return
			}
			refused, ok := errors.AsType[*bitwarden.LoginError](err)
			if !ok || refused.Field != "provider_id" || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v; want a refusal on provider_id that says %q", err, test.says)
			}
		})
	}
}
