// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"
)

// upload sends a file to an address of the storage, or of the API with a token, and returns the status.
func (f *clientFixture) exchange(t *testing.T, method, address, contentType, token string, body []byte) (int, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := f.server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, content
}

// announced is the answer to a file that is to be uploaded.
type announced struct {
	AttachmentID   string
	URL            string
	FileUploadType int
	SendResponse   struct {
		ID, AccessID string
		File         struct{ ID string }
	}
}

func announcement(size int) obj {
	return obj{"key": encrypted("key"), "fileName": encrypted("file"), "fileSize": size, "adminRequest": false}
}

// TestAttachment uploads and downloads a file as the cloud wants it.
func TestAttachment(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, memberID := f.NewMember(t, "person@x.example", roleUser)
	item := "/ciphers/" + f.newItem(t, f.newShelf(memberID, access{}))
	made, ctx, content := announced{}, t.Context(), []byte("\x02encrypted bytes")
	noRefusal(t, p.Post(ctx, item+"/attachment/v2", announcement(len(content)), &made))
	file := item + "/attachment/" + made.AttachmentID
	if made.FileUploadType != uploadAzure {
		t.Errorf("got upload type %d", made.FileUploadType)
	}
	f.server.SetClock(time.Now().Add(2 * time.Minute))
	if got, _ := f.exchange(t, "PUT", made.URL, "", "", content); got != 403 {
		t.Errorf("an address that ended answers %d, want 403", got)
	}
	noRefusal(t, p.Get(ctx, file+"/renew", &made))
	if got, _ := f.exchange(t, "PUT", strings.Replace(made.URL, "sig=", "sig=x", 1), "", "", content); got != 403 {
		t.Errorf("a wrong signature answers %d, want 403", got)
	}
	if got, _ := f.exchange(t, "PUT", made.URL, "", "", content); got != 201 {
		t.Errorf("the upload answers %d, want 201", got)
	}
	if got, _ := f.exchange(t, "PUT", made.URL, "", "", content); got != 403 {
		t.Errorf("a second upload answers %d, want 403", got)
	}
	stored := struct{ URL, Size, SizeName string }{}
	noRefusal(t, p.Get(ctx, file, &stored))
	if status, got := f.exchange(t, "GET", stored.URL, "", "", nil); status != 200 || !bytes.Equal(got, content) {
		t.Errorf("the download answers %d %q, want the file", status, got)
	}
	if stored.Size != "16" || stored.SizeName != "16 Bytes" {
		t.Errorf("got size %s, %s", stored.Size, stored.SizeName)
	}
	wantRefusal(t, p.Get(ctx, file+"/renew", nil), 404, "")
	wantRefusal(t, p.Post(ctx, file, obj{}, nil), 400, "Only allowed when self hosted.")
}

func TestAttachmentRefusals(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, memberID := f.NewMember(t, "admin@x.example", roleAdmin)
	reader, readerID := f.NewMember(t, "reader@x.example", roleUser)
	col := f.newShelf(memberID, access{Manage: true})
	f.locked(func(s *store, _ *organization) { s.collections.get(col).Members[readerID] = access{ReadOnly: true} })
	id := f.newItem(t, col)
	path, ctx := "/ciphers/"+id+"/attachment/v2", t.Context()
	wantRefusal(t, reader.Post(ctx, path, announcement(1), nil), 400, "You do not have permissions to edit this.")
	wantRefusal(t, p.Post(ctx, path, announcement(0), nil), 400, "No data to attach.")
	for range 2 {
		noRefusal(t, p.Post(ctx, path, announcement(500<<20), nil))
	}
	wantRefusal(t, p.Post(ctx, path, announcement(500<<20), nil), 400, "Not enough storage available.")
	stale := announcement(1)
	stale["lastKnownRevisionDate"] = "2020-01-01T00:00:00Z"
	wantRefusal(t, p.Post(ctx, path, stale, nil), 400, "out of date")
	personal := struct{ ID string }{}
	mine := f.loginItem("mine", obj{"organizationId": nil})
	noRefusal(t, f.admin.Post(ctx, "/ciphers", mine, &personal))
	wantRefusal(t, f.admin.Post(ctx, "/ciphers/"+personal.ID+"/attachment/v2", announcement(1), nil), 400,
		"You must have premium status to use attachments.")

	// An administrator's request fails when everything is written.
	asAdmin := announcement(1)
	asAdmin["adminRequest"] = true
	wantRefusal(t, p.Post(ctx, path, asAdmin, nil), 500, "An unhandled server error has occurred.")
	if got := len(f.item(id).Attachments); got != 3 {
		t.Errorf("got %d attachments, want the one of the failed call beside the two", got)
	}
}

// TestFileOfAnotherSize uploads more than was announced: the attachment disappears.
func TestFileOfAnotherSize(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5})
	p, memberID := f.NewMember(t, "person@x.example", roleUser)
	id := f.newItem(t, f.newShelf(memberID, access{}))
	made := announced{}
	noRefusal(t, p.Post(t.Context(), "/ciphers/"+id+"/attachment/v2", announcement(10), &made))
	if got, _ := f.exchange(t, "PUT", made.URL, "", "", make([]byte, 2<<20)); got != 201 {
		t.Errorf("the upload answers %d, want 201", got)
	}
	if got := f.item(id).Attachments; len(got) != 0 {
		t.Errorf("got attachments %v, want none", got)
	}
}

func TestDirectUploads(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{Name: "Client", Seats: 5}, Options{DirectUploads: true})
	p, memberID := f.NewMember(t, "person@x.example", roleUser)
	item := "/ciphers/" + f.newItem(t, f.newShelf(memberID, access{}))
	ctx, content := t.Context(), []byte("\x02encrypted bytes")
	form := bytes.Buffer{}
	writer := multipart.NewWriter(&form)
	part, err := writer.CreateFormFile("data", "name")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	attachment, send := announced{}, announced{}
	noRefusal(t, p.Post(ctx, item+"/attachment/v2", announcement(len(content)), &attachment))
	noRefusal(t, p.Post(ctx, "/sends/file/v2", fileSend(f, len(content)), &send))
	for name, path := range map[string]string{"attachment": attachment.URL, "send": send.URL} {
		address := f.server.URL() + "/api" + path
		if got, _ := f.exchange(t, "POST", address, "application/json", p.token, []byte("{}")); got != 400 {
			t.Errorf("%s: no multipart: got %d, want 400", name, got)
		}
		if got, body := f.exchange(t, "POST", address, writer.FormDataContentType(), p.token, form.Bytes()); got != 200 {
			t.Errorf("%s: got %d %s, want 200", name, got, body)
		}
	}
	if attachment.FileUploadType != uploadDirect || send.FileUploadType != uploadDirect {
		t.Errorf("got upload types %d and %d", attachment.FileUploadType, send.FileUploadType)
	}
	f.locked(func(s *store, _ *organization) {
		for _, id := range []string{attachment.AttachmentID, send.SendResponse.File.ID} {
			if file := s.file(id); file == nil || !file.Validated || !bytes.Equal(file.Content, content) {
				t.Errorf("file %s did not arrive", id)
			}
		}
	})
}

func TestSizeName(t *testing.T) {
	t.Parallel()
	for size, want := range map[int64]string{
		0: "0 Bytes", 1023: "1023 Bytes", 1024: "1 KB", 1536: "1.5 KB", 1 << 20: "1 MB", 5 << 29: "2.5 GB",
	} {
		if got := sizeName(size); got != want {
			t.Errorf("%d: got %s, want %s", size, got, want)
		}
	}
}
