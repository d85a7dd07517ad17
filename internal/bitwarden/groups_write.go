// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// checkGroup refuses what the server would drop or cut, and an external id that cannot be set.
func (c *Client) checkGroup(ctx context.Context, organizationID string, u GroupUpdate) error {
	name, collections, members := u.Name, u.Collections, u.Members
	switch {
	case name != nil && *name == "":
		return &InputError{"name", "It is empty", "Set a name."}
	case name != nil && len([]rune(*name)) > maxGroupName:
		return &InputError{
			"name", fmt.Sprintf("It has %d characters", len([]rune(*name))),
			fmt.Sprintf("Use a name of at most %d characters.", maxGroupName),
		}
	}
	if u.ExternalID != nil {
		if err := c.CheckPublicAPI(ctx, organizationID, "external_id"); err != nil {
			return err
		}
	}
	if len(collections) > 0 {
		rows, err := c.collectionRows(ctx, organizationID)
		if err != nil {
			return err
		}
		known := func(id string) bool { _, ok := rows[id]; return ok }
		if err := checkAccess("collections", "collection", collections, known); err != nil {
			return err
		}
	}
	if len(members) > 0 {
		rows, err := c.memberRows(ctx, organizationID)
		if err != nil {
			return err
		}
		return checkIDs("members", "member", members, func(id string) bool { _, ok := rows[id]; return ok })
	}
	return nil
}

