// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// TestMain makes fewer checks of properties than rapid would, unless the command line says how many.
func TestMain(m *testing.M) {
	flag.Parse()
	const name = "rapid.checks"
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	if !given && flag.Set(name, "20") != nil {
		os.Exit(1)
	}
	m.Run()
}

// TestProperties lets people do random things, each with the token that he happens to hold. Every answer is judged by
// what it says and what it changed (see judge), and between them everything must fit together (see invariants).
//
// For more of it there are the flags -rapid.checks 1000 and -rapid.steps 100.
func TestProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		d := dice(func(name string, n int) int { return rapid.IntRange(0, n-1).Draw(t, name) })
		actions := map[string]func(*rapid.T){"": func(*rapid.T) { w.invariants() }}
		for name, do := range deeds {
			actions[name] = func(*rapid.T) { do(w, d) }
		}
		t.Repeat(actions)
		readAgain(w, d)
	})
}

// TestTogether lets everybody act at once: the race detector watches, and in the end everything must fit together.
func TestTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.audited = false
	names := slices.Sorted(maps.Keys(deeds))
	var everybody sync.WaitGroup
	for i := range 8 {
		random := rand.New(rand.NewPCG(uint64(i), 1))
		d := dice(func(_ string, n int) int { return random.IntN(n) })
		everybody.Go(func() {
			for range 40 {
				deeds[one(d, "deed", names)](w, d)
			}
		})
	}
	everybody.Go(func() { // whoever tests with the emulator looks on, and turns knobs
		for range 40 {
			w.server.Requests()
			w.server.Mails("ann@x.example")
			w.server.SetFlag(flagMemberEmail, nil)
			w.server.SetTXT("x.example", "v=spf1 -all")
		}
	})
	everybody.Wait()
	w.invariants()
}

// deeds are what people do, rights or not. Several of them aim at other organizations' rows and at unknown ones now and
// then.
var deeds = map[string]func(w *world, d dice){
	"sign in again": func(w *world, d dice) {
		if err := w.person(d).Login(w.t.Context()); err != nil {
			w.t.Error(err)
		}
	},
	"create a client":          createAClient,
	"change a client":          changeAClient,
	"unlink a client":          unlinkAClient,
	"delete an organization":   deleteAnOrganization,
	"manage provider users":    manageProviderUsers,
	"invite members":           inviteMembers,
	"accept an invitation":     acceptAnInvitation,
	"confirm members":          confirmMembers,
	"change a member":          changeAMember,
	"revoke or restore":        revokeOrRestore,
	"remove a member":          removeAMember,
	"write a group":            writeAGroup,
	"delete a group":           deleteAGroup,
	"write a collection":       writeACollection,
	"delete a collection":      deleteACollection,
	"write an item":            writeAnItem,
	"move or remove an item":   moveOrRemoveAnItem,
	"import":                   importItems,
	"set a policy":             setAPolicy,
	"claim a domain":           claimADomain,
	"use the invite link":      useTheInviteLink,
	"change an organization":   changeAnOrganization,
	"use the public API":       usePublicAPI,
	"meet a null dereference":  meetANullDereference,
	"send next to nothing":     sendNextToNothing,
	"look around":              lookAround,
	"compare lists and single": readAgain,
}

func createAClient(w *world, d dice) {
	name := sealed("")
	w.do(w.person(d), "POST", "/providers/"+one(d, "provider", w.providers())+"/clients", obj{
		"name": one(d, "name", []string{"Plain", strings.Repeat("n", 51), "A & B <GmbH>"}), "seats": 1 + d("seats", 8),
		"ownerEmail": one(d, "owner", invitable), "key": name, "collectionName": name,
		"planType": one(d, "plan", []int{planTeamsMonthly, planEnterpriseMonthly, planEnterpriseAnnually}),
		"keyPair":  obj{"publicKey": "key", "encryptedPrivateKey": "key"},
	})
}

func (w *world) providers() []string {
	var ids []string
	w.locked(func(s *store) { ids = slices.Clone(s.providers.order) })
	return append(ids, ids[0], ids[0])
}

