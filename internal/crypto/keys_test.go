// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

func TestParseSymmetricKey_byLength(t *testing.T) {
	t.Parallel()
	for n := range 130 {
		_, err := crypto.ParseSymmetricKey(make([]byte, n))
		if n == 32 || n == 64 {
			if err != nil {
				t.Errorf("%d bytes: %v", n, err)
			}
			continue
		}
		if !crypto.IsKind(err, crypto.InvalidKey) {
			t.Errorf("%d bytes: the error is %v", n, err)
		}
	}
}

func TestParseSymmetricKey_refusesCOSE(t *testing.T) {
	t.Parallel()
	encoded := crypto.NewCOSEKey().ExposeEncoded()
	equal(t, "length", len(encoded) > 64, true)
	bare := encoded[:len(encoded)-int(encoded[len(encoded)-1])]
	replace := func(old, replacement string) []byte {
		b := bytes.Replace(bare, []byte(old), []byte(replacement), 1)
		if bytes.Equal(b, bare) {
			t.Fatalf("%x is not in the key", old)
		}
		return crypto.PadKeyForTest(b)
	}
	duplicate := append([]byte{bare[0] + 1, 0x01, 0x04}, bare[1:]...)
	tests := map[string][]byte{
		"no padding":             append(bytes.Clone(bare), 0),
		"padding of two values":  append(bytes.Clone(bare), 1, 2),
		"longer than the whole":  bytes.Repeat([]byte{255}, 70),
		"another type of key":    replace("\x01\x04", "\x01\x02"),
		"unknown algorithm":      replace("\x3a\x00\x01\x11\x79", "\x3a\x00\x01\x11\x7a"),
		"short id":               replace("\x02\x50", "\x02\x4f"),
		"short key":              replace("\x20\x58\x20", "\x20\x58\x1f"),
		"a label twice":          crypto.PadKeyForTest(duplicate),
		"something behind it":    crypto.PadKeyForTest(append(bytes.Clone(bare), 0xf6)),
		"cut off":                crypto.PadKeyForTest(bare[:len(bare)-1]),
		"a tagged map":           crypto.PadKeyForTest(append([]byte{0xd8, 0x65}, bare...)),
		"an indefinite-size map": crypto.PadKeyForTest(append(append([]byte{0xbf}, bare[1:]...), 0xff)),
	}
	for name, encoded := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := crypto.ParseSymmetricKey(encoded)
			refused(t, err, crypto.InvalidKey)
		})
	}
}

// TestSymmetricKey_zero shows that a forgotten key is an error and never an encryption under nothing.
func TestSymmetricKey_zero(t *testing.T) {
	t.Parallel()
	var zero crypto.SymmetricKey
	k := crypto.NewSymmetricKey()
	p := ok(crypto.GeneratePrivateKey())(t)
	text, buffer := ok(k.EncryptString("text"))(t), ok(k.EncryptBuffer(nil))(t)
	calls := map[string]func() error{
		"EncryptString":         func() error { _, err := zero.EncryptString(""); return err },
		"EncryptBytes":          func() error { _, err := zero.EncryptBytes(nil); return err },
		"EncryptBuffer":         func() error { _, err := zero.EncryptBuffer(nil); return err },
		"DecryptString":         func() error { _, err := zero.DecryptString(text); return err },
		"DecryptBytes":          func() error { _, err := zero.DecryptBytes(text); return err },
		"DecryptBuffer":         func() error { _, err := zero.DecryptBuffer(buffer); return err },
		"WrapKey":               func() error { _, err := zero.WrapKey(k); return err },
		"WrapKey of zero":       func() error { _, err := k.WrapKey(zero); return err },
		"UnwrapKey":             func() error { _, err := zero.UnwrapKey(text); return err },
		"WrapPrivateKey":        func() error { _, err := zero.WrapPrivateKey(p); return err },
		"WrapPrivateKey zero":   func() error { _, err := k.WrapPrivateKey(crypto.PrivateKey{}); return err },
		"UnwrapPrivateKey":      func() error { _, err := zero.UnwrapPrivateKey(text); return err },
		"UnwrapPublicKey":       func() error { _, err := zero.UnwrapPublicKey(text); return err },
		"WrapSendKey of zero":   func() error { _, err := k.WrapSendKey(crypto.SendKey{}); return err },
		"UnwrapSendKey":         func() error { _, err := zero.UnwrapSendKey(text); return err },
		"OpenEnvelope":          func() error { _, err := zero.OpenEnvelope("", 1); return err },
		"Encapsulate of zero":   func() error { _, err := p.Public().Encapsulate(zero); return err },
		"Encapsulate to zero":   func() error { _, err := crypto.PublicKey{}.Encapsulate(k); return err },
		"Decapsulate":           func() error { _, err := crypto.PrivateKey{}.Decapsulate("4.AAAA"); return err },
		"UnwrapUserKey":         func() error { _, err := crypto.MasterKey{}.UnwrapUserKey(text); return err },
		"WrapUserKey":           func() error { _, err := crypto.MasterKey{}.WrapUserKey(k); return err },
		"PasswordHash":          func() error { _, err := crypto.SendKey{}.PasswordHash("p"); return err },
		"UnlockAccount":         func() error { _, err := crypto.UnlockAccount(zero, crypto.AccountKeys{}); return err },
		"NewClientOrganization": func() error { _, err := crypto.NewClientOrganization(zero, "name"); return err },
		"key of a zero SendKey": func() error { _, err := crypto.SendKey{}.Key().EncryptString(""); return err },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, call(), crypto.InvalidKey)
		})
	}
	equal(t, "IsZero", zero.IsZero(), true)
	equal(t, "ID", zero.ID(), "")
	equal(t, "Equal to zero", zero.Equal(crypto.SymmetricKey{}), true)
	equal(t, "Equal to a key", zero.Equal(k) || k.Equal(zero), false)
	equal(t, "Derive", zero.Derive("label") == nil, true)
	equal(t, "ExposeEncoded", zero.ExposeEncoded() == nil, true)
	equal(t, "fingerprint", crypto.PublicKey{}.Fingerprint("id"), "")
	equal(t, "hash", crypto.MasterKey{}.AuthenticationHash("p"), "")
	equal(t, "public half", crypto.PrivateKey{}.Public().IsZero(), true)
	equal(t, "PKCS#8", crypto.PrivateKey{}.ExposePKCS8() == nil && crypto.PrivateKey{}.IsZero(), true)
	equal(t, "key of the link", crypto.SendKey{}.ExposeURLKey(), "")
}

