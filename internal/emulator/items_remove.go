// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "slices"

// bulkItemsMaximum is how many items the cloud takes in one call.
const bulkItemsMaximum = 500

// itemChange is one of three things that readers and administrators do with one or many items.
type itemChange struct {
	path     string // of the PUT routes
	apply    func(s *Server, c *call, ci *cipher)
	refusal  string // for a reader without the right
	tooMany  string
	restores bool // the answer shows the items
}

var (
	trashing = itemChange{
		path: "/delete", apply: trash, refusal: "You do not have permissions to soft delete this.",
		tooMany: "You can only delete up to 500 items at a time.",
	}
	restoring = itemChange{
		path: "/restore", apply: restore, refusal: "You do not have permissions to delete this.",
		tooMany: "You can only restore up to 500 items at a time.", restores: true,
	}
	erasing = itemChange{
		apply: erase, refusal: "You do not have permissions to delete this.",
		tooMany: `You can only delete up to 500 items at a time. Consider using the "Purge Vault" option instead.`,
	}
)

// trash and restore do nothing to an item that is where it should be.
func trash(s *Server, c *call, ci *cipher) {
	if ci.DeletedDate != nil {
		return
	}
	now := s.now()
	ci.DeletedDate, ci.RevisionDate = &now, now
	clear(ci.Archives)
	s.touchReaders(ci)
	s.logItemEvent(c, ci, 1115)
}

func restore(s *Server, c *call, ci *cipher) {
	if ci.DeletedDate == nil {
		return
	}
	ci.DeletedDate, ci.RevisionDate = nil, s.now()
	s.touchReaders(ci)
	s.logItemEvent(c, ci, 1116)
}

func erase(s *Server, c *call, ci *cipher) {
	s.touchReaders(ci)
	s.store.ciphers.remove(ci.ID)
	s.logItemEvent(c, ci, 1102)
}

func (ch *itemChange) ofOne(c *call) (any, error) {
	ci, a, err := c.s.readableItem(c)
	if err != nil {
		return nil, err
	}
	if !c.s.mayRemove(ci, a) {
		return nil, badRequest(ch.refusal)
	}
	ch.apply(c.s, c, ci)
	if !ch.restores {
		return nil, nil
	}
	return c.s.ownItem(c.user, ci, a), nil
}

// ofOneAsAdmin shows a restored item as it was before: still deleted.
func (ch *itemChange) ofOneAsAdmin(c *call) (any, error) {
	ci, err := c.s.administeredItem(c, c.removesAsAdmin)
	if err != nil {
		return nil, err
	}
	before := c.s.itemBody(ci)
	ch.apply(c.s, c, ci)
	if !ch.restores {
		return nil, nil
	}
	return before, nil
}

type bulkItemsRequest struct {
	IDs            []guid `json:"ids"`
	OrganizationID string `json:"organizationId"`
}

func (r *bulkItemsRequest) validate(p problems) { p.present("Ids", r.IDs != nil) }

// ofMany passes over items that the caller may not treat so.
func (ch *itemChange) ofMany(c *call) (any, error) {
	reach := c.s.reachOf(c.user)
	return ch.bulk(c, func(ids []guid, _ string) ([]*cipher, bool) {
		return c.s.itemsNamed(ids, func(ci *cipher) bool {
			a, ok := reach.item(ci)
			return ok && c.s.mayRemove(ci, a)
		}), true
	})
}

// ofManyAsAdmin refuses all if the caller may not treat one of them so.
func (ch *itemChange) ofManyAsAdmin(c *call) (any, error) {
	return ch.bulk(c, func(ids []guid, orgID string) ([]*cipher, bool) {
		found := c.s.itemsNamed(ids, func(ci *cipher) bool {
			return ci.OrganizationID == orgID && c.removesAsAdmin(ci)
		})
		return found, c.administersItems(orgID) && len(found) == len(ids)
	})
}

func (ch *itemChange) bulk(c *call, choose func(ids []guid, orgID string) ([]*cipher, bool)) (any, error) {
	r := bulkItemsRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if len(r.IDs) > bulkItemsMaximum {
		return nil, badRequest(ch.tooMany)
	}
	orgID, _ := parseGUID(r.OrganizationID)
	chosen, ok := choose(slices.Compact(slices.Sorted(slices.Values(r.IDs))), orgID)
	if !ok {
		return nil, notFound()
	}
	rows := []obj{}
	for _, ci := range chosen {
		ch.apply(c.s, c, ci)
		rows = append(rows, c.s.itemBody(ci))
	}
	if !ch.restores {
		return nil, nil
	}
	return list(rows), nil
}

// itemsNamed are the items with these ids for which keep answers true.
func (s *Server) itemsNamed(ids []guid, keep func(*cipher) bool) []*cipher {
	var found []*cipher
	for _, id := range ids {
		if ci := s.store.ciphers.get(string(id)); ci != nil && keep(ci) {
			found = append(found, ci)
		}
	}
	return found
}

// purge deletes all items of an organization, which every user of its provider may, or the caller's own.
func (s *Server) purge(c *call) (any, error) {
	orgID, err := c.queryID("organizationId")
	if err != nil {
		return nil, err
	}
	r := secretRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if !r.verified(c.user) {
		return nil, wrongSecret("", "User verification failed.")
	}
	if orgID == "" {
		return nil, s.purgeOwn(c)
	}
	if s.store.organizations.get(orgID) == nil || !c.mayEditAnyCollection(orgID) {
		return nil, notFound()
	}
	removeWhere(&s.store.ciphers, func(ci *cipher) (string, bool) { return ci.ID, ci.OrganizationID == orgID })
	s.touchMembers(orgID)
	s.logEvent(c, event{Type: 1601, OrganizationID: orgID})
	return nil, nil
}

func (s *Server) purgeOwn(c *call) error {
	claimed := s.store.members.first(func(m *member) bool {
		return m.UserID == c.user.ID && s.claimed(s.store.organizations.get(m.OrganizationID), c.user)
	})
	if claimed != nil {
		return badRequest("Cannot purge accounts owned by an organization. " +
			"Contact your organization administrator for additional details.")
	}
	removeWhere(&s.store.ciphers, func(ci *cipher) (string, bool) { return ci.ID, ci.UserID == c.user.ID })
	removeWhere(&s.store.folders, func(f *folder) (string, bool) { return f.ID, f.UserID == c.user.ID })
	s.touch(c.user.ID)
	return nil
}
