// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

func (s *Server) exportRoutes() {
	s.api("GET", "/organizations/{orgId}/export", signedIn, s.exportOrganization)
}

// exportOrganization is for members only: everything for owners, admins and the permission, what he manages for anybody
// else. Members' own collections stay out.
func (s *Server) exportOrganization(c *call) (any, error) {
	orgID, err := c.parsedID("orgId")
	if err != nil {
		return nil, err
	}
	role, member := c.role(orgID)
	if !member {
		return nil, notFound()
	}
	p := c.permissionsIn(orgID)
	whole := role == roleOwner || role == roleAdmin || p != nil && p.AccessImportExport
	collections, exported := []obj{}, map[string]bool{}
	for _, col := range s.collectionsOf(orgID) {
		if col.Type == sharedCollection && (whole || c.managesIt(col)) {
			collections = append(collections, collectionBody(col))
			exported[col.ID] = true
		}
	}
	items := []obj{}
	for _, ci := range s.itemsOf(orgID) {
		if whole && !s.isMemberItem(ci) || !whole && liesIn(ci, exported) {
			items = append(items, s.itemMiniDetails(ci))
		}
	}
	return obj{"collections": collections, "ciphers": items, "object": "organizationExport"}, nil
}

// liesIn tells whether an item is in one of the collections.
func liesIn(ci *cipher, collections map[string]bool) bool {
	for id := range ci.Collections {
		if collections[id] {
			return true
		}
	}
	return false
}
