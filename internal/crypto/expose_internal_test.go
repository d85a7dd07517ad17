// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

import (
	"crypto/aes"
	"crypto/cipher"
)

// Single steps that the vectors state and the exported functions combine.

// NewMasterKeyForTest makes a master key of given bytes.
func NewMasterKeyForTest(raw []byte) MasterKey { return newMasterKey(raw) }

// ExposeForTest returns the bytes of the master key.
func (m MasterKey) ExposeForTest() []byte { return m.get().raw }

// StretchedForTest returns the stretched key.
func (m MasterKey) StretchedForTest() SymmetricKey { return m.get().stretched }

// ShareableKeyForTest derives a key from a short secret.
func ShareableKeyForTest(secret []byte, name, info string) (SymmetricKey, error) {
	return shareableKey(secret, name, info)
}

// AlgorithmForTest returns the COSE algorithm number, 0 for other keys.
func (k SymmetricKey) AlgorithmForTest() int {
	if !k.IsCOSE() {
		return 0
	}
	return k.get().cose.alg
}

// TextToBufferForTest turns the text form into the binary form.
func TextToBufferForTest(text string) ([]byte, error) {
	e, err := parseEncString("test", text)
	if err != nil {
		return nil, err
	}
	return e.buffer(), nil
}

// ParseTextForTest parses the text form and writes it again.
func ParseTextForTest(text string) (string, error) {
	e, err := parseEncString("test", text)
	if err != nil {
		return "", err
	}
	return e.String(), nil
}

// ParseBufferForTest parses the binary form and writes it again.
func ParseBufferForTest(buffer []byte) ([]byte, error) {
	e, err := parseBuffer("test", buffer)
	if err != nil {
		return nil, err
	}
	return e.buffer(), nil
}

// ParseCOSEKeyForTest parses a bare COSE_Key and writes it again.
func ParseCOSEKeyForTest(b []byte) ([]byte, bool) {
	k, ok := parseCOSEKey(b)
	if !ok {
		return nil, false
	}
	return k.marshal(), true
}

// PadKeyForTest encodes a bare COSE_Key.
func PadKeyForTest(bare []byte) []byte { return padKey(bare) }

// ParseSignatureKeyForTest parses a COSE_Key of a verifying and of a signing key and reports whether it is one.
func ParseSignatureKeyForTest(b []byte) (verifying, signing bool) {
	_, verifying = parseVerifyingKey(b)
	_, signing = parseSigningKey(b)
	return verifying, signing
}

// FingerprintWordsForTest returns the word list.
func FingerprintWordsForTest() []string { return fingerprintWords() }

// EncryptCOSEForTest makes a type 7 text with a protected header that is changed first.
func EncryptCOSEForTest(k SymmetricKey, plaintext []byte, change func(header map[int]any)) string {
	c := k.get().cose
	header := map[int]any{1: c.alg, 3: contentBytes, 4: c.id}
	change(header)
	m := encrypt0{Protected: marshalCBOR(header)}
	m.Unprotected.Nonce = make([]byte, extendedNonce)
	aead, nonce, _ := c.aead(m.Unprotected.Nonce)
	m.Ciphertext = aead.Seal(nil, nonce, plaintext, encrypt0AAD(m.Protected))
	return encString{kind: typeCOSE, data: marshalCBOR(m)}.String()
}

// EncryptCBCForTest makes a type 2 text of a plaintext whose padding is the caller's affair.
func EncryptCBCForTest(k SymmetricKey, padded []byte) string {
	c := k.get().cbc
	iv, data := make([]byte, ivSize), make([]byte, len(padded))
	block, _ := aes.NewCipher(c.enc[:])
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(data, padded)
	return encString{kind: typeCBCHMAC, iv: iv, data: data, mac: c.sum(iv, data)}.String()
}

// VerifyForTest reports for which of the two purposes a message verifies.
func VerifyForTest(key, message []byte) (publicKey, state bool) {
	v, ok := parseVerifyingKey(key)
	if !ok {
		return false, false
	}
	var payload map[string]any
	return v.open(message, signedPublic, &payload), v.open(message, signedState, &payload)
}
