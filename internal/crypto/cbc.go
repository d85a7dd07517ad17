// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
)

// cbcKey is the pair of keys of AES-256-CBC with HMAC-SHA256.
type cbcKey struct {
	enc [32]byte
	mac [32]byte
}

// encrypt encrypts under a fresh random iv.
func (k *cbcKey) encrypt(plaintext []byte) encString {
	pad := aes.BlockSize - len(plaintext)%aes.BlockSize
	padded := append(bytes.Clone(plaintext), bytes.Repeat([]byte{byte(pad)}, pad)...)
	iv := make([]byte, ivSize)
	_, _ = rand.Read(iv) // never fails
	block, _ := aes.NewCipher(k.enc[:])
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(padded, padded)
	return encString{kind: typeCBCHMAC, iv: iv, mac: k.sum(iv, padded), data: padded}
}

// decrypt checks the MAC before it looks at the ciphertext. It reports false alike for a wrong MAC, length and padding.
func (k *cbcKey) decrypt(e encString) ([]byte, bool) {
	if !hmac.Equal(k.sum(e.iv, e.data), e.mac) {
		return nil, false
	}
	return decryptCBC(k.enc[:], e.iv, e.data)
}

func (k *cbcKey) sum(iv, data []byte) []byte {
	h := hmac.New(sha256.New, k.mac[:])
	h.Write(iv)
	h.Write(data)
	return h.Sum(nil)
}

// decryptCBC decrypts AES-256-CBC and removes the PKCS#7 padding.
func decryptCBC(key, iv, data []byte) ([]byte, bool) {
	if len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, false
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, false
	}
	plaintext := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plaintext, data)
	return unpad(plaintext, aes.BlockSize)
}

// unpad removes n bytes of value n from the end, where n is 1 to block and at most the whole.
func unpad(b []byte, block int) ([]byte, bool) {
	if len(b) == 0 {
		return nil, false
	}
	n := int(b[len(b)-1])
	if n == 0 || n > block || n > len(b) {
		return nil, false
	}
	padding := bytes.Repeat(b[len(b)-1:], n)
	if subtle.ConstantTimeCompare(b[len(b)-n:], padding) != 1 {
		return nil, false
	}
	return b[:len(b)-n], true
}
