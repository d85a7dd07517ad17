// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "time"

// event is one row of the audit log. Ids that do not apply are empty.
type event struct {
	ID                     string
	Type                   int
	Date                   time.Time
	UserID                 string
	OrganizationID         string
	ProviderID             string
	CipherID               string
	CollectionID           string
	GroupID                string
	PolicyID               string
	OrganizationUserID     string
	ProviderUserID         string
	ProviderOrganizationID string
	ActingUserID           string
	InstallationID         string
	DeviceType             *int
	IP                     string
	SystemUser             *int
	DomainName             string
	SendID                 string
}

// logEvent writes an audit event. Time, acting user, device and address are the call's; where the caller acts as a
// user of the organization's provider, the provider is added (but never to events about domains). An organization or
// provider whose plan has no events gets none.
func (s *Server) logEvent(c *call, e event) {
	if p := c.providerFor(e.OrganizationID); p != nil && e.DomainName == "" {
		e.ProviderID = p.ID
	}
	if c.user != nil {
		e.ActingUserID = c.user.ID
	}
	s.writeEvent(c, e)
}

// writeEvent completes an event and writes it, if the plan of the organization or provider that it belongs to has
// events.
func (s *Server) writeEvent(c *call, e event) (written bool) {
	if !s.hasEvents(&e) {
		return false
	}
	if e.Date.IsZero() {
		e.Date = s.now()
	}
	e.ID, e.IP, e.DeviceType = newID(), c.address(), c.deviceType()
	s.store.events = append(s.store.events, &e)
	return true
}

// hasEvents tells whether the log to which an event belongs is kept.
func (s *Server) hasEvents(e *event) bool {
	switch {
	case e.OrganizationID != "":
		org := s.store.organizations.get(e.OrganizationID)
		return org != nil && org.Enabled && org.UseEvents
	case e.ProviderID != "":
		p := s.store.providers.get(e.ProviderID)
		return p != nil && p.Enabled && p.UseEvents
	}
	return true
}

// logProviderUser writes an audit event about a provider's user.
func (s *Server) logProviderUser(c *call, eventType int, pu *providerUser) {
	s.logEvent(c, event{Type: eventType, ProviderID: pu.ProviderID, ProviderUserID: pu.ID, UserID: pu.UserID})
}

// logUserEvent writes an event of a person (a login, say) into the log of each organization and provider that he
// belongs to. Only somebody without any has it in a log of his own: the recorded one of a provider's admin is empty.
func (s *Server) logUserEvent(c *call, u *user, eventType int) {
	mine, elsewhere := event{Type: eventType, UserID: u.ID, ActingUserID: u.ID}, false
	for m := range s.store.members.all() {
		if m.UserID == u.ID && m.Status == statusConfirmed {
			e := mine
			e.OrganizationID = m.OrganizationID
			elsewhere = s.writeEvent(c, e) || elsewhere
		}
	}
	for pu := range s.store.providerUsers.all() {
		if pu.UserID == u.ID && pu.Status == statusConfirmed {
			e := mine
			e.ProviderID = pu.ProviderID
			elsewhere = s.writeEvent(c, e) || elsewhere
		}
	}
	if !elsewhere {
		s.writeEvent(c, mine)
	}
}

// touch moves a user's account revision, which tells clients to sync.
func (s *Server) touch(userIDs ...string) {
	for _, id := range userIDs {
		if u := s.store.users.get(id); u != nil {
			u.AccountRevision = s.now()
		}
	}
}

// touchMembers moves the account revision of an organization's confirmed members.
func (s *Server) touchMembers(organizationID string) {
	for m := range s.store.members.all() {
		if m.OrganizationID == organizationID && m.Status == statusConfirmed {
			s.touch(m.UserID)
		}
	}
}