// changeAClient never takes seats away while all act at once, so that the occupied ones stay within them.
func changeAClient(w *world, d dice) {
	provider := one(d, "provider", w.providers())
	body := obj{"name": "Renamed", "assignedSeats": 4 + d("seats", 8)}
	if w.audited && d.coin("leave the seats out") {
		delete(body, "assignedSeats")
	}
	w.do(w.person(d), "PUT", "/providers/"+provider+"/clients/"+one(d, "link", w.links(provider)), body)
}

func unlinkAClient(w *world, d dice) {
	provider := one(d, "provider", w.providers())
	link, known := one(d, "link", w.links(provider)), false
	w.locked(func(s *store) { known = s.providerOrgs.get(link) != nil })
	if known { // the other case is a null dereference
		w.do(w.person(d), "DELETE", "/providers/"+provider+"/organizations/"+link, nil)
	}
}

func deleteAnOrganization(w *world, d dice) {
	who := w.person(d)
	secret := one(d, "secret", []string{"wrong", "wrong", who.passwordHash})
	w.do(who, "DELETE", "/organizations/"+w.organization(d), obj{"masterPasswordHash": secret})
}

func manageProviderUsers(w *world, d dice) {
	provider := one(d, "provider", w.providers())
	base, who := "/providers/"+provider+"/users", w.person(d)
	id := one(d, "provider user", w.providerUsers(provider))
	switch d("what", 5) {
	case 0:
		w.do(who, "POST", base+"/invite", obj{"emails": one(d, "emails", [][]string{
			{"ann@x.example"}, {"bob@x.example", "service@x.example"},
		}), "type": d("type", 2)})
	case 1:
		who = w.people[3+d("who accepts", 2)]
		if q, err := who.invitation("accept-provider", "providerId", provider); err == nil {
			w.do(who, "POST", base+"/"+q.Get("providerUserId")+"/accept", obj{"token": q.Get("token")})
		}
	case 2:
		w.do(who, "POST", base+"/confirm", obj{"keys": []obj{{"id": id, "key": "4.key"}}})
	case 3:
		w.do(who, "PUT", base+"/"+id, obj{"type": d("type", 2)})
	case 4:
		w.do(who, "DELETE", base, obj{"ids": []string{id}})
	}
}

func inviteMembers(w *world, d dice) {
	who, org := w.scene(d)
	w.do(who, "POST", "/organizations/"+org+"/users/invite", obj{
		"emails": append(some(d, "address", invitable), one(d, "address", invitable)), "type": someRole(d),
		"permissions": somePermissions(d), "groups": some(d, "group", w.groups(org)),
		"collections": lines(d, "collection", w.collections(org)),
	})
}

func someRole(d dice) int { return one(d, "role", []int{roleUser, roleOwner, roleAdmin, roleCustom}) }

func somePermissions(d dice) any {
	if d.coin("permissions") {
		return nil
	}
	return permissions{ManageUsers: d.coin("manage users"), ManageGroups: true, EditAnyCollection: d.coin("edit any")}
}

// acceptAnInvitation follows a mail, which may be an old one.
func acceptAnInvitation(w *world, d dice) {
	who := w.person(d)
	mails := w.server.Mails(who.Email)
	if len(mails) == 0 {
		return
	}
	_, q := one(d, "mail", mails).Link("accept-organization")
	if q != nil {
		w.do(who, "POST", "/organizations/"+q.Get("organizationId")+"/users/"+q.Get("organizationUserId")+"/accept",
			obj{"token": q.Get("token"), "resetPasswordKey": one(d, "recovery", []any{nil, "4.key"})})
	}
}

func confirmMembers(w *world, d dice) {
	who, org := w.scene(d)
	base, id := "/organizations/"+org+"/users", one(d, "member", w.members(org))
	if d.coin("one") {
		w.do(who, "POST", base+"/"+id+"/confirm", obj{"key": "4.key"})
		return
	}
	w.do(who, "POST", base+"/confirm", obj{
		"defaultUserCollectionName": sealed(org),
		"keys": []obj{
			{"id": id, "key": "4.key"},
			{"id": one(d, "another", w.members(org)), "key": "4.key"},
		},
	})
}