func TestSymmetricKey_legacy(t *testing.T) {
	t.Parallel()
	k := symmetricKey(t, make([]byte, 32))
	equal(t, "ID", k.ID(), "")
	_, err := k.EncryptString("text")
	refused(t, err, crypto.WrongKeyType)
	for _, text := range []string{
		"0.AAAAAAAAAAAAAAAAAAAAAA==|AAAAAAAAAAAAAAAAAAAAAA==",
		ok(crypto.NewSymmetricKey().EncryptString("text"))(t),
	} {
		_, err = k.DecryptString(text)
		refused(t, err, crypto.WrongKeyType)
	}
}

func TestSymmetricKey_exposesCopies(t *testing.T) {
	t.Parallel()
	for name, k := range map[string]crypto.SymmetricKey{
		"64 bytes": crypto.NewSymmetricKey(), "COSE": crypto.NewCOSEKey(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := k.ExposeEncoded()
			parsedFrom := bytes.Clone(before)
			parsed := symmetricKey(t, parsedFrom)
			clear(k.ExposeEncoded())
			clear(parsedFrom)
			equalBytes(t, "encoded key", k.ExposeEncoded(), before)
			equalBytes(t, "encoded key of the parsed one", parsed.ExposeEncoded(), before)
			equal(t, "Equal", parsed.Equal(k), true)
			text := ok(k.EncryptString("text"))(t)
			equal(t, "text", ok(parsed.DecryptString(text))(t), "text")
		})
	}
}

func TestSymmetricKey_Derive(t *testing.T) {
	t.Parallel()
	k := crypto.NewSymmetricKey()
	first := k.Derive("password digest")
	equal(t, "length", len(first), 32)
	equalBytes(t, "second time", symmetricKey(t, k.ExposeEncoded()).Derive("password digest"), first)
	for name, other := range map[string][]byte{
		"another label":     k.Derive("another digest"),
		"another key":       crypto.NewSymmetricKey().Derive("password digest"),
		"half of the key":   k.ExposeEncoded()[:32],
		"the other half":    k.ExposeEncoded()[32:],
		"without any label": k.Derive(""),
	} {
		if bytes.Equal(first, other) {
			t.Errorf("the same as %s", name)
		}
	}
}

