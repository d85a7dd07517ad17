// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

func TestWeakPasswordsReport(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := f.Protocol(t)
	for _, names := range []bool{false, true} {
		report := f.read(t, p, weakReports, map[string]any{"include_names": names})
		found := f.wantItems(t, report, 4, "Weak")
		wantNoSecrets(t, report, names)
		if found[0]["score"] != 0 && found[0]["score"] != 1 || found[0]["strength"] != "very_weak" {
			t.Errorf("got %v", found[0])
		}
		if (found[0]["name"] == "Weak Canary") != names || (found[0]["name"] == nil) == names {
			t.Errorf("with names: %v, got %v", names, found[0])
		}
	}
	if got := f.Requests().Count(itemList); got != 1 {
		t.Errorf("the items were read %d times, want once", got)
	}
}

func TestReusedPasswordsReport(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	report := f.read(t, f.Protocol(t), reusedReports, nil)
	wantNoSecrets(t, report, false)
	for _, row := range f.wantItems(t, report, 4, "Twin", "Other twin") {
		if row["times_used"] != 2 || row["group"] != 1 {
			t.Errorf("got %v", row)
		}
	}
}

func TestUnsecuredWebsitesReport(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	report := f.read(t, f.Protocol(t), websiteReports, nil)
	wantNoSecrets(t, report, false)
	f.wantItems(t, report, 5, "Weak")
}

func TestInactiveTwoStepLoginReport(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p, path := f.Protocol(t), file(t, directory)
	for _, names := range []bool{false, true} {
		report := f.read(t, p, inactiveReports, map[string]any{"directory_file": path, "include_names": names})
		wantNoSecrets(t, report, names)
		found := f.wantItems(t, report, 5, "Twin")
		if (found[0]["domain"] == "bank.example") != names ||
			(found[0]["documentation"] == "https://bank.example/2fa") != names {
			t.Errorf("with names: %v, got %v", names, found[0])
		}
	}
	for path, words := range map[string]string{
		filepath.Join(t.TempDir(), "none"): "no such file",
		file(t, "{}"):                      "2FA Directory",
	} {
		_, problems := p.DataSource(inactiveReports, map[string]any{
			"organization_id": f.client.ID, "directory_file": path,
		})
		problems.WantError(t, "directory_file", words)
	}
}

// The list is downloaded once, by nobody in particular.
func TestInactiveTwoStepLoginReport_download(t *testing.T) {
	t.Parallel()
	f, service := newFixture(t), newDocumentServer(t, http.StatusOK, directory)
	p, config := f.Protocol(t), map[string]any{"directory_url": service.URL + "/v3/totp.json?x=1"}
	for range 2 {
		f.wantItems(t, f.read(t, p, inactiveReports, config), 5, "Twin")
		if got := f.read(t, p, healthReports, config).Attributes(t)["inactive_two_step_login_count"]; got != 1 {
			t.Errorf("found %v, want 1", got)
		}
	}
	asked := service.headers()
	if len(asked) != 1 {
		t.Fatalf("downloaded %d times, want once", len(asked))
	}
	for name := range asked[0] {
		if name != "User-Agent" && name != "Accept-Encoding" {
			t.Errorf("the third party gets the header %s", name)
		}
	}
	config["organization_id"] = f.client.ID
	for _, other := range []struct {
		*documentServer

		words string
	}{
		{newDocumentServer(t, http.StatusNotFound, ""), "answers HTTP 404"},
		{newDocumentServer(t, http.StatusFound, ""), "answers HTTP 302"},
		{newDocumentServer(t, http.StatusOK, "<html>"), "2FA Directory"},
	} {
		config["directory_url"] = other.URL
		_, problems := p.DataSource(inactiveReports, config)
		problems.WantError(t, "directory_url", other.words)
	}
}

