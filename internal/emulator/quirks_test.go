// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// exchange is one request of a quirk and its answer.
type exchange struct {
	// request is who, verb, path and JSON body, each but the first two with names in braces (see stage.fill). Instead of
	// a verb it may be LOGIN, ADVANCE (the clock) or FLAG (turn one on).
	request string
	// want is the status, and texts that the answer must contain (or, after a !, must not), separated by " … ".
	want string
	// recorded is where the genuine server gave this answer: scenario and step (from 0). It is empty where the fact was read in
	// the server's source or seen without being recorded.
	recorded string
}

// TestQuirks is the inventory of the genuine server's bugs and silences that clients meet. Those that need more than
// a few exchanges have tests of their own, which are named here.
//
//	frozen claims, live links, five minutes of grace     TestTokenClaims
//	refusals of an expired token                         TestExpiredTokenChallenge
//	rotated keys count at once                           TestRotatedAPIKey
//	two seconds for a wrong secret                       TestDelays
//	500 above 30 MB                                      TestBodyAboveTheLimit
//	rate limits                                          TestLimit…, and the recording rate-limits
//	duplicates of one address in a call                  TestInviteRepeatsWithinACall, TestTwoRowsOfOneAddress
//	what an update that leaves things out erases         TestUpdateReplacesEverything, TestPublicMemberUpdateResets
//	revoked members keep access and free their seat      TestRestoreRecomputesStatus
//	policies that revoke, mirror or depend               TestSingleOrgRevokes, TestTwoFactorRevokes, TestSendPoliciesMirror
//	claimed members stay                                 TestClaimedMembers
//	pages of 50 events, delayed                          TestEventPages, TestEventsTakeTime
//	who may do what with items                           TestItemMatrix, TestOrphans
//	new types of items hidden from old clients           TestNewItemTypesInSync
//	a known revision protects, but for a second          TestKnownRevision
func TestQuirks(t *testing.T) {
	t.Parallel()
	tests := map[string][]exchange{
		"a role shows in the next token": {
			{"ann GET /organizations/{client}", "404", ""},
			{`admin PUT /organizations/{client}/users/{ann} {"type":0,"collections":[]}`, "200", "members 66"},
			{"ann GET /organizations/{client}", "404", ""},
			{`ann POST /ciphers/admin {"cipher":{item},"collectionIds":["{collection}"]}`, "404", "own-membership 25"},
			{"ann LOGIN", "", ""},
			{"ann GET /organizations/{client}", "200", ""},
		},
		"a revoked member works on with the token he has": {
			{`admin PUT /organizations/{client}/users/{ann} {"type":0,"collections":[]}`, "200", ""},
			{`admin PUT /organizations/{client}/collection-management {"allowAdminAccessToAllCollectionItems":true}`, "200", ""},
			{"ann LOGIN", "", ""},
			{"admin PUT /organizations/{client}/users/{ann}/revoke", "200", "members 84"},
			{`ann POST /ciphers/admin {"cipher":{item},"collectionIds":["{collection}"]}`, "200", ""},
			{"ann LOGIN", "", ""},
			{`ann POST /ciphers/admin {"cipher":{item},"collectionIds":["{collection}"]}`, "404", ""},
		},
		"a token works five minutes longer than it says": {
			{"ann ADVANCE 1h4m50s", "", ""},
			{"ann GET /accounts/profile", "200", ""},
			{"ann ADVANCE 20s", "", ""},
			{"ann GET /accounts/profile", "401", "session 21"},
		},
		"415 without a body": {
			{"admin POST /organizations/{client}/groups", "415", "shapes 20"},
			{"admin DELETE /organizations/{client}/users", "415", "shapes 50"},
			{"admin PUT /organizations/{client}/users/{ann}/restore/vnext", "415", "shapes 51"},
			{"admin PUT /organizations/{client}/users/{ann}/restore", "400 Already active.", ""},
		},
		"405, 404 and paths that are tolerated": {
			{"admin PATCH /organizations/{client}/users", "405", "shapes 37"},
			{"admin DELETE /organizations/{client}/public-key", "405", "shapes 39"},
			{"admin GET /nowhere", "404", "shapes 38"},
			{"admin GET //version", "404", ""},
			{"admin GET /organizations/{client}/users/?includeGroups=true", "200", "shapes 40"},
			{"admin GET /organizations/{client}/USERS?includegroups=TRUE", "200", "shapes 41"},
		},
		"ids that are none": {
			{"admin GET /organizations/nonsense", "500", "shapes 26"},
			{"admin GET /organizations/nonsense/groups", "500", "shapes 32"},
			{"admin GET /organizations/nonsense/policies", "500", "shapes 33"},
			{"admin GET /sends/nonsense", "500", "shapes 36"},
			{"admin GET /organizations/nonsense/users", "400 The value 'nonsense' is not valid.", "shapes 30"},
			{"admin GET /ciphers/nonsense", "400 The value 'nonsense' is not valid.", "shapes 35"},
			{"admin GET /providers/nonsense", "404", "shapes 34"},
		},
		"an organization that is none of one's own": {
			{"admin GET /organizations/{unknown}/collections", `200 "data":[]`, "shapes 42"},
			{"admin GET /organizations/{unknown}/users", "404 Resource not found.", "shapes 43"},
			{"admin GET /organizations/{unknown}/groups/details", "403", "shapes 44"},
			{"admin GET /organizations/{unknown}/domain", "401 Unauthorized.", "shapes 46"},
			{`admin PUT /organizations/{unknown} {"name":"x"}`, "401", "organization 30"},
			{"admin GET /providers/{unknown}", "403", "session 47"},
		},
		"what counts as a number": {
			{`admin PUT /providers/{provider}/clients/{link} {"name":"x","assignedSeats":"5"}`, "200", "shapes 21"},
			{`admin PUT /providers/{provider}/clients/{link} {"name":"x","assignedSeats":null}`, "400", "shapes 22"},
			{`admin POST /organizations/{client}/users/invite {"emails":["a@x.example"],"type":"2"}`, "400", "shapes 25"},
		},
		"names of properties": {
			{`admin POST /organizations/{client}/groups {"NAME":"Upper","unknown":1}`, `200 "name":"Upper"`, "shapes 11"},
			{`admin POST /organizations/{client}/groups {"name":"First","name":"Last"}`, `200 "name":"Last"`, "shapes 12"},
			{`admin POST /organizations/{client}/groups {"name":"x",}`, "400", "shapes 13"},
		},
		"creating a client tells nothing, and repeating it makes another": {
			{"admin POST /providers/{provider}/clients {newClient}", "200 !organizationId", "client-organizations 28"},
			{"admin POST /providers/{provider}/clients {newClient}", "200 !organizationId", ""},
			{"admin GET /providers/{provider}/organizations", `200 ×2 "key":"same"`, ""},
		},
		"client names are cut at 50 characters, and decoded when they are read": {
			{`admin PUT /providers/{provider}/clients/{link} {"name":"{51}","assignedSeats":5}`, "200", ""},
			{
				"admin GET /providers/{provider}/organizations",
				`200 "organizationName":"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"`,
				"",
			},
			{
				`admin PUT /providers/{provider}/clients/{link} {"name":"A &amp; B","assignedSeats":5}`,
				"200",
				"client-organizations 43",
			},
			{"admin GET /providers/{provider}/organizations", `200 "organizationName":"A & B"`, "client-organizations 44"},
			{`admin PUT /providers/{provider}/clients/{link} {"name":" x ","assignedSeats":5}`, "200", ""},
			{"admin GET /providers/{provider}/organizations", `200 "organizationName":" x "`, ""},
		},
		"seats left out are none, and nobody asks who sits on them": {
			{`admin PUT /providers/{provider}/clients/{link} {"name":"x"}`, "200", "client-organizations 46"},
			{
				"admin GET /providers/{provider}/organizations",
				`200 "seats":0 … "occupiedSeats":1 … "remainingSeats":-1`,
				"client-organizations 52",
			},
			{
				`admin POST /organizations/{client}/users/invite {"emails":["b@x.example"],"type":2,"collections":[]}`,
				"400 Seat limit has been reached. Please contact your provider to add more seats.",
				"members 95",
			},
		},
		"the lengths of names are counted after encoding": {
			{
				`admin PUT /organizations/{client} {"name":"&&&&&&&&&&&"}`,
				"400 The field Name exceeds the maximum length.",
				"organization 29",
			},
			{`admin PUT /organizations/{client} {"name":"&&&&&&&&&&"}`, `200 "name":"&&&&&&&&&&"`, ""},
			{
				`admin PUT /providers/{provider} {"name":"ééééééééé","billingEmail":"a@x.example"}`,
				"400 The field Name exceeds the maximum length.",
				"provider 22",
			},
			{`admin PUT /providers/{provider} {"name":"ééééé","billingEmail":"a@x.example"}`, `200 "name":"ééééé"`, ""},
		},
		"an empty name erases it": {
			{`admin PUT /organizations/{client} {"name":""}`, `200 "name":null`, ""},
			{`admin PUT /providers/{provider}/clients/{link} {"name":"","assignedSeats":5}`, "400", "client-organizations 45"},
		},
		"business names come back encoded, addresses in lower case": {
			{
				`admin PUT /providers/{provider} {"name":"MSP","businessName":"MSP <GmbH>","billingEmail":"Bills@X.example"}`,
				`200 "businessName":"MSP &lt;GmbH&gt;" … "billingEmail":"bills@x.example"`,
				"",
			},
			{
				`admin PUT /providers/{provider} {"name":"MSP","billingEmail":"a@x.example"}`,
				`200 "businessName":null`,
				"provider 19",
			},
			{
				`admin PUT /organizations/{client} {"billingEmail":"Bills@X.example"}`,
				`200 "billingEmail":"bills@x.example"`,
				"organization 24",
			},
			{`admin POST /organizations/{client}/domain {"domainName":"X.Example"}`, `200 "domainName":"x.example"`, ""},
		},
		"settings left out are off": {
			{
				`admin PUT /organizations/{client}/collection-management {"limitItemDeletion":true}`,
				`200 "limitItemDeletion":true`,
				"organization 32",
			},
			{`admin PUT /organizations/{client}/collection-management {}`, `200 "limitItemDeletion":false`, "organization 33"},
		},
		"unlinking needs an owner, and fails where there is no link": {
			{
				"admin DELETE /providers/{provider}/organizations/{link}",
				"400 Organization must have at least one confirmed owner.",
				"client-organizations 58",
			},
			{"admin DELETE /providers/{provider}/organizations/{unknown}", "500", "client-organizations 59"},
		},
		"service users delete clients, but neither make nor unlink them": {
			{"service POST /providers/{provider}/clients {newClient}", "403", "client-organizations 25"},
			{"service DELETE /providers/{provider}/organizations/{link}", "403", "client-organizations 60"},
			{
				`service PUT /providers/{provider}/clients/{link} {"name":"x","assignedSeats":40}`,
				"401 Service users cannot purchase additional seats.",
				"client-organizations 50",
			},
			{`service DELETE /organizations/{client} {"masterPasswordHash":"{hash}"}`, "200", "client-organizations 64"},
			{`service DELETE /organizations/{client} {"masterPasswordHash":"{hash}"}`, "404", "client-organizations 65"},
		},
		"deleting a provider asks for nothing, and leaves the clients": {
			{"ann GET /organizations/{client}/public-key", "200", ""},
			{"admin DELETE /providers/{provider}", "200", ""},
			{"admin GET /organizations/{client}", "404", ""},
			{"ann GET /organizations/{client}/public-key", "200", ""},
		},
		"provider users: 200 though nothing happens": {
			{
				`admin POST /providers/{provider}/users/invite {"emails":["B@x.example","b@x.example"],"type":0}`,
				"200",
				"provider-users 18",
			},
			{`admin POST /providers/{provider}/users/invite {"emails":["b@x.example"],"type":1}`, "200", "provider-users 22"},
			{"admin GET /providers/{provider}/users", `200 ×1 "email":"b@x.example" … !"type":1`, "provider-users 23"},
			{`admin POST /providers/{provider}/users/{unknown}/confirm {"key":"4.key"}`, "200", "provider-users 33"},
			{"admin DELETE /providers/{provider}/users/{unknown}", "200", "provider-users 60"},
			{`admin POST /providers/{provider}/users/reinvite {"ids":["{unknown}"]}`, `200 "data":[]`, "provider-users 32"},
			{`admin POST /providers/{provider}/users/invite {"emails":["c@x.example"],"type":9}`, "200", "provider-users 27"},
			{"admin GET /providers/{provider}/users", `200 "type":9`, ""},
		},
		"members: 200 though nothing happens": {
			{
				`admin POST /organizations/{client}/users/invite {"emails":["B@x.example"],"type":2,"collections":[],"groups":["{unknown}"]}`,
				"200 !id",
				"members 42",
			},
			{
				`admin POST /organizations/{client}/users/invite {"emails":["b@x.example"],"type":0,"collections":[]}`,
				"200",
				"members 32",
			},
			{
				"admin GET /organizations/{client}/users?includeGroups=true",
				`200 "email":"b@x.example" … !"email":"b@x.example","externalId":null,"groups":["`,
				"members 33",
			},
			{`admin POST /organizations/{client}/users/confirm {"keys":[{"id":"{owner}","key":"4.key"}]}`, `200 "data":[]`, ""},
			{`admin POST /organizations/{client}/users/{owner}/confirm {"key":"4.key"}`, "400 User not valid.", "members 48"},
			{`admin POST /organizations/{client}/users/reinvite {"ids":["{unknown}"]}`, `200 "data":[]`, "members 51"},
		},
		"members: collections must be there": {
			{
				`admin POST /organizations/{client}/users/invite {"emails":["b@x.example"],"type":2}`,
				"400 Errors have occurred. … Value cannot be null.",
				"members 34",
			},
			{`admin PUT /organizations/{client}/users/{owner} {"type":0,"collections":null}`, "500", "members 72"},
			{
				`admin PUT /organizations/{client}/users/{owner} {"type":0,"collections":[],"groups":["{unknown}"]}`,
				"404",
				"members 78",
			},
		},
		"members: lists and single reads lack something": {
			{`admin POST /organizations/{client}/groups {"name":"G","users":["{owner}"],"collections":[]}`, "200", ""},
			{
				"admin GET /organizations/{client}/users",
				`200 "email":"owner@x.example" … "groups":[] … "collections":[]`,
				"members 25",
			},
			{
				"admin GET /organizations/{client}/users?includeGroups=true&includeCollections=true",
				`200 !"groups":[] … !"collections":[]`,
				"members 26",
			},
			{"admin GET /organizations/{client}/users/{owner}", `200 !"email" … !"groups" … !"twoFactorEnabled"`, "members 45"},
		},
		"members: a flag breaks updates by those who are none": {
			{"admin FLAG pm-28365-change-member-email-no-mp", "", ""},
			{"admin GET /config", `200 "pm-28365-change-member-email-no-mp":true`, "flag-member-email 31"},
			{`admin PUT /organizations/{client}/users/{owner} {"type":0,"collections":[]}`, "500", "flag-member-email 32"},
			{`service PUT /organizations/{client}/users/{owner} {"type":0,"collections":[]}`, "500", "flag-member-email 33"},
			{`admin PUT /organizations/{client}/users/{ann} {"type":0,"collections":[]}`, "500", "flag-member-email 32"},
		},
		"a flag that is off looks like something that is not there": {
			{"admin GET /organizations/{client}/invite-link", "404 Resource not found.", ""},
			{"admin FLAG pm-32497-generate-invite-link", "", ""},
			{"admin GET /organizations/{client}/invite-link", "404", "flag-invite-link 22"},
		},
		"groups: what is foreign is dropped by one and refused by the other": {
			{
				`admin POST /organizations/{client}/groups {"name":"G","collections":[],"users":["{unknown}"]}`,
				"200",
				"groups 39",
			},
			{`admin POST /organizations/{client}/groups {"name":"G","collections":[{"id":"{unknown}"}]}`, "404", "groups 38"},
			{
				`admin PUT /organizations/{client}/groups/{group} {"name":"G","collections":[],"users":["{unknown}"]}`,
				"404",
				"groups 63",
			},
			{`admin PUT /organizations/{client}/groups/{group} {"name":"G","users":[]}`, "500", "groups 57"},
		},
		"groups: members that are not named stay": {
			{`admin POST /organizations/{client}/groups {"name":"G"}`, "200", "groups 35"},
			{
				`admin PUT /organizations/{client}/groups/{group} {"name":"G","collections":[],"users":["{owner}"]}`,
				"200",
				"groups 54",
			},
			{`admin PUT /organizations/{client}/groups/{group} {"name":"G","collections":[]}`, "200", "groups 48"},
			{"admin GET /organizations/{client}/groups/{group}/users", `200 ["{owner}"]`, "groups 50"},
			{`admin PUT /organizations/{client}/groups/{group} {"name":"G","collections":[],"users":[]}`, "200", "groups 51"},
			{"admin GET /organizations/{client}/groups/{group}/users", "200 []", "groups 53"},
		},
		"collections: nobody may be left without a manager": {
			{
				`admin POST /organizations/{client}/collections {"name":"{enc}","groups":[],"users":[]}`,
				"400 At least one member or group must have can manage permission.",
				"collections 32",
			},
			{
				`admin POST /organizations/{client}/collections {"name":"{enc}","groups":[{"id":"{unknown}","manage":true}]}`,
				`200 "users":null`,
				"collections 40",
			},
			{
				`admin PUT /organizations/{client}/collections/{collection} {"name":null,"externalId":"x"}`,
				`200 "externalId":"x" … "users":null`,
				"collections 50",
			},
			{
				`admin PUT /organizations/{client}/collections/{collection} {"name":"{enc}"}`,
				`200 "externalId":null`,
				"collections 52",
			},
			{
				"admin GET /organizations/{client}/collections/{collection}/details",
				`200 "users":[{"hidePasswords":false,"id":"{owner}"`,
				"",
			},
		},
		"a look at a client's collections is audited": {
			{"admin GET /organizations/{client}/collections", "200", "collections 42"},
			{"admin GET /organizations/{client}/events", `200 !"type":1603`, ""},
			{"admin GET /organizations/{client}/collections/details", "200", "collections 65"},
			{"admin GET /organizations/{client}/events", `200 "type":1603`, ""},
			{"admin GET /providers/{provider}/events", `200 "type":1903`, ""},
		},
		"policies: one is there that nobody set, and data are replaced": {
			{"admin GET /organizations/{client}/policies", `200 ×1 "type": … "type":21`, "policies 31"},
			{`admin PUT /organizations/{client}/policies/1 {"enabled":true,"data":null}`, "400", "policies 36"},
			{
				`admin PUT /organizations/{client}/policies/1 {"policy":{"enabled":true,"data":{"minLength":20,"new":"kept"}}}`,
				`200 "new":"kept"`,
				"policies 46",
			},
			{`admin PUT /organizations/{client}/policies/1 {"policy":{"enabled":false,"data":null}}`, `200 "data":null`, ""},
			{`admin PUT /organizations/{client}/policies/6 {"policy":{"enabled":true,"data":null}}`, "200", "policies 55"},
			{"admin GET /organizations/{client}/policies", `200 ×3 "type": … "disableSend":true`, "policies 56"},
		},
		"items: what a provider user makes stays without a collection": {
			{`admin POST /ciphers/admin {"cipher":{item},"collectionIds":["{collection}"]}`, "404", "items 35"},
			{`admin POST /ciphers/create {"cipher":{item},"collectionIds":["{collection}"]}`, "404", "items 36"},
			{"admin GET /ciphers/organization-details?organizationId={client}", `200 ×1 "collectionIds":[]`, "items 37"},
			{"admin GET /organizations/{client}/export", "404", "items 41"},
			{"admin GET /ciphers/organization-details/assigned?organizationId={client}", "404", "items 34"},
		},
		"items: an import repeated is an import twice": {
			{"admin POST /ciphers/import-organization?organizationId={client} {import}", "200 !id", "items 38"},
			{"admin POST /ciphers/import-organization?organizationId={client} {import}", "200", ""},
			{"admin GET /ciphers/organization-details?organizationId={client}", `200 ×2 "collectionIds":["`, ""},
		},
		"items: an update of nothing is a failure": {
			{`ann PUT /ciphers/{unknown}/admin {item}`, "500", ""},
			{
				`ann POST /ciphers/create {"cipher":{"type":99,"name":"{enc}","organizationId":"{client}"},"collectionIds":["{collection}"]}`,
				"500",
				"items 53",
			},
		},
		"sends: what is missing is a failure": {
			{
				`ann POST /sends {"type":0,"authType":2,"key":"{enc}","name":"{enc}","disabled":false,"deletionDate":"{tomorrow}"}`,
				"500",
				"sends 12",
			},
			{
				`ann POST /sends {"type":1,"authType":2,"key":"{enc}","name":"{enc}","disabled":false,"deletionDate":"{tomorrow}"}`,
				"500",
				"sends 13",
			},
		},
		"refused logins": {
			{
				`admin POST /accounts/verify-password {"masterPasswordHash":"AAAA"}`,
				`400 "MasterPasswordHash":["Invalid password."]`,
				"session 28",
			},
			{
				`admin DELETE /organizations/{client} {"masterPasswordHash":"AAAA"}`,
				`400 "":["User verification failed."]`,
				"client-organizations 62",
			},
			{
				`admin DELETE /organizations/{client} {}`,
				"400 MasterPasswordHash, OTP, or AccessCode must be supplied.",
				"client-organizations 61",
			},
		},
	}
	recordings := map[string]scenario{}
	for name, exchanges := range tests {
		for _, x := range exchanges {
			checkRecorded(t, recordings, x)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			for _, x := range exchanges {
				s.play(x)
			}
		})
	}
}

