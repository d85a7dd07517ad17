// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"net/http"
)

// publicHandler serves a route of the public API for the organization whose token came along: it acts by itself, with
// all an owner's power and no acting user in the audit log.
type publicHandler func(c *call, org *organization) (any, error)

// byPublicAPI is the system user that some audit events of the public API name.
const byPublicAPI = 3

func (s *Server) publicRoutes() {
	s.public("GET", "/members", s.publicMembers)
	s.public("POST", "/members", s.publicInvite)
	s.public("GET", "/members/{id}", s.publicGetMember)
	s.public("PUT", "/members/{id}", s.publicUpdateMember)
	s.public("DELETE", "/members/{id}", s.publicRemoveMember)
	s.public("GET", "/members/{id}/group-ids", s.publicGroupIDs)
	s.public("PUT", "/members/{id}/group-ids", s.publicSetGroupIDs)
	s.public("POST", "/members/{id}/reinvite", s.publicReinvite)
	s.public("POST", "/members/{id}/revoke", s.publicRevoke)
	s.public("POST", "/members/{id}/restore", s.publicRestore)
	s.public("GET", "/groups", s.publicGroups)
	s.public("POST", "/groups", s.publicCreateGroup)
	s.public("GET", "/groups/{id}", s.publicGetGroup)
	s.public("PUT", "/groups/{id}", s.publicUpdateGroup)
	s.public("DELETE", "/groups/{id}", s.publicDeleteGroup)
	s.public("GET", "/groups/{id}/member-ids", s.publicMemberIDs)
	s.public("PUT", "/groups/{id}/member-ids", s.publicSetMemberIDs)
	s.public("GET", "/collections", s.publicCollections)
	s.public("GET", "/collections/{id}", s.publicGetCollection)
	s.public("PUT", "/collections/{id}", s.publicUpdateCollection)
	s.public("DELETE", "/collections/{id}", s.publicDeleteCollection)
	s.public("GET", "/policies", s.publicPolicies)
	s.public("GET", "/policies/{type:text}", s.publicGetPolicy)
	s.public("PUT", "/policies/{type:text}", s.publicPutPolicy)
	s.public("GET", "/events", s.publicEvents)
	s.public("GET", "/organization/subscription", s.publicSubscription)
}

func (s *Server) public(method, path string, h publicHandler) {
	s.api(method, "/public"+path, organizationToken, func(c *call) (any, error) {
		org := s.store.organizations.get(c.token.Subject)
		if org == nil {
			return nil, unauthorized()
		}
		return h(c, org)
	}).withErrors(publicErrors)
}

// unknown is the 404 of the public API, which has no body.
func unknown() error { return emptyStatus(http.StatusNotFound) }

// publicList is the envelope of the public API: it has no continuation token.
func publicList(rows []obj) obj { return obj{"object": "list", "data": rows} }

func publicPolicy(p *policy) obj {
	body := obj{"object": "policy", "id": p.ID, "type": p.Type, "enabled": p.Enabled, "data": nil}
	if p.Data != nil {
		body["data"] = json.RawMessage(*p.Data)
	}
	return body
}

func (s *Server) publicPolicies(_ *call, org *organization) (any, error) {
	rows := []obj{}
	for p := range s.store.policies.all() {
		if p.OrganizationID == org.ID {
			rows = append(rows, publicPolicy(p))
		}
	}
	return publicList(rows), nil
}

// publicGetPolicy does not know a policy that was never set.
func (s *Server) publicGetPolicy(c *call, org *organization) (any, error) {
	policyType, err := c.policyType()
	if err != nil {
		return nil, err
	}
	p := s.policyOf(org.ID, policyType)
	if p == nil {
		return nil, unknown()
	}
	return publicPolicy(p), nil
}

type publicPolicyRequest struct {
	Enabled  *bool           `json:"enabled"`
	Data     json.RawMessage `json:"data"`
	Metadata struct {
		DefaultUserCollectionName *string `json:"defaultUserCollectionName"`
	} `json:"metadata"`
}

func (r *publicPolicyRequest) validate(p problems) { p.present("Enabled", r.Enabled != nil) }

func (s *Server) publicPutPolicy(c *call, org *organization) (any, error) {
	policyType, err := c.policyType()
	if err != nil {
		return nil, err
	}
	r := publicPolicyRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	p, err := s.savePolicy(c, org, policyChange{
		Type: policyType, Enabled: *r.Enabled, Data: storedData(r.Data),
		MyItemsName: r.Metadata.DefaultUserCollectionName,
	})
	if err != nil {
		return nil, err
	}
	return publicPolicy(p), nil
}

// publicEvents may be asked for those of one acting user, or about one item.
func (s *Server) publicEvents(c *call, org *organization) (any, error) {
	actor, err := c.queryID("actingUserId")
	if err != nil {
		return nil, err
	}
	item, err := c.queryID("itemId")
	if err != nil {
		return nil, err
	}
	page, next, err := s.eventPage(c, true, func(e *event) bool {
		switch {
		case e.OrganizationID != org.ID:
			return false
		case actor != "":
			return e.ActingUserID == actor
		}
		return item == "" || e.CipherID == item
	})
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, e := range page {
		rows = append(rows, publicEvent(e))
	}
	return pageOf(rows, next), nil
}

func publicEvent(e *event) obj {
	return obj{
		"object": "event", "type": e.Type, "itemId": orNull(e.CipherID), "collectionId": orNull(e.CollectionID),
		"groupId": orNull(e.GroupID), "policyId": orNull(e.PolicyID), "memberId": orNull(e.OrganizationUserID),
		"actingUserId": orNull(e.ActingUserID), "installationId": orNull(e.InstallationID), "date": e.Date,
		"device": e.DeviceType, "ipAddress": e.IP, "secretId": nil, "projectId": nil, "serviceAccountId": nil,
	}
}

func (s *Server) publicSubscription(_ *call, org *organization) (any, error) {
	return obj{
		"passwordManager": obj{
			"seats": org.Seats, "maxAutoScaleSeats": org.MaxAutoscaleSeats, "storage": org.MaxStorageGB,
		},
		"secretsManager": obj{
			"seats": nil, "maxAutoScaleSeats": nil, "serviceAccounts": nil, "maxAutoScaleServiceAccounts": nil,
		},
	}, nil
}
