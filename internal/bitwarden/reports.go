// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// breachPause lies between two questions about breaches: the server takes one in 2 seconds.
const breachPause = 2*time.Second + margin

// reportState is what the reports of one run share.
type reportState struct {
	mu       sync.Mutex
	breaches *rate.Limiter
	ranges   *rate.Limiter
	breached map[string][]Breach // by normalized address
	counts   map[string]int      // by service and hash

	directories map[string]*document // by address
}

// limiters are made when they are needed first.
func (r *reportState) limiters() (breaches, ranges *rate.Limiter) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.breaches == nil {
		r.breaches, r.ranges = rate.NewLimiter(rate.Every(breachPause), 1), rate.NewLimiter(rangesPerSecond, rangesAtOnce)
		r.breached, r.counts = map[string][]Breach{}, map[string]int{}
	}
	return r.breaches, r.ranges
}

// Breach is a leak of some service in which an address occurs (GET /hibp/breach).
type Breach struct {
	Name        string
	Title       string
	Domain      string
	Date        string // YYYY-MM-DD.
	DataClasses []string
}

type wireBreach struct {
	Name        string   `json:"name"`
	Title       string   `json:"title"`
	Domain      string   `json:"domain"`
	Date        string   `json:"breachDate"`
	DataClasses []string `json:"dataClasses"`
}

// Breaches lists the breaches in which an address occurs, by name. The server asks a third party for them, so that
// several addresses are asked for one after the other, with 2 seconds between. Each address is asked for once per run.
func (c *Client) Breaches(ctx context.Context, email string) ([]Breach, error) {
	breaches, _ := c.reports.limiters()
	email = normalizeEmail(email)
	c.reports.mu.Lock()
	known, ok := c.reports.breached[email]
	c.reports.mu.Unlock()
	if ok {
		return known, nil
	}
	if err := breaches.Wait(ctx); err != nil {
		return nil, cmp.Or(ctx.Err(), err)
	}
	rows, err := getJSON[[]wireBreach](ctx, c, "/hibp/breach?"+url.Values{"username": {email}}.Encode())
	if err != nil && !hasStatus(err, http.StatusNotFound) { // which means that the address occurs in none
		return nil, err
	}
	found := make([]Breach, 0, len(rows))
	for _, row := range rows {
		found = append(found, Breach(row))
	}
	slices.SortFunc(found, func(a, b Breach) int { return cmp.Compare(a.Name, b.Name) })
	c.reports.mu.Lock()
	defer c.reports.mu.Unlock()
	c.reports.breached[email] = found
	return found, nil
}

// MemberAccess is what a member reaches in an organization, directly and through groups. Items are without the trash.
type MemberAccess struct {
	MemberID                string
	Email, Name             string
	TwoStepLoginEnabled     bool
	AccountRecoveryEnrolled bool
	UsesKeyConnector        bool
	Collections             int // Distinct ones, as well as groups and items.
	Groups                  int
	Items                   int
	Grants                  []AccessGrant
}

// AccessGrant is one way into a collection.
type AccessGrant struct {
	CollectionID   string
	CollectionName string // Empty when it does not decrypt.
	GroupID        string // Empty for direct access.
	GroupName      string
	Permission     Permission
	Items          int
}

type wireMemberAccess struct {
	MemberID         string   `json:"userGuid"` // whatever its name says
	Email            string   `json:"email"`
	Name             string   `json:"userName"`
	TwoStepLogin     bool     `json:"twoFactorEnabled"`
	AccountRecovery  bool     `json:"accountRecoveryEnabled"`
	UsesKeyConnector bool     `json:"usesKeyConnector"`
	CollectionID     string   `json:"collectionId"`
	CollectionName   string   `json:"collectionName"`
	GroupID          string   `json:"groupId"`
	GroupName        string   `json:"groupName"`
	ReadOnly         bool     `json:"readOnly"`
	HidePasswords    bool     `json:"hidePasswords"`
	Manage           bool     `json:"manage"`
	Items            []string `json:"cipherIds"`
}

// nobody is what the server writes for the id of an object that is none.
const nobody = "00000000-0000-0000-0000-000000000000"

// MemberAccessReport reads who reaches what, by address (GET /reports/member-access/{id}). The server leaves out revoked
// members, collections without items, and members who reach such collections only. The names of collections are
// decrypted if asked for, which takes the master password.
func (c *Client) MemberAccessReport(
	ctx context.Context, organizationID string, decryptNames bool,
) ([]MemberAccess, error) {
	rows, err := getJSON[[]wireMemberAccess](ctx, c, "/reports/member-access/{id}", organizationID)
	if err != nil {
		return nil, c.unreachable(ctx, organizationID, err)
	}
	decrypt := func(string) string { return "" }
	if decryptNames {
		key, err := c.organizationKey(ctx, organizationID)
		if err != nil {
			return nil, err
		}
		decrypt = func(name string) string {
			plain, _ := key.DecryptString(name)
			return plain
		}
	}
	byMember := map[string][]wireMemberAccess{}
	for _, row := range rows {
		byMember[row.MemberID] = append(byMember[row.MemberID], row)
	}
	report := make([]MemberAccess, 0, len(byMember))
	for _, own := range byMember {
		report = append(report, toMemberAccess(own, decrypt))
	}
	slices.SortFunc(report, func(a, b MemberAccess) int {
		return cmp.Or(cmp.Compare(a.Email, b.Email), cmp.Compare(a.MemberID, b.MemberID))
	})
	return report, nil
}

// toMemberAccess puts the rows of one member together.
func toMemberAccess(rows []wireMemberAccess, decrypt func(name string) string) MemberAccess {
	first := rows[0]
	m := MemberAccess{
		MemberID: first.MemberID, Email: first.Email, Name: first.Name, TwoStepLoginEnabled: first.TwoStepLogin,
		AccountRecoveryEnrolled: first.AccountRecovery, UsesKeyConnector: first.UsesKeyConnector,
	}
	collections, groups, items := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, row := range rows {
		if row.CollectionID == "" || row.CollectionID == nobody {
			continue // has no access at all
		}
		collections[row.CollectionID] = true
		if row.GroupID == nobody {
			row.GroupID = ""
		}
		if row.GroupID != "" {
			groups[row.GroupID] = true
		}
		for _, id := range row.Items {
			items[id] = true
		}
		m.Grants = append(m.Grants, AccessGrant{
			CollectionID: row.CollectionID, CollectionName: decrypt(row.CollectionName), GroupID: row.GroupID,
			GroupName: row.GroupName, Items: len(row.Items), Permission: wireAccess{
				ReadOnly: row.ReadOnly, HidePasswords: row.HidePasswords, Manage: row.Manage,
			}.permission(),
		})
	}
	m.Collections, m.Groups, m.Items = len(collections), len(groups), len(items)
	slices.SortFunc(m.Grants, func(a, b AccessGrant) int {
		return cmp.Or(cmp.Compare(a.CollectionID, b.CollectionID), cmp.Compare(a.GroupID, b.GroupID))
	})
	return m
}
