// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto/vault"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health"
)

const (
	weakReports     = "bitwarden_weak_passwords_report"
	reusedReports   = "bitwarden_reused_passwords_report"
	exposedReports  = "bitwarden_exposed_passwords_report"
	websiteReports  = "bitwarden_unsecured_websites_report"
	inactiveReports = "bitwarden_inactive_two_step_login_report"
	breachReports   = "bitwarden_data_breach_report"
	accessReports   = "bitwarden_member_access_report"
	healthReports   = "bitwarden_vault_health"

	itemList = "GET /api/ciphers/organization-details"

	strongPassword = "vG7#qp0!Rz-wTf92Lm"
	weakPassword   = "hunter2"
	sharedPassword = "Kq3$8Vz!pW2m@canary"
)

// fixture is a client with an owner and with one item for each finding.
type fixture struct {
	*acctest.Env

	client  *emulator.Client
	ownerID string
	ids     map[string]string // by name
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{Env: acctest.New(t), ids: map[string]string{}}
	f.client = f.MSP.NewClient(t, emulator.ClientOptions{Name: "Bakery Ltd", Seats: 20})
	_, f.ownerID = f.client.NewMember(t, "olivia@bakery.example", 0)
	f.plant(t, f.client.Key,
		login("Strong Canary", strongPassword, "https://shop.bank.example/canary", true),
		login("Weak Canary", weakPassword, "http://old.example/canary", false),
		login("Twin Canary", sharedPassword, "https://bank.example/canary", false),
		login("Other twin Canary", sharedPassword, "https://elsewhere.example/canary", false),
		login("Empty Canary", "", "", false),
		map[string]any{"type": 2, "name": "Note Canary", "notes": "canary", "secureNote": map[string]any{"type": 0}},
	)
	f.plant(t, crypto.NewSymmetricKey(), login("Unreadable Canary", weakPassword, "", false))
	f.ResetRequests()
	return f
}

func login(name, password, uri string, codes bool) map[string]any {
	inner := map[string]any{"username": "canary@bakery.example"}
	if password != "" {
		inner["password"] = password
	}
	if uri != "" {
		inner["uris"] = []any{map[string]any{"uri": uri}}
	}
	if codes {
		inner["totp"] = "JBSWY3DPEHPK3PXP"
	}
	return map[string]any{"type": 1, "name": name, "login": inner}
}

// plant imports items one by one, so as to learn their ids.
func (f *fixture) plant(t *testing.T, key crypto.SymmetricKey, items ...map[string]any) {
	t.Helper()
	for _, members := range items {
		item, err := vault.NewItem(members).Seal(key)
		if err != nil {
			t.Fatal(err)
		}
		known := f.itemIDs(t)
		if err := f.MSP.Admin.Post(t.Context(), "/ciphers/import-organization?organizationId="+f.client.ID, map[string]any{
			"collections": []any{}, "ciphers": []any{item}, "collectionRelationships": []any{},
		}, nil); err != nil {
			t.Fatal(err)
		}
		for _, id := range f.itemIDs(t) {
			if !slices.Contains(known, id) {
				f.ids[fmt.Sprint(members["name"])] = id
			}
		}
	}
}

func (f *fixture) itemIDs(t *testing.T) []string {
	t.Helper()
	var list struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	err := f.MSP.Admin.Get(t.Context(), "/ciphers/organization-details?organizationId="+f.client.ID, &list)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, row := range list.Data {
		ids = append(ids, row.ID)
	}
	return ids
}

// sorted are the ids of items by their names, in the order of reports.
func (f *fixture) sorted(names ...string) []string {
	var ids []string
	for _, name := range names {
		ids = append(ids, f.ids[name+" Canary"])
	}
	slices.Sort(ids)
	return ids
}

