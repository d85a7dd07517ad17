// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"net/http"
	"slices"
)

// maxEdges is how many edges of one group or collection change in one call.
const maxEdges = 200

// HasGroupMember tells whether a member is in a group, or returns a *NotFoundError when that member is gone. It takes
// the shared list of members.
func (c *Client) HasGroupMember(ctx context.Context, organizationID, group, member string) (bool, error) {
	row, err := c.memberRow(ctx, organizationID, member)
	return slices.Contains(row.Groups, group), err
}

// AddGroupMember puts one member into a group and leaves the others. One who is in it already is a success. Concurrent
// changes of one group share a request.
func (c *Client) AddGroupMember(ctx context.Context, organizationID, group, member string) error {
	if err := c.CheckGroupMember(ctx, organizationID, group, member); err != nil {
		return err
	}
	return c.changeGroupMember(ctx, organizationID, group, &ticket{subject: member, field: "member_id"})
}

// RemoveGroupMember takes one member out of a group and leaves the others. A group or member that is gone is a success.
func (c *Client) RemoveGroupMember(ctx context.Context, organizationID, group, member string) error {
	err := c.changeGroupMember(ctx, organizationID, group, &ticket{subject: member, field: "member_id", remove: true})
	if IsNotFound(err) {
		return nil
	}
	return err
}

// CheckGroupMember refuses with an *InputError what AddGroupMember would: ids that do not exist, since for one of them
// the server would refuse all of a batch, and the account's own membership.
func (c *Client) CheckGroupMember(ctx context.Context, organizationID, group, member string) error {
	groups, err := c.groupRows(ctx, organizationID)
	if err != nil {
		return err
	}
	members, err := c.memberRows(ctx, organizationID)
	if err != nil {
		return err
	}
	known := func(id string) bool { _, ok := groups[id]; return ok }
	if err := checkIDs("group_id", "group", []string{group}, known); err != nil {
		return err
	}
	row, ok := members[member]
	if err := checkIDs("member_id", "member", []string{member}, func(string) bool { return ok }); err != nil {
		return err
	}
	a, err := c.abilitiesOf(ctx, organizationID)
	if err != nil || a[abilityAdminAccess] || slices.Contains(row.Groups, group) {
		return err
	}
	if self, err := c.isSelf(ctx, row); err != nil || !self {
		return err
	}
	return &InputError{
		"member_id", "This member is the account that Terraform uses, which the server lets not add itself to groups",
		"Let another provider user do it.",
	}
}

func (c *Client) changeGroupMember(ctx context.Context, organizationID, group string, t *ticket) error {
	return c.batches.join(ctx, "members of "+organizationID+group, maxEdges, t,
		func(ctx context.Context, gather func() []*ticket) {
			c.runGroupMembers(ctx, organizationID, group, gather)
		})
}

// runGroupMembers writes the list of a group's members once for all tickets: the server knows no call for one of them.
func (c *Client) runGroupMembers(ctx context.Context, organizationID, group string, gather func() []*ticket) {
	ctx, leave, err := c.lanes.enter(ctx, organizationID)
	tickets := gather()
	if err != nil {
		fail(tickets, err)
		return
	}
	defer leave()
	row, err := c.freshGroup(ctx, organizationID, group)
	if err != nil {
		fail(tickets, err)
		return
	}
	before, err := getJSON[[]string](ctx, c, "/organizations/{id}/groups/{group}/users", organizationID, group)
	if err != nil {
		fail(tickets, err)
		return
	}
	after := slices.Clone(before)
	for _, t := range tickets {
		after = slices.DeleteFunc(after, func(id string) bool { return id == t.subject })
		if !t.remove {
			after = append(after, t.subject)
		}
	}
	slices.Sort(before)
	slices.Sort(after)
	if !slices.Equal(before, after) {
		if err = c.putGroup(ctx, organizationID, group, row, append([]string{}, after...)); err != nil {
			fail(tickets, err)
			return
		}
	}
	c.organization(organizationID).patchGroupMembers(group, after)
}

// putGroup writes a group as a whole; nil leaves its members.
func (c *Client) putGroup(ctx context.Context, organizationID, id string, row wireGroup, members []string) error {
	err := c.do(ctx, &call{
		method: http.MethodPut, route: "/organizations/{id}/groups/{group}", args: []string{organizationID, id},
		body: groupBody{Name: row.Name, Collections: append([]wireAccess{}, row.Collections...), Users: members},
	})
	if err == nil {
		return nil
	}
	o := c.organization(organizationID)
	o.groups.empty()
	o.members.empty()
	if hasStatus(err, http.StatusNotFound) { // the group, or a member or collection of it, is gone
		err = c.gone(ctx, organizationID, id, err)
	}
	return err
}
