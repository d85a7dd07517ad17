// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"slices"
)

// eventNames are what the events' ids stand for, taken from the lists that everybody shares: a request for each kind of
// object that occurs, however many events there are.
type eventNames struct {
	people                                  map[string]person // by user id
	members, groups, providerUsers, clients map[string]string
	items, collections                      map[string]string
}

type person struct{ name, email string }

// nameEvents fills in the names. The organization is empty for the provider's own log.
func (c *Client) nameEvents(ctx context.Context, organizationID string, q EventQuery, log *EventLog) error {
	if len(log.Events) == 0 {
		return nil
	}
	names := eventNames{people: map[string]person{}}
	if err := c.nameStaff(ctx, organizationID, &names); err != nil {
		return err
	}
	if organizationID != "" {
		if err := c.nameObjects(ctx, organizationID, q, log.Events, &names); err != nil {
			return err
		}
	}
	for i := range log.Events {
		e := &log.Events[i]
		actor := names.people[e.ActorID]
		e.ActorName, e.ActorEmail = actor.name, actor.email
		e.MemberEmail, e.GroupName = names.members[e.MemberID], names.groups[e.GroupID]
		e.ProviderUserEmail, e.ClientName = names.providerUsers[e.ProviderUserID], names.clients[e.ProviderOrganizationID]
		e.ItemName, e.CollectionName = names.items[e.ItemID], names.collections[e.CollectionID]
	}
	return nil
}

// nameStaff names those who work for the provider: all of them to an admin, else the account itself. An account that is
// a member of an organization and works for no provider knows nobody there.
func (c *Client) nameStaff(ctx context.Context, organizationID string, names *eventNames) error {
	profile, err := c.readProfile(ctx)
	if err != nil {
		return err
	}
	names.people[profile.ID] = person{profile.Name, profile.Email}
	account, err := c.Account(ctx)
	if err != nil || !account.IsProviderAdmin {
		return nil //nolint:nilerr // Who works for no provider, or may not list its users, knows nobody but himself.
	}
	_, rows, err := c.providerUserRows(ctx)
	if err != nil {
		return err
	}
	names.providerUsers, names.clients = map[string]string{}, map[string]string{}
	for id, row := range rows {
		names.people[row.UserID], names.providerUsers[id] = person{row.Name, row.Email}, row.Email
	}
	if organizationID != "" {
		return nil
	}
	clients, err := c.clientRows(ctx)
	for _, row := range clients {
		names.clients[row.LinkID] = row.Name
	}
	return err
}

// nameObjects names what is in an organization.
func (c *Client) nameObjects(
	ctx context.Context, organizationID string, q EventQuery, events []Event, names *eventNames,
) error {
	members, err := c.memberRows(ctx, organizationID)
	if err != nil {
		return err
	}
	names.members = map[string]string{}
	for id, row := range members {
		names.members[id] = row.Email
		if row.UserID != "" {
			names.people[row.UserID] = person{row.Name, row.Email}
		}
	}
	if slices.ContainsFunc(events, func(e Event) bool { return e.GroupID != "" }) {
		groups, err := c.groupRows(ctx, organizationID)
		if err != nil {
			return err
		}
		names.groups = map[string]string{}
		for id, row := range groups {
			names.groups[id] = row.Name
		}
	}
	if !q.DecryptNames {
		return nil
	}
	if slices.ContainsFunc(events, func(e Event) bool { return e.CollectionID != "" }) {
		collections, err := c.Collections(ctx, organizationID, Access{})
		if err != nil {
			return err
		}
		names.collections = map[string]string{}
		for _, collection := range collections {
			names.collections[collection.ID] = collection.Name
		}
	}
	if slices.ContainsFunc(events, func(e Event) bool { return e.ItemID != "" }) {
		items, err := c.Items(ctx, organizationID)
		if err != nil {
			return err
		}
		names.items = map[string]string{}
		for _, item := range items.Items {
			names.items[item.ID] = item.Name
		}
	}
	return nil
}
