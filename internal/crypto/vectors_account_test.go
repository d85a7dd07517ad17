// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto_test

import (
	"encoding/hex"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

func checkMasterPassword(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Password string    `json:"password"`
		Email    string    `json:"email"`
		KDF      kdfParams `json:"kdf"`
	}](t, v.Inputs)
	want := decode[struct {
		Salt      string `json:"salt"`
		MasterKey string `json:"masterKeyHex"`
		Stretched b64    `json:"stretchedKeyB64"`
		Hash      string `json:"masterPasswordAuthenticationHash"`
	}](t, v.Expected)
	equal(t, "salt", crypto.NormalizeSalt(in.Email), want.Salt)
	m := deriveMasterKey(t, in.Password, in.Email, in.KDF)
	equal(t, "master key", hex.EncodeToString(m.ExposeForTest()), want.MasterKey)
	equalBytes(t, "stretched key", m.StretchedForTest().ExposeEncoded(), want.Stretched)
	equal(t, "hash", m.AuthenticationHash(in.Password), want.Hash)
}

type passwordAndSalt struct {
	Password string    `json:"password"`
	Salt     string    `json:"salt"`
	KDF      kdfParams `json:"kdf"`
}

func checkMasterKey(t *testing.T, v vector) {
	t.Helper()
	in := decode[passwordAndSalt](t, v.Inputs)
	want := decode[struct {
		MasterKey string `json:"masterKeyHex"`
	}](t, v.Expected)
	m := deriveMasterKey(t, in.Password, in.Salt, in.KDF)
	equal(t, "master key", hex.EncodeToString(m.ExposeForTest()), want.MasterKey)
}

func checkStretch(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		MasterKey string `json:"masterKeyHex"`
	}](t, v.Inputs)
	want := decode[struct {
		Enc       string `json:"encKeyHex"`
		MAC       string `json:"macKeyHex"`
		Stretched b64    `json:"stretchedKeyB64"`
	}](t, v.Expected)
	got := crypto.NewMasterKeyForTest(fromHex(t, in.MasterKey)).StretchedForTest().ExposeEncoded()
	equalBytes(t, "stretched key", got, want.Stretched)
	equal(t, "both halves", hex.EncodeToString(got), want.Enc+want.MAC)
}

func checkAuthHash(t *testing.T, v vector) {
	t.Helper()
	in := decode[passwordAndSalt](t, v.Inputs)
	want := decode[struct {
		Hash string `json:"masterPasswordAuthenticationHash"`
	}](t, v.Expected)
	m := deriveMasterKey(t, in.Password, in.Salt, in.KDF)
	equal(t, "hash", m.AuthenticationHash(in.Password), want.Hash)
}

func checkKDFRefused(t *testing.T, v vector) {
	t.Helper()
	in := decode[passwordAndSalt](t, v.Inputs)
	want := decode[stated](t, v.Expected)
	equal(t, "stated error", want.Error, "insufficient KDF parameters")
	m, err := crypto.DeriveMasterKey(in.Password, in.Salt, in.KDF.kdf())
	refused(t, err, crypto.KDFRefused)
	equal(t, "IsZero", m.IsZero(), true)
}

func checkUnlockUserKey(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		passwordAndSalt
		Wrapped string `json:"masterKeyWrappedUserKey"`
	}](t, v.Inputs)
	want := decode[struct {
		UserKey b64    `json:"userKeyB64"`
		KeyID   string `json:"containedKeyId"`
	}](t, v.Expected)
	m := deriveMasterKey(t, in.Password, in.Salt, in.KDF)
	k := ok(m.UnwrapUserKey(in.Wrapped))(t)
	equalBytes(t, "user key", k.ExposeEncoded(), want.UserKey)
	equalIfStated(t, "key id", k.ID(), want.KeyID)
	again := ok(m.UnwrapUserKey(ok(m.WrapUserKey(k))(t)))(t)
	equal(t, "round trip", again.Equal(k), true)
}

