// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// Recovery is what an account recovery resets.
type Recovery struct {
	NewPassword  Secret // Empty: the master password stays.
	TwoStepLogin bool   // Turns off all of the member's second steps.
}

// recoveryDetails are of GET /organizations/{id}/users/{id}/reset-password-details.
type recoveryDetails struct {
	Kdf                 int    `json:"kdf"`
	KdfIterations       int    `json:"kdfIterations"`
	KdfMemory           *int   `json:"kdfMemory"`
	KdfParallelism      *int   `json:"kdfParallelism"`
	MasterPasswordSalt  string `json:"masterPasswordSalt"`
	ResetPasswordKey    string `json:"resetPasswordKey"`
	EncryptedPrivateKey string `json:"encryptedPrivateKey"` // of the organization
}

// nullableKDF is a wireKDF as it was read: the server compares its null members, too.
type nullableKDF struct {
	KdfType     int  `json:"kdfType"`
	Iterations  int  `json:"iterations"`
	Memory      *int `json:"memory"`
	Parallelism *int `json:"parallelism"`
}

// recoveryBody has the password in the form of newer servers and in that of older ones, which ignore each other's.
type recoveryBody struct {
	ResetMasterPassword   bool                `json:"resetMasterPassword"`
	ResetTwoFactor        bool                `json:"resetTwoFactor"`
	NewMasterPasswordHash string              `json:"newMasterPasswordHash,omitempty"`
	Key                   string              `json:"key,omitempty"`
	Authentication        *authenticationData `json:"authenticationData,omitempty"`
	Unlock                *unlockData         `json:"unlockData,omitempty"`
}

type authenticationData struct {
	KDF  nullableKDF `json:"kdf"`
	Hash string      `json:"masterPasswordAuthenticationHash"`
	Salt string      `json:"salt"`
}

type unlockData struct {
	KDF            nullableKDF `json:"kdf"`
	WrappedUserKey string      `json:"masterKeyWrappedUserKey"`
	Salt           string      `json:"salt"`
}

// CheckRecovery tells, by shared lists only, why the account of a member cannot be recovered: an *InputError on
// "member_id", or without a field where the organization is the reason. That the acting account may do it shows at the
// recovery alone.
func (c *Client) CheckRecovery(ctx context.Context, organizationID, id string, r Recovery) error {
	row, err := c.memberRow(ctx, organizationID, id)
	if err != nil {
		return err
	}
	if err := c.checkRecoveryPolicy(ctx, organizationID); err != nil {
		return err
	}
	self, err := c.isSelf(ctx, row)
	switch {
	case err != nil:
		return err
	case self:
		return &InputError{"member_id", row.Email + " is the account that Terraform uses", "Use another account for it."}
	case row.UserID == "":
		return &InputError{
			"member_id", fmt.Sprintf("%s is %s and has no account in the organization", row.Email, statusNames[row.Status]),
			"Only who has accepted can be recovered.",
		}
	case !row.ResetPasswordEnrolled:
		return notEnrolled(row)
	case row.UsesKeyConnector && !r.NewPassword.IsEmpty():
		return &InputError{
			"member_id", row.Email + " logs in by Key Connector and has no master password",
			"Their identity provider is where they log in.",
		}
	}
	return nil
}

func notEnrolled(row wireMember) error {
	return &InputError{
		"member_id", row.Email + " has not enrolled in account recovery, so nobody else has the key of the account",
		"The member enrols in the web vault, or at acceptance if the policy enrols everybody.",
	}
}

func (c *Client) checkRecoveryPolicy(ctx context.Context, organizationID string) error {
	a, err := c.abilitiesOf(ctx, organizationID)
	if err != nil {
		return err
	}
	if !a["use_reset_password"] {
		return &InputError{"", "The plan of the organization has no account recovery", "It needs an Enterprise plan."}
	}
	policies, err := c.policyRows(ctx, organizationID)
	if err != nil {
		return err
	}
	if !policies[policyAccountRecovery].Enabled {
		return &InputError{
			"", "The organization's policy for account recovery is off", "Turn it on; members then have to enrol.",
		}
	}
	return nil
}

