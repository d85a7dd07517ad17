// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// ask sends a request to a control endpoint, which must succeed, and decodes the answer.
func ask[T any](t *testing.T, srv *emulator.Running, method, path, body string) T {
	t.Helper()
	code, answer := raw(t, srv, method, "/_emulator"+path, body, nil)
	var decoded T
	if err := json.Unmarshal([]byte(answer), &decoded); err != nil || code != 200 {
		t.Fatalf("%s %s: %d %s (%v)", method, path, code, answer, err)
	}
	return decoded
}

func TestControlStaff(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	owner := srv.NewPerson(t, "owner@x.example")
	made := ask[map[string]string](t, srv, "POST", "/staff/providers",
		`{"ownerEmail":"owner@x.example","type":"msp","seatMinimums":{"teams":3,"enterprise":4}}`)
	if len(made) != 2 || made["providerId"] == "" || made["token"] == "" {
		t.Fatalf("got %v, want providerId and token", made)
	}
	mails := ask[[]map[string]any](t, srv, "GET", "/mails?to=Owner@X.example", "")
	if len(mails) != 1 || len(mails[0]) != 5 {
		t.Fatalf("got mails %v, want one of n, to, subject, text, links", mails)
	}
	link, q := srv.Mails("owner@x.example")[0].Link("/#/providers/setup-provider?providerId=")
	if q.Get("token") != made["token"] || q.Get("providerId") != made["providerId"] || q.Get("email") != owner.Email {
		t.Errorf("the mailed link %q does not fit %v", link, made)
	}
}

// TestControlMails counts on in the outbox: since hides what was read before.
func TestControlMails(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	msp := srv.NewMSP(t)
	client := msp.NewClient(t, emulator.ClientOptions{OwnerEmail: "owner@x.example"})
	before := ask[[]emulator.Mail](t, srv, "GET", "/mails", "")
	last := before[len(before)-1]
	if err := client.Invite(t.Context(), "new@x.example", 2); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"/mails": len(before) + 1, "/mails?to=NEW@x.example": 1, "/mails?to=nobody@x.example": 0,
		"/mails?since=" + jsonNumber(last.N): 1, "/mails?to=owner@x.example&since=" + jsonNumber(last.N): 0,
	} {
		if got := ask[[]emulator.Mail](t, srv, "GET", path, ""); len(got) != want {
			t.Errorf("%s: got %d mails, want %d", path, len(got), want)
		}
	}
	newest := ask[[]emulator.Mail](t, srv, "GET", "/mails?to=new@x.example", "")[0]
	_, q := newest.Link("accept-organization")
	if newest.N != last.N+1 || q.Get("organizationId") != client.ID || q.Get("token") == "" ||
		q.Get("organizationUserId") == "" || !strings.Contains(newest.Text, newest.Links[0]) {
		t.Errorf("got %+v, want an invitation to %s", newest, client.ID)
	}
	if _, body := raw(t, srv, "GET", "/_emulator/mails?to=nobody@x.example", "", nil); body != "[]\n" {
		t.Errorf("no mails: got %q, want an empty list", body)
	}
}

func jsonNumber(n int) string {
	text, _ := json.Marshal(n)
	return string(text)
}