// TestDecrypt_everyByteCounts flips one bit in every byte of what was encrypted.
func TestDecrypt_everyByteCounts(t *testing.T) {
	t.Parallel()
	for name, k := range map[string]crypto.SymmetricKey{
		"64 bytes": crypto.NewSymmetricKey(), "COSE": crypto.NewCOSEKey(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			buffer := ok(k.EncryptBuffer([]byte("contents of a file")))(t)
			equal(t, "contents", string(ok(k.DecryptBuffer(buffer))(t)), "contents of a file")
			for i := range buffer {
				changed := bytes.Clone(buffer)
				changed[i] ^= 1
				if _, err := k.DecryptBuffer(changed); err == nil {
					t.Errorf("a change of byte %d goes unnoticed", i)
				}
				if _, err := k.DecryptBuffer(buffer[:i]); err == nil {
					t.Errorf("cutting off at byte %d goes unnoticed", i)
				}
			}
			_, err := k.DecryptBuffer(append(bytes.Clone(buffer), 0))
			refused(t, err)
		})
	}
}

// TestDecrypt_paddingLooksLikeMAC shows that a wrong padding is not told apart from a wrong MAC.
func TestDecrypt_paddingLooksLikeMAC(t *testing.T) {
	t.Parallel()
	k := crypto.NewSymmetricKey()
	right := append([]byte("0123456789"), 6, 6, 6, 6, 6, 6)
	equal(t, "text", ok(k.DecryptString(crypto.EncryptCBCForTest(k, right)))(t), "0123456789")
	wrongMAC := ok(crypto.NewSymmetricKey().EncryptString("0123456789"))(t)
	_, macErr := k.DecryptString(wrongMAC)
	refused(t, macErr, crypto.AuthenticationFailed)
	for name, padded := range map[string][]byte{
		"zero":        make([]byte, 16),
		"too long":    append(make([]byte, 15), 17),
		"two values":  append(make([]byte, 14), 1, 2),
		"no contents": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := k.DecryptString(crypto.EncryptCBCForTest(k, padded))
			refused(t, err, crypto.AuthenticationFailed)
			equal(t, "message", err.Error(), macErr.Error())
		})
	}
}

func TestDecrypt_base64(t *testing.T) {
	t.Parallel()
	k := crypto.NewSymmetricKey()
	text := ok(k.EncryptString("text"))(t)
	equal(t, "without padding", ok(k.DecryptString(strings.ReplaceAll(text, "=", "")))(t), "text")
	parts := strings.Split(text, "|")
	for name, changed := range map[string]string{
		"line end in a part":       parts[0] + "|" + parts[1][:4] + "\n" + parts[1][4:] + "|" + parts[2],
		"carriage return":          text + "\r",
		"line end behind":          text + "\n",
		"blank before":             " " + text,
		"tab in a part":            parts[0] + "|\t" + parts[1] + "|" + parts[2],
		"part of the padding":      text[:len(text)-1] + "==",
		"URL alphabet":             "2.-_-_-_-_-_-_-_-_-_-_-g==|" + parts[1] + "|" + parts[2],
		"two headers":              "2." + text,
		"header with a sign":       "+" + text,
		"header with a zero":       "0" + text,
		"header of another script": "２" + text[1:],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := k.DecryptString(changed)
			refused(t, err, crypto.Malformed, crypto.UnsupportedType)
		})
	}
}

// TestCOSE_contentType shows that what was encrypted as one thing is not opened as another.
func TestCOSE_contentType(t *testing.T) {
	t.Parallel()
	k := crypto.NewCOSEKey()
	p := ok(crypto.GeneratePrivateKey())(t)
	s := ok(crypto.NewSendKey())(t)
	texts := map[string]string{
		"text":        ok(k.EncryptString("text"))(t),
		"bytes":       ok(k.EncryptBytes([]byte("bytes")))(t),
		"legacy key":  ok(k.WrapKey(crypto.NewSymmetricKey()))(t),
		"COSE key":    ok(k.WrapKey(crypto.NewCOSEKey()))(t),
		"private key": ok(k.WrapPrivateKey(p))(t),
		"send key":    ok(k.WrapSendKey(s))(t),
		"unknown":     crypto.EncryptCOSEForTest(k, []byte("?"), func(h map[int]any) { h[3] = "application/x.unknown" }),
		"number":      crypto.EncryptCOSEForTest(k, []byte("?"), func(h map[int]any) { h[3] = 4711 }),
	}
	opens := map[string]struct {
		open func(text string) error
		of   string // content types that it takes
	}{
		"DecryptString":    {func(s string) error { _, err := k.DecryptString(s); return err }, "text bytes"},
		"DecryptBytes":     {func(s string) error { _, err := k.DecryptBytes(s); return err }, "bytes send key"},
		"UnwrapKey":        {func(s string) error { _, err := k.UnwrapKey(s); return err }, "legacy key COSE key"},
		"UnwrapPrivateKey": {func(s string) error { _, err := k.UnwrapPrivateKey(s); return err }, "private key"},
		"UnwrapSendKey":    {func(s string) error { _, err := k.UnwrapSendKey(s); return err }, "send key"},
		"UnwrapPublicKey":  {func(s string) error { _, err := k.UnwrapPublicKey(s); return err }, "-"},
	}
	for method, o := range opens {
		for content, text := range texts {
			t.Run(method+" of "+content, func(t *testing.T) {
				t.Parallel()
				err := o.open(text)
				switch {
				case strings.Contains(o.of, content):
					if err != nil {
						t.Error(err)
					}
				case method == "UnwrapSendKey" && content == "bytes":
					refused(t, err, crypto.InvalidKey) // right type, wrong length
				case method == "DecryptString" && content == "send key":
					if err != nil { // random bytes are hardly ever text
						refused(t, err, crypto.Malformed)
					}
				default:
					refused(t, err, crypto.Malformed)
				}
			})
		}
	}
}

