// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// uploadAzure is the number for a storage account (FileUploadType); any other one is an upload to the server itself.
const uploadAzure = 1

// slowestUpload is the rate in bytes per second that an upload may take its time at.
const slowestUpload = 128 << 10

// upload is the body of a call that carries a file.
type upload struct {
	content     []byte
	contentType string
	// address is where the file goes instead of the server: a URL with a signature that opens it, so it is never logged.
	// Neither the token nor anything else about the account goes there.
	address string
}

// patience is how much longer than other calls this one may take.
func (c *call) patience() time.Duration {
	if c.upload == nil {
		return 0
	}
	return time.Duration(len(c.upload.content)) * time.Second / slowestUpload
}

// request is the upload of a block blob to a storage account.
func (u *upload) request(ctx context.Context, method, version string) (*retryablehttp.Request, error) {
	request, err := retryablehttp.NewRequestWithContext(ctx, method, u.address, u.content)
	if err != nil {
		return nil, errors.New("the server sent an address for the upload that is no URL")
	}
	request.Header.Set("Content-Type", u.contentType)
	request.Header.Set("User-Agent", "terraform-provider-bitwarden/"+version)
	request.Header.Set("X-Ms-Blob-Type", "BlockBlob")
	request.Header.Set("X-Ms-Date", time.Now().UTC().Format(http.TimeFormat))
	return request, nil
}

type wireSendUpload struct {
	URL            string   `json:"url"`
	FileUploadType int      `json:"fileUploadType"`
	Send           wireSend `json:"sendResponse"`
}

func (c *Client) createFileSend(
	ctx context.Context, n NewSend, key crypto.SymmetricKey, body *sendBody,
) (*Send, error) {
	if len(n.File) > MaxSendFile {
		return nil, &InputError{
			"file", fmt.Sprintf("It has %d bytes", len(n.File)), fmt.Sprintf("The server takes at most %d.", MaxSendFile),
		}
	}
	content, err := key.EncryptBuffer(n.File)
	if err != nil {
		return nil, err
	}
	name, err := key.EncryptString(n.FileName)
	if err != nil {
		return nil, err
	}
	body.Type, body.File, body.FileLength = sendOfFile, &wireFile{FileName: name}, new(int64(len(content)))
	var announced wireSendUpload
	if err := c.postSend(ctx, "/sends/file/v2", body, &announced, &announced.Send); err != nil {
		return nil, err
	}
	made, err := c.openSend(ctx, announced.Send)
	if err != nil {
		return made, err
	}
	failure := c.uploadSend(ctx, announced, content)
	if failure == nil {
		return made, nil
	}
	failure = fmt.Errorf("the file could not be uploaded: %w", failure)
	if err := c.DeleteSend(ctx, made.ID); err != nil {
		return made, errors.Join(failure, fmt.Errorf("the Send %s without a file is left: %w", made.ID, err))
	}
	return nil, failure
}

// uploadSend brings the encrypted file to where the server wants it, once: a second time it would be refused. After a
// lost answer the server tells whether the file has arrived, and hands out another address if not.
func (c *Client) uploadSend(ctx context.Context, announced wireSendUpload, content []byte) error {
	row := announced.Send
	if row.File == nil {
		return errors.New("the server announced no file")
	}
	post := func() error { return c.postFile(ctx, announced, content) }
	find := func() (bool, error) {
		renewed, err := getJSON[wireSendUpload](ctx, c, "/sends/{id}/file/{file}", row.ID, row.File.ID)
		if hasStatus(err, http.StatusNotFound) { // nobody asks for a file that the server has, unless it dropped the Send
			c.sends.slot.empty()
			_, err = c.Send(ctx, row.ID)
			return err == nil, err
		}
		if err == nil {
			announced = renewed
		}
		return false, err
	}
	if announced.URL == "" { // the answer to the announcement was lost
		if arrived, err := find(); arrived || err != nil {
			return err
		}
	}
	_, err := c.create(ctx, post, find)
	if hasStatus(err, http.StatusForbidden) || hasStatus(err, http.StatusUnauthorized) { // the address works for a minute
		if arrived, err := find(); arrived || err != nil {
			return err
		}
		_, err = c.create(ctx, post, find)
	}
	return err
}

// postFile sends an encrypted file to the address that was announced for it.
func (c *Client) postFile(ctx context.Context, announced wireSendUpload, content []byte) error {
	row := announced.Send
	if announced.FileUploadType != uploadAzure {
		var form bytes.Buffer
		writer := multipart.NewWriter(&form)
		part, err := writer.CreateFormFile("data", row.File.FileName)
		if err == nil {
			_, err = part.Write(content)
		}
		if err = errors.Join(err, writer.Close()); err != nil {
			return err
		}
		return c.do(ctx, &call{
			method: http.MethodPost, route: "/sends/{id}/file/{file}", args: []string{row.ID, row.File.ID},
			upload: &upload{content: form.Bytes(), contentType: writer.FormDataContentType()},
		})
	}
	address, err := c.storageURL(announced.URL)
	if err != nil {
		return err
	}
	request := &call{
		method: http.MethodPut, route: "/{storage}",
		upload: &upload{content: content, contentType: "application/octet-stream", address: address},
	}
	a, err := c.transport.exchange(ctx, request, "")
	if err == nil && !a.isSuccess() {
		err = newError(request, a)
	}
	return err
}

// storageURL is the address of an upload, which may be relative to the API.
func (c *Client) storageURL(address string) (string, error) {
	base, err := url.Parse(c.config.APIURL)
	if err != nil {
		return "", err
	}
	u, err := base.Parse(address)
	if err != nil {
		return "", errors.New("the server sent an address for the upload that is no URL")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return "", errors.New("the server sent an address for the upload that is not encrypted")
	}
	return u.String(), nil
}
