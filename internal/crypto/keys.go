// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"unicode/utf8"
)

const (
	legacyKeySize = 32 // AES-256-CBC without a MAC: decodes, but opens nothing
	cbcKeySize    = 64 // AES-256-CBC key, then HMAC-SHA256 key
)

// SymmetricKey is a symmetric key: 64 bytes for AES-256-CBC with HMAC-SHA256, or a COSE key. It may be copied and used
// concurrently. The zero value is no key: every operation refuses it.
type SymmetricKey struct{ hidden[keyMaterial] }

// keyMaterial holds the bytes a key came in, which are passed on unchanged, and what they mean: cbc, cose or, for
// the legacy 32 bytes, neither.
type keyMaterial struct {
	encoded []byte
	cbc     *cbcKey
	cose    *coseKey
}

// NewSymmetricKey makes a random key of 64 bytes.
func NewSymmetricKey() SymmetricKey {
	b := make([]byte, cbcKeySize)
	_, _ = rand.Read(b) // never fails
	return newCBCKey(b)
}

// NewCOSEKey makes a random XAES-256-GCM key, which is what user keys of v2 accounts are.
func NewCOSEKey() SymmetricKey {
	k := coseKey{alg: algXAES256GCM, id: make([]byte, keyIDSize), key: make([]byte, coseSecretSize)}
	_, _ = rand.Read(k.id)
	_, _ = rand.Read(k.key)
	return SymmetricKey{hide(keyMaterial{encoded: padKey(k.marshal()), cose: &k})}
}

// ParseSymmetricKey decodes an encoded key (2.4): the length tells 32 bytes (legacy), 64 bytes and a padded COSE key
// apart. Everything else is an InvalidKey.
func ParseSymmetricKey(encoded []byte) (SymmetricKey, error) {
	const op = "decode key"
	switch {
	case len(encoded) == legacyKeySize:
		return SymmetricKey{hide(keyMaterial{encoded: bytes.Clone(encoded)})}, nil
	case len(encoded) == cbcKeySize:
		return newCBCKey(encoded), nil
	case len(encoded) < cbcKeySize:
		return SymmetricKey{}, failure(op, InvalidKey)
	}
	raw, ok := unpad(encoded, maxPadding)
	if !ok {
		return SymmetricKey{}, failure(op, InvalidKey)
	}
	k, ok := parseCOSEKey(raw)
	if !ok {
		return SymmetricKey{}, failure(op, InvalidKey)
	}
	return SymmetricKey{hide(keyMaterial{encoded: bytes.Clone(encoded), cose: k})}, nil
}

func newCBCKey(b []byte) SymmetricKey {
	return SymmetricKey{hide(keyMaterial{
		encoded: bytes.Clone(b),
		cbc:     &cbcKey{enc: [32]byte(b[:32]), mac: [32]byte(b[32:])},
	})}
}

// padKey fills a bare COSE key up to at least 65 bytes, so that its length cannot be that of another kind of key.
func padKey(bare []byte) []byte {
	n := max(1, cbcKeySize+1-len(bare))
	return append(bytes.Clone(bare), bytes.Repeat([]byte{byte(n)}, n)...)
}

// IsCOSE reports whether the key is a COSE key, as user keys of v2 accounts are.
func (k SymmetricKey) IsCOSE() bool { return !k.IsZero() && k.get().cose != nil }

// ID returns the key's id as 32 lower-case hex digits (2.5): the COSE key id, or half of the RFC 9679 thumbprint of a
// 64-byte key. Legacy keys and the zero value have none.
func (k SymmetricKey) ID() string {
	switch {
	case k.IsCOSE():
		return hex.EncodeToString(k.get().cose.id)
	case !k.IsZero() && k.get().cbc != nil:
		// The CBOR map {1: 4, -1: <64 bytes>}, as RFC 9679 wants it for a symmetric key.
		sum := sha256.Sum256(append([]byte{0xa2, 0x01, 0x04, 0x20, 0x58, cbcKeySize}, k.get().encoded...))
		return hex.EncodeToString(sum[:keyIDSize])
	default:
		return ""
	}
}

