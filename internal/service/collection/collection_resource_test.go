// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package collection_test

import (
	"fmt"
	"maps"
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
	collectionType = "bitwarden_collection"
	address        = collectionType + ".shop"

	listCollections  = "GET /api/organizations/{orgId}/collections"
	createCollection = "POST /api/organizations/{orgId}/collections"
	updateCollection = "PUT /api/organizations/{orgId}/collections/{id}"
	deleteCollection = "DELETE /api/organizations/{orgId}/collections/{id}"
)

// fixture is an organization with a group and a member in it, which demands a manager of each collection unless it is
// relaxed.
type fixture struct {
	*acctest.Env

	client     *emulator.Client
	group, sue string
}

func newFixture(t *testing.T, relaxed bool) *fixture {
	t.Helper()
	f := &fixture{Env: acctest.New(t)}
	f.client = f.MSP.NewClient(t, emulator.ClientOptions{Name: "Bakery Ltd", Seats: 20})
	_, f.sue = f.client.NewMember(t, "sue@bakery.example", 2)
	group := struct {
		ID string `json:"id"`
	}{}
	err := f.MSP.Admin.Post(t.Context(), f.path("/groups"), map[string]any{
		"name": "Shop", "collections": []any{}, "users": []any{},
	}, &group)
	if err != nil {
		t.Fatal(err)
	}
	f.group = group.ID
	if relaxed {
		f.relax(t)
	}
	return f
}

// relax lets admins manage all collections.
func (f *fixture) relax(t *testing.T) {
	t.Helper()
	err := f.MSP.Admin.Put(t.Context(), f.path("/collection-management"), map[string]any{
		"limitCollectionCreation": false, "limitCollectionDeletion": false, "limitItemDeletion": false,
		"allowAdminAccessToAllCollectionItems": true,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

func (f *fixture) path(suffix string) string { return "/organizations/" + f.client.ID + suffix }

// row is a collection as the server has it, with its decrypted name.
type row struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	ExternalID string `json:"externalId"`
	Groups     []edge `json:"groups"`
	Users      []edge `json:"users"`
}

type edge struct {
	ID            string `json:"id"`
	ReadOnly      bool   `json:"readOnly"`
	HidePasswords bool   `json:"hidePasswords"`
	Manage        bool   `json:"manage"`
}

// collections are all but the one that the client was made with.
func (f *fixture) collections(t *testing.T) []row {
	t.Helper()
	var list struct {
		Data []row `json:"data"`
	}
	if err := f.MSP.Admin.Get(t.Context(), f.path("/collections/details"), &list); err != nil {
		t.Fatal(err)
	}
	var rows []row
	for _, r := range list.Data {
		name, err := f.client.Key.DecryptString(r.Name)
		if err != nil {
			t.Fatal(err)
		}
		if r.Name = name; name != "Default collection" {
			rows = append(rows, r)
		}
	}
	return rows
}

// only is the collection that a configuration with one of them has made.
func (f *fixture) only(t *testing.T) row {
	t.Helper()
	rows := f.collections(t)
	if len(rows) != 1 {
		t.Fatalf("there are %d collections, want one: %v", len(rows), rows)
	}
	return rows[0]
}

// put edits a collection behind Terraform's back.
func (f *fixture) put(t *testing.T, id, name, externalID string, groups, users []edge) {
	t.Helper()
	encrypted, err := f.client.Key.EncryptString(name)
	if err != nil {
		t.Fatal(err)
	}
	err = f.MSP.Admin.Put(t.Context(), f.path("/collections/"+id), map[string]any{
		"name": encrypted, "externalId": externalID, "groups": groups, "users": users,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

// vanish deletes the only collection behind Terraform's back.
func (f *fixture) vanish(t *testing.T) {
	t.Helper()
	if err := f.MSP.Admin.Delete(t.Context(), f.path("/collections/"+f.only(t).ID), nil); err != nil {
		t.Fatal(err)
	}
}

// shop is a configuration with one collection.
func (f *fixture) shop(attributes string) string { return f.named("Shop", attributes) }

func (f *fixture) named(name, attributes string) string {
	return f.Config(fmt.Sprintf(`resource "bitwarden_collection" "shop" {
  organization_id = %q
  name            = %q
%s
}
`, f.client.ID, name, attributes))
}

func (f *fixture) config(changes map[string]any) map[string]any {
	config := map[string]any{"organization_id": f.client.ID, "name": "Shop"}
	maps.Copy(config, changes)
	return config
}

func known(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), value)
}

func action(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, a)}}
}

