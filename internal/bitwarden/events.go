// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// MaxEventRange is the longest time that the server answers for in one question.
const MaxEventRange = 367 * 24 * time.Hour

// defaultEventRange is how far back the server looks when it is not told.
const defaultEventRange = 30 * 24 * time.Hour

// Event is one row of an audit log (GET /…/events). Ids and texts that do not apply are empty.
type Event struct {
	Type       string // A name of EventTypes, or the server's number where that has no name yet.
	TypeNumber int
	Date       time.Time // UTC.

	ActorID     string // User id of who did it; empty when it was no person.
	ActorName   string // ActorName and ActorEmail are empty when the person is no longer in the lists.
	ActorEmail  string
	SystemActor string // What acted instead of a person, such as "scim".
	Device      string // Such as "chrome" and "linux_cli".
	IPAddress   string

	OrganizationID                                            string
	UserID, ItemID, CollectionID, GroupID, PolicyID, MemberID string
	ProviderID, ProviderUserID, ProviderOrganizationID        string
	SendID, SecretID, ProjectID, MachineAccountID             string
	GrantedMachineAccountID, InstallationID, DomainName       string

	// MemberEmail, GroupName, ProviderUserEmail and ClientName are those of today; empty when the object is gone.
	MemberEmail, GroupName, ProviderUserEmail, ClientName string
	// ItemName and CollectionName are decrypted, and filled only if EventQuery.DecryptNames asks for it.
	ItemName, CollectionName string
}

// EventQuery says which events are wanted.
type EventQuery struct {
	// Start and End limit the time, both included. A zero End is the end of today (UTC), a zero Start 30 days before.
	Start, End time.Time
	// Types are names of EventTypes or numbers; empty: all.
	Types []string
	// ActorIDs are the user ids of who did it; empty: everybody.
	ActorIDs []string
	// Max is how many events are returned at most, the newest.
	Max int
	// DecryptNames fills the names that the server has encrypted, which takes the master password.
	DecryptNames bool
}

// EventLog is the answer to a query: events with the newest first. Events of the same moment are in a stable order.
type EventLog struct {
	Events    []Event
	Truncated bool // There are more than EventQuery.Max.
}

type wireEvent struct {
	Type                    int       `json:"type"`
	Date                    time.Time `json:"date"`
	UserID                  string    `json:"userId"`
	OrganizationID          string    `json:"organizationId"`
	ProviderID              string    `json:"providerId"`
	ItemID                  string    `json:"cipherId"`
	CollectionID            string    `json:"collectionId"`
	GroupID                 string    `json:"groupId"`
	PolicyID                string    `json:"policyId"`
	MemberID                string    `json:"organizationUserId"`
	ProviderUserID          string    `json:"providerUserId"`
	ProviderOrganizationID  string    `json:"providerOrganizationId"`
	ActingUserID            string    `json:"actingUserId"`
	InstallationID          string    `json:"installationId"`
	DeviceType              *int      `json:"deviceType"`
	IPAddress               string    `json:"ipAddress"`
	SystemUser              *int      `json:"systemUser"`
	DomainName              string    `json:"domainName"`
	SecretID                string    `json:"secretId"`
	ProjectID               string    `json:"projectId"`
	MachineAccountID        string    `json:"serviceAccountId"`
	GrantedMachineAccountID string    `json:"grantedServiceAccountId"`
	SendID                  string    `json:"sendId"`
}

func (w *wireEvent) toDomain() Event {
	return Event{
		Type:                    eventType(w.Type),
		TypeNumber:              w.Type,
		Date:                    w.Date.UTC(),
		ActorID:                 w.ActingUserID,
		SystemActor:             numberedName(w.SystemUser, func(number int) string { return systemActors[number] }),
		Device:                  numberedName(w.DeviceType, deviceTypeName),
		IPAddress:               w.IPAddress,
		OrganizationID:          w.OrganizationID,
		UserID:                  w.UserID,
		ItemID:                  w.ItemID,
		CollectionID:            w.CollectionID,
		GroupID:                 w.GroupID,
		PolicyID:                w.PolicyID,
		MemberID:                w.MemberID,
		ProviderID:              w.ProviderID,
		ProviderUserID:          w.ProviderUserID,
		ProviderOrganizationID:  w.ProviderOrganizationID,
		SendID:                  w.SendID,
		SecretID:                w.SecretID,
		ProjectID:               w.ProjectID,
		MachineAccountID:        w.MachineAccountID,
		GrantedMachineAccountID: w.GrantedMachineAccountID,
		InstallationID:          w.InstallationID,
		DomainName:              w.DomainName,
	}
}

// OrganizationEvents reads the log of an organization.
func (c *Client) OrganizationEvents(ctx context.Context, organizationID string, q EventQuery) (*EventLog, error) {
	log, err := c.readEvents(ctx, q, "/organizations/{id}/events", organizationID)
	if err != nil {
		return nil, c.unreachable(ctx, organizationID, err)
	}
	return log, c.nameEvents(ctx, organizationID, q, log)
}

// MemberEvents reads what one member did in an organization. What was done to him is in the log of the organization.
func (c *Client) MemberEvents(
	ctx context.Context, organizationID, memberID string, q EventQuery,
) (*EventLog, error) {
	row, err := c.memberRow(ctx, organizationID, memberID)
	if err != nil {
		return nil, err
	}
	if row.UserID == "" {
		return nil, &InputError{
			"member_id", fmt.Sprintf("member %s has not accepted the invitation yet, and so has no account", memberID),
			"Only members with an account can have done anything.",
		}
	}
	log, err := c.readEvents(ctx, q, "/organizations/{id}/users/{member}/events", organizationID, memberID)
	if err != nil {
		return nil, err
	}
	return log, c.nameEvents(ctx, organizationID, q, log)
}