// ExposeEncoded returns a copy of the encoded key (2.4), exactly as it was received. The zero value has nil.
func (k SymmetricKey) ExposeEncoded() []byte {
	if k.IsZero() {
		return nil
	}
	return bytes.Clone(k.get().encoded)
}

// Equal compares the encoded keys in constant time. Two zero values are equal.
func (k SymmetricKey) Equal(o SymmetricKey) bool {
	if k.IsZero() || o.IsZero() {
		return k.IsZero() == o.IsZero()
	}
	return subtle.ConstantTimeCompare(k.get().encoded, o.get().encoded) == 1
}

// Derive returns 32 bytes derived from the key (HKDF-Expand with SHA-256) for a purpose of this program's own, such as
// a keyed digest. They reveal nothing of the key nor of what is derived for other labels. The zero value has nil.
func (k SymmetricKey) Derive(label string) []byte {
	if k.IsZero() {
		return nil
	}
	return expand(k.get().encoded, "terraform-provider-bitwarden/"+label)
}

// EncryptString encrypts text. The length is hidden only within the block of the key's algorithm.
func (k SymmetricKey) EncryptString(plaintext string) (string, error) {
	return k.seal("encrypt text", []byte(plaintext), contentText)
}

// EncryptBytes encrypts bytes.
func (k SymmetricKey) EncryptBytes(plaintext []byte) (string, error) {
	return k.seal("encrypt bytes", plaintext, contentBytes)
}

// DecryptString decrypts a text. Plaintext that is not UTF-8 is Malformed.
func (k SymmetricKey) DecryptString(text string) (string, error) {
	const op = "decrypt text"
	plaintext, err := k.open(op, text, contentText, contentBytes)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(plaintext) {
		return "", failure(op, Malformed)
	}
	return string(plaintext), nil
}

// DecryptBytes decrypts bytes.
func (k SymmetricKey) DecryptBytes(text string) ([]byte, error) {
	return k.open("decrypt bytes", text, contentBytes)
}

// EncryptBuffer encrypts the contents of a file to the binary form (2.3). Under a 64-byte key the result has
// 49 + 16·(⌊len/16⌋ + 1) bytes.
func (k SymmetricKey) EncryptBuffer(plaintext []byte) ([]byte, error) {
	e, err := k.encrypt("encrypt file", plaintext, contentBytes)
	if err != nil {
		return nil, err
	}
	return e.buffer(), nil
}

// DecryptBuffer decrypts the binary form. One MAC covers the whole, so there is no streaming.
func (k SymmetricKey) DecryptBuffer(buffer []byte) ([]byte, error) {
	const op = "decrypt file"
	e, err := parseBuffer(op, buffer)
	if err != nil {
		return nil, err
	}
	return k.decrypt(op, e, contentBytes)
}

// WrapKey encrypts another key.
func (k SymmetricKey) WrapKey(inner SymmetricKey) (string, error) {
	const op = "wrap key"
	switch {
	case inner.IsZero():
		return "", failure(op, InvalidKey)
	case k.IsCOSE() && inner.IsCOSE():
		bare, _ := unpad(inner.get().encoded, maxPadding)
		return k.seal(op, bare, contentCOSEKey)
	case inner.IsCOSE():
		return k.seal(op, inner.get().encoded, contentCOSEKey)
	default:
		return k.seal(op, inner.get().encoded, contentLegacyKey)
	}
}

// UnwrapKey decrypts another key. Plaintext that is no key is an InvalidKey.
func (k SymmetricKey) UnwrapKey(text string) (SymmetricKey, error) {
	const op = "unwrap key"
	e, err := parseEncString(op, text)
	if err != nil {
		return SymmetricKey{}, err
	}
	plaintext, content, err := k.decryptAny(op, e)
	if err != nil {
		return SymmetricKey{}, err
	}
	switch {
	case e.kind == typeCBCHMAC || content == contentLegacyKey && len(plaintext) <= cbcKeySize:
		return ParseSymmetricKey(plaintext)
	case content == contentCOSEKey:
		return ParseSymmetricKey(padKey(plaintext))
	default:
		return SymmetricKey{}, failure(op, Malformed)
	}
}

