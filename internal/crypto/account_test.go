// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto_test

import (
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// v2Account returns the n-th v2 account of the vectors, with its user key.
func v2Account(t *testing.T, n int) (crypto.SymmetricKey, crypto.AccountKeys) {
	t.Helper()
	v := readVectors(t, "account-v2.json")[n]
	in := decode[v2Inputs](t, v.Inputs)
	want := decode[struct {
		UserKey b64 `json:"userKeyB64"`

		UserKeyID          string `json:"userKeyId"`
		UserKeyAlgorithm   int    `json:"userKeyAlgorithm"`
		PrivateKey         b64    `json:"privateKeyPkcs8B64"`
		PublicKey          string `json:"publicKeySpkiB64"`
		SignatureAlgorithm string `json:"signatureAlgorithm"`
		SecurityVersion    int    `json:"securityVersion"`
		OrganizationKey    b64    `json:"organizationKeyB64"`
		Hash               string `json:"masterPasswordAuthenticationHash"`
	}](t, v.Expected)
	return symmetricKey(t, want.UserKey), in.Keys.keys()
}

// TestUnlockAccount_v2 changes one thing of a good account at a time.
func TestUnlockAccount_v2(t *testing.T) {
	t.Parallel()
	userKey, good := v2Account(t, 0) // Ed25519
	_, other := v2Account(t, 1)      // ML-DSA-44
	v1 := crypto.NewSymmetricKey()
	p := ok(crypto.GeneratePrivateKey())(t)
	foreignPrivateKey := ok(userKey.WrapPrivateKey(p))(t)
	tests := map[string]struct {
		change func(*crypto.AccountKeys)
		kinds  []crypto.Kind // none: accepted
	}{
		"unchanged":             {func(*crypto.AccountKeys) {}, nil},
		"no signed public key":  {func(k *crypto.AccountKeys) { k.SignedPublicKey = "" }, nil},
		"no public key":         {func(k *crypto.AccountKeys) { k.PublicKey = "" }, nil},
		"no version told":       {func(k *crypto.AccountKeys) { k.SecurityVersion = 0 }, nil},
		"another version told":  {func(k *crypto.AccountKeys) { k.SecurityVersion = 1 }, inconsistent},
		"no security state":     {func(k *crypto.AccountKeys) { k.SecurityState = "" }, inconsistent},
		"no signing key":        {func(k *crypto.AccountKeys) { k.WrappedSigningKey = "" }, inconsistent},
		"no verifying key":      {func(k *crypto.AccountKeys) { k.VerifyingKey = "" }, inconsistent},
		"no private key":        {func(k *crypto.AccountKeys) { k.WrappedPrivateKey = "" }, inconsistent},
		"v1 private key":        {func(k *crypto.AccountKeys) { k.WrappedPrivateKey = wrapPrivate(t, v1, p) }, inconsistent},
		"another public key":    {func(k *crypto.AccountKeys) { k.PublicKey = other.PublicKey }, inconsistent},
		"another private key":   {func(k *crypto.AccountKeys) { k.WrappedPrivateKey = foreignPrivateKey }, inconsistent},
		"another's verifying":   {func(k *crypto.AccountKeys) { k.VerifyingKey = other.VerifyingKey }, inconsistent},
		"another's state":       {func(k *crypto.AccountKeys) { k.SecurityState = other.SecurityState }, badSignature},
		"another's signed key":  {func(k *crypto.AccountKeys) { k.SignedPublicKey = other.SignedPublicKey }, badSignature},
		"another's signing key": {func(k *crypto.AccountKeys) { k.WrappedSigningKey = other.WrappedSigningKey }, wrongKeyID},
		"another's private key": {func(k *crypto.AccountKeys) { k.WrappedPrivateKey = other.WrappedPrivateKey }, wrongKeyID},
		"signing is private":    {func(k *crypto.AccountKeys) { k.WrappedSigningKey = k.WrappedPrivateKey }, malformed},
		"signing is symmetric": {func(k *crypto.AccountKeys) {
			k.WrappedSigningKey = ok(userKey.WrapKey(crypto.NewCOSEKey()))(t)
		}, invalidKey},
		"verifying is no key":    {func(k *crypto.AccountKeys) { k.VerifyingKey = k.SecurityState }, invalidKey},
		"verifying is no base64": {func(k *crypto.AccountKeys) { k.VerifyingKey = "?" }, malformed},
		"state is no base64":     {func(k *crypto.AccountKeys) { k.SecurityState = "?" }, malformed},
		"public is no key":       {func(k *crypto.AccountKeys) { k.PublicKey = "AAAA" }, invalidKey},
	}
	// Both the private key and its public half exchanged, as a hostile server would: only the signature tells.
	tests["key pair exchanged"] = struct {
		change func(*crypto.AccountKeys)
		kinds  []crypto.Kind
	}{func(k *crypto.AccountKeys) {
		k.WrappedPrivateKey, k.PublicKey = foreignPrivateKey, p.Public().Base64()
	}, inconsistent}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keys := good
			test.change(&keys)
			account, err := crypto.UnlockAccount(userKey, keys)
			if test.kinds == nil {
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "version", account.Version, 2)
				equal(t, "security version", account.SecurityVersion, 2)
				return
			}
			refused(t, err, test.kinds...)
			equal(t, "private key given out", account.PrivateKey.IsZero(), true)
		})
	}
}

