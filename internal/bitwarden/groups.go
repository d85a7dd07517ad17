// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
)

// maxGroupName is the server's limit in characters.
const maxGroupName = 100

// Group is a group of members (GET /organizations/{id}/groups/details).
type Group struct {
	ID             string
	OrganizationID string
	Name           string
	ExternalID     string
	Collections    map[string]Permission // By collection id.
	// Members are organization user ids, sorted. It is nil unless the reading method says that it fills it.
	Members []string
}

// NewGroup is what creating a group takes.
type NewGroup struct {
	Name        string
	ExternalID  string // Needs the Public API, and so the master password.
	Collections map[string]Permission
	Members     []string
}

// GroupUpdate changes a group; nil keeps what the server has.
type GroupUpdate struct {
	Name        *string
	ExternalID  *string // Needs the Public API, and so the master password.
	Collections map[string]Permission
	Members     []string
}

var errTaken = errors.New("two groups with the same name were made at the same time")

type wireGroup struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	ExternalID  string       `json:"externalId"`
	Collections []wireAccess `json:"collections"`
}

func (g wireGroup) toDomain(organizationID string) Group {
	return Group{
		ID: g.ID, OrganizationID: organizationID, Name: g.Name, ExternalID: g.ExternalID,
		Collections: toAccess(g.Collections),
	}
}

// groupBody is the body of POST and PUT. The server fails on PUT without collections and clears users only when told to.
type groupBody struct {
	Name        string       `json:"name"`
	Collections []wireAccess `json:"collections"`
	Users       []string     `json:"users"`
}

// groupRows lists the groups by id. The map is shared: do not change it.
func (c *Client) groupRows(ctx context.Context, organizationID string) (map[string]wireGroup, error) {
	o := c.organization(organizationID)
	var rows map[string]wireGroup
	err := o.groups.read(ctx, func(ctx context.Context) (func(), error) {
		list, err := getJSON[struct {
			Data []wireGroup `json:"data"`
		}](ctx, c, "/organizations/{id}/groups/details", organizationID)
		byID := make(map[string]wireGroup, len(list.Data))
		for _, row := range list.Data {
			byID[row.ID] = row
		}
		return func() { o.groupRows = byID }, c.unreachable(ctx, organizationID, err)
	}, func() { rows = o.groupRows })
	return rows, err
}

// patchGroups changes the list after a write of ours.
func (o *organizationCache) patchGroups(change func(rows map[string]wireGroup)) {
	o.groups.patch(func() {
		rows := maps.Clone(o.groupRows)
		change(rows)
		o.groupRows = rows
	})
}

// Groups lists the groups of an organization by name, without members: one request per run, shared.
func (c *Client) Groups(ctx context.Context, organizationID string) ([]Group, error) {
	rows, err := c.groupRows(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	groups := make([]Group, 0, len(rows))
	for _, row := range rows {
		groups = append(groups, row.toDomain(organizationID))
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return groups, nil
}

// GroupsWithMembers lists the groups with their members, which it takes from the shared member list.
func (c *Client) GroupsWithMembers(ctx context.Context, organizationID string) ([]Group, error) {
	groups, err := c.Groups(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	members, err := c.memberRows(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	of := map[string][]string{}
	for _, id := range slices.Sorted(maps.Keys(members)) {
		for _, group := range members[id].Groups {
			of[group] = append(of[group], id)
		}
	}
	for i := range groups {
		groups[i].Members = append([]string{}, of[groups[i].ID]...)
	}
	return groups, nil
}

// Group returns one group, with members if asked for, or a *NotFoundError.
func (c *Client) Group(ctx context.Context, organizationID, id string, withMembers bool) (*Group, error) {
	rows, err := c.groupRows(ctx, organizationID)
	if err != nil {
		return nil, inside(err, "group", id)
	}
	row, ok := rows[id]
	if !ok {
		return nil, c.missing(ctx, "group", organizationID, id, &c.organization(organizationID).groups)
	}
	group := row.toDomain(organizationID)
	if !withMembers {
		return &group, nil
	}
	members, err := c.memberRows(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	group.Members = []string{}
	for _, member := range slices.Sorted(maps.Keys(members)) {
		if slices.Contains(members[member].Groups, id) {
			group.Members = append(group.Members, member)
		}
	}
	return &group, nil
}
