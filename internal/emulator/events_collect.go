// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"time"
)

// collectedEvent is one of those that clients report themselves, with a time of their own.
type collectedEvent struct {
	Type           enum      `json:"type"`
	CipherID       *guid     `json:"cipherId"`
	OrganizationID *guid     `json:"organizationId"`
	Date           time.Time `json:"date"`
}

// collectEvents is the whole of the service that takes clients' events. It skips those that it does not know, and items
// that the caller cannot see.
func (s *Server) collectEvents(c *call) (any, error) {
	var collected []collectedEvent
	if err := c.bind(&collected); err != nil {
		return nil, err
	}
	if len(collected) == 0 {
		return nil, emptyStatus(http.StatusBadRequest)
	}
	for _, e := range collected {
		switch {
		case e.Type == 1007: // the own vault was exported
			s.logUserEvent(c, c.user, int(e.Type))
		case e.Type == 1602 && e.OrganizationID != nil: // an organization's vault was exported
			s.logEvent(c, event{Type: int(e.Type), Date: e.Date, OrganizationID: string(*e.OrganizationID)})
		case itemWasUsed(e.Type) && e.CipherID != nil:
			if ci := s.store.ciphers.get(string(*e.CipherID)); ci != nil && c.seesItem(ci) {
				s.logEvent(c, event{
					Type: int(e.Type), Date: e.Date, OrganizationID: ci.OrganizationID, CipherID: ci.ID,
				})
			}
		}
	}
	return nil, nil
}

// itemWasUsed tells whether an event says that an item was viewed, copied from or filled in.
func itemWasUsed(eventType enum) bool {
	return eventType >= 1107 && eventType <= 1114 || eventType >= 1117 && eventType <= 1132
}

// seesItem tells whether an organization's item lies in a collection to which the caller has access as a member. Events
// of personal items are not kept.
func (c *call) seesItem(ci *cipher) bool {
	m := c.ownMember(ci.OrganizationID)
	for id := range ci.Collections {
		if _, ok := c.s.accessTo(m, c.s.store.collections.get(id)); ok {
			return m.Status == statusConfirmed
		}
	}
	return false
}