func checkUnwrapUserKeyWithMasterKey(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		MasterKey b64    `json:"masterKeyB64"`
		Wrapped   string `json:"masterKeyWrappedUserKey"`
	}](t, v.Inputs)
	want := decode[struct {
		UserKey b64 `json:"userKeyB64"`
	}](t, v.Expected)
	k := ok(crypto.NewMasterKeyForTest(in.MasterKey).UnwrapUserKey(in.Wrapped))(t)
	equalBytes(t, "user key", k.ExposeEncoded(), want.UserKey)
}

func checkUnlockAccountV1(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		passwordAndSalt
		Email                   string `json:"email"`
		UserKey                 string `json:"masterKeyWrappedUserKey"`
		PrivateKey              string `json:"wrappedPrivateKey"`
		OrganizationKey         string `json:"organizationKey"`
		OrganizationPrivateKey  string `json:"organizationWrappedPrivateKey"`
		ProviderKey             string `json:"providerKey"`
		ProviderOrganizationKey string `json:"providerOrganizationKey"`
	}](t, v.Inputs)
	want := decode[struct {
		UserKey                 b64    `json:"userKeyB64"`
		UserKeyID               string `json:"userKeyId"`
		PrivateKey              b64    `json:"privateKeyPkcs8B64"`
		PublicKey               b64    `json:"publicKeySpkiB64"`
		OrganizationKey         b64    `json:"organizationKeyB64"`
		OrganizationKeyID       string `json:"organizationKeyId"`
		OrganizationPrivateKey  b64    `json:"organizationPrivateKeyPkcs8B64"`
		OrganizationPublicKey   b64    `json:"organizationPublicKeySpkiB64"`
		ProviderKey             b64    `json:"providerKeyB64"`
		ProviderOrganizationKey b64    `json:"providerOrganizationKeyB64"`
	}](t, v.Expected)
	m := deriveMasterKey(t, in.Password, in.Salt, in.KDF)
	userKey := ok(m.UnwrapUserKey(in.UserKey))(t)
	account := ok(crypto.UnlockAccount(userKey, crypto.AccountKeys{
		WrappedPrivateKey: in.PrivateKey,
		PublicKey:         want.PublicKey.String(),
	}))(t)
	equal(t, "version", account.Version, 1)
	equal(t, "public key", account.PrivateKey.Public().Base64(), want.PublicKey.String())
	if want.UserKey != nil {
		equalBytes(t, "user key", account.UserKey.ExposeEncoded(), want.UserKey)
		equal(t, "user key id", account.UserKey.ID(), want.UserKeyID)
		equalBytes(t, "private key", account.PrivateKey.ExposePKCS8(), want.PrivateKey)
	}
	if in.OrganizationKey != "" {
		k := ok(account.PrivateKey.Decapsulate(in.OrganizationKey))(t)
		p := ok(k.UnwrapPrivateKey(in.OrganizationPrivateKey))(t)
		equal(t, "organization public key", p.Public().Base64(), want.OrganizationPublicKey.String())
		if want.OrganizationKey != nil {
			equalBytes(t, "organization key", k.ExposeEncoded(), want.OrganizationKey)
			equal(t, "organization key id", k.ID(), want.OrganizationKeyID)
			equalBytes(t, "organization private key", p.ExposePKCS8(), want.OrganizationPrivateKey)
		}
	}
	if in.ProviderKey != "" {
		k := ok(account.PrivateKey.Decapsulate(in.ProviderKey))(t)
		equalBytes(t, "provider key", k.ExposeEncoded(), want.ProviderKey)
		client := ok(k.UnwrapKey(in.ProviderOrganizationKey))(t)
		equalBytes(t, "client's key", client.ExposeEncoded(), want.ProviderOrganizationKey)
	}
}

type accountKeys struct {
	Pair struct {
		WrappedPrivateKey string `json:"wrappedPrivateKey"`
		PublicKey         string `json:"publicKey"`
		SignedPublicKey   string `json:"signedPublicKey"`
	} `json:"publicKeyEncryptionKeyPair"`
	Signature struct {
		WrappedSigningKey string `json:"wrappedSigningKey"`
		VerifyingKey      string `json:"verifyingKey"`
	} `json:"signatureKeyPair"`
	State struct {
		SecurityState   string `json:"securityState"`
		SecurityVersion int    `json:"securityVersion"`
	} `json:"securityState"`
}

