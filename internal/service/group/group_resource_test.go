// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package group_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	groupType = "bitwarden_group"
	address   = groupType + ".shop"

	listGroups  = "GET /api/organizations/{orgId}/groups/details"
	createGroup = "POST /api/organizations/{orgId}/groups"
	updateGroup = "PUT /api/organizations/{orgId}/groups/{id}"
	deleteGroup = "DELETE /api/organizations/{orgId}/groups/{id}"

	publicGroup     = "PUT /api/public/groups/{id}"
	organizationKey = "POST /api/organizations/{orgId}/api-key"
)

// fixture is an organization with people and a collection in it.
type fixture struct {
	*acctest.Env

	client     *emulator.Client
	sam, sue   string // member ids
	collection string
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{Env: acctest.New(t)}
	f.client = f.MSP.NewClient(t, emulator.ClientOptions{Name: "Bakery Ltd", Seats: 20})
	_, f.sam = f.client.NewMember(t, "sam@bakery.example", 2)
	_, f.sue = f.client.NewMember(t, "sue@bakery.example", 2)
	var collections struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	f.get(t, "/collections", &collections)
	f.collection = collections.Data[0].ID
	return f
}

func (f *fixture) path(suffix string) string { return "/organizations/" + f.client.ID + suffix }

func (f *fixture) get(t *testing.T, suffix string, answer any) {
	t.Helper()
	if err := f.MSP.Admin.Get(t.Context(), f.path(suffix), answer); err != nil {
		t.Fatal(err)
	}
}

// row is a group as the server has it.
type row struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	ExternalID  string `json:"externalId"`
	Collections []edge `json:"collections"`
}

type edge struct {
	ID       string `json:"id"`
	ReadOnly bool   `json:"readOnly"`
	Manage   bool   `json:"manage"`
}

func (f *fixture) groups(t *testing.T) []row {
	t.Helper()
	var list struct {
		Data []row `json:"data"`
	}
	f.get(t, "/groups/details", &list)
	return list.Data
}

// only is the group that a configuration with one of them has made.
func (f *fixture) only(t *testing.T) row {
	t.Helper()
	rows := f.groups(t)
	if len(rows) != 1 {
		t.Fatalf("there are %d groups, want one: %v", len(rows), rows)
	}
	return rows[0]
}

func (f *fixture) members(t *testing.T, groupID string) []string {
	t.Helper()
	var ids []string
	f.get(t, "/groups/"+groupID+"/users", &ids)
	slices.Sort(ids)
	return ids
}

// put edits a group behind Terraform's back.
func (f *fixture) put(t *testing.T, groupID, name string, members ...string) {
	t.Helper()
	err := f.MSP.Admin.Put(t.Context(), f.path("/groups/"+groupID), map[string]any{
		"name": name, "collections": []any{}, "users": members,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

// putExternalID does in another run what a directory does.
func (f *fixture) putExternalID(t *testing.T, group row, externalID string) {
	t.Helper()
	p := f.Protocol(t)
	imported, problems := p.Import(groupType, f.client.ID+"/"+group.ID)
	problems.WantNone(t)
	_, problems = p.Apply(groupType, imported, map[string]any{
		"organization_id": f.client.ID, "name": group.Name, "external_id": externalID,
	})
	if problems.HasError() {
		t.Fatal(problems)
	}
}

// vanish deletes the only group behind Terraform's back.
func (f *fixture) vanish(t *testing.T) {
	t.Helper()
	if err := f.MSP.Admin.Delete(t.Context(), f.path("/groups/"+f.only(t).ID), nil); err != nil {
		t.Fatal(err)
	}
}

// shop is a configuration with one group.
func (f *fixture) shop(attributes string) string { return f.named("Shop", attributes) }

func (f *fixture) named(name, attributes string) string {
	return f.Config(fmt.Sprintf(`resource "bitwarden_group" "shop" {
  organization_id = %q
  name            = %q
%s
}
`, f.client.ID, name, attributes))
}

func known(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), value)
}

func action(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, a)}}
}

func ids(values ...string) knownvalue.Check {
	var checks []knownvalue.Check
	for _, value := range values {
		checks = append(checks, knownvalue.StringExact(value))
	}
	return knownvalue.SetExact(checks)
}

func access(permissions map[string]string) knownvalue.Check {
	checks := map[string]knownvalue.Check{}
	for id, permission := range permissions {
		checks[id] = knownvalue.StringExact(permission)
	}
	return knownvalue.MapExact(checks)
}

