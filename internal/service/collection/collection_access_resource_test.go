// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package collection_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	accessType = "bitwarden_collection_access"
	bulkAccess = "POST /api/organizations/{orgId}/collections/bulk-access"
)

// till makes a collection behind Terraform's back, which the group manages.
func (f *fixture) till(t *testing.T) string {
	t.Helper()
	name, err := f.client.Key.EncryptString("Till")
	if err != nil {
		t.Fatal(err)
	}
	var made row
	err = f.MSP.Admin.Post(t.Context(), f.path("/collections"), map[string]any{
		"name": name, "externalId": "X-1", "groups": []edge{{ID: f.group, Manage: true}}, "users": []edge{},
	}, &made)
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

// grants is a configuration with one access per grantee; a key is "group_id" or "member_id", a slash and the id.
func (f *fixture) grants(collection string, permissions map[string]string) string {
	var body strings.Builder
	for _, key := range slices.Sorted(maps.Keys(permissions)) {
		kind, id, _ := strings.Cut(key, "/")
		fmt.Fprintf(&body, `resource "bitwarden_collection_access" "a%s" {
  organization_id = %q
  collection_id   = %q
  %s = %q
  permission      = %q
}
`, id, f.client.ID, collection, kind, id, permissions[key])
	}
	return f.Config(body.String())
}

// wantAccess wants exactly these grantees of the only collection, with "view", "edit" or "manage".
func (f *fixture) wantAccess(t *testing.T, want map[string]string) resource.TestCheckFunc {
	t.Helper()
	return func(*terraform.State) error {
		got := map[string]string{}
		r := f.only(t)
		for _, e := range append(r.Groups, r.Users...) {
			switch {
			case e.Manage:
				got[e.ID] = "manage"
			case e.ReadOnly:
				got[e.ID] = "view"
			default:
				got[e.ID] = "edit"
			}
		}
		if !maps.Equal(got, want) {
			return fmt.Errorf("access is %v, want %v", got, want)
		}
		if r.Name != "Till" || r.ExternalID != "X-1" {
			return fmt.Errorf("name and external id are %q and %q", r.Name, r.ExternalID)
		}
		return nil
	}
}

func TestCollectionAccess_basic(t *testing.T) {
	t.Parallel()
	f := newFixture(t, false)
	till := f.till(t)
	at := accessType + ".a" + f.sue
	planned := func(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(at, a)}}
	}
	sue := func(permission string) string {
		return f.grants(till, map[string]string{"member_id/" + f.sue: permission})
	}
	id := f.client.ID + "/" + till + "/" + f.sue
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config: sue("view"), ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			Check: f.wantAccess(t, map[string]string{f.group: "manage", f.sue: "view"}),
		},
		{
			Config: sue("edit"), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check: f.wantAccess(t, map[string]string{f.group: "manage", f.sue: "edit"}),
		},
		{
			ResourceName: at, ImportState: true, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "member_id",
			ImportStateId: id,
		},
		{ResourceName: at, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: id},
		{
			ResourceName: at, ImportState: true, ImportStateId: f.client.ID + "/" + till + "/" + till,
			ExpectError: regexp.MustCompile(`neither\s+a\s+group\s+nor\s+a\s+member`),
		},
		{ // Drift of the permission.
			PreConfig:        func() { f.grant(t, till, edge{ID: f.sue, ReadOnly: true}) },
			Config:           sue("edit"),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check:            f.wantAccess(t, map[string]string{f.group: "manage", f.sue: "edit"}),
		},
		{ // Somebody else takes her access away.
			PreConfig:        func() { f.grant(t, till) },
			Config:           sue("edit"),
			ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			Check:            f.wantAccess(t, map[string]string{f.group: "manage", f.sue: "edit"}),
		},
		{Config: f.Config(" "), Check: f.wantAccess(t, map[string]string{f.group: "manage"})},
	}})
}

// grant sets the members' access behind Terraform's back.
func (f *fixture) grant(t *testing.T, collection string, users ...edge) {
	t.Helper()
	err := f.MSP.Admin.Put(t.Context(), f.path("/collections/"+collection), map[string]any{
		"externalId": "X-1", "users": append([]edge{}, users...),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

// Access to one collection that changes at the same time shares requests, and none is lost.
func TestCollectionAccess_concurrent(t *testing.T) {
	t.Parallel()
	f := newFixture(t, false)
	till := f.till(t)
	grants, access := map[string]string{}, map[string]string{f.group: "manage"}
	for i := range 4 {
		_, id := f.client.NewMember(t, fmt.Sprintf("person%d@bakery.example", i), 2)
		grants["member_id/"+id], access[id] = "edit", "edit"
		var group row
		err := f.MSP.Admin.Post(t.Context(), f.path("/groups"), map[string]any{
			"name": "G", "collections": []any{}, "users": []any{},
		}, &group)
		if err != nil {
			t.Fatal(err)
		}
		grants["group_id/"+group.ID], access[group.ID] = "view", "view"
	}
	f.ResetRequests()
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.grants(till, grants), Check: f.wantAccess(t, access)},
		{Config: f.Config(" "), Check: f.wantAccess(t, map[string]string{f.group: "manage"})},
	}})
	posts, puts := f.Requests().Count(bulkAccess), f.Requests().Count(updateCollection)
	t.Logf("access of %d grantees was given by %d calls and taken by %d", len(grants), posts, puts)
	if posts > 2 || puts > 2 {
		t.Errorf("%d and %d calls for one collection", posts, puts)
	}
}

