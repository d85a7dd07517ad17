// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"slices"
	"time"
)

// bindWithID reads the body of a call about {id}, whose spelling is checked before it.
func (c *call) bindWithID(request any) error {
	if _, err := c.id("id"); err != nil {
		return err
	}
	return c.bind(request)
}

// forCaller refuses an item that was encrypted for somebody else.
func (r *itemRequest) forCaller(c *call) error {
	if r.EncryptedFor != nil && string(*r.EncryptedFor) != c.user.ID {
		return badRequest("Cipher was not encrypted for the current user. Please try again.")
	}
	return nil
}

// fill writes everything that all readers share. A request without the part that the item's type wants is a 500, as is
// an unknown type.
func (ci *cipher) fill(r *itemRequest) error {
	if r.Data != nil {
		ci.Content, ci.Data = contentOf(ci.Type, *r.Data), *r.Data
	} else {
		data, ok := r.stored(ci.Type)
		if !ok {
			return serverError()
		}
		ci.Content, ci.Data = r.itemContent, data
	}
	ci.Key, ci.Reprompt = r.Key, int(r.Reprompt)
	return nil
}

// fillView writes what each reader has for himself.
func (ci *cipher) fillView(u *user, r *itemRequest) {
	ci.setFolder(u, r.FolderID)
	set(ci.Favorites, u.ID, r.Favorite, r.Favorite)
	archived := time.Time{}
	if r.ArchivedDate != nil {
		archived = *r.ArchivedDate
	}
	set(ci.Archives, u.ID, archived, r.ArchivedDate != nil)
}

func (ci *cipher) setFolder(u *user, folderID string) {
	set(ci.Folders, u.ID, folderID, folderID != "")
}

// set writes a value into a map, or takes it out.
func set[V any](m map[string]V, key string, value V, present bool) {
	if present {
		m[key] = value
	} else {
		delete(m, key)
	}
}

// draft is an item that a request describes, not stored yet.
func (s *Server) draft(r *itemRequest) (*cipher, error) {
	now := s.now()
	ci := &cipher{
		ID: newID(), Type: int(r.Type), Collections: map[string]bool{}, Folders: map[string]string{},
		Favorites: map[string]bool{}, Archives: map[string]time.Time{}, CreationDate: now, RevisionDate: now,
	}
	if r.OrganizationID != "" {
		id, ok := parseGUID(r.OrganizationID)
		if !ok {
			return nil, serverError()
		}
		ci.OrganizationID = id
	}
	return ci, ci.fill(r)
}

// draftFor is the draft of an item for the caller himself or for an organization that he belongs to; a user of the
// organization's provider passes for a member here.
func (s *Server) draftFor(c *call, r *itemRequest) (*cipher, error) {
	if err := r.forCaller(c); err != nil {
		return nil, err
	}
	ci, err := s.draft(r)
	switch {
	case err != nil:
		return nil, err
	case ci.OrganizationID != "" && !c.belongsTo(ci.OrganizationID):
		return nil, notFound()
	case ci.OrganizationID == "":
		if s.boundBy(c.user, policyDataOwnership) {
			return nil, badRequest(
				"Due to an Enterprise Policy, you are restricted from saving items to your personal vault.")
		}
		ci.UserID = c.user.ID
	}
	ci.fillView(c.user, r)
	return ci, nil
}

// boundBy tells whether a policy of any of a user's organizations holds for him.
func (s *Server) boundBy(u *user, policyType int) bool {
	return s.store.members.first(func(m *member) bool {
		return m.UserID == u.ID && m.Status == statusConfirmed && s.policyBinds(m, policyType)
	}) != nil
}

func (s *Server) addItem(c *call, ci *cipher) {
	s.store.ciphers.add(ci.ID, ci)
	s.touchReaders(ci)
	s.logItemEvent(c, ci, 1100)
}

