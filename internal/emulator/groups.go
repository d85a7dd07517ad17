// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "slices"

func (s *Server) groupRoutes() {
	const base = "/organizations/{orgId}/groups"
	see, manage := inOrganization((*call).isOrganizationUser), inOrganization((*call).mayManageGroups)
	s.api("GET", base, see, s.listGroups)
	s.api("GET", base+"/details", inOrganization((*call).mayManageGroupsOrUsers), s.listGroupDetails)
	s.api("GET", base+"/{id}", manage, s.getGroup)
	s.api("GET", base+"/{id}/details", manage, s.getGroupDetails)
	s.api("GET", base+"/{id}/users", manage, s.listGroupMembers)
	s.api("POST", base, manage, s.createGroup)
	s.api("PUT", base+"/{id}", manage, s.updateGroup)
	s.api("POST", base+"/{id}", manage, s.updateGroup)
	s.api("DELETE", base, manage, s.deleteGroups)
	s.api("POST", base+"/delete", manage, s.deleteGroups)
	s.api("DELETE", base+"/{id}", manage, s.deleteGroup)
	s.api("POST", base+"/{id}/delete", manage, s.deleteGroup)
	s.api("DELETE", base+"/{id}/user/{memberId}", manage, s.removeFromGroup)
	s.api("POST", base+"/{id}/delete-user/{memberId}", manage, s.removeFromGroup)
}

func (c *call) mayManageGroupsOrUsers(org string) bool {
	return c.may(org, func(p permissions) bool { return p.ManageGroups || p.ManageUsers })
}

// groupIn is the group {id} of the organization {orgId} in the path: 404 if there is none.
func (s *Server) groupIn(c *call) (*group, error) {
	orgID, id, err := c.organizationAnd("id")
	if err != nil {
		return nil, err
	}
	g := s.store.groups.get(id)
	if g == nil || g.OrganizationID != orgID {
		return nil, notFound()
	}
	return g, nil
}

func (s *Server) groupsOf(organizationID string) []*group {
	return s.store.groups.where(func(g *group) bool { return g.OrganizationID == organizationID })
}

func groupBody(g *group) obj {
	return obj{
		"id": g.ID, "organizationId": g.OrganizationID, "name": g.Name, "externalId": g.ExternalID, "object": "group",
	}
}

func (s *Server) groupDetails(g *group) obj {
	body := groupBody(g)
	body["object"], body["collections"] = "groupDetails", s.collectionsOfGroup(g)
	return body
}

// collectionsOfGroup is a group's access to collections.
func (s *Server) collectionsOfGroup(g *group) []obj {
	rows := []obj{}
	for col := range s.store.collections.all() {
		if a, ok := col.Groups[g.ID]; ok {
			rows = append(rows, accessRow(col.ID, a))
		}
	}
	return rows
}

func (s *Server) listGroups(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, g := range s.groupsOf(orgID) {
		rows = append(rows, groupBody(g))
	}
	return list(rows), nil
}

func (s *Server) listGroupDetails(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, g := range s.groupsOf(orgID) {
		rows = append(rows, s.groupDetails(g))
	}
	return list(rows), nil
}

func (s *Server) getGroup(c *call) (any, error) {
	g, err := s.groupIn(c)
	if err != nil {
		return nil, err
	}
	return groupBody(g), nil
}

func (s *Server) getGroupDetails(c *call) (any, error) {
	g, err := s.groupIn(c)
	if err != nil {
		return nil, err
	}
	return s.groupDetails(g), nil
}

// listGroupMembers is a bare array of member ids.
func (s *Server) listGroupMembers(c *call) (any, error) {
	g, err := s.groupIn(c)
	if err != nil {
		return nil, err
	}
	ids := []string{}
	for _, m := range s.membersOf(g.OrganizationID) {
		if g.Members[m.ID] {
			ids = append(ids, m.ID)
		}
	}
	return ids, nil
}

type groupRequest struct {
	Name        string         `json:"name"`
	Collections []memberAccess `json:"collections"`
	Users       []guid         `json:"users"` // nil: as they are
}

func (r *groupRequest) validate(p problems) {
	p.required("Name", r.Name)
	p.stringLength("Name", r.Name, 100)
}

// createGroup drops members and collections that the organization does not have; a list of nothing but unknown
// collections is a 404.
func (s *Server) createGroup(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	r := groupRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if _, err := c.granted(r.Collections, c.mayGrantToGroups); err != nil {
		return nil, err
	}
	org := s.store.organizations.get(orgID)
	if err := groupAllowed(org, &r); err != nil {
		return nil, err
	}
	g := s.newGroup(orgID, r.Name)
	s.regroup(c, g, r.Users)
	s.setGroupCollections(g, r.Collections, func(*collection) bool { return true })
	s.touchMembers(orgID)
	s.logEvent(c, event{Type: 1400, OrganizationID: orgID, GroupID: g.ID})
	return groupBody(g), nil
}

// newGroup makes a group without members and access.
func (s *Server) newGroup(organizationID, name string) *group {
	g := &group{
		ID: newID(), OrganizationID: organizationID, Name: name, Members: map[string]bool{},
		CreationDate: s.now(), RevisionDate: s.now(),
	}
	return s.store.groups.add(g.ID, g)
}