// checkRecorded wants the step that an exchange quotes to have the same verb, status and message.
func checkRecorded(t *testing.T, known map[string]scenario, x exchange) {
	t.Helper()
	name, number, quotes := strings.Cut(x.recorded, " ")
	if !quotes {
		return
	}
	if known[name].Steps == nil {
		known[name] = readScenario(t, "testdata/contract/"+name+".json")
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(known[name].Steps) {
		t.Fatalf("%s: there is no step %q", x.request, x.recorded)
	}
	recorded, words := known[name].Steps[n], strings.Fields(x.request)
	status, texts, _ := strings.Cut(x.want, " ")
	if recorded.Response == nil || recorded.Method != words[1] || strconv.Itoa(recorded.Response.Status) != status {
		t.Errorf(
			"%s: the recording %s says %s %s → %+v",
			x.request,
			x.recorded,
			recorded.Method,
			recorded.Path,
			recorded.Response,
		)
		return
	}
	for text := range strings.SplitSeq(texts, " … ") {
		message := !strings.ContainsAny(text, `"!×[]`)
		if message && !strings.Contains(string(recorded.Response.Body), text) {
			t.Errorf("%s: the recording %s does not say %s, but %s", x.request, x.recorded, text, recorded.Response.Body)
		}
	}
}

// stage is a provider with a client, whose invited owner is owner@x.example. Others come when they are named.
type stage struct {
	t      *testing.T
	server *emulator.Running
	msp    *emulator.MSP
	client *emulator.Client
	people map[string]*emulator.Person
	tokens map[string]string
	names  map[string]string
}

func newStage(t *testing.T) *stage {
	t.Helper()
	server := emulator.New(t)
	msp := server.NewMSP(t)
	client := msp.NewClient(t, emulator.ClientOptions{OwnerEmail: "owner@x.example", Seats: 5})
	const enc = "2.AAAAAAAAAAAAAAAAAAAAAA==|AAAAAAAAAAAAAAAAAAAAAA==|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	item := fmt.Sprintf(`{"type":1,"name":"%s","organizationId":"%s","login":{}}`, enc, client.ID)
	return &stage{
		t:      t,
		server: server,
		msp:    msp,
		client: client,
		people: map[string]*emulator.Person{"admin": msp.Admin},
		tokens: map[string]string{},
		names: map[string]string{
			"provider": msp.ProviderID, "client": client.ID, "link": client.LinkID, "enc": enc, "item": item,
			"unknown": "00000000-0000-0000-0000-000000000001", "51": strings.Repeat("n", 51),
			"tomorrow": time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339), "hash": msp.Admin.PasswordHash(),
			"newClient": `{"name":"New","ownerEmail":"new@x.example","planType":19,"seats":1,"key":"same",` +
				`"keyPair":{"publicKey":"x","encryptedPrivateKey":"x"},"collectionName":"x"}`,
			"import": `{"ciphers":[` + item + `],"collections":[{"name":"` + enc + `"}],` +
				`"collectionRelationships":[{"key":0,"value":0}]}`,
		},
	}
}