func TestGroup_basic(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	sameID := statecheck.CompareValue(compare.ValuesSame())
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config:           f.shop(""),
			ConfigPlanChecks: action(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				sameID.AddStateValue(address, tfjsonpath.New("id")),
				known("organization_id", knownvalue.StringExact(f.client.ID)),
				known("name", knownvalue.StringExact("Shop")),
				known("external_id", knownvalue.Null()),
				known("collections", knownvalue.Null()),
				known("members", knownvalue.Null()),
			},
		},
		{
			Config:           f.named("Shop & Café", ""),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				sameID.AddStateValue(address, tfjsonpath.New("id")),
				known("name", knownvalue.StringExact("Shop & Café")),
			},
		},
	}})
	if got := f.Requests().Count(deleteGroup); got != 1 || len(f.groups(t)) != 0 {
		t.Errorf("the group was deleted %d times, want once at the end", got)
	}
}

func TestGroup_replace(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	other := f.MSP.NewClient(t, emulator.ClientOptions{Name: "Foundry AG"})
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.shop("")},
		{
			Config:           strings.ReplaceAll(f.shop(""), f.client.ID, other.ID),
			ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				known("organization_id", knownvalue.StringExact(other.ID)),
			},
		},
	}})
}

// Null is not managed here, empty is none.
func TestGroup_nullAndEmpty(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config: f.shop(fmt.Sprintf("members = [%q, %q]\n collections = { %q = \"view\" }", f.sam, f.sue, f.collection)),
			ConfigStateChecks: []statecheck.StateCheck{
				known("members", ids(f.sam, f.sue)), known("collections", access(map[string]string{f.collection: "view"})),
			},
			Check: func(*terraform.State) error {
				if got := f.members(t, f.only(t).ID); len(got) != 2 {
					return fmt.Errorf("members are %v", got)
				}
				if got := f.only(t).Collections; len(got) != 1 || !got[0].ReadOnly || got[0].Manage {
					return fmt.Errorf("access is %v", got)
				}
				return nil
			},
		},
		{
			Config:           f.shop(fmt.Sprintf("members = [%q]\n collections = { %q = \"manage\" }", f.sue, f.collection)),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			Check: func(*terraform.State) error {
				if got := f.members(t, f.only(t).ID); !slices.Equal(got, []string{f.sue}) {
					return fmt.Errorf("members are %v", got)
				}
				return nil
			},
		},
		{ // No longer managed: nothing changes on the server, whatever happens to it.
			Config:           f.shop(""),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				known("members", knownvalue.Null()), known("collections", knownvalue.Null()),
			},
			Check: func(*terraform.State) error {
				if got := f.members(t, f.only(t).ID); !slices.Equal(got, []string{f.sue}) {
					return fmt.Errorf("members are %v", got)
				}
				if got := f.only(t).Collections; len(got) != 1 || !got[0].Manage {
					return fmt.Errorf("access is %v", got)
				}
				return nil
			},
		},
		{
			PreConfig:        func() { f.put(t, f.only(t).ID, "Shop", f.sam) },
			Config:           f.shop(""),
			ConfigPlanChecks: action(plancheck.ResourceActionNoop),
		},
		{
			Config:           f.shop("members = []\n collections = {}"),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				known("members", ids()), known("collections", access(nil)),
			},
			Check: func(*terraform.State) error {
				if got := f.members(t, f.only(t).ID); len(got) != 0 {
					return fmt.Errorf("members are %v", got)
				}
				return nil
			},
		},
	}})
}

func TestGroup_noLongerManagedWarns(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := f.Protocol(t)
	config := map[string]any{"organization_id": f.client.ID, "name": "Shop", "members": []any{f.sam}}
	group, problems := p.Apply(groupType, nil, config)
	problems.WantNone(t)
	delete(config, "members")
	_, problems = f.Protocol(t).Plan(groupType, group, config)
	problems.WantWarning(t, "members", "no longer managed here", "Nothing is removed on the server")
	config["organization_id"] = f.MSP.NewClient(t, emulator.ClientOptions{Name: "Foundry AG"}).ID
	_, problems = f.Protocol(t).Plan(groupType, group, config) // A replacement is another matter.
	problems.WantNone(t)
}

