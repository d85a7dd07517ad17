// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"cmp"
	"context"
	"fmt"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// desk is an organization with one of everything that several people may edit at the same time.
type desk struct {
	*world

	group, otherGroup, collection, member, otherMember string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	w, ctx := newWorld(t, emulator.ClientOptions{Name: "Bakery", Seats: 10}), t.Context()
	must(w.UpdateOrganizationSettings(ctx, w.org.ID, bitwarden.OrganizationSettings{
		AllowAdminAccessToAllCollectionItems: new(true), BillingEmail: new("first@client.example"),
	}))(t)
	d := &desk{world: w}
	d.group = must(w.CreateGroup(ctx, w.org.ID, bitwarden.NewGroup{Name: "Shop"}))(t).ID
	d.otherGroup = must(w.CreateGroup(ctx, w.org.ID, bitwarden.NewGroup{Name: "Office"}))(t).ID
	d.collection = must(w.CreateCollection(ctx, w.org.ID, bitwarden.NewCollection{Name: "Till"}))(t).ID
	for _, id := range []*string{&d.member, &d.otherMember} {
		*id = must(w.InviteMember(ctx, w.org.ID, bitwarden.NewMember{
			Email: fmt.Sprintf("person%p@client.example", id), Role: bitwarden.RoleUser,
		}))(t).ID
	}
	return d
}

// lastBefore is the last request before a write.
func (d *desk) lastBefore(write string) (last string) {
	for _, request := range d.server.Requests().List {
		if request.Route == write {
			return last
		}
		last = request.Route
	}
	return ""
}

// change is what somebody does, and whether it shows afterwards.
type change struct {
	do      func(ctx context.Context, c *bitwarden.Client, d *desk) error
	isThere func(ctx context.Context, c *bitwarden.Client, d *desk) (bool, error)
}

// client changes the row that ties a client to its provider.
func clientChange(u bitwarden.ClientOrganizationUpdate) change {
	return change{
		func(ctx context.Context, c *bitwarden.Client, d *desk) error {
			_, err := c.UpdateClientOrganization(ctx, d.org.ID, u)
			return err
		},
		func(ctx context.Context, c *bitwarden.Client, d *desk) (bool, error) {
			got, err := c.ClientOrganization(ctx, d.org.ID)
			return err == nil && (u.Name == nil || got.Name == *u.Name) && (u.Seats == nil || got.Seats == *u.Seats), err
		},
	}
}

func memberChange(update func(*desk) bitwarden.MemberUpdate) change {
	return change{
		func(ctx context.Context, c *bitwarden.Client, d *desk) error {
			_, err := c.UpdateMember(ctx, d.org.ID, d.member, update(d))
			return err
		},
		func(ctx context.Context, c *bitwarden.Client, d *desk) (bool, error) {
			got, err := c.Member(ctx, d.org.ID, d.member)
			u := update(d)
			return err == nil && (u.Role == nil || got.Role == *u.Role) &&
				(u.Groups == nil || len(got.Groups) == len(u.Groups)) &&
				(u.Collections == nil || len(got.Collections) == len(u.Collections)), err
		},
	}
}

func groupChange(update func(*desk) bitwarden.GroupUpdate) change {
	return change{
		func(ctx context.Context, c *bitwarden.Client, d *desk) error {
			_, err := c.UpdateGroup(ctx, d.org.ID, d.group, update(d))
			return err
		},
		func(ctx context.Context, c *bitwarden.Client, d *desk) (bool, error) {
			got, err := c.Group(ctx, d.org.ID, d.group, true)
			u := update(d)
			return err == nil && (u.Name == nil || got.Name == *u.Name) &&
				(u.Members == nil || len(got.Members) == len(u.Members)) &&
				(u.Collections == nil || len(got.Collections) == len(u.Collections)), err
		},
	}
}

