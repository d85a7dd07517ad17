// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"errors"
	"net/http"
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
	Kind string // "collection", "member", …
	ID   string
	// Parent is the reason when the whole organization is gone, for example "client organization".
	Parent string
}

func (e *Error) Error() string         { return e.Message }
func (e *ConfigError) Error() string   { return e.Field + ": " + e.Reason }
func (e *LoginError) Error() string    { return e.Field + ": " + e.Reason }
func (e *InputError) Error() string    { return e.Field + ": " + e.Reason }
func (e *NotFoundError) Error() string { return e.Kind + " " + e.ID + " does not exist" }

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
