// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

// publicCollectionIn is the collection {id} in the path.
func (s *Server) publicCollectionIn(c *call, org *organization) (*collection, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	col := s.store.collections.get(id)
	if col == nil || col.OrganizationID != org.ID {
		return nil, unknown()
	}
	return col, nil
}

// publicCollection has no name: the server cannot read it, and the organization has no key.
func (s *Server) publicCollection(col *collection) obj {
	return obj{"object": "collection", "id": col.ID, "groups": s.groupLines(col), "externalId": col.ExternalID}
}

// publicCollections are the shared ones.
func (s *Server) publicCollections(_ *call, org *organization) (any, error) {
	rows := []obj{}
	for _, col := range s.collectionsOf(org.ID) {
		if col.Type == sharedCollection {
			rows = append(rows, s.publicCollection(col))
		}
	}
	return publicList(rows), nil
}

func (s *Server) publicGetCollection(c *call, org *organization) (any, error) {
	col, err := s.publicCollectionIn(c, org)
	if err != nil {
		return nil, err
	}
	if col.Type == myItems {
		return nil, unknown()
	}
	return s.publicCollection(col), nil
}

type publicCollectionRequest struct {
	ExternalID *string        `json:"externalId"`
	Groups     []memberAccess `json:"groups"` // nil: as they are
}

func (r *publicCollectionRequest) validate(p problems) { checkExternalID(p, r.ExternalID) }

// publicUpdateCollection clears a missing external id; the members' own access stays.
func (s *Server) publicUpdateCollection(c *call, org *organization) (any, error) {
	if _, err := c.id("id"); err != nil {
		return nil, err
	}
	r := publicCollectionRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	col, err := s.publicCollectionIn(c, org)
	if err != nil {
		return nil, err
	}
	if col.Type == myItems {
		return nil, badRequest("You cannot edit a collection with the type as DefaultUserCollection.")
	}
	managed := anyManages(r.Groups) || r.Groups == nil && anyManage(col.Groups) || anyManage(col.Members)
	if err := plausibleAccess(org, r.Groups, managed); err != nil {
		return nil, err
	}
	col.ExternalID, col.RevisionDate = r.ExternalID, s.now()
	s.setAccess(col, &collectionRequest{Groups: r.Groups})
	s.logEvent(c, event{Type: 1301, OrganizationID: org.ID, CollectionID: col.ID})
	return s.publicCollection(col), nil
}

// publicDeleteCollection writes no audit event.
func (s *Server) publicDeleteCollection(c *call, org *organization) (any, error) {
	col, err := s.publicCollectionIn(c, org)
	if err != nil {
		return nil, err
	}
	if col.Type == myItems {
		return nil, badRequest(myItemsStay)
	}
	s.dropCollection(col)
	return nil, nil
}
