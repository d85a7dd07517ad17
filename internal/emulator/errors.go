// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"maps"
	"net/http"
)

// apiError is a refusal. Its body is written in the shape that the route has (internal API, public API, identity).
type apiError struct {
	status  int
	message string              // empty: no body at all
	fields  map[string][]string // validation errors by field, nil for none
	header  http.Header
	slow    bool // the server takes two seconds for it (a wrong secret)
	body    any  // a body of its own shape, instead of message and fields
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %s", e.status, e.message) }

const modelStateInvalid = "The model state is invalid."

// badRequest is a 400 with a text.
func badRequest(text string) error { return &apiError{status: http.StatusBadRequest, message: text} }

// modelState is a 400 about one field. The key is the server's spelling: "Name", "", "$.type", "id".
func modelState(field, text string) error {
	return &apiError{
		status: http.StatusBadRequest, message: modelStateInvalid,
		fields: map[string][]string{field: {text}},
	}
}

// aggregate is the 400 of several errors collected while a command ran, as member invitations answer.
func aggregate(texts ...string) error {
	return &apiError{
		status: http.StatusBadRequest, message: "Errors have occurred.",
		fields: map[string][]string{"An error has occurred.": texts},
	}
}

// notFound is the 404 of old-style permission checks and unknown ids.
func notFound() error { return &apiError{status: http.StatusNotFound, message: "Resource not found."} }

// unauthorized is the 401 with a body: billing, provider clients, domains.
func unauthorized() error { return unauthorizedText("Unauthorized.") }

// unauthorizedText is a 401 with a text of its own.
func unauthorizedText(text string) error {
	return &apiError{status: http.StatusUnauthorized, message: text}
}

// conflict is a 409 with a text.
func conflict(text string) error { return &apiError{status: http.StatusConflict, message: text} }

// serverError is the 500 of an unhandled exception, of which the server has some (null dereferences, bad ids).
func serverError() error {
	return &apiError{
		status: http.StatusInternalServerError, message: "An unhandled server error has occurred.",
	}
}

// emptyStatus is a refusal without a body.
func emptyStatus(status int) error { return &apiError{status: status} }

// forbiddenEmpty is the 403 of an authorization requirement.
func forbiddenEmpty() error { return emptyStatus(http.StatusForbidden) }

// wrongSecret is the 400 of a failed secret verification: two seconds late where Options.Delays is set.
func wrongSecret(field, text string) error {
	return &apiError{
		status: http.StatusBadRequest, message: modelStateInvalid,
		fields: map[string][]string{field: {text}}, slow: true,
	}
}

// problem collects validation errors, like the server's model state.
type problems map[string][]string

func (p problems) add(field, text string) { p[field] = append(p[field], text) }

// err is the 400 for what was collected, nil if nothing was.
func (p problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return &apiError{status: http.StatusBadRequest, message: modelStateInvalid, fields: maps.Clone(p)}
}

// errorShape is the form in which a route writes its errors.
type errorShape int

const (
	internalErrors errorShape = iota // validationErrors, exceptionMessage …
	publicErrors                     // errors only: the public API and newer billing routes
)

// errorBody renders an error, nil for one without a body.
func errorBody(e *apiError, shape errorShape) any {
	switch {
	case e.body != nil:
		return e.body
	case e.message == "":
		return nil
	case shape == publicErrors:
		message := e.message
		if message == modelStateInvalid {
			message = "The request's model state is invalid."
		}
		return obj{"object": "error", "message": message, "errors": fieldsOrNull(e.fields)}
	default:
		return obj{
			"object": "error", "message": e.message, "validationErrors": fieldsOrNull(e.fields),
			"exceptionMessage": nil, "exceptionStackTrace": nil, "innerExceptionMessage": nil,
		}
	}
}

func fieldsOrNull(fields map[string][]string) any {
	if fields == nil {
		return nil
	}
	return fields
}
