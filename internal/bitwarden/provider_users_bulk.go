// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// The server answers the calls for one provider user with success whatever happened, so that the ones for several are
// used, and the list tells afterwards.

var errNotDone = errors.New("the server took the call, but nothing changed")

// InviteProviderUser invites one person. Concurrent invitations with the same role share a request. An address that the
// provider has already is an *InputError on "email", since the server would skip it silently.
func (c *Client) InviteProviderUser(ctx context.Context, email string, role ProviderRole) (*ProviderUser, error) {
	if err := checkEmail("email", email); err != nil {
		return nil, err
	}
	number, ok := providerRoleNumbers[role]
	if !ok {
		return nil, &InputError{"role", fmt.Sprintf("%q is no role of provider users", role), oneOf(ProviderRoles)}
	}
	t := &ticket{subject: normalizeEmail(email), field: "email"}
	err := c.batches.join(ctx, "invite provider users as "+string(role), maxInvitations, t,
		func(ctx context.Context, gather func() []*ticket) { c.runProviderInvitations(ctx, number, gather()) })
	if err != nil {
		return nil, err
	}
	return c.ProviderUserByEmail(ctx, email)
}

func (c *Client) runProviderInvitations(ctx context.Context, number int, tickets []*ticket) {
	providerID, rows, err := c.providerUserRows(ctx)
	if err != nil {
		fail(tickets, err)
		return
	}
	wanted := slices.DeleteFunc(slices.Clone(tickets), func(t *ticket) bool {
		row, ok := providerUserWith(rows, t.subject)
		if ok {
			t.err = alreadyProviderUser(row)
		}
		return ok
	})
	if wanted, err = c.postProviderInvitations(ctx, providerID, number, wanted); err != nil || len(wanted) == 0 {
		fail(wanted, err)
		return
	}
	if _, err = c.insist(ctx, func() (found bool, err error) {
		rows, err = c.freshProviderUserRows(ctx)
		return true, err
	}); err != nil {
		fail(wanted, fmt.Errorf("the invitation was sent, but the user cannot be read; import it later: %w", err))
		return
	}
	for _, t := range wanted {
		switch row, ok := providerUserWith(rows, t.subject); {
		case !ok:
			t.err = fmt.Errorf("the server took the invitation of %s but does not list it", t.subject)
		case row.Type != number: // somebody else was faster, and the server skipped ours
			t.err = alreadyProviderUser(row)
		}
	}
}

func alreadyProviderUser(row wireProviderUser) error {
	return &InputError{
		"email", fmt.Sprintf("%s works for the provider already, as %s (%s)", row.Email, row.role(), statusNames[row.Status]),
		fmt.Sprintf("Import that user, whose id is %s, or take out the other resource with this address.", row.ID),
	}
}

// postProviderInvitations sends the call, without addresses that the server finds invalid: for one of them it refuses
// all. It returns whom it concerned.
func (c *Client) postProviderInvitations(
	ctx context.Context, providerID string, number int, wanted []*ticket,
) ([]*ticket, error) {
	for len(wanted) > 0 {
		left := wanted // after a lost answer: whom it did not reach
		_, err := c.create(ctx, func() error {
			var emails []string
			for _, t := range left {
				emails = append(emails, t.subject)
			}
			return c.do(ctx, &call{
				method: http.MethodPost, route: "/providers/{id}/users/invite", args: []string{providerID},
				body: map[string]any{"emails": emails, "type": number},
			})
		}, func() (bool, error) {
			rows, err := c.freshProviderUserRows(ctx)
			left = slices.DeleteFunc(slices.Clone(wanted), func(t *ticket) bool {
				_, ok := providerUserWith(rows, t.subject)
				return ok
			})
			return len(left) == 0, err
		})
		valid := refuseInvalid(left, err)
		if len(valid) == len(left) {
			return wanted, err
		}
		wanted = valid
	}
	return nil, nil
}

// ConfirmProviderUser wraps the provider's key for a user who has accepted. A non-empty fingerprint must equal the phrase
// of the user's public key, otherwise nothing is sent and the error is an *InputError on "fingerprint_phrase". Concurrent
// confirmations share requests. A user who is confirmed already is a success.
func (c *Client) ConfirmProviderUser(ctx context.Context, id, fingerprint string) (*ProviderUser, error) {
	user, err := c.ProviderUser(ctx, id)
	if err == nil && user.Status != StatusAccepted { // perhaps not any more
		c.providerUsers.slot.empty()
		user, err = c.ProviderUser(ctx, id)
	}
	switch {
	case err != nil:
		return nil, err
	case user.Status == StatusConfirmed:
		return user, nil
	case user.Status != StatusAccepted:
		return nil, &InputError{
			"status", fmt.Sprintf("%s is %s, and only who has accepted can be confirmed", user.Email, user.Status), "",
		}
	}
	t := &ticket{subject: id, fingerprint: strings.TrimSpace(fingerprint)}
	err = c.batches.join(ctx, "confirm provider users", maxConfirmations, t,
		func(ctx context.Context, gather func() []*ticket) {
			c.runProviderConfirmations(ctx, user.ProviderID, gather())
		})
	if err != nil {
		return nil, err
	}
	return c.ProviderUser(ctx, id)
}

