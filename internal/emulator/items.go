// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"slices"
	"time"
)

func (s *Server) itemRoutes() {
	const item = "/ciphers/{id}"
	s.api("GET", "/ciphers", signedIn, s.listOwnItems)
	s.api("GET", "/ciphers/organization-details", signedIn, s.listOrganizationItems)
	s.api("GET", "/ciphers/organization-details/assigned", signedIn, s.listAssignedItems)
	s.api("GET", item, signedIn, s.getItem)
	s.api("GET", item+"/details", signedIn, s.getItemDetails)
	s.api("GET", item+"/full-details", signedIn, s.getItemDetails)
	s.api("GET", item+"/admin", signedIn, s.getItemAsAdmin)

	s.api("POST", "/ciphers", signedIn, s.createItem)
	s.api("POST", "/ciphers/create", signedIn, s.createItemIn)
	s.api("POST", "/ciphers/admin", signedIn, s.createItemAsAdmin)
	s.api("POST", "/ciphers/bulk-collections", signedIn, s.assignInBulk)
	for _, method := range []string{"PUT", "POST"} { // POST: older clients
		s.api(method, item, signedIn, s.updateItem)
		s.api(method, item+"/admin", signedIn, s.updateItemAsAdmin)
		s.api(method, item+"/partial", signedIn, s.updateOwnView)
		s.api(method, item+"/share", signedIn, s.shareItem)
		s.api(method, "/ciphers/share", signedIn, s.shareItems)
		s.api(method, "/ciphers/move", signedIn, s.moveItems)
		s.api(method, item+"/collections", signedIn, s.assignItemOldStyle)
		s.api(method, item+"/collections_v2", signedIn, s.assignItem)
		s.api(method, item+"/collections-admin", signedIn, s.assignItemAsAdmin)
	}
	for _, way := range []struct{ method, path, adminPath string }{
		{"DELETE", "", "/admin"}, {"POST", "/delete", "/delete-admin"}, // POST: older clients
	} {
		s.api(way.method, item+way.path, signedIn, erasing.ofOne)
		s.api(way.method, item+way.adminPath, signedIn, erasing.ofOneAsAdmin)
		s.api(way.method, "/ciphers"+way.path, signedIn, erasing.ofMany)
		s.api(way.method, "/ciphers"+way.adminPath, signedIn, erasing.ofManyAsAdmin)
	}
	for _, change := range []*itemChange{&trashing, &restoring} {
		s.api("PUT", item+change.path, signedIn, change.ofOne)
		s.api("PUT", item+change.path+"-admin", signedIn, change.ofOneAsAdmin)
		s.api("PUT", "/ciphers"+change.path, signedIn, change.ofMany)
		s.api("PUT", "/ciphers"+change.path+"-admin", signedIn, change.ofManyAsAdmin)
	}
	s.api("POST", "/ciphers/purge", signedIn, s.purge)
}

// itemBody is an item without its place: what an administrator gets back for what he changed.
func (s *Server) itemBody(ci *cipher) obj {
	var login any
	if ci.Content.Login != nil {
		login = loginBody(ci.Content.Login)
	}
	return obj{
		"id": ci.ID, "organizationId": orNull(ci.OrganizationID), "type": ci.Type, "data": ci.Data,
		"name": orNull(ci.Content.Name), "notes": ci.Content.Notes, "login": login, "card": ci.Content.Card,
		"identity": ci.Content.Identity, "secureNote": ci.Content.SecureNote, "sshKey": ci.Content.SSHKey,
		"bankAccount": ci.Content.BankAccount, "driversLicense": ci.Content.DriversLicense,
		"passport": ci.Content.Passport, "fields": ci.Content.Fields, "passwordHistory": ci.Content.PasswordHistory,
		"attachments": s.attachmentBodies(ci), "organizationUseTotp": s.usesTotp(ci), "revisionDate": ci.RevisionDate,
		"creationDate": ci.CreationDate, "deletedDate": ci.DeletedDate, "reprompt": ci.Reprompt, "key": ci.Key,
		"object": "cipherMini",
	}
}

// loginBody repeats the first address beside the list.
func loginBody(l *itemLoginPart) any {
	body := struct {
		URI *string `json:"uri"`
		itemLoginPart
	}{itemLoginPart: *l}
	if len(l.URIs) > 0 {
		body.URI = l.URIs[0].URI
	}
	return body
}

func (s *Server) usesTotp(ci *cipher) bool {
	org := s.store.organizations.get(ci.OrganizationID)
	return org != nil && org.UseTotp
}

// fresh is the answer about an item that was not read back from the database: what the organization may is unknown.
func fresh(row obj) obj {
	row["organizationUseTotp"] = false
	return row
}

// itemMiniDetails is an item with all its collections, as lists for administrators show it.
func (s *Server) itemMiniDetails(ci *cipher) obj {
	row := s.itemBody(ci)
	row["collectionIds"], row["object"] = sortedKeys(ci.Collections), "cipherMiniDetails"
	return row
}

// ownItem is an item as one of its readers sees it.
func (s *Server) ownItem(u *user, ci *cipher, a itemAccess) obj {
	row := s.itemBody(ci)
	row["folderId"], row["favorite"] = orNull(ci.Folders[u.ID]), ci.Favorites[u.ID]
	row["archivedDate"] = nil
	if archived, ok := ci.Archives[u.ID]; ok {
		row["archivedDate"] = archived
	}
	row["edit"], row["viewPassword"] = a.Edit, a.ViewPassword
	removable := s.mayRemove(ci, a)
	row["permissions"] = obj{"delete": removable, "restore": removable}
	row["object"] = "cipher"
	return row
}