// The Public API alone takes an external id, and writes name and access along: both have to stay.
func TestGroup_externalID(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	attributes := fmt.Sprintf("members = [%q]\n collections = { %q = \"view\" }\n", f.sue, f.collection)
	is := func(name, externalID string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			got := f.only(t)
			if got.Name != name || got.ExternalID != externalID || len(got.Collections) != 1 || !got.Collections[0].ReadOnly ||
				!slices.Equal(f.members(t, got.ID), []string{f.sue}) {
				return fmt.Errorf("got %+v", got)
			}
			return nil
		}
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.shop(attributes + `external_id = "shop-1"`), Check: is("Shop", "shop-1")},
		{
			Config:           f.shop(attributes + `external_id = "shop-2"`),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate), Check: is("Shop", "shop-2"),
		},
		{Config: f.named("Counter", attributes+`external_id = "shop-3"`), Check: is("Counter", "shop-3")},
		{ // What is not configured stays, also when something else changes.
			Config: f.shop(attributes), Check: is("Shop", "shop-3"),
			ConfigStateChecks: []statecheck.StateCheck{known("external_id", knownvalue.StringExact("shop-3"))},
		},
		{Config: f.shop(attributes), ConfigPlanChecks: action(plancheck.ResourceActionNoop)},
		{ // A directory has set another one.
			PreConfig:        func() { f.putExternalID(t, f.only(t), "directory") },
			Config:           f.shop(attributes + `external_id = "shop-3"`),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate), Check: is("Shop", "shop-3"),
		},
		{ // It belongs to the directory again.
			PreConfig: func() { f.putExternalID(t, f.only(t), "directory") },
			Config:    f.named("Counter", attributes), Check: is("Counter", "directory"),
		},
	}})
	if got := f.Requests().Count(publicGroup); got != 6 {
		t.Errorf("%d writes by the Public API, want one for each new external id", got)
	}
}

func TestGroup_externalIDRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	config := map[string]any{"organization_id": f.client.ID, "name": "Shop", "external_id": "shop-1"}
	p := acctest.NewProtocol(t)
	provider := f.ProviderConfig()
	delete(provider, "master_password")
	p.Configure(provider).WantNone(t)
	_, problems := p.Plan(groupType, nil, config)
	problems.WantError(t, "", "master_password", "external_id")
	_, problems = p.Apply(groupType, nil, config) // as with an organization that is not known before
	problems.WantError(t, "", "master_password", "external_id")
	if groups := f.groups(t); len(groups) != 0 {
		t.Errorf("made %v", groups)
	}

	if err := f.Fail(organizationKey, emulator.Fault{Status: http.StatusBadRequest, Times: 1}); err != nil {
		t.Fatal(err)
	}
	half, problems := f.Protocol(t).Apply(groupType, nil, config)
	problems.WantError(t, "", "Could not create group", "API key")
	if half == nil || half.Attributes(t)["id"] != f.only(t).ID || half.Attributes(t)["external_id"] != nil {
		t.Errorf("the group is not in the state as it is: %v", half)
	}
}

func TestGroup_import(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	acctest.Run(t, resource.TestCase{Steps: slices.Concat(
		[]resource.TestStep{{Config: f.shop(fmt.Sprintf("external_id = \"shop-1\"\n members = [%q]", f.sue))}},
		acctest.Imports(address, f.client.ID, "Shop"),
		[]resource.TestStep{
			acctest.ImportFails(address, f.client.ID+"/shop", `No group has the name "shop"`),
			acctest.ImportFails(address, f.client.ID, `<organization_id>/<id\s+or\s+name>`),
		},
	)})
}

func TestGroup_importIdentity(t *testing.T) {
	t.Parallel()
	acctest.RunIdentity(t, address, newFixture(t).shop("members = []"), "organization_id", "id")
}

