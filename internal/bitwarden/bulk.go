// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
)

// maxBulk keeps calls for many objects small.
const maxBulk = 50

// bulkAnswer is what the server says of each object of such a call; an empty error is a success. It leaves out whom it
// does not know.
type bulkAnswer struct {
	Data []struct {
		ID    string `json:"id"`
		Error string `json:"error"`
	} `json:"data"`
}

// refusal is why something was not done to one object, such as "confirm the member"; nil if it was done.
func (a bulkAnswer) refusal(id, what string) error {
	for _, result := range a.Data {
		switch {
		case result.ID != id:
		case result.Error != "":
			return fmt.Errorf("the server did not %s: %s", what, result.Error)
		default:
			return nil
		}
	}
	return fmt.Errorf("the server did not %s, and left it out of its answer", what)
}

// reinvite brings concurrent calls together that mail invitations of one organization or provider again.
func (c *Client) reinvite(ctx context.Context, route, parent, id, what string) error {
	return c.batches.join(ctx, "reinvite "+parent, maxBulk, &ticket{subject: id, field: "id"},
		func(ctx context.Context, gather func() []*ticket) {
			tickets := gather()
			var answer bulkAnswer
			err := c.do(ctx, &call{
				method: http.MethodPost, route: route, args: []string{parent},
				body: map[string]any{"ids": subjects(tickets)}, into: &answer,
			})
			for _, t := range tickets {
				if t.err = err; err == nil {
					t.err = answer.refusal(t.subject, "invite the "+what+" again")
				}
			}
		})
}

// isRefusal tells whether the server understood a request and would not execute it at any time.
func isRefusal(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status >= http.StatusBadRequest && e.Status < http.StatusInternalServerError &&
		e.Status != http.StatusTooManyRequests
}

// deleteMany brings concurrent deletions of one kind together, in the organization's lane: whoever writes a whole group
// or collection there names everything that it has to do with, and the server refuses what was deleted meanwhile. What it
// refuses as a whole, since it no longer knows one of them, is deleted one by one.
func (c *Client) deleteMany(
	ctx context.Context, kind, organizationID, id string, many func(ctx context.Context, ids []string) error,
	one func(ctx context.Context, id string) error,
) error {
	t := &ticket{subject: id, field: "id"}
	return c.batches.join(ctx, "delete "+kind+organizationID, maxBulk, t,
		func(ctx context.Context, gather func() []*ticket) {
			ctx, leave, err := c.lanes.enter(ctx, organizationID)
			tickets := gather()
			if err != nil {
				fail(tickets, err)
				return
			}
			defer leave()
			if len(tickets) > 1 {
				if err := many(ctx, subjects(tickets)); !isRefusal(err) {
					fail(tickets, err)
					return
				}
			}
			for _, t := range tickets {
				t.err = one(ctx, t.subject)
			}
		})
}

// memberChange is a change of members that the server takes for one of them and for several.
type memberChange struct {
	verb       string // Past participle.
	method     string
	one, many  string // Routes; the second one takes ids.
	body       map[string]any
	takesSeats bool
	// isDone tells whether a row is as it is to be; nil: the change removes the row.
	isDone func(row wireMember) bool
	// check refuses a member; leaving are those before it in the same call.
	check func(ctx context.Context, row wireMember, leaving []string) error
}

// changeMember brings concurrent changes together. The member is nil if the change removes it.
func (c *Client) changeMember(
	ctx context.Context, organizationID, id string, change memberChange,
) (*Member, error) {
	t := &ticket{subject: id, field: "id"}
	err := c.batches.join(ctx, change.verb+" "+organizationID, maxBulk, t,
		func(ctx context.Context, gather func() []*ticket) {
			c.runMemberChanges(ctx, organizationID, change, gather)
		})
	return t.member, err
}

