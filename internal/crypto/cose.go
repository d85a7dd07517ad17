// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"slices"

	"github.com/fxamacker/cbor/v2"
	"golang.org/x/crypto/chacha20poly1305"
)

const (
	keyIDSize      = 16
	coseSecretSize = 32
	maxPadding     = 255 // what a single count byte can say
	textBlock      = 32  // padded text is a multiple of this
)

// Algorithm numbers. The negative ones below -65536 are Bitwarden's own.
const (
	algA256GCM     = 3 // content keys of data envelopes only
	algXChaCha20   = -70000
	algXAES256GCM  = -70010
	keyTypeSymm    = 4
	opEncrypt      = 3
	opDecrypt      = 4
	opWrapKey      = 5
	opUnwrapKey    = 6
	extendedNonce  = 24 // of XChaCha20-Poly1305 and XAES-256-GCM
	envelopeFormat = 2  // value of header -80002 in a data envelope
)

// contentType is what the plaintext of a COSE message is: a number of the CoAP registry or a text.
type contentType struct {
	number int
	text   string
}

var (
	contentText      = contentType{text: "application/x.bitwarden.utf8-padded"}
	contentBytes     = contentType{number: 42}  // octet-stream
	contentCBOR      = contentType{number: 60}  // payload of a signature
	contentCOSEKey   = contentType{number: 101} // bare, without the padding of an encoded key
	contentPKCS8     = contentType{number: 284} // DER
	contentSPKI      = contentType{text: "application/x.bitwarden.spki-public-key"}
	contentLegacyKey = contentType{text: "application/x.bitwarden.legacy-key"} // 64 bytes
	contentEnvelope  = contentType{text: "application/x.bitwarden.cbor-padded"}
)

func (c contentType) isOneOf(allowed []contentType) bool { return slices.Contains(allowed, c) }

// isPadded reports whether the plaintext ends in n bytes of value n.
func (c contentType) isPadded() bool { return c == contentText || c == contentEnvelope }

// MarshalCBOR implements cbor.Marshaler.
func (c contentType) MarshalCBOR() ([]byte, error) {
	if c.text != "" {
		return cbor.Marshal(c.text)
	}
	return cbor.Marshal(c.number)
}

// UnmarshalCBOR implements cbor.Unmarshaler. Numbers and texts that are not in the list above are kept, and then match
// nothing.
func (c *contentType) UnmarshalCBOR(b []byte) error {
	if err := decMode().Unmarshal(b, &c.number); err == nil {
		return nil
	}
	return decMode().Unmarshal(b, &c.text)
}

// protectedHeader is the protected header of COSE_Encrypt0 and COSE_Sign1. The fields are in the order in which
// Bitwarden writes them.
type protectedHeader struct {
	Alg               int             `cbor:"1,keyasint"`
	Critical          cbor.RawMessage `cbor:"2,keyasint,omitempty"`
	Content           contentType     `cbor:"3,keyasint"`
	KeyID             []byte          `cbor:"4,keyasint"`
	SignatureSpace    int             `cbor:"-80000,keyasint,omitempty"`
	EnvelopeSpace     int             `cbor:"-80001,keyasint,omitempty"`
	EnvelopeContainer int             `cbor:"-80002,keyasint,omitempty"`
}

// encrypt0 is COSE_Encrypt0 (RFC 9052 section 5.2), untagged.
type encrypt0 struct {
	_           struct{} `cbor:",toarray"`
	Protected   []byte
	Unprotected struct {
		Nonce []byte `cbor:"5,keyasint"`
	}
	Ciphertext []byte
}

// coseKey is a symmetric COSE_Key.
type coseKey struct {
	alg int
	id  []byte // 16 bytes
	key []byte // 32 bytes
}

// parseCOSEKey decodes a bare COSE_Key of one of the three known algorithms.
func parseCOSEKey(b []byte) (*coseKey, bool) {
	var k struct {
		KeyType int    `cbor:"1,keyasint"`
		ID      []byte `cbor:"2,keyasint"`
		Alg     int    `cbor:"3,keyasint"`
		Secret  []byte `cbor:"-1,keyasint"`
	}
	if err := decMode().Unmarshal(b, &k); err != nil {
		return nil, false
	}
	known := k.Alg == algA256GCM || k.Alg == algXChaCha20 || k.Alg == algXAES256GCM
	if !known || k.KeyType != keyTypeSymm || len(k.ID) != keyIDSize || len(k.Secret) != coseSecretSize {
		return nil, false
	}
	return &coseKey{alg: k.Alg, id: k.ID, key: k.Secret}, true
}

// marshal encodes the bare COSE_Key.
func (k *coseKey) marshal() []byte {
	return marshalCBOR(struct {
		KeyType int    `cbor:"1,keyasint"`
		ID      []byte `cbor:"2,keyasint"`
		Alg     int    `cbor:"3,keyasint"`
		KeyOps  []int  `cbor:"4,keyasint"`
		Secret  []byte `cbor:"-1,keyasint"`
	}{keyTypeSymm, k.id, k.alg, []int{opEncrypt, opDecrypt, opWrapKey, opUnwrapKey}, k.key})
}