func (k accountKeys) keys() crypto.AccountKeys {
	return crypto.AccountKeys{
		WrappedPrivateKey: k.Pair.WrappedPrivateKey,
		PublicKey:         k.Pair.PublicKey,
		SignedPublicKey:   k.Pair.SignedPublicKey,
		WrappedSigningKey: k.Signature.WrappedSigningKey,
		VerifyingKey:      k.Signature.VerifyingKey,
		SecurityState:     k.State.SecurityState,
		SecurityVersion:   k.State.SecurityVersion,
	}
}

type v2Inputs struct {
	passwordAndSalt
	Wrapped         string      `json:"masterKeyWrappedUserKey"`
	UserKey         b64         `json:"userKey"`
	Keys            accountKeys `json:"accountKeys"`
	OrganizationKey string      `json:"organizationKey"`
}

func checkUnlockAccountV2(t *testing.T, v vector) {
	t.Helper()
	in := decode[v2Inputs](t, v.Inputs)
	want := decode[struct {
		UserKey            b64    `json:"userKeyB64"`
		UserKeyID          string `json:"userKeyId"`
		UserKeyAlgorithm   int    `json:"userKeyAlgorithm"`
		PrivateKey         b64    `json:"privateKeyPkcs8B64"`
		PublicKey          string `json:"publicKeySpkiB64"`
		SignatureAlgorithm string `json:"signatureAlgorithm"`
		SecurityVersion    int    `json:"securityVersion"`
		OrganizationKey    b64    `json:"organizationKeyB64"`
		Hash               string `json:"masterPasswordAuthenticationHash"`
	}](t, v.Expected)
	var userKey crypto.SymmetricKey
	if in.Wrapped == "" {
		userKey = symmetricKey(t, in.UserKey)
	} else {
		m := deriveMasterKey(t, in.Password, in.Salt, in.KDF)
		equalIfStated(t, "hash", m.AuthenticationHash(in.Password), want.Hash)
		userKey = ok(m.UnwrapUserKey(in.Wrapped))(t)
	}
	account := ok(crypto.UnlockAccount(userKey, in.Keys.keys()))(t)
	equal(t, "version", account.Version, 2)
	equal(t, "public key", account.PrivateKey.Public().Base64(), want.PublicKey)
	equal(t, "signature algorithm", account.SignatureAlgorithm, want.SignatureAlgorithm)
	equal(t, "security version", account.SecurityVersion, want.SecurityVersion)
	equalIfStated(t, "user key id", userKey.ID(), want.UserKeyID)
	if want.UserKey != nil {
		equalBytes(t, "user key", account.UserKey.ExposeEncoded(), want.UserKey)
		equal(t, "user key algorithm", account.UserKey.AlgorithmForTest(), want.UserKeyAlgorithm)
		equalBytes(t, "private key", account.PrivateKey.ExposePKCS8(), want.PrivateKey)
	}
	if in.OrganizationKey != "" {
		k := ok(account.PrivateKey.Decapsulate(in.OrganizationKey))(t)
		equalBytes(t, "organization key", k.ExposeEncoded(), want.OrganizationKey)
	}
}

func checkRefuseAccountV2(t *testing.T, v vector) {
	t.Helper()
	in := decode[v2Inputs](t, v.Inputs)
	want := decode[stated](t, v.Expected)
	kind, known := map[string]crypto.Kind{
		"security state signature does not verify":              crypto.InvalidSignature,
		"signed public key does not verify":                     crypto.InvalidSignature,
		"signature namespace differs":                           crypto.InvalidSignature,
		"user key type and account keys do not belong together": crypto.InconsistentAccount,
	}[want.Error]
	if !known {
		t.Fatalf("unknown failure %q", want.Error)
	}
	_, err := crypto.UnlockAccount(symmetricKey(t, in.UserKey), in.Keys.keys())
	refused(t, err, kind)
}

