// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package send_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const address = sendType + ".door"

func (f *fixture) door(attributes string) string {
	return f.Config(fmt.Sprintf("resource %q \"door\" {\n  delete_after = \"168h\"\n%s\n}\n", sendType, attributes))
}

func action(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, a)}}
}

func known(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), value)
}

func TestSend_basic(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	received := func(want string) resource.TestCheckFunc {
		return func(s *terraform.State) error {
			attributes := s.RootModule().Resources[address].Primary.Attributes
			if encoded, err := json.Marshal(s); err != nil || strings.Contains(string(encoded), want) {
				return fmt.Errorf("the state has the text (%w)", err)
			}
			if got, refusal := f.receive(t, attributes["link"], ""); got != want {
				return fmt.Errorf("received %q (%s), want %q", got, refusal, want)
			}
			return nil
		}
	}
	acctest.Run(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
		Steps: []resource.TestStep{
			{
				Config: f.door("name = \"Door\"\n text_wo = \"canary-1234\""),
				Check:  received("canary-1234"),
				ConfigStateChecks: []statecheck.StateCheck{
					known("text_wo", knownvalue.Null()), known("type", knownvalue.StringExact("text")),
					known("status", knownvalue.StringExact("active")), known("hidden", knownvalue.Bool(false)),
					known("password_digest", knownvalue.Null()), known("access_count", knownvalue.Int64Exact(0)),
					statecheck.ExpectSensitiveValue(address, tfjsonpath.New("link")),
				},
			},
			{
				Config:           f.door("name = \"Door\"\n text_wo = \"canary-5678\""),
				ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
				Check:            received("canary-5678"),
			},
			{
				Config: f.door("name = \"Gate\"\n text_wo = \"canary-5678\"\n notes = \"west\"\n" +
					"max_access_count = 9\n hidden = true\n hide_email = true"),
				ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
				Check:            received("canary-5678"),
			},
			{
				ResourceName: address, ImportState: true, ImportStateVerify: true,
				ImportStateVerifyIgnore: []string{"delete_after", "access_count"},
			},
		},
	})
}

func TestSend_link_ephemeral(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	// The link goes into another Send, which a recipient opens: an ephemeral value leaves a run in no other way.
	config := f.door("name = \"Door\"\n text_wo = \"canary-1234\"") + `
ephemeral "bitwarden_send_link" "door" {
  send_id = bitwarden_send.door.id
}

resource "bitwarden_send" "copy" {
  name            = "Copy"
  text_wo         = ephemeral.bitwarden_send_link.door.link
  delete_after    = "168h"
}
`
	acctest.Run(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
		Steps: []resource.TestStep{{Config: config, Check: func(s *terraform.State) error {
			resources := s.RootModule().Resources
			got, _ := f.receive(t, resources["bitwarden_send.copy"].Primary.Attributes["link"], "")
			if want := resources[address].Primary.Attributes["link"]; got != want {
				return fmt.Errorf("the ephemeral link is %q, want %q", got, want)
			}
			return nil
		}}},
	})
}

func TestSend_text(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	config := text("1234", map[string]any{"notes": "west"})
	send := f.apply(t, nil, config)
	f.wantReceived(t, send, "", "1234")
	f.wantEmpty(t, send, config)
	link := send.Attributes(t)["link"]

	config["text_wo"] = "5678"
	send = f.apply(t, send, config)
	f.wantReceived(t, send, "", "5678")
	if got := send.Attributes(t)["link"]; got != link {
		t.Errorf("the link changed from %v to %v", link, got)
	}
	delete(config, "notes")
	send = f.apply(t, send, config)
	if got := f.only(t); got.Notes != nil {
		t.Errorf("the notes are %v", *got.Notes)
	}
	f.wantEmpty(t, send, config)

	f.ResetRequests()
	config["on_expiry"] = "recreate"
	send = f.apply(t, send, config)
	if n := f.Requests().Count(putSend); n != 0 {
		t.Errorf("on_expiry was sent %d times", n)
	}
	gone, problems := f.Protocol(t).Apply(sendType, send, nil)
	problems.WantNone(t)
	if gone != nil || len(f.sends(t)) != 0 {
		t.Error("the Send was not deleted")
	}
}

