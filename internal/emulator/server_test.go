// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// raw sends a request without any help and returns status and body.
func raw(t *testing.T, srv *emulator.Running, method, path, body string, header http.Header) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, srv.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		request.Header = header
	}
	response, err := srv.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(answer)
}

func TestPaths(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	for _, test := range []struct {
		name, method, path string
		want               int
	}{
		{"as documented", "GET", "/api/version", 200},
		{"other case", "GET", "/API/Version", 200},
		{"trailing slash", "GET", "/api/version/", 200},
		{"double slash", "GET", "/api//version", 404},
		{"unknown", "GET", "/api/nowhere", 404},
		{"known with another verb", "PATCH", "/api/version", 405},
		{"needs a token", "GET", "/api/sync", 401},
		{"no GUID where the route wants one", "GET", "/api/providers/nonsense", 404},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got, body := raw(t, srv, test.method, test.path, "", nil); got != test.want {
				t.Errorf("got %d %s, want %d", got, body, test.want)
			}
		})
	}
}

func TestGUIDSpellings(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	p := srv.NewPerson(t, "alice@x.example")
	for name, id := range map[string]string{
		"own": p.ID, "upper case": strings.ToUpper(p.ID), "without dashes": strings.ReplaceAll(p.ID, "-", ""),
	} {
		answer := struct {
			UserID string `json:"userId"`
		}{}
		if err := p.Get(t.Context(), "/users/"+id+"/public-key", &answer); err != nil || answer.UserID != p.ID {
			t.Errorf("%s: got %q, %v; want %s", name, answer.UserID, err, p.ID)
		}
	}
}