// person is somebody by name: the provider's admin or service user, or a confirmed member.
func (s *stage) person(name string) *emulator.Person {
	s.t.Helper()
	if s.people[name] == nil && name == "service" {
		s.people[name] = s.msp.NewServiceUser(s.t, "service@x.example")
		s.names["hash"] = s.people[name].PasswordHash()
	} else if s.people[name] == nil {
		s.people[name], s.names[name] = s.client.NewMember(s.t, name+"@x.example", 2)
	}
	return s.people[name]
}

// fill replaces the names in braces. Some rows are found or made only now.
func (s *stage) fill(text string) string {
	s.t.Helper()
	base := "/organizations/" + s.client.ID
	find := func(name, path string) {
		list := struct{ Data []struct{ ID string } }{}
		if !strings.Contains(text, "{"+name+"}") || s.names[name] != "" {
			return
		}
		if err := s.msp.Admin.Get(s.t.Context(), base+path, &list); err != nil || len(list.Data) == 0 {
			s.t.Fatalf("there is no %s: %v", name, err)
		}
		s.names[name] = list.Data[0].ID
	}
	find("owner", "/users")
	find("collection", "/collections")
	find("group", "/groups")
	if strings.Contains(text, "{ann}") {
		s.person("ann")
	}
	for range 2 { // some names stand for texts with names
		for name, value := range s.names {
			text = strings.ReplaceAll(text, "{"+name+"}", value)
		}
	}
	return text
}