func TestSend_password(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	config := text("1234", map[string]any{"password_wo": "first"})
	send := f.apply(t, nil, config)
	f.wantReceived(t, send, "first", "1234")
	f.wantEmpty(t, send, config)
	if _, refusal := f.receive(t, send.Attributes(t)["link"], "wrong"); refusal != "password_hash_b64_invalid" {
		t.Errorf("a wrong password: %q", refusal)
	}

	config["password_wo"] = "second"
	f.ResetRequests()
	send = f.apply(t, send, config)
	var writes []string
	for _, r := range f.Requests().List {
		if strings.HasPrefix(r.Route, "PUT ") {
			writes = append(writes, r.Route)
		}
	}
	if want := []string{putSend, removeAuth, putSend}; fmt.Sprint(writes) != fmt.Sprint(want) {
		t.Errorf("sent %v, want %v", writes, want)
	}
	f.wantReceived(t, send, "second", "1234")
	if f.only(t).Disabled {
		t.Error("the Send stayed disabled")
	}
	f.wantEmpty(t, send, config)

	config["name"] = "Gate" // the password stays
	send = f.apply(t, send, config)
	f.wantReceived(t, send, "second", "1234")

	delete(config, "password_wo")
	send, problems := f.tryApply(t, send, config)
	problems.WantWarning(t, "password_wo", "loses its password")
	f.wantReceived(t, send, "", "1234")
	f.wantEmpty(t, send, config)
}

// The new password does not arrive: nobody may read the Send without one, and the next apply repairs it.
func TestSend_password_partialChange(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	config := text("1234", map[string]any{"password_wo": "first"})
	send := f.apply(t, nil, config)
	config["password_wo"] = "second"
	if err := f.Fail(putSend, emulator.Fault{Status: 400, Skip: 1, Times: 1}); err != nil {
		t.Fatal(err)
	}
	p := f.Protocol(t)
	send, problems := p.Apply(sendType, send, config)
	problems.WantError(t, "", "Could not update Send", "400")
	if _, refusal := f.receive(t, send.Attributes(t)["link"], ""); refusal == "" {
		t.Error("the Send can be read without a password")
	}
	send = f.apply(t, send, config)
	f.wantReceived(t, send, "second", "1234")
	f.wantEmpty(t, send, config)
}

// With a version, a value that differs at each run is written only when the number changes, or against drift.
func TestSend_versions(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	config := text("1", map[string]any{"text_wo_version": 1, "password_wo": "a", "password_wo_version": 1})
	send := f.apply(t, nil, config)
	config["text_wo"], config["password_wo"] = "2", "b"
	f.wantEmpty(t, send, config)
	config["text_wo_version"] = 2
	send = f.apply(t, send, config)
	f.wantReceived(t, send, "a", "2")
	config["text_wo"], config["password_wo_version"] = "3", 2
	send = f.apply(t, send, config)
	f.wantReceived(t, send, "b", "2")
	f.wantEmpty(t, send, config)

	f.edit(t, func(r *row, key crypto.SendKey) { r.Text["text"] = must(key.Key().EncryptString("theirs"))(t) })
	send = f.apply(t, send, config)
	f.wantReceived(t, send, "b", "3")
	f.edit(t, func(r *row, _ crypto.SendKey) { r.AuthType, r.Password = 2, nil })
	send = f.apply(t, send, config)
	f.wantReceived(t, send, "b", "3")
	f.wantEmpty(t, send, config)
}

// What somebody changes in the web vault shows in the plan, and the apply repairs it.
func TestSend_drift(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		edit      func(*testing.T, *row, crypto.SendKey)
		attribute string
	}{
		"text": {func(t *testing.T, r *row, key crypto.SendKey) {
			t.Helper()
			r.Text["text"] = must(key.Key().EncryptString("theirs"))(t)
		}, "text_digest"},
		"name": {func(t *testing.T, r *row, key crypto.SendKey) {
			t.Helper()
			r.Name = must(key.Key().EncryptString("Theirs"))(t)
		}, "name"},
		"disabled":         {func(_ *testing.T, r *row, _ crypto.SendKey) { r.Disabled = true }, "disabled"},
		"limit":            {func(_ *testing.T, r *row, _ crypto.SendKey) { r.MaxAccessCount = new(3) }, "max_access_count"},
		"password removed": {func(_ *testing.T, r *row, _ crypto.SendKey) { r.AuthType, r.Password = 2, nil }, "password_digest"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			config := text("1234", map[string]any{"password_wo": "word"})
			send := f.apply(t, nil, config)
			f.edit(t, func(r *row, key crypto.SendKey) { test.edit(t, r, key) })
			plan, state, problems := f.planned(t, send, config)
			problems.WantNone(t)
			if fmt.Sprint(plan[test.attribute]) == fmt.Sprint(state[test.attribute]) {
				t.Errorf("%s stays %v", test.attribute, state[test.attribute])
			}
			send = f.apply(t, send, config)
			f.wantReceived(t, send, "word", "1234")
			f.wantEmpty(t, send, config)
		})
	}
}