func (c *Client) runProviderConfirmations(ctx context.Context, providerID string, tickets []*ticket) {
	key, err := c.checkedProviderKey(ctx)
	if err != nil {
		fail(tickets, err)
		return
	}
	confirmations, err := c.wrapProviderKeys(ctx, providerID, key, tickets)
	if err != nil || len(confirmations) == 0 {
		fail(tickets, err)
		return
	}
	var answer bulkAnswer
	err = c.do(ctx, &call{
		// Who is confirmed already is refused alone, so that a second execution does no harm.
		method: http.MethodPost, route: "/providers/{id}/users/confirm", args: []string{providerID}, repeatable: true,
		body: map[string]any{"keys": confirmations}, into: &answer,
	})
	rows, listErr := c.freshProviderUserRows(ctx)
	for _, t := range tickets {
		switch {
		case t.err != nil || rows[t.subject].Status == numberConfirmed:
		case err != nil:
			t.err = err
		case listErr != nil:
			t.err = listErr
		default:
			t.err = cmp.Or(answer.refusal(t.subject, "confirm the provider user"), errNotDone)
		}
	}
}

// wrapProviderKeys fetches the public keys of all tickets and wraps the provider's key for each. A ticket that does not
// pass has its error afterwards.
func (c *Client) wrapProviderKeys(
	ctx context.Context, providerID string, key crypto.SymmetricKey, tickets []*ticket,
) ([]confirmation, error) {
	var keys struct {
		Data []struct {
			ID     string `json:"id"`
			UserID string `json:"userId"`
			Key    string `json:"key"`
		} `json:"data"`
	}
	err := c.do(ctx, &call{
		method: http.MethodPost, route: "/providers/{id}/users/public-keys", args: []string{providerID},
		asks: true, body: map[string]any{"ids": subjects(tickets)}, into: &keys,
	})
	if err != nil {
		return nil, err
	}
	var confirmations []confirmation
	for _, t := range tickets {
		var publicKey, userID string
		for _, entry := range keys.Data {
			if entry.ID == t.subject {
				publicKey, userID = entry.Key, entry.UserID
			}
		}
		wrapped, err := wrapKey(key, publicKey, userID, t.fingerprint)
		if err != nil {
			t.err = err
			continue
		}
		confirmations = append(confirmations, confirmation{ID: t.subject, Key: wrapped})
	}
	return confirmations, nil
}

// ReinviteProviderUser mails the invitation again. Concurrent calls share a request.
func (c *Client) ReinviteProviderUser(ctx context.Context, id string) error {
	user, err := c.ProviderUser(ctx, id)
	if err != nil {
		return err
	}
	if user.Status != StatusInvited {
		return &InputError{
			"status", fmt.Sprintf("%s is %s, and only invitations can be sent again", user.Email, user.Status), "",
		}
	}
	err = c.reinvite(ctx, "/providers/{id}/users/reinvite", user.ProviderID, id, "provider user")
	if err != nil { // perhaps accepted or gone meanwhile
		c.providerUsers.slot.empty()
	}
	return err
}

// RemoveProviderUser takes somebody out of the provider. It refuses the acting account; a user who is gone is a success.
// Concurrent removals share a request.
func (c *Client) RemoveProviderUser(ctx context.Context, id string) error {
	user, err := c.ProviderUser(ctx, id)
	if IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := c.checkOtherUser(ctx, user, "", "removed"); err != nil {
		return err
	}
	return c.batches.join(ctx, "remove provider users", maxConfirmations, &ticket{subject: id},
		func(ctx context.Context, gather func() []*ticket) {
			c.runProviderRemovals(ctx, user.ProviderID, gather())
		})
}

func (c *Client) runProviderRemovals(ctx context.Context, providerID string, tickets []*ticket) {
	var answer bulkAnswer
	err := c.do(ctx, &call{
		method: http.MethodDelete, route: "/providers/{id}/users", args: []string{providerID},
		body: map[string]any{"ids": subjects(tickets)}, into: &answer,
	})
	rows, listErr := c.freshProviderUserRows(ctx)
	for _, t := range tickets {
		_, still := rows[t.subject]
		switch {
		case listErr == nil && !still:
		case err != nil:
			t.err = err
		case listErr != nil:
			t.err = listErr
		default:
			t.err = cmp.Or(answer.refusal(t.subject, "remove the provider user"), errNotDone)
		}
	}
}

func subjects(tickets []*ticket) []string {
	ids := make([]string, 0, len(tickets))
	for _, t := range tickets {
		ids = append(ids, t.subject)
	}
	return ids
}