// read reads a data source of the client.
func (f *fixture) read(t *testing.T, p *acctest.Protocol, typeName string, config map[string]any) *acctest.Object {
	t.Helper()
	full := map[string]any{"organization_id": f.client.ID}
	maps.Copy(full, config)
	object, problems := p.DataSource(typeName, full)
	problems.WantNone(t)
	return object
}

// rows are the elements of an attribute.
func rows(t *testing.T, object *acctest.Object, attribute string) []map[string]any {
	t.Helper()
	list, ok := object.Attributes(t)[attribute].([]any)
	if !ok {
		t.Fatalf("%s is no list in %s", attribute, object.Value)
	}
	var found []map[string]any
	for _, element := range list {
		row, ok := element.(map[string]any)
		if !ok {
			t.Fatalf("%v is no object", element)
		}
		found = append(found, row)
	}
	return found
}

// wantItems compares the items that a report has found, and its counts.
func (f *fixture) wantItems(t *testing.T, object *acctest.Object, checked int, names ...string) []map[string]any {
	t.Helper()
	found := rows(t, object, "items")
	var ids []string
	for _, row := range found {
		ids = append(ids, fmt.Sprint(row["id"]))
	}
	if want := f.sorted(names...); !slices.Equal(ids, want) {
		t.Errorf("found the items %v, want %v (%v)", ids, want, names)
	}
	attributes := object.Attributes(t)
	if attributes["checked_count"] != checked || attributes["found_count"] != len(names) ||
		attributes["unreadable_count"] != 1 ||
		fmt.Sprint(attributes["unreadable_item_ids"]) != fmt.Sprint(f.sorted("Unreadable")) {
		t.Errorf("the counts are wrong: %v, want %d checked and %d found", attributes, checked, len(names))
	}
	return found
}

// wantNoSecrets looks for what may never be in a state. Names may be there if they were asked for.
func wantNoSecrets(t *testing.T, object *acctest.Object, names bool) {
	t.Helper()
	text := object.Value.String()
	for _, secret := range []string{weakPassword, sharedPassword, strongPassword, "canary@", "/canary", "JBSWY3DP"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the state %s", secret, text)
		}
	}
	if strings.Contains(text, "Canary") != names {
		t.Errorf("with names: %v, but the state is %s", names, text)
	}
}

// rangeServer is a range service that knows the weak password.
type rangeServer struct {
	*httptest.Server

	mu    sync.Mutex
	asked []string
}

func newRangeServer(t *testing.T) *rangeServer {
	t.Helper()
	s := &rangeServer{}
	known, suffix := health.RangeQuery(weakPassword)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, r.URL.Path)
		_, _ = fmt.Fprintf(w, "%s:0\r\n", strings.Repeat("0", len(suffix)))
		if strings.HasSuffix(r.URL.Path, known) {
			_, _ = fmt.Fprintf(w, "%s:17\r\n", suffix)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// questions are the paths that were asked for so far.
func (s *rangeServer) questions() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// file writes a file for a test.
func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// corpus is a file that knows the shared password and another one.
func corpus(t *testing.T) string {
	t.Helper()
	var lines []string
	for _, password := range []string{sharedPassword, "something else"} {
		prefix, suffix := health.RangeQuery(password)
		lines = append(lines, prefix+suffix+":5\n")
	}
	slices.Sort(lines)
	return file(t, strings.Join(lines, ""))
}

const directory = `[["Bank", {"domain": "bank.example", "documentation": "https://bank.example/2fa"}]]`

const breachList = "GET /api/hibp/breach"

// documentServer is a service that answers with a text, and remembers who asked.
type documentServer struct {
	*httptest.Server

	mu    sync.Mutex
	asked []http.Header
}

func newDocumentServer(t *testing.T, status int, text string) *documentServer {
	t.Helper()
	s := &documentServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, r.Header)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
	}))
	t.Cleanup(s.Close)
	return s
}

// headers are those of the requests so far.
func (s *documentServer) headers() []http.Header {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}