func checkFingerprint(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Material  string `json:"material"`
		PublicKey string `json:"publicKeySpkiB64"`
	}](t, v.Inputs)
	want := decode[struct {
		Phrase string `json:"phrase"`
	}](t, v.Expected)
	p := ok(crypto.ParsePublicKey(in.PublicKey))(t)
	equal(t, "phrase", p.Fingerprint(in.Material), want.Phrase)
}

func checkDecryptCollection(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Key        b64 `json:"organizationKeyB64"`
		Collection struct {
			Name             string `json:"name"`
			Type             int    `json:"type"`
			DefaultUserEmail string `json:"defaultUserCollectionEmail"`

			ID             string  `json:"id"`
			OrganizationID string  `json:"organizationId"`
			ExternalID     *string `json:"externalId"`
			HidePasswords  bool    `json:"hidePasswords"`
			ReadOnly       bool    `json:"readOnly"`
			Manage         bool    `json:"manage"`
		} `json:"collection"`
	}](t, v.Inputs)
	want := decode[named](t, v.Expected)
	name := ok(symmetricKey(t, in.Key).DecryptString(in.Collection.Name))(t)
	if in.Collection.DefaultUserEmail != "" { // the owner left: clients show the address instead
		if name == "" {
			t.Error("the name is empty")
		}
		name = in.Collection.DefaultUserEmail
	}
	equal(t, "name", name, want.Name)
}

type named struct {
	Name string `json:"name"`
}

func checkProviderClient(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		ProviderKey b64    `json:"providerKeyB64"`
		Key         string `json:"key"`
		Pair        struct {
			PublicKey  string `json:"publicKey"`
			PrivateKey string `json:"encryptedPrivateKey"`
		} `json:"keyPair"`
		CollectionName string `json:"collectionName"`
	}](t, v.Inputs)
	want := decode[struct {
		Key            b64    `json:"clientOrganizationKeyB64"`
		PrivateKey     b64    `json:"organizationPrivateKeyPkcs8B64"`
		CollectionName string `json:"collectionName"`
	}](t, v.Expected)
	provider := symmetricKey(t, in.ProviderKey)
	open := func(wrappedKey, encryptedPrivateKey, publicKey, collectionName string) (b64, b64) {
		key := ok(provider.UnwrapKey(wrappedKey))(t)
		private := ok(key.UnwrapPrivateKey(encryptedPrivateKey))(t)
		equal(t, "public key", private.Public().Base64(), publicKey)
		equal(t, "collection name", ok(key.DecryptString(collectionName))(t), want.CollectionName)
		return key.ExposeEncoded(), private.ExposePKCS8()
	}
	key, private := open(in.Key, in.Pair.PrivateKey, in.Pair.PublicKey, in.CollectionName)
	equalBytes(t, "client's key", key, want.Key)
	equalBytes(t, "private key", private, want.PrivateKey)

	// What this package makes opens the same way.
	made := ok(crypto.NewClientOrganization(provider, want.CollectionName))(t)
	public := made.PrivateKey.Public().Base64()
	key, private = open(made.WrappedKey, made.EncryptedPrivateKey, public, made.CollectionName)
	equalBytes(t, "made client's key", key, made.Key.ExposeEncoded())
	equalBytes(t, "made private key", private, made.PrivateKey.ExposePKCS8())
}

func checkConfirmRequest(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Body struct {
			Key            string `json:"key"`
			CollectionName string `json:"defaultUserCollectionName"`
		} `json:"body"`
		MemberKey       b64 `json:"memberPrivateKeyPkcs8B64"`
		OrganizationKey b64 `json:"organizationKeyB64"`
	}](t, v.Inputs)
	want := decode[struct {
		OrganizationKey b64    `json:"organizationKeyB64"`
		CollectionName  string `json:"defaultUserCollectionName"`
	}](t, v.Expected)
	member := privateKey(t, in.MemberKey)
	k := ok(member.Decapsulate(in.Body.Key))(t)
	equalBytes(t, "organization key", k.ExposeEncoded(), want.OrganizationKey)
	equal(t, "collection name", ok(k.DecryptString(in.Body.CollectionName))(t), want.CollectionName)

	made := ok(member.Public().Encapsulate(symmetricKey(t, in.OrganizationKey)))(t)
	equalBytes(t, "key made here", ok(member.Decapsulate(made))(t).ExposeEncoded(), want.OrganizationKey)
}