// TestTokenClaims shows what a token knows: roles as of its issue, links to clients as of now, five minutes of grace.
func TestTokenClaims(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	msp := srv.NewMSP(t)
	service := msp.NewServiceUser(t, "service@x.example")
	client := msp.NewClient(t, emulator.ClientOptions{Name: "Later than the token"})
	if err := service.Get(t.Context(), "/organizations/"+client.ID, nil); err != nil {
		t.Errorf("a client made after the token was issued: %v", err)
	}
	users := struct {
		Data []struct {
			ID, Email string
		} `json:"data"`
	}{}
	if err := msp.Admin.Get(t.Context(), "/providers/"+msp.ProviderID+"/users", &users); err != nil {
		t.Fatal(err)
	}
	for _, u := range users.Data {
		if u.Email == "service@x.example" {
			path := "/providers/" + msp.ProviderID + "/users/" + u.ID
			if err := msp.Admin.Put(t.Context(), path, map[string]int{"type": 0}, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	list := "/providers/" + msp.ProviderID + "/users"
	if err := service.Get(t.Context(), list, nil); status(err) != http.StatusForbidden {
		t.Errorf("the old token of a promoted user: got %v, want 403", err)
	}
	if err := service.Login(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := service.Get(t.Context(), list, nil); err != nil {
		t.Errorf("a new token of a promoted user: %v", err)
	}
	srv.Advance(time.Hour + 4*time.Minute)
	if err := service.Get(t.Context(), list, nil); err != nil {
		t.Errorf("four minutes after its end: %v", err)
	}
	srv.Advance(2 * time.Minute)
	if err := service.Get(t.Context(), list, nil); status(err) != http.StatusUnauthorized {
		t.Errorf("six minutes after its end: got %v, want 401", err)
	}
}

// status is the HTTP status of a refusal, 0 for anything else.
func status(err error) int {
	if refused, ok := errors.AsType[*emulator.StatusError](err); ok {
		return refused.Status
	}
	return 0
}

func TestExpiredTokenChallenge(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	srv.SetClock(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	p := srv.NewPerson(t, "alice@x.example")
	form := url.Values{
		"grant_type": {"password"}, "client_id": {"cli"}, "username": {p.Email}, "password": {p.PasswordHash()},
		"scope": {"api"}, "deviceType": {"25"}, "deviceIdentifier": {"x"}, "deviceName": {"x"},
	}
	_, body := raw(t, srv, "POST", "/identity/connect/token", form.Encode(),
		http.Header{"Bitwarden-Client-Version": {"2026.9.0"}})
	answer := map[string]any{}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatal(err)
	}
	if _, ok := answer["refresh_token"]; ok {
		t.Error("a refresh token without the scope offline_access")
	}
	token, _ := answer["access_token"].(string)
	srv.SetClock(time.Date(2026, 11, 23, 10, 6, 0, 0, time.UTC))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL()+"/api/sync", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := srv.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	want := `error="invalid_token", error_description="The token expired at '11/23/2026 10:00:0`
	if got := response.Header.Get(
		"WWW-Authenticate",
	); response.StatusCode != http.StatusUnauthorized ||
		!strings.Contains(got, want) {
		t.Errorf("got %d %s", response.StatusCode, got)
	}
}

func TestRotatedAPIKey(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	p := srv.NewPerson(t, "alice@x.example")
	id, old, err := p.APIKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	login := func(secret string) int {
		code, _ := raw(t, srv, "POST", "/identity/connect/token", url.Values{
			"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}, "scope": {"api"},
			"deviceType": {"25"}, "deviceIdentifier": {"x"}, "deviceName": {"x"},
		}.Encode(), http.Header{"Bitwarden-Client-Version": {"2026.9.0"}})
		return code
	}
	if got := login(old); got != 200 {
		t.Fatalf("the key before rotation: %d", got)
	}
	rotated := struct{ APIKey string }{}
	secret := map[string]string{"masterPasswordHash": p.PasswordHash()}
	if err := p.Post(t.Context(), "/accounts/rotate-api-key", secret, &rotated); err != nil {
		t.Fatal(err)
	}
	if got, want := login(old), 400; got != want {
		t.Errorf("the old key: got %d, want %d", got, want)
	}
	if got := login(rotated.APIKey); got != 200 {
		t.Errorf("the new key: got %d, want 200", got)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	const create = "POST /api/providers/{providerId}/clients"
	for _, test := range []struct {
		name   string
		fault  emulator.Fault
		status int // of the first attempt; 0: the connection broke
		made   int // clients after the first attempt
	}{
		{"refused", emulator.Fault{Status: 503, RetryAfter: 7, Times: 1}, 503, 0},
		{"answer lost behind a gateway", emulator.Fault{Status: 502, AfterExecution: true, Times: 1}, 502, 1},
		{"cut before", emulator.Fault{Cut: emulator.CutBefore, Times: 1}, 0, 0},
		{"cut after", emulator.Fault{Cut: emulator.CutAfter, Times: 1}, 0, 1},
		{"cut within the body", emulator.Fault{Cut: emulator.CutBody, Times: 1}, 0, 1},
		{"token expired", emulator.Fault{Status: 401, Header: emulator.ExpiredToken(), Times: 1}, 401, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := emulator.New(t)
			msp := srv.NewMSP(t)
			if err := srv.Fail(create, test.fault); err != nil {
				t.Fatal(err)
			}
			_, err := msp.CreateClient(t.Context(), emulator.ClientOptions{Name: "First"})
			if err == nil || status(err) != test.status {
				t.Errorf("first attempt: got %v, want status %d", err, test.status)
			}
			if got := clientNames(t, msp); len(got) != test.made {
				t.Errorf("clients after the first attempt: %v, want %d", got, test.made)
			}
			if _, err := msp.CreateClient(t.Context(), emulator.ClientOptions{Name: "Second"}); err != nil {
				t.Errorf("second attempt: %v", err)
			}
		})
	}
}

// TestFaultHeaders: an expired token comes with a challenge, and a page is no JSON.
func TestFaultHeaders(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	for _, fault := range []emulator.Fault{
		{Status: 401, Header: emulator.ExpiredToken(), Times: 1},
		{Status: 502, Body: "<html>", Header: map[string]string{"Content-Type": "text/html"}, Times: 1},
	} {
		if err := srv.Fail("GET /api/version", fault); err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL()+"/api/version", nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := srv.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil {
			t.Fatal(err)
		}
		for name, want := range fault.Header {
			if got := response.Header.Get(name); response.StatusCode != fault.Status || got != want {
				t.Errorf("%s: got %q with %d, want %q with %d", name, got, response.StatusCode, want, fault.Status)
			}
		}
	}
}

func clientNames(t *testing.T, msp *emulator.MSP) []string {
	t.Helper()
	answer := struct {
		Data []struct {
			Name string `json:"organizationName"`
		} `json:"data"`
	}{}
	if err := msp.Admin.Get(t.Context(), "/providers/"+msp.ProviderID+"/organizations", &answer); err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, row := range answer.Data {
		found = append(found, row.Name)
	}
	return found
}

func TestFaultOnOnePath(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	msp := srv.NewMSP(t)
	a, b := msp.NewClient(t, emulator.ClientOptions{Name: "A"}), msp.NewClient(t, emulator.ClientOptions{Name: "B"})
	if err := srv.Fail("GET /api/organizations/"+a.ID, emulator.Fault{Status: 500}); err != nil {
		t.Fatal(err)
	}
	if err := msp.Admin.Get(t.Context(), "/organizations/"+a.ID, nil); status(err) != 500 {
		t.Errorf("the named path: got %v, want 500", err)
	}
	if err := msp.Admin.Get(t.Context(), "/organizations/"+b.ID, nil); err != nil {
		t.Errorf("another path of the route: %v", err)
	}
	if err := srv.Fail("GET /api/no/such/route", emulator.Fault{Status: 500}); err == nil {
		t.Error("a fault on an unknown route was taken")
	}
}

func TestBefore(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	msp := srv.NewMSP(t)
	client := msp.NewClient(t, emulator.ClientOptions{Name: "Old", Seats: 5})
	path := "/providers/" + msp.ProviderID + "/clients/" + client.LinkID
	var inner error
	err := srv.Before("PUT /api/providers/{providerId}/clients/{id}", func() {
		inner = msp.Admin.Put(t.Context(), path, map[string]any{"name": "Theirs", "assignedSeats": 6}, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := msp.Admin.Put(t.Context(), path, map[string]any{"name": "Ours", "assignedSeats": 5}, nil); err != nil {
		t.Fatal(err)
	}
	if got := clientNames(t, msp); inner != nil || len(got) != 1 || got[0] != "Ours" {
		t.Errorf("got %v (hook: %v), want ours to be written last", got, inner)
	}
	if got := srv.Requests().Count("PUT /api/providers/{}/clients/{}"); got != 2 {
		t.Errorf("got %d requests, want the hook's and ours", got)
	}
}

func TestRequestLog(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	p := srv.NewPerson(t, "alice@x.example")
	srv.ResetRequests()
	const delayed = "GET /api/devices"
	if err := srv.Fail(delayed, emulator.Fault{Delay: 300 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	group := sync.WaitGroup{}
	for range 3 {
		group.Go(func() {
			if err := p.Get(t.Context(), "/devices?page=1", nil); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	raw(t, srv, "GET", "/api/nowhere", "", nil)
	got := srv.Requests()
	if got.Total != 4 || got.Count(delayed) != 3 || got.Unrouted != 1 || got.MaxInFlight != 3 {
		t.Errorf("got %+v", got)
	}
	first := got.List[0]
	if first.Path != "/api/devices?page=1" || first.Status != 200 || first.BytesOut == 0 ||
		first.Duration < 300*time.Millisecond {
		t.Errorf("got %+v", first)
	}
	if len(got.Writes()) != 0 {
		t.Errorf("reads counted as writes: %v", got.Writes())
	}
}

// TestDelays shows the two seconds of a failed login, which only the option turns on.
func TestDelays(t *testing.T) {
	t.Parallel()
	for _, delays := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			srv := emulator.NewServer(emulator.Options{Delays: delays})
			begin := time.Now()
			form := url.Values{"grant_type": {"password"}, "client_id": {"cli"}, "username": {"x"}, "scope": {"api"}}
			request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/identity/connect/token",
				strings.NewReader(form.Encode()))
			recorder := httptest.NewRecorder()
			srv.ServeHTTP(recorder, request)
			want := time.Duration(0)
			if delays {
				want = 2 * time.Second
			}
			if took := time.Since(begin); recorder.Code != 400 || took != want {
				t.Errorf("delays %t: got %d after %s", delays, recorder.Code, took)
			}
		})
	}
}

func TestBodyAboveTheLimit(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	for size, want := range map[int]int{25_000_000: 415, 30_000_001: 500} {
		code, _ := raw(t, srv, "POST", "/identity/accounts/prelogin", strings.Repeat(" ", size), nil)
		if code != want {
			t.Errorf("%d bytes: got %d, want %d", size, code, want)
		}
	}
}

func TestLimiterExemptsLoopback(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	edge := http.Header{"X-Connecting-Ip": {"203.0.113.9"}}
	srv.SetClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	for n := range 7 {
		if code, _ := raw(t, srv, "GET", "/api/alive", "", nil); code != 200 {
			t.Errorf("request %d of loopback: %d", n, code)
		}
	}
	for n := range 7 {
		want := 200
		if n >= 5 {
			want = 429
		}
		if code, _ := raw(t, srv, "GET", "/api/alive", "", edge); code != want {
			t.Errorf("request %d through the edge: got %d, want %d", n, code, want)
		}
	}
	srv.Advance(time.Minute + time.Second)
	if code, _ := raw(t, srv, "GET", "/api/alive", "", edge); code != 200 {
		t.Errorf("a minute later: %d", code)
	}
}
