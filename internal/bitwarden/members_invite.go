// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxInvitations is how many addresses the server takes in one call.
const maxInvitations = 20

// NewMember is an invitation.
type NewMember struct {
	Email                string
	Role                 Role
	Permissions          *Permissions
	AccessSecretsManager bool
	Groups               []string
	Collections          map[string]Permission
}

// inviteBody is the body of POST /organizations/{id}/users/invite. The server fails on collections that are null.
type inviteBody struct {
	Emails               []string        `json:"emails"`
	Type                 int             `json:"type"`
	AccessSecretsManager bool            `json:"accessSecretsManager"`
	Permissions          wirePermissions `json:"permissions"`
	Collections          []wireAccess    `json:"collections"`
	Groups               []string        `json:"groups"`
}

// InviteMember invites one person. Concurrent invitations with equal role, groups and collections share a request. An
// address that is in the organization already is an *InputError on "email", since the server would skip it silently.
func (c *Client) InviteMember(ctx context.Context, organizationID string, n NewMember) (*Member, error) {
	if err := checkEmail("email", n.Email); err != nil {
		return nil, err
	}
	if err := c.checkRole(ctx, organizationID, n.Role, n.Permissions); err != nil {
		return nil, err
	}
	if err := c.checkEdges(ctx, organizationID, n.Groups, n.Collections); err != nil {
		return nil, err
	}
	body := inviteBody{
		Type: roleNumbers[n.Role], AccessSecretsManager: n.AccessSecretsManager,
		Collections: append([]wireAccess{}, fromAccess(n.Collections)...),
		Groups:      append([]string{}, slices.Sorted(slices.Values(n.Groups))...),
	}
	if n.Role == RoleCustom {
		permissions := n.Permissions
		if permissions == nil {
			permissions = &Permissions{}
		}
		body.Permissions = wirePermissions{}.with(permissions)
	}
	key, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	t := &ticket{subject: normalizeEmail(n.Email), field: "email", scarce: func() bool {
		return c.transport.isScarce(http.MethodPost, "/organizations/"+organizationID+"/users/invite")
	}}
	err = c.batches.join(ctx, "invite "+organizationID+string(key), maxInvitations, t,
		func(ctx context.Context, gather func() []*ticket) {
			c.runInvitations(ctx, organizationID, body, gather)
		})
	return t.member, err
}

// runInvitations sends one call for all tickets. It holds the organization's lane, because the server counts seats and
// looks for known addresses without any lock.
func (c *Client) runInvitations(ctx context.Context, organizationID string, body inviteBody, gather func() []*ticket) {
	ctx, leave, err := c.lanes.enter(ctx, organizationID)
	tickets := gather()
	if err != nil {
		fail(tickets, err)
		return
	}
	defer leave()
	rows, err := c.memberRows(ctx, organizationID)
	if err != nil {
		fail(tickets, err)
		return
	}
	wanted := tickets[:0:0]
	for _, t := range tickets {
		if row, ok := byEmail(rows, t.subject); ok {
			t.err = alreadyMember(row)
		} else {
			wanted = append(wanted, t)
		}
	}
	if wanted = c.fitSeats(ctx, organizationID, wanted); len(wanted) == 0 {
		return
	}
	invited, err := c.postInvitations(ctx, organizationID, body, wanted)
	if err != nil {
		fail(wanted, c.explainSeats(ctx, organizationID, err))
		return
	}
	c.collectInvited(ctx, organizationID, body, invited)
}

func alreadyMember(row wireMember) error {
	return &InputError{
		"email",
		fmt.Sprintf("%s is in the organization already, as %s (%s)", row.Email, roleOf(row.Type), statusNames[row.Status]),
		fmt.Sprintf("Import that member, whose id is %s, or take out the other resource with this address.", row.ID),
	}
}

// postInvitations sends the call, without addresses that the server finds invalid: for one of them it refuses all. What is
// left is invited.
func (c *Client) postInvitations(
	ctx context.Context, organizationID string, body inviteBody, wanted []*ticket,
) ([]*ticket, error) {
	left := wanted // after a lost answer: whom it did not reach
	post := func() error {
		body.Emails = nil
		for _, t := range left {
			body.Emails = append(body.Emails, t.subject)
		}
		return c.do(ctx, &call{
			method: http.MethodPost, route: "/organizations/{id}/users/invite", args: []string{organizationID}, body: body,
		})
	}
	find := func() (bool, error) {
		rows, err := c.freshMemberRows(ctx, organizationID)
		left = slices.DeleteFunc(slices.Clone(wanted), func(t *ticket) bool {
			_, ok := byEmail(rows, t.subject)
			return ok
		})
		return len(left) == 0, err
	}
	for {
		_, err := c.create(ctx, post, find)
		valid := refuseInvalid(left, err)
		if len(valid) == len(left) || len(valid) == 0 {
			return wanted, err
		}
		wanted, left = valid, valid
	}
}