// createItem stores an organization's item without a collection.
func (s *Server) createItem(c *call) (any, error) {
	r := itemRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	ci, err := s.draftFor(c, &r)
	if err != nil {
		return nil, err
	}
	s.addItem(c, ci)
	return fresh(s.ownItem(c.user, ci, itemAccess{Edit: true, ViewPassword: true})), nil
}

type createItemRequest struct {
	Cipher        *itemRequest `json:"cipher"`
	CollectionIDs []guid       `json:"collectionIds"`
}

func (r *createItemRequest) validate(p problems) {
	p.present("Cipher", r.Cipher != nil)
	if r.Cipher != nil {
		r.Cipher.check(p, "Cipher.")
	}
	if len(p) == 0 && r.Cipher.OrganizationID != "" && len(r.CollectionIDs) == 0 {
		p.add("CollectionIds", "You must select at least one collection.")
	}
}

// createItemIn assigns the item to those of the collections that the caller may write. If there is none, the item is
// stored unassigned and the answer is a 404, because the caller cannot read it back: provider users always leave such
// an orphan.
func (s *Server) createItemIn(c *call) (any, error) {
	r := createItemRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	ci, err := s.draftFor(c, r.Cipher)
	if err != nil {
		return nil, err
	}
	reach := s.reachOf(c.user)
	reach.assign(s, ci, r.CollectionIDs)
	s.addItem(c, ci)
	a, ok := reach.item(ci)
	if !ok {
		return nil, notFound()
	}
	return s.ownItem(c.user, ci, a), nil
}

// createItemAsAdmin drops collections that the organization does not have: without any the item stays unassigned.
func (s *Server) createItemAsAdmin(c *call) (any, error) {
	r := createItemRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	ci, err := s.draft(r.Cipher)
	switch {
	case err != nil:
		return nil, err
	case ci.OrganizationID == "":
		return nil, serverError()
	case !c.editsAllItems(ci.OrganizationID):
		return nil, notFound()
	}
	if err := r.Cipher.forCaller(c); err != nil {
		return nil, err
	}
	s.assignAll(ci, r.CollectionIDs)
	s.addItem(c, ci)
	return fresh(s.itemBody(ci)), nil
}

const mayNotEdit = "You do not have permissions to edit this."

// updateItem replaces everything but the type and the collections. What the request leaves out is gone: also the key,
// without which the item cannot be read.
func (s *Server) updateItem(c *call) (any, error) {
	r := itemRequest{}
	if err := c.bindWithID(&r); err != nil {
		return nil, err
	}
	ci, a, err := s.readableItem(c)
	if err != nil {
		return nil, err
	}
	if err := r.forCaller(c); err != nil {
		return nil, err
	}
	if orgID, ok := parseGUID(r.OrganizationID); ci.OrganizationID != orgID || !ok && r.OrganizationID != "" {
		return nil, badRequest(
			"Organization mismatch. Re-sync if you recently moved this item, then try again.")
	}
	changed := *ci
	if err := changed.fill(&r); err != nil {
		return nil, err
	}
	if !a.Edit {
		return nil, badRequest(mayNotEdit)
	}
	if err := ci.outdated(r.LastKnownRevisionDate); err != nil {
		return nil, err
	}
	if err := changed.guardHidden(ci, a); err != nil {
		return nil, err
	}
	changed.fillView(c.user, &r)
	s.replaceItem(c, ci, changed)
	return s.ownItem(c.user, ci, a), nil
}

// guardHidden keeps passwords that an editor may not see as they were.
func (ci *cipher) guardHidden(old *cipher, a itemAccess) error {
	if ci.OrganizationID == "" || a.ViewPassword {
		return nil
	}
	if old.Key == nil && ci.Key != nil {
		return badRequest("You do not have permission to add cipher key encryption.")
	}
	ci.Content.keepHidden(&old.Content)
	ci.Data, _ = ci.Content.stored(ci.Type)
	return nil
}

func (s *Server) replaceItem(c *call, ci *cipher, changed cipher) {
	*ci = changed
	ci.RevisionDate = s.now()
	s.touchReaders(ci)
	s.logItemEvent(c, ci, 1101)
}