func TestGroup_protocol(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := f.Protocol(t)
	config := map[string]any{"organization_id": f.client.ID, "name": "Shop", "members": []any{f.sam}}
	first, problems := p.Apply(groupType, nil, config)
	problems.WantNone(t)
	id := first.Attributes(t)["id"]

	imported, problems := f.Protocol(t).ImportByIdentity(groupType,
		map[string]any{"organization_id": f.client.ID, "id": id})
	problems.WantNone(t)
	if got, want := imported.Attributes(t), first.Attributes(t); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("imported %v, want %v", got, want)
	}

	_, problems = p.Apply(groupType, nil, config)
	problems.WantNone(t)
	_, problems = f.Protocol(t).Import(groupType, f.client.ID+"/Shop")
	problems.WantError(t, "name", "2 objects", fmt.Sprint(id))

	list := map[string]any{"organization_id": f.client.ID}
	listed, problems := f.Protocol(t).List(groupType, list, true, 0)
	problems.WantNone(t)
	if len(listed) != 2 || listed[0].DisplayName != "Shop" ||
		fmt.Sprint(listed[0].Resource["members"]) != fmt.Sprint([]any{f.sam}) {
		t.Errorf("listed %v", listed)
	}
	listed, problems = f.Protocol(t).List(groupType, list, false, 1)
	problems.WantNone(t)
	if len(listed) != 1 || listed[0].Identity["organization_id"] != f.client.ID || listed[0].Identity["id"] == nil {
		t.Errorf("listed %v", listed)
	}

	groups, problems := f.Protocol(t).DataSource("bitwarden_groups", list)
	problems.WantNone(t)
	rows, _ := groups.Attributes(t)["groups"].([]any)
	if len(rows) != 2 {
		t.Errorf("the data source has %v", rows)
	}
}

func TestGroup_disappears(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	acctest.RunDisappears(t, address, f.shop(""), func() { f.vanish(t) })
	if got := f.Requests().Count(createGroup); got != 2 {
		t.Errorf("%d groups were made, want two", got)
	}
}

func TestGroup_goneWarns(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	group, problems := f.Protocol(t).Apply(groupType, nil, map[string]any{"organization_id": f.client.ID, "name": "Shop"})
	problems.WantNone(t)
	f.vanish(t)
	state, problems := f.Protocol(t).Read(groupType, group)
	problems.WantWarning(t, "", "vanished group", fmt.Sprint(group.Attributes(t)["id"]))
	if state != nil {
		t.Error("the vanished group is still in the state")
	}
	_, problems = f.Protocol(t).Apply(groupType, group, nil)
	problems.WantNone(t)
}

func TestGroup_forbiddenKeepsState(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	group, problems := f.Protocol(t).Apply(groupType, nil, map[string]any{"organization_id": f.client.ID, "name": "Shop"})
	problems.WantNone(t)
	for _, status := range []int{
		http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusInternalServerError,
	} {
		if err := f.Fail(listGroups, emulator.Fault{Status: status}); err != nil {
			t.Fatal(err)
		}
		state, problems := f.Protocol(t).Read(groupType, group)
		problems.WantError(t, "", "Could not read group", strconv.Itoa(status))
		if state == nil {
			t.Errorf("status %d removed the group from the state", status)
		}
		f.ClearFaults()
	}
}

func TestGroup_drift(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	config := f.shop(fmt.Sprintf("members = [%q]\n collections = { %q = \"edit\" }", f.sue, f.collection))
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{
			PreConfig: func() { f.put(t, f.only(t).ID, "Renamed", f.sam, f.sue) },
			Config:    config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("members"), ids(f.sue)),
			}},
			Check: func(*terraform.State) error {
				group := f.only(t)
				if members := f.members(t, group.ID); group.Name != "Shop" || !slices.Equal(members, []string{f.sue}) ||
					len(group.Collections) != 1 {
					return fmt.Errorf("got %v with %v", group, members)
				}
				return nil
			},
		},
	}})
}

// The answer to the creation is lost: the group is found instead of made twice.
func TestGroup_lostAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	if err := f.Fail(createGroup, emulator.Fault{Cut: emulator.CutAfter, Times: 1}); err != nil {
		t.Fatal(err)
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: f.shop(""),
		Check: func(*terraform.State) error {
			f.only(t)
			return nil
		},
	}}})
}

// The creation fails: nothing is left behind, and the next apply makes one group.
func TestGroup_partialCreate(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	if err := f.Fail(createGroup, emulator.Fault{Status: http.StatusBadRequest, Times: 1}); err != nil {
		t.Fatal(err)
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.shop(""), ExpectError: regexp.MustCompile("Could not create group")},
		{Config: f.shop(""), ConfigPlanChecks: action(plancheck.ResourceActionCreate)},
	}})
}

// An update that fails half way leaves what is true in the state.
func TestGroup_partialUpdate(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.shop("")},
		{
			PreConfig: func() {
				if err := f.Fail(updateGroup, emulator.Fault{Status: http.StatusBadRequest, Times: 1}); err != nil {
					t.Fatal(err)
				}
			},
			Config:      f.named("Counter", ""),
			ExpectError: regexp.MustCompile("Could not update group"),
		},
		{Config: f.named("Counter", ""), ConfigPlanChecks: action(plancheck.ResourceActionUpdate)},
	}})
}

