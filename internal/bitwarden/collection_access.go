// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
)

// Grantee has access to a collection: a group or a member, the other id is empty.
type Grantee struct{ Group, Member string }

func (g Grantee) id() string { return g.Group + g.Member }

// kind is the word for a grantee's side, and the start of its attribute's name.
func (g Grantee) kind() string {
	if g.Group != "" {
		return "group"
	}
	return "member"
}

// CollectionAccess returns the permission that a group or member has on a collection, empty for none, or a
// *NotFoundError when the grantee is gone. It takes the shared list of groups or members.
func (c *Client) CollectionAccess(
	ctx context.Context, organizationID, collection string, to Grantee,
) (Permission, error) {
	var edges []wireAccess
	if to.Group != "" {
		rows, err := c.groupRows(ctx, organizationID)
		if err != nil {
			return "", inside(err, "group", to.Group)
		}
		row, ok := rows[to.Group]
		if !ok {
			return "", c.missing(ctx, "group", organizationID, to.Group, &c.organization(organizationID).groups)
		}
		edges = row.Collections
	} else {
		row, err := c.memberRow(ctx, organizationID, to.Member)
		if err != nil {
			return "", err
		}
		edges = row.Collections
	}
	return toAccess(edges)[collection], nil
}

// SetCollectionAccess gives one group or member a permission on a collection and leaves the others. Concurrent changes of
// one collection share a request.
func (c *Client) SetCollectionAccess(
	ctx context.Context, organizationID, collection string, to Grantee, permission Permission,
) error {
	if err := c.CheckGrant(ctx, organizationID, collection, to, permission); err != nil {
		return err
	}
	err := c.changeAccess(ctx, organizationID, collection, &ticket{grantee: to, permission: permission})
	if errors.Is(err, ErrLastManager) {
		return &InputError{
			"permission", "Nobody else manages this collection, which the organization demands",
			"Give somebody else the permission \"manage\" first.",
		}
	}
	return err
}

// RemoveCollectionAccess takes the permission of one group or member away and leaves the others. A collection or grantee
// that is gone is a success. ErrLastManager says that nobody would manage the collection, and that nothing was done.
func (c *Client) RemoveCollectionAccess(ctx context.Context, organizationID, collection string, to Grantee) error {
	err := c.changeAccess(ctx, organizationID, collection, &ticket{grantee: to, remove: true})
	if IsNotFound(err) {
		return nil
	}
	return err
}

// ErrLastManager says that an organization demands a manager of each collection, and that this is the last one.
var ErrLastManager = errors.New("nobody else manages the collection, which the organization demands")

// CheckGrant refuses with an *InputError what the server would drop silently at a grant.
func (c *Client) CheckGrant(
	ctx context.Context, organizationID, collection string, to Grantee, permission Permission,
) error {
	rows, err := c.collectionRows(ctx, organizationID)
	if err != nil {
		return err
	}
	known := func(id string) bool { _, ok := rows[id]; return ok }
	if err := checkIDs("collection_id", "collection", []string{collection}, known); err != nil {
		return err
	}
	if _, err = c.CollectionAccess(ctx, organizationID, collection, to); IsNotFound(err) {
		return checkIDs(to.kind()+"_id", to.kind(), []string{to.id()}, func(string) bool { return false })
	}
	if err != nil {
		return err
	}
	return checkAccess("permission", to.kind(), map[string]Permission{to.id(): permission},
		func(string) bool { return true })
}

func (c *Client) changeAccess(ctx context.Context, organizationID, collection string, t *ticket) error {
	t.subject, t.field = t.grantee.kind()+" "+t.grantee.id(), t.grantee.kind()+"_id"
	return c.batches.join(ctx, "access to "+organizationID+collection, maxEdges, t,
		func(ctx context.Context, gather func() []*ticket) {
			c.runAccess(ctx, organizationID, collection, gather)
		})
}

// runAccess sends one call for what is granted, which adds to the server's lists, and one for what is taken away, which
// replaces them.
func (c *Client) runAccess(ctx context.Context, organizationID, collection string, gather func() []*ticket) {
	ctx, leave, err := c.lanes.enter(ctx, organizationID)
	tickets := gather()
	if err != nil {
		fail(tickets, err)
		return
	}
	defer leave()
	removes := slices.ContainsFunc(tickets, func(t *ticket) bool { return t.remove })
	before, err := c.accessLists(ctx, organizationID, collection, removes)
	if err != nil {
		fail(tickets, err)
		return
	}
	after, tickets := c.keepManager(ctx, organizationID, before, tickets)
	if err := c.grantAccess(ctx, organizationID, collection, tickets); err != nil {
		fail(tickets, err)
		return
	}
	if removes {
		if err := c.withdrawAccess(ctx, organizationID, collection, before, after); err != nil {
			// What was granted stays granted.
			fail(slices.DeleteFunc(tickets, func(t *ticket) bool { return !t.remove }), err)
			return
		}
	}
	c.organization(organizationID).patchAccess(collection, after.groups, after.members)
}

