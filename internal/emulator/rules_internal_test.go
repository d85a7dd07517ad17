// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// deed is one request with what it found and left.
type deed struct {
	who           *Person
	route, path   string
	body          any
	answer        answer
	before, after snapshot
}

func (done deed) String() string {
	raw, _ := json.Marshal(done.body)
	return fmt.Sprintf(
		"%s: %s (%s) %s → %d %s",
		done.who.Name,
		done.route,
		done.path,
		raw,
		done.answer.status,
		done.answer.body,
	)
}

func (done deed) refused() bool { return done.answer.status >= http.StatusBadRequest }

// snapshot is what the store holds about organizations and providers.
type snapshot struct {
	rows   map[string]stored
	owners map[string]string // organization of each id, provider of its users
	seats  map[string]seats
	events []*event
	mails  int
	// clientsOf are the organizations of each provider, staffOf its confirmed users.
	clientsOf, staffOf map[string][]string
	// places are the organizations and providers in which somebody has a row, by user and by address; joined are those in
	// which he accepted and was not revoked.
	places, joined map[string][]string
}

type seats struct{ confirmed, occupied, bought int }

// stored is a row, or an edge between two, without the date of its last change.
type stored struct {
	kind, owner string
	names       []string // what an audit event about it may name
	text        string
}

// look takes a snapshot.
func (w *world) look() snapshot {
	v := snapshot{
		rows: map[string]stored{}, owners: map[string]string{}, seats: map[string]seats{},
		clientsOf: map[string][]string{}, staffOf: map[string][]string{},
		places: map[string][]string{}, joined: map[string][]string{},
	}
	w.locked(func(s *store) {
		v.events, v.mails = slices.Clone(s.events), len(s.mails)
		v.lookAtProviders(s)
		for org := range s.organizations.all() {
			confirmed, occupied := w.server.seatsOf(org.ID)
			v.seats[org.ID] = seats{confirmed, occupied, seatCount(org)}
			plain := *org
			plain.RevisionDate, plain.Seats = time.Time{}, nil // growing by itself is not audited
			v.add("organization", org.ID, org.ID, plain)
		}
		for m := range s.members.all() {
			plain := *m
			plain.RevisionDate = time.Time{}
			v.add("member", m.ID, m.OrganizationID, plain)
			v.place(m.UserID, m.Email, m.OrganizationID, m.Status)
		}
		for g := range s.groups.all() {
			plain := *g
			plain.RevisionDate, plain.Members = time.Time{}, nil
			v.add("group", g.ID, g.OrganizationID, plain)
			for id := range g.Members {
				v.edge("edge", g.OrganizationID, g.ID, id, "")
			}
		}
		for col := range s.collections.all() {
			plain := *col
			plain.RevisionDate, plain.Members, plain.Groups = time.Time{}, nil, nil
			kind, edge := "collection", "edge"
			if col.Type == myItems {
				kind, edge = "my items", "my items"
			}
			v.add(kind, col.ID, col.OrganizationID, plain)
			for id, a := range col.Members {
				v.edge(edge, col.OrganizationID, col.ID, id, a)
			}
			for id, a := range col.Groups {
				v.edge("edge", col.OrganizationID, col.ID, id, a)
			}
		}
		for ci := range s.ciphers.all() {
			plain := *ci
			plain.RevisionDate, plain.Collections = time.Time{}, nil
			plain.Folders, plain.Favorites, plain.Archives = nil, nil, nil
			v.add("cipher", ci.ID, ci.OrganizationID, plain)
			for id := range ci.Collections {
				v.edge("edge", ci.OrganizationID, ci.ID, id, "")
			}
		}
		for p := range s.policies.all() {
			plain := *p
			plain.RevisionDate = time.Time{}
			v.add("policy", p.ID, p.OrganizationID, plain)
		}
		for dom := range s.domains.all() {
			v.add("domain", dom.ID, dom.OrganizationID, *dom, dom.Name)
		}
		for l := range s.inviteLinks.all() {
			v.add("invite link", l.ID, l.OrganizationID, *l, l.OrganizationID)
		}
	})
	return v
}