// encrypts reports whether the key may make and open type 7 strings. Keys of data envelopes may not.
func (k *coseKey) encrypts() bool { return k.alg != algA256GCM }

// encrypt makes a COSE_Encrypt0 with a fresh random nonce.
func (k *coseKey) encrypt(plaintext []byte, content contentType) []byte {
	if content.isPadded() {
		n := textBlock - len(plaintext)%textBlock
		plaintext = append(bytes.Clone(plaintext), bytes.Repeat([]byte{byte(n)}, n)...)
	}
	message := encrypt0{Protected: marshalCBOR(protectedHeader{Alg: k.alg, Content: content, KeyID: k.id})}
	nonce := make([]byte, extendedNonce)
	_, _ = rand.Read(nonce) // never fails
	message.Unprotected.Nonce = nonce
	aead, inner, _ := k.aead(nonce)
	message.Ciphertext = aead.Seal(nil, inner, plaintext, encrypt0AAD(message.Protected))
	return marshalCBOR(message)
}

// decrypt opens a COSE_Encrypt0 of a type 7 string and returns what the plaintext is.
func (k *coseKey) decrypt(op string, message []byte) ([]byte, contentType, error) {
	if !k.encrypts() {
		return nil, contentType{}, failure(op, WrongKeyType)
	}
	plaintext, header, err := k.openMessage(op, message)
	return plaintext, header.Content, err
}

// openMessage opens a COSE_Encrypt0 and removes the padding that its content type has.
func (k *coseKey) openMessage(op string, message []byte) ([]byte, protectedHeader, error) {
	var m encrypt0
	var header protectedHeader
	if decMode().Unmarshal(message, &m) != nil || decMode().Unmarshal(m.Protected, &header) != nil ||
		header.Critical != nil || header.Content == (contentType{}) {
		return nil, protectedHeader{}, failure(op, Malformed)
	}
	if header.Alg != k.alg {
		return nil, protectedHeader{}, failure(op, WrongKeyType)
	}
	if !bytes.Equal(header.KeyID, k.id) {
		return nil, protectedHeader{}, failure(op, WrongKeyID)
	}
	aead, nonce, ok := k.aead(m.Unprotected.Nonce)
	if !ok {
		return nil, protectedHeader{}, failure(op, Malformed)
	}
	// The received header bytes are authenticated, not a new encoding of what they mean.
	plaintext, err := aead.Open(nil, nonce, m.Ciphertext, encrypt0AAD(m.Protected))
	if err != nil {
		return nil, protectedHeader{}, failure(op, AuthenticationFailed)
	}
	if header.Content.isPadded() {
		if plaintext, ok = unpad(plaintext, maxPadding); !ok {
			return nil, protectedHeader{}, failure(op, AuthenticationFailed)
		}
	}
	return plaintext, header, nil
}

// aead returns the cipher for one message, and the part of the nonce that it takes. It reports false for a nonce of
// the wrong length.
func (k *coseKey) aead(nonce []byte) (aead cipher.AEAD, inner []byte, ok bool) {
	var err error
	inner = nonce
	switch k.alg {
	case algA256GCM:
		var block cipher.Block
		if block, err = aes.NewCipher(k.key); err == nil {
			aead, err = cipher.NewGCM(block)
		}
	case algXChaCha20:
		aead, err = chacha20poly1305.NewX(k.key)
	default:
		if len(nonce) != extendedNonce {
			return nil, nil, false
		}
		aead, err = newXAES(k.key, nonce[:12])
		inner = nonce[12:]
	}
	if err != nil || len(inner) != aead.NonceSize() {
		return nil, nil, false
	}
	return aead, inner, true
}

// encrypt0AAD is the additional data of COSE_Encrypt0 (RFC 9052 section 5.3).
func encrypt0AAD(protected []byte) []byte {
	return marshalCBOR([]any{"Encrypt0", protected, []byte{}})
}

// newXAES derives the AES-256-GCM cipher of XAES-256-GCM (C2SP) from the key and the first 12 bytes of the nonce; the
// other 12 are the nonce of that cipher.
func newXAES(key, nonce []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	// CMAC with a message of one block: its subkey is AES(0¹⁶) doubled in GF(2¹²⁸).
	var subkey [aes.BlockSize]byte
	block.Encrypt(subkey[:], subkey[:])
	carry := subkey[0] >> 7
	for i := range subkey[:len(subkey)-1] {
		subkey[i] = subkey[i]<<1 | subkey[i+1]>>7
	}
	subkey[len(subkey)-1] = subkey[len(subkey)-1]<<1 ^ carry*0x87

	derived := make([]byte, 0, 2*aes.BlockSize)
	for counter := byte(1); counter <= 2; counter++ {
		m := append([]byte{0, counter, 'X', 0}, nonce...)
		for i := range m {
			m[i] ^= subkey[i]
		}
		block.Encrypt(m, m)
		derived = append(derived, m...)
	}
	inner, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(inner)
}
