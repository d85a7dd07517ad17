// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // Bitwarden wraps keys with OAEP and SHA-1, which needs no collision resistance.
	"crypto/sha256"
	"crypto/x509"
	"hash"
)

const rsaBits = 2048

// PrivateKey is an RSA private key. The zero value is no key.
type PrivateKey struct{ hidden[privateMaterial] }

type privateMaterial struct {
	key *rsa.PrivateKey
	der []byte // PKCS#8, as received
	pub PublicKey
}

// GeneratePrivateKey makes an RSA key of 2048 bits.
func GeneratePrivateKey() (PrivateKey, error) {
	const op = "generate private key"
	key, err := rsa.GenerateKey(rand.Reader, rsaBits)
	if err != nil {
		return PrivateKey{}, failure(op, InvalidKey)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return PrivateKey{}, failure(op, InvalidKey)
	}
	return ParsePrivateKey(der)
}

// ParsePrivateKey decodes PKCS#8 in DER. Keys other than RSA and keys under 2048 bits are an InvalidKey.
func ParsePrivateKey(der []byte) (PrivateKey, error) {
	const op = "decode private key"
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return PrivateKey{}, failure(op, InvalidKey)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok || key.N.BitLen() < rsaBits {
		return PrivateKey{}, failure(op, InvalidKey)
	}
	spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return PrivateKey{}, failure(op, InvalidKey)
	}
	pub := PublicKey{key: &key.PublicKey, der: spki}
	return PrivateKey{hide(privateMaterial{key: key, der: bytes.Clone(der), pub: pub})}, nil
}

// ExposePKCS8 returns a copy of the key in DER, exactly as it was received. The zero value has nil.
func (p PrivateKey) ExposePKCS8() []byte {
	if p.IsZero() {
		return nil
	}
	return bytes.Clone(p.get().der)
}

// Public returns the public half, which is zero for the zero value.
func (p PrivateKey) Public() PublicKey {
	if p.IsZero() {
		return PublicKey{}
	}
	return p.get().pub
}

// Decapsulate decrypts a key that was encrypted to the public half: types 3 to 6. The MAC that types 5 and 6 carry is
// ignored, since nobody can have its key. Plaintext that is no key is an InvalidKey.
func (p PrivateKey) Decapsulate(text string) (SymmetricKey, error) {
	const op = "decapsulate key"
	header, parts := splitEncString(text)
	want, newHash := 1, sha1.New
	switch header {
	case "3":
		newHash = sha256.New
	case "4":
	case "5":
		want, newHash = 2, sha256.New
	case "6":
		want = 2
	case "0", "2", "7":
		return SymmetricKey{}, failure(op, Malformed) // symmetric text in an asymmetric place
	default:
		return SymmetricKey{}, failure(op, UnsupportedType)
	}
	if len(parts) != want {
		return SymmetricKey{}, failure(op, Malformed)
	}
	decoded := make([][]byte, want)
	for i, part := range parts {
		var err error
		if decoded[i], err = decodeBase64(op, part); err != nil {
			return SymmetricKey{}, err
		}
	}
	return p.decapsulate(op, decoded[0], newHash())
}

func (p PrivateKey) decapsulate(op string, ciphertext []byte, h hash.Hash) (SymmetricKey, error) {
	if p.IsZero() {
		return SymmetricKey{}, failure(op, InvalidKey)
	}
	encoded, err := rsa.DecryptOAEP(h, nil, p.get().key, ciphertext, nil)
	if err != nil {
		return SymmetricKey{}, failure(op, AuthenticationFailed)
	}
	return ParseSymmetricKey(encoded)
}

// PublicKey is an RSA public key of a person, an organization or a device. The zero value is no key.
type PublicKey struct {
	key *rsa.PublicKey
	der []byte // SPKI, as received
}

// ParsePublicKey decodes base64 of SPKI in DER. Keys other than RSA and keys under 2048 bits are an InvalidKey.
func ParsePublicKey(b64SPKI string) (PublicKey, error) {
	der, err := decodeBase64("decode public key", b64SPKI)
	if err != nil {
		return PublicKey{}, err
	}
	return parsePublicKey(der)
}

func parsePublicKey(der []byte) (PublicKey, error) {
	const op = "decode public key"
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return PublicKey{}, failure(op, InvalidKey)
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok || key.N.BitLen() < rsaBits {
		return PublicKey{}, failure(op, InvalidKey)
	}
	return PublicKey{key: key, der: der}, nil
}

// IsZero reports whether there is no key.
func (p PublicKey) IsZero() bool { return p.key == nil }

// Base64 returns the key as the API has it: base64 of SPKI in DER.
func (p PublicKey) Base64() string { return encodeBase64(p.der) }

// Equal compares two public keys.
func (p PublicKey) Equal(o PublicKey) bool { return bytes.Equal(p.der, o.der) }

// Encapsulate encrypts a key to the owner of the public key: type 4. Nothing here tells whose public key it is; see
// Fingerprint.
func (p PublicKey) Encapsulate(key SymmetricKey) (string, error) {
	const op = "encapsulate key"
	if p.IsZero() || key.IsZero() {
		return "", failure(op, InvalidKey)
	}
	//nolint:gosec // See the import.
	ciphertext, err := rsa.EncryptOAEP(sha1.New(), rand.Reader, p.key, key.get().encoded, nil)
	if err != nil {
		return "", failure(op, InvalidKey)
	}
	return "4." + encodeBase64(ciphertext), nil
}