func (v *snapshot) lookAtProviders(s *store) {
	for p := range s.providers.all() {
		plain := *p
		plain.Plans = nil
		v.add("provider", p.ID, p.ID, plain)
	}
	for link := range s.providerOrgs.all() {
		plain := *link
		plain.RevisionDate = time.Time{}
		v.add("link", link.ID, link.OrganizationID, plain)
		v.clientsOf[link.ProviderID] = append(v.clientsOf[link.ProviderID], link.OrganizationID)
	}
	for pu := range s.providerUsers.all() {
		v.add("provider user", pu.ID, pu.ProviderID, *pu)
		v.place(pu.UserID, pu.Email, pu.ProviderID, pu.Status)
		if pu.Status == statusConfirmed {
			v.staffOf[pu.ProviderID] = append(v.staffOf[pu.ProviderID], pu.UserID)
		}
	}
}

func (v *snapshot) add(kind, id, owner string, row any, moreNames ...string) {
	raw, err := json.Marshal(row)
	if err != nil {
		raw = []byte(err.Error())
	}
	v.rows[kind+" "+id] = stored{kind: kind, owner: owner, names: append(moreNames, id), text: string(raw)}
	v.owners[id] = owner
}

// edge is access or a place in a group: changing it is audited for either end.
func (v *snapshot) edge(kind, owner, a, b string, value any) {
	v.rows[a+" "+b] = stored{kind: kind, owner: owner, names: []string{a, b}, text: fmt.Sprint(value)}
}

func (v *snapshot) place(userID, email, where string, status int) {
	for _, key := range []string{userID, email} {
		if key == "" {
			continue
		}
		v.places[key] = append(v.places[key], where)
		if status >= statusAccepted {
			v.joined[key] = append(v.joined[key], where)
		}
	}
}

// relations are the organizations and providers that somebody has to do with: by his token, or as a confirmed user of
// the organization's provider. Those that only his token gives him through a provider are apart.
func (w *world) relations(who *Person, v snapshot) (own, claimed []string) {
	t := w.claimsOf(who)
	own = append(slices.Concat(t.OrgOwner, t.OrgAdmin, t.OrgUser, t.OrgCustom), t.Subject)
	for _, provider := range slices.Concat(t.ProviderAdmin, t.ServiceUser) {
		own, claimed = append(own, provider), append(claimed, v.clientsOf[provider]...)
	}
	for provider, staff := range v.staffOf {
		if slices.Contains(staff, who.ID) {
			own = append(own, v.clientsOf[provider]...)
		}
	}
	return own, claimed
}

// judge is what holds for every request.
func (w *world) judge(done deed) {
	w.t.Helper()
	changes, events := changed(done.before, done.after), done.after.events[len(done.before.events):]
	w.judgeSilence(done, changes, events)
	w.judgeRights(done, changes)
	w.judgeWords(done)
	w.judgeSeats(done)
	if !done.refused() {
		w.judgeAudit(done, changes, events)
	}
}