func changeAMember(w *world, d dice) {
	who, org := w.scene(d)
	body := obj{
		"type": someRole(d), "permissions": somePermissions(d), "collections": lines(d, "collection", w.collections(org)),
	}
	if d.coin("groups") {
		body["groups"] = some(d, "group", w.groups(org))
	}
	w.do(who, "PUT", "/organizations/"+org+"/users/"+one(d, "member", w.members(org)), body)
}

func revokeOrRestore(w *world, d dice) {
	who, org := w.scene(d)
	base, verb := "/organizations/"+org+"/users", one(d, "verb", []string{"/revoke", "/restore"})
	if d.coin("one") {
		w.do(who, "PUT", base+"/"+one(d, "member", w.members(org))+verb, nil)
		return
	}
	w.do(who, "PUT", base+verb, obj{"ids": append(some(d, "member", w.members(org)), w.members(org)[0])})
}

func removeAMember(w *world, d dice) {
	who, org := w.scene(d)
	switch d("how", 3) {
	case 0:
		w.do(who, "DELETE", "/organizations/"+org+"/users/"+one(d, "member", w.members(org)), nil)
	case 1:
		w.do(who, "DELETE", "/organizations/"+org+"/users", obj{"ids": []string{one(d, "member", w.members(org))}})
	case 2:
		w.do(who, "POST", "/organizations/"+org+"/leave", nil)
	}
}

func writeAGroup(w *world, d dice) {
	who, org := w.scene(d)
	base, method := "/organizations/"+org+"/groups", "POST"
	body := obj{"name": "Group of " + org, "collections": lines(d, "collection", w.collections(org))}
	if d.coin("users") {
		body["users"] = some(d, "member", w.members(org))
	}
	if d.coin("existing") {
		base, method = base+"/"+one(d, "group", w.groups(org)), "PUT"
	}
	w.do(who, method, base, body)
}

func deleteAGroup(w *world, d dice) {
	who, org := w.scene(d)
	path := "/organizations/" + org + "/groups/" + one(d, "group", w.groups(org))
	if d.coin("a member of it only") {
		path += "/user/" + one(d, "member", w.members(org))
	}
	w.do(who, "DELETE", path, nil)
}

func writeACollection(w *world, d dice) {
	who, org := w.scene(d)
	base, method := "/organizations/"+org+"/collections", "POST"
	body := obj{"name": sealed(org)}
	body["groups"], body["users"] = lines(d, "group", w.groups(org)), lines(d, "member", w.members(org))
	switch d("how", 3) {
	case 1:
		base, method = base+"/"+one(d, "collection", w.collections(org)), "PUT"
	case 2:
		base, body["collectionIds"] = base+"/bulk-access", some(d, "collection", w.collections(org))
	}
	w.do(who, method, base, body)
}

func deleteACollection(w *world, d dice) {
	who, org := w.scene(d)
	w.do(who, "DELETE", "/organizations/"+org+"/collections/"+one(d, "collection", w.collections(org)), nil)
}

func writeAnItem(w *world, d dice) {
	who, org := w.scene(d)
	item := obj{
		"type": 1, "name": sealed(org), "organizationId": org, "login": obj{"password": sealed(org)},
		"key": sealed(org), "reprompt": 0,
	}
	body := obj{"cipher": item, "collectionIds": append(some(d, "collection", w.collections(org)), w.collections(org)[0])}
	switch d("how", 4) {
	case 0:
		w.do(who, "POST", "/ciphers/admin", body)
	case 1:
		w.do(who, "POST", "/ciphers/create", body)
	case 2:
		w.do(who, "PUT", "/ciphers/"+one(d, "item", w.ciphers(org)), item)
	case 3:
		id, known := one(d, "item", w.ciphers(org)), false
		w.locked(func(s *store) {
			if ci := s.ciphers.get(id); ci != nil {
				known, item["name"], item["login"], item["key"] = true, sealed(ci.OrganizationID), obj{}, nil
			}
		})
		if known && w.audited { // the other case is a null dereference
			w.do(who, "PUT", "/ciphers/"+id+"/admin", item)
		}
	}
}

