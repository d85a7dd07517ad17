// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"hash"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

func TestParseKeys_onlyRSA2048(t *testing.T) {
	t.Parallel()
	curve := ok(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	short := ok(rsa.GenerateKey(rand.Reader, 1024))(t)
	private := map[string][]byte{
		"elliptic curve": ok(x509.MarshalPKCS8PrivateKey(curve))(t),
		"1024 bits":      ok(x509.MarshalPKCS8PrivateKey(short))(t),
		"PKCS#1":         x509.MarshalPKCS1PrivateKey(short),
		"nothing":        nil,
	}
	for name, der := range private {
		t.Run("private "+name, func(t *testing.T) {
			t.Parallel()
			_, err := crypto.ParsePrivateKey(der)
			refused(t, err, crypto.InvalidKey)
		})
	}
	public := map[string][]byte{
		"elliptic curve": ok(x509.MarshalPKIXPublicKey(&curve.PublicKey))(t),
		"1024 bits":      ok(x509.MarshalPKIXPublicKey(&short.PublicKey))(t),
		"PKCS#1":         x509.MarshalPKCS1PublicKey(&short.PublicKey),
		"nothing":        nil,
	}
	for name, der := range public {
		t.Run("public "+name, func(t *testing.T) {
			t.Parallel()
			_, err := crypto.ParsePublicKey(base64.StdEncoding.EncodeToString(der))
			refused(t, err, crypto.InvalidKey)
		})
	}
	_, err := crypto.ParsePublicKey("no base64!")
	refused(t, err, crypto.Malformed)
}

// TestDecapsulate_types covers the types that have no vector, and what is not a type.
func TestDecapsulate_types(t *testing.T) {
	t.Parallel()
	p := ok(crypto.GeneratePrivateKey())(t)
	parsed := ok(x509.ParsePKCS8PrivateKey(p.ExposePKCS8()))(t)
	key, isRSA := parsed.(*rsa.PrivateKey)
	if !isRSA {
		t.Fatal("no RSA key")
	}
	k := crypto.NewSymmetricKey()
	seal := func(h hash.Hash, plaintext []byte) string {
		return base64.StdEncoding.EncodeToString(ok(rsa.EncryptOAEP(h, rand.Reader, &key.PublicKey, plaintext, nil))(t))
	}
	s1, s256 := seal(sha1.New(), k.ExposeEncoded()), seal(sha256.New(), k.ExposeEncoded())
	for _, text := range []string{"3." + s256, "4." + s1, "5." + s256 + "|AAAA", "6." + s1 + "|AAAA"} {
		equal(t, "key of type "+text[:1], ok(p.Decapsulate(text))(t).Equal(k), true)
	}
	cose := crypto.NewCOSEKey()
	opened := ok(p.Decapsulate(ok(p.Public().Encapsulate(cose))(t)))(t)
	equalBytes(t, "COSE key", opened.ExposeEncoded(), cose.ExposeEncoded())

	for text, kind := range map[string]crypto.Kind{
		"3." + s1:                         crypto.AuthenticationFailed,
		"4." + s256:                       crypto.AuthenticationFailed,
		"4." + s1 + "|AAAA":               crypto.Malformed,
		"5." + s256:                       crypto.Malformed,
		"6." + s1 + "|!":                  crypto.Malformed,
		"4.":                              crypto.AuthenticationFailed,
		"":                                crypto.Malformed,
		s1:                                crypto.Malformed, // no header: type 0
		"1." + s1:                         crypto.UnsupportedType,
		"8." + s1:                         crypto.UnsupportedType,
		"7." + s1:                         crypto.Malformed,
		"4." + seal(sha1.New(), []byte{}): crypto.InvalidKey,
	} {
		_, err := p.Decapsulate(text)
		refused(t, err, kind)
	}
}

func TestPublicKey(t *testing.T) {
	t.Parallel()
	p, other := ok(crypto.GeneratePrivateKey())(t), ok(crypto.GeneratePrivateKey())(t)
	parsed := ok(crypto.ParsePublicKey(p.Public().Base64()))(t)
	equal(t, "Equal", parsed.Equal(p.Public()), true)
	equal(t, "Equal to another", parsed.Equal(other.Public()), false)
	equal(t, "IsZero", parsed.IsZero(), false)
	phrase := parsed.Fingerprint("id")
	for name, another := range map[string]string{
		"another key": other.Public().Fingerprint("id"), "another person": parsed.Fingerprint("id 2"),
	} {
		if phrase == another {
			t.Errorf("%s has the same phrase", name)
		}
	}
}

func TestFingerprint_wordList(t *testing.T) {
	t.Parallel()
	b := ok(os.ReadFile(filepath.Join("testdata", "fingerprint.json")))(t)
	var stated struct {
		WordList struct {
			Words  int    `json:"words"`
			SHA256 string `json:"sha256OfWordsJoinedWithNewline"`
		} `json:"wordList"`
	}
	if err := json.Unmarshal(b, &stated); err != nil {
		t.Fatal(err)
	}
	words := crypto.FingerprintWordsForTest()
	equal(t, "number of words", len(words), stated.WordList.Words)
	sum := sha256.Sum256([]byte(strings.Join(words, "\n")))
	equal(t, "checksum", hex.EncodeToString(sum[:]), stated.WordList.SHA256)
}
