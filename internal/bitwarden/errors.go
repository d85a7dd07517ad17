// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Error is a refusal by the server. Every error that an HTTP status caused is a *Error.
type Error struct {
	Status     int                 // HTTP status.
	Method     string              // HTTP method.
	Route      string              // Route template, without ids.
	Message    string              // The server's reason, empty when it gave none.
	Validation map[string][]string // The server's field names and their texts.
	RequestID  string              // The server's or its edge's id of the request, if any.
	RetryAfter time.Duration       // How long the server asked to wait, zero if it did not.
}

// ConfigError is a setting that cannot be used. Field is the provider block's attribute, such as "client_secret".
type ConfigError struct {
	Field, Reason, Remedy string
}

// LoginError is a refused login. Field is the provider block's attribute to look at, so that a wrong API key
// ("client_secret"), a wrong password ("master_password") and an unknown provider ("provider_id") are told apart.
type LoginError struct {
	Field, Reason, Remedy string
}

// InputError is a value that this client refuses before it sends anything, because the server would accept it silently
// or answer without a reason. Field is the name of the resource's attribute.
type InputError struct {
	Field, Reason, Remedy string
}

// NotFoundError says that an object is gone, and that its list was read to make sure of it.
type NotFoundError struct {
	Kind         string // "collection", "member", …
	By           string // What ID is when it is no id: "email".
	ID           string
	Organization string // Id of the organization that it was looked for in, if it belongs into one.
	// Parent is the reason when the whole organization is gone, for example "client organization".
	Parent string
}

// NetworkError is a request that got no usable answer. Executed tells whether the server may have executed it.
type NetworkError struct {
	Method   string // HTTP method.
	Route    string // Route template, without ids.
	Executed bool
	Err      error
}

// Error implements error: the server's reason, its fields, status, route and request id.
func (e *Error) Error() string {
	reason := e.Message
	if len(e.Validation) > 0 {
		var fields []string
		for _, name := range slices.Sorted(maps.Keys(e.Validation)) {
			text := strings.Join(e.Validation[name], " ")
			if name != "" {
				text = name + ": " + text
			}
			fields = append(fields, text)
		}
		reason = strings.Join(fields, "; ")
	}
	if reason == "" {
		reason = http.StatusText(e.Status)
	}
	where := fmt.Sprintf("HTTP %d from %s %s", e.Status, e.Method, e.Route)
	if e.RequestID != "" {
		where += ", request " + e.RequestID
	}
	return strings.TrimRight(reason, ". ") + " (" + where + ")"
}

// Error implements error.
func (e *ConfigError) Error() string { return explain(e.Field, e.Reason, e.Remedy) }

// Error implements error.
func (e *LoginError) Error() string { return explain(e.Field, e.Reason, e.Remedy) }

// Error implements error.
func (e *InputError) Error() string { return explain(e.Field, e.Reason, e.Remedy) }

func explain(field, reason, remedy string) string {
	text := strings.TrimRight(reason, ". ")
	if field != "" {
		text = field + ": " + text
	}
	if remedy != "" {
		text += ". " + remedy
	}
	return text
}

// Error implements error.
func (e *NotFoundError) Error() string {
	text := fmt.Sprintf("%s %s does not exist", e.Kind, e.ID)
	if e.By != "" {
		text = fmt.Sprintf("no %s has the %s %q", e.Kind, e.By, e.ID)
	}
	switch {
	case e.Parent != "":
		text += fmt.Sprintf(": its %s %s is gone", e.Parent, e.Organization)
	case e.Organization != "":
		text += " in organization " + e.Organization
	}
	return text
}

// Error implements error.
func (e *NetworkError) Error() string {
	reason, remedy := "no answer from the server", "Check the network from here to there, and run it again"
	switch {
	case errors.Is(e.Err, errNotJSON):
		reason, remedy = "no answer of a Bitwarden server", "Check server (BW_URL) and api_url, and what is in between"
	case isProxyFailure(e.Err):
		reason, remedy = "the proxy cannot be reached", "Check proxy_url, or HTTPS_PROXY and NO_PROXY"
	case errors.Is(e.Err, http.ErrSchemeMismatch):
		reason, remedy = "the server speaks no TLS there", "Check server (BW_URL), its scheme and its port"
	case isNeverConnected(e.Err):
		reason, remedy = "the server cannot be reached", "Check server (BW_URL), and the network from here to there"
	case errors.Is(e.Err, context.DeadlineExceeded):
		remedy = "If the server is only slow, raise request_timeout"
	}
	text := fmt.Sprintf("%s: %s (%s %s)", reason, e.cause(), e.Method, e.Route)
	if e.Executed && e.Method != http.MethodGet {
		text += "; the server may have executed the request"
	}
	return text + ". " + remedy
}