func access(permissions map[string]string) knownvalue.Check {
	checks := map[string]knownvalue.Check{}
	for id, permission := range permissions {
		checks[id] = knownvalue.StringExact(permission)
	}
	return knownvalue.MapExact(checks)
}

func TestCollection_basic(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
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
				known("groups", knownvalue.Null()),
				known("members", knownvalue.Null()),
			},
		},
		{
			Config:           f.named("Shop/Tills & Café", ""),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				sameID.AddStateValue(address, tfjsonpath.New("id")),
				known("name", knownvalue.StringExact("Shop/Tills & Café")),
			},
			Check: func(*terraform.State) error {
				if got := f.only(t).Name; got != "Shop/Tills & Café" {
					return fmt.Errorf("the name is %q", got)
				}
				return nil
			},
		},
	}})
	if got := f.Requests().Count(deleteCollection); got != 1 || len(f.collections(t)) != 0 {
		t.Errorf("the collection was deleted %d times, want once at the end", got)
	}
}

func TestCollection_replace(t *testing.T) {
	t.Parallel()
	f := newFixture(t, false)
	other := f.MSP.NewClient(t, emulator.ClientOptions{Name: "Foundry AG"})
	_, member := other.NewMember(t, "finn@foundry.example", 2)
	config := func(organizationID, member string) string {
		return strings.ReplaceAll(f.shop(fmt.Sprintf("members = { %q = \"manage\" }", member)), f.client.ID, organizationID)
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config(f.client.ID, f.sue)},
		{
			Config:            config(other.ID, member),
			ConfigPlanChecks:  action(plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{known("organization_id", knownvalue.StringExact(other.ID))},
		},
	}})
}

// Every permission arrives as the server's flags, and comes back.
func TestCollection_permissions(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	var steps []resource.TestStep
	for permission, flags := range map[string]edge{
		"view":                  {ReadOnly: true},
		"view_except_passwords": {ReadOnly: true, HidePasswords: true},
		"edit":                  {},
		"edit_except_passwords": {HidePasswords: true},
		"manage":                {Manage: true},
	} {
		steps = append(steps, resource.TestStep{
			Config: f.shop(fmt.Sprintf("groups = { %q = %[2]q }\n members = { %[3]q = %[2]q }", f.group, permission, f.sue)),
			ConfigStateChecks: []statecheck.StateCheck{
				known("groups", access(map[string]string{f.group: permission})),
				known("members", access(map[string]string{f.sue: permission})),
			},
			Check: func(*terraform.State) error {
				c := f.only(t)
				group, member := flags, flags
				group.ID, member.ID = f.group, f.sue
				if len(c.Groups) != 1 || len(c.Users) != 1 || c.Groups[0] != group || c.Users[0] != member {
					return fmt.Errorf("%s is %v", permission, c)
				}
				return nil
			},
		})
	}
	acctest.Run(t, resource.TestCase{Steps: steps})
}

// Null is not managed here, empty is none.
func TestCollection_nullAndEmpty(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config: f.shop(fmt.Sprintf("groups = { %q = \"edit\" }\n members = { %q = \"manage\" }", f.group, f.sue)),
		},
		{ // No longer managed: nothing changes on the server, whatever happens to it.
			Config:           f.shop(""),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				known("groups", knownvalue.Null()), known("members", knownvalue.Null()),
			},
			Check: func(*terraform.State) error {
				if c := f.only(t); len(c.Groups) != 1 || len(c.Users) != 1 {
					return fmt.Errorf("access is %v", c)
				}
				return nil
			},
		},
		{
			PreConfig:        func() { f.put(t, f.only(t).ID, "Shop", "", []edge{}, []edge{{ID: f.sue}}) },
			Config:           f.shop(""),
			ConfigPlanChecks: action(plancheck.ResourceActionNoop),
		},
		{
			Config: f.shop("groups = {}\n members = {}"),
			ConfigStateChecks: []statecheck.StateCheck{
				known("groups", access(nil)), known("members", access(nil)),
			},
			Check: func(*terraform.State) error {
				if c := f.only(t); len(c.Groups)+len(c.Users) != 0 {
					return fmt.Errorf("access is %v", c)
				}
				return nil
			},
		},
	}})
}

