// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

import (
	"bytes"
	"crypto/hkdf"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

const (
	sendSeedSize           = 16
	sendPasswordIterations = 100_000
	guidSize               = 16
)

// SendKey is the secret of a send: a seed of 16 bytes that travels in the fragment of the link, and the key that is
// derived from it. The zero value is no key.
type SendKey struct{ hidden[sendMaterial] }

type sendMaterial struct {
	seed []byte
	key  SymmetricKey
}

// NewSendKey makes a random send key.
func NewSendKey() (SendKey, error) {
	seed := make([]byte, sendSeedSize)
	_, _ = rand.Read(seed) // never fails
	return sendKeyFromSeed(seed)
}

// ParseSendKey reads the secret part of a link: base64 of the URL alphabet, without padding, of exactly 16 bytes.
func ParseSendKey(urlKey string) (SendKey, error) {
	const op = "read send key"
	if strings.ContainsAny(urlKey, "\r\n") {
		return SendKey{}, failure(op, Malformed)
	}
	seed, err := base64.RawURLEncoding.DecodeString(urlKey)
	if err != nil {
		return SendKey{}, failure(op, Malformed)
	}
	return sendKeyFromSeed(seed)
}

func sendKeyFromSeed(seed []byte) (SendKey, error) {
	if len(seed) != sendSeedSize {
		return SendKey{}, failure("read send key", InvalidKey)
	}
	key, err := shareableKey(seed, "send", "send")
	if err != nil {
		return SendKey{}, err
	}
	return SendKey{hide(sendMaterial{seed: bytes.Clone(seed), key: key})}, nil
}

// shareableKey derives a 64-byte key from a short secret (7.1).
func shareableKey(secret []byte, name, info string) (SymmetricKey, error) {
	b, err := hkdf.Key(sha256.New, secret, []byte("bitwarden-"+name), info, cbcKeySize)
	if err != nil {
		return SymmetricKey{}, failure("derive key", InvalidKey)
	}
	return newCBCKey(b), nil
}

// Key returns the key of the send's texts and file, zero for the zero value.
func (s SendKey) Key() SymmetricKey {
	if s.IsZero() {
		return SymmetricKey{}
	}
	return s.get().key
}

// ExposeURLKey returns the secret part of the link.
func (s SendKey) ExposeURLKey() string {
	if s.IsZero() {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(s.get().seed)
}

// PasswordHash returns what the server is given instead of a send's password, in base64.
func (s SendKey) PasswordHash(password string) (string, error) {
	const op = "hash send password"
	if s.IsZero() {
		return "", failure(op, InvalidKey)
	}
	b, err := pbkdf2.Key(sha256.New, password, s.get().seed, sendPasswordIterations, 32)
	if err != nil {
		return "", failure(op, KDFRefused)
	}
	return encodeBase64(b), nil
}

// WrapSendKey encrypts the seed of a send.
func (k SymmetricKey) WrapSendKey(s SendKey) (string, error) {
	const op = "wrap send key"
	if s.IsZero() {
		return "", failure(op, InvalidKey)
	}
	return k.seal(op, s.get().seed, contentBytes)
}

// UnwrapSendKey decrypts the seed of a send.
func (k SymmetricKey) UnwrapSendKey(text string) (SendKey, error) {
	seed, err := k.open("unwrap send key", text, contentBytes)
	if err != nil {
		return SendKey{}, err
	}
	return sendKeyFromSeed(seed)
}

// SendAccessID returns the public name of a send, which is in its link: base64 of the URL alphabet of the id's bytes.
func SendAccessID(id string) (string, error) {
	const op = "encode send id"
	groups := strings.Split(id, "-")
	if len(groups) != 5 {
		return "", failure(op, Malformed)
	}
	for i, digits := range []int{8, 4, 4, 4, 12} {
		if len(groups[i]) != digits {
			return "", failure(op, Malformed)
		}
	}
	b, err := hex.DecodeString(strings.Join(groups, ""))
	if err != nil {
		return "", failure(op, Malformed)
	}
	swapGUID(b)
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// SendIDFromAccessID is the reverse of SendAccessID.
func SendIDFromAccessID(accessID string) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(accessID)
	if err != nil || len(b) != guidSize || strings.ContainsAny(accessID, "\r\n") {
		return "", failure("decode send id", Malformed)
	}
	swapGUID(b)
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:], nil
}

// swapGUID changes between the written order and that of .NET, whose first three groups are little-endian.
func swapGUID(b []byte) {
	for _, group := range [][]byte{b[0:4], b[4:6], b[6:8]} {
		slices.Reverse(group)
	}
}
