// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package fwvalidate holds the validators that several resources share. They skip null and unknown values.
package fwvalidate

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// rule is a validator of texts: its description completes "must be …".
type rule struct {
	description string
	holds       func(value string) bool
}

func (r rule) Description(context.Context) string         { return "must be " + r.description }
func (r rule) MarkdownDescription(context.Context) string { return "must be " + r.description }

func (r rule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || r.holds(req.ConfigValue.ValueString()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid attribute value",
		fmt.Sprintf("%s must be %s, got %q.", req.Path, r.description, req.ConfigValue.ValueString()))
}

// UUID accepts an id as the server writes it: 8-4-4-4-12 hexadecimal digits in lower case. One spelling only, so that ids
// can be compared as texts and used as map keys.
func UUID() validator.String {
	return rule{"a UUID in lower case, such as 00000000-0000-4000-8000-000000000000", func(value string) bool {
		id, err := uuid.Parse(value)
		return err == nil && id.String() == value
	}}
}

// phrase is the form of a fingerprint phrase: five words of the long EFF list, some of which have a hyphen themselves.
var phrase = regexp.MustCompile(`^[a-z]+(-[a-z]+){4,}$`)

// FingerprintPhrase accepts the phrase that stands for somebody's public key.
func FingerprintPhrase() validator.String {
	return rule{"five words in lower case with hyphens between them", phrase.MatchString}
}

// Rule accepts the texts that a check of the client takes. The description completes "must be …".
func Rule(description string, check func(value string) error) validator.String {
	return rule{description, func(value string) bool { return check(value) == nil }}
}

// Name accepts a text that is not blank and at most max characters long, counted as the server's database does: in UTF-16
// code units, where an emoji is two. Longer names are cut silently there.
func Name(maxLength int) validator.String {
	return rule{fmt.Sprintf("1 to %d characters (UTF-16) that are not all blank", maxLength), func(value string) bool {
		return strings.TrimSpace(value) != "" && len(utf16.Encode([]rune(value))) <= maxLength
	}}
}