// Where a manager is demanded, the last one stays.
func TestCollectionAccess_lastManager(t *testing.T) {
	t.Parallel()
	f := newFixture(t, false)
	till := f.till(t)
	config := map[string]any{
		"organization_id": f.client.ID, "collection_id": till, "group_id": f.group, "permission": "manage",
	}
	manager, problems := f.Protocol(t).Import(accessType, f.client.ID+"/"+till+"/"+f.group)
	problems.WantNone(t)
	if got := manager.Attributes(t); got["permission"] != "manage" || got["group_id"] != f.group {
		t.Errorf("imported %v", got)
	}
	demoted := maps.Clone(config)
	demoted["permission"] = "view"
	_, problems = f.Protocol(t).Apply(accessType, manager, demoted)
	problems.WantError(t, "permission", "Nobody else manages")
	gone, problems := f.Protocol(t).Apply(accessType, manager, nil)
	problems.WantWarning(t, "", "Left the last manager", till)
	if gone != nil {
		t.Error("the access is still in the state")
	}
	if err := f.wantAccess(t, map[string]string{f.group: "manage"})(nil); err != nil {
		t.Error(err)
	}

	f.grant(t, till, edge{ID: f.sue, Manage: true})
	_, problems = f.Protocol(t).Apply(accessType, manager, nil)
	problems.WantNone(t)
	if err := f.wantAccess(t, map[string]string{f.sue: "manage"})(nil); err != nil {
		t.Error(err)
	}
}

func TestCollectionAccess_protocol(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	till := f.till(t)
	config := map[string]any{
		"organization_id": f.client.ID, "collection_id": till, "member_id": f.sue, "permission": "view_except_passwords",
	}
	made, problems := f.Protocol(t).Apply(accessType, nil, config)
	problems.WantNone(t)
	imported, problems := f.Protocol(t).ImportByIdentity(accessType, map[string]any{
		"organization_id": f.client.ID, "collection_id": till, "member_id": f.sue,
	})
	problems.WantNone(t)
	if got, want := imported.Attributes(t), made.Attributes(t); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("imported %v, want %v", got, want)
	}
	_, problems = f.Protocol(t).ImportByIdentity(accessType, map[string]any{
		"organization_id": f.client.ID, "collection_id": till, "member_id": f.sue, "group_id": f.group,
	})
	problems.WantError(t, "", "Either group_id or member_id")
	for attribute, id := range map[string]string{"collection_id": f.sue, "member_id": till} {
		unknown := maps.Clone(config)
		unknown[attribute] = id
		_, problems = f.Protocol(t).Plan(accessType, nil, unknown)
		problems.WantError(t, attribute, "There is no", id)
	}
	both := maps.Clone(config)
	both["group_id"] = f.group
	f.Protocol(t).Validate(accessType, both).WantError(t, "group_id", "Exactly one of")

	for route, write := range map[string]func() acctest.Problems{
		bulkAccess: func() acctest.Problems {
			_, problems := f.Protocol(t).Apply(accessType, nil, config)
			return problems
		},
		updateCollection: func() acctest.Problems {
			left, problems := f.Protocol(t).Apply(accessType, made, nil)
			if left == nil {
				t.Error("a refusal drops the access from the state")
			}
			return problems
		},
	} {
		if err := f.Fail(route, emulator.Fault{Status: http.StatusBadRequest, Times: 1}); err != nil {
			t.Fatal(err)
		}
		write().WantError(t, "", "access to collection")
	}
	_, problems = f.Protocol(t).Apply(accessType, made, nil)
	problems.WantNone(t)
	state, problems := f.Protocol(t).Read(accessType, made)
	problems.WantWarning(t, "", "vanished access", f.sue)
	if state != nil {
		t.Error("the access is still in the state")
	}
	if err := f.MSP.Admin.Delete(t.Context(), f.path("/collections/"+till), nil); err != nil {
		t.Fatal(err)
	}
	_, problems = f.Protocol(t).Apply(accessType, made, nil)
	problems.WantNone(t)
}

func TestCollectionAccess_conflicts(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	till := f.till(t)
	access := func(kind, id string) map[string]any {
		return map[string]any{"organization_id": f.client.ID, "collection_id": till, kind: id, "permission": "view"}
	}
	p := f.Protocol(t)
	state, problems := p.Import(collectionType, f.client.ID+"/"+till)
	problems.WantNone(t)
	_, problems = p.Plan(collectionType, state, map[string]any{
		"organization_id": f.client.ID, "name": "Till", "external_id": "X-1",
		"groups": map[string]any{f.group: "manage"},
	})
	problems.WantWarning(t, "members", "no longer managed")
	_, problems = p.Plan(accessType, nil, access("group_id", f.group))
	problems.WantError(t, "collection_id", till, f.group)
	_, problems = p.Plan(accessType, nil, access("member_id", f.sue)) // The collection's members are not managed.
	problems.WantNone(t)
	_, problems = p.Plan(accessType, nil, map[string]any{
		"organization_id": f.client.ID, "collection_id": acctest.Unknown, "group_id": acctest.Unknown, "permission": "view",
	})
	problems.WantNone(t)
}