// The server clears an external id that is not sent along: an update of something else has to keep it.
func TestCollection_externalID(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	is := func(want string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if got := f.only(t).ExternalID; got != want {
				return fmt.Errorf("the external id is %q, want %q", got, want)
			}
			return nil
		}
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.shop(`external_id = "shop-1"`), Check: is("shop-1")},
		{Config: f.named("Counter", `external_id = "shop-1"`), Check: is("shop-1")},
		{Config: f.named("Counter", `external_id = "shop-2"`), Check: is("shop-2")},
		{Config: f.named("Counter", ""), Check: is("")},
		{
			PreConfig:         func() { f.put(t, f.only(t).ID, "Counter", "directory", nil, nil) },
			Config:            f.named("Shop", ""),
			Check:             is("directory"),
			ConfigStateChecks: []statecheck.StateCheck{known("external_id", knownvalue.Null())},
		},
	}})
}

func TestCollection_import(t *testing.T) {
	t.Parallel()
	f := newFixture(t, false)
	attributes := fmt.Sprintf("groups = { %q = \"manage\" }\n members = {}", f.group)
	acctest.Run(t, resource.TestCase{Steps: slices.Concat(
		[]resource.TestStep{{Config: f.named("Shop/Tills", attributes)}},
		acctest.Imports(address, f.client.ID, "Shop/Tills"),
		[]resource.TestStep{acctest.ImportFails(address, f.client.ID+"/Shop", `No collection has the name "Shop"`)},
	)})
}

// Another system has set the external id: an import leaves it alone, whether the configuration names it or not.
func TestCollection_import_externalID(t *testing.T) {
	t.Parallel()
	for _, configured := range []any{nil, "directory"} {
		t.Run(fmt.Sprint(configured), func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, true)
			_, problems := f.Protocol(t).Apply(collectionType, nil, f.config(map[string]any{"external_id": "directory"}))
			problems.WantNone(t)
			imported, problems := f.Protocol(t).Import(collectionType, f.client.ID+"/Shop")
			problems.WantNone(t)
			f.ResetRequests()
			state, problems := f.Protocol(t).Apply(collectionType, imported, f.config(map[string]any{
				"external_id": configured, "groups": map[string]any{}, "members": map[string]any{},
			}))
			problems.WantNone(t)
			if got := state.Attributes(t)["external_id"]; got != configured {
				t.Errorf("the state has %v", got)
			}
			if got := f.only(t).ExternalID; got != "directory" || f.Requests().Count(updateCollection) != 0 {
				t.Errorf("the server has %q after %v", got, f.Requests().ByRoute)
			}
		})
	}
}

func TestCollection_importIdentity(t *testing.T) {
	t.Parallel()
	acctest.RunIdentity(t, address, newFixture(t, true).shop("groups = {}\n members = {}"), "organization_id", "id")
}

func TestCollection_protocol(t *testing.T) {
	t.Parallel()
	f := newFixture(t, false)
	p := f.Protocol(t)
	config := f.config(map[string]any{"groups": map[string]any{f.group: "manage"}, "members": map[string]any{}})
	first, problems := p.Apply(collectionType, nil, config)
	problems.WantNone(t)
	id := first.Attributes(t)["id"]

	imported, problems := f.Protocol(t).ImportByIdentity(collectionType,
		map[string]any{"organization_id": f.client.ID, "id": id})
	problems.WantNone(t)
	if got, want := imported.Attributes(t), first.Attributes(t); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("imported %v, want %v", got, want)
	}

	_, problems = p.Apply(collectionType, nil, config)
	problems.WantNone(t)
	_, problems = f.Protocol(t).Import(collectionType, f.client.ID+"/Shop")
	problems.WantError(t, "name", "2 objects", fmt.Sprint(id))

	list := map[string]any{"organization_id": f.client.ID}
	listed, problems := f.Protocol(t).List(collectionType, list, true, 0)
	problems.WantNone(t)
	if len(listed) != 3 || listed[2].DisplayName != "Shop" ||
		fmt.Sprint(listed[2].Resource["groups"]) != fmt.Sprint(map[string]any{f.group: "manage"}) {
		t.Errorf("listed %v", listed)
	}
	listed, problems = f.Protocol(t).List(collectionType, list, false, 1)
	problems.WantNone(t)
	if len(listed) != 1 || listed[0].Identity["organization_id"] != f.client.ID || listed[0].Identity["id"] == nil {
		t.Errorf("listed %v", listed)
	}

	for include, want := range map[any]any{nil: nil, true: map[string]any{f.group: "manage"}} {
		list["include_access"] = include
		collections, problems := f.Protocol(t).DataSource("bitwarden_collections", list)
		problems.WantNone(t)
		rows, _ := collections.Attributes(t)["collections"].([]any)
		if len(rows) != 3 {
			t.Fatalf("the data source has %v", rows)
		}
		if last, _ := rows[2].(map[string]any); last["name"] != "Shop" || fmt.Sprint(last["groups"]) != fmt.Sprint(want) {
			t.Errorf("include_access = %v: got %v", include, last)
		}
	}
}