// CreateGroup makes a group. Unknown members and collections are an *InputError, since the server would drop them. After
// a lost answer the group is found by its name and collections, if there was none like it before. An external id is set
// afterwards: with an error of that, the group is returned too.
func (c *Client) CreateGroup(ctx context.Context, organizationID string, n NewGroup) (*Group, error) {
	ctx, leave, err := c.lanes.share(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	defer leave()
	u := GroupUpdate{Name: &n.Name, Collections: n.Collections, Members: n.Members}
	if n.ExternalID != "" {
		u.ExternalID = &n.ExternalID
	}
	if err := c.checkGroup(ctx, organizationID, u); err != nil {
		return nil, err
	}
	before, err := c.groupRows(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	body := groupBody{Name: n.Name, Collections: fromAccess(n.Collections), Users: slices.Clone(n.Members)}
	if body.Collections == nil {
		body.Collections = []wireAccess{}
	}
	if body.Users == nil {
		body.Users = []string{}
	}
	row, err := c.postGroup(ctx, organizationID, body, before)
	if err != nil {
		return nil, err
	}
	row.Collections = body.Collections
	row, err = c.setExternalID(ctx, organizationID, row, u.ExternalID)
	o := c.organization(organizationID)
	o.patchGroups(func(rows map[string]wireGroup) { rows[row.ID] = row })
	o.patchGroupMembers(row.ID, body.Users)
	group := row.toDomain(organizationID)
	group.Members = slices.Sorted(slices.Values(body.Users))
	return &group, err
}

func (c *Client) postGroup(
	ctx context.Context, organizationID string, body groupBody, before map[string]wireGroup,
) (row wireGroup, err error) {
	o := c.organization(organizationID)
	post := func() error {
		err := c.do(ctx, &call{
			method: http.MethodPost, route: "/organizations/{id}/groups", args: []string{organizationID}, body: body, into: &row,
		})
		if err == nil && !o.claim(row.ID) { // another call lost its answer, and took this group for its own
			err = &NetworkError{Method: http.MethodPost, Route: "/organizations/{id}/groups", Executed: true, Err: errTaken}
		}
		return err
	}
	find := func() (bool, error) {
		o.groups.empty()
		rows, err := c.groupRows(ctx, organizationID)
		for id, candidate := range rows {
			_, old := before[id]
			same := candidate.Name == body.Name &&
				maps.Equal(toAccess(candidate.Collections), toAccess(body.Collections))
			if same && !old && o.claim(id) {
				row = candidate
				return true, nil
			}
		}
		return false, err
	}
	_, err = c.create(ctx, post, find)
	return row, err
}

// claim marks a group as made by one call of ours. It is false if another call made it.
func (o *organizationCache) claim(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.claimed == nil {
		o.claimed = map[string]bool{}
	}
	free := id != "" && !o.claimed[id]
	o.claimed[id] = true
	return free
}

// UpdateGroup changes a group (PUT /organizations/{id}/groups/{id}) under the organization's lane. An update of nothing
// sends nothing.
func (c *Client) UpdateGroup(ctx context.Context, organizationID, id string, u GroupUpdate) (*Group, error) {
	written := u.Name != nil || u.Collections != nil || u.Members != nil
	if !written && u.ExternalID == nil {
		return c.Group(ctx, organizationID, id, false)
	}
	if err := c.checkGroup(ctx, organizationID, u); err != nil {
		return nil, err
	}
	ctx, leave, err := c.lanes.enter(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	defer leave()
	row, err := c.freshGroup(ctx, organizationID, id)
	if err != nil {
		return nil, err
	}
	if u.Name != nil {
		row.Name = *u.Name
	}
	if u.Collections != nil {
		row.Collections = fromAccess(u.Collections)
	}
	if written {
		if err := c.putGroup(ctx, organizationID, id, row, u.Members); err != nil {
			return nil, err
		}
	}
	if row, err = c.setExternalID(ctx, organizationID, row, u.ExternalID); err != nil {
		return nil, err
	}
	o := c.organization(organizationID)
	o.patchGroups(func(rows map[string]wireGroup) { rows[id] = row })
	if u.Members != nil {
		o.patchGroupMembers(id, u.Members)
	}
	return c.Group(ctx, organizationID, id, u.Members != nil)
}

// setExternalID returns the group with its external id, which it writes if it is another one; nil leaves it. The Public
// API alone takes it, and with it everything but the members.
func (c *Client) setExternalID(
	ctx context.Context, organizationID string, row wireGroup, externalID *string,
) (wireGroup, error) {
	if externalID == nil || *externalID == row.ExternalID {
		return row, nil
	}
	err := c.doPublic(ctx, organizationID, &call{
		method: http.MethodPut, route: "/public/groups/{group}", args: []string{row.ID},
		body: publicGroup{row.Name, textOrNull(*externalID), append([]wireAccess{}, row.Collections...)},
	})
	if err == nil {
		row.ExternalID = *externalID
		return row, nil
	}
	if c.organization(organizationID).groups.empty(); hasStatus(err, http.StatusNotFound) {
		err = c.gone(ctx, organizationID, row.ID, err)
	}
	return row, err
}

// freshGroup reads a group just before it is written as a whole.
func (c *Client) freshGroup(ctx context.Context, organizationID, id string) (wireGroup, error) {
	row, err := getJSON[wireGroup](ctx, c, "/organizations/{id}/groups/{group}/details", organizationID, id)
	if hasStatus(err, http.StatusNotFound) {
		c.organization(organizationID).groups.empty()
		err = c.gone(ctx, organizationID, id, err)
	}
	return row, err
}

// gone explains a 404 about a group: by its list if that no longer has it, else by the server's own words.
func (c *Client) gone(ctx context.Context, organizationID, id string, refused error) error {
	if _, err := c.Group(ctx, organizationID, id, false); err != nil {
		return err
	}
	return refused
}

// DeleteGroup deletes a group; one that is gone is a success. Concurrent deletions share a request.
func (c *Client) DeleteGroup(ctx context.Context, organizationID, id string) error {
	return c.deleteMany(ctx, "groups of ", organizationID, id,
		func(ctx context.Context, ids []string) error { return c.deleteGroups(ctx, organizationID, ids) },
		func(ctx context.Context, id string) error { return c.deleteGroup(ctx, organizationID, id) })
}

// deleteGroups takes ids that are gone, too.
func (c *Client) deleteGroups(ctx context.Context, organizationID string, ids []string) error {
	err := c.do(ctx, &call{
		method: http.MethodDelete, route: "/organizations/{id}/groups", args: []string{organizationID},
		body: map[string]any{"ids": ids},
	})
	if err == nil {
		c.forgetGroups(organizationID, ids...)
	}
	return err
}

func (c *Client) deleteGroup(ctx context.Context, organizationID, id string) error {
	err := c.do(ctx, &call{
		method: http.MethodDelete, route: "/organizations/{id}/groups/{group}", args: []string{organizationID, id},
	})
	if hasStatus(err, http.StatusNotFound) || IsForbidden(err) {
		c.organization(organizationID).groups.empty()
		if err = c.gone(ctx, organizationID, id, err); IsNotFound(err) {
			err = nil
		}
	}
	if err == nil {
		c.forgetGroups(organizationID, id)
	}
	return err
}

func (c *Client) forgetGroups(organizationID string, ids ...string) {
	o := c.organization(organizationID)
	o.patchGroups(func(rows map[string]wireGroup) {
		for _, id := range ids {
			delete(rows, id)
		}
	})
	for _, id := range ids {
		o.patchGroupMembers(id, nil)
	}
}
