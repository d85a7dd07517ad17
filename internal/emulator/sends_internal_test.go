// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"
)

// What the recordings sends and files do not show by themselves.

func textSend(f *clientFixture, more obj) obj {
	body := obj{
		"type": sendOfText, "authType": sendOpen, "key": encrypted("key"), "name": encrypted("name"),
		"text": obj{"text": encrypted("text"), "hidden": false}, "disabled": false,
		"deletionDate": f.server.now().Add(72 * time.Hour),
	}
	maps.Copy(body, more)
	return body
}

func fileSend(f *clientFixture, size int) obj {
	return textSend(f, obj{
		"type": sendOfFile, "text": nil, "file": obj{"fileName": encrypted("file")}, "fileLength": size,
	})
}

type sendAnswer struct {
	ID, AccessID, Password string
	AuthType, AccessCount  int
}

// receive asks for a Send's token and returns it, or the kind of refusal.
func (f *clientFixture) receive(t *testing.T, accessID string, more url.Values) (token, refusal string) {
	t.Helper()
	form := url.Values{
		"grant_type": {"send_access"}, "client_id": {"send"}, "scope": {sendScope}, "send_id": {accessID},
	}
	maps.Copy(form, more)
	address := f.server.URL() + "/identity/connect/token"
	_, body := f.exchange(t, "POST", address, "application/x-www-form-urlencoded", "", []byte(form.Encode()))
	answer := struct {
		AccessToken string `json:"access_token"`
		Kind        string `json:"send_access_error_type"`
	}{}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatal(err)
	}
	return answer.AccessToken, answer.Kind
}

func (f *clientFixture) access(t *testing.T, token, path string, answer any) int {
	t.Helper()
	status, body := f.exchange(t, "POST", f.server.URL()+"/api/sends/access"+path, "application/json", token, nil)
	if answer != nil && status == 200 {
		if err := json.Unmarshal(body, answer); err != nil {
			t.Fatal(err)
		}
	}
	return status
}

func TestSendIsGoneAtItsDeletionDate(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client"})
	x, ctx := sendAnswer{}, t.Context()
	noRefusal(t, f.admin.Post(ctx, "/sends", textSend(f, nil), &x))
	token, _ := f.receive(t, x.AccessID, nil)
	f.server.SetClock(f.server.now().Add(72*time.Hour + time.Second))
	if err := f.admin.Login(ctx); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, f.admin.Get(ctx, "/sends/"+x.ID, nil), 404, "")
	if _, refusal := f.receive(t, x.AccessID, nil); refusal != "send_id_invalid" {
		t.Errorf("got refusal %q", refusal)
	}
	if got := f.access(t, token, "", nil); got != 401 {
		t.Errorf("the token of that time answers %d, want 401", got)
	}
}

// TestSendPassword shows that a password changes only after it was removed.
func TestSendPassword(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client"})
	x, ctx := sendAnswer{}, t.Context()
	noRefusal(t, f.admin.Post(ctx, "/sends", textSend(f, nil), &x))
	put := func(more obj) {
		t.Helper()
		noRefusal(t, f.admin.Put(ctx, "/sends/"+x.ID, textSend(f, more), nil))
	}
	opens := func(password string) bool {
		t.Helper()
		token, _ := f.receive(t, x.AccessID, url.Values{"password_hash_b64": {password}})
		return token != ""
	}
	put(obj{"authType": sendPassword, "password": "first"})
	if opens("second") || !opens("first") {
		t.Error("want the first password to open the Send, which had none")
	}
	put(obj{"authType": sendPassword, "password": "second"})
	if opens("second") || !opens("first") {
		t.Error("want the second password to be ignored")
	}
	noRefusal(t, f.admin.Put(ctx, "/sends/"+x.ID+"/remove-auth", nil, nil))
	put(obj{"authType": nil, "password": "second"})
	if !opens("second") || opens("first") {
		t.Error("want the second password after the first was removed")
	}
	put(nil)
	if token, _ := f.receive(t, x.AccessID, nil); token == "" {
		t.Error("want the Send open to everybody")
	}
	wantRefusal(t, f.admin.Put(ctx, "/sends/"+x.ID, textSend(f, obj{"authType": 9}), nil), 400, "invalid AuthType")
}

