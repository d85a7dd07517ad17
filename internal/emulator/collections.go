// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"slices"
)

func (s *Server) collectionRoutes() {
	const base = "/organizations/{orgId}/collections"
	s.api("GET", "/collections", signedIn, s.listOwnCollections)
	s.api("GET", base, signedIn, s.listCollections)
	s.api("GET", base+"/details", signedIn, s.listCollectionDetails)
	s.api("GET", base+"/{id}", signedIn, s.getCollection)
	s.api("GET", base+"/{id}/details", signedIn, s.getCollectionDetails)
	s.api("GET", base+"/{id}/users", signedIn, s.listCollectionMembers)
	s.api("POST", base, signedIn, s.createCollection)
	s.api("PUT", base+"/{id}", signedIn, s.updateCollection)
	s.api("POST", base+"/{id}", signedIn, s.updateCollection)
	s.api("POST", base+"/bulk-access", signedIn, s.grantInBulk)
	s.api("DELETE", base, signedIn, s.deleteCollections)
	s.api("POST", base+"/delete", signedIn, s.deleteCollections)
	s.api("DELETE", base+"/{id}", signedIn, s.deleteCollection)
	s.api("POST", base+"/{id}/delete", signedIn, s.deleteCollection)
}

// collectionsOf are an organization's collections, the members' own included.
func (s *Server) collectionsOf(organizationID string) []*collection {
	return s.store.collections.where(func(col *collection) bool { return col.OrganizationID == organizationID })
}

// collectionIn is the collection {id} of the organization {orgId} in the path, if the caller may do with it what may
// asks: else 404.
func (s *Server) collectionIn(c *call, may func(*collection) bool) (*collection, error) {
	orgID, id, err := c.organizationAnd("id")
	if err != nil {
		return nil, err
	}
	col := s.store.collections.get(id)
	if col == nil || col.OrganizationID != orgID || !may(col) {
		return nil, notFound()
	}
	return col, nil
}

// accessTo is what a member may do in a collection: his own grant, or what his groups give him together. False: nothing.
func (s *Server) accessTo(m *member, col *collection) (access, bool) {
	if m == nil {
		return access{}, false
	}
	if own, ok := col.Members[m.ID]; ok {
		return own, true
	}
	sum, found := access{ReadOnly: true, HidePasswords: true}, false
	for id, a := range col.Groups {
		if g := s.store.groups.get(id); g != nil && g.Members[m.ID] {
			sum.ReadOnly, sum.HidePasswords = sum.ReadOnly && a.ReadOnly, sum.HidePasswords && a.HidePasswords
			sum.Manage, found = sum.Manage || a.Manage, true
		}
	}
	if !found {
		return access{}, false
	}
	return sum, true
}

// Questions about the caller and one collection.

// mayModify tells whether the caller may change a collection.
func (c *call) mayModify(col *collection) bool {
	if c.providerFor(col.OrganizationID) != nil {
		return true
	}
	role, ok := c.role(col.OrganizationID)
	if !ok {
		return false
	}
	p, org := c.permissionsIn(col.OrganizationID), c.s.store.organizations.get(col.OrganizationID)
	switch {
	case (role == roleOwner || role == roleAdmin) && org.AllowAdminAccess:
		return true
	case role == roleCustom && p != nil && p.EditAnyCollection:
		return true
	}
	return c.managesIt(col)
}

// managesIt tells whether the caller is a member with the right to manage a collection.
func (c *call) managesIt(col *collection) bool {
	a, _ := c.s.accessTo(c.ownMember(col.OrganizationID), col)
	return a.Manage
}

// mayGrantToGroups tells whether the caller may decide which groups have access to a collection.
func (c *call) mayGrantToGroups(col *collection) bool {
	p, org := c.permissionsIn(col.OrganizationID), c.s.store.organizations.get(col.OrganizationID)
	return c.mayModify(col) || p != nil && p.ManageGroups && org.AllowAdminAccess
}

// mayDelete tells whether the caller may delete a collection.
func (c *call) mayDelete(col *collection) bool {
	if c.providerFor(col.OrganizationID) != nil {
		return true
	}
	role, ok := c.role(col.OrganizationID)
	if !ok {
		return false
	}
	p, org := c.permissionsIn(col.OrganizationID), c.s.store.organizations.get(col.OrganizationID)
	admin := role == roleOwner || role == roleAdmin
	switch {
	case admin && org.AllowAdminAccess, role == roleCustom && p != nil && p.DeleteAnyCollection:
		return true
	}
	return (admin || !org.LimitCollectionDeletion) && c.managesIt(col)
}