func TestSend_drift_otherPassword(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	config := text("1234", map[string]any{"password_wo": "ours"})
	send := f.apply(t, nil, config)
	f.edit(t, func(r *row, _ crypto.SendKey) { r.AuthType, r.Password = 2, nil })
	f.edit(t, func(r *row, key crypto.SendKey) { r.AuthType, r.Password = 1, new(must(key.PasswordHash("theirs"))(t)) })
	send = f.apply(t, send, config)
	f.wantReceived(t, send, "ours", "1234")
	f.wantEmpty(t, send, config)
}

func TestSend_disappears(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	config := text("1234")
	send := f.apply(t, nil, config)
	if err := f.MSP.Admin.Delete(t.Context(), "/sends/"+f.only(t).ID, nil); err != nil {
		t.Fatal(err)
	}
	gone, problems := f.Protocol(t).Read(sendType, send)
	problems.WantWarning(t, "", "vanished Send")
	if gone != nil {
		t.Errorf("the state has %v", gone.Attributes(t))
	}
	_, problems = f.Protocol(t).Apply(sendType, send, nil)
	problems.WantNone(t)
}

// Another account cannot see the Send, which is no reason to make it a second time.
func TestSend_otherAccount(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	send := f.apply(t, nil, text("1234"))
	other := f.MSP.NewServiceUser(t, "service@provider.example")
	id, secret := must2(other.APIKey(t.Context()))(t)
	p := acctest.NewProtocol(t)
	config := f.ProviderConfig()
	config["client_id"], config["client_secret"] = id, secret
	p.Configure(config).WantNone(t)
	_, problems := p.Read(sendType, send)
	problems.WantError(t, "", "another account", f.MSP.Admin.ID, other.ID)
}

func must2(a, b string, err error) func(*testing.T) (string, string) {
	return func(t *testing.T) (string, string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a, b
	}
}

func TestSend_import(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.made(t, "1234", nil)
	config := text("1234", map[string]any{
		"delete_after": nil, "deletion_date": f.only(t).DeletionDate.Format(time.RFC3339Nano),
	})
	send, problems := f.Protocol(t).Import(sendType, id)
	problems.WantNone(t)
	f.wantEmpty(t, send, config)
	send, problems = f.Protocol(t).ImportByIdentity(sendType, map[string]any{"id": id})
	problems.WantNone(t)
	f.wantEmpty(t, send, config)
	config["text_wo"] = "5678"
	send = f.apply(t, send, config)
	f.wantReceived(t, send, "", "5678")

	_, problems = f.Protocol(t).Import(sendType, "not-an-id")
	problems.WantError(t, "", "not a UUID")
}

// The text of an imported Send need not be known: a configuration that a CLI has generated plans empty.
func TestSend_import_withoutText(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.made(t, "1234", nil)
	config := text("", map[string]any{
		"text_wo": nil, "delete_after": nil, "deletion_date": f.only(t).DeletionDate.Format(time.RFC3339Nano),
	})
	send, problems := f.Protocol(t).Import(sendType, id)
	problems.WantNone(t)
	f.wantEmpty(t, send, config)
	config["name"] = "Gate"
	send = f.apply(t, send, config)
	f.wantReceived(t, send, "", "1234")
	f.wantEmpty(t, send, config)

	_, problems = f.Protocol(t).Plan(sendType, nil, config)
	problems.WantError(t, "", "Nothing to send", "text_wo or file")
	f.premium(t)
	config["file"] = newFile(t, "plan.txt", "1")
	file, problems := f.Protocol(t).Apply(sendType, nil, config)
	problems.WantNone(t)
	delete(config, "file") // It keeps what it holds.
	file = f.apply(t, file, config)
	f.wantReceived(t, file, "", "1")
	f.wantEmpty(t, file, config)
}

// The password of an imported Send is not known, so it is set once; it stays where the configuration has none, until
// the configuration has had one.
func TestSend_import_password(t *testing.T) {
	t.Parallel()
	for name, password := range map[string]any{"set": "ours", "kept": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			id := f.made(t, "1234", func(r *row, key crypto.SendKey) {
				r.AuthType, r.Password = 1, new(must(key.PasswordHash("theirs"))(t))
			})
			send, problems := f.Protocol(t).Import(sendType, id)
			problems.WantNone(t)
			config := text("1234", map[string]any{"password_wo": password})
			send = f.apply(t, send, config)
			word, set := password.(string)
			if !set {
				word = "theirs"
			}
			f.wantReceived(t, send, word, "1234")
			f.wantEmpty(t, send, config)
			config["name"] = "Gate" // another write
			send = f.apply(t, send, config)
			f.wantReceived(t, send, word, "1234")

			config["password_wo"] = "other"
			send = f.apply(t, send, config)
			f.wantReceived(t, send, "other", "1234")
			delete(config, "password_wo")
			_, problems = f.tryApply(t, send, config)
			problems.WantWarning(t, "password_wo", "loses its password")
			f.wantReceived(t, send, "", "1234")
		})
	}
}