// TestControlPeople lets people of any test bench, in any language, join: with an account or without.
func TestControlPeople(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	msp := srv.NewMSP(t)
	a, b := msp.NewClient(t, emulator.ClientOptions{Name: "A"}), msp.NewClient(t, emulator.ClientOptions{Name: "B"})
	registered := ask[map[string]string](t, srv, "POST", "/people", `{"email":"Ann@x.example"}`)
	again := ask[map[string]string](t, srv, "POST", "/people", `{"email":"ann@x.example"}`)
	if registered["clientId"] != "user."+registered["id"] || len(registered["clientSecret"]) != 30 ||
		again["clientSecret"] != registered["clientSecret"] || registered["email"] != "ann@x.example" {
		t.Fatalf("got %v, then %v; want the same account", registered, again)
	}
	for email, client := range map[string]*emulator.Client{
		"ann@x.example": a, "bob@x.example": a, "cid@x.example": b,
	} {
		if err := client.Invite(t.Context(), email, 2); err != nil {
			t.Fatal(err)
		}
	}
	accept := func(body string) []emulator.Accepted {
		t.Helper()
		return ask[[]emulator.Accepted](t, srv, "POST", "/people/accept", body)
	}
	one := accept(`{"email":"ann@x.example","organizationId":"` + a.ID + `"}`)
	if len(one) != 1 || one[0].Email != "ann@x.example" || one[0].OrganizationID != a.ID {
		t.Fatalf("got %+v, want Ann in A", one)
	}
	if err := msp.Admin.Confirm(t.Context(), a, one[0].MemberID); err != nil {
		t.Errorf("who accepted cannot be confirmed: %v", err)
	}
	ofA := accept(`{"organizationId":"` + a.ID + `"}`)
	if len(ofA) != 2 { // Bob, and the owner whom the client was made for
		t.Errorf("everybody of A: got %+v, want two", ofA)
	}
	rest := accept(`{}`)
	if len(rest) != 2 {
		t.Errorf("everybody else: got %+v, want Cid and the owner of B", rest)
	}
	if code, body := raw(t, srv, "POST", "/_emulator/people/accept", `{}`, nil); code != 400 {
		t.Errorf("nobody is left: got %d %s, want 400", code, body)
	}
}