// play makes one exchange.
func (s *stage) play(x exchange) {
	s.t.Helper()
	words := strings.SplitN(x.request, " ", 3)
	who, verb, rest := words[0], words[1], strings.Join(words[2:], "")
	s.person(who)
	if s.tokens[who] == "" || verb == "LOGIN" {
		s.login(who)
	}
	switch verb {
	case "LOGIN":
	case "FLAG":
		s.server.SetFlag(rest, true)
	case "ADVANCE":
		d, err := time.ParseDuration(rest)
		if err != nil {
			s.t.Fatal(err)
		}
		s.server.Advance(d)
	default:
		path, body, _ := strings.Cut(s.fill(rest), " ")
		status, answer := s.send(who, verb, path, body)
		wantStatus, texts, _ := strings.Cut(s.fill(x.want), " ")
		if strconv.Itoa(status) != wantStatus {
			s.t.Errorf("%s: got %d %s, want %s", x.request, status, answer, x.want)
		}
		for text := range strings.SplitSeq(texts, " … ") {
			s.contains(x, answer, text)
		}
	}
}

func (s *stage) contains(x exchange, answer, text string) {
	s.t.Helper()
	if unwanted, ok := strings.CutPrefix(text, "!"); ok {
		if strings.Contains(answer, unwanted) {
			s.t.Errorf("%s: got %s, which contains %s", x.request, answer, unwanted)
		}
		return
	}
	if rest, ok := strings.CutPrefix(text, "×"); ok {
		count, repeated, _ := strings.Cut(rest, " ")
		if got := strings.Count(answer, repeated); strconv.Itoa(got) != count {
			s.t.Errorf("%s: got %s, which contains %s %d times, want %s", x.request, answer, repeated, got, count)
		}
		return
	}
	if !strings.Contains(answer, text) {
		s.t.Errorf("%s: got %s, want %s in it", x.request, answer, text)
	}
}

// send makes a request whose body may be no JSON that Go would write.
func (s *stage) send(who, method, path, body string) (status int, answer string) {
	s.t.Helper()
	header := http.Header{"Authorization": {"Bearer " + s.tokens[who]}}
	if body != "" {
		header.Set("Content-Type", "application/json")
	}
	return raw(s.t, s.server, method, "/api"+path, body, header)
}

// login gets somebody a new token.
func (s *stage) login(who string) {
	s.t.Helper()
	p := s.people[who]
	_, body := raw(s.t, s.server, "POST", "/identity/connect/token", url.Values{
		"grant_type": {"password"}, "client_id": {"cli"}, "username": {p.Email}, "password": {p.PasswordHash()},
		"scope": {"api"}, "deviceType": {"25"}, "deviceIdentifier": {"x"}, "deviceName": {"x"},
	}.Encode(), http.Header{"Bitwarden-Client-Version": {"2026.9.0"}})
	answer := struct {
		AccessToken string `json:"access_token"`
	}{}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		s.t.Fatal(err)
	}
	s.tokens[who] = answer.AccessToken
}