// groupMember puts a member into the group.
func groupMember(member func(*desk) string) change {
	return change{
		func(ctx context.Context, c *bitwarden.Client, d *desk) error {
			return c.AddGroupMember(ctx, d.org.ID, d.group, member(d))
		},
		func(ctx context.Context, c *bitwarden.Client, d *desk) (bool, error) {
			return c.HasGroupMember(ctx, d.org.ID, d.group, member(d))
		},
	}
}

func collectionChange(update func(*desk) bitwarden.CollectionUpdate) change {
	return change{
		func(ctx context.Context, c *bitwarden.Client, d *desk) error {
			_, err := c.UpdateCollection(ctx, d.org.ID, d.collection, update(d))
			return err
		},
		func(ctx context.Context, c *bitwarden.Client, d *desk) (bool, error) {
			got, err := c.Collection(ctx, d.org.ID, d.collection, bitwarden.Access{Groups: true, Members: true})
			u := update(d)
			return err == nil && (u.Name == nil || got.Name == *u.Name) &&
				(u.ExternalID == nil || got.ExternalID == *u.ExternalID) &&
				(u.Groups == nil || len(got.Groups) == len(u.Groups)) &&
				(u.Members == nil || len(got.Members) == len(u.Members)), err
		},
	}
}

// access gives permission on the collection, or takes it away.
func access(to func(*desk) bitwarden.Grantee, permission bitwarden.Permission) change {
	return change{
		func(ctx context.Context, c *bitwarden.Client, d *desk) error {
			if permission == "" {
				return c.RemoveCollectionAccess(ctx, d.org.ID, d.collection, to(d))
			}
			return c.SetCollectionAccess(ctx, d.org.ID, d.collection, to(d), permission)
		},
		func(ctx context.Context, c *bitwarden.Client, d *desk) (bool, error) {
			got, err := c.CollectionAccess(ctx, d.org.ID, d.collection, to(d))
			return got == permission, err
		},
	}
}

func settingsChange(s bitwarden.OrganizationSettings) change {
	return change{
		func(ctx context.Context, c *bitwarden.Client, d *desk) error {
			_, err := c.UpdateOrganizationSettings(ctx, d.org.ID, s)
			return err
		},
		func(ctx context.Context, c *bitwarden.Client, d *desk) (bool, error) {
			got, err := c.Organization(ctx, d.org.ID)
			return err == nil && (s.BillingEmail == nil || got.BillingEmail == *s.BillingEmail) &&
				(s.LimitItemDeletion == nil || got.Settings.LimitItemDeletion == *s.LimitItemDeletion) &&
				(s.LimitCollectionCreation == nil || got.Settings.LimitCollectionCreation == *s.LimitCollectionCreation), err
		},
	}
}

func providerChange(u bitwarden.ProviderUpdate) change {
	return change{
		func(ctx context.Context, c *bitwarden.Client, _ *desk) error {
			_, err := c.UpdateProvider(ctx, u)
			return err
		},
		func(ctx context.Context, c *bitwarden.Client, _ *desk) (bool, error) {
			got, err := c.Provider(ctx)
			return err == nil && (u.Name == nil || got.Name == *u.Name) &&
				(u.BillingEmail == nil || got.BillingEmail == *u.BillingEmail), err
		},
	}
}