// RecoverAccount gives a member a new master password, hashed with the member's own salt and key derivation, or takes
// the member's second steps, or both (PUT /organizations/{id}/users/{id}/recover-account). Everything else of the account
// stays. The server logs the member out everywhere, sends a mail, and lets the member change the password at the next
// login. What CheckRecovery refuses is refused here, too.
func (c *Client) RecoverAccount(ctx context.Context, organizationID, id string, r Recovery) error {
	if err := c.CheckRecovery(ctx, organizationID, id, r); err != nil {
		return err
	}
	body := recoveryBody{ResetTwoFactor: r.TwoStepLogin}
	if !r.NewPassword.IsEmpty() {
		if err := c.newPassword(ctx, organizationID, id, r.NewPassword, &body); err != nil {
			return err
		}
	}
	err := c.do(ctx, &call{
		method: http.MethodPut, route: "/organizations/{id}/users/{member}/recover-account",
		args: []string{organizationID, id}, body: body,
	})
	if r.TwoStepLogin { // policies may revoke who has no second step any more
		c.organization(organizationID).members.empty()
	}
	return c.goneMember(ctx, organizationID, id, err)
}

// newPassword fills in what the server keeps of a password: its hash, and the member's key under it.
func (c *Client) newPassword(
	ctx context.Context, organizationID, id string, password Secret, body *recoveryBody,
) error {
	row, err := c.memberRow(ctx, organizationID, id)
	if err != nil {
		return err
	}
	details, err := getJSON[recoveryDetails](
		ctx, c, "/organizations/{id}/users/{member}/reset-password-details", organizationID, id)
	if err = c.goneMember(ctx, organizationID, id, err); hasStatus(err, http.StatusNotFound) {
		return &InputError{
			"member_id", "The account that Terraform uses may not recover " + row.Email,
			"Who belongs to a Bitwarden Provider is recovered only by users of the same Provider with at least their role.",
		}
	}
	if err != nil {
		return err
	}
	userKey, err := c.recoverKey(ctx, organizationID, row, details)
	if err != nil {
		return err
	}
	salt := cmp.Or(details.MasterPasswordSalt, normalizeEmail(row.Email))
	kdf := nullableKDF{details.Kdf, details.KdfIterations, details.KdfMemory, details.KdfParallelism}
	master, err := crypto.DeriveMasterKey(password.reveal(), salt, kdf.toCrypto())
	if err != nil {
		return fmt.Errorf("the member's key cannot be derived from the new password: %w", err)
	}
	hash := master.AuthenticationHash(password.reveal())
	wrapped, err := master.WrapUserKey(userKey)
	if err != nil {
		return fmt.Errorf("the member's key cannot be wrapped: %w", err)
	}
	body.ResetMasterPassword, body.NewMasterPasswordHash, body.Key = true, hash, wrapped
	body.Authentication = &authenticationData{KDF: kdf, Hash: hash, Salt: salt}
	body.Unlock = &unlockData{KDF: kdf, WrappedUserKey: wrapped, Salt: salt}
	return nil
}

// recoverKey opens the key of a member's account, which the member wrapped for the organization.
func (c *Client) recoverKey(
	ctx context.Context, organizationID string, row wireMember, details recoveryDetails,
) (crypto.SymmetricKey, error) {
	if details.ResetPasswordKey == "" {
		return crypto.SymmetricKey{}, notEnrolled(row)
	}
	key, err := c.organizationKey(ctx, organizationID)
	if err != nil {
		return crypto.SymmetricKey{}, err
	}
	private, err := key.UnwrapPrivateKey(details.EncryptedPrivateKey)
	if err != nil {
		err = fmt.Errorf("the private key of organization %s cannot be opened: %w", organizationID, err)
		return crypto.SymmetricKey{}, err
	}
	userKey, err := private.Decapsulate(details.ResetPasswordKey)
	if err != nil {
		return userKey, errors.Join(&InputError{
			"member_id", row.Email + " enrolled in account recovery with another key of the organization",
			"The member withdraws from account recovery and enrols again.",
		}, err)
	}
	return userKey, nil
}

func (k nullableKDF) toCrypto() crypto.KDF {
	kdf := crypto.KDF{Type: crypto.KDFType(k.KdfType), Iterations: k.Iterations}
	if k.Memory != nil {
		kdf.MemoryMiB = *k.Memory
	}
	if k.Parallelism != nil {
		kdf.Parallelism = *k.Parallelism
	}
	return kdf
}
