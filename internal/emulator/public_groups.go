// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

// publicGroupIn is the group {id} in the path.
func (s *Server) publicGroupIn(c *call, org *organization) (*group, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	g := s.store.groups.get(id)
	if g == nil || g.OrganizationID != org.ID {
		return nil, unknown()
	}
	return g, nil
}

func (s *Server) publicGroup(g *group) obj {
	return obj{
		"object": "group", "id": g.ID, "collections": s.collectionsOfGroup(g), "name": g.Name,
		"externalId": g.ExternalID,
	}
}

func (s *Server) publicGroups(_ *call, org *organization) (any, error) {
	rows := []obj{}
	for _, g := range s.groupsOf(org.ID) {
		rows = append(rows, s.publicGroup(g))
	}
	return publicList(rows), nil
}

func (s *Server) publicGetGroup(c *call, org *organization) (any, error) {
	g, err := s.publicGroupIn(c, org)
	if err != nil {
		return nil, err
	}
	return s.publicGroup(g), nil
}

type publicGroupRequest struct {
	Name        string         `json:"name"`
	ExternalID  *string        `json:"externalId"`
	Collections []memberAccess `json:"collections"` // nil: as they are
}

func (r *publicGroupRequest) validate(p problems) {
	p.required("Name", r.Name)
	p.stringLength("Name", r.Name, 100)
	checkExternalID(p, r.ExternalID)
}

// allowed checks what the request asks for.
func (r *publicGroupRequest) allowed(org *organization) error {
	return groupAllowed(org, &groupRequest{Collections: r.Collections})
}

func anyCollection(*collection) bool { return true }

// publicCreateGroup drops collections that the organization does not have.
func (s *Server) publicCreateGroup(c *call, org *organization) (any, error) {
	r := publicGroupRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if err := r.allowed(org); err != nil {
		return nil, err
	}
	g := s.newGroup(org.ID, r.Name)
	g.ExternalID = r.ExternalID
	s.setGroupCollections(g, r.Collections, anyCollection)
	s.touchMembers(org.ID)
	s.logEvent(c, event{Type: 1400, OrganizationID: org.ID, GroupID: g.ID})
	return s.publicGroup(g), nil
}

// publicUpdateGroup clears a missing external id.
func (s *Server) publicUpdateGroup(c *call, org *organization) (any, error) {
	if _, err := c.id("id"); err != nil {
		return nil, err
	}
	r := publicGroupRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	g, err := s.publicGroupIn(c, org)
	if err != nil {
		return nil, err
	}
	if s.foreignAccess(org, r.Collections, nil) {
		return nil, notFound()
	}
	if err := r.allowed(org); err != nil {
		return nil, err
	}
	g.Name, g.ExternalID, g.RevisionDate = r.Name, r.ExternalID, s.now()
	if r.Collections != nil {
		s.setGroupCollections(g, r.Collections, anyCollection)
	}
	s.touchMembers(org.ID)
	s.logEvent(c, event{Type: 1401, OrganizationID: org.ID, GroupID: g.ID})
	return s.publicGroup(g), nil
}

// publicDeleteGroup goes past everything that would write an audit event.
func (s *Server) publicDeleteGroup(c *call, org *organization) (any, error) {
	g, err := s.publicGroupIn(c, org)
	if err != nil {
		return nil, err
	}
	s.dropGroup(g)
	return nil, nil
}

// publicMemberIDs is a bare array.
func (s *Server) publicMemberIDs(c *call, org *organization) (any, error) {
	g, err := s.publicGroupIn(c, org)
	if err != nil {
		return nil, err
	}
	ids := []string{}
	for _, m := range s.membersOf(org.ID) {
		if g.Members[m.ID] {
			ids = append(ids, m.ID)
		}
	}
	return ids, nil
}

type memberIDsRequest struct {
	MemberIDs []guid `json:"memberIds"`
}

func (r *memberIDsRequest) validate(p problems) { p.present("MemberIds", r.MemberIDs != nil) }

// publicSetMemberIDs is not audited either.
func (s *Server) publicSetMemberIDs(c *call, org *organization) (any, error) {
	r := memberIDsRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	g, err := s.publicGroupIn(c, org)
	if err != nil {
		return nil, err
	}
	s.setGroupMembers(g, r.MemberIDs)
	s.touchMembers(org.ID)
	return nil, nil
}