// TestEdits_ofOthers lets somebody change another part of an object that this client writes. What comes before the client
// has read the object for its write is kept. What comes within the moment from there to the write is lost where, and
// only where, the server takes nothing but whole rows. Nothing else is asked in this moment.
func TestEdits_ofOthers(t *testing.T) {
	t.Parallel()
	const (
		organization   = "/api/organizations/{orgId}"
		readClients    = "GET /api/providers/{providerId}/organizations"
		putClient      = "PUT /api/providers/{providerId}/clients/{id}"
		readProvider   = "GET /api/providers/{providerId}"
		putProvider    = "PUT /api/providers/{providerId}"
		readSettings   = "GET /api/organizations/{id}"
		putBilling     = "PUT /api/organizations/{id}"
		putFlags       = "PUT /api/organizations/{id}/collection-management"
		readMember     = "GET " + organization + "/users/{id}"
		putMember      = "PUT " + organization + "/users/{id}"
		readGroups     = "GET " + organization + "/groups/details"
		readGroup      = "GET " + organization + "/groups/{id}/details"
		readInGroup    = "GET " + organization + "/groups/{id}/users"
		putGroup       = "PUT " + organization + "/groups/{id}"
		readCollection = "GET " + organization + "/collections/{id}"
		putCollection  = "PUT " + organization + "/collections/{id}"
		postAccess     = "POST " + organization + "/collections/bulk-access"
	)
	var (
		rename = clientChange(bitwarden.ClientOrganizationUpdate{Name: new("Bakery Ltd")})
		seats  = clientChange(bitwarden.ClientOrganizationUpdate{Seats: new(9)})
		role   = memberChange(
			func(*desk) bitwarden.MemberUpdate { return bitwarden.MemberUpdate{Role: new(bitwarden.RoleAdmin)} },
		)
		groups = memberChange(func(d *desk) bitwarden.MemberUpdate {
			return bitwarden.MemberUpdate{Groups: []string{d.group, d.otherGroup}}
		})
		collections = memberChange(func(d *desk) bitwarden.MemberUpdate {
			return bitwarden.MemberUpdate{Collections: map[string]bitwarden.Permission{d.collection: bitwarden.PermissionView}}
		})
		groupName    = groupChange(func(*desk) bitwarden.GroupUpdate { return bitwarden.GroupUpdate{Name: new("Counter")} })
		groupMembers = groupChange(func(d *desk) bitwarden.GroupUpdate {
			return bitwarden.GroupUpdate{Members: []string{d.member}}
		})
		groupAccess = groupChange(func(d *desk) bitwarden.GroupUpdate {
			return bitwarden.GroupUpdate{Collections: map[string]bitwarden.Permission{d.collection: bitwarden.PermissionView}}
		})
		oneMember      = groupMember(func(d *desk) string { return d.member })
		anotherMember  = groupMember(func(d *desk) string { return d.otherMember })
		collectionName = collectionChange(func(*desk) bitwarden.CollectionUpdate {
			return bitwarden.CollectionUpdate{Name: new("Safe")}
		})
		externalID = collectionChange(func(*desk) bitwarden.CollectionUpdate {
			return bitwarden.CollectionUpdate{ExternalID: new("x")}
		})
		toGroups = collectionChange(func(d *desk) bitwarden.CollectionUpdate {
			return bitwarden.CollectionUpdate{Groups: map[string]bitwarden.Permission{d.group: bitwarden.PermissionView}}
		})
		toMembers = collectionChange(func(d *desk) bitwarden.CollectionUpdate {
			return bitwarden.CollectionUpdate{Members: map[string]bitwarden.Permission{d.member: bitwarden.PermissionView}}
		})
		oneGroup     = func(d *desk) bitwarden.Grantee { return bitwarden.Grantee{Group: d.group} }
		anotherGroup = func(d *desk) bitwarden.Grantee { return bitwarden.Grantee{Group: d.otherGroup} }
		flag         = settingsChange(bitwarden.OrganizationSettings{LimitItemDeletion: new(true)})
		anotherFlag  = settingsChange(bitwarden.OrganizationSettings{LimitCollectionCreation: new(true)})
		billing      = settingsChange(bitwarden.OrganizationSettings{BillingEmail: new("billing@client.example")})
		mspName      = providerChange(bitwarden.ProviderUpdate{Name: new("Better MSP")})
		mspBilling   = providerChange(bitwarden.ProviderUpdate{BillingEmail: new("billing@msp.example")})
	)
	for name, test := range map[string]struct {
		read, write string
		before      []change // what there is already
		ours        change
		theirs      change
		lost        bool   // what they do in the moment between our read and our write
		last        string // is asked in between
	}{
		"client: seats, name":          {readClients, putClient, nil, seats, rename, true, ""},
		"client: name, seats":          {readClients, putClient, nil, rename, seats, true, ""},
		"member: role, groups":         {readMember, putMember, nil, role, groups, false, ""},
		"member: role, collections":    {readMember, putMember, nil, role, collections, true, ""},
		"member: groups, role":         {readMember, putMember, nil, groups, role, true, ""},
		"member: collections, groups":  {readMember, putMember, nil, collections, groups, false, ""},
		"group: name, members":         {readGroup, putGroup, nil, groupName, groupMembers, false, ""},
		"group: name, access":          {readGroup, putGroup, nil, groupName, groupAccess, true, ""},
		"group: members, name":         {readGroup, putGroup, nil, groupMembers, groupName, true, ""},
		"group: one member, another":   {readInGroup, putGroup, nil, oneMember, anotherMember, true, ""},
		"collection: name, groups":     {readCollection, putCollection, nil, collectionName, toGroups, false, ""},
		"collection: groups, name":     {readCollection, putCollection, nil, toGroups, collectionName, false, ""},
		"collection: groups, members":  {readCollection, putCollection, nil, toGroups, toMembers, false, ""},
		"collection: name, identifier": {readCollection, putCollection, nil, collectionName, externalID, true, ""},
		"access: given, renamed": {
			"", postAccess, nil, access(oneGroup, bitwarden.PermissionView), collectionName, false, "",
		},
		"access: given, given": {
			"", postAccess, nil, access(oneGroup, bitwarden.PermissionView),
			access(anotherGroup, bitwarden.PermissionView), false, "",
		},
		"access: taken, given": {
			readGroups, putCollection,
			[]change{access(oneGroup, bitwarden.PermissionView)},
			access(oneGroup, ""),
			access(anotherGroup, bitwarden.PermissionView), true, readCollection,
		},
		"access: taken, renamed": {
			readGroups, putCollection,
			[]change{access(oneGroup, bitwarden.PermissionView)},
			access(oneGroup, ""),
			collectionName, false, readCollection,
		},
		"settings: flag, billing": {readSettings, putFlags, nil, flag, billing, false, ""},
		"settings: billing, flag": {readSettings, putBilling, nil, billing, flag, false, ""},
		"settings: flag, another": {readSettings, putFlags, nil, flag, anotherFlag, true, ""},
		"provider: name, billing": {readProvider, putProvider, nil, mspName, mspBilling, true, ""},
		"provider: billing, name": {readProvider, putProvider, nil, mspBilling, mspName, true, ""},
	} {
		for moment, route := range map[string]string{"before": test.read, "between": test.write} {
			if route == "" {
				continue // The write takes the change alone.
			}
			t.Run(name+", "+moment, func(t *testing.T) {
				t.Parallel()
				d, ctx := newDesk(t), t.Context()
				for _, c := range test.before {
					if err := c.do(ctx, d.newRun(t), d); err != nil {
						t.Fatal(err)
					}
				}
				ours, theirs := d.newRun(t), d.Client
				must(ours.Account(ctx))(t) // what every run has read
				must(ours.Members(ctx, d.org.ID))(t)
				d.server.ResetRequests()
				edited := false
				if err := d.server.Before(route, func() {
					edited = true
					if err := test.theirs.do(ctx, theirs, d); err != nil {
						t.Error(err)
					}
				}); err != nil {
					t.Fatal(err)
				}
				if err := test.ours.do(ctx, ours, d); err != nil || !edited {
					t.Fatalf("edited %t: %v", edited, err)
				}
				last := d.lastBefore(test.write)
				if want := cmp.Or(test.last, test.read); moment == "between" && want != "" && last != want {
					t.Errorf("%s was asked just before, want %s", last, want)
				}
				reader := d.newRun(t)
				for who, is := range map[string]struct {
					change
					wanted bool
				}{"ours": {test.ours, true}, "theirs": {test.theirs, moment == "before" || !test.lost}} {
					if got, err := is.isThere(ctx, reader, d); err != nil || got != is.wanted {
						t.Errorf("what is %s shows: %t, %v", who, got, err)
					}
				}
			})
		}
	}
}
