// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

import (
	"bytes"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// KDFType is the algorithm that turns a password into a key.
type KDFType int

// The key derivations of Bitwarden, with the numbers of the API.
const (
	PBKDF2   KDFType = 0 // PBKDF2-HMAC-SHA256
	Argon2id KDFType = 1 // version 0x13
)

// KDF are the parameters of a key derivation. MemoryMiB and Parallelism concern Argon2id only.
type KDF struct {
	Type        KDFType
	Iterations  int
	MemoryMiB   int
	Parallelism int
}

// Validate refuses parameters below what any honest server ever sent (a downgrade would let it guess the password) and
// above what a server lets people choose (it could exhaust this machine).
func (k KDF) Validate() error {
	within := func(v, low, high int) bool { return low <= v && v <= high }
	ok := false
	switch k.Type {
	case PBKDF2:
		ok = within(k.Iterations, 5_000, 2_000_000)
	case Argon2id:
		ok = within(k.Iterations, 2, 10) && within(k.MemoryMiB, 16, 1024) && within(k.Parallelism, 1, 16)
	}
	if !ok {
		return failure("derive key from password", KDFRefused)
	}
	return nil
}

// derive returns 32 bytes for a password and a salt that is used as it is.
func (k KDF) derive(password, salt string) ([]byte, error) {
	if err := k.Validate(); err != nil {
		return nil, err
	}
	if k.Type == Argon2id {
		sum := sha256.Sum256([]byte(salt))
		//nolint:gosec // Validate bounds all three.
		t, m, p := uint32(k.Iterations), uint32(k.MemoryMiB)*1024, uint8(k.Parallelism)
		return argon2.IDKey([]byte(password), sum[:], t, m, p, 32), nil
	}
	b, err := pbkdf2.Key(sha256.New, password, []byte(salt), k.Iterations, 32)
	if err != nil {
		return nil, failure("derive key from password", KDFRefused) // only where the Go runtime enforces FIPS rules
	}
	return b, nil
}

// DeriveKey derives the 64-byte key of a password protected export (6.6). Unlike an account's, the salt is used as it
// is.
func (k KDF) DeriveKey(password, salt string) (SymmetricKey, error) {
	raw, err := k.derive(password, salt)
	if err != nil {
		return SymmetricKey{}, err
	}
	return stretch(raw), nil
}

// MasterKey is what a master password derives to. It proves the password to the server and wraps the user key. The zero
// value is no key.
type MasterKey struct{ hidden[masterMaterial] }

type masterMaterial struct {
	raw       []byte // 32 bytes
	stretched SymmetricKey
}

// DeriveMasterKey derives the master key of a password. The salt is the one the server gave or else the address; it is
// trimmed and lower-cased here. Parameters outside the bounds are KDFRefused before anything is computed. With usual
// parameters this takes a good part of a second.
func DeriveMasterKey(password, salt string, kdf KDF) (MasterKey, error) {
	raw, err := kdf.derive(password, NormalizeSalt(salt))
	if err != nil {
		return MasterKey{}, err
	}
	return newMasterKey(raw), nil
}

func newMasterKey(raw []byte) MasterKey {
	return MasterKey{hide(masterMaterial{raw: bytes.Clone(raw), stretched: stretch(raw)})}
}

// NormalizeSalt trims and lower-cases an address or salt the way the official clients do: by the full Unicode rules.
func NormalizeSalt(salt string) string {
	return cases.Lower(language.Und).String(strings.TrimSpace(salt))
}

// stretch expands 32 bytes to a 64-byte key (1.3).
func stretch(raw []byte) SymmetricKey {
	return newCBCKey(append(expand(raw, "enc"), expand(raw, "mac")...))
}

// AuthenticationHash returns what the server is given instead of the password ("masterPasswordHash"), in base64: one
// iteration of PBKDF2-HMAC-SHA256 over the master key with the password as salt.
func (m MasterKey) AuthenticationHash(password string) string {
	if m.IsZero() {
		return ""
	}
	h := hmac.New(sha256.New, m.get().raw) // the first block of PBKDF2 with a single iteration is one HMAC
	h.Write([]byte(password))
	h.Write([]byte{0, 0, 0, 1})
	return encodeBase64(h.Sum(nil))
}

// UnwrapUserKey decrypts the user key: type 2, or type 0 of very old accounts, which is accepted nowhere else. A text
// that cannot be opened to a user key is a WrongPassword.
func (m MasterKey) UnwrapUserKey(text string) (SymmetricKey, error) {
	const op = "unwrap user key"
	e, err := parseEncString(op, text)
	if err != nil {
		return SymmetricKey{}, err
	}
	if m.IsZero() {
		return SymmetricKey{}, failure(op, InvalidKey)
	}
	var encoded []byte
	var ok bool
	switch e.kind {
	case typeCBC:
		encoded, ok = decryptCBC(m.get().raw, e.iv, e.data)
	case typeCBCHMAC:
		encoded, ok = m.get().stretched.get().cbc.decrypt(e)
	default:
		return SymmetricKey{}, failure(op, UnsupportedType)
	}
	if !ok || len(encoded) < cbcKeySize {
		return SymmetricKey{}, failure(op, WrongPassword)
	}
	k, err := ParseSymmetricKey(encoded)
	if err != nil {
		return SymmetricKey{}, failure(op, WrongPassword)
	}
	return k, nil
}

// WrapUserKey encrypts the user key, a COSE key included, to type 2.
func (m MasterKey) WrapUserKey(k SymmetricKey) (string, error) {
	if m.IsZero() {
		return "", failure("wrap user key", InvalidKey)
	}
	return m.get().stretched.WrapKey(k)
}
