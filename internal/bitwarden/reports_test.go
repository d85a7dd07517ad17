// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

func TestBreaches(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.handle("GET /api/hibp/breach", func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("username") {
		case "ann+shop@example.com":
			_, _ = w.Write([]byte(`[{"Name":"Zed","BreachDate":"2019-01-02","DataClasses":["Passwords"]},
				{"Name":"Adobe","Title":"Adobe","Domain":"adobe.com","BreachDate":"2013-10-04","DataClasses":["Email addresses"]}]`))
		case "bob@example.com":
			w.WriteHeader(http.StatusNotFound)
		default:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"message":"HaveIBeenPwned API key not set."}`))
		}
	})
	c := s.client(t).HastenReports()
	for range 2 {
		found := must(c.Breaches(t.Context(), " Ann+Shop@Example.com"))(t)
		if len(found) != 2 || found[0].Name != "Adobe" || found[0].Date != "2013-10-04" || found[0].Domain != "adobe.com" ||
			!slices.Equal(found[1].DataClasses, []string{"Passwords"}) {
			t.Errorf("got %+v", found)
		}
		if found = must(c.Breaches(t.Context(), "bob@example.com"))(t); len(found) != 0 {
			t.Errorf("got %+v of an address that is in none", found)
		}
	}
	if got := s.count("GET /api/hibp/breach"); got != 2 {
		t.Errorf("asked %d times for 2 addresses", got)
	}
	if _, err := c.Breaches(t.Context(), "eve@example.com"); err == nil || !strings.Contains(err.Error(), "API key") {
		t.Errorf("got %v of a server without a key", err)
	}
}

// The server takes one question in 2 seconds; who ends the run does not wait for the next one.
func TestBreaches_paced(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.handle("GET /api/hibp/breach", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	c := s.client(t)
	must(c.Breaches(t.Context(), "a@example.com"))(t)
	began := time.Now()
	must(c.Breaches(t.Context(), "b@example.com"))(t)
	if took := time.Since(began); took < 2*time.Second {
		t.Errorf("the second question came after %s", took)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := c.Breaches(ctx, "c@example.com"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v after the end", err)
	}
}

func TestMemberAccessReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{})
	_, ann := w.org.NewMember(t, "ann@client.example", 2)
	_, bob := w.org.NewMember(t, "bob@client.example", 2)
	view, manage := bitwarden.PermissionView, bitwarden.PermissionManage
	group := must(w.CreateGroup(t.Context(), w.org.ID, bitwarden.NewGroup{Name: "Staff", Members: []string{ann}}))(t)
	shelf := must(w.CreateCollection(t.Context(), w.org.ID, bitwarden.NewCollection{
		Name: "Shelf", Members: map[string]bitwarden.Permission{ann: manage},
		Groups: map[string]bitwarden.Permission{group.ID: view},
	}))(t)
	name := must(w.org.Key.EncryptString("Shelf"))(t)
	if err := w.msp.Admin.Post(t.Context(), "/ciphers/import-organization?organizationId="+w.org.ID, map[string]any{
		"collections": []any{map[string]any{"id": shelf.ID, "name": name}},
		"ciphers": []any{map[string]any{
			"type": 2, "name": must(w.org.Key.EncryptString("Note"))(t), "secureNote": map[string]any{"type": 0},
		}},
		"collectionRelationships": []any{map[string]any{"key": 0, "value": 0}},
	}, nil); err != nil {
		t.Fatal(err)
	}
	for _, decrypted := range []bool{false, true} {
		report := must(w.MemberAccessReport(t.Context(), w.org.ID, decrypted))(t)
		i := slices.IndexFunc(report, func(m bitwarden.MemberAccess) bool { return m.MemberID == ann })
		if i < 0 {
			t.Fatalf("ann is not in %+v", report)
		}
		m := report[i]
		if m.Email != "ann@client.example" || m.Collections != 1 || m.Groups != 1 || m.Items != 1 || len(m.Grants) != 2 {
			t.Fatalf("got %+v", m)
		}
		direct, byGroup := m.Grants[0], m.Grants[1]
		if direct.CollectionID != shelf.ID || direct.GroupID != "" || direct.Permission != manage || direct.Items != 1 ||
			byGroup.GroupID != group.ID || byGroup.GroupName != "Staff" || byGroup.Permission != view {
			t.Errorf("got %+v", m.Grants)
		}
		if (direct.CollectionName == "Shelf") != decrypted || (direct.CollectionName == "") == decrypted {
			t.Errorf("decrypted: %v, the name is %q", decrypted, direct.CollectionName)
		}
	}
	report := must(w.MemberAccessReport(t.Context(), w.org.ID, false))(t)
	i := slices.IndexFunc(report, func(m bitwarden.MemberAccess) bool { return m.MemberID == bob })
	if i < 0 || report[i].Collections+report[i].Groups+report[i].Items+len(report[i].Grants) != 0 {
		t.Errorf("bob, who has no access, is in %+v", report)
	}
	if _, err := w.MemberAccessReport(t.Context(), stubUnknown, false); !bitwarden.IsNotFound(err) {
		t.Errorf("got %v of an unknown organization, want not found", err)
	}
}

// rangeServer answers as the range service does, and remembers what it was sent.
type rangeServer struct {
	*httptest.Server

	mu       sync.Mutex
	requests []*http.Request
	status   int
}

func newRangeServer(t *testing.T, answer string) *rangeServer {
	t.Helper()
	s := &rangeServer{status: http.StatusOK}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.requests = append(s.requests, r)
		w.WriteHeader(s.status)
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(s.Close)
	return s
}

// seen are the requests so far.
func (s *rangeServer) seen() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// answer lets the server answer with another status from now on.
func (s *rangeServer) answer(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

func TestRangeService(t *testing.T) {
	t.Parallel()
	service, s := newRangeServer(t, "answer"), newStub(t)
	config := s.config()
	config.MaxRetries = new(1)
	c := newClient(t, config)
	suffix := strings.Repeat("F", 35)
	ranges := must(c.RangeService(service.URL+"/", func(response, got string) int {
		if response != "answer" || got != suffix {
			t.Errorf("got the response %q and the suffix %q", response, got)
		}
		return 42
	}))(t)
	for range 2 {
		if got := must(ranges.Count(t.Context(), "ABCDE", suffix))(t); got != 42 {
			t.Errorf("got %d", got)
		}
	}
	seen := service.seen()
	if len(seen) != 1 {
		t.Fatalf("asked %d times for one password", len(seen))
	}
	request := seen[0]
	if request.URL.Path != "/range/ABCDE" || request.URL.RawQuery != "" || request.Header.Get("Add-Padding") != "true" {
		t.Errorf("asked %s with %v", request.URL, request.Header)
	}
	for name := range request.Header {
		if !slices.Contains([]string{"Add-Padding", "User-Agent", "Accept-Encoding"}, name) {
			t.Errorf("the third party gets the header %s: %s", name, request.Header.Get(name))
		}
	}
	if got := s.count("POST /identity/connect/token"); got != 0 {
		t.Errorf("logged in %d times for a third party", got)
	}
	service.answer(http.StatusServiceUnavailable)
	if _, err := ranges.Count(t.Context(), "ABCDF", suffix); err == nil || !strings.Contains(err.Error(), "503") ||
		strings.Contains(err.Error(), "ABCDF") {
		t.Errorf("got %v of a service that is down", err)
	}
	if got := len(service.seen()); got != 3 {
		t.Errorf("asked %d times, want a second try", got-1)
	}
	service.Close()
	_, err := ranges.Count(t.Context(), "ABCDF", suffix)
	if _, ok := errors.AsType[*bitwarden.InputError](err); !ok || strings.Contains(err.Error(), "ABCDF") {
		t.Errorf("got %v of a service that is gone", err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := ranges.Count(ended, "ABCDF", suffix); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v after the end", err)
	}
}

// A service that is asked too much says how long to wait: that is waited for, and no longer than the run lasts.
func TestRangeService_limited(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	wait := "1"
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 || strings.HasSuffix(r.URL.Path, "FFFFF") {
			w.Header().Set("Retry-After", wait)
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	t.Cleanup(service.Close)
	ranges := must(newStub(t).client(t).RangeService(service.URL, func(string, string) int { return 1 }))(t)
	began := time.Now()
	if got := must(ranges.Count(t.Context(), "ABCDE", ""))(t); got != 1 || asked.Load() != 2 {
		t.Errorf("got %d after %d questions, want the answer to the second", got, asked.Load())
	}
	if took := time.Since(began); took < time.Second {
		t.Errorf("asked again after %s, which is too soon", took)
	}
	ctx, end := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, end)
	began = time.Now()
	if _, err := ranges.Count(
		ctx,
		"FFFFF",
		"",
	); !errors.Is(err, context.Canceled) ||
		time.Since(began) > 900*time.Millisecond {
		t.Errorf("got %v after %s, want the end of the run while it waits", err, time.Since(began))
	}
}

// Who ends the run in the middle of an answer does not wait for the rest.
func TestRangeService_endsMidway(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancel(t.Context())
	released := make(chan struct{})
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half"))
		_ = http.NewResponseController(w).Flush()
		end()
		<-released
	}))
	t.Cleanup(service.Close)
	t.Cleanup(func() { close(released) })
	ranges := must(newStub(t).client(t).RangeService(service.URL, func(string, string) int { return 1 }))(t)
	if _, err := ranges.Count(ctx, "ABCDE", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v after the end", err)
	}
}

func TestTwoStepDirectory(t *testing.T) {
	t.Parallel()
	service, s := newRangeServer(t, "the list"), newStub(t)
	config := s.config()
	config.MaxRetries = new(0)
	c := newClient(t, config)
	service.answer(http.StatusBadGateway)
	_, err := c.TwoStepDirectory(t.Context(), service.URL)
	if input, ok := errors.AsType[*bitwarden.InputError](err); !ok || input.Field != "directory_url" ||
		!strings.Contains(err.Error(), "502") {
		t.Errorf("got %v of a service that is down", err)
	}
	service.answer(http.StatusOK) // a failure is not for ever
	var readers sync.WaitGroup
	for range 5 {
		readers.Go(func() {
			if text, err := c.TwoStepDirectory(t.Context(), service.URL); err != nil || string(text) != "the list" {
				t.Errorf("got %q (%v)", text, err)
			}
		})
	}
	readers.Wait()
	if got := len(service.seen()); got != 2 {
		t.Errorf("asked %d times, want once more after the failure", got)
	}
	if request := service.seen()[1]; request.Header.Get("Authorization") != "" {
		t.Error("the third party gets the token")
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := c.TwoStepDirectory(ended, service.URL+"/other"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v after the end", err)
	}
	for _, address := range []string{"", "totp.json", "http://api.2fa.directory/x", "https://me:secret@a.example", "https://a.example/#x"} {
		_, err := c.TwoStepDirectory(t.Context(), address)
		if input, ok := errors.AsType[*bitwarden.InputError](err); !ok || input.Field != "directory_url" ||
			strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: got %v", address, err)
		}
	}
}

// What a third party does not answer is no fault of Bitwarden's server, and says which attribute names it.
func TestForeignServices_unreachable(t *testing.T) {
	t.Parallel()
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	config := newStub(t).config()
	config.MaxRetries = new(0)
	c := newClient(t, config)
	ranges := must(c.RangeService(down.URL, func(string, string) int { return 1 }))(t)
	_, asked := ranges.Count(t.Context(), "ABCDE", "")
	_, loaded := c.TwoStepDirectory(t.Context(), down.URL)
	for field, err := range map[string]error{"range_url": asked, "directory_url": loaded} {
		input, ok := errors.AsType[*bitwarden.InputError](err)
		if !ok || input.Field != field {
			t.Errorf("want an error about %s, got %v", field, err)
			continue
		}
		otherwise := map[string]string{"range_url": "corpus_file", "directory_url": "directory_file"}[field]
		text := err.Error()
		if !strings.Contains(text, strings.TrimPrefix(down.URL, "http://")+" does not answer") ||
			!strings.Contains(text, otherwise) || strings.Contains(text, "BW_URL") || strings.Contains(text, "ABCDE") {
			t.Error(text)
		}
	}
}

func TestRangeService_address(t *testing.T) {
	t.Parallel()
	c := newStub(t).client(t)
	for _, address := range []string{"", "pwned", "http://api.pwnedpasswords.com", "https://a.example?x=1"} {
		_, err := c.RangeService(address, nil)
		if input, ok := errors.AsType[*bitwarden.InputError](err); !ok || input.Field != "range_url" {
			t.Errorf("%q: got %v", address, err)
		}
	}
}
