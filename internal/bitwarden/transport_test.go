// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

const (
	groupsPath = "/api/organizations/" + stubOrg + "/groups"
	groupsList = "GET " + groupsPath + "/details"
)

// failing answers the first times in one way and then as it should.
func failing(times int32, first, then http.HandlerFunc) http.HandlerFunc {
	var n atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) <= times {
			first(w, r)
			return
		}
		then(w, r)
	}
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
	}
}

func answer(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) }
}

const noGroups = `{"data":[],"object":"list"}`

func TestReads_areRepeated(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]http.HandlerFunc{
		"bad gateway":              status(http.StatusBadGateway),
		"gateway timeout":          status(http.StatusGatewayTimeout),
		"unavailable":              status(http.StatusServiceUnavailable),
		"too many requests":        status(http.StatusTooManyRequests, "Retry-After", "0"),
		"too many, without a time": status(http.StatusTooManyRequests),
		"server failed once":       status(http.StatusInternalServerError),
		"connection cut":           cut,
		"garbage":                  answer("<html>"),
		"body cut": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte(`{"data":[`))
			_ = http.NewResponseController(w).Flush()
			cut(w, r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.handle(groupsList, failing(1, fault, answer(noGroups)))
			if _, err := s.client(t).Groups(t.Context(), stubOrg); err != nil {
				t.Errorf("after one failure: %v", err)
			}
			if n := s.count(groupsList); n != 2 {
				t.Errorf("%d requests, want 2", n)
			}
		})
	}
}

func TestReads_areNotRepeatedForever(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault http.HandlerFunc
		want  int
	}{
		"bad gateway":         {status(http.StatusBadGateway), 3},
		"the server's own":    {status(http.StatusInternalServerError), 2},
		"forbidden":           {status(http.StatusForbidden), 1},
		"redirect":            {status(http.StatusFound, "Location", "https://elsewhere.example/"), 1},
		"wait of hours":       {status(http.StatusTooManyRequests, "Retry-After", "7200"), 1},
		"garbage":             {answer("<html>"), 3},
		"unauthorized, final": {status(http.StatusUnauthorized), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.handle(groupsList, test.fault)
			config := s.config()
			config.MaxRetries = new(2)
			if _, err := newClient(t, config).Groups(t.Context(), stubOrg); err == nil {
				t.Error("no error")
			}
			if n := s.count(groupsList); n != test.want {
				t.Errorf("%d requests, want %d", n, test.want)
			}
		})
	}
}

func TestRetryAfter_isObeyedForEveryMethod(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]func() string{
		"seconds": func() string { return "1" },
		"date":    func() string { return time.Now().Add(2 * time.Second).UTC().Format(http.TimeFormat) },
	} {
		for _, code := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			t.Run(fmt.Sprint(name, code), func(t *testing.T) {
				t.Parallel()
				s := newStub(t)
				s.handle(groupsList, answer(noGroups))
				s.handle("POST "+groupsPath, failing(1, func(w http.ResponseWriter, r *http.Request) {
					status(code, "Retry-After", header())(w, r)
				}, answer(`{"id":"1","name":"G"}`)))
				began := time.Now()
				group, err := s.client(t).CreateGroup(t.Context(), stubOrg, bitwarden.NewGroup{Name: "G"})
				if err != nil || group.ID != "1" {
					t.Fatalf("group %v, error %v", group, err)
				}
				if waited := time.Since(began); waited < 900*time.Millisecond {
					t.Errorf("waited only %s", waited)
				}
			})
		}
	}
}

// TestRetryAfter_ofHours is an error at once, and a creation was sent once.
func TestRetryAfter_ofHours(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"seconds": "7200", "a day": "86400", "beyond all numbers": "99999999999999999999",
		"date": time.Now().Add(2 * time.Hour).UTC().Format(http.TimeFormat), "last date": "Fri, 31 Dec 9999 23:59:59 GMT",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.handle(groupsList, answer(noGroups))
			s.handle("POST "+groupsPath, status(http.StatusTooManyRequests, "Retry-After", text))
			_, err := s.client(t).CreateGroup(t.Context(), stubOrg, bitwarden.NewGroup{Name: "G"})
			refused, ok := errors.AsType[*bitwarden.Error](err)
			if !ok || refused.Status != http.StatusTooManyRequests || refused.RetryAfter < time.Hour {
				t.Errorf("got %v", err)
			}
			if n := s.count("POST " + groupsPath); n != 1 {
				t.Errorf("%d requests, want 1", n)
			}
		})
	}
}