// invalidAddress is how the server names one of several addresses, counted from 1.
var invalidAddress = regexp.MustCompile(`^Email #(\d+) is not valid`)

// refuseInvalid gives those tickets their error whose addresses the server named, and returns the others.
func refuseInvalid(tickets []*ticket, err error) (valid []*ticket) {
	refused, ok := errors.AsType[*Error](err)
	if !ok {
		return tickets
	}
	for _, text := range refused.Validation["Emails"] {
		if match := invalidAddress.FindStringSubmatch(text); match != nil {
			if n, _ := strconv.Atoi(match[1]); n >= 1 && n <= len(tickets) {
				tickets[n-1].err = &InputError{
					"email", fmt.Sprintf("The server does not take %q for an e-mail address", tickets[n-1].subject), "Correct it.",
				}
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(tickets), func(t *ticket) bool { return t.err != nil })
}

// collectInvited reads what the invitations became, in one list for all of them.
func (c *Client) collectInvited(ctx context.Context, organizationID string, body inviteBody, invited []*ticket) {
	var rows map[string]wireMember
	_, err := c.insist(ctx, func() (found bool, err error) {
		rows, err = c.freshMemberRows(ctx, organizationID)
		return true, err
	})
	if err != nil {
		fail(invited, fmt.Errorf("the invitation was sent, but the member cannot be read; import it later: %w", err))
		return
	}
	c.recount(organizationID)
	for _, t := range invited {
		row, ok := byEmail(rows, t.subject)
		switch {
		case !ok:
			t.err = fmt.Errorf("the server took the invitation of %s but does not list it", t.subject)
		case row.Type != body.Type: // somebody else was faster, and the server skipped ours
			t.err = alreadyMember(row)
		default:
			t.member = new(row.toDomain(organizationID))
		}
	}
}

// fitSeats takes out the tickets for which no seat is left: the server would refuse the whole call.
func (c *Client) fitSeats(ctx context.Context, organizationID string, tickets []*ticket) []*ticket {
	free, err := c.freeSeats(ctx, organizationID)
	if err == nil && free < len(tickets) { // what was read may be old
		c.clients.slot.empty()
		c.organization(organizationID).members.empty()
		free, err = c.freeSeats(ctx, organizationID)
	}
	if err != nil || free >= len(tickets) { // unknown: the server decides
		return tickets
	}
	free = max(free, 0)
	fail(tickets[free:], c.seatShortage(ctx, organizationID, free))
	return tickets[:free]
}

func (c *Client) freeSeats(ctx context.Context, organizationID string) (int, error) {
	client, err := c.clientRow(ctx, organizationID)
	if err != nil {
		return 0, err
	}
	rows, err := c.memberRows(ctx, organizationID)
	free := client.Seats
	for _, row := range rows {
		if row.occupiesSeat() {
			free--
		}
	}
	return free, err
}

// seatShortage names the numbers. So many seats as are taken are about to be.
func (c *Client) seatShortage(ctx context.Context, organizationID string, taken int) error {
	const remedy = "Raise seats on the bitwarden_client_organization, or remove or revoke members first."
	client, err := c.clientRow(ctx, organizationID)
	if err != nil {
		return &InputError{"", "All seats of the organization are in use", remedy}
	}
	free, err := c.freeSeats(ctx, organizationID)
	if err != nil {
		return err
	}
	return &InputError{
		"", fmt.Sprintf("No seat is left: %d of the %d seats of %q are in use",
			client.Seats-free+taken, client.Seats, client.Name), remedy,
	}
}

// explainSeats replaces the server's text about seats, which sends a provider to its provider.
func (c *Client) explainSeats(ctx context.Context, organizationID string, err error) error {
	if !hasStatus(err, http.StatusBadRequest) || !strings.Contains(err.Error(), "Seat limit has been reached") {
		return err
	}
	c.clients.slot.empty()
	c.organization(organizationID).members.empty()
	return c.seatShortage(ctx, organizationID, 0)
}
