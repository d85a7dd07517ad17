// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"html"
	netmail "net/mail"
	"regexp"
	"strings"
	"unicode/utf16"
)

// required is [Required] on a text: absent, null, empty and blank are refused.
func (p problems) required(field, value string) {
	if strings.TrimSpace(value) == "" {
		p.add(field, fmt.Sprintf("The %s field is required.", field))
	}
}

// present is [Required] on anything nullable.
func (p problems) present(field string, present bool) {
	if !present {
		p.add(field, fmt.Sprintf("The %s field is required.", field))
	}
}

// stringLength is [StringLength]/[MaxLength] in its usual wording; lengths are UTF-16 units.
func (p problems) stringLength(field, value string, maximum int) {
	if length16(value) > maximum {
		p.add(field, fmt.Sprintf("The field %s must be a string with a maximum length of %d.", field, maximum))
	}
}

// exceeds is the length check of fields that carry their own wording.
func (p problems) exceeds(field, value string, maximum int) {
	if length16(value) > maximum {
		p.add(field, fmt.Sprintf("The field %s exceeds the maximum length.", field))
	}
}

// emailAddress is [EmailAddress]: exactly one @, not at an end. An empty value passes.
func (p problems) emailAddress(field, value string) {
	if value == "" {
		return
	}
	at := strings.IndexByte(value, '@')
	if at <= 0 || at == len(value)-1 || at != strings.LastIndexByte(value, '@') {
		p.add(field, fmt.Sprintf("The %s field is not a valid e-mail address.", field))
	}
}

// strictEmail is [StrictEmailAddress].
func (p problems) strictEmail(field, value string) {
	if !isStrictEmail(value) {
		p.add(field, fmt.Sprintf("The %s field is not a supported e-mail address format.", field))
	}
}

// emails is [StrictEmailAddressList]: 1 to 20 addresses of at most 256 characters.
func (p problems) emails(field string, values []string) {
	switch {
	case len(values) == 0:
		p.add(field, "An email is required.")
	case len(values) > 20:
		p.add(field, "You can only submit up to 20 emails at a time.")
	default:
		for i, value := range values {
			if !isStrictEmail(value) || length16(value) > 256 {
				p.add(field, fmt.Sprintf("Email #%d is not valid.", i+1))
				return
			}
		}
	}
}

var strictEmailPattern = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s.]+$`)

func isStrictEmail(value string) bool {
	address, err := netmail.ParseAddress(value)
	return err == nil && address.Address == value && strictEmailPattern.MatchString(value)
}

// encString is [EncryptedString] and [EncryptedStringLength]: one of the forms that clients write, of limited length; an
// empty value passes.
func (p problems) encString(field, value string, maximum int) {
	if value != "" && !isEncString(value) {
		p.add(field, field+" is not a valid encrypted string.")
	}
	if length16(value) > maximum {
		p.add(field, fmt.Sprintf("The field %s exceeds the maximum encrypted value length of %d characters.", field, maximum))
	}
}

var (
	base64Part  = `[A-Za-z0-9+/]+={0,2}`
	encPatterns = map[string]*regexp.Regexp{
		"0": regexp.MustCompile(`^` + base64Part + `\|` + base64Part + `$`),
		"1": regexp.MustCompile(`^` + base64Part + `\|` + base64Part + `\|` + base64Part + `$`),
		"2": regexp.MustCompile(`^` + base64Part + `\|` + base64Part + `\|` + base64Part + `$`),
		"3": regexp.MustCompile(`^` + base64Part + `$`),
		"4": regexp.MustCompile(`^` + base64Part + `$`),
		"5": regexp.MustCompile(`^` + base64Part + `\|` + base64Part + `$`),
		"6": regexp.MustCompile(`^` + base64Part + `\|` + base64Part + `$`),
		"7": regexp.MustCompile(`^` + base64Part + `$`),
	}
)

// isEncString tells whether a text has one of the encrypted forms; without a header two or three parts pass.
func isEncString(value string) bool {
	header, rest, ok := strings.Cut(value, ".")
	if !ok {
		return encPatterns["0"].MatchString(value) || encPatterns["2"].MatchString(value)
	}
	pattern := encPatterns[header]
	return pattern != nil && pattern.MatchString(rest)
}

// length16 counts as .NET does, in UTF-16 units.
func length16(s string) int { return len(utf16.Encode([]rune(s))) }

// cut16 shortens a text to a number of UTF-16 units, as a database parameter of that length does.
func cut16(s string, units int) string {
	encoded := utf16.Encode([]rune(s))
	if len(encoded) <= units {
		return s
	}
	return string(utf16.Decode(encoded[:units]))
}

// htmlEncode encodes like .NET's WebUtility.HtmlEncode: markup, U+00A0 to U+00FF and everything outside the BMP.
func htmlEncode(s string) string {
	var out strings.Builder
	for _, r := range s {
		switch {
		case r == '<':
			out.WriteString("&lt;")
		case r == '>':
			out.WriteString("&gt;")
		case r == '&':
			out.WriteString("&amp;")
		case r == '"':
			out.WriteString("&quot;")
		case r == '\'':
			out.WriteString("&#39;")
		case r >= 0xA0 && r <= 0xFF, r > 0xFFFF:
			fmt.Fprintf(&out, "&#%d;", r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

var entity = regexp.MustCompile(`&(#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);`)

// htmlDecode is the reverse; unlike Go's it leaves entities without a semicolon alone.
func htmlDecode(s string) string { return entity.ReplaceAllStringFunc(s, html.UnescapeString) }

// decoded is the form in which names are answered.
func decoded(name *string) any {
	if name == nil {
		return nil
	}
	return htmlDecode(*name)
}
