// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err == nil {
		err = json.Unmarshal(content, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestPermission_bothWays(t *testing.T) {
	t.Parallel()
	for _, permission := range CollectionPermissions {
		if got := newWireAccess("x", permission).permission(); got != permission {
			t.Errorf("%s comes back as %s", permission, got)
		}
	}
	for flags, want := range map[[3]bool]Permission{ // readOnly, hidePasswords, manage
		{false, false, false}: PermissionEdit,
		{true, false, false}:  PermissionView,
		{false, true, false}:  PermissionEditExceptPasswords,
		{true, true, false}:   PermissionViewExceptPasswords,
		{false, false, true}:  PermissionManage,
		{true, false, true}:   PermissionManage, // the server lets these pass on invitations
		{false, true, true}:   PermissionManage,
		{true, true, true}:    PermissionManage,
	} {
		if got := (wireAccess{ReadOnly: flags[0], HidePasswords: flags[1], Manage: flags[2]}).permission(); got != want {
			t.Errorf("%v: %s, want %s", flags, got, want)
		}
	}
}

func TestAccess_nilAndEmpty(t *testing.T) {
	t.Parallel()
	if fromAccess(nil) != nil {
		t.Error("nil means unchanged and must stay nil")
	}
	if edges := fromAccess(map[string]Permission{}); edges == nil || len(edges) != 0 {
		t.Errorf("an empty map must be an empty list: %v", edges)
	}
	edges := fromAccess(map[string]Permission{"b": PermissionView, "a": PermissionManage})
	if len(edges) != 2 || edges[0].ID != "a" || !edges[0].Manage || !edges[1].ReadOnly {
		t.Errorf("edges %+v", edges)
	}
	if access := toAccess(nil); access == nil || len(access) != 0 {
		t.Errorf("no edges: %v", access)
	}
	if edges = withEdge(edges, "a", "", false); hasEdge(edges, "a") || !hasEdge(edges, "b") {
		t.Errorf("a is still there: %+v", edges)
	}
	if edges = withEdge(edges, "b", PermissionEdit, true); len(edges) != 1 || edges[0].permission() != PermissionEdit {
		t.Errorf("b was not changed: %+v", edges)
	}
}

func TestSnakeCase(t *testing.T) {
	t.Parallel()
	for camel, want := range map[string]string{
		"useSso": "use_sso", "use2fa": "use_2fa", "usersGetPremium": "users_get_premium", "useSCIM": "use_scim",
		"useDisableSMAdsForUsers": "use_disable_sm_ads_for_users", "useDisableSmAdsForUsers": "use_disable_sm_ads_for_users",
		"allowAdminAccessToAllCollectionItems": "allow_admin_access_to_all_collection_items", "": "",
	} {
		if got := snakeCase(camel); got != want {
			t.Errorf("%s: %s, want %s", camel, got, want)
		}
	}
}

// TestAbilities_areTheSameFromBothSources compares the profile's with those of GET /organizations/{id}.
func TestAbilities_areTheSameFromBothSources(t *testing.T) {
	t.Parallel()
	var profile wireProfile
	var organization wireOrganization
	readJSON(t, "profile.json", &profile)
	readJSON(t, "organization.json", &organization)
	i := slices.IndexFunc(profile.Clients, func(o wireProfileOrganization) bool { return o.ID == organization.ID })
	if i < 0 {
		t.Fatal("the client is not in the profile")
	}
	fromProfile := slices.Sorted(maps.Keys(profile.Clients[i].Abilities))
	fromOrganization := slices.Sorted(maps.Keys(organization.Abilities))
	if !slices.Equal(fromProfile, fromOrganization) {
		t.Errorf("profile:      %v\norganization: %v", fromProfile, fromOrganization)
	}
	if !organization.Abilities[abilityCustomPermissions] || organization.Abilities[abilityAdminAccess] {
		t.Errorf("abilities %v", organization.Abilities)
	}
	if domain := organization.toDomain(); domain.Plan != PlanEnterpriseMonthly || domain.Seats != 6 ||
		domain.Settings != (CollectionManagement{}) || domain.BillingEmail == "" {
		t.Errorf("organization %+v", domain)
	}
}

func TestMember_fromTheList(t *testing.T) {
	t.Parallel()
	var list struct {
		Data []wireMember `json:"data"`
	}
	readJSON(t, "members.json", &list)
	members := map[string]Member{}
	for _, row := range list.Data {
		members[row.Email] = row.toDomain("org")
	}
	alice, bob := members["alice@members.example"], members["bob@members.example"]
	if alice.Status != StatusRevoked || alice.RevocationReason != "manual" || alice.UserID == "" ||
		alice.Role != RoleUser ||
		alice.Permissions != nil ||
		alice.OrganizationID != "org" {
		t.Errorf("alice %+v", alice)
	}
	if bob.Status != StatusInvited || bob.UserID != "" || len(bob.Groups) != 1 || len(bob.Collections) != 1 ||
		bob.Name != "" {
		t.Errorf("bob %+v", bob)
	}
}

func TestMember_withNumbersOfTheFuture(t *testing.T) {
	t.Parallel()
	member := wireMember{Type: 9, Status: 7, RevocationReason: new(42)}.toDomain("org")
	if !strings.Contains(string(member.Role), "9") || !strings.Contains(string(member.Status), "7") ||
		!strings.Contains(member.RevocationReason, "42") || member.Groups == nil || member.Collections == nil {
		t.Errorf("%+v", member)
	}
}

func TestPermissions_keepWhatIsUnknown(t *testing.T) {
	t.Parallel()
	var stored wirePermissions
	if err := json.Unmarshal([]byte(`{"manageUsers":true,"manageRobots":true}`), &stored); err != nil {
		t.Fatal(err)
	}
	if p := stored.toDomain(); *p != (Permissions{ManageUsers: true}) {
		t.Errorf("permissions %+v", p)
	}
	changed := stored.with(&Permissions{ManageSSO: true})
	if string(changed["manageRobots"]) != "true" || string(changed["manageUsers"]) != "false" ||
		string(changed["manageSso"]) != "true" || len(changed) != 14 {
		t.Errorf("changed %v", changed)
	}
	if *changed.toDomain() != (Permissions{ManageSSO: true}) {
		t.Errorf("back: %+v", changed.toDomain())
	}
}

func TestCheckOrganizationName(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{
		"":                              false,
		"  ":                            false,
		strings.Repeat("x", 50):         true,
		strings.Repeat("x", 51):         false,
		strings.Repeat("ü", 50):         true,
		strings.Repeat("😀", 25):         true, // two units of UTF-16 each
		strings.Repeat("😀", 26):         false,
		"Smith & Sons":                  true,
		"R&D; Ltd":                      true, // no entity
		"AT&T &notary":                  true, // entities end in a semicolon
		"Already &amp; encoded":         false,
		"&#8364;":                       false,
		"<b> \"quoted\" & 'apostrophe'": true,
	} {
		err := CheckOrganizationName(name)
		if (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
		refused, is := errors.AsType[*InputError](err)
		if err != nil && (!is || refused.Field != "name" || refused.Remedy == "") {
			t.Errorf("%q: %v is no refusal of name", name, err)
		}
	}
}

func TestError_readsEveryShape(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, want string }{
		"message": {
			`{"object":"error","message":"Already revoked.","validationErrors":null}`,
			"Already revoked (HTTP 400 from PUT /organizations/{id}, request r1)",
		},
		"validation": {
			`{"object":"error","message":"The model state is invalid.","validationErrors":{"Name":["The Name field is required."],` +
				`"":["User verification failed."]}}`,
			"User verification failed.; Name: The Name field is required (HTTP 400 from PUT /organizations/{id}, request r1)",
		},
		"aggregate": {
			`{"object":"error","message":"Errors have occurred.","validationErrors":{"An error has occurred.":["Value cannot be null."]}}`,
			"Value cannot be null (HTTP 400 from PUT /organizations/{id}, request r1)",
		},
		"problem details": {
			`{"type":"validation_error","title":"One or more validation errors occurred.","status":400,` +
				`"errors":{"email":[{"type":"x","detail":"Cannot change the email."}]}}`,
			"email: Cannot change the email (HTTP 400 from PUT /organizations/{id}, request r1)",
		},
		"empty":   {"", "Bad Request (HTTP 400 from PUT /organizations/{id}, request r1)"},
		"gateway": {"<html>canary</html>", "Bad Request (HTTP 400 from PUT /organizations/{id}, request r1)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := newError(
				&call{method: http.MethodPut, route: "/organizations/{id}?x=y"},
				&answer{status: 400, header: http.Header{"X-Request-Id": {"r1"}}, body: []byte(test.body)},
			)
			if err.Error() != test.want {
				t.Errorf("%s\nwant %s", err.Error(), test.want)
			}
		})
	}
}

func TestCall_path(t *testing.T) {
	t.Parallel()
	c := &call{route: "/a/{id}/b/{other}?x={y}&z=true", args: []string{"1/2", "c d"}}
	if got := c.path(); got != "/a/1%2F2/b/c%20d?x={y}&z=true" {
		t.Errorf("path %s", got)
	}
	if got := c.template(); got != "/a/{id}/b/{other}" {
		t.Errorf("template %s", got)
	}
}