// ItemEvents reads the log of one item of an organization.
func (c *Client) ItemEvents(ctx context.Context, organizationID, itemID string, q EventQuery) (*EventLog, error) {
	log, err := c.readEvents(ctx, q, "/ciphers/{id}/events", itemID)
	if hasStatus(err, http.StatusNotFound) {
		if err = c.unreachable(ctx, organizationID, err); !IsNotFound(err) {
			err = &InputError{
				"item_id",
				fmt.Sprintf("the server has no log of the item %s for this account (HTTP 404)", itemID),
				"Give the id of an item of this organization. Items that were deleted for good have no log of their own any more; " +
					"their events are in the log of the organization.",
			}
		}
	}
	if err != nil {
		return nil, err
	}
	for i := range log.Events {
		if other := log.Events[i].OrganizationID; other != "" && other != organizationID {
			return nil, &InputError{
				"organization_id", fmt.Sprintf("the item %s belongs to the organization %s", itemID, other),
				"Give that one: the names in the log come from there.",
			}
		}
	}
	return log, c.nameEvents(ctx, organizationID, q, log)
}

// ProviderEvents reads the provider's own log, which only an admin may. What its users do in clients is in the clients'
// logs.
func (c *Client) ProviderEvents(ctx context.Context, q EventQuery) (*EventLog, error) {
	if err := c.RequireProviderAdmin(ctx); err != nil {
		return nil, err
	}
	provider, err := c.chosenProvider(ctx)
	if err != nil {
		return nil, err
	}
	log, err := c.readEvents(ctx, q, "/providers/{id}/events", provider.ID)
	if err != nil {
		return nil, err
	}
	return log, c.nameEvents(ctx, "", q, log)
}

// readEvents reads pages until there are enough events, or no more of them.
func (c *Client) readEvents(ctx context.Context, q EventQuery, route string, args ...string) (*EventLog, error) {
	query, err := q.parameters(time.Now().UTC())
	if err != nil {
		return nil, err
	}
	log, seen := &EventLog{}, map[string]bool{}
	for {
		page, err := getJSON[struct {
			Data []wireEvent `json:"data"`
			Next string      `json:"continuationToken"`
		}](ctx, c, route+"?"+query.Encode(), args...)
		if err != nil {
			return nil, err
		}
		for i := range page.Data {
			if q.wants(&page.Data[i]) {
				log.Events = append(log.Events, page.Data[i].toDomain())
			}
		}
		switch {
		case page.Next == "" || len(log.Events) > q.Max:
			slices.SortStableFunc(log.Events, compareEvents)
			log.Truncated = len(log.Events) > q.Max
			log.Events = log.Events[:min(len(log.Events), q.Max)]
			return log, nil
		case seen[page.Next]:
			return nil, errors.New("the server goes round in circles: it names a page of events a second time")
		}
		seen[page.Next] = true
		query.Set("continuationToken", page.Next)
	}
}

// parameters are the query as of a moment. Both ends are always named: the server ignores one without the other.
func (q EventQuery) parameters(now time.Time) (url.Values, error) {
	start, end := q.Start, q.End
	if end.IsZero() {
		end = now.Truncate(24 * time.Hour).Add(24*time.Hour - time.Millisecond)
		if limit := start.Add(MaxEventRange); !start.IsZero() && limit.After(now) && end.After(limit) {
			end = limit
		}
	}
	if start.IsZero() {
		start = end.Add(-defaultEventRange)
	}
	if err := CheckEventRange(start, end); err != nil {
		return nil, err
	}
	return url.Values{"start": {start.UTC().Format(time.RFC3339Nano)}, "end": {end.UTC().Format(time.RFC3339Nano)}}, nil
}

// CheckEventRange tells, as an *InputError, what the server would refuse or turn round silently.
func CheckEventRange(start, end time.Time) error {
	const day = time.DateOnly + " 15:04 MST"
	switch {
	case !end.After(start):
		return &InputError{
			"start",
			fmt.Sprintf("start (%s) is not before end (%s)", start.UTC().Format(day), end.UTC().Format(day)),
			"Set an earlier start or a later end; without end it is the end of today. The server would exchange the two silently.",
		}
	case end.Sub(start) > MaxEventRange:
		return &InputError{
			"start", fmt.Sprintf("the time from start to end (%s) is longer than 367 days", end.UTC().Format(day)),
			"Set start and end so as to ask for the events in several parts.",
		}
	}
	return nil
}

func (q EventQuery) wants(w *wireEvent) bool {
	return (len(q.Types) == 0 || slices.Contains(q.Types, eventType(w.Type)) ||
		slices.Contains(q.Types, strconv.Itoa(w.Type))) &&
		(len(q.ActorIDs) == 0 || slices.Contains(q.ActorIDs, w.ActingUserID))
}

// compareEvents puts the newest first, and events of one moment in an order that does not depend on the server.
func compareEvents(a, b Event) int {
	return cmp.Or(
		b.Date.Compare(a.Date), cmp.Compare(b.TypeNumber, a.TypeNumber), cmp.Compare(a.ActorID, b.ActorID),
		cmp.Compare(a.UserID, b.UserID), cmp.Compare(a.MemberID, b.MemberID), cmp.Compare(a.ItemID, b.ItemID),
		cmp.Compare(a.CollectionID, b.CollectionID), cmp.Compare(a.GroupID, b.GroupID),
		cmp.Compare(a.ProviderUserID, b.ProviderUserID), cmp.Compare(a.SendID, b.SendID),
		cmp.Compare(a.IPAddress, b.IPAddress),
	)
}