// The answer of the creation is lost: the Send is found by its key, and not made twice.
func TestSend_lostAnswer(t *testing.T) {
	t.Parallel()
	for route, config := range map[string]map[string]any{
		postText: text("1234"),
		postFile: text("", map[string]any{"text_wo": nil, "file": newFile(t, "plan.txt", "1234")}),
	} {
		t.Run(route, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t).premium(t)
			if err := f.Fail(route, emulator.Fault{Cut: emulator.CutAfter, Times: 1}); err != nil {
				t.Fatal(err)
			}
			send := f.apply(t, nil, config)
			f.only(t)
			f.wantReceived(t, send, "", "1234")
			f.wantEmpty(t, send, config)
		})
	}
}

// The upload is lost in some way: the file arrives, once, and the Send is not made anew.
func TestSend_lostUpload(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault   emulator.Fault
		uploads int
	}{
		"cut before":      {emulator.Fault{Cut: emulator.CutBefore}, 2},
		"cut after":       {emulator.Fault{Cut: emulator.CutAfter}, 1},
		"failed after":    {emulator.Fault{Status: 500, AfterExecution: true}, 1},
		"gateway after":   {emulator.Fault{Status: 502, AfterExecution: true}, 1},
		"busy":            {emulator.Fault{Status: 429, RetryAfter: 1}, 2},
		"address too old": {emulator.Fault{Status: 403}, 2},
	} {
		for route, options := range map[string]emulator.Options{
			putStorage: {}, "POST /api/sends/{id}/file/{fileId}": {DirectUploads: true},
		} {
			t.Run(name+", "+route, func(t *testing.T) {
				t.Parallel()
				f := newFixture(t, options).premium(t)
				fault := test.fault
				fault.Times = 1
				if err := f.Fail(route, fault); err != nil {
					t.Fatal(err)
				}
				f.ResetRequests()
				send := f.apply(t, nil, text("", map[string]any{"text_wo": nil, "file": newFile(t, "plan.txt", "1234")}))
				if n := f.Requests().Count(route); n != test.uploads {
					t.Errorf("%d uploads, want %d", n, test.uploads)
				}
				if n := f.Requests().Count(postFile); n != 1 {
					t.Errorf("%d Sends were made", n)
				}
				f.only(t)
				f.wantReceived(t, send, "", "1234")
			})
		}
	}
}

func newFile(t *testing.T, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSend_file(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]emulator.Options{"storage": {}, "direct": {DirectUploads: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, options).premium(t)
			content := "bytes \x00\xff" + strings.Repeat("x", 5000)
			config := map[string]any{
				"name": "Plan", "file": newFile(t, "plan.bin", content), "delete_after": "168h", "password_wo": "word",
			}
			send := f.apply(t, nil, config)
			f.wantReceived(t, send, "word", content)
			f.wantEmpty(t, send, config)

			config["name"] = "Plans" // in place
			send = f.apply(t, send, config)
			f.wantReceived(t, send, "word", content)

			config["file"] = newFile(t, "plan.bin", content) // the same in another folder
			f.wantEmpty(t, send, config)
			config["file"] = newFile(t, "plan.bin", content[1:])
			plan, _, problems := f.planned(t, send, config)
			problems.WantNone(t)
			if plan["file_digest"] != acctest.Unknown {
				t.Errorf("another content: the digest stays %v", plan["file_digest"])
			}
			send, problems = f.Protocol(t).Replace(sendType, send, config)
			problems.WantNone(t)
			f.wantReceived(t, send, "word", content[1:])
			f.only(t)
		})
	}
}

// What cannot be sent is refused at plan; a file that is not there may be made until the apply.
func TestSend_file_refused(t *testing.T) {
	t.Parallel()
	f := newFixture(t).premium(t)
	large := newFile(t, "large.bin", "")
	if err := os.Truncate(large, 500<<20+1); err != nil { // sparse
		t.Fatal(err)
	}
	for file, words := range map[string]string{
		t.TempDir(): "folder", newFile(t, "empty.txt", ""): "empty", large: "at most 524288000",
	} {
		_, problems := f.Protocol(t).Plan(sendType, nil, map[string]any{"name": "x", "file": file, "delete_after": "1h"})
		problems.WantError(t, "file", words)
	}
	missing := map[string]any{"name": "x", "file": filepath.Join(t.TempDir(), "later.txt"), "delete_after": "1h"}
	_, problems := f.Protocol(t).Plan(sendType, nil, missing)
	problems.WantNone(t)
	_, problems = f.Protocol(t).Apply(sendType, nil, missing)
	problems.WantError(t, "file", "cannot be read")
}

