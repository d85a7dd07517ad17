// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// Ids in testdata.
const (
	stubUser     = "00000001-0000-4000-8000-000000000000"
	stubProvider = "00000002-0000-4000-8000-000000000000"
	stubOrg      = "00000003-0000-4000-8000-000000000000" // Enterprise
	stubTeams    = "00000004-0000-4000-8000-000000000000"
	stubUnknown  = "99999999-0000-4000-8000-000000000000"
)

// stub is a server of canned answers that counts what it is asked. It logs everybody in.
type stub struct {
	*httptest.Server

	mux    *http.ServeMux
	mu     sync.Mutex
	counts map[string]int
	bodies map[string][]string
}

func newStub(t *testing.T) *stub {
	t.Helper()
	s := &stub{mux: http.NewServeMux(), counts: map[string]int{}, bodies: map[string][]string{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.counts[r.Method+" "+r.URL.Path]++
		s.bodies[r.Method+" "+r.URL.Path] = append(s.bodies[r.Method+" "+r.URL.Path], string(body))
		s.mu.Unlock()
		s.mux.ServeHTTP(named{w}, r)
	}))
	t.Cleanup(s.Close)
	s.mux.HandleFunc("POST /identity/connect/token", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"access_token":"token-%d","expires_in":3600,"token_type":"Bearer"}`,
			s.count("POST /identity/connect/token"))
	})
	s.file(t, "GET /api/accounts/profile", "profile.json")
	s.file(t, "GET /api/providers/"+stubProvider+"/organizations", "clients.json")
	return s
}

// named gives the objects that canned answers are the name of their kind, as all of the server's have one.
type named struct{ http.ResponseWriter }

// Write implements io.Writer.
func (n named) Write(content []byte) (int, error) {
	if rest, ok := bytes.CutPrefix(content, []byte("{")); ok && !bytes.Contains(content, []byte(`"object"`)) {
		separator := ","
		if bytes.HasPrefix(rest, []byte("}")) {
			separator = ""
		}
		_, err := n.ResponseWriter.Write(append([]byte(`{"object":"stub"`+separator), rest...))
		return len(content), err
	}
	return n.ResponseWriter.Write(content)
}

// Unwrap is for http.ResponseController.
func (n named) Unwrap() http.ResponseWriter { return n.ResponseWriter }

// handle answers a pattern of http.ServeMux.
func (s *stub) handle(pattern string, handler http.HandlerFunc) { s.mux.HandleFunc(pattern, handler) }

// file answers with a file of testdata.
func (s *stub) file(t *testing.T, pattern, name string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	s.handle(pattern, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(content) })
}

func (s *stub) count(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[key]
}

// body is the last body of a request, decoded.
func (s *stub) body(t *testing.T, key string) map[string]any {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	bodies := s.bodies[key]
	if len(bodies) == 0 {
		t.Fatalf("no request %s", key)
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(bodies[len(bodies)-1]), &body); err != nil {
		t.Fatal(err)
	}
	return body
}

func (s *stub) config() bitwarden.Config {
	return bitwarden.Config{
		Server: s.URL, ClientID: "user." + stubUser, ClientSecret: bitwarden.NewSecret("api-key-secret"), Version: "1.2.3",
	}
}

func (s *stub) client(t *testing.T) *bitwarden.Client {
	t.Helper()
	return newClient(t, s.config())
}

func newClient(t *testing.T, config bitwarden.Config) *bitwarden.Client {
	t.Helper()
	c, err := bitwarden.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c.Hasten()
}

// cut breaks the connection off without an answer.
func cut(w http.ResponseWriter, _ *http.Request) {
	if connection, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = connection.Close()
	}
}