// TestUnlockAccount_algorithms goes through both signature algorithms and both algorithms of user keys.
func TestUnlockAccount_algorithms(t *testing.T) {
	t.Parallel()
	for n, want := range []struct {
		signature string
		userKey   int
	}{{"ed25519", -70010}, {"mldsa44", -70010}, {"ed25519", -70000}} {
		userKey, keys := v2Account(t, n)
		account := ok(crypto.UnlockAccount(userKey, keys))(t)
		equal(t, "signature algorithm", account.SignatureAlgorithm, want.signature)
		equal(t, "algorithm of the user key", account.UserKey.AlgorithmForTest(), want.userKey)

		state := decode[b64](t, []byte(`"`+keys.SecurityState+`"`))
		state[len(state)-1] ^= 1
		keys.SecurityState = state.String()
		_, err := crypto.UnlockAccount(userKey, keys)
		refused(t, err, crypto.InvalidSignature)
	}
}

var (
	inconsistent = []crypto.Kind{crypto.InconsistentAccount}
	badSignature = []crypto.Kind{crypto.InvalidSignature}
	wrongKeyID   = []crypto.Kind{crypto.WrongKeyID}
	malformed    = []crypto.Kind{crypto.Malformed}
	invalidKey   = []crypto.Kind{crypto.InvalidKey}
)

func wrapPrivate(t *testing.T, k crypto.SymmetricKey, p crypto.PrivateKey) string {
	t.Helper()
	return ok(k.WrapPrivateKey(p))(t)
}

// TestUnlockAccount_everySignatureByteCounts changes every byte of both signatures and what they sign.
func TestUnlockAccount_everySignatureByteCounts(t *testing.T) {
	t.Parallel()
	userKey, good := v2Account(t, 0)
	for name, part := range map[string]func(*crypto.AccountKeys) *string{
		"security state":    func(k *crypto.AccountKeys) *string { return &k.SecurityState },
		"signed public key": func(k *crypto.AccountKeys) *string { return &k.SignedPublicKey },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keys := good
			text := *part(&keys)
			message := decode[b64](t, []byte(`"`+text+`"`))
			for i := range message {
				changed := append(b64{}, message...)
				changed[i] ^= 1
				*part(&keys) = changed.String()
				if _, err := crypto.UnlockAccount(userKey, keys); err == nil {
					t.Errorf("a change of byte %d goes unnoticed", i)
				}
			}
		})
	}
}

