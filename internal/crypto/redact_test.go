// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto_test

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// secret is a value that must not show, with the bytes that would give it away.
type secret struct {
	value any
	bytes []byte
}

func secrets(t *testing.T) map[string]secret {
	t.Helper()
	k, cose := crypto.NewSymmetricKey(), crypto.NewCOSEKey()
	p := ok(crypto.GeneratePrivateKey())(t)
	m := ok(crypto.DeriveMasterKey("password", "salt", crypto.KDF{Type: crypto.PBKDF2, Iterations: 5000}))(t)
	s := ok(crypto.NewSendKey())(t)
	seed := ok(base64.RawURLEncoding.DecodeString(s.ExposeURLKey()))(t)
	account := crypto.Account{UserKey: k, PrivateKey: p}
	return map[string]secret{
		"symmetric key":     {k, k.ExposeEncoded()},
		"COSE key":          {cose, cose.ExposeEncoded()},
		"private key":       {p, p.ExposePKCS8()},
		"master key":        {m, m.ExposeForTest()},
		"stretched key":     {m, m.StretchedForTest().ExposeEncoded()},
		"send seed":         {s, seed},
		"send key":          {s, s.Key().ExposeEncoded()},
		"pointer":           {&k, k.ExposeEncoded()},
		"account":           {account, k.ExposeEncoded()},
		"account's private": {account, p.ExposePKCS8()},
		"exported field":    {struct{ Key crypto.SymmetricKey }{k}, k.ExposeEncoded()},
		"unexported field":  {struct{ key crypto.SymmetricKey }{k}, k.ExposeEncoded()},
		"embedded":          {struct{ crypto.SymmetricKey }{k}, k.ExposeEncoded()},
		"unexported COSE":   {struct{ key crypto.SymmetricKey }{cose}, cose.ExposeEncoded()},
		"unexported RSA":    {struct{ key crypto.PrivateKey }{p}, p.ExposePKCS8()},
		"unexported master": {struct{ key *crypto.MasterKey }{&m}, m.ExposeForTest()},
		"unexported send":   {struct{ key crypto.SendKey }{s}, seed},
		"slice":             {[]crypto.SymmetricKey{k}, k.ExposeEncoded()},
		"map":               {map[string]crypto.SymmetricKey{"key": k}, k.ExposeEncoded()},
		"organization":      {crypto.ClientOrganization{Key: k, PrivateKey: p}, k.ExposeEncoded()},
	}
}

// shows reports whether a text has a part of the secret in one of the ways in which bytes get printed.
func (s secret) shows(text string) bool {
	// Eight bytes in the middle: none of the formats of keys has constants there.
	part := s.bytes[len(s.bytes)/2-4 : len(s.bytes)/2+4]
	var decimals, hexadecimals []string
	for _, b := range part {
		decimals = append(decimals, strconv.Itoa(int(b)))
		hexadecimals = append(hexadecimals, fmt.Sprintf("0x%x", b))
	}
	lower := strings.ToLower(text)
	quoted := fmt.Sprintf("%q", part)
	return strings.Contains(text, string(part)) ||
		strings.Contains(lower, hex.EncodeToString(part)) ||
		strings.Contains(text, strings.Join(decimals, " ")) ||
		strings.Contains(text, strings.Join(decimals, ",")) ||
		strings.Contains(lower, strings.Join(hexadecimals, ", ")) ||
		strings.Contains(text, quoted[1:len(quoted)-1]) ||
		strings.Contains(text, base64.StdEncoding.EncodeToString(s.bytes)) ||
		strings.Contains(text, base64.RawURLEncoding.EncodeToString(s.bytes))
}

func TestRedaction(t *testing.T) {
	t.Parallel()
	verbs := "vsdqxXobcUtTeEfFgGpwz" // every verb of fmt, and one that does not exist
	for name, s := range secrets(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if shown := fmt.Sprintf("%v", s.bytes); !s.shows(shown) {
				t.Fatal("the check itself does not work")
			}
			check := func(how, text string) {
				t.Helper()
				if s.shows(text) {
					t.Errorf("%s shows the secret", how)
				}
			}
			for _, verb := range verbs {
				for _, flags := range []string{"", "+", "#", " ", "0", "-20", "# ", "+.3", "8.2"} {
					format := "%" + flags + string(verb)
					check(format, fmt.Sprintf(format, s.value))
				}
			}
			check("Sprint", fmt.Sprint(s.value))
			check("Sprintln", fmt.Sprintln(s.value))
			check("an error", fmt.Errorf("failed: %v", s.value).Error())
			if b, err := json.Marshal(s.value); err == nil {
				check("JSON", string(b))
			}
			if m, isMarshaler := s.value.(encoding.TextMarshaler); isMarshaler {
				check("MarshalText", string(ok(m.MarshalText())(t)))
			}
			var log bytes.Buffer
			slog.New(slog.NewTextHandler(&log, nil)).Info("text", "value", s.value)
			slog.New(slog.NewJSONHandler(&log, nil)).Info("json", "value", s.value, slog.Any("group", []any{s.value}))
			check("slog", log.String())
		})
	}
}

func TestRedaction_saysSo(t *testing.T) {
	t.Parallel()
	k := crypto.NewSymmetricKey()
	for _, text := range []string{
		k.String(), k.GoString(), fmt.Sprintf("%x", k), k.LogValue().String(),
		strings.Trim(string(ok(json.Marshal(k))(t)), `"`), string(ok(k.MarshalText())(t)),
	} {
		equal(t, "text", text, "[redacted]")
	}
}

func TestError_holdsNoSecrets(t *testing.T) {
	t.Parallel()
	k, other := crypto.NewSymmetricKey(), crypto.NewSymmetricKey()
	text := ok(k.EncryptString("the plaintext"))(t)
	_, err := other.DecryptString(text)
	refused(t, err, crypto.AuthenticationFailed)
	equal(t, "message", err.Error(), "decrypt text: authentication failed")
	for _, format := range []string{"%v", "%+v", "%#v"} {
		shown := fmt.Sprintf(format, err)
		if strings.Contains(shown, "plaintext") || strings.Contains(shown, text[2:20]) {
			t.Errorf("%s shows %q", format, shown)
		}
	}
}

func TestKind_String(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for kind := crypto.Malformed; kind <= crypto.InvalidSignature; kind++ {
		if seen[kind.String()] || kind.String() == crypto.Kind(0).String() {
			t.Errorf("kind %d has no words of its own", kind)
		}
		seen[kind.String()] = true
	}
	if crypto.IsKind(nil, crypto.Malformed) || crypto.IsKind(errors.New("another"), crypto.Malformed) {
		t.Error("IsKind takes any error")
	}
	wrapped := fmt.Errorf("outer: %w", &crypto.Error{Kind: crypto.WrongKeyID, Op: "open"})
	equal(t, "IsKind of a wrapped error", crypto.IsKind(wrapped, crypto.WrongKeyID), true)
}