func TestExpiredSend(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client"})
	x, ctx, now := sendAnswer{}, t.Context(), f.server.now()
	soon := obj{"expirationDate": now.Add(30 * time.Second)}
	wantRefusal(t, f.admin.Post(ctx, "/sends", textSend(f, soon), nil), 400, "a Send that is already expired")
	expiring := obj{"expirationDate": now.Add(time.Hour)}
	noRefusal(t, f.admin.Post(ctx, "/sends", textSend(f, expiring), &x))
	f.server.SetClock(now.Add(2 * time.Hour))
	if err := f.admin.Login(ctx); err != nil {
		t.Fatal(err)
	}
	if _, refusal := f.receive(t, x.AccessID, nil); refusal != "send_id_invalid" {
		t.Errorf("an expired Send is refused with %q", refusal)
	}
	wantRefusal(t, f.admin.Put(ctx, "/sends/"+x.ID, textSend(f, expiring), nil), 400, "an expiration date in the past")
	noRefusal(t, f.admin.Put(ctx, "/sends/"+x.ID, textSend(f, obj{"expirationDate": now.Add(3 * time.Hour)}), nil))
	if token, _ := f.receive(t, x.AccessID, nil); token == "" {
		t.Error("want the Send open again")
	}
}

// TestFileSend uploads a file and lets the recipient download it: that is what counts as an access.
func TestFileSend(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, _ := f.NewMember(t, "person@x.example", roleUser)
	made, ctx, content := announced{}, t.Context(), []byte("\x02encrypted bytes")
	body := fileSend(f, len(content))
	body["maxAccessCount"], body["hideEmail"] = 1, true
	noRefusal(t, p.Post(ctx, "/sends/file/v2", body, &made))
	if got, _ := f.exchange(t, "PUT", made.URL, "", "", content); got != 201 {
		t.Fatalf("the upload answers %d, want 201", got)
	}
	token, _ := f.receive(t, made.SendResponse.AccessID, nil)
	shown := struct {
		CreatorIdentifier *string
		File              struct{ ID, SizeName string }
	}{}
	for range 2 {
		if got := f.access(t, token, "", &shown); got != 200 {
			t.Fatalf("the access answers %d", got)
		}
	}
	if shown.CreatorIdentifier != nil || shown.File.SizeName != "16 Bytes" {
		t.Errorf("got %+v, want no sender and the size", shown)
	}
	download := struct{ URL string }{}
	if got := f.access(t, token, "/file/nonsense", nil); got != 404 {
		t.Errorf("another file answers %d, want 404", got)
	}
	if got := f.access(t, token, "/file/"+shown.File.ID, &download); got != 200 {
		t.Fatalf("the file answers %d", got)
	}
	if status, got := f.exchange(t, "GET", download.URL, "", "", nil); status != 200 || !bytes.Equal(got, content) {
		t.Errorf("the download answers %d %q, want the file", status, got)
	}
	if got := f.access(t, token, "/file/"+shown.File.ID, nil); got != 404 {
		t.Errorf("a second download of one answers %d, want 404", got)
	}
	if got, _ := f.exchange(t, "GET", f.server.URL()+"/api/sync", "", token, nil); got != 403 {
		t.Errorf("a Send's token opens /sync with %d, want 403", got)
	}
	for _, test := range []struct {
		name, text string
		more       obj
	}{
		{"length missing", "Invalid content. File size hint is required.", obj{"fileLength": nil}},
		{"nothing", "No file data.", obj{"fileLength": 0}},
		{"too large", "Max file size is 500 MB.", obj{"fileLength": 502 << 20}},
		{"text", "Invalid content.", obj{"type": sendOfText}},
		{"file missing", "File metadata is required for file sends.", obj{"file": nil}},
	} {
		body := fileSend(f, 1)
		maps.Copy(body, test.more)
		wantRefusal(t, p.Post(ctx, "/sends/file/v2", body, nil), 400, test.text)
	}
}

