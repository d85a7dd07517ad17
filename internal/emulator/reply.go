// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
)

// obj is a JSON object of an answer.
type obj = map[string]any

// text is an answer as text/plain.
type text string

// reply is an answer with a status or headers other than usual. Body may be nil (empty), text or anything that has a
// JSON form.
type reply struct {
	status int
	header http.Header
	body   any
}

// noContent is a 204.
func noContent() any { return reply{status: http.StatusNoContent} }

// list is the envelope around most lists.
func list[T any](rows []T) obj { return pageOf(rows, nil) }

// pageOf is the envelope with a continuation token (nil: the last page).
func pageOf[T any](rows []T, continuation *string) obj {
	if rows == nil {
		rows = []T{}
	}
	return obj{"object": "list", "data": rows, "continuationToken": continuation}
}

// orNull is the JSON form of a text column that is empty for null.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// encoded is an answer ready to be sent.
type encoded struct {
	status      int
	header      http.Header
	contentType string
	body        []byte
}

// encode renders what a handler returned. It runs while the store is locked, as answers may point into it.
func encode(result any, err error, shape errorShape) encoded {
	out := encoded{status: http.StatusOK, header: http.Header{}}
	contentType := "application/json; charset=utf-8"
	if err != nil {
		e := asAPIError(err)
		out.status, result = e.status, errorBody(e, shape)
		if e.header != nil {
			out.header = e.header
		}
	}
	if r, ok := result.(reply); ok {
		result = r.body
		if r.status != 0 {
			out.status = r.status
		}
		if r.header != nil {
			out.header = r.header
		}
	}
	switch body := result.(type) {
	case nil:
		return out
	case oauthBody:
		contentType = "application/json; charset=UTF-8"
	case text:
		out.contentType, out.body = "text/plain; charset=utf-8", []byte(body)
		return out
	}
	buffer := bytes.Buffer{}
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(result); err != nil {
		// A handler returned something that has no JSON form: our own mistake, shown as the server's would be.
		return encode(nil, serverError(), shape)
	}
	out.contentType, out.body = contentType, bytes.TrimRight(buffer.Bytes(), "\n")
	return out
}

func asAPIError(err error) *apiError {
	if e, ok := err.(*apiError); ok { //nolint:errorlint // handlers return it bare; a wrapped one is a mistake of ours
		return e
	}
	return &apiError{status: http.StatusInternalServerError, message: err.Error()}
}

// write sends an encoded answer.
func (e encoded) write(w http.ResponseWriter) int {
	maps.Copy(w.Header(), e.header)
	if e.contentType != "" && w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", e.contentType)
	}
	if e.contentType == "" {
		w.Header()["Content-Type"] = nil // no body: Go would invent a type
	}
	w.WriteHeader(e.status)
	n, _ := w.Write(e.body) // a caller who went away is no matter of ours
	return n
}

// query is a URL query with names in any case.
type query url.Values

func (q query) get(name string) string {
	if values := q.all(name); len(values) > 0 {
		return values[0]
	}
	return ""
}