// TestRetryAfter_inThePast is no reason to hammer: the usual pauses come in between, and not too many attempts.
func TestRetryAfter_inThePast(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.handle(groupsList, status(http.StatusTooManyRequests, "Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT"))
	config := s.config()
	config.MaxRetries = new(2)
	c, err := bitwarden.New(config)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if _, err := c.Groups(t.Context(), stubOrg); err == nil || s.count(groupsList) != 3 {
		t.Errorf("%d requests, want 3: %v", s.count(groupsList), err)
	}
	if took := time.Since(began); took < 700*time.Millisecond {
		t.Errorf("three attempts within %s", took)
	}
}

func TestWait_isCancellable(t *testing.T) {
	t.Parallel()
	for name, waits := range map[string]func(ctx context.Context, c *bitwarden.Client) error{
		groupsList: func(ctx context.Context, c *bitwarden.Client) error {
			_, err := c.Groups(ctx, stubOrg)
			return err
		},
		"POST " + groupsPath: func(ctx context.Context, c *bitwarden.Client) error {
			_, err := c.CreateGroup(ctx, stubOrg, bitwarden.NewGroup{Name: "G"})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			if name != groupsList {
				s.handle(groupsList, answer(noGroups))
			}
			s.handle(name, status(http.StatusTooManyRequests, "Retry-After", "60"))
			c := s.client(t)
			for _, what := range []string{"its own refusal", "what others were told"} {
				ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
				began := time.Now()
				err := waits(ctx, c)
				if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 10*time.Second {
					t.Errorf("%s: after %s: %v", what, time.Since(began), err)
				}
				cancel()
			}
			if n := s.count(name); n != 1 {
				t.Errorf("%d requests, want 1: the second one waits before it is sent", n)
			}
		})
	}
}

func TestTimeout_isPerAttempt(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	release := make(chan struct{})
	s.handle(groupsList, failing(1, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-release:
		}
	}, answer(noGroups)))
	t.Cleanup(func() { close(release) })
	config := s.config()
	config.RequestTimeout = 200 * time.Millisecond
	if _, err := newClient(t, config).Groups(t.Context(), stubOrg); err != nil {
		t.Error(err)
	}
	if n := s.count(groupsList); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}

// TestNetworkErrors_sayWhatItWas, and where to look.
func TestNetworkErrors_sayWhatItWas(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(nil)
	closed.Close()
	plain := newStub(t)
	secure := httptest.NewTLSServer(nil)
	t.Cleanup(secure.Close)
	authority := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}))
	slow := newStub(t)
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	slow.mux = http.NewServeMux()
	slow.handle("/", func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).Flush() // it begins to answer
		select {
		case <-r.Context().Done():
		case <-release:
		}
	})
	for name, test := range map[string]struct {
		server, proxy, authority string
		timeout                  time.Duration
		says                     []string
	}{
		"nobody listens": {
			server: closed.URL, says: []string{"the server cannot be reached", "connection refused", "server (BW_URL)"},
		},
		"no proxy listens": {
			server: "https://vault.example", proxy: closed.URL, says: []string{"the proxy cannot be reached", "proxy_url"},
		},
		"no TLS": {
			server: strings.Replace(plain.URL, "http:", "https:", 1), says: []string{"speaks no TLS", "server (BW_URL)"},
		},
		"unknown authority": {
			server: secure.URL, says: []string{"extra_ca_certs", "not trusted", "NODE_EXTRA_CA_CERTS"},
		},
		"certificate for another host": {
			server: strings.Replace(secure.URL, "127.0.0.1", "localhost", 1), authority: authority,
			says: []string{"server: ", "not good", "localhost"},
		},
		"slow": {
			server: slow.URL, timeout: 100 * time.Millisecond, says: []string{"timeout after 100ms", "request_timeout"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newClient(t, bitwarden.Config{
				Server: test.server, ClientID: "user." + stubUser, ClientSecret: bitwarden.NewSecret("s"), MaxRetries: new(0),
				ProxyURL: test.proxy, ExtraCACerts: test.authority, RequestTimeout: test.timeout,
			}).Account(t.Context())
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range test.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v; want %q in it", err, want)
				}
			}
			if test.timeout == 0 && strings.Contains(err.Error(), "time") {
				t.Errorf("%v; there was no timeout", err)
			}
		})
	}
}

func TestHeaders_tellWhoCalls(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	var mu sync.Mutex
	var headers []http.Header
	s.handle(groupsList, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		headers = append(headers, r.Header)
		answer(noGroups)(w, r)
	})
	for range 2 { // two runs
		if _, err := s.client(t).Groups(t.Context(), stubOrg); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"User-Agent":               "terraform-provider-bitwarden/1.2.3",
		"Bitwarden-Client-Version": "2026.9.0",
		"Bitwarden-Client-Name":    "cli",
		"Accept":                   "application/json",
	} {
		if got := headers[0].Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if headers[0].Get("Authorization") != "Bearer token-1" {
		t.Errorf("Authorization %q", headers[0].Get("Authorization"))
	}
	device := headers[0].Get("Device-Identifier")
	if len(device) != 36 || device[14] != '5' || device != headers[1].Get("Device-Identifier") {
		t.Errorf("devices %q and %q: want the same UUIDv5", device, headers[1].Get("Device-Identifier"))
	}
}