func TestExposedPasswordsReport_service(t *testing.T) {
	t.Parallel()
	f, service := newFixture(t), newRangeServer(t)
	p := f.Protocol(t)
	for range 2 {
		report := f.read(t, p, exposedReports, map[string]any{"range_url": service.URL})
		wantNoSecrets(t, report, false)
		if found := f.wantItems(t, report, 4, "Weak"); found[0]["times_seen"] != 17 {
			t.Errorf("got %v", found[0])
		}
	}
	// Three distinct passwords, each asked for once, by 5 digits.
	asked := service.questions()
	if len(asked) != 3 {
		t.Errorf("asked %v", asked)
	}
	for _, path := range asked {
		if !regexp.MustCompile(`^/range/[0-9A-F]{5}$`).MatchString(path) {
			t.Errorf("asked %s", path)
		}
	}
	_, problems := p.DataSource(exposedReports, map[string]any{
		"organization_id": f.client.ID, "range_url": "http://api.pwnedpasswords.com",
	})
	problems.WantError(t, "range_url", "https")
	service.Close()
	_, problems = f.Protocol(t).DataSource(exposedReports, map[string]any{
		"organization_id": f.client.ID, "range_url": service.URL,
	})
	problems.WantError(t, "range_url", "does not answer", "corpus_file")
	for _, path := range asked {
		if strings.Contains(problems.String(), strings.TrimPrefix(path, "/range/")) {
			t.Errorf("digits of a hash are in %s", problems)
		}
	}
}

func TestExposedPasswordsReport_file(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := f.Protocol(t)
	report := f.read(t, p, exposedReports, map[string]any{"corpus_file": corpus(t)})
	wantNoSecrets(t, report, false)
	for _, row := range f.wantItems(t, report, 4, "Twin", "Other twin") {
		if row["times_seen"] != 5 {
			t.Errorf("got %v", row)
		}
	}
	for path, words := range map[string]string{
		filepath.Join(t.TempDir(), "none"): "no such file",
		file(t, "hunter2\n"):               "no corpus",
		t.TempDir():                        "directory",
	} {
		_, problems := p.DataSource(exposedReports, map[string]any{
			"organization_id": f.client.ID, "corpus_file": path,
		})
		problems.WantError(t, "corpus_file", words)
	}
}

func TestReports_validate(t *testing.T) {
	t.Parallel()
	id := "00000000-0000-4000-8000-000000000000"
	for name, test := range map[string]struct {
		typeName  string
		config    map[string]any
		attribute string
		words     string
	}{
		"no source":          {exposedReports, map[string]any{}, "", "Exactly one of"},
		"an empty source":    {exposedReports, map[string]any{"range_url": ""}, "range_url", "an https address"},
		"an open source":     {healthReports, map[string]any{"range_url": "http://a.example"}, "range_url", "an https address"},
		"an empty file name": {exposedReports, map[string]any{"corpus_file": ""}, "corpus_file", "at least 1"},
		"no directory":       {inactiveReports, map[string]any{}, "", "Exactly one of"},
		"an open directory":  {inactiveReports, map[string]any{"directory_url": "http://a.example"}, "directory_url", "an https address"},
		"two directories":    {inactiveReports, map[string]any{"directory_url": "https://a.example", "directory_file": "x"}, "directory_url", "Exactly one of"},
		"no address":         {breachReports, map[string]any{"emails": []any{"ann"}}, "emails", "e-mail address"},
		"no addresses":       {breachReports, map[string]any{"emails": []any{}}, "emails", "at least 1"},
		"an id in capitals":  {weakReports, map[string]any{"organization_id": strings.ToUpper(id[:35] + "a")}, "organization_id", "UUID"},
		"an unknown corpus":  {exposedReports, map[string]any{"corpus_file": acctest.Unknown}, "none", ""},
		"no sources, health": {healthReports, map[string]any{}, "none", ""},
		"a misspelt policy":  {unmanaged, map[string]any{"policy_types": []any{"single_organisation"}}, "policy_types", "the type of a policy"},
		"a new policy":       {unmanaged, map[string]any{"policy_types": []any{"single_organization", "99"}}, "none", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.config["organization_id"] == nil {
				test.config["organization_id"] = id
			}
			problems := acctest.NewProtocol(t).ValidateDataSource(test.typeName, test.config)
			if test.attribute == "none" {
				problems.WantNone(t)
				return
			}
			problems.WantError(t, test.attribute, test.words)
		})
	}
	for one, other := range map[string]string{"range_url": "corpus_file", "directory_url": "directory_file"} {
		problems := acctest.NewProtocol(t).ValidateDataSource(healthReports, map[string]any{
			"organization_id": id, one: "https://a.example", other: "file",
		})
		if !problems.HasError() {
			t.Errorf("both %s and %s are taken", one, other)
		}
	}
}