func TestCollection_disappears(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	acctest.RunDisappears(t, address, f.shop(""), func() { f.vanish(t) })
}

func TestCollection_goneWarns(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	collection, problems := f.Protocol(t).Apply(collectionType, nil, f.config(nil))
	problems.WantNone(t)
	f.vanish(t)
	state, problems := f.Protocol(t).Read(collectionType, collection)
	problems.WantWarning(t, "", "vanished collection", fmt.Sprint(collection.Attributes(t)["id"]))
	if state != nil {
		t.Error("the vanished collection is still in the state")
	}
	_, problems = f.Protocol(t).Apply(collectionType, collection, nil)
	problems.WantNone(t)
}

// A list that the server refuses, or answers with nothing while the client is still there, proves nothing.
func TestCollection_forbiddenKeepsState(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	collection, problems := f.Protocol(t).Apply(collectionType, nil, f.config(nil))
	problems.WantNone(t)
	for _, status := range []int{
		http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusInternalServerError,
	} {
		if err := f.Fail(listCollections, emulator.Fault{Status: status}); err != nil {
			t.Fatal(err)
		}
		state, problems := f.Protocol(t).Read(collectionType, collection)
		problems.WantError(t, "", "Could not read collection", strconv.Itoa(status))
		if state == nil {
			t.Errorf("status %d removed the collection from the state", status)
		}
		f.ClearFaults()
	}
}

func TestCollection_drift(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	config := f.shop(fmt.Sprintf(`external_id = "x"
  groups  = { %q = "edit" }
  members = { %q = "view" }`, f.group, f.sue))
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{
			PreConfig: func() { f.put(t, f.only(t).ID, "Renamed", "y", []edge{}, []edge{{ID: f.sue, Manage: true}}) },
			Config:    config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("groups"), access(map[string]string{f.group: "edit"})),
			}},
			Check: func(*terraform.State) error {
				c := f.only(t)
				if c.Name != "Shop" || c.ExternalID != "x" || len(c.Groups) != 1 || len(c.Users) != 1 || !c.Users[0].ReadOnly {
					return fmt.Errorf("got %v", c)
				}
				return nil
			},
		},
	}})
}

// The name comes back encrypted under another key: the plan names the collection anew.
func TestCollection_unreadableName(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	collection, problems := f.Protocol(t).Apply(collectionType, nil, f.config(nil))
	problems.WantNone(t)
	garbage, err := f.MSP.Key.EncryptString("Shop")
	if err != nil {
		t.Fatal(err)
	}
	err = f.MSP.Admin.Put(t.Context(), f.path("/collections/"+f.only(t).ID), map[string]any{"name": garbage}, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := f.Protocol(t)
	state, problems := p.Read(collectionType, collection)
	problems.WantWarning(t, "name", "another key")
	_, problems = p.Apply(collectionType, state, f.config(nil))
	problems.WantNone(t)
	if got := f.only(t).Name; got != "Shop" {
		t.Errorf("the name is %q", got)
	}
}

// The answer to the creation is lost: the collection is found instead of made twice.
func TestCollection_lostAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	if err := f.Fail(createCollection, emulator.Fault{Cut: emulator.CutAfter, Times: 1}); err != nil {
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

func TestCollection_partialCreate(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	if err := f.Fail(createCollection, emulator.Fault{Status: http.StatusBadRequest, Times: 1}); err != nil {
		t.Fatal(err)
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.shop(""), ExpectError: regexp.MustCompile("Could not create collection")},
		{Config: f.shop(""), ConfigPlanChecks: action(plancheck.ResourceActionCreate)},
	}})
}

func TestCollection_partialUpdate(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.shop("")},
		{
			PreConfig: func() {
				if err := f.Fail(updateCollection, emulator.Fault{Status: http.StatusBadRequest, Times: 1}); err != nil {
					t.Fatal(err)
				}
			},
			Config:      f.named("Counter", ""),
			ExpectError: regexp.MustCompile("Could not update collection"),
		},
		{Config: f.named("Counter", ""), ConfigPlanChecks: action(plancheck.ResourceActionUpdate)},
	}})
}