// groupAllowed checks a request against the plan and against itself.
func groupAllowed(org *organization, r *groupRequest) error {
	switch {
	case !org.UseGroups:
		return badRequest("This organization cannot use groups.")
	case slices.ContainsFunc(r.Collections, memberAccess.contradictory):
		return badRequest(manageExclusive)
	}
	return nil
}

// updateGroup replaces name and collections, and the members if they are given. Missing collections are a null
// dereference; the last manager of a collection may go.
func (s *Server) updateGroup(c *call) (any, error) {
	if _, _, err := c.organizationAnd("id"); err != nil {
		return nil, err
	}
	r := groupRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	g, err := s.groupIn(c)
	if err != nil {
		return nil, err
	}
	if r.Collections == nil {
		return nil, serverError()
	}
	if err := s.updatable(c, g, &r); err != nil {
		return nil, err
	}
	g.Name, g.RevisionDate = r.Name, s.now()
	if r.Users != nil {
		s.regroup(c, g, r.Users)
	}
	s.setGroupCollections(g, r.Collections, c.mayGrantToGroups)
	s.touchMembers(g.OrganizationID)
	s.logEvent(c, event{Type: 1401, OrganizationID: g.OrganizationID, GroupID: g.ID})
	return groupBody(g), nil
}

// updatable checks an update: unlike createGroup it refuses foreign members and collections.
func (s *Server) updatable(c *call, g *group, r *groupRequest) error {
	org := s.store.organizations.get(g.OrganizationID)
	if own := c.ownMember(org.ID); own != nil && !org.AllowAdminAccess && !g.Members[own.ID] &&
		slices.Contains(r.Users, guid(own.ID)) {
		return badRequest("You cannot add yourself to groups.")
	}
	for _, a := range r.Collections {
		if col := s.store.collections.get(string(a.ID)); col != nil && !c.mayGrantToGroups(col) {
			return badRequest("You must have Can Manage permissions to edit a collection's membership")
		}
	}
	for _, a := range r.Collections {
		col := s.store.collections.get(string(a.ID))
		if col == nil || col.OrganizationID != org.ID {
			return notFound()
		}
	}
	for _, id := range r.Users {
		m := s.store.members.get(string(id))
		if m == nil || m.OrganizationID != org.ID {
			return notFound()
		}
	}
	return groupAllowed(org, r)
}

// setGroupMembers makes a group's members exactly these and returns who came or went; others' are dropped silently.
func (s *Server) setGroupMembers(g *group, ids []guid) (changed []*member) {
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[string(id)] = true
	}
	for _, m := range s.membersOf(g.OrganizationID) {
		if wanted[m.ID] == g.Members[m.ID] {
			continue
		}
		if changed = append(changed, m); wanted[m.ID] {
			g.Members[m.ID] = true
		} else {
			delete(g.Members, m.ID)
		}
	}
	return changed
}

// regroup is setGroupMembers with an audit event for each member who came or went.
func (s *Server) regroup(c *call, g *group, ids []guid) {
	for _, m := range s.setGroupMembers(g, ids) {
		s.logMember(c, 1504, m)
	}
}

// setGroupCollections makes a group's access exactly this among the collections that are the caller's to give; others'
// are dropped silently.
func (s *Server) setGroupCollections(g *group, asked []memberAccess, may func(*collection) bool) {
	for _, col := range s.collectionsOf(g.OrganizationID) {
		if may(col) {
			delete(col.Groups, g.ID)
		}
	}
	for _, a := range asked {
		if col := s.store.collections.get(string(a.ID)); col != nil && col.OrganizationID == g.OrganizationID {
			col.Groups[g.ID] = a.access()
		}
	}
}

func (s *Server) deleteGroup(c *call) (any, error) {
	g, err := s.groupIn(c)
	if err != nil {
		return nil, err
	}
	s.removeGroup(c, g)
	return nil, nil
}

// deleteGroups ignores unknown ids.
func (s *Server) deleteGroups(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	r := idsRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	for _, id := range r.IDs {
		if g := s.store.groups.get(string(id)); g != nil && g.OrganizationID == orgID {
			s.removeGroup(c, g)
		}
	}
	return nil, nil
}

func (s *Server) removeGroup(c *call, g *group) {
	s.dropGroup(g)
	s.logEvent(c, event{Type: 1402, OrganizationID: g.OrganizationID, GroupID: g.ID})
}

// dropGroup deletes a group with its access.
func (s *Server) dropGroup(g *group) {
	s.touchMembers(g.OrganizationID)
	for col := range s.store.collections.all() {
		delete(col.Groups, g.ID)
	}
	s.store.groups.remove(g.ID)
}

func (s *Server) removeFromGroup(c *call) (any, error) {
	g, err := s.groupIn(c)
	if err != nil {
		return nil, err
	}
	id, err := c.id("memberId")
	if err != nil {
		return nil, err
	}
	m := s.store.members.get(id)
	if m == nil || m.OrganizationID != g.OrganizationID {
		return nil, notFound()
	}
	delete(g.Members, m.ID)
	s.touch(m.UserID)
	s.logMember(c, 1504, m)
	return nil, nil
}