// maySee tells whether the caller may read a collection.
func (c *call) maySee(col *collection) bool {
	return c.seesAllCollections(col.OrganizationID) || c.managesIt(col)
}

// seesAllCollections tells whether the caller may list collections that he has no access to.
func (c *call) seesAllCollections(organizationID string) bool {
	return c.may(organizationID, func(p permissions) bool {
		return p.EditAnyCollection || p.DeleteAnyCollection || p.AccessImportExport || p.ManageUsers || p.ManageGroups
	})
}

// mayCreateCollections tells whether the caller may make collections in an organization.
func (c *call) mayCreateCollections(org *organization) bool {
	_, member := c.role(org.ID)
	return c.mayCreateNewCollections(org.ID) || member && !org.LimitCollectionCreation
}

// collectionBody is a collection without its access.
func collectionBody(col *collection) obj {
	return obj{
		"id": col.ID, "organizationId": col.OrganizationID, "name": col.Name, "externalId": col.ExternalID,
		"type": col.Type, "defaultUserCollectionEmail": col.OwnerEmail, "object": "collection",
	}
}

func accessRow(id string, a access) obj {
	return obj{"id": id, "readOnly": a.ReadOnly, "hidePasswords": a.HidePasswords, "manage": a.Manage}
}

// collectionDetails is a collection with everybody's access and the caller's own as a member.
func (s *Server) collectionDetails(c *call, col *collection) obj {
	own, assigned := s.accessTo(c.ownMember(col.OrganizationID), col)
	row := unexplored(col)
	row["groups"], row["users"], row["unmanaged"] = s.groupLines(col), s.memberLines(col), !col.managed()
	row["assigned"], row["readOnly"] = assigned, own.ReadOnly
	row["hidePasswords"], row["manage"] = own.HidePasswords, own.Manage
	return row
}

// unexplored is what a provider user, who is no member, gets back for what he wrote: access is null.
func unexplored(col *collection) obj {
	row := collectionBody(col)
	row["object"], row["groups"], row["users"] = "collectionAccessDetails", nil, nil
	row["assigned"], row["readOnly"], row["hidePasswords"] = false, false, false
	row["manage"], row["unmanaged"] = false, false
	return row
}

// written is the answer to a change of a collection.
func (s *Server) written(c *call, col *collection) obj {
	if _, member := c.role(col.OrganizationID); !member {
		return unexplored(col)
	}
	return s.collectionDetails(c, col)
}

// managed tells whether any member or group has the right to manage a collection.
func (col *collection) managed() bool { return anyManage(col.Members) || anyManage(col.Groups) }

// memberLines and groupLines are the access lists of a collection.
func (s *Server) memberLines(col *collection) []obj {
	rows := []obj{}
	for _, m := range s.membersOf(col.OrganizationID) {
		if a, ok := col.Members[m.ID]; ok {
			rows = append(rows, accessRow(m.ID, a))
		}
	}
	return rows
}

func (s *Server) groupLines(col *collection) []obj {
	rows := []obj{}
	for _, g := range s.groupsOf(col.OrganizationID) {
		if a, ok := col.Groups[g.ID]; ok {
			rows = append(rows, accessRow(g.ID, a))
		}
	}
	return rows
}

// visibleCollections are the shared ones that the caller may list: all, or those that he manages.
func (s *Server) visibleCollections(c *call, organizationID string) []*collection {
	all := c.seesAllCollections(organizationID)
	return slices.DeleteFunc(s.collectionsOf(organizationID), func(col *collection) bool {
		return col.Type != sharedCollection || !all && !c.managesIt(col)
	})
}

// listCollections answers an empty list to those who have no right to the organization, and for one that is unknown.
func (s *Server) listCollections(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, col := range s.visibleCollections(c, orgID) {
		rows = append(rows, collectionBody(col))
	}
	return list(rows), nil
}

// listCollectionDetails counts as a look into the vault when a provider's user calls it, and is audited so.
func (s *Server) listCollectionDetails(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, col := range s.visibleCollections(c, orgID) {
		rows = append(rows, s.collectionDetails(c, col))
	}
	s.logVaultAccess(c, orgID)
	return list(rows), nil
}

