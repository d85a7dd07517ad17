// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package send_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	sendType = "bitwarden_send"

	postText   = "POST /api/sends"
	postFile   = "POST /api/sends/file/v2"
	putSend    = "PUT /api/sends/{id}"
	removeAuth = "PUT /api/sends/{id}/remove-auth"
	deleteSend = "DELETE /api/sends/{id}"
	putStorage = "PUT /storage/{file}"
)

type fixture struct{ *acctest.Env }

func newFixture(t *testing.T, options ...emulator.Options) *fixture {
	t.Helper()
	return &fixture{acctest.New(t, options...)}
}

// premium gives the account premium, as a member of an organization.
func (f *fixture) premium(t *testing.T) *fixture {
	t.Helper()
	f.MSP.Admin.NewOrganization(t, "Mill", 5)
	return f
}

// text is a configuration of a text, changed by the attributes.
func text(value string, changes ...map[string]any) map[string]any {
	config := map[string]any{"name": "Door", "text_wo": value, "delete_after": "168h"}
	for _, change := range changes {
		maps.Copy(config, change)
	}
	return config
}

// row is a Send as the server has it.
type row struct {
	ID             string         `json:"id"`
	Type           int            `json:"type"`
	AuthType       int            `json:"authType"`
	Key            string         `json:"key"`
	Name           string         `json:"name"`
	Notes          *string        `json:"notes"`
	Text           map[string]any `json:"text"`
	File           map[string]any `json:"file"`
	MaxAccessCount *int           `json:"maxAccessCount"`
	Password       *string        `json:"password"`
	Emails         *string        `json:"emails"`
	Disabled       bool           `json:"disabled"`
	HideEmail      bool           `json:"hideEmail"`
	ExpirationDate *time.Time     `json:"expirationDate"`
	DeletionDate   time.Time      `json:"deletionDate"`
}

func (f *fixture) sends(t *testing.T) []row {
	t.Helper()
	var list struct {
		Data []row `json:"data"`
	}
	if err := f.MSP.Admin.Get(t.Context(), "/sends", &list); err != nil {
		t.Fatal(err)
	}
	return list.Data
}

func (f *fixture) only(t *testing.T) row {
	t.Helper()
	rows := f.sends(t)
	if len(rows) != 1 {
		t.Fatalf("there are %d Sends, want one", len(rows))
	}
	return rows[0]
}

// edit changes a Send behind Terraform's back. The password is sent as the hash that clients make of it.
func (f *fixture) edit(t *testing.T, change func(*row, crypto.SendKey)) {
	t.Helper()
	r := f.only(t)
	key, err := f.MSP.Admin.UserKey.UnwrapSendKey(r.Key)
	if err != nil {
		t.Fatal(err)
	}
	change(&r, key)
	if err := f.MSP.Admin.Put(t.Context(), "/sends/"+r.ID, r, nil); err != nil {
		t.Fatal(err)
	}
}

// made is a Send of a text that somebody made in the web vault.
func (f *fixture) made(t *testing.T, content string, change func(*row, crypto.SendKey)) string {
	t.Helper()
	key := must(crypto.NewSendKey())(t)
	r := row{
		AuthType: 2, Key: must(f.MSP.Admin.UserKey.WrapSendKey(key))(t), Name: must(key.Key().EncryptString("Door"))(t),
		Text:         map[string]any{"text": must(key.Key().EncryptString(content))(t), "hidden": false},
		DeletionDate: time.Now().Add(time.Hour).UTC().Truncate(time.Second),
	}
	if change != nil {
		change(&r, key)
	}
	var answer row
	if err := f.MSP.Admin.Post(t.Context(), "/sends", r, &answer); err != nil {
		t.Fatal(err)
	}
	return answer.ID
}

func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// receive opens a link as a recipient: it is the text or the file, or the server's reason for neither.
func (f *fixture) receive(t *testing.T, link any, password string) (content, refusal string) {
	t.Helper()
	return f.open(t, link, func(key crypto.SendKey) url.Values {
		if password == "" {
			return nil
		}
		return url.Values{"password_hash_b64": {must(key.PasswordHash(password))(t)}}
	})
}

// receiveAs is receive for the owner of an address, with the code that was mailed to him.
func (f *fixture) receiveAs(t *testing.T, link any, email, code string) (content, refusal string) {
	t.Helper()
	return f.open(t, link, func(crypto.SendKey) url.Values {
		proof := url.Values{"email": {email}}
		if code != "" {
			proof.Set("otp", code)
		}
		return proof
	})
}