// TestLargeFileSend uploads more than the API takes of anything but files.
func TestLargeFileSend(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, _ := f.NewMember(t, "person@x.example", roleUser)
	content := make([]byte, 40<<20)
	made, ctx := announced{}, t.Context()
	noRefusal(t, p.Post(ctx, "/sends/file/v2", fileSend(f, len(content)), &made))
	if got, _ := f.exchange(t, "PUT", made.URL, "", "", content); got != 201 {
		t.Errorf("the upload answers %d, want 201", got)
	}
	base, _, _ := strings.Cut(made.URL, "/storage/")
	if got, _ := f.exchange(t, "POST", base+"/api/sends", "", "", content); got != 500 {
		t.Errorf("another call of this size answers %d, want 500", got)
	}
}

func TestSendForAddresses(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, _ := f.NewMember(t, "person@x.example", roleUser)
	x := sendAnswer{}
	body := textSend(f, obj{"authType": nil, "emails": "Friend@y.example,other@y.example"})
	noRefusal(t, p.Post(t.Context(), "/sends", body, &x))
	if x.AuthType != sendEmails {
		t.Errorf("got authType %d, want it inferred from the addresses", x.AuthType)
	}
	friend := url.Values{"email": {"friend@y.example"}}
	for _, test := range []struct {
		form url.Values
		want string
	}{
		{nil, "email_required"},
		{url.Values{"email": {"stranger@y.example"}}, "email_and_otp_required"},
		{friend, "email_and_otp_required"},
		{url.Values{"email": friend["email"], "otp": {"nonsense"}}, "otp_invalid"},
	} {
		if _, refusal := f.receive(t, x.AccessID, test.form); refusal != test.want {
			t.Errorf("%v: got %q, want %q", test.form, refusal, test.want)
		}
	}
	if got := f.server.Mails("stranger@y.example"); len(got) != 0 {
		t.Errorf("a stranger got %d mails", len(got))
	}
	mails := f.server.Mails("friend@y.example")
	if len(mails) != 1 {
		t.Fatalf("got %d mails, want one", len(mails))
	}
	code := mails[0].Text[strings.LastIndex(mails[0].Text, " ")+1:]
	if token, _ := f.receive(t, x.AccessID, url.Values{"email": friend["email"], "otp": {code}}); token == "" {
		t.Error("the mailed code does not open the Send")
	}
	if _, refusal := f.receive(t, x.AccessID, url.Values{"email": friend["email"], "otp": {code}}); refusal == "" {
		t.Error("the mailed code works twice")
	}
}

func TestSendPolicies(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, _ := f.NewMember(t, "person@x.example", roleUser)
	owner, _ := f.NewMember(t, "owner@x.example", roleOwner)
	ctx, hidden := t.Context(), obj{"hideEmail": true}
	f.turnOn(policySendOptions, `{"disableHideEmail":true}`)
	wantRefusal(t, p.Post(ctx, "/sends", textSend(f, hidden), nil), 400, "not allowed to hide your email address")
	x := sendAnswer{}
	noRefusal(t, p.Post(ctx, "/sends", textSend(f, nil), &x))
	f.turnOn(policyDisableSend, "")
	wantRefusal(t, p.Put(ctx, "/sends/"+x.ID, textSend(f, nil), nil), 400, "only able to delete an existing Send")
	noRefusal(t, owner.Post(ctx, "/sends", textSend(f, hidden), nil))
	noRefusal(t, p.Delete(ctx, "/sends/"+x.ID, nil))
}

// TestAccessID quotes the recording sends, step 25, and the order of .NET's bytes.
func TestAccessID(t *testing.T) {
	t.Parallel()
	const id, access = "00112233-4455-6677-8899-aabbccddeeff", "MyIRAFVEd2aImaq7zN3u_w"
	if got := accessID(id); got != access {
		t.Errorf("got %s, want %s", got, access)
	}
	if got, ok := sendIDOf(access); !ok || got != id {
		t.Errorf("got %s, want %s", got, id)
	}
	if got, ok := sendIDOf("AQEBAQEBAQEBAQEBAQEBAQ"); !ok || got != "01010101-0101-0101-0101-010101010101" {
		t.Errorf("got %s %t", got, ok)
	}
	if _, ok := sendIDOf("nonsense"); ok {
		t.Error("nonsense is an id")
	}
}