// logVaultAccess writes down that a provider's user looked into a client's vault.
func (s *Server) logVaultAccess(c *call, organizationID string) {
	p := c.providerFor(organizationID)
	if p == nil {
		return
	}
	s.logEvent(c, event{Type: 1603, OrganizationID: organizationID})
	s.logEvent(c, event{Type: 1903, ProviderID: p.ID, ProviderOrganizationID: s.linkOf(organizationID).ID})
}

func (s *Server) getCollection(c *call) (any, error) {
	col, err := s.collectionIn(c, c.maySee)
	if err != nil {
		return nil, err
	}
	return collectionBody(col), nil
}

func (s *Server) getCollectionDetails(c *call) (any, error) {
	col, err := s.collectionIn(c, c.maySee)
	if err != nil {
		return nil, err
	}
	return s.collectionDetails(c, col), nil
}

// listCollectionMembers is a bare array.
func (s *Server) listCollectionMembers(c *call) (any, error) {
	col, err := s.collectionIn(c, c.maySee)
	if err != nil {
		return nil, err
	}
	return s.memberLines(col), nil
}

func (s *Server) listOwnCollections(c *call) (any, error) {
	return list(s.syncCollections(c.user)), nil
}

// syncCollections are those of a user's confirmed memberships in which he has access, and what he may do there.
func (s *Server) syncCollections(u *user) []obj {
	rows := []obj{}
	for m := range s.store.members.all() {
		if m.UserID != u.ID || m.Status != statusConfirmed || !s.store.organizations.get(m.OrganizationID).Enabled {
			continue
		}
		for _, col := range s.collectionsOf(m.OrganizationID) {
			if a, ok := s.accessTo(m, col); ok {
				row := collectionBody(col)
				row["object"], row["readOnly"] = "collectionDetails", a.ReadOnly
				row["hidePasswords"], row["manage"] = a.HidePasswords, a.Manage
				rows = append(rows, row)
			}
		}
	}
	return rows
}

type collectionRequest struct {
	Name       string         `json:"name"`
	ExternalID *string        `json:"externalId"`
	Groups     []memberAccess `json:"groups"` // nil: as they are
	Users      []memberAccess `json:"users"`  // nil: as they are
}

func (r *collectionRequest) validate(p problems) {
	p.encString("Name", r.Name, 1000)
	if r.ExternalID != nil {
		p.stringLength("ExternalId", *r.ExternalID, 300)
	}
}

// newCollectionRequest wants a name, which an update may leave out.
type newCollectionRequest struct{ collectionRequest }

func (r *newCollectionRequest) validate(p problems) {
	p.required("Name", r.Name)
	r.collectionRequest.validate(p)
}

// createCollection drops groups and members that the organization does not have.
func (s *Server) createCollection(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	r := newCollectionRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	org := s.store.organizations.get(orgID)
	if org == nil || !c.mayCreateCollections(org) {
		return nil, notFound()
	}
	if err := plausibleAccess(org, r.Groups, anyManages(r.Groups) || anyManages(r.Users)); err != nil {
		return nil, err
	}
	if n := org.MaxCollections; n != nil && len(s.collectionsOf(orgID)) >= *n {
		return nil, badRequest(fmt.Sprintf(
			"You have reached the maximum number of collections (%d) for this organization.", *n))
	}
	col := s.newCollection(orgID, r.Name)
	col.ExternalID = r.ExternalID
	s.setAccess(col, &r.collectionRequest)
	s.logEvent(c, event{Type: 1300, OrganizationID: orgID, CollectionID: col.ID})
	return s.written(c, col), nil
}

// plausibleAccess checks what is asked for: only in lines of groups must manage stand alone, and somebody must manage the
// collection unless admins may do everything. Whether the named ones exist is not checked.
func plausibleAccess(org *organization, groups []memberAccess, managed bool) error {
	switch {
	case slices.ContainsFunc(groups, memberAccess.contradictory):
		return badRequest(manageExclusive)
	case !org.AllowAdminAccess && !managed:
		return badRequest("At least one member or group must have can manage permission.")
	}
	return nil
}

func anyManages(lines []memberAccess) bool {
	return slices.ContainsFunc(lines, func(a memberAccess) bool { return a.Manage })
}

func anyManage(grants map[string]access) bool {
	for _, a := range grants {
		if a.Manage {
			return true
		}
	}
	return false
}

// setAccess replaces the lists that are given.
func (s *Server) setAccess(col *collection, r *collectionRequest) {
	if r.Groups != nil {
		clear(col.Groups)
	}
	if r.Users != nil {
		clear(col.Members)
	}
	s.addAccess(col, r.Groups, r.Users)
}

