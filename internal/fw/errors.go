// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// AddError turns an error of the client into diagnostics. The summary says what could not be done, in at most 60
// characters and without a colon; the detail gives the reason, what to do, and the request's id. An error about one
// attribute is placed on it: that is so for values the client refuses and for the fields a server's validation names.
func AddError(diags *diag.Diagnostics, summary string, err error) {
	if input, ok := errors.AsType[*bitwarden.InputError](err); ok {
		detail := sentences(input.Reason, input.Remedy)
		if input.Field == "" {
			diags.AddError(summary, detail)
			return
		}
		diags.AddAttributeError(path.Root(input.Field), summary, detail)
		return
	}
	if login, ok := errors.AsType[*bitwarden.LoginError](err); ok {
		diags.AddError(summary, providerDetail(login.Field, login.Reason, login.Remedy))
		return
	}
	if config, ok := errors.AsType[*bitwarden.ConfigError](err); ok {
		diags.AddError(summary, providerDetail(config.Field, config.Reason, config.Remedy))
		return
	}
	if server, ok := errors.AsType[*bitwarden.Error](err); ok {
		addServerError(diags, summary, err, server)
		return
	}
	diags.AddError(summary, sentences(err.Error()))
}

// AddWarning is AddError for what did not stop the operation: an object exists, but a later step failed. As an error it
// would taint the object, and the next apply would replace it.
func AddWarning(diags *diag.Diagnostics, summary string, err error) {
	var errs diag.Diagnostics
	AddError(&errs, summary, err)
	for _, e := range errs {
		diags.AddWarning(e.Summary(), e.Detail())
	}
}

// LookupError says that not exactly one object has the value that a data source looks for. The matches and candidates
// are objects in words that a reader can copy from, such as "name (id)".
func LookupError(kind, attribute, value string, matches, candidates []string) error {
	reason := fmt.Sprintf("no %s has the %s %q", kind, attribute, value)
	remedy := "There is none at all"
	switch {
	case len(matches) > 0:
		reason = fmt.Sprintf("%d objects of the kind %s have the %s %q", len(matches), kind, attribute, value)
		remedy = "Look it up by id instead: " + enumerate(matches)
	case len(candidates) > 0:
		remedy = "There is: " + enumerate(candidates)
	}
	return &bitwarden.InputError{Field: attribute, Reason: reason, Remedy: remedy}
}

// enumerate lists the first texts; an MSP can have hundreds of clients.
func enumerate(texts []string) string {
	const most = 20
	if len(texts) <= most {
		return strings.Join(texts, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(texts[:most], ", "), len(texts)-most)
}

// providerDetail names the attribute in words: the diagnostic belongs to a resource, the attribute to the provider block.
func providerDetail(field, reason, remedy string) string {
	if field == "" {
		return sentences(reason, remedy)
	}
	return sentences(fmt.Sprintf("Provider attribute %q: %s", field, reason), remedy)
}

// addServerError tells a refusal once, or once on each attribute that the server's validation names.
func addServerError(diags *diag.Diagnostics, summary string, err error, server *bitwarden.Error) {
	detail := sentences(err.Error(), hint(server))
	located := false
	for _, field := range slices.Sorted(maps.Keys(server.Validation)) {
		if attribute := attributeName(field); attribute != "" {
			diags.AddAttributeError(path.Root(attribute), summary, detail)
			located = true
		}
	}
	if !located {
		diags.AddError(summary, detail)
	}
}

// hint says what usually helps. The server answers 404 for missing permission and for disabled features too.
func hint(e *bitwarden.Error) string {
	switch e.Status {
	case http.StatusUnauthorized:
		return "The server takes the account's login but not this call: look at the account's role in the provider, and at " +
			"whether the organization is still one of its clients"
	case http.StatusForbidden:
		return "The account may not do this: some calls need a provider admin, and every one needs the organization to be a " +
			"client of the account's provider"
	case http.StatusNotFound:
		return "The server also answers this for missing permission and for features that are switched off: it is no proof " +
			"that anything is gone. Run it again, and if that does not help look at the account's role and the client's plan"
	case http.StatusTooManyRequests:
		if e.RetryAfter > time.Minute {
			return fmt.Sprintf("The server takes no more calls of this kind from this address for %s, and nobody waits for so "+
				"long: run again then", e.RetryAfter)
		}
		return "The server limits requests per path and address: lower max_concurrent_requests in the provider block or " +
			"raise max_retries, and run again"
	default:
		return ""
	}
}

// attributeName converts a field of the server's validation, such as "BillingEmail", "Emails[0]" or "$.type", to the
// name that an attribute of the same meaning has. It is empty where the server names no field.
func attributeName(field string) string {
	field = strings.TrimPrefix(field, "$.")
	if end := strings.IndexAny(field, ".["); end >= 0 {
		field = field[:end]
	}
	var name strings.Builder
	for i, r := range field {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			return "" // Texts such as "An error has occurred." stand in the field's place as well.
		case unicode.IsUpper(r) && i > 0:
			name.WriteByte('_')
		}
		name.WriteRune(unicode.ToLower(r))
	}
	return name.String()
}

// sentences joins what is not empty, each part beginning with a capital, unless it is an attribute's name, and ending in a
// full stop.
func sentences(parts ...string) string {
	var text []string
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if !strings.ContainsAny(part[len(part)-1:], ".!?") {
			part += "."
		}
		if word, _, _ := strings.Cut(part, " "); !strings.ContainsAny(word, "_=.") {
			first, size := utf8.DecodeRuneInString(part)
			part = string(unicode.ToUpper(first)) + part[size:]
		}
		text = append(text, part)
	}
	return strings.Join(text, " ")
}
