// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"maps"
	"slices"
)

// Who may do what with items. There are two ways to one: as a reader, through the collections (looked up at every
// request), and as an administrator on the /admin routes, by role (frozen in the token). The owner rule gives neither:
// a provider user who is no member reads everything, but changes nothing.

// itemAccess is what somebody may do with an item.
type itemAccess struct{ Edit, ViewPassword, Manage bool }

// reach is what a user may do in collections, by collection id.
type reach struct {
	userID      string
	collections map[string]access
}

// reachOf looks up a user's confirmed memberships.
func (s *Server) reachOf(u *user) reach {
	r := reach{userID: u.ID, collections: map[string]access{}}
	for m := range s.store.members.all() {
		if m.UserID != u.ID || m.Status != statusConfirmed || !s.store.organizations.get(m.OrganizationID).Enabled {
			continue
		}
		for _, col := range s.collectionsOf(m.OrganizationID) {
			if a, ok := s.accessTo(m, col); ok {
				r.collections[col.ID] = a
			}
		}
	}
	return r
}

// item tells what the user may do with an item: the best of what its collections give. False: he does not see it.
func (r reach) item(ci *cipher) (itemAccess, bool) {
	if ci.OrganizationID == "" {
		return itemAccess{Edit: true, ViewPassword: true, Manage: true}, ci.UserID == r.userID
	}
	sum, found := itemAccess{}, false
	for id := range ci.Collections {
		if a, ok := r.collections[id]; ok {
			found = true
			sum.Edit, sum.ViewPassword = sum.Edit || !a.ReadOnly, sum.ViewPassword || !a.HidePasswords
			sum.Manage = sum.Manage || a.Manage
		}
	}
	return sum, found
}

// collectionsOf are those of an item's collections that the user reaches.
func (r reach) collectionsOf(ci *cipher) []string {
	return slices.DeleteFunc(sortedKeys(ci.Collections), func(id string) bool {
		_, ok := r.collections[id]
		return !ok
	})
}

// writes tells whether the user may add items to a collection.
func (r reach) writes(collectionID string) bool {
	a, ok := r.collections[collectionID]
	return ok && !a.ReadOnly
}

func sortedKeys[V any](m map[string]V) []string {
	keys := slices.AppendSeq([]string{}, maps.Keys(m))
	slices.Sort(keys)
	return keys
}

// readableItem is the item {id} of the path as the caller reaches it: else 404.
func (s *Server) readableItem(c *call) (*cipher, itemAccess, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, itemAccess{}, err
	}
	if ci := s.store.ciphers.get(id); ci != nil {
		if a, ok := s.reachOf(c.user).item(ci); ok {
			return ci, a, nil
		}
	}
	return nil, itemAccess{}, notFound()
}

// mayRemove tells whether a reader may delete and restore an item.
func (s *Server) mayRemove(ci *cipher, a itemAccess) bool {
	if ci.OrganizationID == "" {
		return true
	}
	if org := s.store.organizations.get(ci.OrganizationID); org.LimitItemDeletion {
		return a.Manage
	}
	return a.Manage || a.Edit
}

// administersItems tells whether the caller may use the /admin routes at all.
func (c *call) administersItems(organizationID string) bool {
	role, ok := c.role(organizationID)
	p := c.permissionsIn(organizationID)
	return ok && (role == roleOwner || role == roleAdmin || p != nil && p.EditAnyCollection)
}

// editsAllItems tells whether the caller may change items in collections that he has no access to.
func (c *call) editsAllItems(organizationID string) bool {
	role, ok := c.role(organizationID)
	org, p := c.s.store.organizations.get(organizationID), c.permissionsIn(organizationID)
	return ok && org != nil && (role == roleCustom && p != nil && p.EditAnyCollection ||
		(role == roleOwner || role == roleAdmin) && org.AllowAdminAccess)
}

// administers tells whether the caller may treat an organization's item so: because he edits all items, because it is
// in no collection, or because he reaches it and enough answers true.
func (c *call) administers(ci *cipher, enough func(itemAccess) bool) bool {
	if !c.administersItems(ci.OrganizationID) {
		return false
	}
	if c.editsAllItems(ci.OrganizationID) || len(ci.Collections) == 0 {
		return true
	}
	a, ok := c.s.reachOf(c.user).item(ci)
	return ok && enough(a)
}

func (c *call) editsAsAdmin(ci *cipher) bool {
	return c.administers(ci, func(a itemAccess) bool { return a.Edit })
}

func (c *call) removesAsAdmin(ci *cipher) bool {
	return c.administers(ci, func(a itemAccess) bool { return c.s.mayRemove(ci, a) })
}

// administeredItem is the organization's item {id} of the path if the caller may treat it so: else 404.
func (s *Server) administeredItem(c *call, may func(*cipher) bool) (*cipher, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	ci := s.store.ciphers.get(id)
	if ci == nil || ci.OrganizationID == "" || !may(ci) {
		return nil, notFound()
	}
	return ci, nil
}