func TestDataBreachReport(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.SetBreaches("olivia@bakery.example", emulator.Breach{
		Name: "Adobe", Title: "Adobe", Domain: "adobe.com", BreachDate: "2013-10-04", DataClasses: []string{"Passwords"},
	})
	p := f.Protocol(t)
	report := f.read(t, p, breachReports, nil)
	attributes := report.Attributes(t)
	addresses := rows(t, report, "addresses")
	// The owner whom the client was made for is invited, and therefore asked for, too.
	if attributes["checked_count"] != 2 || attributes["found_count"] != 1 || f.Requests().Count(breachList) != 2 ||
		len(addresses) != 1 || addresses[0]["email"] != "olivia@bakery.example" {
		t.Fatalf("got %v after %d questions", attributes, f.Requests().Count(breachList))
	}
	want := "map[data_classes:[Passwords] date:2013-10-04 domain:adobe.com name:Adobe title:Adobe]"
	if got := fmt.Sprint(addresses[0]["breaches"]); got != "["+want+"]" {
		t.Errorf("got %s, want %s", got, want)
	}
	report = f.read(t, p, breachReports, map[string]any{"emails": []any{"olivia@bakery.example"}})
	if report.Attributes(t)["checked_count"] != 1 || f.Requests().Count(breachList) != 2 {
		t.Errorf("got %v after %d questions", report.Attributes(t), f.Requests().Count(breachList))
	}
}

// A server that has no key for the service says so; an older server answers 404 for an address that is in no breach.
func TestDataBreachReport_otherServers(t *testing.T) {
	t.Parallel()
	f := &fixture{Env: acctest.New(t, emulator.Options{NoBreachService: true})}
	f.client = f.MSP.NewClient(t, emulator.ClientOptions{})
	config := map[string]any{"organization_id": f.client.ID, "emails": []any{"ann@bakery.example"}}
	_, problems := f.Protocol(t).DataSource(breachReports, config)
	problems.WantError(t, "", "API key not set")
	if err := f.Fail(breachList, emulator.Fault{Status: http.StatusNotFound}); err != nil {
		t.Fatal(err)
	}
	report := f.read(t, f.Protocol(t), breachReports, config)
	if got := report.Attributes(t); got["checked_count"] != 1 || got["found_count"] != 0 {
		t.Errorf("got %v", got)
	}
}

