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

// collectEvents is the whole of the service that takes clients' events. It skips those that it does not know, those
// about personal items, and those about items that the caller does not reach.
func (s *Server) collectEvents(c *call) (any, error) {
	var collected []collectedEvent
	if err := c.bind(&collected); err != nil {
		return nil, err
	}
	if len(collected) == 0 {
		return nil, emptyStatus(http.StatusBadRequest)
	}
	reached := s.reachOf(c.user)
	for _, r := range collected {
		e := event{Type: int(r.Type), Date: r.Date}
		switch {
		case e.Type == 1007: // the own vault was exported
			s.logUserEvent(c, c.user, e.Type)
		case e.Type == 1602 && r.OrganizationID != nil: // an organization's vault was exported
			e.OrganizationID = string(*r.OrganizationID)
			s.logEvent(c, e)
		case itemWasUsed(e.Type) && r.CipherID != nil:
			ci := s.store.ciphers.get(string(*r.CipherID))
			if ci == nil || ci.OrganizationID == "" {
				continue
			}
			if _, ok := reached.item(ci); ok {
				e.OrganizationID, e.CipherID = ci.OrganizationID, ci.ID
				s.logEvent(c, e)
			}
		}
	}
	return nil, nil
}

// itemWasUsed tells whether an event says that an item was viewed, copied from or filled in.
func itemWasUsed(eventType int) bool {
	return eventType >= 1107 && eventType <= 1114 || eventType >= 1117 && eventType <= 1132
}