// WrapPrivateKey encrypts a private key.
func (k SymmetricKey) WrapPrivateKey(p PrivateKey) (string, error) {
	const op = "wrap private key"
	if p.IsZero() {
		return "", failure(op, InvalidKey)
	}
	return k.seal(op, p.get().der, contentPKCS8)
}

// UnwrapPrivateKey decrypts a private key.
func (k SymmetricKey) UnwrapPrivateKey(text string) (PrivateKey, error) {
	der, err := k.open("unwrap private key", text, contentPKCS8)
	if err != nil {
		return PrivateKey{}, err
	}
	return ParsePrivateKey(der)
}

// UnwrapPublicKey decrypts a public key, which some key sets store encrypted so that it cannot be exchanged.
func (k SymmetricKey) UnwrapPublicKey(text string) (PublicKey, error) {
	der, err := k.open("unwrap public key", text, contentSPKI)
	if err != nil {
		return PublicKey{}, err
	}
	return parsePublicKey(der)
}

// seal encrypts to the text form.
func (k SymmetricKey) seal(op string, plaintext []byte, content contentType) (string, error) {
	e, err := k.encrypt(op, plaintext, content)
	if err != nil {
		return "", err
	}
	return e.String(), nil
}

// open decrypts the text form.
func (k SymmetricKey) open(op, text string, allowed ...contentType) ([]byte, error) {
	e, err := parseEncString(op, text)
	if err != nil {
		return nil, err
	}
	return k.decrypt(op, e, allowed...)
}

func (k SymmetricKey) encrypt(op string, plaintext []byte, content contentType) (encString, error) {
	switch {
	case k.IsZero():
		return encString{}, failure(op, InvalidKey)
	case k.get().cbc != nil:
		return k.get().cbc.encrypt(plaintext), nil
	case k.IsCOSE() && k.get().cose.encrypts():
		return encString{kind: typeCOSE, data: k.get().cose.encrypt(plaintext, content)}, nil
	default:
		return encString{}, failure(op, WrongKeyType)
	}
}

// decrypt decrypts; a COSE message must be of one of the allowed content types. Type 2 does not say what it contains.
func (k SymmetricKey) decrypt(op string, e encString, allowed ...contentType) ([]byte, error) {
	plaintext, content, err := k.decryptAny(op, e)
	if err != nil {
		return nil, err
	}
	if e.kind == typeCOSE && !content.isOneOf(allowed) {
		return nil, failure(op, Malformed)
	}
	return plaintext, nil
}

// decryptAny decrypts whatever the content. The key is compared with the type before anything is decrypted: opening
// type 0 with half of a 64-byte key would let an attacker drop the MAC.
func (k SymmetricKey) decryptAny(op string, e encString) ([]byte, contentType, error) {
	switch {
	case k.IsZero():
		return nil, contentType{}, failure(op, InvalidKey)
	case e.kind == typeCBCHMAC && k.get().cbc != nil:
		plaintext, ok := k.get().cbc.decrypt(e)
		if !ok {
			return nil, contentType{}, failure(op, AuthenticationFailed)
		}
		return plaintext, contentType{}, nil
	case e.kind == typeCOSE && k.IsCOSE():
		return k.get().cose.decrypt(op, e.data)
	default:
		return nil, contentType{}, failure(op, WrongKeyType)
	}
}

// expand is HKDF-Expand with SHA-256 (RFC 5869) for a single block of 32 bytes, which cannot fail.
func expand(prk []byte, info string) []byte {
	h := hmac.New(sha256.New, prk)
	h.Write([]byte(info))
	h.Write([]byte{1})
	return h.Sum(nil)
}