// addAccess adds and overwrites lines. Groups and members that the organization does not have are dropped silently.
func (s *Server) addAccess(col *collection, groups, users []memberAccess) {
	org := s.store.organizations.get(col.OrganizationID)
	for _, a := range groups {
		if g := s.store.groups.get(string(a.ID)); g != nil && g.OrganizationID == org.ID && org.UseGroups {
			col.Groups[g.ID] = a.access()
		}
	}
	for _, a := range users {
		if m := s.store.members.get(string(a.ID)); m != nil && m.OrganizationID == org.ID {
			col.Members[m.ID] = a.access()
		}
	}
	s.touchMembers(org.ID)
}

// updateCollection keeps a missing name and missing lists, but clears a missing external id.
func (s *Server) updateCollection(c *call) (any, error) {
	if _, _, err := c.organizationAnd("id"); err != nil {
		return nil, err
	}
	r := collectionRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	col, err := s.collectionIn(c, c.mayModify)
	if err != nil {
		return nil, err
	}
	if col.Type == myItems {
		return nil, badRequest("You cannot edit a collection with the type as DefaultUserCollection.")
	}
	managed := anyManages(r.Groups) || anyManages(r.Users) ||
		r.Groups == nil && anyManage(col.Groups) || r.Users == nil && anyManage(col.Members)
	if err := plausibleAccess(s.store.organizations.get(col.OrganizationID), r.Groups, managed); err != nil {
		return nil, err
	}
	if r.Name != "" {
		col.Name = r.Name
	}
	col.ExternalID, col.RevisionDate = r.ExternalID, s.now()
	s.setAccess(col, &r)
	s.logEvent(c, event{Type: 1301, OrganizationID: col.OrganizationID, CollectionID: col.ID})
	return s.written(c, col), nil
}

type bulkAccessRequest struct {
	CollectionIDs []guid         `json:"collectionIds"`
	Groups        []memberAccess `json:"groups"`
	Users         []memberAccess `json:"users"`
}

// grantInBulk adds lines to several collections and overwrites them; it may take a collection's last manager away.
func (s *Server) grantInBulk(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	r := bulkAccessRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	found, err := s.collectionsNamed(orgID, r.CollectionIDs, c.mayModify)
	if err != nil {
		return nil, err
	}
	for _, col := range found {
		if col.Type == myItems {
			return nil, badRequest("You cannot add access to collections with the type as DefaultUserCollection.")
		}
	}
	for _, col := range found {
		s.addAccess(col, r.Groups, r.Users)
		col.RevisionDate = s.now()
		s.logEvent(c, event{Type: 1301, OrganizationID: orgID, CollectionID: col.ID})
	}
	return nil, nil
}

// collectionsNamed are the collections with these ids: 404 if one is unknown or not the caller's to treat so.
func (s *Server) collectionsNamed(orgID string, ids []guid, may func(*collection) bool) ([]*collection, error) {
	var found []*collection
	for _, id := range ids {
		col := s.store.collections.get(string(id))
		if col == nil || col.OrganizationID != orgID || !may(col) {
			return nil, notFound()
		}
		found = append(found, col)
	}
	return found, nil
}

func (s *Server) deleteCollection(c *call) (any, error) {
	col, err := s.collectionIn(c, c.mayDelete)
	if err != nil {
		return nil, err
	}
	return nil, s.removeCollections(c, []*collection{col})
}

func (s *Server) deleteCollections(c *call) (any, error) {
	orgID, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	r := idsRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	found, err := s.collectionsNamed(orgID, r.IDs, c.mayDelete)
	if err != nil {
		return nil, err
	}
	return nil, s.removeCollections(c, found)
}

const myItemsStay = "You cannot delete a collection with the type as DefaultUserCollection."

func (s *Server) removeCollections(c *call, gone []*collection) error {
	for _, col := range gone {
		if col.Type == myItems {
			return badRequest(myItemsStay)
		}
	}
	for _, col := range gone {
		s.dropCollection(col)
		s.logEvent(c, event{Type: 1302, OrganizationID: col.OrganizationID, CollectionID: col.ID})
	}
	return nil
}

// dropCollection deletes a collection. Its items stay, unassigned.
func (s *Server) dropCollection(col *collection) {
	s.touchMembers(col.OrganizationID)
	for ci := range s.store.ciphers.all() {
		delete(ci.Collections, col.ID)
	}
	s.store.collections.remove(col.ID)
}