// Siblings are read by one list.
func TestCollection_concurrentSibling(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	const n = 12
	config := func(permission string) string {
		return f.Config(fmt.Sprintf(`resource "bitwarden_collection" "shop" {
  count           = %d
  organization_id = %q
  name            = "Shop/${count.index}"
  groups          = { %q = %q }
}
`, n, f.client.ID, f.group, permission))
	}
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config("edit")},
		{
			Config: config("view"),
			Check: func(*terraform.State) error {
				rows := f.collections(t)
				for _, c := range rows {
					if len(c.Groups) != 1 || !c.Groups[0].ReadOnly {
						return fmt.Errorf("got %v", c)
					}
				}
				if len(rows) != n {
					return fmt.Errorf("there are %d collections", len(rows))
				}
				f.ResetRequests()
				return nil
			},
		},
		{Config: config("view"), PlanOnly: true},
	}})
	// Plans of the last steps and the refresh of the destruction: a list each, never one per collection.
	if got := f.Requests().Count(listCollections); got > 6 {
		t.Errorf("%d lists of collections for %d collections", got, n)
	}
}

func TestCollection_unknownInputs(t *testing.T) {
	t.Parallel()
	f := newFixture(t, false)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: f.Config(fmt.Sprintf(`resource "terraform_data" "input" {
  input = { organization_id = %q, name = "Shop", external_id = "x", groups = { %q = "edit" }, permission = "manage" }
}

resource "bitwarden_collection" "shop" {
  organization_id = terraform_data.input.output.organization_id
  name            = terraform_data.input.output.name
  external_id     = terraform_data.input.output.external_id
  groups          = terraform_data.input.output.groups
  members         = { %q = terraform_data.input.output.permission }
}
`, f.client.ID, f.group, f.sue)),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("groups")),
		}},
		ConfigStateChecks: []statecheck.StateCheck{known("members", access(map[string]string{f.sue: "manage"}))},
	}}})
}

// What the server would drop silently is refused.
func TestCollection_unknownIDs(t *testing.T) {
	t.Parallel()
	f := newFixture(t, true)
	for _, attribute := range []string{"groups", "members"} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			config := f.config(map[string]any{attribute: map[string]any{someID: "edit"}})
			_, problems := f.Protocol(t).Apply(collectionType, nil, config)
			problems.WantError(t, attribute, someID)
		})
	}
}

func TestCollection_manager(t *testing.T) {
	t.Parallel()
	f := newFixture(t, false)
	group := func(permission any) map[string]any {
		return map[string]any{"groups": map[string]any{f.group: permission}}
	}
	both := func(permission any) map[string]any {
		c := group(permission)
		c["members"] = map[string]any{}
		return c
	}
	managed, problems := f.Protocol(t).Apply(collectionType, nil, f.config(both("manage")))
	problems.WantNone(t)
	for name, test := range map[string]struct {
		prior   *acctest.Object
		changes map[string]any
		refused bool
	}{
		"no access at all":                          {nil, nil, true},
		"nobody may manage":                         {nil, group("edit"), true},
		"a manager":                                 {nil, group("manage"), false},
		"a permission known later":                  {nil, group(acctest.Unknown), false},
		"access known later":                        {nil, map[string]any{"groups": acctest.Unknown}, false},
		"an organization known later":               {nil, map[string]any{"organization_id": acctest.Unknown}, false},
		"the last manager goes":                     {managed, both("edit"), true},
		"the last manager may be managed elsewhere": {managed, map[string]any{"members": map[string]any{}}, false},
		"a new name":                                {managed, map[string]any{"name": "Counter"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := f.Protocol(t).Plan(collectionType, test.prior, f.config(test.changes))
			if test.refused {
				problems.WantError(t, "groups", "manager", `"manage"`, "allow_admin_access_to_all_collection_items = true")
			} else if problems.HasError() {
				t.Error(problems)
			}
		})
	}
}

// The settings may let admins manage all collections in the same run.
func TestCollection_managerAndSettings(t *testing.T) {
	t.Parallel()
	f := newFixture(t, false)
	config := f.shop("depends_on = [bitwarden_organization_settings.bakery]") + fmt.Sprintf(
		`resource "bitwarden_organization_settings" "bakery" {
  organization_id                            = %q
  allow_admin_access_to_all_collection_items = true
}
`, f.client.ID)
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: f.shop(""), ExpectError: regexp.MustCompile("Collection without a manager")},
		{Config: config, ConfigPlanChecks: action(plancheck.ResourceActionCreate)},
	}})
}