// runMemberChanges holds the organization's lane: two owners who go at the same time would leave none, and the server
// counts seats without a lock.
func (c *Client) runMemberChanges(
	ctx context.Context, organizationID string, change memberChange, gather func() []*ticket,
) {
	ctx, leave, err := c.lanes.enter(ctx, organizationID)
	tickets := gather()
	if err != nil {
		fail(tickets, err)
		return
	}
	defer leave()
	var wanted []*ticket
	for _, t := range tickets {
		row, err := c.memberRow(ctx, organizationID, t.subject)
		switch {
		case err != nil:
			t.err = err
		case change.isDone != nil && change.isDone(row):
			t.member = new(row.toDomain(organizationID))
		default:
			if t.err = change.check(ctx, row, subjects(wanted)); t.err == nil {
				wanted = append(wanted, t)
			}
		}
	}
	if change.takesSeats && len(wanted) > 1 {
		wanted = c.fitSeats(ctx, organizationID, wanted)
	}
	if len(wanted) > 0 {
		refusals := c.sendMemberChange(ctx, organizationID, change, wanted)
		c.collectChanged(ctx, organizationID, change, wanted, refusals)
	}
}

// sendMemberChange sends one call for all tickets and returns what went wrong, by member. What the server refuses as a
// whole is sent one by one.
func (c *Client) sendMemberChange(
	ctx context.Context, organizationID string, change memberChange, tickets []*ticket,
) map[string]error {
	refusals := map[string]error{}
	one := func(id string) {
		err := c.do(ctx, &call{
			method: change.method, route: change.one, args: []string{organizationID, id}, body: orNone(change.body),
		})
		if err != nil {
			refusals[id] = err
		}
	}
	if len(tickets) == 1 {
		one(tickets[0].subject)
		return refusals
	}
	body := map[string]any{"ids": subjects(tickets)}
	maps.Copy(body, change.body)
	var answer bulkAnswer
	err := c.do(ctx, &call{
		method: change.method, route: change.many, args: []string{organizationID}, body: body, into: &answer,
	})
	if isRefusal(err) {
		for _, t := range tickets {
			one(t.subject)
		}
		return refusals
	}
	for _, t := range tickets { // The server leaves out whom it does not know.
		refusals[t.subject] = cmp.Or(err, errUnknownMember)
	}
	for _, result := range answer.Data {
		if delete(refusals, result.ID); result.Error != "" {
			refusals[result.ID] = fmt.Errorf("the server refused: %s", result.Error)
		}
	}
	return refusals
}

var errUnknownMember = errors.New("the server left the member out of its answer")

// collectChanged reads what became of the members: only the server knows status and reason afterwards. A request that was
// executed although its answer was lost is refused the second time, so that the list decides.
func (c *Client) collectChanged(
	ctx context.Context, organizationID string, change memberChange, tickets []*ticket, refusals map[string]error,
) {
	if change.isDone == nil && len(refusals) == 0 {
		c.forgetMembers(organizationID, subjects(tickets)...)
		return
	}
	rows, listErr := c.freshMemberRows(ctx, organizationID)
	c.recount(organizationID)
	for _, t := range tickets {
		row, ok := rows[t.subject]
		switch {
		case ok && change.isDone != nil && change.isDone(row):
			t.member = new(row.toDomain(organizationID))
		case listErr == nil && !ok:
			t.err = c.missing(ctx, "member", organizationID, t.subject, &c.organization(organizationID).members)
		case listErr != nil && IsNotFound(listErr):
			t.err = inside(listErr, "member", t.subject)
		case refusals[t.subject] != nil:
			t.err = c.explainSeats(ctx, organizationID, refusals[t.subject])
		case listErr != nil:
			t.err = listErr
		case change.isDone != nil:
			t.err = fmt.Errorf("the server took the change without executing it: the member is not %s", change.verb)
		}
	}
}

// orNone is nil for a call without a body.
func orNone(body map[string]any) any {
	if body == nil {
		return nil
	}
	return body
}
