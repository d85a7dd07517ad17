// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// typed fails if an error is not one of this package.
func typed(t *testing.T, err error) {
	t.Helper()
	if _, isOurs := errors.AsType[*crypto.Error](err); !isOurs {
		t.Errorf("the error is %#v, want one of this package", err)
	}
}

// seedTexts adds every encrypted string of some vector files.
func seedTexts(f *testing.F) {
	f.Helper()
	for _, text := range []string{
		"", ".", "|", "2.|", "2.||", "0.AAAAAAAAAAAAAAAAAAAAAA|AA", "7.", "4.AAAA", "3.", "6.A|B", "1.A|B|C", "A|B|C",
		"2.A.B",
		"7.g1g/owE6AAERbwN4I2FwcGxpY2F0aW9uL3guYml0d2FyZGVuLnV0ZjgtcGFkZGVkBFAaKpRMndpDKwTiR8Ng",
		"2.DT0U3uujosBOM07b3dMmbA==|u82IApnq0Ym/GStpgYkFAw==|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	} {
		f.Add(text)
	}
}

func FuzzEncString(f *testing.F) {
	seedTexts(f)
	cbc, cose := crypto.NewSymmetricKey(), crypto.NewCOSEKey()
	for _, k := range []crypto.SymmetricKey{cbc, cose} {
		text, err := k.EncryptString("text")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		formatted, err := crypto.ParseTextForTest(text)
		if err != nil {
			typed(t, err)
		} else {
			again, err := crypto.ParseTextForTest(formatted)
			if err != nil || again != formatted {
				t.Errorf("%q is written as %q, that as %q (%v)", text, formatted, again, err)
			}
		}
		for _, k := range []crypto.SymmetricKey{cbc, cose} {
			if _, err := k.DecryptString(text); err != nil {
				typed(t, err)
			}
			if _, err := k.UnwrapKey(text); err == nil {
				t.Errorf("%q is a key", text)
			}
		}
	})
}

func FuzzDecapsulate(f *testing.F) {
	seedTexts(f)
	p, err := crypto.GeneratePrivateKey()
	if err != nil {
		f.Fatal(err)
	}
	text, err := p.Public().Encapsulate(crypto.NewSymmetricKey())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text string) {
		k, err := p.Decapsulate(text)
		if err != nil {
			typed(t, err)
			return
		}
		if k.IsZero() {
			t.Error("neither key nor error")
		}
	})
}

func FuzzBuffer(f *testing.F) {
	cbc, cose := crypto.NewSymmetricKey(), crypto.NewCOSEKey()
	for _, k := range []crypto.SymmetricKey{cbc, cose} {
		b, err := k.EncryptBuffer([]byte("contents"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	f.Add([]byte{0})
	f.Fuzz(func(t *testing.T, buffer []byte) {
		formatted, err := crypto.ParseBufferForTest(buffer)
		switch {
		case err != nil:
			typed(t, err)
		case !bytes.Equal(formatted, buffer):
			t.Errorf("%x is written as %x", buffer, formatted)
		}
		for _, k := range []crypto.SymmetricKey{cbc, cose} {
			if _, err := k.DecryptBuffer(buffer); err != nil {
				typed(t, err)
			}
		}
	})
}

func FuzzParseSymmetricKey(f *testing.F) {
	for _, n := range []int{0, 31, 32, 63, 64, 65, 100} {
		f.Add(bytes.Repeat([]byte{1}, n))
	}
	f.Add(crypto.NewCOSEKey().ExposeEncoded())
	f.Fuzz(func(t *testing.T, encoded []byte) {
		k, err := crypto.ParseSymmetricKey(encoded)
		if err != nil {
			typed(t, err)
			if !k.IsZero() {
				t.Error("both key and error")
			}
			return
		}
		if !bytes.Equal(k.ExposeEncoded(), encoded) {
			t.Errorf("%x is passed on as %x", encoded, k.ExposeEncoded())
		}
		text, err := k.EncryptString("text")
		if err != nil {
			if !crypto.IsKind(err, crypto.WrongKeyType) {
				t.Error(err)
			}
			return
		}
		if plaintext, err := k.DecryptString(text); err != nil || plaintext != "text" {
			t.Errorf("%q, %v", plaintext, err)
		}
	})
}

func FuzzCOSEKey(f *testing.F) {
	encoded := crypto.NewCOSEKey().ExposeEncoded()
	f.Add(encoded[:len(encoded)-int(encoded[len(encoded)-1])])
	f.Add([]byte("\xa6\x01\x01\x02\x50aaaaaaaaaaaaaaaa\x03\x27\x04\x81\x02\x20\x06\x21\x58\x20" +
		"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"))
	f.Add([]byte{0xa0})
	f.Add([]byte{0xf6})
	f.Fuzz(func(t *testing.T, b []byte) {
		crypto.ParseSignatureKeyForTest(b) // must not panic
		formatted, isKey := crypto.ParseCOSEKeyForTest(b)
		if !isKey {
			return
		}
		again, isKey := crypto.ParseCOSEKeyForTest(formatted)
		if !isKey || !bytes.Equal(again, formatted) {
			t.Errorf("%x is written as %x, that as %x", b, formatted, again)
		}
	})
}

func FuzzParsePublicKey(f *testing.F) {
	p, err := crypto.GeneratePrivateKey()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(p.Public().Base64())
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		k, err := crypto.ParsePublicKey(text)
		if err != nil {
			typed(t, err)
			return
		}
		again, err := crypto.ParsePublicKey(k.Base64())
		if err != nil || !again.Equal(k) {
			t.Errorf("%q does not survive: %v", text, err)
		}
	})
}

// FuzzVerify feeds signed messages and the keys to verify them with.
func FuzzVerify(f *testing.F) {
	for _, v := range readVectors(f, "account-v2.json") {
		var in v2Inputs
		if err := json.Unmarshal(v.Inputs, &in); err != nil {
			f.Fatal(err)
		}
		keys := in.Keys.keys()
		key, err := base64.StdEncoding.DecodeString(keys.VerifyingKey)
		if err != nil {
			f.Fatal(err)
		}
		for _, text := range []string{keys.SecurityState, keys.SignedPublicKey} {
			message, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(key, message)
		}
	}
	f.Fuzz(func(t *testing.T, key, message []byte) {
		publicKey, state := crypto.VerifyForTest(key, message)
		if publicKey && state {
			t.Error("one message serves two purposes")
		}
	})
}

func FuzzParseSendKey(f *testing.F) {
	f.Add("ABEiM0RVZneImaq7zN3u_w")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, urlKey string) {
		s, err := crypto.ParseSendKey(urlKey)
		if err != nil {
			typed(t, err)
			return
		}
		again, err := crypto.ParseSendKey(s.ExposeURLKey())
		if err != nil || !again.Key().Equal(s.Key()) {
			t.Errorf("%q does not survive: %v", urlKey, err)
		}
	})
}