func moveOrRemoveAnItem(w *world, d dice) {
	who, org := w.scene(d)
	base := "/ciphers/" + one(d, "item", w.ciphers(org))
	to := obj{"collectionIds": some(d, "collection", w.collections(org))}
	switch d("how", 6) {
	case 0:
		w.do(who, "PUT", base+"/collections_v2", to)
	case 1:
		w.do(who, "PUT", base+"/collections-admin", to)
	case 2:
		w.do(who, "PUT", base+one(d, "what", []string{"/delete", "/restore"}), nil)
	case 3:
		w.do(who, "PUT", base+one(d, "what", []string{"/delete-admin", "/restore-admin"}), nil)
	case 4:
		w.do(who, "DELETE", base+one(d, "how", []string{"", "/admin"}), nil)
	case 5:
		w.do(who, "POST", "/ciphers/purge?organizationId="+org, obj{"masterPasswordHash": who.passwordHash})
	}
}

func importItems(w *world, d dice) {
	who, org := w.scene(d)
	w.do(who, "POST", "/ciphers/import-organization?organizationId="+org, obj{
		"ciphers":                 []obj{{"type": 1, "name": sealed(org), "login": obj{}}},
		"collections":             []obj{{"name": sealed(org), "id": one(d, "collection", w.collections(org))}},
		"collectionRelationships": []obj{{"key": 0, "value": d("into", 2)}},
	})
}

func setAPolicy(w *world, d dice) {
	who, org := w.scene(d)
	policyType := one(d, "policy", []string{"0", "3", "5", "6", "7", "8", "18", "19", "21"})
	body := obj{"enabled": d.coin("on"), "data": one(d, "data", []any{
		nil, obj{"autoEnrollEnabled": true}, obj{"disableHideEmail": true, "disableSend": true},
	})}
	w.do(who, "PUT", "/organizations/"+org+"/policies/"+policyType,
		obj{"policy": body, "metadata": obj{"defaultUserCollectionName": sealed(org)}})
}

func claimADomain(w *world, d dice) {
	who, org := w.scene(d)
	base, id := "/organizations/"+org+"/domain", one(d, "domain", w.domains(org))
	switch d("how", 4) {
	case 0, 1:
		w.do(who, "POST", base, obj{"domainName": one(d, "name", []string{"x.example", "rival.example"})})
	case 2:
		w.locked(func(s *store) {
			if dom := s.domains.get(id); dom != nil && w.audited {
				s.txtRecords = map[string][]string{dom.Name: {dom.Txt}}
			}
		})
		w.do(who, "POST", base+"/"+id+"/verify", nil)
	case 3:
		w.do(who, "DELETE", base+"/"+id, nil)
	}
}

func useTheInviteLink(w *world, d dice) {
	who, org := w.scene(d)
	code := "00000000-0000-4000-8000-000000000000"
	w.locked(func(s *store) {
		if l := w.server.inviteLinkOf(org); l != nil {
			code = l.Code
		}
	})
	path := "/organizations/" + org + "/invite-link"
	switch d("how", 4) {
	case 0:
		w.do(who, "POST", path, obj{"allowedDomains": []string{"x.example"}, "invite": sealed(org)})
	case 1, 2: // the stranger does not have the link
		w.do(one(d, "who", w.people[:len(w.people)-1]), "POST", "/organizations/users/invite-link/accept",
			obj{"organizationId": org, "code": code, "resetPasswordKey": "4.key"})
	case 3:
		w.do(who, "DELETE", path, nil)
	}
}

