// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

import (
	"bytes"
	"crypto/ed25519"

	"filippo.io/mldsa"
	"github.com/fxamacker/cbor/v2"
)

// Numbers of signature keys and of what is signed.
const (
	keyTypeOKP    = 1 // Ed25519
	keyTypeAKP    = 7 // ML-DSA
	algEdDSA      = -8
	algMLDSA44    = -48
	curveEd25519  = 6
	seedSize      = 32 // of both algorithms
	signedPublic  = 1  // namespace of signed public keys
	signedState   = 2  // namespace of security states
	spkiAlgorithm = 0  // RSA-OAEP with SHA-1
	spkiFormat    = 0  // SPKI in DER
)

// signatureKey is a COSE_Key of a signature algorithm, public or private. What the negative labels hold depends on the
// algorithm.
type signatureKey struct {
	KeyType int             `cbor:"1,keyasint"`
	ID      []byte          `cbor:"2,keyasint"`
	Alg     int             `cbor:"3,keyasint"`
	Label1  cbor.RawMessage `cbor:"-1,keyasint"` // Ed25519: curve; ML-DSA: public key
	Label2  []byte          `cbor:"-2,keyasint"` // Ed25519: public key; ML-DSA: seed
	Label4  []byte          `cbor:"-4,keyasint"` // Ed25519: seed
}

// verifyingKey checks signatures.
type verifyingKey struct {
	alg    int
	id     []byte
	public []byte
	verify func(message, signature []byte) bool
}

// parseVerifyingKey decodes the COSE_Key of an Ed25519 or ML-DSA-44 public key.
func parseVerifyingKey(b []byte) (verifyingKey, bool) {
	var k signatureKey
	if decMode().Unmarshal(b, &k) != nil || len(k.ID) != keyIDSize {
		return verifyingKey{}, false
	}
	switch {
	case k.KeyType == keyTypeOKP && k.Alg == algEdDSA:
		var curve int
		if decMode().Unmarshal(k.Label1, &curve) != nil || curve != curveEd25519 ||
			len(k.Label2) != ed25519.PublicKeySize {
			return verifyingKey{}, false
		}
		return newEd25519(k.ID, k.Label2), true
	case k.KeyType == keyTypeAKP && k.Alg == algMLDSA44:
		var encoded []byte
		if decMode().Unmarshal(k.Label1, &encoded) != nil {
			return verifyingKey{}, false
		}
		public, err := mldsa.NewPublicKey(mldsa.MLDSA44(), encoded)
		if err != nil {
			return verifyingKey{}, false
		}
		return newMLDSA44(k.ID, public), true
	default:
		return verifyingKey{}, false
	}
}

// parseSigningKey decodes the COSE_Key of a private key and returns its public half: this package signs nothing.
func parseSigningKey(b []byte) (verifyingKey, bool) {
	var k signatureKey
	if decMode().Unmarshal(b, &k) != nil || len(k.ID) != keyIDSize {
		return verifyingKey{}, false
	}
	switch {
	case k.KeyType == keyTypeOKP && k.Alg == algEdDSA && len(k.Label4) == seedSize:
		public := ed25519.NewKeyFromSeed(k.Label4)[ed25519.PrivateKeySize-ed25519.PublicKeySize:]
		return newEd25519(k.ID, ed25519.PublicKey(public)), true
	case k.KeyType == keyTypeAKP && k.Alg == algMLDSA44 && len(k.Label2) == seedSize:
		private, err := mldsa.NewPrivateKey(mldsa.MLDSA44(), k.Label2)
		if err != nil {
			return verifyingKey{}, false
		}
		return newMLDSA44(k.ID, private.PublicKey()), true
	default:
		return verifyingKey{}, false
	}
}

func newEd25519(id []byte, public ed25519.PublicKey) verifyingKey {
	return verifyingKey{alg: algEdDSA, id: id, public: public, verify: func(message, signature []byte) bool {
		return ed25519.Verify(public, message, signature)
	}}
}

func newMLDSA44(id []byte, public *mldsa.PublicKey) verifyingKey {
	return verifyingKey{alg: algMLDSA44, id: id, public: public.Bytes(), verify: func(message, signature []byte) bool {
		return mldsa.Verify(public, message, signature, nil) == nil
	}}
}

// algorithm is the name that the API uses.
func (v verifyingKey) algorithm() string {
	if v.alg == algEdDSA {
		return "ed25519"
	}
	return "mldsa44"
}

func (v verifyingKey) equal(o verifyingKey) bool {
	return v.alg == o.alg && bytes.Equal(v.id, o.id) && bytes.Equal(v.public, o.public)
}

// sign1 is COSE_Sign1 (RFC 9052 section 4.2), untagged.
type sign1 struct {
	_           struct{} `cbor:",toarray"`
	Protected   []byte
	Unprotected map[int]cbor.RawMessage
	Payload     []byte
	Signature   []byte
}

// open checks a COSE_Sign1 that was made for the purpose of the namespace, and decodes its CBOR payload.
func (v verifyingKey) open(message []byte, namespace int, payload any) bool {
	var m sign1
	var header protectedHeader
	if decMode().Unmarshal(message, &m) != nil || decMode().Unmarshal(m.Protected, &header) != nil {
		return false
	}
	if header.Critical != nil || header.Alg != v.alg || header.Content != contentCBOR ||
		header.SignatureSpace != namespace || !bytes.Equal(header.KeyID, v.id) {
		return false
	}
	signed := marshalCBOR([]any{"Signature1", m.Protected, []byte{}, m.Payload})
	return v.verify(signed, m.Signature) && decMode().Unmarshal(m.Payload, payload) == nil
}