func TestCOSE_header(t *testing.T) {
	t.Parallel()
	k, other := crypto.NewCOSEKey(), crypto.NewCOSEKey()
	id := func(k crypto.SymmetricKey) []byte { return fromHex(t, k.ID()) }
	tests := map[string]struct {
		change func(header map[int]any)
		kind   crypto.Kind
	}{
		"another algorithm": {func(h map[int]any) { h[1] = -70000 }, crypto.WrongKeyType},
		"no algorithm":      {func(h map[int]any) { delete(h, 1) }, crypto.WrongKeyType},
		"another key id":    {func(h map[int]any) { h[4] = id(other) }, crypto.WrongKeyID},
		"no key id":         {func(h map[int]any) { delete(h, 4) }, crypto.WrongKeyID},
		"no content type":   {func(h map[int]any) { delete(h, 3) }, crypto.Malformed},
		"critical header":   {func(h map[int]any) { h[2] = []int{4711}; h[4711] = 1 }, crypto.Malformed},
		"text as algorithm": {func(h map[int]any) { h[1] = "A256GCM" }, crypto.Malformed},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := k.DecryptBytes(crypto.EncryptCOSEForTest(k, []byte("bytes"), test.change))
			refused(t, err, test.kind)
		})
	}
	untouched := crypto.EncryptCOSEForTest(k, []byte("bytes"), func(map[int]any) {})
	equal(t, "bytes", string(ok(k.DecryptBytes(untouched))(t)), "bytes")
	additional := crypto.EncryptCOSEForTest(k, []byte("bytes"), func(h map[int]any) { h[-99] = "unknown" })
	equal(t, "bytes with an unknown header", string(ok(k.DecryptBytes(additional))(t)), "bytes")
}

// TestCOSE_textLength shows that short texts of different lengths look alike.
func TestCOSE_textLength(t *testing.T) {
	t.Parallel()
	k := crypto.NewCOSEKey()
	length := func(n int) int {
		text := ok(k.EncryptString(strings.Repeat("x", n)))(t)
		return len(ok(base64.StdEncoding.DecodeString(text[2:]))(t))
	}
	for n := range 32 {
		equal(t, "length", length(n), length(0))
		equal(t, "length of the next block", length(32+n), length(0)+32)
	}
}

func TestNew_areDifferent(t *testing.T) {
	t.Parallel()
	k := crypto.NewSymmetricKey()
	equal(t, "two keys", k.Equal(crypto.NewSymmetricKey()), false)
	equal(t, "two COSE keys", crypto.NewCOSEKey().Equal(crypto.NewCOSEKey()), false)
	equal(t, "IsCOSE", crypto.NewCOSEKey().IsCOSE() && !k.IsCOSE(), true)
	for name, key := range map[string]crypto.SymmetricKey{"64 bytes": k, "COSE": crypto.NewCOSEKey()} {
		first, second := ok(key.EncryptString("text"))(t), ok(key.EncryptString("text"))(t)
		if first == second {
			t.Errorf("%s: two encryptions of a text are the same", name)
		}
	}
	p := ok(crypto.GeneratePrivateKey())(t)
	first, second := ok(p.Public().Encapsulate(k))(t), ok(p.Public().Encapsulate(k))(t)
	if first == second {
		t.Error("two encapsulations of a key are the same")
	}
	send, another := ok(crypto.NewSendKey())(t), ok(crypto.NewSendKey())(t)
	if send.ExposeURLKey() == another.ExposeURLKey() {
		t.Error("two send keys are the same")
	}
}