func changeAnOrganization(w *world, d dice) {
	who, org := w.scene(d)
	if d.coin("name") {
		w.do(who, "PUT", "/organizations/"+org, one(d, "change", []obj{
			{"name": "A & B"}, {"name": ""}, {"billingEmail": "Bills@X.example"},
		}))
		return
	}
	w.do(who, "PUT", "/organizations/"+org+"/collection-management", obj{
		"limitCollectionCreation": d.coin("creation"), "limitCollectionDeletion": d.coin("deletion"),
		"limitItemDeletion": d.coin("item deletion"), "allowAdminAccessToAllCollectionItems": d.coin("admin access"),
	})
}

// usePublicAPI acts with the token of an organization, which is an owner's and nobody's.
func usePublicAPI(w *world, d dice) {
	org := w.robot.ID
	member, group := one(d, "member", w.members(org)), one(d, "group", w.groups(org))
	access := lines(d, "collection", w.collections(org))
	switch d("what", 7) {
	case 0:
		w.do(w.robot, "POST", "/public/members", obj{
			"email": one(d, "address", invitable), "type": someRole(d), "collections": access, "groups": []string{group},
		})
	case 1:
		w.do(w.robot, "PUT", "/public/members/"+member, obj{"type": someRole(d), "collections": access})
	case 2:
		w.do(w.robot, "PUT", "/public/members/"+member+"/group-ids", obj{"groupIds": []string{group}})
	case 3:
		w.do(w.robot, "POST", "/public/members/"+member+one(d, "verb", []string{"/revoke", "/restore", "/reinvite"}), nil)
	case 4:
		w.do(w.robot, "DELETE", one(d, "path", []string{"/public/members/" + member, "/public/groups/" + group}), nil)
	case 5:
		w.do(w.robot, "PUT", "/public/groups/"+group, obj{"name": "Group of " + org, "collections": access})
	case 6:
		w.do(w.robot, "PUT", "/public/groups/"+group+"/member-ids", obj{"memberIds": []string{member}})
	}
}

// meetANullDereference sends what makes the genuine server fail.
func meetANullDereference(w *world, d dice) {
	who, org := w.scene(d)
	item := obj{"type": 1, "name": sealed(org), "organizationId": org, "login": obj{}}
	one(d, "which", []func(){
		func() {
			w.fails(who, "PUT", "/organizations/"+org+"/users/"+one(d, "member", w.members(org)), obj{"type": roleUser})
		},
		func() {
			w.fails(who, "PUT", "/organizations/"+org+"/groups/"+one(d, "group", w.groups(org)), obj{"name": "x"})
		},
		func() { w.fails(who, "DELETE", "/providers/"+w.msp.ProviderID+"/organizations/"+newID(), nil) },
		func() { w.fails(who, "PUT", "/ciphers/"+newID()+"/admin", item) },
		func() { w.fails(who, "POST", "/ciphers/create", obj{"cipher": item, "collectionIds": []string{org}}) },
		func() { w.fails(who, "GET", "/organizations/nonsense", nil) },
		func() { w.fails(who, "GET", "/organizations/nonsense/groups", nil) },
	})()
}

// sendNextToNothing tries every route with ids of any kind, an empty body or one that says nothing. The few that may
// answer 500 to it are null dereferences of the genuine server.
func sendNextToNothing(w *world, d dice) {
	route := one(d, "route", w.server.routesOfAPI())
	method, path, _ := strings.Cut(route, " ")
	ids := w.anyIDs()
	var parts []string
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/api/"), "/") {
		switch {
		case part == "{type}":
			part = one(d, "type", []string{"0", "3", "21"})
		case strings.HasPrefix(part, "{"):
			part = one(d, part, ids)
		}
		parts = append(parts, part)
	}
	target := "/" + strings.Join(parts, "/") + "?organizationId=" + w.organization(d)
	var body any
	if method != http.MethodGet && d.coin("a body") {
		body = obj{}
	}
	if slices.Contains(failsOnNothing, route) {
		w.fails(w.person(d), method, target, body)
		return
	}
	w.do(w.person(d), method, target, body)
}

// routesOfAPI are the routes of the Api service, without the one that deletes a provider and asks for nothing.
func (s *Server) routesOfAPI() []string {
	return slices.DeleteFunc(s.Routes(), func(route string) bool {
		return !strings.Contains(route, " /api/") || route == "DELETE /api/providers/{providerId}"
	})
}