// cause says in words what net/http has many for. They tell nothing more, and no type of theirs is exported.
func (e *NetworkError) cause() string {
	text := e.Err.Error()
	for _, broken := range []string{"EOF", "stream error", "GOAWAY", "connection reset", "broken pipe"} {
		if strings.Contains(text, broken) {
			return "the connection broke off"
		}
	}
	return text
}

// Unwrap returns what happened to the connection.
func (e *NetworkError) Unwrap() error { return e.Err }

// IsNotFound tells whether the object is certainly gone. A bare 404 is not enough: this server answers it for missing
// permission too.
func IsNotFound(err error) bool {
	_, ok := errors.AsType[*NotFoundError](err)
	return ok
}

// IsForbidden tells whether the account may not do this.
func IsForbidden(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.Status == http.StatusForbidden || e.Status == http.StatusUnauthorized)
}

// isUncertain tells whether the server may have executed a request although its answer says nothing of the kind.
func isUncertain(err error) bool {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Status >= http.StatusInternalServerError
	}
	e, ok := errors.AsType[*NetworkError](err)
	return ok && e.Executed
}

// hasStatus tells whether the server answered with this status.
func hasStatus(err error, status int) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == status
}

// errorBody is the union of the shapes in which the server refuses: its own, OAuth's, and RFC 7807 of newer commands.
type errorBody struct {
	Message          string                       `json:"message"`
	ValidationErrors map[string][]json.RawMessage `json:"validationErrors"`
	Errors           map[string][]json.RawMessage `json:"errors"`
	Title            string                       `json:"title"`
	Detail           string                       `json:"detail"`
	OAuthError       string                       `json:"error"`
	OAuthDescription string                       `json:"error_description"`
}

// Texts of the server that say only that the reason is elsewhere in its answer.
const (
	invalidModel    = "The model state is invalid."
	aggregateText   = "Errors have occurred."
	aggregateFields = "An error has occurred."
)

// newError reads a refusal. An answer that is not the server's own, such as a gateway's page, is left out entirely.
func newError(c *call, a *answer) *Error {
	e := &Error{
		Status: a.status, Method: c.method, Route: c.template(),
		RequestID: requestID(a.header), RetryAfter: retryAfter(a.header),
	}
	if a.status >= http.StatusMultipleChoices && a.status < http.StatusBadRequest {
		e.Message = "The server redirects elsewhere: check server, api_url and identity_url"
	}
	var body errorBody
	if json.Unmarshal(a.body, &body) != nil {
		return e
	}
	e.Validation = validationTexts(body)
	if inner, ok := e.Validation[aggregateFields]; ok && len(e.Validation) == 1 {
		e.Message, e.Validation = strings.Join(inner, " "), nil
		return e
	}
	for _, text := range []string{body.Message, body.Detail, body.Title, body.OAuthDescription, body.OAuthError} {
		if text != "" {
			e.Message = text
			break
		}
	}
	return e
}

func validationTexts(body errorBody) map[string][]string {
	texts := map[string][]string{}
	for _, fields := range []map[string][]json.RawMessage{body.ValidationErrors, body.Errors} {
		for name, entries := range fields {
			for _, entry := range entries {
				var text string
				var object struct {
					Detail string `json:"detail"`
				}
				if json.Unmarshal(entry, &text) != nil && json.Unmarshal(entry, &object) == nil {
					text = object.Detail
				}
				if text != "" {
					texts[name] = append(texts[name], text)
				}
			}
		}
	}
	if len(texts) == 0 {
		return nil
	}
	return texts
}

// requestID is what the server's operators can find a request by.
func requestID(header http.Header) string {
	for _, name := range []string{"X-Request-Id", "Request-Id", "X-Azure-Ref", "Cf-Ray"} {
		if id := header.Get(name); id != "" {
			return id
		}
	}
	return ""
}