// accessLists are a collection's two lists.
type accessLists struct{ groups, members map[string]Permission }

// with is a copy that tickets have changed.
func (a accessLists) with(tickets []*ticket) accessLists {
	changed := accessLists{groups: maps.Clone(a.groups), members: maps.Clone(a.members)}
	for _, t := range tickets {
		if list := changed.of(t.grantee); t.remove {
			delete(list, t.grantee.id())
		} else {
			list[t.grantee.id()] = t.permission
		}
	}
	return changed
}

func (a accessLists) of(to Grantee) map[string]Permission {
	if to.Group != "" {
		return a.groups
	}
	return a.members
}

// accessLists takes the shared lists, or reads them anew when they are about to be replaced.
func (c *Client) accessLists(ctx context.Context, organizationID, collection string, anew bool) (accessLists, error) {
	lists := accessLists{groups: map[string]Permission{}, members: map[string]Permission{}}
	if anew {
		edges, err := getJSON[[]wireAccess](
			ctx, c, "/organizations/{id}/collections/{collection}/users", organizationID, collection)
		if err != nil {
			return lists, c.goneCollection(ctx, organizationID, collection, err)
		}
		lists.members = toAccess(edges)
		c.organization(organizationID).groups.empty()
	} else {
		rows, err := c.memberRows(ctx, organizationID)
		if err != nil {
			return lists, err
		}
		for id, row := range rows {
			if hasEdge(row.Collections, collection) {
				lists.members[id] = toAccess(row.Collections)[collection]
			}
		}
	}
	rows, err := c.groupRows(ctx, organizationID)
	for id, row := range rows {
		if hasEdge(row.Collections, collection) {
			lists.groups[id] = toAccess(row.Collections)[collection]
		}
	}
	return lists, err
}

// keepManager returns the lists as they are to be and the tickets that lead there. Where the organization demands a
// manager and nobody would be left, the ticket that takes the last one away fails, or else all that take something away:
// the server would refuse those.
func (c *Client) keepManager(
	ctx context.Context, organizationID string, before accessLists, tickets []*ticket,
) (accessLists, []*ticket) {
	after := before.with(tickets)
	if c.checkManager(ctx, organizationID, after.groups, after.members) == nil {
		return after, tickets
	}
	managers := slices.IndexFunc(tickets, func(t *ticket) bool {
		return before.of(t.grantee)[t.grantee.id()] == PermissionManage
	})
	for i, t := range tickets {
		if i == managers || managers < 0 && t.remove {
			t.err = ErrLastManager
		}
	}
	tickets = slices.DeleteFunc(slices.Clone(tickets), func(t *ticket) bool { return t.err != nil })
	return before.with(tickets), tickets
}

func (c *Client) grantAccess(ctx context.Context, organizationID, collection string, tickets []*ticket) error {
	body := struct {
		Collections []string     `json:"collectionIds"`
		Groups      []wireAccess `json:"groups"`
		Users       []wireAccess `json:"users"`
	}{[]string{collection}, []wireAccess{}, []wireAccess{}}
	for _, t := range tickets {
		edge := newWireAccess(t.grantee.id(), t.permission)
		switch {
		case t.remove:
		case t.grantee.Group != "":
			body.Groups = append(body.Groups, edge)
		default:
			body.Users = append(body.Users, edge)
		}
	}
	if len(body.Groups)+len(body.Users) == 0 {
		return nil
	}
	err := c.do(ctx, &call{
		method: http.MethodPost, route: "/organizations/{id}/collections/bulk-access", args: []string{organizationID},
		repeatable: true, body: body,
	})
	if err != nil {
		return c.goneCollection(ctx, organizationID, collection, err)
	}
	return nil
}

// withdrawAccess sends the lists that got shorter. The other one stays with the server, as does the name.
func (c *Client) withdrawAccess(
	ctx context.Context, organizationID, collection string, before, after accessLists,
) error {
	// The server clears an external id that is not sent.
	row, err := getJSON[wireCollection](
		ctx, c, "/organizations/{id}/collections/{collection}", organizationID, collection)
	if err != nil {
		return c.goneCollection(ctx, organizationID, collection, err)
	}
	body := collectionBody{ExternalID: textOrNull(row.ExternalID)}
	if loses(before.groups, after.groups) {
		body.Groups = fromAccess(after.groups)
	}
	if loses(before.members, after.members) {
		body.Users = fromAccess(after.members)
	}
	if body.Groups == nil && body.Users == nil {
		return nil
	}
	err = c.do(ctx, &call{
		method: http.MethodPut, route: "/organizations/{id}/collections/{collection}",
		args: []string{organizationID, collection}, body: body,
	})
	if err != nil {
		c.organization(organizationID).members.empty()
		c.organization(organizationID).groups.empty()
		return c.goneCollection(ctx, organizationID, collection, err)
	}
	return nil
}

func loses(before, after map[string]Permission) bool {
	for id := range before {
		if _, ok := after[id]; !ok {
			return true
		}
	}
	return false
}
