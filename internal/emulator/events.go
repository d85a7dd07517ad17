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

// logEvent writes an audit event. Time, acting user, device and address are the call's; where the caller acts as a user
// of the organization's provider, the provider is added. An organization or provider whose plan has no events gets none.
func (s *Server) logEvent(c *call, e event) {
	if e.OrganizationID != "" {
		org := s.store.organizations.get(e.OrganizationID)
		if org == nil || !org.Enabled || !org.UseEvents {
			return
		}
		if p := c.providerFor(e.OrganizationID); p != nil && e.ProviderID == "" {
			e.ProviderID = p.ID
		}
	} else if e.ProviderID != "" {
		p := s.store.providers.get(e.ProviderID)
		if p == nil || !p.Enabled || !p.UseEvents {
			return
		}
	}
	e.ID, e.Date, e.IP, e.DeviceType = newID(), s.now(), c.address(), c.deviceType()
	if e.ActingUserID == "" && c.user != nil {
		e.ActingUserID = c.user.ID
	}
	s.store.events = append(s.store.events, &e)
}

// logUserEvent writes an event of a person (a login, say): one row of his own, and one for each organization and provider
// that he belongs to.
func (s *Server) logUserEvent(c *call, u *user, eventType int) {
	base := event{Type: eventType, UserID: u.ID, ActingUserID: u.ID}
	s.logEvent(c, base)
	for m := range s.store.members.all() {
		if m.UserID == u.ID && m.Status == statusConfirmed {
			e := base
			e.OrganizationID = m.OrganizationID
			s.logEvent(c, e)
		}
	}
	for pu := range s.store.providerUsers.all() {
		if pu.UserID == u.ID && pu.Status == statusConfirmed {
			e := base
			e.ProviderID = pu.ProviderID
			s.logEvent(c, e)
		}
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