// updateItemAsAdmin answers 500 for an item that is gone.
func (s *Server) updateItemAsAdmin(c *call) (any, error) {
	r := itemRequest{}
	if err := c.bindWithID(&r); err != nil {
		return nil, err
	}
	if err := r.forCaller(c); err != nil {
		return nil, err
	}
	id, err := c.id("id")
	if err != nil || s.store.ciphers.get(id) == nil {
		return nil, serverError()
	}
	ci, err := s.administeredItem(c, c.editsAsAdmin)
	if err != nil {
		return nil, err
	}
	changed := *ci
	if err := changed.fill(&r); err != nil {
		return nil, err
	}
	if err := ci.outdated(r.LastKnownRevisionDate); err != nil {
		return nil, err
	}
	s.replaceItem(c, ci, changed)
	return s.itemBody(ci), nil
}

// updateOwnView changes what the caller has for himself, which a mere reader may.
func (s *Server) updateOwnView(c *call) (any, error) {
	r := struct {
		FolderID string `json:"folderId"`
		Favorite bool   `json:"favorite"`
	}{}
	if err := c.bindWithID(&r); err != nil {
		return nil, err
	}
	ci, a, err := s.readableItem(c)
	if err != nil {
		return nil, serverError() // the server looks it up afterwards
	}
	ci.setFolder(c.user, r.FolderID)
	set(ci.Favorites, c.user.ID, true, r.Favorite)
	s.touch(c.user.ID)
	return s.ownItem(c.user, ci, a), nil
}

type moveItemsRequest struct {
	bulkItemsRequest
	FolderID string `json:"folderId"`
}

func (s *Server) moveItems(c *call) (any, error) {
	r := moveItemsRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if len(r.IDs) > bulkItemsMaximum {
		return nil, badRequest("You can only move up to 500 items at a time.")
	}
	reach := s.reachOf(c.user)
	for _, id := range r.IDs {
		if ci := s.store.ciphers.get(string(id)); ci != nil {
			if _, ok := reach.item(ci); ok {
				ci.setFolder(c.user, r.FolderID)
			}
		}
	}
	s.touch(c.user.ID)
	return nil, nil
}

type shareItemsRequest struct {
	Ciphers       []itemRequest `json:"ciphers"`
	CollectionIDs []guid        `json:"collectionIds"`
}

func (r *shareItemsRequest) validate(p problems) {
	p.present("Ciphers", len(r.Ciphers) > 0)
	for i := range r.Ciphers {
		r.Ciphers[i].check(p, fmt.Sprintf("Ciphers[%d].", i))
		if len(p) == 0 && r.Ciphers[i].OrganizationID == "" {
			p.add("OrganizationId", "Cipher OrganizationId is required.")
		}
	}
	if len(p) == 0 && len(r.CollectionIDs) == 0 {
		p.add("CollectionIds", "You must select at least one collection.")
	}
}

// shareItem moves a personal item into an organization.
func (s *Server) shareItem(c *call) (any, error) {
	r := createItemRequest{}
	if err := c.bindWithID(&r); err != nil {
		return nil, err
	}
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	ci := s.store.ciphers.get(id)
	if ci == nil || ci.UserID != c.user.ID {
		return nil, notFound()
	}
	reach := s.reachOf(c.user)
	if err := s.share(c, reach, ci, r.Cipher, r.CollectionIDs); err != nil {
		return nil, err
	}
	a, _ := reach.item(ci)
	return s.ownItem(c.user, ci, a), nil
}

func (s *Server) shareItems(c *call) (any, error) {
	r := shareItemsRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	rows, reach := []obj{}, s.reachOf(c.user)
	for i := range r.Ciphers {
		var ci *cipher
		if id := r.Ciphers[i].ID; id != nil {
			ci = s.store.ciphers.get(string(*id))
		}
		if ci == nil || ci.UserID != c.user.ID {
			return nil, badRequest("Trying to share ciphers that you do not own.")
		}
		if err := s.share(c, reach, ci, &r.Ciphers[i], r.CollectionIDs); err != nil {
			return nil, err
		}
		rows = append(rows, s.itemBody(ci))
	}
	return list(rows), nil
}

