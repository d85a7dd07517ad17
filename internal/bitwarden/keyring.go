// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"fmt"
	"sync"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// keyring opens keys from the master password down to the organizations. Nothing is opened before it is needed.
type keyring struct {
	slot    slot
	account crypto.Account
	master  crypto.MasterKey

	mu            sync.Mutex
	organizations map[string]crypto.SymmetricKey
	checked       map[string]bool // organizations whose key opened something known
}

// wireAccountKeys are the keys of an account as the server keeps them.
type wireAccountKeys struct {
	Encryption struct {
		WrappedPrivateKey string `json:"wrappedPrivateKey"`
		PublicKey         string `json:"publicKey"`
		SignedPublicKey   string `json:"signedPublicKey"`
	} `json:"publicKeyEncryptionKeyPair"`
	Signature *struct {
		WrappedSigningKey string `json:"wrappedSigningKey"`
		VerifyingKey      string `json:"verifyingKey"`
	} `json:"signatureKeyPair"`
	Security *struct {
		State   string `json:"securityState"`
		Version int    `json:"securityVersion"`
	} `json:"securityState"`
}

func (w *wireAccountKeys) toCrypto() crypto.AccountKeys {
	keys := crypto.AccountKeys{
		WrappedPrivateKey: w.Encryption.WrappedPrivateKey,
		PublicKey:         w.Encryption.PublicKey,
		SignedPublicKey:   w.Encryption.SignedPublicKey,
	}
	if w.Signature != nil {
		keys.WrappedSigningKey, keys.VerifyingKey = w.Signature.WrappedSigningKey, w.Signature.VerifyingKey
	}
	if w.Security != nil {
		keys.SecurityState, keys.SecurityVersion = w.Security.State, w.Security.Version
	}
	return keys
}

// unlocked returns the account's own keys.
func (c *Client) unlocked(ctx context.Context) (crypto.Account, crypto.MasterKey, error) {
	var account crypto.Account
	var master crypto.MasterKey
	err := c.keys.slot.read(ctx, c.unlock, func() { account, master = c.keys.account, c.keys.master })
	return account, master, err
}

// Unlock makes sure that there is a master password, and that it opens the account's keys: it logs in, once per run, and
// sends nothing else. Errors are *ConfigError and *LoginError.
func (c *Client) Unlock(ctx context.Context) error {
	_, _, err := c.unlocked(ctx)
	return err
}

// RequireMasterPassword tells, as a *ConfigError, that there is no master password, without any request.
func (c *Client) RequireMasterPassword() error {
	if !c.config.MasterPassword.IsEmpty() {
		return nil
	}
	return &ConfigError{
		"master_password", "It is missing, and without it nothing can be decrypted or encrypted",
		"Set it, or BW_PASSWORD: names of collections, confirmations, and creating or deleting clients need it.",
	}
}

// unlock is the fetcher of the account's keys.
func (c *Client) unlock(ctx context.Context) (func(), error) {
	if err := c.RequireMasterPassword(); err != nil {
		return nil, err
	}
	if _, err := c.bearer(ctx); err != nil {
		return nil, err
	}
	var login tokenResponse
	var derived derivedKey
	if err := c.session.slot.read(
		ctx,
		c.login,
		func() { login, derived = c.session.account, c.session.master },
	); err != nil {
		return nil, err
	}
	if login.Decryption != nil && !login.Decryption.HasMasterPassword {
		return nil, &LoginError{
			"master_password", "The account has no master password: it is unlocked by a trusted device or by Key Connector",
			"Use a provider user with a master password.",
		}
	}
	wrapped, salt := login.Key, ""
	kdf := wireKDF{login.Kdf, login.KdfIterations, login.KdfMemory, login.KdfParallelism}
	if login.Decryption != nil && login.Decryption.MasterPasswordUnlock != nil {
		data := login.Decryption.MasterPasswordUnlock
		wrapped, salt, kdf = data.WrappedUserKey, data.Salt, data.Kdf
	}
	if salt == "" {
		profile, err := c.readProfile(ctx)
		if err != nil {
			return nil, err
		}
		salt = profile.Email
	}
	if derived.salt != crypto.NormalizeSalt(salt) || derived.kdf != kdf.toCrypto() {
		var err error
		if derived, err = c.derive(salt, "", kdf.toCrypto()); err != nil {
			return nil, err
		}
	}
	account, err := open(login, derived.key, wrapped)
	if err != nil {
		return nil, err
	}
	return func() { c.keys.account, c.keys.master = account, derived.key }, nil
}