func TestUnlockAccount_v1(t *testing.T) {
	t.Parallel()
	k := crypto.NewSymmetricKey()
	p := ok(crypto.GeneratePrivateKey())(t)
	_, v2 := v2Account(t, 0)
	good := crypto.AccountKeys{WrappedPrivateKey: wrapPrivate(t, k, p), PublicKey: p.Public().Base64()}
	account := ok(crypto.UnlockAccount(k, good))(t)
	equal(t, "version", account.Version, 1)
	equal(t, "user key", account.UserKey.Equal(k), true)
	equal(t, "security version", account.SecurityVersion, 0)
	equal(t, "signature algorithm", account.SignatureAlgorithm, "")

	for name, change := range map[string]func(*crypto.AccountKeys){
		"with a security state":    func(k *crypto.AccountKeys) { k.SecurityState = v2.SecurityState },
		"with a signing key":       func(k *crypto.AccountKeys) { k.WrappedSigningKey = v2.WrappedSigningKey },
		"with a verifying key":     func(k *crypto.AccountKeys) { k.VerifyingKey = v2.VerifyingKey },
		"with a signed public key": func(k *crypto.AccountKeys) { k.SignedPublicKey = v2.SignedPublicKey },
		"with a v2 private key":    func(k *crypto.AccountKeys) { k.WrappedPrivateKey = v2.WrappedPrivateKey },
		"with another public key":  func(k *crypto.AccountKeys) { k.PublicKey = v2.PublicKey },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keys := good
			change(&keys)
			_, err := crypto.UnlockAccount(k, keys)
			refused(t, err, crypto.InconsistentAccount)
		})
	}
	_, err := crypto.UnlockAccount(crypto.NewSymmetricKey(), good)
	refused(t, err, crypto.AuthenticationFailed)
}

func TestUpgradeUserKey(t *testing.T) {
	t.Parallel()
	v1, v2, other := crypto.NewSymmetricKey(), crypto.NewCOSEKey(), crypto.NewSymmetricKey()
	wrap := func(outer, inner crypto.SymmetricKey) string { return ok(outer.WrapKey(inner))(t) }
	upgraded := ok(crypto.UpgradeUserKey(v1, wrap(v2, v1), wrap(v1, v2)))(t)
	equalBytes(t, "user key", upgraded.ExposeEncoded(), v2.ExposeEncoded())

	tests := map[string]struct {
		first, second string
		kind          crypto.Kind
	}{
		"not from this v1 key":     {wrap(v2, v1), wrap(other, v2), crypto.AuthenticationFailed},
		"v1 key is another":        {wrap(v2, other), wrap(v1, v2), crypto.InconsistentAccount},
		"v2 key is another":        {wrap(crypto.NewCOSEKey(), v1), wrap(v1, v2), crypto.WrongKeyID},
		"upgrade to a v1 key":      {wrap(other, v1), wrap(v1, other), crypto.InconsistentAccount},
		"the two in the other way": {wrap(v1, v2), wrap(v2, v1), crypto.WrongKeyType},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := crypto.UpgradeUserKey(v1, test.first, test.second)
			refused(t, err, test.kind)
		})
	}
}

func TestSendAccessID_refuses(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"", "3d80dd722d144f26812cb0f0018aa144", "3d80dd72-2d14-4f26-812c-b0f0018aa14",
		"{3d80dd72-2d14-4f26-812c-b0f0018aa144}",
		"3d80dd7-22d14-4f26-812c-b0f0018aa144", "3d80dd72-2d14-4f26-812c-b0f0018aa14x",
		"3d80dd72-2d14-4f26-812c-b0f0018aa144-", strings.Repeat("-", 36),
	} {
		_, err := crypto.SendAccessID(id)
		refused(t, err, crypto.Malformed)
	}
	for _, accessID := range []string{
		"", "ct2APRQtJk-BLLDwAYqhR", "ct2APRQtJk-BLLDwAYqhRA==", "ct2APRQtJk+BLLDwAYqhRA", "AAAA",
	} {
		_, err := crypto.SendIDFromAccessID(accessID)
		refused(t, err, crypto.Malformed)
	}
}
