// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package health computes the reports on the passwords of an organization from its decrypted items. It is pure: it
// reads no network and keeps no secret.
package health

import (
	"crypto/sha1" //nolint:gosec // The breach service is asked by SHA-1; nothing is protected by it.
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health/zxcvbn"
)

// maxRatedLength is how many UTF-16 code units of a password the web vault rates.
const maxRatedLength = 256

// minInputLength is the least length of a part of a user name that the weak-passwords report of the web vault uses.
const minInputLength = 3

// PasswordStrength rates the password of a login as the web vault's weak-passwords report does. A score of 2 or less
// is weak.
func PasswordStrength(estimator *zxcvbn.Estimator, password, username string) zxcvbn.Result {
	return estimator.Estimate(cut(password), UserInputs(username)...)
}

// UserInputs returns the words that make a password weak for this user: those of the product, then the parts of the
// user name, or of its part before an "@". The web vault's weak-passwords report leaves out parts shorter than three.
func UserInputs(username string) []string {
	local, _, _ := strings.Cut(username, "@")
	// JavaScript, unlike Go, leaves a combining dot where it maps U+0130 to lower case, and so divides the name there.
	local = strings.ToLower(strings.ReplaceAll(local, "\u0130", "i\u0307"))
	inputs := []string{"bitwarden", "bit", "warden"}
	for part := range strings.FieldsFuncSeq(local, isNotAlphanumeric) {
		if len(part) >= minInputLength && !slices.Contains(inputs, part) {
			inputs = append(inputs, part)
		}
	}
	return inputs
}

func isNotAlphanumeric(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9')
}

func cut(password string) string {
	if len(password) <= maxRatedLength { // There are never more code units than bytes.
		return password
	}
	units := utf16.Encode([]rune(password))
	return string(utf16.Decode(units[:min(len(units), maxRatedLength)]))
}

// RangeQuery splits the SHA-1 of a password for a k-anonymity range query to the breach service: the prefix of 5
// hexadecimal digits is sent, the suffix of 35 is compared here and must not leave the machine.
func RangeQuery(password string) (prefix, suffix string) {
	sum := sha1.Sum([]byte(password)) //nolint:gosec // See the import.
	digits := strings.ToUpper(hex.EncodeToString(sum[:]))
	return digits[:5], digits[5:]
}

// RangeCount returns how often the breach service has seen the password with this suffix, from its response: lines
// "SUFFIX:COUNT" in any case. Lines of padding have a count of 0. A malformed line counts as not found.
func RangeCount(response, suffix string) int {
	for line := range strings.Lines(response) {
		found, digits, _ := strings.Cut(strings.TrimSpace(line), ":")
		if strings.EqualFold(found, suffix) {
			count, err := strconv.ParseUint(digits, 10, 31)
			if err != nil {
				return 0
			}
			return int(count)
		}
	}
	return 0
}