func open(login tokenResponse, master crypto.MasterKey, wrapped string) (crypto.Account, error) {
	userKey, err := master.UnwrapUserKey(wrapped)
	if crypto.IsKind(err, crypto.WrongPassword) {
		return crypto.Account{}, &LoginError{
			"master_password", "It does not unlock the keys of this account, whose login is right otherwise",
			"Set the master password of the account that the API key belongs to.",
		}
	}
	if err != nil {
		return crypto.Account{}, fmt.Errorf("the keys of the account cannot be unlocked: %w", err)
	}
	keys := crypto.AccountKeys{WrappedPrivateKey: login.PrivateKey}
	if login.AccountKeys != nil {
		keys = login.AccountKeys.toCrypto()
	}
	account, err := crypto.UnlockAccount(userKey, keys)
	if err != nil {
		return account, fmt.Errorf("the keys of the account cannot be unlocked: %w", err)
	}
	return account, nil
}

// passwordHash is what proves the master password to the server.
func (c *Client) passwordHash(ctx context.Context) (string, error) {
	_, master, err := c.unlocked(ctx)
	if err != nil {
		return "", err
	}
	return master.AuthenticationHash(c.config.MasterPassword.reveal()), nil
}

// providerKey opens the key of the provider, under which the keys of its clients are.
func (c *Client) providerKey(ctx context.Context) (crypto.SymmetricKey, error) {
	account, _, err := c.unlocked(ctx)
	if err != nil {
		return crypto.SymmetricKey{}, err
	}
	provider, err := c.chosenProvider(ctx)
	if err != nil {
		return crypto.SymmetricKey{}, err
	}
	key, err := account.PrivateKey.Decapsulate(provider.Key)
	if err != nil {
		return key, fmt.Errorf("the key of provider %s cannot be opened: %w", provider.ID, err)
	}
	return key, nil
}

// organizationKey opens the key of an organization: by the account's own membership if it has one, else through the
// provider.
func (c *Client) organizationKey(ctx context.Context, id string) (crypto.SymmetricKey, error) {
	c.keys.mu.Lock()
	key, ok := c.keys.organizations[id]
	c.keys.mu.Unlock()
	if ok {
		return key, nil
	}
	key, err := c.openOrganizationKey(ctx, id)
	if err != nil {
		return key, err
	}
	c.keys.keep(id, key)
	return key, nil
}

func (c *Client) openOrganizationKey(ctx context.Context, id string) (crypto.SymmetricKey, error) {
	account, _, err := c.unlocked(ctx)
	if err != nil {
		return crypto.SymmetricKey{}, err
	}
	profile, err := c.readProfile(ctx)
	if err != nil {
		return crypto.SymmetricKey{}, err
	}
	for _, membership := range profile.Organizations {
		if membership.ID == id && membership.Key != "" {
			key, err := account.PrivateKey.Decapsulate(membership.Key)
			if err != nil {
				return key, fmt.Errorf("the key of organization %s cannot be opened by the account's membership: %w", id, err)
			}
			return key, nil
		}
	}
	client, err := c.clientRow(ctx, id)
	if err != nil {
		return crypto.SymmetricKey{}, err
	}
	providerKey, err := c.providerKey(ctx)
	if err != nil {
		return crypto.SymmetricKey{}, err
	}
	key, err := providerKey.UnwrapKey(client.Key)
	if err != nil {
		return key, fmt.Errorf("the key of organization %s cannot be opened by the provider: %w", id, err)
	}
	return key, nil
}

func (k *keyring) keep(id string, key crypto.SymmetricKey) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.organizations == nil {
		k.organizations, k.checked = map[string]crypto.SymmetricKey{}, map[string]bool{}
	}
	k.organizations[id] = key
}

// encryptionKey is organizationKey for writing: the server takes any text for ciphertext, so that a wrong key would make
// unreadable data. The key must open the name of a collection that is there already.
func (c *Client) encryptionKey(ctx context.Context, id string) (crypto.SymmetricKey, error) {
	key, err := c.organizationKey(ctx, id)
	if err != nil {
		return key, err
	}
	c.keys.mu.Lock()
	checked := c.keys.checked[id]
	c.keys.mu.Unlock()
	if checked {
		return key, nil
	}
	rows, err := c.collectionRows(ctx, id)
	if err != nil {
		return key, err
	}
	opens := len(rows) == 0
	for _, row := range rows {
		if _, err := key.DecryptString(row.Name); err == nil {
			opens = true
			break
		}
	}
	if !opens {
		return key, fmt.Errorf("the key of organization %s opens none of its %d collection names, so nothing is encrypted "+
			"with it: another client may have written them, or the server sent a wrong key", id, len(rows))
	}
	c.keys.mu.Lock()
	defer c.keys.mu.Unlock()
	c.keys.checked[id] = true
	return key, nil
}