// Siblings are read by one list, and the members of one are not lost while another is written.
func TestGroup_concurrentSibling(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const n = 12
	config := func(members string) string {
		return f.Config(fmt.Sprintf(`resource "bitwarden_group" "shop" {
  count           = %d
  organization_id = %q
  name            = "Shop ${count.index}"
  members         = %s
}
`, n, f.client.ID, members))
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config(fmt.Sprintf("[%q]", f.sue))},
		{
			Config: config(fmt.Sprintf("count.index %% 2 == 0 ? [%q] : [%q, %q]", f.sam, f.sam, f.sue)),
			Check: func(*terraform.State) error {
				for _, group := range f.groups(t) {
					if members := f.members(t, group.ID); !slices.Contains(members, f.sam) {
						return fmt.Errorf("%s has %v", group.Name, members)
					}
				}
				f.ResetRequests()
				return nil
			},
		},
		{
			Config:             config(fmt.Sprintf("count.index %% 2 == 0 ? [%q] : [%q, %q]", f.sam, f.sam, f.sue)),
			PlanOnly:           true,
			ExpectNonEmptyPlan: false,
		},
	}})
	// Plans of the last steps and the refresh of the destruction: a list each, never one per group.
	if got := f.Requests().Count(listGroups); got > 6 {
		t.Errorf("%d lists of groups for %d groups", got, n)
	}
}

func TestGroup_unknownInputs(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	config := func(name string) string {
		return f.Config(fmt.Sprintf(`resource "terraform_data" "input" {
  input = { organization_id = %q, name = %q, members = [%q], collections = { %q = "edit" } }
}

resource "bitwarden_group" "shop" {
  organization_id = terraform_data.input.output.organization_id
  name            = terraform_data.input.output.name
  members         = terraform_data.input.output.members
  collections     = terraform_data.input.output.collections
}
`, f.client.ID, name, f.sue, f.collection))
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config: config("Shop"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownValue(address, tfjsonpath.New("members")),
			}},
			ConfigStateChecks: []statecheck.StateCheck{known("members", ids(f.sue))},
		},
	}})
}

// What the server would drop silently is refused.
func TestGroup_unknownIDs(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for attribute, value := range map[string]any{
		"members": []any{someID}, "collections": map[string]any{someID: "edit"},
	} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			_, problems := f.Protocol(t).Apply(groupType, nil, map[string]any{
				"organization_id": f.client.ID, "name": "Shop", attribute: value,
			})
			problems.WantError(t, attribute, someID)
		})
	}
}

// Both are new, so that no plan can tell: the apply stops before it makes the second one.
func TestGroup_managedFromTwoSides_new(t *testing.T) {
	t.Parallel()
	for name, other := range map[string]string{
		"collection": `resource "bitwarden_collection" "other" {
  organization_id = bitwarden_group.shop.organization_id
  name            = "Till"
  groups          = { (bitwarden_group.shop.id) = "manage" }
}
`,
		"member": `resource "bitwarden_member" "other" {
  organization_id = bitwarden_group.shop.organization_id
  email           = "new@bakery.example"
  groups          = [bitwarden_group.shop.id]
}
`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.ResetRequests()
			acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
				Config:      f.shop("members = []\n collections = {}") + other,
				ExpectError: regexp.MustCompile(`(?s)running apply.*Managed from two sides`),
			}}})
			if made := f.Requests(); made.Count("POST /api/organizations/{orgId}/collections") > 0 ||
				made.Count("POST /api/organizations/{orgId}/users/invite") > 0 {
				t.Errorf("the %s was made: %v", name, made.ByRoute)
			}
		})
	}
}

func TestGroup_managedFromTwoSides(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.shop(fmt.Sprintf("members = [%q]", f.sue))},
		{
			Config: f.shop(fmt.Sprintf("members = [%q]", f.sue)) + fmt.Sprintf(`import {
  to = bitwarden_member.sue
  id = "%[1]s/%[2]s"
}

resource "bitwarden_member" "sue" {
  organization_id = %[1]q
  email           = "sue@bakery.example"
  groups          = []
}
`, f.client.ID, f.sue),
			ExpectError: regexp.MustCompile(`Managed from two sides`),
		},
	}})
}
