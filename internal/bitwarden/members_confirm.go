// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// maxConfirmations keeps the body of one call small.
const maxConfirmations = 50

// myItemsName is what clients call the collection of a member's own items.
const myItemsName = "My Items"

// ConfirmMember wraps the organization key for an accepted member. A non-empty fingerprint must equal the phrase of the
// member's public key, otherwise nothing is sent and the error is an *InputError on "fingerprint_phrase". Concurrent
// confirmations share requests. A member who is confirmed already is a success.
func (c *Client) ConfirmMember(ctx context.Context, organizationID, id, fingerprint string) (*Member, error) {
	row, err := c.memberRow(ctx, organizationID, id)
	if err != nil {
		return nil, err
	}
	if row.Status != numberAccepted { // perhaps not any more
		c.organization(organizationID).members.empty()
		if row, err = c.memberRow(ctx, organizationID, id); err != nil {
			return nil, err
		}
	}
	switch row.Status {
	case numberConfirmed:
		return new(row.toDomain(organizationID)), nil
	case numberAccepted:
	default:
		return nil, &InputError{
			"status",
			fmt.Sprintf("%s is %s, and only who has accepted can be confirmed", row.Email, statusNames[row.Status]),
			"",
		}
	}
	t := &ticket{subject: id, fingerprint: strings.TrimSpace(fingerprint)}
	err = c.batches.join(ctx, "confirm "+organizationID, maxConfirmations, t,
		func(ctx context.Context, gather func() []*ticket) { c.runConfirmations(ctx, organizationID, gather) })
	return t.member, err
}

type confirmation struct {
	ID  string `json:"id"`
	Key string `json:"key"`
}

// runConfirmations sends one batch at a time, so that those who come meanwhile share the next one.
func (c *Client) runConfirmations(ctx context.Context, organizationID string, gather func() []*ticket) {
	ctx, leave, err := c.lanes.enter(ctx, "confirm "+organizationID)
	tickets := gather()
	if err != nil {
		fail(tickets, err)
		return
	}
	defer leave()
	key, err := c.encryptionKey(ctx, organizationID)
	if err != nil {
		fail(tickets, err)
		return
	}
	name, err := key.EncryptString(myItemsName)
	if err != nil {
		fail(tickets, err)
		return
	}
	confirmations, err := c.wrapKeys(ctx, organizationID, key, tickets)
	if err != nil || len(confirmations) == 0 {
		fail(tickets, err)
		return
	}
	var answer bulkAnswer
	err = c.do(ctx, &call{
		// Who is confirmed already is left out, so that a second execution does no harm.
		method: http.MethodPost, route: "/organizations/{id}/users/confirm", args: []string{organizationID}, repeatable: true,
		body: map[string]any{"keys": confirmations, "defaultUserCollectionName": name}, into: &answer,
	})
	rows, listErr := c.freshMemberRows(ctx, organizationID) // somebody may have edited them meanwhile
	c.recount(organizationID)
	for _, t := range tickets {
		row, ok := rows[t.subject]
		switch {
		case t.err != nil:
		case ok && row.Status == numberConfirmed:
			t.member = new(row.toDomain(organizationID))
		case err != nil:
			t.err = err
		case listErr != nil:
			t.err = listErr
		default:
			t.err = cmp.Or(answer.refusal(t.subject, "confirm the member"), fmt.Errorf(
				"the server did not confirm the member, whose status is %s", statusNames[row.Status]))
		}
	}
}

// wrapKeys fetches the public keys of all tickets, compares fingerprints, and wraps the organization's key for each. A
// ticket that does not pass has its error afterwards.
func (c *Client) wrapKeys(
	ctx context.Context, organizationID string, key crypto.SymmetricKey, tickets []*ticket,
) ([]confirmation, error) {
	var ids []string
	for _, t := range tickets {
		ids = append(ids, t.subject)
	}
	var keys struct {
		Data []struct {
			ID     string `json:"id"`
			UserID string `json:"userId"`
			Key    string `json:"key"`
		} `json:"data"`
	}
	err := c.do(ctx, &call{
		method: http.MethodPost, route: "/organizations/{id}/users/public-keys", args: []string{organizationID},
		asks: true, body: map[string]any{"ids": ids}, into: &keys,
	})
	if err != nil {
		return nil, err
	}
	publicKeys := map[string]string{}
	userIDs := map[string]string{}
	for _, entry := range keys.Data {
		publicKeys[entry.ID], userIDs[entry.ID] = entry.Key, entry.UserID
	}
	var confirmations []confirmation
	for _, t := range tickets {
		wrapped, err := wrapKey(key, publicKeys[t.subject], userIDs[t.subject], t.fingerprint)
		if err != nil {
			t.err = err
			continue
		}
		confirmations = append(confirmations, confirmation{ID: t.subject, Key: wrapped})
	}
	return confirmations, nil
}

// wrapKey wraps the organization's key for one member. The public key comes from the server, and only the fingerprint
// proves whose it is.
func wrapKey(key crypto.SymmetricKey, publicKey, userID, fingerprint string) (string, error) {
	if publicKey == "" {
		return "", errors.New("the server has no public key of the member")
	}
	public, err := crypto.ParsePublicKey(publicKey)
	if err != nil {
		return "", fmt.Errorf("the public key of the member cannot be read: %w", err)
	}
	phrase := public.Fingerprint(strings.ToLower(userID))
	if fingerprint != "" && !strings.EqualFold(phrase, fingerprint) {
		return "", &InputError{
			"fingerprint_phrase",
			"The server's public key of this person has another phrase: " + phrase,
			"Ask the person for the phrase in their account settings. If it is the configured one, the server has a key that is " +
				"not theirs: do not confirm.",
		}
	}
	wrapped, err := public.Encapsulate(key)
	if err != nil {
		return "", fmt.Errorf("the organization's key cannot be wrapped for the member: %w", err)
	}
	return wrapped, nil
}

// myItems is the encrypted name of the collection that a policy may make for a member.
func (c *Client) myItems(ctx context.Context, organizationID string) (string, error) {
	key, err := c.encryptionKey(ctx, organizationID)
	if err != nil {
		return "", err
	}
	return key.EncryptString(myItemsName)
}
