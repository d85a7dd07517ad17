// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "slices"

// Collections of members, by type.
const (
	sharedCollection = 0
	myItems          = 1
)

// memberAccess is one line of the collections in a member's request.
type memberAccess struct {
	ID            guid `json:"id"`
	ReadOnly      bool `json:"readOnly"`
	HidePasswords bool `json:"hidePasswords"`
	Manage        bool `json:"manage"`
}

func (a memberAccess) access() access {
	return access{ReadOnly: a.ReadOnly, HidePasswords: a.HidePasswords, Manage: a.Manage}
}

// contradictory tells whether a line asks to manage what may not even be edited or seen.
func (a memberAccess) contradictory() bool { return a.Manage && (a.ReadOnly || a.HidePasswords) }

const manageExclusive = "The Manage property is mutually exclusive and cannot be true while the ReadOnly or " +
	"HidePasswords properties are also true."

// mayGrant tells whether the caller may decide which members have access to a collection.
func (c *call) mayGrant(col *collection) bool {
	p, org := c.permissionsIn(col.OrganizationID), c.s.store.organizations.get(col.OrganizationID)
	return c.mayModify(col) || p != nil && p.ManageUsers && org.AllowAdminAccess
}

// granted returns the collections that exist among the asked ones: 404 if the caller may not decide about one of them, or
// none of them exists.
func (c *call) granted(asked []memberAccess, may func(*collection) bool) ([]*collection, error) {
	var found []*collection
	for _, a := range asked {
		col := c.s.store.collections.get(string(a.ID))
		if col == nil {
			continue
		}
		if !may(col) {
			return nil, notFound()
		}
		found = append(found, col)
	}
	if len(asked) > 0 && found == nil {
		return nil, notFound()
	}
	return found, nil
}

// replaceAccess writes a member's own access to shared collections. What the caller may not decide about stays.
func (c *call) replaceAccess(m *member, asked []memberAccess) {
	for col := range c.s.store.collections.all() {
		if col.OrganizationID == m.OrganizationID && col.Type == sharedCollection && c.mayGrant(col) {
			delete(col.Members, m.ID)
		}
	}
	c.s.grant(m, asked)
}

// grant gives a member access to collections of his organization; others are dropped silently.
func (s *Server) grant(m *member, asked []memberAccess) {
	for _, a := range asked {
		col := s.store.collections.get(string(a.ID))
		if col != nil && col.OrganizationID == m.OrganizationID && col.Type == sharedCollection {
			col.Members[m.ID] = a.access()
		}
	}
}

// join puts a member into groups of his organization; others are dropped silently.
func (s *Server) join(m *member, groups []guid) {
	for _, id := range groups {
		if g := s.store.groups.get(string(id)); g != nil && g.OrganizationID == m.OrganizationID {
			g.Members[m.ID] = true
		}
	}
}

// replaceGroups makes a member's groups exactly these.
func (s *Server) replaceGroups(m *member, groups []guid) {
	for g := range s.store.groups.all() {
		if !slices.Contains(groups, guid(g.ID)) {
			delete(g.Members, m.ID)
		}
	}
	s.join(m, groups)
}

// giveMyItems makes the collection of a member's own items, where a policy says that the organization owns them.
func (s *Server) giveMyItems(m *member, name *string) {
	org := s.store.organizations.get(m.OrganizationID)
	if name == nil || *name == "" || !org.UseMyItems || !s.policyBinds(m, policyDataOwnership) || s.hasMyItems(m) {
		return
	}
	col := s.newCollection(m.OrganizationID, *name)
	col.Type, col.Members[m.ID] = myItems, access{Manage: true}
}

func (s *Server) hasMyItems(m *member) bool {
	return s.store.collections.first(func(col *collection) bool {
		_, his := col.Members[m.ID]
		return col.Type == myItems && his
	}) != nil
}