// changed are the rows that came, went or changed, as they are now (or were last).
func changed(before, after snapshot) []stored {
	var rows []stored
	for _, key := range slices.Sorted(maps.Keys(before.rows)) {
		if now, ok := after.rows[key]; !ok {
			rows = append(rows, before.rows[key])
		} else if now.text != before.rows[key].text {
			rows = append(rows, now)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(after.rows)) {
		if _, ok := before.rows[key]; !ok {
			rows = append(rows, after.rows[key])
		}
	}
	return rows
}

// leavesTraces are the refusals that change something nevertheless.
var leavesTraces = map[string]string{
	"POST /api/ciphers/create":                           "an orphan without a collection, as in the recording items",
	"POST /api/organizations/{orgId}/domain/{id}/verify": "the date of the check is written first",
	"POST /api/ciphers/{id}/collections":                 "the answer fails after the move",
	"PUT /api/ciphers/{id}/collections":                  "the answer fails after the move",
}

// judgeSilence: refused requests and reads change nothing, write no audit event and send no mail. Looking at a client's
// collections is audited, though it is a read.
func (w *world) judgeSilence(done deed, changes []stored, events []*event) {
	w.t.Helper()
	reads := strings.HasPrefix(done.route, "GET ")
	if !reads && !done.refused() || done.refused() && leavesTraces[done.route] != "" {
		return
	}
	if len(changes) > 0 || done.after.mails != done.before.mails {
		w.t.Errorf("%s\nchanged %v, sent %d mails", done, changes, done.after.mails-done.before.mails)
	}
	for _, e := range events {
		if done.refused() || !strings.HasSuffix(done.route, "/collections/details") || e.Type != 1603 && e.Type != 1903 {
			w.t.Errorf("%s\nwrote event %d", done, e.Type)
		}
	}
}

// judgeRights: nobody changes anything where he has no place.
func (w *world) judgeRights(done deed, changes []stored) {
	w.t.Helper()
	if done.route == "POST /api/organizations/users/invite-link/accept" {
		return // the link is the right
	}
	own, claimed := w.relations(done.who, done.before)
	own = slices.Concat(own, done.before.places[done.who.ID], done.before.places[done.who.Email])
	if strings.Contains(done.route, " /api/providers/{providerId}/") {
		own = append(own, claimed...) // the provider's own routes go by the token only
	}
	for _, row := range changes {
		_, existed := done.before.owners[row.owner]
		if existed && row.owner != "" && !slices.Contains(own, row.owner) {
			w.t.Errorf("%s\nchanged what is none of his: %v", done, row)
		}
	}
}

var uuidText = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// judgeWords: an answer names nothing of organizations in which the caller has no place, and nothing of others than the
// one in the path. What the request itself said may come back.
func (w *world) judgeWords(done deed) {
	w.t.Helper()
	own, claimed := w.relations(done.who, done.after)
	before, alsoClaimed := w.relations(done.who, done.before)
	own = slices.Concat(own, claimed, before, alsoClaimed, done.before.joined[done.who.ID], done.after.joined[done.who.ID])
	said, _ := json.Marshal(done.body)
	said = append(said, done.path...)
	subject := ""
	if rest, ok := strings.CutPrefix(done.path, "/organizations/"); ok {
		subject, _, _ = strings.Cut(rest, "/")
	}
	for _, id := range uuidText.FindAllString(string(done.answer.body), -1) {
		owner, known := done.after.owners[id]
		if !known || owner == "" || done.after.rows["provider "+id].kind != "" || strings.Contains(string(said), id) {
			continue
		}
		_, isOrganization := done.after.seats[owner]
		if !slices.Contains(own, owner) || isOrganization && done.after.seats[subject] != (seats{}) && owner != subject {
			w.t.Errorf("%s\nnames %s of %s", done, id, owner)
		}
	}
	for org := range done.after.seats {
		seal := base64.StdEncoding.EncodeToString([]byte(org))
		if strings.Contains(string(done.answer.body), seal) && !slices.Contains(own, org) {
			w.t.Errorf("%s\nshows a text of %s", done, org)
		}
	}
}

// judgeSeats: whoever comes needs a seat. Fewer seats than members may be bought nevertheless.
func (w *world) judgeSeats(done deed) {
	w.t.Helper()
	for org, now := range done.after.seats {
		if now.occupied > now.bought && now.occupied > done.before.seats[org].occupied {
			w.t.Errorf("%s\n%d of %d seats of %s are occupied now", done, now.occupied, now.bought, org)
		}
	}
}

// unaudited are the changes that the server does not write down.
var unaudited = map[string]string{
	"PUT /api/providers/{providerId}/clients/{id}":          "seats and name of a client",
	"POST /api/organizations/{orgId}/users/{id}/accept":     "only what comes of it is: enrollment",
	"POST /api/providers/{providerId}/users/{id}/accept":    "the same",
	"POST /api/ciphers/import-organization":                 "what is imported",
	"DELETE /api/public/groups/{id}":                        "goes past the audit",
	"PUT /api/public/groups/{id}/member-ids":                "goes past the audit",
	"POST /api/organizations/{id}/keys":                     "key pairs",
	"PUT /api/providers/{providerId}":                       "the provider's own row",
	"PUT /api/providers/{providerId}/billing/vnext/address": "the provider's own row",
}

// judgeAudit: every change has an event that names the row, and events name what belongs together.
func (w *world) judgeAudit(done deed, changes []stored, events []*event) {
	w.t.Helper()
	named := map[string]bool{}
	for _, e := range events {
		for _, id := range e.subjects() {
			named[id] = true
			owner := done.after.owners[id]
			if owner == "" {
				owner = done.before.owners[id]
			}
			if owner != "" && e.OrganizationID != "" && owner != e.OrganizationID {
				w.t.Errorf("%s\nevent %d of %s names %s of %s", done, e.Type, e.OrganizationID, id, owner)
			}
		}
		if robot := done.who == w.robot; !robot && e.ActingUserID != done.who.ID || robot && e.ActingUserID != "" {
			w.t.Errorf("%s\nevent %d was written in the name of %q", done, e.Type, e.ActingUserID)
		}
	}
	if unaudited[done.route] != "" {
		return
	}
	for _, row := range changes {
		if !done.excused(row, named) && !slices.ContainsFunc(row.names, func(id string) bool { return named[id] }) {
			w.t.Errorf("%s\nno event for %v", done, row)
		}
	}
}

// excused tells whether a change is part of a greater one that is audited as a whole, or no matter of the audit.
func (done deed) excused(row stored, named map[string]bool) bool {
	_, existed := done.before.seats[row.owner]
	_, exists := done.after.seats[row.owner]
	switch {
	case row.owner == "": // somebody's own item
		return true
	case !exists && row.kind != "provider user": // gone with its organization
		return true
	case !existed && row.kind != "member": // made with its organization
		return true
	case row.kind == "my items":
		return true // they come and go with their member
	case row.kind == "collection" && strings.Contains(row.text, `"OwnerEmail":"`):
		return true // what was his own, once he is gone
	case row.kind == "organization":
		return done.namesClient(row.owner, named)
	case row.kind == "cipher" || row.kind == "edge":
		return strings.HasSuffix(done.route, "/purge")
	case row.kind == "policy":
		return slices.ContainsFunc([]int{policyDisableSend, policySendOptions, policySendControls}, func(t int) bool {
			return strings.Contains(row.text, fmt.Sprintf(`"Type":%d,`, t)) // they mirror each other
		})
	}
	return false
}

// namesClient tells whether the link of an organization to its provider was audited: unlinking changes both.
func (done deed) namesClient(organizationID string, named map[string]bool) bool {
	for id := range named {
		if done.before.owners[id] == organizationID {
			return true
		}
	}
	return false
}

// subjects are the ids that an event is about.
func (e *event) subjects() []string {
	ids := []string{
		e.GroupID, e.CollectionID, e.PolicyID, e.OrganizationUserID, e.ProviderUserID, e.ProviderOrganizationID, e.CipherID,
		e.DomainName,
	}
	if e.Type >= 1600 && e.Type < 1700 {
		ids = append(ids, e.OrganizationID)
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

// invariants is what holds at any time.
func (w *world) invariants() {
	w.t.Helper()
	w.locked(func(s *store) {
		for _, wrong := range s.inconsistencies() {
			w.t.Error(wrong)
		}
	})
	w.clientListsAreRight()
}

// clientListsAreRight counts seats and users for itself.
func (w *world) clientListsAreRight() {
	w.t.Helper()
	for _, who := range w.people {
		for _, provider := range w.claimsOf(who).ProviderAdmin {
			for _, row := range w.send(who, "GET", "/providers/"+provider+"/organizations", nil).data() {
				occupied, confirmed := 0, 0
				w.locked(func(s *store) {
					for _, m := range s.members.rows {
						if m.OrganizationID == row["organizationId"] && m.Status >= statusInvited {
							occupied++
						}
						if m.OrganizationID == row["organizationId"] && m.Status == statusConfirmed {
							confirmed++
						}
					}
				})
				seats, _ := row["seats"].(float64)
				want := map[string]any{
					"occupiedSeats": float64(occupied), "userCount": float64(confirmed), "remainingSeats": seats - float64(occupied),
				}
				for key, value := range want {
					if row[key] != value {
						w.t.Errorf("%s of %v: got %v, want %v", key, row["organizationName"], row[key], value)
					}
				}
			}
		}
	}
}

// inconsistencies are rows that do not fit together.
func (s *store) inconsistencies() (wrong []string) {
	complain := func(format string, parts ...any) { wrong = append(wrong, fmt.Sprintf(format, parts...)) }
	for org := range s.organizations.all() {
		if !s.hasOwner(org.ID) {
			complain("organization %s has no confirmed owner", org.ID)
		}
	}
	accounts := map[string]bool{}
	for m := range s.members.all() {
		if s.organizations.get(m.OrganizationID) == nil {
			complain("member %s of a removed organization", m.ID)
		}
		if (m.UserID == "") == (m.Email == "") || m.UserID != "" && s.users.get(m.UserID) == nil {
			complain("member %s has the account %q and the address %q", m.ID, m.UserID, m.Email)
		}
		if m.Status != statusRevoked && m.Status != m.statusByRow() {
			complain("member %s has the status %d, but account %q and key %v", m.ID, m.Status, m.UserID, m.Key)
		}
		if place := m.OrganizationID + m.UserID; m.UserID != "" {
			if accounts[place] {
				complain("user %s is a member of %s twice", m.UserID, m.OrganizationID)
			}
			accounts[place] = true
		}
	}
	s.danglingGrants(complain)
	s.wrongProviders(complain)
	return wrong
}

// hasOwner tells whether an organization has a confirmed owner: a member, or anybody who works for its provider.
func (s *store) hasOwner(organizationID string) bool {
	for _, m := range s.members.rows {
		if m.OrganizationID == organizationID && m.Type == roleOwner && m.Status == statusConfirmed {
			return true
		}
	}
	for _, link := range s.providerOrgs.rows {
		if link.OrganizationID == organizationID {
			return slices.ContainsFunc(slices.Collect(maps.Values(s.providerUsers.rows)), func(pu *providerUser) bool {
				return pu.ProviderID == link.ProviderID && pu.Status == statusConfirmed
			})
		}
	}
	return false
}

// danglingGrants are those to rows that do not exist, or not in the same organization.
func (s *store) danglingGrants(complain func(string, ...any)) {
	memberOf := func(id, org string) bool { m := s.members.get(id); return m != nil && m.OrganizationID == org }
	groupOf := func(id, org string) bool { g := s.groups.get(id); return g != nil && g.OrganizationID == org }
	collectionOf := func(id, org string) bool { c := s.collections.get(id); return c != nil && c.OrganizationID == org }
	check := func(kind, id, org string, grants []string, exists func(id, org string) bool) {
		if org != "" && s.organizations.get(org) == nil {
			complain("%s %s of a removed organization", kind, id)
		}
		for _, grant := range grants {
			if !exists(grant, org) {
				complain("%s %s of %s refers to %s", kind, id, org, grant)
			}
		}
	}
	for g := range s.groups.all() {
		check("group", g.ID, g.OrganizationID, slices.Collect(maps.Keys(g.Members)), memberOf)
	}
	for col := range s.collections.all() {
		check("collection", col.ID, col.OrganizationID, slices.Collect(maps.Keys(col.Members)), memberOf)
		check("collection", col.ID, col.OrganizationID, slices.Collect(maps.Keys(col.Groups)), groupOf)
	}
	for ci := range s.ciphers.all() {
		check("item", ci.ID, ci.OrganizationID, slices.Collect(maps.Keys(ci.Collections)), collectionOf)
	}
	for p := range s.policies.all() {
		check("policy", p.ID, p.OrganizationID, nil, nil)
	}
	for dom := range s.domains.all() {
		check("domain", dom.ID, dom.OrganizationID, nil, nil)
	}
	for l := range s.inviteLinks.all() {
		check("invite link", l.ID, l.OrganizationID, nil, nil)
	}
	for k := range s.orgAPIKeys.all() {
		check("API key", k.ID, k.OrganizationID, nil, nil)
	}
}

// wrongProviders: seats are those of the clients, an organization has one provider at most, a provider has an admin.
func (s *store) wrongProviders(complain func(string, ...any)) {
	linked, sums := map[string]bool{}, map[string]int{}
	for link := range s.providerOrgs.all() {
		org := s.organizations.get(link.OrganizationID)
		if org == nil || s.providers.get(link.ProviderID) == nil {
			complain("link %s between %s and %s, of which one is gone", link.ID, link.ProviderID, link.OrganizationID)
			continue
		}
		if linked[org.ID] {
			complain("organization %s is linked twice", org.ID)
		}
		linked[org.ID] = true
		sums[fmt.Sprint(link.ProviderID, org.PlanType)] += seatCount(org)
	}
	for p := range s.providers.all() {
		if !slices.ContainsFunc(slices.Collect(maps.Values(s.providerUsers.rows)), func(pu *providerUser) bool {
			return pu.ProviderID == p.ID && pu.Status == statusConfirmed && pu.Type == providerAdminRole
		}) {
			complain("provider %s has no admin", p.ID)
		}
		for _, plan := range p.Plans {
			sum := sums[fmt.Sprint(p.ID, plan.PlanType)]
			if plan.Allocated != sum || plan.Purchased != max(0, sum-plan.Minimum) {
				complain("provider %s: plan %+v, but its clients have %d seats", p.ID, *plan, sum)
			}
		}
	}
}
