// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// secretTexts and secretPatterns are what no log may contain, whoever the secret belongs to. Each begins with a text of
// its own: a trace is long, and everything else is slow to look for.
var (
	secretTexts = []string{"masterPasswordHash", "encryptedPrivateKey", "client_secret=", "Bearer "}

	secretPatterns = map[string]*regexp.Regexp{
		"token":       regexp.MustCompile(`eyJ[\w-]{10,}\.eyJ[\w-]{10,}`),
		"private key": regexp.MustCompile(`MII[A-Za-z0-9+/]{60,}`),
	}
	ciphertext = regexp.MustCompile(`\.[A-Za-z0-9+/]{22,}={0,2}`) // after a number
	number     = regexp.MustCompile(`\b[2-7]$`)
)

// NoSecrets fails the test if a log that a CLI wrote with TF_LOG=TRACE holds a login, a password or its hash, a token, a
// key, ciphertext, or one of the planted texts. proofs are texts that show that something was logged at all.
func NoSecrets(tb testing.TB, file string, admin *emulator.Person, clientSecret string, planted, proofs []string) {
	tb.Helper()
	log, err := os.ReadFile(file) //nolint:gosec // A log that the test itself made.
	if err != nil {
		tb.Fatal(err)
	}
	for _, proof := range proofs {
		if !bytes.Contains(log, []byte(proof)) {
			tb.Fatalf("%q is not in the log of %d bytes: nothing was traced", proof, len(log))
		}
	}
	for _, secret := range slices.Concat(secretTexts, planted, []string{clientSecret, emulator.Password, admin.PasswordHash()}) {
		if at := bytes.Index(log, []byte(secret)); at >= 0 {
			tb.Errorf("the log has the secret %q: %s", secret, logLine(log, at))
		}
	}
	for what, pattern := range secretPatterns {
		if at := pattern.FindIndex(log); at != nil {
			tb.Errorf("the log has a %s: %s", what, logLine(log, at[0]))
		}
	}
	for _, at := range ciphertext.FindAllIndex(log, -1) {
		if number.Match(log[max(0, at[0]-2):at[0]]) {
			tb.Errorf("the log has a ciphertext: %s", logLine(log, at[0]))
		}
	}
}

// logLine is the line of a log around a place, cut to what a reader can bear.
func logLine(log []byte, at int) []byte {
	start := bytes.LastIndexByte(log[:at], '\n') + 1
	end := min(len(log), at+200)
	return log[max(start, at-200):end]
}