// share hands a personal item to the organization that the request names.
func (s *Server) share(c *call, reach reach, ci *cipher, r *itemRequest, collections []guid) error {
	orgID, ok := parseGUID(r.OrganizationID)
	if !ok {
		return serverError()
	}
	if !c.belongsTo(orgID) {
		return notFound()
	}
	if err := r.forCaller(c); err != nil {
		return err
	}
	if err := ci.outdated(r.LastKnownRevisionDate); err != nil {
		return err
	}
	changed := *ci
	if err := changed.fill(r); err != nil {
		return err
	}
	changed.OrganizationID, changed.UserID, changed.RevisionDate = orgID, "", s.now()
	reach.assign(s, &changed, collections)
	if len(changed.Collections) == 0 {
		return badRequest("Unable to save.")
	}
	*ci = changed
	s.touchReaders(ci)
	s.logItemEvent(c, ci, 1105)
	return nil
}

// assign replaces those of an item's collections that the user may write by those wanted that he may write: he can
// neither take the item out of others nor put it into others.
func (r reach) assign(s *Server, ci *cipher, wanted []guid) {
	for id := range ci.Collections {
		if r.writes(id) && !slices.Contains(wanted, guid(id)) {
			delete(ci.Collections, id)
		}
	}
	for _, id := range wanted {
		col := s.store.collections.get(string(id))
		if col != nil && col.OrganizationID == ci.OrganizationID && r.writes(col.ID) {
			ci.Collections[col.ID] = true
		}
	}
}

// assignAll replaces an item's collections by those that its organization has.
func (s *Server) assignAll(ci *cipher, wanted []guid) {
	clear(ci.Collections)
	for _, id := range wanted {
		if col := s.store.collections.get(string(id)); col != nil && col.OrganizationID == ci.OrganizationID {
			ci.Collections[col.ID] = true
		}
	}
}

type collectionIDsRequest struct {
	CollectionIDs []guid `json:"collectionIds"`
}

func (r *collectionIDsRequest) validate(p problems) {
	p.present("CollectionIds", r.CollectionIDs != nil)
}

// assignItem answers whether the caller still reaches the item.
func (s *Server) assignItem(c *call) (any, error) {
	ci, reach, err := s.reassigned(c)
	if err != nil {
		return nil, err
	}
	a, ok := reach.item(ci)
	if !ok {
		return obj{"unavailable": true, "cipher": nil, "object": "optionalCipherDetails"}, nil
	}
	row := s.ownItemDetails(c.user, reach, ci, a)
	return obj{"unavailable": false, "cipher": row, "object": "optionalCipherDetails"}, nil
}

// assignItemOldStyle answers 500 if the caller no longer reaches the item.
func (s *Server) assignItemOldStyle(c *call) (any, error) {
	ci, reach, err := s.reassigned(c)
	if err != nil {
		return nil, err
	}
	a, ok := reach.item(ci)
	if !ok {
		return nil, serverError()
	}
	return s.ownItemDetails(c.user, reach, ci, a), nil
}

func (s *Server) reassigned(c *call) (*cipher, reach, error) {
	r := collectionIDsRequest{}
	if err := c.bindWithID(&r); err != nil {
		return nil, reach{}, err
	}
	ci, a, err := s.readableItem(c)
	if err != nil {
		return nil, reach{}, err
	}
	if ci.OrganizationID == "" || !c.isOrganizationUser(ci.OrganizationID) || !a.ViewPassword {
		return nil, reach{}, notFound()
	}
	mine := s.reachOf(c.user)
	if err := s.keepApart(mine, ci, r.CollectionIDs); err != nil {
		return nil, reach{}, err
	}
	if !a.Edit {
		return nil, reach{}, badRequest(mayNotEdit)
	}
	s.moveItem(c, ci, func() { mine.assign(s, ci, r.CollectionIDs) })
	return ci, mine, nil
}