// failsOnNothing are routes that answer 500 where something is missing.
var failsOnNothing = []string{
	"DELETE /api/providers/{providerId}/organizations/{id}",      // an unknown link
	"POST /api/providers/{providerId}/organizations/{id}/delete", // the same
	"PUT /api/ciphers/{id}/partial",                              // an item that the caller does not see
	"POST /api/ciphers/{id}/partial",                             // the same
}

// anyIDs are one or two of every kind.
func (w *world) anyIDs() []string {
	var ids []string
	w.locked(func(s *store) {
		for _, order := range [][]string{
			s.organizations.order, s.members.order, s.groups.order, s.collections.order, s.ciphers.order, s.providers.order,
			s.providerUsers.order, s.providerOrgs.order, s.domains.order, s.users.order,
		} {
			ids = append(ids, order[:min(2, len(order))]...)
		}
	})
	return ids
}

// lookAround reads a list of any organization, or one of its rows.
func lookAround(w *world, d dice) {
	org := w.organization(d)
	path := one(d, "path", []string{
		"", "/users?includeGroups=true&includeCollections=true", "/users/mini-details", "/groups/details", "/groups",
		"/collections", "/collections/details", "/policies", "/domain", "/events", "/invite-link", "/subscription",
		"/users/" + one(d, "member", w.members(org)) + "?includeGroups=true",
		"/groups/" + one(d, "group", w.groups(org)) + "/details",
		"/collections/" + one(d, "collection", w.collections(org)) + "/details",
	})
	w.do(one(d, "who", w.people), "GET", "/organizations/"+org+path, nil)
	item := "/ciphers/" + one(d, "item", w.ciphers(org))
	w.do(one(d, "who", w.people), "GET", one(d, "another path", []string{
		"/ciphers/organization-details?organizationId=" + org, item + "/admin", item, item + "/details",
		"/reports/member-access/" + org, "/sync", "/providers/" + one(d, "provider", w.providers()) + "/organizations",
	}), nil)
}

// readAgain reads the lists of an organization as a user of its provider, and each row by itself: they must agree.
func readAgain(w *world, d dice) {
	_, org := w.scene(d)
	who, base := w.people[0], "/organizations/"+org
	before := w.look()
	for _, kind := range []struct{ list, one, key string }{
		{base + "/users?includeGroups=true&includeCollections=true", base + "/users/%v?includeGroups=true", "id"},
		{base + "/groups", base + "/groups/%v", "id"},
		{base + "/groups/details", base + "/groups/%v/details", "id"},
		{base + "/collections", base + "/collections/%v", "id"},
		{base + "/collections/details", base + "/collections/%v/details", "id"},
		{base + "/domain", base + "/domain/%v", "id"},
		{base + "/policies", base + "/policies/%v", "type"},
		{"/ciphers/organization-details?organizationId=" + org, "/ciphers/%v/admin", "id"},
	} {
		for _, row := range w.send(who, "GET", kind.list, nil).data() {
			w.agree(row, w.send(who, "GET", fmt.Sprintf(kind.one, row[kind.key]), nil))
		}
	}
	if changes := changed(before, w.look()); w.audited && changes != nil {
		w.t.Errorf("reading changed %v", changes)
	}
}

// agree wants a row of a list and the answer about it alone to say the same about everything that both tell.
func (w *world) agree(row map[string]any, a answer) {
	single := map[string]any{}
	if err := json.Unmarshal(a.body, &single); err != nil || a.status != http.StatusOK {
		if w.audited {
			w.t.Errorf("a row of a list cannot be read alone: %d %s, want %v", a.status, a.body, row)
		}
		return
	}
	for key, value := range single {
		if inList, ok := row[key]; ok && key != "object" && w.audited && !reflect.DeepEqual(inList, value) {
			w.t.Errorf("%s of %v: %v in the list, %v alone", key, row["id"], inList, value)
		}
	}
}
