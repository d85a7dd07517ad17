// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"slices"
	"time"
)

func (s *Server) eventRoutes() {
	s.api("GET", "/events", signedIn, s.listOwnEvents)
	s.api("GET", "/organizations/{id}/events", signedIn, s.listOrganizationEvents)
	s.api("GET", "/organizations/{orgId:guid}/users/{id:guid}/events", signedIn, s.listMemberEvents)
	s.api("GET", "/organizations/{orgId}/sends/{id}/events", signedIn, s.listSendEvents)
	s.api("GET", "/ciphers/{id}/events", signedIn, s.listItemEvents)
	s.api("GET", "/providers/{providerId:guid}/events", signedIn, s.listProviderEvents)
	s.api("GET", "/providers/{providerId:guid}/users/{id:guid}/events", signedIn, s.listProviderUserEvents)
	s.router.add("POST", "/events/collect", signedIn, s.collectEvents)
}

// eventsPerPage is how many events an answer holds at most.
const eventsPerPage = 50

// eventPage are the events that a request asks for among those that keep wants, newest first, and the token with which
// the next page is asked for (nil: this is the last). A full page has one even if nothing follows.
//
// Dates that are none are refused before the caller's right is looked at, a range that is too large afterwards.
func (s *Server) eventPage(c *call, allowed bool, keep func(*event) bool) ([]*event, *string, error) {
	from, to, err := c.eventRange()
	switch {
	case err != nil:
		return nil, nil, err
	case !allowed:
		return nil, nil, notFound()
	case to.Sub(from) > 367*24*time.Hour:
		return nil, nil, badRequest("Range too large.")
	}
	log, last := s.store.events, c.queryValue("continuationToken")
	if i := slices.IndexFunc(log, func(e *event) bool { return e.ID == last }); i >= 0 {
		log = log[:i]
	}
	var page []*event
	arrived := s.now().Add(-s.options.EventDelay)
	for _, e := range slices.Backward(log) {
		if e.Date.After(arrived) || e.Date.Before(from) || e.Date.After(to) || !keep(e) {
			continue
		}
		if page = append(page, e); len(page) == eventsPerPage {
			return page, &e.ID, nil
		}
	}
	return page, nil, nil
}

// eventRange is the range in the query: the last 30 days unless both ends are given, in either order.
func (c *call) eventRange() (from, to time.Time, err error) {
	start, err := c.queryTime("start")
	if err != nil {
		return from, to, err
	}
	end, err := c.queryTime("end")
	if err != nil {
		return from, to, err
	}
	if start == nil || end == nil {
		today := c.now().Truncate(24 * time.Hour)
		return today.AddDate(0, 0, -30), today.AddDate(0, 0, 1).Add(-time.Millisecond), nil
	}
	if start.After(*end) {
		start, end = end, start
	}
	return *start, *end, nil
}

func (s *Server) eventList(c *call, allowed bool, keep func(*event) bool) (any, error) {
	page, next, err := s.eventPage(c, allowed, keep)
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, e := range page {
		rows = append(rows, eventBody(e))
	}
	return pageOf(rows, next), nil
}

func eventBody(e *event) obj {
	return obj{
		"type": e.Type, "userId": orNull(e.UserID), "organizationId": orNull(e.OrganizationID),
		"providerId": orNull(e.ProviderID), "cipherId": orNull(e.CipherID), "collectionId": orNull(e.CollectionID),
		"groupId": orNull(e.GroupID), "policyId": orNull(e.PolicyID),
		"organizationUserId": orNull(e.OrganizationUserID), "providerUserId": orNull(e.ProviderUserID),
		"providerOrganizationId": orNull(e.ProviderOrganizationID), "actingUserId": orNull(e.ActingUserID),
		"installationId": orNull(e.InstallationID), "date": e.Date, "deviceType": e.DeviceType, "ipAddress": e.IP,
		"systemUser": e.SystemUser, "domainName": orNull(e.DomainName), "secretId": nil, "projectId": nil,
		"serviceAccountId": nil, "grantedServiceAccountId": nil, "sendId": orNull(e.SendID), "object": "event",
	}
}

func (s *Server) listOwnEvents(c *call) (any, error) {
	return s.eventList(c, true, func(e *event) bool {
		return e.OrganizationID == "" && e.ProviderID == "" && e.UserID == c.user.ID
	})
}

func (s *Server) listOrganizationEvents(c *call) (any, error) {
	id, err := c.parsedID("id")
	if err != nil {
		return nil, err
	}
	return s.eventList(c, c.mayAccessEventLogs(id), func(e *event) bool { return e.OrganizationID == id })
}

// listMemberEvents are what a member did in the organization, not what was done to him.
func (s *Server) listMemberEvents(c *call) (any, error) {
	orgID := c.values["orgId"]
	m := s.store.members.get(c.values["id"])
	known := m != nil && m.OrganizationID == orgID && m.UserID != ""
	return s.eventList(c, known && c.mayAccessEventLogs(orgID), func(e *event) bool {
		return e.OrganizationID == orgID && e.ActingUserID == m.UserID
	})
}

// listSendEvents are about a Send of any member.
func (s *Server) listSendEvents(c *call) (any, error) {
	orgID, id, err := c.organizationAnd("id")
	if err != nil {
		return nil, err
	}
	return s.eventList(c, c.mayAccessEventLogs(orgID), func(e *event) bool {
		return e.OrganizationID == orgID && e.SendID == id
	})
}

// listItemEvents are for the organization's auditors, those of a personal item for its owner.
func (s *Server) listItemEvents(c *call) (any, error) {
	id, err := c.parsedID("id")
	if err != nil {
		return nil, err
	}
	ci := s.store.ciphers.get(id)
	allowed := ci != nil && ci.OrganizationID == "" && ci.UserID == c.user.ID ||
		ci != nil && ci.OrganizationID != "" && c.mayAccessEventLogs(ci.OrganizationID)
	return s.eventList(c, allowed, func(e *event) bool { return e.CipherID == id })
}

// listProviderEvents are those of the provider itself: what its users do in clients is in the clients' logs.
func (s *Server) listProviderEvents(c *call) (any, error) {
	id := c.values["providerId"]
	return s.eventList(c, c.isProviderAdmin(id), func(e *event) bool {
		return e.OrganizationID == "" && e.ProviderID == id
	})
}

func (s *Server) listProviderUserEvents(c *call) (any, error) {
	id := c.values["providerId"]
	pu := s.store.providerUsers.get(c.values["id"])
	known := pu != nil && pu.ProviderID == id && pu.UserID != ""
	return s.eventList(c, known && c.isProviderAdmin(id), func(e *event) bool {
		return e.OrganizationID == "" && e.ProviderID == id && e.ActingUserID == pu.UserID
	})
}