func TestSend_file_cli(t *testing.T) {
	t.Parallel()
	f := newFixture(t).premium(t)
	config := func(file string) string { return f.door(fmt.Sprintf("name = \"Plan\"\n file = %q", file)) }
	acctest.Run(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
		Steps: []resource.TestStep{
			{Config: config(newFile(t, "plan.txt", "1"))},
			{Config: config(newFile(t, "plan.txt", "1")), ConfigPlanChecks: action(plancheck.ResourceActionNoop)},
			{
				Config:           config(newFile(t, "plan.txt", "2")),
				ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate),
			},
			{
				Config:           config(newFile(t, "map.txt", "2")),
				ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate),
			},
			{
				Config:           f.door("name = \"Plan\"\n text_wo = \"3\""),
				ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					known("type", knownvalue.StringExact("text")), known("file_digest", knownvalue.Null()),
				},
			},
		},
	})
}

func TestSend_file_import(t *testing.T) {
	t.Parallel()
	f := newFixture(t).premium(t)
	config := map[string]any{"name": "Plan", "file": newFile(t, "plan.txt", "1234"), "delete_after": "168h"}
	made := f.apply(t, nil, config).Attributes(t)
	imported, problems := f.Protocol(t).Import(sendType, fmt.Sprint(made["id"]))
	problems.WantNone(t)
	config["delete_after"], config["deletion_date"] = nil, made["deletion_date"]
	isReplaced := func(state *acctest.Object, name, content string) bool {
		t.Helper()
		changed := maps.Clone(config)
		changed["file"] = newFile(t, name, content)
		plan, _, problems := f.planned(t, state, changed)
		problems.WantNone(t)
		return plan["file_digest"] == acctest.Unknown
	}
	generated := maps.Clone(config) // by a CLI, whose user does not have the file
	delete(generated, "file")
	f.wantEmpty(t, imported, generated)
	if !isReplaced(imported, "plan.txt", strings.Repeat("1234", 20)) || !isReplaced(imported, "map.txt", "1234") {
		t.Error("a file of another size or name is taken for the same")
	}
	f.ResetRequests()
	adopted := f.apply(t, imported, config)
	if n := f.Requests().Count(putSend); n != 0 {
		t.Errorf("the file's digest was sent %d times", n)
	}
	if got := adopted.Attributes(t)["file_digest"]; got != made["file_digest"] {
		t.Errorf("the digest is %v, want %v", got, made["file_digest"])
	}
	f.wantReceived(t, adopted, "", "1234")
	f.wantEmpty(t, adopted, config)
	if !isReplaced(adopted, "plan.txt", "5678") || isReplaced(adopted, "plan.txt", "1234") {
		t.Error("another content of the same length is taken for the same, or the same for another")
	}
}

// The upload fails: no Send without its file is left, unless it cannot be deleted either, and then the state has it.
func TestSend_file_partialCreate(t *testing.T) {
	t.Parallel()
	f := newFixture(t).premium(t)
	config := map[string]any{"name": "Plan", "file": newFile(t, "plan.txt", "1234"), "delete_after": "168h"}
	fail := func(route string) {
		t.Helper()
		if err := f.Fail(route, emulator.Fault{Status: 403}); err != nil {
			t.Fatal(err)
		}
	}
	fail(putStorage)
	send, problems := f.Protocol(t).Apply(sendType, nil, config)
	problems.WantError(t, "", "could not be uploaded", "403")
	if strings.Contains(problems.String(), "sig=") || strings.Contains(problems.String(), f.URL()) {
		t.Errorf("the address of the upload shows: %s", problems)
	}
	if send != nil || len(f.sends(t)) != 0 {
		t.Errorf("the state has %v, the server %d Sends", send, len(f.sends(t)))
	}
	fail(deleteSend)
	send, problems = f.Protocol(t).Apply(sendType, nil, config)
	problems.WantError(t, "", "could not be uploaded", "is left")
	if send == nil || send.Attributes(t)["id"] != f.only(t).ID {
		t.Errorf("the Send that is left is not in the state: %v", send)
	}
}