func TestMemberAccessReport(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var collections struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := f.MSP.Admin.Get(t.Context(), "/organizations/"+f.client.ID+"/collections", &collections); err != nil {
		t.Fatal(err)
	}
	shelf := collections.Data[0].ID
	name, err := f.client.Key.EncryptString("Shelf Canary")
	if err != nil {
		t.Fatal(err)
	}
	note, err := f.client.Key.EncryptString("Note")
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		f.MSP.Admin.Put(t.Context(), "/organizations/"+f.client.ID+"/collections/"+shelf, map[string]any{
			"name": name, "groups": []any{}, "users": []any{map[string]any{"id": f.ownerID, "manage": true}},
		}, nil),
		f.MSP.Admin.Post(t.Context(), "/ciphers/import-organization?organizationId="+f.client.ID, map[string]any{
			"collections":             []any{map[string]any{"id": shelf, "name": name}},
			"ciphers":                 []any{map[string]any{"type": 2, "name": note, "secureNote": map[string]any{"type": 0}}},
			"collectionRelationships": []any{map[string]any{"key": 0, "value": 0}},
		}, nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, names := range []bool{false, true} {
		report := f.read(t, f.Protocol(t), accessReports, map[string]any{"include_names": names})
		wantNoSecrets(t, report, names)
		members := rows(t, report, "members")
		i := slices.IndexFunc(members, func(m map[string]any) bool { return m["member_id"] == f.ownerID })
		if i < 0 {
			t.Fatalf("the owner is not in %v", members)
		}
		m := members[i]
		if m["email"] != "olivia@bakery.example" || m["collection_count"] != 1 || m["group_count"] != 0 ||
			m["item_count"] != 1 || m["two_step_login_enabled"] != false {
			t.Errorf("got %v", m)
		}
		var collectionName any
		if names {
			collectionName = "Shelf Canary"
		}
		want := map[string]any{
			"collection_id": shelf, "collection_name": collectionName, "group_id": nil, "group_name": nil,
			"permission": "manage", "item_count": 1,
		}
		if got := fmt.Sprint(m["grants"]); got != fmt.Sprint([]any{want}) {
			t.Errorf("got %s, want %v", got, want)
		}
	}
}

func TestVaultHealth(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := f.Protocol(t)
	little := f.read(t, p, healthReports, nil)
	wantNoSecrets(t, little, false)
	want := map[string]any{
		"item_count": 6, "login_count": 5, "unreadable_count": 1, "weak_password_count": 1, "reused_password_count": 2,
		"exposed_password_count": nil, "unsecured_website_count": 1, "inactive_two_step_login_count": nil,
		"breached_member_count": nil,
	}
	check := func(object *acctest.Object) {
		t.Helper()
		attributes := object.Attributes(t)
		for name, value := range want {
			if attributes[name] != value {
				t.Errorf("%s is %v, want %v", name, attributes[name], value)
			}
		}
		for name, ids := range map[string][]string{
			"at_risk_item_ids":                   f.sorted("Weak", "Twin", "Other twin"),
			"unreadable_item_ids":                f.sorted("Unreadable"),
			"members_without_two_step_login_ids": {f.ownerID},
		} {
			if fmt.Sprint(attributes[name]) != fmt.Sprint(ids) {
				t.Errorf("%s is %v, want %v", name, attributes[name], ids)
			}
		}
	}
	check(little)
	if got := f.Requests().Count(breachList); got != 0 {
		t.Errorf("asked for breaches %d times without being told to", got)
	}
	all := f.read(t, p, healthReports, map[string]any{
		"range_url": newRangeServer(t).URL, "directory_file": file(t, directory), "check_data_breaches": true,
	})
	wantNoSecrets(t, all, false)
	want["exposed_password_count"], want["inactive_two_step_login_count"], want["breached_member_count"] = 1, 1, 0
	check(all)
}

func TestReports_needPassword(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p, config := acctest.NewProtocol(t), f.ProviderConfig()
	delete(config, "master_password")
	p.Configure(config).WantNone(t)
	_, problems := p.DataSource(weakReports, map[string]any{"organization_id": f.client.ID})
	problems.WantError(t, "", "master_password")
}

// A check block does not stop a plan, and says what is wrong.
func TestVaultHealth_cli(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	address := "data." + healthReports + ".bakery"
	acctest.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: f.Config(fmt.Sprintf(`data "bitwarden_vault_health" "bakery" {
  organization_id = %q
  corpus_file     = %q
}

check "health" {
  assert {
    condition     = data.bitwarden_vault_health.bakery.exposed_password_count == 2
    error_message = "There are ${data.bitwarden_vault_health.bakery.exposed_password_count} exposed passwords."
  }
}
`, f.client.ID, corpus(t))),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("weak_password_count"), knownvalue.Int64Exact(1)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("exposed_password_count"), knownvalue.Int64Exact(2)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("breached_member_count"), knownvalue.Null()),
		},
	}}})
}