// open opens a link with what proves that one may.
func (f *fixture) open(
	t *testing.T, link any, proof func(crypto.SendKey) url.Values,
) (content, refusal string) {
	t.Helper()
	address, ok := link.(string)
	if !ok || !strings.HasPrefix(address, f.URL()+"/#/send/") {
		t.Fatalf("the link is %v", link)
	}
	accessID, secret, _ := strings.Cut(strings.TrimPrefix(address, f.URL()+"/#/send/"), "/")
	key := must(crypto.ParseSendKey(secret))(t)
	form := url.Values{
		"grant_type": {"send_access"}, "client_id": {"send"}, "scope": {"api.send.access"}, "send_id": {accessID},
	}
	maps.Copy(form, proof(key))
	var token struct {
		Token  string `json:"access_token"`
		Reason string `json:"send_access_error_type"`
	}
	f.ask(t, "/identity/connect/token", "application/x-www-form-urlencoded", form.Encode(), "", &token)
	if token.Token == "" {
		return "", token.Reason
	}
	var opened row
	f.ask(t, "/api/sends/access", "", "", token.Token, &opened)
	if opened.Text != nil {
		return must(key.Key().DecryptString(fmt.Sprint(opened.Text["text"])))(t), ""
	}
	var download struct {
		URL string `json:"url"`
	}
	f.ask(t, "/api/sends/access/file/"+fmt.Sprint(opened.File["id"]), "", "", token.Token, &download)
	resp, err := f.Client().Do(must(http.NewRequestWithContext(t.Context(), http.MethodGet, download.URL, nil))(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return string(must(key.Key().DecryptBuffer(must(io.ReadAll(resp.Body))(t)))(t)), ""
}

func (f *fixture) ask(t *testing.T, path, contentType, body, token string, answer any) {
	t.Helper()
	req := must(http.NewRequestWithContext(t.Context(), http.MethodPost, f.URL()+path, bytes.NewReader([]byte(body))))(t)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := f.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.Unmarshal(must(io.ReadAll(resp.Body))(t), answer); err != nil {
		t.Fatal(err)
	}
}

// apply applies a configuration in a run of its own, after a refresh.
func (f *fixture) apply(t *testing.T, prior *acctest.Object, config map[string]any) *acctest.Object {
	t.Helper()
	applied, problems := f.tryApply(t, prior, config)
	problems.WantNone(t)
	return applied
}

// tryApply is apply with what it is told.
func (f *fixture) tryApply(
	t *testing.T, prior *acctest.Object, config map[string]any,
) (*acctest.Object, acctest.Problems) {
	t.Helper()
	p := f.Protocol(t)
	if prior != nil {
		var problems acctest.Problems
		prior, problems = p.Read(sendType, prior)
		problems.WantNone(t)
	}
	return p.Apply(sendType, prior, config)
}

// planned are the attributes after a refresh and a plan, and the refreshed state.
func (f *fixture) planned(
	t *testing.T, prior *acctest.Object, config map[string]any,
) (plan, state map[string]any, problems acctest.Problems) {
	t.Helper()
	p := f.Protocol(t)
	refreshed, problems := p.Read(sendType, prior)
	problems.WantNone(t)
	object, problems := p.Plan(sendType, refreshed, config)
	if object == nil {
		return nil, refreshed.Attributes(t), problems
	}
	return object.Attributes(t), refreshed.Attributes(t), problems
}

// wantEmpty fails the test unless a plan changes nothing.
func (f *fixture) wantEmpty(t *testing.T, prior *acctest.Object, config map[string]any) {
	t.Helper()
	plan, state, problems := f.planned(t, prior, config)
	problems.WantNone(t)
	for name, value := range plan {
		if fmt.Sprint(value) != fmt.Sprint(state[name]) {
			t.Errorf("%s would change from %v to %v", name, state[name], value)
		}
	}
}

// wantReceived fails the test unless a recipient gets the content.
func (f *fixture) wantReceived(t *testing.T, send *acctest.Object, password, content string) {
	t.Helper()
	if got, refusal := f.receive(t, send.Attributes(t)["link"], password); got != content || refusal != "" {
		t.Errorf("received %q (%s), want %q", got, refusal, content)
	}
}