func TestSend_premium(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	file := map[string]any{"name": "Plan", "file": newFile(t, "plan.txt", "1"), "delete_after": "168h"}
	emails := text("1", map[string]any{"emails": []any{"ada@bakery.example"}})
	for attribute, config := range map[string]map[string]any{"file": file, "emails": emails} {
		_, problems := f.Protocol(t).Plan(sendType, nil, config)
		problems.WantError(t, attribute, "no premium")
	}
	send := f.apply(t, nil, text("1"))
	_, _, problems := f.planned(t, send, emails)
	problems.WantError(t, "emails", "no premium")

	f.premium(t)
	send = f.apply(t, send, emails)
	if got := f.only(t); got.AuthType != 0 || got.Emails == nil || *got.Emails != "ada@bakery.example" {
		t.Errorf("the server has %+v", got)
	}
	f.wantEmpty(t, send, emails)
	f.wantEmpty(t, f.apply(t, send, text("1")), text("1"))
}

// A limit below what was opened would end the Send: the next plan would make another one.
func TestSend_limitReached(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	send := f.apply(t, nil, text("1234", map[string]any{"max_access_count": 5}))
	f.wantReceived(t, send, "", "1234")
	f.wantReceived(t, send, "", "1234")
	_, _, problems := f.planned(t, send, text("1234", map[string]any{"max_access_count": 2}))
	problems.WantError(t, "max_access_count", "opened 2 times")
	config := text("1234", map[string]any{"max_access_count": 3})
	send = f.apply(t, send, config)
	f.wantReceived(t, send, "", "1234")
	if _, refusal := f.receive(t, send.Attributes(t)["link"], ""); refusal == "" {
		t.Error("the limit does not hold")
	}
}

// Who may open the Send gets a code by mail, and nobody else does.
func TestSend_emails_received(t *testing.T) {
	t.Parallel()
	f := newFixture(t).premium(t)
	send := f.apply(t, nil, text("1234", map[string]any{"emails": []any{"ada@bakery.example", "bob@bakery.example"}}))
	link := send.Attributes(t)["link"]
	if content, refusal := f.receive(t, link, ""); content != "" || refusal != "email_required" {
		t.Errorf("without an address: %q, %q", content, refusal)
	}
	for _, email := range []string{"ada@bakery.example", "eve@bakery.example"} {
		if content, refusal := f.receiveAs(t, link, email, ""); content != "" || refusal != "email_and_otp_required" {
			t.Errorf("%s without a code: %q, %q", email, content, refusal)
		}
	}
	mails := f.Mails("ada@bakery.example")
	if len(mails) != 1 || len(f.Mails("eve@bakery.example")) != 0 {
		t.Fatalf("ada got %d mails, eve %d", len(mails), len(f.Mails("eve@bakery.example")))
	}
	code := mails[0].Text[strings.LastIndex(mails[0].Text, " ")+1:]
	for email, wrong := range map[string]string{"eve@bakery.example": code, "ada@bakery.example": "x" + code} {
		if content, refusal := f.receiveAs(t, link, email, wrong); content != "" || refusal != "otp_invalid" {
			t.Errorf("%s with another code: %q, %q", email, content, refusal)
		}
	}
	if content, refusal := f.receiveAs(t, link, "ada@bakery.example", code); content != "1234" {
		t.Errorf("received %q (%s)", content, refusal)
	}
}

func TestSend_validate(t *testing.T) {
	t.Parallel()
	p := acctest.NewProtocol(t)
	for name, test := range map[string]struct {
		config map[string]any
		at     string
		words  string
	}{
		"text and file":          {text("1", map[string]any{"file": "x"}), "text_wo", "text_wo,file"},
		"no deletion":            {text("1", map[string]any{"delete_after": nil}), "", "deletion_date,delete_after"},
		"long text":              {text(strings.Repeat("ü", 344)), "text_wo", "1 to 687 bytes of UTF-8, which is what the server takes in encrypted form, and has 688. Send a longer text as a file"},
		"empty text":             {text(""), "text_wo", "is empty"},
		"empty notes":            {text("1", map[string]any{"notes": ""}), "notes", "leave it out"},
		"deleted too late":       {text("1", map[string]any{"delete_after": "745h"}), "delete_after", "744h"},
		"deleted at once":        {text("1", map[string]any{"delete_after": "1s"}), "delete_after", "2m"},
		"no duration":            {text("1", map[string]any{"delete_after": "a week"}), "delete_after", "week"},
		"no date":                {text("1", map[string]any{"expiration_date": "soon"}), "expiration_date", "soon"},
		"password and addresses": {text("1", map[string]any{"password_wo": "p", "emails": []any{"a@b.example"}}), "password_wo", "emails"},
		"capitals in an address": {text("1", map[string]any{"emails": []any{"A@b.example"}}), "emails", "lower case"},
		"no addresses":           {text("1", map[string]any{"emails": []any{}}), "emails", "at least 1"},
		"opened never":           {text("1", map[string]any{"max_access_count": 0}), "max_access_count", "between 1"},
		"version of nothing":     {text("1", map[string]any{"password_wo_version": 1}), "password_wo_version", "password_wo"},
		"hidden file": {
			map[string]any{"name": "x", "file": "x", "hidden": true, "delete_after": "1h"}, "hidden", "text",
		},
	} {
		problems := p.Validate(sendType, test.config)
		if len(problems) != 1 || acctest.Attribute(problems[0]) != test.at ||
			!strings.Contains(problems.String(), test.words) {
			t.Errorf("%s: want one problem at %q with %q, got:\n%s", name, test.at, test.words, problems)
		}
	}
	p.Validate(sendType, text(strings.Repeat("ü", 343))).WantNone(t)
	unknown := text("1", map[string]any{
		"text_wo": acctest.Unknown, "delete_after": acctest.Unknown, "emails": acctest.Unknown, "hidden": acctest.Unknown,
	})
	p.Validate(sendType, unknown).WantNone(t)
}