func TestAnswers_areBounded(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.handle(groupsList, answer(`{"data":[`+strings.Repeat(" ", 5000)+`]}`))
	c := s.client(t)
	if _, err := c.Account(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.LimitAnswers(4000)
	if _, err := c.Groups(t.Context(), stubOrg); err == nil || !strings.Contains(err.Error(), "larger than 4000 bytes") {
		t.Errorf("error %v", err)
	}
}

// TestWrites_pageOfAProxyIsNoSuccess: the server's empty 200 must not be mistaken for anybody's 200.
func TestWrites_pageOfAProxyIsNoSuccess(t *testing.T) {
	t.Parallel()
	s := groupStub(t)
	s.handle(putGroup, answer("<html>please log in</html>"))
	_, err := s.client(t).UpdateGroup(t.Context(), stubOrg, "g1", bitwarden.GroupUpdate{Name: new("New")})
	if _, ok := errors.AsType[*bitwarden.NetworkError](err); !ok || strings.Contains(err.Error(), "log in") {
		t.Errorf("error %v", err)
	}
}

func TestProxy_isUsed(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 10)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method + " " + r.Host
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(proxy.Close)
	_, err := newClient(t, bitwarden.Config{
		Server: "https://vault.example", ClientID: "user." + stubUser, ClientSecret: bitwarden.NewSecret("s"),
		ProxyURL: proxy.URL, MaxRetries: new(0),
	}).Account(t.Context())
	if got := <-asked; err == nil || got != "CONNECT vault.example:443" {
		t.Errorf("the proxy was asked for %q, error %v", got, err)
	}
}

func TestClientCertificate_isSent(t *testing.T) {
	t.Parallel()
	var served atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served.Add(int32(len(r.TLS.PeerCertificates)))
		w.WriteHeader(http.StatusForbidden)
	}))
	s.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12}
	s.StartTLS()
	t.Cleanup(s.Close)
	key, err := x509.MarshalPKCS8PrivateKey(s.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	c := newClient(t, bitwarden.Config{
		Server: s.URL, ClientID: "user." + stubUser, ClientSecret: bitwarden.NewSecret("s"), ExtraCACerts: certificate,
		ClientCertificate: certificate,
		ClientKey:         bitwarden.NewSecret(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))),
	})
	if _, err := c.Account(t.Context()); err == nil || served.Load() != 1 {
		t.Errorf("%d certificates, error %v", served.Load(), err)
	}
}

func TestConcurrency_isBounded(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	var now, most atomic.Int32
	s.handle("GET /api/organizations/{id}/groups/details", func(w http.ResponseWriter, r *http.Request) {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(20 * time.Millisecond) //nolint:forbidigo // a slow server
		now.Add(-1)
		answer(noGroups)(w, r)
	})
	config := s.config()
	config.MaxConcurrentRequests = 3
	c := newClient(t, config)
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			if _, err := c.Groups(t.Context(), fmt.Sprint("org", i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() > 3 || most.Load() < 2 {
		t.Errorf("%d at a time, want up to 3", most.Load())
	}
}

func TestLog_holdsNothingBeyondTheList(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.handle("GET /api/organizations/"+stubOrg+"/users", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Request-Id", "req-1")
		answer(`{"data":[{"id":"m1","email":"canary-mail@x.example"}]}`)(w, r)
	})
	config := s.config()
	var mu sync.Mutex
	var entries []map[string]any
	config.Log = func(_ context.Context, _ string, fields map[string]any) {
		mu.Lock()
		defer mu.Unlock()
		entries = append(entries, fields)
	}
	if _, err := newClient(t, config).Members(t.Context(), stubOrg); err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{
		"method":      true,
		"route":       true,
		"status":      true,
		"duration_ms": true,
		"attempt":     true,
		"request_id":  true,
		"bytes":       true,
	}
	for _, entry := range entries {
		for name := range entry {
			if !allowed[name] {
				t.Errorf("field %s", name)
			}
		}
	}
	text, err := json.Marshal(entries)
	if err != nil {
		t.Fatal(err)
	}
	for _, canary := range []string{"api-key-secret", "token-1", "canary", stubOrg, stubUser, "includeGroups"} {
		if strings.Contains(string(text), canary) {
			t.Errorf("%s is in the log: %s", canary, text)
		}
	}
	last := entries[len(entries)-1]
	if last["route"] != "/organizations/{id}/users" || last["status"] != 200 || last["request_id"] != "req-1" ||
		last["attempt"] != 1 || last["bytes"] != int64(70) {
		t.Errorf("last entry %v", last)
	}
}