// moveItem changes the collections of an item; its revision date stays.
func (s *Server) moveItem(c *call, ci *cipher, move func()) {
	s.touchReaders(ci)
	move()
	s.touchReaders(ci)
	s.logItemEvent(c, ci, 1106)
}

// keepApart refuses to put an item of shared collections into a member's own one.
func (s *Server) keepApart(reach reach, ci *cipher, wanted []guid) error {
	own := func(id string) bool {
		col := s.store.collections.get(id)
		return col != nil && col.Type == myItems
	}
	now := reach.collectionsOf(ci)
	if len(now) > 0 && !slices.ContainsFunc(now, own) &&
		slices.ContainsFunc(wanted, func(id guid) bool { return own(string(id)) }) {
		return badRequest(
			"The cipher(s) cannot be assigned to a default collection when only assigned to non-default collections.")
	}
	return nil
}

// assignItemAsAdmin refuses unknown collections, and takes none at all: the item is unassigned then.
func (s *Server) assignItemAsAdmin(c *call) (any, error) {
	r := collectionIDsRequest{}
	if err := c.bindWithID(&r); err != nil {
		return nil, err
	}
	ci, err := s.administeredItem(c, c.editsAsAdmin)
	if err != nil {
		return nil, err
	}
	if !s.mayFill(c, s.reachOf(c.user), ci.OrganizationID, r.CollectionIDs) {
		return nil, notFound()
	}
	s.moveItem(c, ci, func() { s.assignAll(ci, r.CollectionIDs) })
	return s.itemMiniDetails(ci), nil
}

// mayFill tells whether the caller may put items into all of the collections.
func (s *Server) mayFill(c *call, reach reach, organizationID string, ids []guid) bool {
	return !slices.ContainsFunc(ids, func(id guid) bool {
		col := s.store.collections.get(string(id))
		return col == nil || col.OrganizationID != organizationID ||
			!c.editsAllItems(organizationID) && !reach.writes(col.ID)
	})
}

type bulkAssignRequest struct {
	OrganizationID    guid   `json:"organizationId"`
	CipherIDs         []guid `json:"cipherIds"`
	CollectionIDs     []guid `json:"collectionIds"`
	RemoveCollections bool   `json:"removeCollections"`
}

// assignInBulk adds collections to items or takes them away. It logs nothing.
func (s *Server) assignInBulk(c *call) (any, error) {
	r := bulkAssignRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	reach := s.reachOf(c.user)
	for _, id := range r.CipherIDs {
		ci := s.store.ciphers.get(string(id))
		if ci == nil {
			return nil, serverError()
		}
		if err := s.keepApart(reach, ci, r.CollectionIDs); err != nil {
			return nil, err
		}
		if !s.mayMove(c, reach, ci, string(r.OrganizationID)) {
			return nil, notFound()
		}
	}
	if !s.mayFill(c, reach, string(r.OrganizationID), r.CollectionIDs) {
		return nil, notFound()
	}
	for _, id := range r.CipherIDs {
		ci := s.store.ciphers.get(string(id))
		s.touchReaders(ci)
		for _, collectionID := range r.CollectionIDs {
			set(ci.Collections, string(collectionID), true, !r.RemoveCollections)
		}
		s.touchReaders(ci)
	}
	return nil, nil
}

// mayMove tells whether the caller may change the collections of an organization's item, which he must see whole.
func (s *Server) mayMove(c *call, reach reach, ci *cipher, organizationID string) bool {
	switch {
	case ci.OrganizationID != organizationID:
		return false
	case c.editsAllItems(organizationID):
		return true
	}
	if _, member := c.role(organizationID); !member {
		return false
	}
	a, _ := reach.item(ci)
	return a.Edit && a.ViewPassword || len(ci.Collections) == 0 && c.administersItems(organizationID)
}