// The longest texts that are allowed are not refused by the server, which counts ciphertext.
func TestSend_longest(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	long := strings.Repeat("x", 687)
	config := text(long, map[string]any{"name": long, "notes": long})
	f.wantReceived(t, f.apply(t, nil, config), "", long)
}

// A date that is written in another way is the same date; generated configurations and bw write them in their own.
func TestSend_dates_spelling(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	at := time.Now().Add(24 * time.Hour).UTC().Truncate(time.Second).Add(120 * time.Millisecond)
	dates := func(layout string, zone *time.Location) map[string]any {
		return text("1", map[string]any{
			"delete_after": nil, "deletion_date": at.In(zone).Format(layout), "expiration_date": at.In(zone).Format(layout),
		})
	}
	send := f.apply(t, nil, dates("2006-01-02T15:04:05.00Z07:00", time.UTC))
	f.wantEmpty(t, send, dates("2006-01-02T15:04:05.000Z07:00", time.UTC))
	f.wantEmpty(t, send, dates("2006-01-02T15:04:05.00Z07:00", time.FixedZone("", 7200)))

	hcl := func(layout string, zone *time.Location) string {
		date := at.In(zone).Format(layout)
		return f.Config(fmt.Sprintf("resource %q \"door\" {\n name = \"x\"\n text_wo = \"1\"\n deletion_date = %q\n"+
			" expiration_date = %[2]q\n}\n", sendType, date))
	}
	acctest.Run(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
		Steps: []resource.TestStep{
			{Config: hcl("2006-01-02T15:04:05.00Z07:00", time.UTC)},
			{
				Config:           hcl("2006-01-02T15:04:05.000Z07:00", time.FixedZone("", 7200)),
				ConfigPlanChecks: action(plancheck.ResourceActionNoop),
			},
		},
	})
}

func TestSend_dates(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	in := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.RFC3339) }
	for name, test := range map[string]struct {
		change    map[string]any
		attribute string
		words     string
	}{
		"deletion in the past":     {map[string]any{"delete_after": nil, "deletion_date": in(-time.Hour)}, "deletion_date", "past"},
		"deletion after 32 days":   {map[string]any{"delete_after": nil, "deletion_date": in(32 * 24 * time.Hour)}, "deletion_date", "31 days"},
		"expiration in the past":   {map[string]any{"expiration_date": in(-time.Hour)}, "expiration_date", "past"},
		"expiration after the end": {map[string]any{"expiration_date": in(200 * time.Hour)}, "expiration_date", "later"},
	} {
		_, problems := f.Protocol(t).Plan(sendType, nil, text("1", test.change))
		if len(problems) != 1 {
			t.Errorf("%s: %s", name, problems)
			continue
		}
		problems.WantError(t, test.attribute, test.words)
	}
	send := f.apply(t, nil, text("1", map[string]any{"delete_after": "744h"}))
	before := f.only(t).DeletionDate
	send = f.apply(t, send, text("1", map[string]any{"delete_after": "744h", "name": "Gate"}))
	if got := f.only(t).DeletionDate; !got.Equal(before) {
		t.Errorf("the deletion moved from %s to %s", before, got)
	}
	send = f.apply(t, send, text("1", map[string]any{"delete_after": "24h"}))
	if got := time.Until(f.only(t).DeletionDate); got > 25*time.Hour {
		t.Errorf("the deletion is after %s", got)
	}
	late := text("1", map[string]any{"delete_after": "24h", "expiration_date": in(48 * time.Hour)})
	_, _, problems := f.planned(t, send, late)
	problems.WantError(t, "expiration_date", "later")
}