// TestControlAccept_providers accepts what a provider user is invited to; somebody with another password is named, and
// keeps nobody else from it.
func TestControlAccept_providers(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	msp := srv.NewMSP(t)
	path := "/providers/" + msp.ProviderID + "/users/invite"
	emails := []string{"eve@x.example", "ann@x.example"}
	if err := msp.Admin.Post(t.Context(), path, map[string]any{"emails": emails, "type": 1}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := srv.Register(t.Context(), "eve@x.example"); err != nil {
		t.Fatal(err)
	}
	if err := srv.Fail("POST /identity/connect/token", emulator.Fault{Status: 400, Times: 1}); err != nil {
		t.Fatal(err)
	}
	code, body := raw(t, srv, "POST", "/_emulator/people/accept", `{}`, nil)
	if code != 400 || !strings.Contains(body, "eve@x.example cannot accept") || strings.Contains(body, "ann@") {
		t.Errorf("got %d %s, want an error about eve", code, body)
	}
	var users struct {
		Data []struct {
			Email  string `json:"email"`
			Status int    `json:"status"`
		} `json:"data"`
	}
	if err := msp.Admin.Get(t.Context(), "/providers/"+msp.ProviderID+"/users", &users); err != nil {
		t.Fatal(err)
	}
	for _, u := range users.Data {
		if want := map[string]int{"eve@x.example": 0, "ann@x.example": 1}; strings.HasSuffix(u.Email, "@x.example") &&
			u.Status != want[u.Email] {
			t.Errorf("%s has the status %d, want %d", u.Email, u.Status, want[u.Email])
		}
	}
}

func TestControlBench(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	ask[any](t, srv, "POST", "/flags", `{"some-flag":true,"other-flag":"x"}`)
	ask[any](t, srv, "POST", "/flags", `{"other-flag":null}`)
	config := `"featureStates":{"some-flag":true}`
	if _, body := raw(t, srv, "GET", "/api/config", "", nil); !strings.Contains(body, config) {
		t.Errorf("the flags are not in /config: %s", body)
	}
	ask[any](t, srv, "POST", "/clock", `{"now":"2030-01-02T03:04:05Z"}`)
	if _, body := raw(t, srv, "GET", "/api/now", "", nil); !strings.HasPrefix(body, `"2030-01-02T03:04:0`) {
		t.Errorf("the clock is not set: %s", body)
	}
	ask[any](t, srv, "POST", "/faults", `{"route":"GET /api/version","status":503,"body":"{}"}`)
	if code, body := raw(t, srv, "GET", "/api/version", "", nil); code != 503 || body != "{}" {
		t.Errorf("the fault does not hit: %d %s", code, body)
	}
	ask[any](t, srv, "DELETE", "/faults", "")
	if code, _ := raw(t, srv, "GET", "/api/version", "", nil); code != 200 {
		t.Errorf("the fault outlives its removal: %d", code)
	}
	raw(t, srv, "GET", "/api/nowhere", "", nil)
	if log := ask[emulator.Requests](t, srv, "GET", "/requests", ""); log.Total != 5 || log.Unrouted != 1 ||
		log.Count("GET /api/version") != 2 || len(log.List) != 5 || log.List[2].Status != 503 || log.BytesOut == 0 {
		t.Errorf("got the log %+v", log)
	}
	ask[any](t, srv, "DELETE", "/requests", "")
	if log := srv.Requests(); log.Total != 0 {
		t.Errorf("the emptied log holds %d requests", log.Total)
	}
	if routes := ask[[]string](t, srv, "GET", "/routes", ""); len(routes) < 100 {
		t.Errorf("got %d routes", len(routes))
	}
}

func TestControlReset(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	msp := srv.NewMSP(t)
	srv.SetFlag("some-flag", true)
	if err := srv.Fail("GET /api/version", emulator.Fault{Status: 503}); err != nil {
		t.Fatal(err)
	}
	ask[any](t, srv, "POST", "/reset", "")
	if err := msp.Admin.Login(t.Context()); status(err) != 400 {
		t.Errorf("an account outlives a reset: %v", err)
	}
	if code, _ := raw(t, srv, "GET", "/api/version", "", nil); code != 200 {
		t.Errorf("a fault outlives a reset: %d", code)
	}
	if _, body := raw(t, srv, "GET", "/api/config", "", nil); !strings.Contains(body, `"featureStates":{}`) {
		t.Errorf("a flag outlives a reset: %s", body)
	}
	if mails, log := srv.Mails(""), srv.Requests(); len(mails) != 0 || log.Total != 3 {
		t.Errorf("%d mails and %d requests after a reset, want none and those after it", len(mails), log.Total)
	}
}

// TestControlRefusals shows that a mistake is told and not swallowed.
func TestControlRefusals(t *testing.T) {
	t.Parallel()
	srv := emulator.New(t)
	for _, test := range []struct {
		name, method, path, body string
		want                     int
		text                     string
	}{
		{"unknown endpoint", "GET", "/nonsense", "", 404, "GET /mails"},
		{"other verb", "POST", "/mails", "", 404, "no such control endpoint"},
		{"no body", "POST", "/clock", "", 400, "EOF"},
		{"no time", "POST", "/clock", `{}`, 400, "now is missing"},
		{"misspelt field", "POST", "/faults", `{"route":"GET /api/version","code":500}`, 400, `unknown field "code"`},
		{"unknown route", "POST", "/faults", `{"route":"GET /api/no/such"}`, 400, "no route"},
		{"provider without an account", "POST", "/staff/providers", `{"ownerEmail":"a@x.example"}`, 400, "no account"},
		{"unknown type of provider", "POST", "/staff/providers", `{"ownerEmail":"ann@x.example","type":"shop"}`, 400, "type"},
		{"mails since a word", "GET", "/mails?since=now", "", 400, "not a number"},
		{"person without an address", "POST", "/people", `{}`, 400, "Email"},
		{"invitation that is not there", "POST", "/people/accept", `{"email":"a@x.example"}`, 400, "no such invitation"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := srv
			if test.name == "unknown type of provider" {
				srv = emulator.New(t)
				srv.NewPerson(t, "ann@x.example")
			}
			code, body := raw(t, srv, test.method, "/_emulator"+test.path, test.body, nil)
			answer := map[string]string{}
			if err := json.Unmarshal([]byte(body), &answer); err != nil || len(answer) != 1 {
				t.Fatalf("got %s, want an object with error", body)
			}
			if code != test.want || !strings.Contains(answer["error"], test.text) {
				t.Errorf("got %d %s, want %d and %q", code, body, test.want, test.text)
			}
		})
	}
}
