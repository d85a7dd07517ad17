// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The cloud keeps files in a storage account beside the API. The API hands out an address for one file, with a
// signature that opens it for a minute: to write it, once, or to read it. The storage tells the API of every arrival.

func (s *Server) uploadRoutes() {
	s.router.add("PUT", "/storage/{file}", anonymous, s.putFile).withFile()
	s.router.add("GET", "/storage/{file}", anonymous, s.getFile)
}

const (
	uploadDirect = 0
	uploadAzure  = 1

	// addressLife is how long an address of the storage works.
	addressLife = time.Minute
	// sizeLeeway is by how much a file may differ from what was announced.
	sizeLeeway = 1 << 20
)

func (s *Server) uploadType() int {
	if s.options.DirectUploads {
		return uploadDirect
	}
	return uploadAzure
}

// fileID names a file: 32 lower-case letters and digits.
func fileID() string { return strings.ToLower(rand.Text() + rand.Text())[:32] }

// uploadAddress is where a file is to be uploaded: in the storage, or by the path below the API if uploads are direct.
func (s *Server) uploadAddress(f *attachment, direct string) string {
	if s.options.DirectUploads {
		return direct
	}
	f.UploadUntil = s.now().Add(addressLife)
	return s.fileAddress(f, "cw")
}

func (s *Server) downloadAddress(f *attachment) string {
	f.DownloadUntil = s.now().Add(addressLife)
	return s.fileAddress(f, "r")
}

// fileAddress names what it permits like the genuine storage: cw to create, r to read.
func (s *Server) fileAddress(f *attachment, permission string) string {
	query := url.Values{"sp": {permission}, "sv": {"2024-05-04"}, "sig": {s.fileSignature(f, permission)}}
	return s.baseURL + "/storage/" + f.ID + "?" + query.Encode()
}

func (s *Server) fileSignature(f *attachment, permission string) string {
	return b64url(s.sign(permission + " " + f.ID))
}

// opened is the file {file} if the address permits this and did not end: else 403.
func (s *Server) opened(c *call, permission string, until func(*attachment) time.Time) (*attachment, error) {
	f := s.store.file(c.values["file"])
	if f == nil || !hmac.Equal([]byte(c.queryValue("sig")), []byte(s.fileSignature(f, permission))) ||
		s.now().After(until(f)) {
		return nil, forbiddenEmpty()
	}
	return f, nil
}

func (s *Server) putFile(c *call) (any, error) {
	f, err := s.opened(c, "cw", func(f *attachment) time.Time { return f.UploadUntil })
	if err != nil {
		return nil, err
	}
	if f.Validated {
		return nil, forbiddenEmpty() // the address permits to create only
	}
	s.store.keepFile(f, c.body)
	return reply{status: http.StatusCreated}, nil
}

func (s *Server) getFile(c *call) (any, error) {
	f, err := s.opened(c, "r", func(f *attachment) time.Time { return f.DownloadUntil })
	if err != nil {
		return nil, err
	}
	if !f.Validated {
		return nil, emptyStatus(http.StatusNotFound)
	}
	header := http.Header{"Content-Type": {"application/octet-stream"}}
	return reply{header: header, body: text(f.Content)}, nil
}

// file finds a file by its id.
func (st *store) file(id string) *attachment {
	for ci := range st.ciphers.all() {
		for _, f := range ci.Attachments {
			if f.ID == id {
				return f
			}
		}
	}
	if x := st.sendOf(id); x != nil {
		return x.File
	}
	return nil
}

// sendOf is the Send whose file has this id.
func (st *store) sendOf(fileID string) *send {
	return st.sends.first(func(x *send) bool { return x.File != nil && x.File.ID == fileID })
}

// keepFile takes a file that arrived. One of another size than announced is dropped, and its attachment or Send too.
func (st *store) keepFile(f *attachment, content []byte) {
	if difference := int64(len(content)) - f.Size; max(difference, -difference) <= sizeLeeway {
		f.Content, f.Size, f.Validated = content, int64(len(content)), true
		return
	}
	if x := st.sendOf(f.ID); x != nil {
		st.sends.remove(x.ID)
	}
	for ci := range st.ciphers.all() {
		ci.Attachments = slices.DeleteFunc(ci.Attachments, func(other *attachment) bool { return other == f })
	}
}

// directUpload reads the file of a multipart request. Only servers without a storage account take it.
func (s *Server) directUpload(c *call) ([]byte, error) {
	if !s.options.DirectUploads {
		return nil, badRequest("Only allowed when self hosted.")
	}
	mediaType, parameters, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(mediaType, "multipart/") {
		return nil, badRequest("Invalid content.")
	}
	reader := multipart.NewReader(bytes.NewReader(c.body), parameters["boundary"])
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, serverError()
		}
		if part.FormName() != "data" {
			continue
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, serverError()
		}
		return content, nil
	}
}
