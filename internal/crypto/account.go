// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

import (
	"bytes"
	"strings"
)

// AccountKeys are the keys that the server keeps for an account. A v1 account has the wrapped private key and perhaps
// the public key; a v2 account has all of them, except that SignedPublicKey may be empty.
type AccountKeys struct {
	WrappedPrivateKey string // encrypted string under the user key
	PublicKey         string // base64 of SPKI
	SignedPublicKey   string // base64 of COSE_Sign1
	WrappedSigningKey string // encrypted string under the user key
	VerifyingKey      string // base64 of COSE_Key
	SecurityState     string // base64 of COSE_Sign1
	SecurityVersion   int    // what the security state should say; 0 if the server did not tell
}

// Account is an unlocked account.
type Account struct {
	UserKey    SymmetricKey
	PrivateKey PrivateKey
	// Version is 1, or 2 for accounts with a COSE user key and signed keys.
	Version int
	// SecurityVersion is what the verified security state says; 0 for version 1.
	SecurityVersion int
	// SignatureAlgorithm is "ed25519" or "mldsa44"; empty for version 1.
	SignatureAlgorithm string
}

// UnlockAccount opens the keys of an account (3.3). For a v2 account it verifies all signatures, so that a server
// cannot exchange the account's public key or lower its security version. Keys of v1 and v2 accounts in one are an
// InconsistentAccount: a server could otherwise take the signatures away.
func UnlockAccount(userKey SymmetricKey, keys AccountKeys) (Account, error) {
	const op = "unlock account"
	if userKey.IsZero() {
		return Account{}, failure(op, InvalidKey)
	}
	v2 := strings.HasPrefix(keys.WrappedPrivateKey, "7.")
	hasSigning := keys.WrappedSigningKey != "" && keys.VerifyingKey != "" && keys.SecurityState != ""
	hasAny := keys.WrappedSigningKey+keys.VerifyingKey+keys.SecurityState+keys.SignedPublicKey != ""
	if v2 != userKey.IsCOSE() || v2 && !hasSigning || !v2 && hasAny {
		return Account{}, failure(op, InconsistentAccount)
	}
	privateKey, err := userKey.UnwrapPrivateKey(keys.WrappedPrivateKey)
	if err != nil {
		return Account{}, err
	}
	if keys.PublicKey != "" {
		public, err := ParsePublicKey(keys.PublicKey)
		if err != nil {
			return Account{}, err
		}
		if !public.Equal(privateKey.Public()) {
			return Account{}, failure(op, InconsistentAccount)
		}
	}
	account := Account{UserKey: userKey, PrivateKey: privateKey, Version: 1}
	if v2 {
		account.Version = 2
		account.SignatureAlgorithm, account.SecurityVersion, err = verifyAccount(userKey, privateKey.Public(), keys)
	}
	if err != nil {
		return Account{}, err
	}
	return account, nil
}

// verifyAccount checks the signing key against the verifying key, and with it the security state and the public key.
// It returns the name of the signature algorithm and the security version.
func verifyAccount(userKey SymmetricKey, public PublicKey, keys AccountKeys) (string, int, error) {
	const op = "verify account keys"
	verifying, err := decodeVerifyingKey(keys.VerifyingKey)
	if err != nil {
		return "", 0, err
	}
	signingKey, err := userKey.open("unwrap signing key", keys.WrappedSigningKey, contentCOSEKey)
	if err != nil {
		return "", 0, err
	}
	signing, ok := parseSigningKey(signingKey)
	if !ok {
		return "", 0, failure(op, InvalidKey)
	}
	if !signing.equal(verifying) {
		return "", 0, failure(op, InconsistentAccount)
	}

	var state struct {
		Version int `cbor:"version"`
	}
	if err := verifying.openText(keys.SecurityState, signedState, &state); err != nil {
		return "", 0, err
	}
	if keys.SecurityVersion != 0 && keys.SecurityVersion != state.Version {
		return "", 0, failure(op, InconsistentAccount)
	}
	if keys.SignedPublicKey != "" {
		var claim struct {
			Algorithm int    `cbor:"algorithm"`
			Format    int    `cbor:"contentFormat"`
			PublicKey []byte `cbor:"publicKey"`
		}
		if err := verifying.openText(keys.SignedPublicKey, signedPublic, &claim); err != nil {
			return "", 0, err
		}
		if claim.Algorithm != spkiAlgorithm || claim.Format != spkiFormat ||
			!bytes.Equal(claim.PublicKey, public.der) {
			return "", 0, failure(op, InconsistentAccount)
		}
	}
	return verifying.algorithm(), state.Version, nil
}

func decodeVerifyingKey(text string) (verifyingKey, error) {
	const op = "decode verifying key"
	b, err := decodeBase64(op, text)
	if err != nil {
		return verifyingKey{}, err
	}
	k, ok := parseVerifyingKey(b)
	if !ok {
		return verifyingKey{}, failure(op, InvalidKey)
	}
	return k, nil
}

// openText is open for base64, with an error.
func (v verifyingKey) openText(text string, namespace int, payload any) error {
	const op = "verify signature"
	message, err := decodeBase64(op, text)
	if err != nil {
		return err
	}
	if !v.open(message, namespace, payload) {
		return failure(op, InvalidSignature)
	}
	return nil
}

// UpgradeUserKey returns the v2 user key of an account whose master password still opens the v1 user key (3.4). The
// token holds the v1 key wrapped by the v2 key and the reverse; that both are there proves that the owner made it.
func UpgradeUserKey(v1 SymmetricKey, wrappedUserKey1, wrappedUserKey2 string) (SymmetricKey, error) {
	const op = "upgrade user key"
	v2, err := v1.UnwrapKey(wrappedUserKey2)
	if err != nil {
		return SymmetricKey{}, err
	}
	back, err := v2.UnwrapKey(wrappedUserKey1)
	if err != nil {
		return SymmetricKey{}, err
	}
	if v1.IsCOSE() || !v2.IsCOSE() || !back.Equal(v1) {
		return SymmetricKey{}, failure(op, InconsistentAccount)
	}
	return v2, nil
}