// ownItemDetails adds the collections in which the reader sees the item.
func (s *Server) ownItemDetails(u *user, reach reach, ci *cipher, a itemAccess) obj {
	row := s.ownItem(u, ci, a)
	row["collectionIds"], row["object"] = reach.collectionsOf(ci), "cipherDetails"
	return row
}

func (s *Server) getItem(c *call) (any, error) {
	ci, a, err := s.readableItem(c)
	if err != nil {
		return nil, err
	}
	return s.ownItem(c.user, ci, a), nil
}

func (s *Server) getItemDetails(c *call) (any, error) {
	ci, a, err := s.readableItem(c)
	if err != nil {
		return nil, err
	}
	return s.ownItemDetails(c.user, s.reachOf(c.user), ci, a), nil
}

// getItemAsAdmin serves provider users, too, unlike every other call about one item.
func (s *Server) getItemAsAdmin(c *call) (any, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	ci := s.store.ciphers.get(id)
	sees := func(p permissions) bool { return p.EditAnyCollection || p.DeleteAnyCollection }
	if ci == nil || ci.OrganizationID == "" || !c.may(ci.OrganizationID, sees) {
		return nil, notFound()
	}
	return s.itemMiniDetails(ci), nil
}

func (s *Server) listOwnItems(c *call) (any, error) { return list(s.ownItems(c)), nil }

// ownItems are the caller's own items and those that he reaches as a member.
func (s *Server) ownItems(c *call) []obj {
	rows, reach := []obj{}, s.reachOf(c.user)
	for ci := range s.store.ciphers.all() {
		if a, ok := reach.item(ci); ok {
			rows = append(rows, s.ownItemDetails(c.user, reach, ci, a))
		}
	}
	return rows
}

// Clients that would choke on newer types do not get them in /sync.
const flagNewItemTypes = "pm-32009-new-item-types"

// syncCiphers are the caller's items, without those of types that his client is too old for.
func (s *Server) syncCiphers(c *call) []obj {
	version, _ := c.clientVersion()
	return slices.DeleteFunc(s.ownItems(c), func(row obj) bool {
		switch itemType, _ := row["type"].(int); {
		case itemType >= itemBankAccount:
			return !s.flag(flagNewItemTypes) || slices.Compare(version, []int{2026, 2, 0}) < 0
		case itemType == itemSSHKey:
			return slices.Compare(version, []int{2024, 12, 0}) < 0
		}
		return false
	})
}

// itemsOf are an organization's items, those in the trash included.
func (s *Server) itemsOf(organizationID string) []*cipher {
	return s.store.ciphers.where(func(ci *cipher) bool { return ci.OrganizationID == organizationID })
}

// listOrganizationItems is what owners, admins and provider users read; members' own collections only on demand.
func (s *Server) listOrganizationItems(c *call) (any, error) {
	orgID, err := c.queryID("organizationId")
	if err != nil {
		return nil, err
	}
	reads := func(p permissions) bool { return p.AccessImportExport || p.EditAnyCollection || p.AccessReports }
	if orgID == "" || !c.may(orgID, reads) {
		return nil, notFound()
	}
	rows, all := []obj{}, c.queryFlag("includeMemberItems")
	for _, ci := range s.itemsOf(orgID) {
		if all || !s.isMemberItem(ci) {
			rows = append(rows, s.itemMiniDetails(ci))
		}
	}
	return list(rows), nil
}

// isMemberItem tells whether an item lies in a member's own collection.
func (s *Server) isMemberItem(ci *cipher) bool {
	for id := range ci.Collections {
		if col := s.store.collections.get(id); col != nil && col.Type == myItems {
			return true
		}
	}
	return false
}

// listAssignedItems are those that the caller reaches as a member, and for admins the ones without a collection.
func (s *Server) listAssignedItems(c *call) (any, error) {
	orgID, err := c.queryID("organizationId")
	if err != nil {
		return nil, err
	}
	if _, member := c.role(orgID); !member {
		return nil, notFound()
	}
	rows, reach := []obj{}, s.reachOf(c.user)
	for _, ci := range s.itemsOf(orgID) {
		a, ok := reach.item(ci)
		if !ok && c.administersItems(orgID) && len(ci.Collections) == 0 {
			a, ok = itemAccess{Edit: true, ViewPassword: true}, true
		}
		if ok {
			rows = append(rows, s.ownItemDetails(c.user, reach, ci, a))
		}
	}
	return list(rows), nil
}

// touchReaders tells those who reach an item that something changed.
func (s *Server) touchReaders(ci *cipher) {
	if ci.OrganizationID == "" {
		s.touch(ci.UserID)
		return
	}
	for _, m := range s.membersOf(ci.OrganizationID) {
		if m.Status != statusConfirmed {
			continue
		}
		for id := range ci.Collections {
			if col := s.store.collections.get(id); col != nil {
				if _, ok := s.accessTo(m, col); ok {
					s.touch(m.UserID)
				}
			}
		}
	}
}

// logItemEvent writes an event about an organization's item; personal items have none.
func (s *Server) logItemEvent(c *call, ci *cipher, eventType int) {
	if ci.OrganizationID != "" {
		s.logEvent(c, event{Type: eventType, OrganizationID: ci.OrganizationID, CipherID: ci.ID})
	}
}

// outdated refuses to overwrite an item that somebody else changed: more than a second lies between the revision that
// the client knows and the stored one. A client that tells none overwrites silently.
func (ci *cipher) outdated(lastKnown *time.Time) error {
	if lastKnown != nil && ci.RevisionDate.Sub(*lastKnown).Abs() > time.Second {
		return badRequest("The item cannot be saved because it is out of date. " +
			"To edit this item, first sync your vault, or log out and back in.")
	}
	return nil
}
