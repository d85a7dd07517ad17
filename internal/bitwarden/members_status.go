// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// ErrLastOwner and ErrOwnAccount tell why a member is never revoked or removed: nobody else is a confirmed owner of the
// organization, or this client acts with the member's account.
var (
	ErrLastOwner  = errors.New("the member is the last confirmed owner of the organization")
	ErrOwnAccount = errors.New("the member is the account that acts")
)

// RevokeMember takes a member's access away, keeping role, groups and collections. One who is revoked already is a
// success. It refuses the acting account (ErrOwnAccount) and the last confirmed owner (ErrLastOwner). Concurrent changes
// share a request.
func (c *Client) RevokeMember(ctx context.Context, organizationID, id string) (*Member, error) {
	return c.changeMember(ctx, organizationID, id, memberChange{
		verb: "revoked", method: http.MethodPut,
		one: "/organizations/{id}/users/{member}/revoke", many: "/organizations/{id}/users/revoke",
		isDone: func(row wireMember) bool { return row.Status == numberRevoked },
		check: func(ctx context.Context, row wireMember, leaving []string) error {
			return c.checkExpendable(ctx, organizationID, row, "revoked", "revoked", leaving...)
		},
	})
}

// RestoreMember gives a revoked member's access back; it takes a seat. One who is not revoked is a success. Concurrent
// changes share a request.
func (c *Client) RestoreMember(ctx context.Context, organizationID, id string) (*Member, error) {
	body := map[string]any{} // Null is refused.
	// The name is for a policy that makes a collection; without the master password it goes without.
	a, err := c.abilitiesOf(ctx, organizationID)
	if err == nil && a["use_my_items"] && !c.config.MasterPassword.IsEmpty() {
		if body["defaultUserCollectionName"], err = c.myItems(ctx, organizationID); err != nil {
			return nil, err
		}
	}
	return c.changeMember(ctx, organizationID, id, memberChange{
		verb: "restored", method: http.MethodPut, body: body, takesSeats: true,
		one: "/organizations/{id}/users/{member}/restore/vnext", many: "/organizations/{id}/users/restore",
		isDone: func(row wireMember) bool { return row.Status != numberRevoked },
		check:  func(context.Context, wireMember, []string) error { return nil },
	})
}

// ReinviteMember mails the invitation again. Concurrent calls share a request.
func (c *Client) ReinviteMember(ctx context.Context, organizationID, id string) error {
	row, err := c.memberRow(ctx, organizationID, id)
	if err != nil {
		return err
	}
	if row.Status != numberInvited {
		return &InputError{
			"status", fmt.Sprintf("%s is %s, and only invitations can be sent again", row.Email, statusNames[row.Status]), "",
		}
	}
	err = c.reinvite(ctx, "/organizations/{id}/users/reinvite", organizationID, id, "member")
	if err != nil { // perhaps accepted or gone meanwhile
		c.organization(organizationID).members.empty()
	}
	return c.goneMember(ctx, organizationID, id, err)
}

// RemoveMember ends the membership. It refuses the acting account (ErrOwnAccount) and the last confirmed owner
// (ErrLastOwner); a member who is gone is a success. Concurrent removals share a request.
func (c *Client) RemoveMember(ctx context.Context, organizationID, id string) error {
	_, err := c.changeMember(ctx, organizationID, id, memberChange{
		verb: "removed", method: http.MethodDelete,
		one: "/organizations/{id}/users/{member}", many: "/organizations/{id}/users",
		check: func(ctx context.Context, row wireMember, leaving []string) error {
			if err := c.checkExpendable(ctx, organizationID, row, "on_destroy", "removed", leaving...); err != nil {
				return err
			}
			if !row.ClaimedByOrganization {
				return nil
			}
			return &InputError{
				"on_destroy", row.Email + " is claimed by a domain of the organization and cannot be removed",
				"Set on_destroy to \"revoke\" or \"delete_account\".",
			}
		},
	})
	if IsNotFound(err) {
		return nil
	}
	return err
}

// DeleteMemberAccount deletes the account of a member, everything in it included (DELETE
// /organizations/{id}/users/{id}/delete-account). It takes members only whose account the organization has claimed. It
// refuses the acting account (ErrOwnAccount) and the last confirmed owner (ErrLastOwner); a member who is gone is a
// success.
func (c *Client) DeleteMemberAccount(ctx context.Context, organizationID, id string) error {
	ctx, leave, err := c.lanes.enter(ctx, organizationID)
	if err != nil {
		return err
	}
	defer leave()
	row, err := c.memberRow(ctx, organizationID, id)
	if IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := c.checkExpendable(ctx, organizationID, row, "on_destroy", "deleted"); err != nil {
		return err
	}
	if !row.ClaimedByOrganization {
		return &InputError{
			"on_destroy", row.Email + " is not claimed by a domain of the organization, so the account is not its own to delete",
			"Set on_destroy to \"remove\" or \"revoke\".",
		}
	}
	err = c.do(ctx, &call{
		method: http.MethodDelete, route: "/organizations/{id}/users/{member}/delete-account",
		args: []string{organizationID, id},
	})
	if err != nil {
		if err = c.goneMember(ctx, organizationID, id, err); !IsNotFound(err) {
			return err
		}
	}
	c.forgetMembers(organizationID, id)
	return nil
}

// forgetMembers takes who is no member any more out of the list.
func (c *Client) forgetMembers(organizationID string, ids ...string) {
	c.organization(organizationID).patchMembers(func(rows map[string]wireMember) {
		for _, id := range ids {
			delete(rows, id)
		}
	})
	c.recount(organizationID)
}

// checkExpendable refuses the acting account and the last confirmed owner; those who are leaving count no more.
func (c *Client) checkExpendable(
	ctx context.Context, organizationID string, row wireMember, field, verb string, leaving ...string,
) error {
	self, err := c.isSelf(ctx, row)
	if err != nil {
		return err
	}
	if self {
		return errors.Join(ErrOwnAccount, &InputError{
			field, fmt.Sprintf("%s is the account that Terraform uses, and is never %s", row.Email, verb),
			"Use another account for it.",
		})
	}
	return c.checkOtherOwner(ctx, organizationID, row.ID, field, verb, leaving...)
}