// Unknown values plan, and the secrets among them are written.
func TestSend_unknown(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	config := text("1", map[string]any{
		"name": acctest.Unknown, "text_wo": acctest.Unknown, "delete_after": acctest.Unknown, "password_wo": acctest.Unknown,
	})
	_, problems := f.Protocol(t).Plan(sendType, nil, config)
	problems.WantNone(t)
	send := f.apply(t, nil, text("1", map[string]any{"password_wo": "x"}))
	plan, _, problems := f.planned(t, send, config)
	problems.WantNone(t)
	for _, attribute := range []string{"text_digest", "password_digest", "deletion_date", "revision_date"} {
		if plan[attribute] != acctest.Unknown {
			t.Errorf("%s is %v in the plan", attribute, plan[attribute])
		}
	}
}

// What Sends cost does not depend on how many there are, but for the writes.
func TestSend_requests(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const login, list = 3, 1 // the token, the profile and the address of the web vault
	f.ResetRequests()
	p := f.Protocol(t)
	var sends []*acctest.Object
	for n := range 20 {
		send, problems := p.Apply(sendType, nil, text(strconv.Itoa(n), map[string]any{"password_wo": "word"}))
		problems.WantNone(t)
		sends = append(sends, send)
	}
	if got := f.Requests(); got.Count(postText) != 20 || got.Total > 20+login+list {
		t.Errorf("20 creations took %d requests: %v", got.Total, got.ByRoute)
	}
	f.ResetRequests()
	p = f.Protocol(t)
	for n, send := range sends {
		refreshed, problems := p.Read(sendType, send)
		problems.WantNone(t)
		_, problems = p.Plan(sendType, refreshed, text(strconv.Itoa(n), map[string]any{"password_wo": "word"}))
		problems.WantNone(t)
	}
	_, problems := p.DataSource("bitwarden_sends", map[string]any{})
	problems.WantNone(t)
	_, problems = p.DataSource("bitwarden_unmanaged_objects", map[string]any{
		"organization_id": f.MSP.NewClient(t, emulator.ClientOptions{}).ID, "send_ids": []any{},
	})
	problems.WantNone(t)
	if got := f.Requests(); got.Count("GET /api/sends") != 1 || got.Count("GET /api/sends/{id}") != 0 {
		t.Errorf("a plan of 20 read the Sends by %v", got.ByRoute)
	}
	f.ResetRequests()
	p = f.Protocol(t)
	for _, send := range sends {
		_, problems := p.Read(sendType, send)
		problems.WantNone(t)
	}
	if got := f.Requests(); got.Total > login+list {
		t.Errorf("a refresh of 20 took %d requests: %v", got.Total, got.ByRoute)
	}
	f.ResetRequests()
	for _, send := range sends {
		_, problems := p.Apply(sendType, send, nil)
		problems.WantNone(t)
	}
	if got := f.Requests(); got.Total != 20 {
		t.Errorf("20 deletions took %d requests: %v", got.Total, got.ByRoute)
	}
}

func TestSend_list(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.made(t, "1234", nil)
	listed, problems := f.Protocol(t).List(sendType, map[string]any{}, true, 0)
	problems.WantNone(t)
	if len(listed) != 1 || listed[0].DisplayName != "Door" || listed[0].Identity["id"] != id ||
		listed[0].Resource["status"] != "active" {
		t.Errorf("listed %v", listed)
	}
}

func TestSendsDataSource(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.made(t, "1234", func(r *row, key crypto.SendKey) {
		r.AuthType, r.Password = 1, new(must(key.PasswordHash("word"))(t))
	})
	// One whose key is another account's.
	f.made(t, "1234", func(r *row, key crypto.SendKey) { r.Key = must(crypto.NewSymmetricKey().WrapSendKey(key))(t) })
	found, problems := f.Protocol(t).DataSource("bitwarden_sends", map[string]any{})
	problems.WantNone(t)
	sends, _ := found.Attributes(t)["sends"].([]any)
	if len(sends) != 2 {
		t.Fatalf("found %v", sends)
	}
	broken, _ := sends[0].(map[string]any)
	door, _ := sends[1].(map[string]any)
	if broken["name"] != nil || door["name"] != "Door" || door["type"] != "text" || door["status"] != "active" ||
		door["has_password"] != true || door["access_count"] != 0 {
		t.Errorf("found %v and %v", broken, door)
	}
}
