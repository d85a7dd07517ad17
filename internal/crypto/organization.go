// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto

// ClientOrganization are the keys and first texts of an organization that a provider creates (4.2).
type ClientOrganization struct {
	Key                 SymmetricKey
	PrivateKey          PrivateKey
	WrappedKey          string // Key under the provider key
	EncryptedPrivateKey string // PrivateKey under Key
	CollectionName      string // name of the first collection under Key
}

// NewClientOrganization makes the keys of a client organization. The public half of the private key goes along in
// plain.
func NewClientOrganization(providerKey SymmetricKey, collectionName string) (ClientOrganization, error) {
	o := ClientOrganization{Key: NewSymmetricKey()}
	var err error
	if o.WrappedKey, err = providerKey.WrapKey(o.Key); err != nil {
		return ClientOrganization{}, err
	}
	if o.PrivateKey, err = GeneratePrivateKey(); err != nil {
		return ClientOrganization{}, err
	}
	if o.EncryptedPrivateKey, err = o.Key.WrapPrivateKey(o.PrivateKey); err != nil {
		return ClientOrganization{}, err
	}
	if o.CollectionName, err = o.Key.EncryptString(collectionName); err != nil {
		return ClientOrganization{}, err
	}
	return o, nil
}

// RecoverUserKey opens the user key of a member who enrolled in account recovery (4.6): the organization's private key
// is wrapped with the organization key, the user key is encrypted to its public half. To approve a device (4.7),
// encapsulate the result to the device's public key.
func RecoverUserKey(organizationKey SymmetricKey, encryptedPrivateKey, resetPasswordKey string) (SymmetricKey, error) {
	privateKey, err := organizationKey.UnwrapPrivateKey(encryptedPrivateKey)
	if err != nil {
		return SymmetricKey{}, err
	}
	return privateKey.Decapsulate(resetPasswordKey)
}

// MasterPassword is what a server stores of a new master password.
type MasterPassword struct {
	AuthenticationHash string
	WrappedUserKey     string
	Salt               string // normalized
	ContainedKeyID     string // SymmetricKey.ID of the user key
}

// NewMasterPassword derives what the server needs to give an account another master password. The salt and the
// parameters are the account's own, and everything below the user key stays as it is.
func NewMasterPassword(userKey SymmetricKey, password, salt string, kdf KDF) (MasterPassword, error) {
	masterKey, err := DeriveMasterKey(password, salt, kdf)
	if err != nil {
		return MasterPassword{}, err
	}
	wrapped, err := masterKey.WrapUserKey(userKey)
	if err != nil {
		return MasterPassword{}, err
	}
	return MasterPassword{
		AuthenticationHash: masterKey.AuthenticationHash(password),
		WrappedUserKey:     wrapped,
		Salt:               NormalizeSalt(salt),
		ContainedKeyID:     userKey.ID(),
	}, nil
}
