// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"strconv"
)

// connection is what ties an organization to another system. Of the server's types only SCIM works in the cloud.
type connection struct {
	ID             string
	OrganizationID string
	Type           int
	Enabled        bool
	ConfigEnabled  bool
}

// scimConnection is the type of a SCIM connection.
const scimConnection = 2

func (s *Server) connectionRoutes() {
	const base = "/organizations/connections"
	s.api("POST", base, signedIn, s.createConnection)
	s.api("GET", base+"/{orgId:guid}/{type:text}", signedIn, s.getConnection)
	s.api("PUT", base+"/{id:guid}", signedIn, s.updateConnection)
	s.api("DELETE", base+"/{id:guid}", signedIn, s.deleteConnection)
	s.api("POST", base+"/{id:guid}/delete", signedIn, s.deleteConnection)
}

// connectionOf is an organization's connection of a type, nil without.
func (s *Server) connectionOf(organizationID string, connectionType int) *connection {
	return s.store.connections.first(func(x *connection) bool {
		return x.OrganizationID == organizationID && x.Type == connectionType
	})
}

// connectionBody writes the configuration's names with capitals, as the server does. Without a connection it is a body
// of zeros.
func connectionBody(x *connection) obj {
	if x == nil {
		return obj{
			"id": nil, "type": 0, "organizationId": "00000000-0000-0000-0000-000000000000", "enabled": false, "config": nil,
		}
	}
	return obj{
		"id": x.ID, "type": x.Type, "organizationId": x.OrganizationID, "enabled": x.Enabled,
		"config": obj{"Enabled": x.ConfigEnabled},
	}
}

type connectionRequest struct {
	Type           enum `json:"type"`
	OrganizationID guid `json:"organizationId"`
	Enabled        bool `json:"enabled"`
	Config         *struct {
		Enabled bool `json:"enabled"`
	} `json:"config"`
}

func (r *connectionRequest) apply(x *connection) *connection {
	x.Enabled, x.ConfigEnabled = r.Enabled, r.Config != nil && r.Config.Enabled
	return x
}

func (s *Server) createConnection(c *call) (any, error) {
	r := connectionRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if err := c.mayConnect(string(r.OrganizationID), int(r.Type), "create"); err != nil {
		return nil, err
	}
	if s.connectionOf(string(r.OrganizationID), int(r.Type)) != nil {
		return nil, badRequest("The requested organization already has a connection of type Scim. " +
			"Only one of each connection type may exist per organization.")
	}
	x := &connection{ID: newID(), OrganizationID: string(r.OrganizationID), Type: int(r.Type)}
	return connectionBody(s.store.connections.add(x.ID, r.apply(x))), nil
}

// mayConnect is a 400 for callers without the right to the kind of connection.
func (c *call) mayConnect(organizationID string, connectionType int, what string) error {
	if connectionType == scimConnection && c.mayManageScim(organizationID) {
		return nil
	}
	return badRequest(fmt.Sprintf("You do not have permission to %s this connection.", what))
}

func (s *Server) getConnection(c *call) (any, error) {
	connectionType, err := strconv.Atoi(c.values["type"])
	if err != nil {
		return nil, modelState("type", fmt.Sprintf("The value '%s' is not valid.", c.values["type"]))
	}
	if err := c.mayConnect(c.values["orgId"], connectionType, "get"); err != nil {
		return nil, err
	}
	return connectionBody(s.connectionOf(c.values["orgId"], connectionType)), nil
}

func (s *Server) updateConnection(c *call) (any, error) {
	r := connectionRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	x := s.store.connections.get(c.values["id"])
	if x == nil {
		return nil, notFound()
	}
	if err := c.mayConnect(x.OrganizationID, x.Type, "update"); err != nil {
		return nil, err
	}
	return connectionBody(r.apply(x)), nil
}

func (s *Server) deleteConnection(c *call) (any, error) {
	x := s.store.connections.get(c.values["id"])
	if x == nil {
		return nil, notFound()
	}
	if err := c.mayConnect(x.OrganizationID, x.Type, "remove"); err != nil {
		return nil, err
	}
	s.store.connections.remove(x.ID)
	return nil, nil
}