func checkCreateCollectionRequest(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Body struct {
			Name       string   `json:"name"`
			Groups     []string `json:"groups"`
			Users      []string `json:"users"`
			ExternalID *string  `json:"externalId"`
		} `json:"body"`
		Key b64 `json:"organizationKeyB64"`
	}](t, v.Inputs)
	want := decode[named](t, v.Expected)
	equal(t, "name", ok(symmetricKey(t, in.Key).DecryptString(in.Body.Name))(t), want.Name)
}

func checkDeviceApproval(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		OrganizationKey  b64    `json:"organizationKeyB64"`
		PrivateKey       string `json:"encryptedPrivateKey"`
		ResetPasswordKey string `json:"resetPasswordKey"`
		DeviceKey        b64    `json:"devicePrivateKeyPkcs8B64"`
		Body             any    `json:"body"` // holds the next, single or in a list
		Wrapped          string `json:"wrapped"`
	}](t, v.Inputs)
	want := decode[struct {
		UserKey b64 `json:"userKeyB64"`
	}](t, v.Expected)
	device := privateKey(t, in.DeviceKey)
	equalBytes(t, "user key", ok(device.Decapsulate(in.Wrapped))(t).ExposeEncoded(), want.UserKey)
	var sent any
	switch body := in.Body.(type) {
	case map[string]any:
		sent = body["encryptedUserKey"]
	case []any:
		if first, isObject := body[0].(map[string]any); isObject {
			sent = first["key"]
		}
	}
	equal(t, "key in the body", sent, any(in.Wrapped))

	k := ok(crypto.RecoverUserKey(symmetricKey(t, in.OrganizationKey), in.PrivateKey, in.ResetPasswordKey))(t)
	equalBytes(t, "recovered user key", k.ExposeEncoded(), want.UserKey)
	made := ok(device.Public().Encapsulate(k))(t)
	equalBytes(t, "key made here", ok(device.Decapsulate(made))(t).ExposeEncoded(), want.UserKey)
}

func checkAccountRecovery(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		OrganizationKey  b64       `json:"organizationKeyB64"`
		PrivateKey       string    `json:"encryptedPrivateKey"`
		ResetPasswordKey string    `json:"resetPasswordKey"`
		KDF              kdfParams `json:"kdf"`
		Salt             string    `json:"salt"`
		Password         string    `json:"newMasterPassword"`
	}](t, v.Inputs)
	want := decode[struct {
		UserKey b64    `json:"userKeyB64"`
		Hash    string `json:"newMasterPasswordHash"`
		Key     string `json:"exampleKey"`
		Wrapped string `json:"exampleMasterKeyWrappedUserKey"`
		KeyID   string `json:"containedKeyId"`
	}](t, v.Expected)
	in.KDF.skipSlow(t)
	k := ok(crypto.RecoverUserKey(symmetricKey(t, in.OrganizationKey), in.PrivateKey, in.ResetPasswordKey))(t)
	equalBytes(t, "user key", k.ExposeEncoded(), want.UserKey)
	made := ok(crypto.NewMasterPassword(k, in.Password, in.Salt, in.KDF.kdf()))(t)
	equal(t, "hash", made.AuthenticationHash, want.Hash)
	equal(t, "key id", made.ContainedKeyID, want.KeyID)
	equal(t, "salt", made.Salt, in.Salt)
	m := deriveMasterKey(t, in.Password, in.Salt, in.KDF)
	for _, wrapped := range []string{want.Key, want.Wrapped, made.WrappedUserKey} {
		equalBytes(t, "unwrapped user key", ok(m.UnwrapUserKey(wrapped))(t).ExposeEncoded(), want.UserKey)
	}
}
