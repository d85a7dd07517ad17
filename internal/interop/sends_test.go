// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package interop_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// TestSends lets bw make Sends and, with another profile that is signed in nowhere, receive them.
func TestSends(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bw, recipient := logIn(t, w.server, w.owner), newProfile(t, w.server)
	type sent struct {
		ID        string `json:"id"`
		AccessURL string `json:"accessUrl"`
	}
	s := read[sent](t, bw, "send", "Grüße")
	if got := recipient.run(t, "receive", s.AccessURL); got != "Grüße" {
		t.Errorf("the text arrives as %q", got)
	}
	file := filepath.Join(t.TempDir(), "datei.bin")
	if err := os.WriteFile(file, []byte("bytes \x00\xff"), 0o600); err != nil {
		t.Fatal(err)
	}
	s = read[sent](t, bw, "send", "--file", file, "--password", "wort")
	back := filepath.Join(t.TempDir(), "zurück.bin")
	reason := recipient.refused(t, "receive", s.AccessURL, "--password", "falsch", "--output", back)
	if !strings.Contains(strings.ToLower(reason), "password") {
		t.Errorf("with a wrong password: %q", reason)
	}
	recipient.run(t, "receive", s.AccessURL, "--password", "wort", "--output", back)
	if got, err := os.ReadFile(back); err != nil || string(got) != "bytes \x00\xff" {
		t.Errorf("the file arrives as %q (%v)", got, err)
	}
	bw.run(t, "send", "remove-password", s.ID)
	bw.run(t, "send", "delete", s.ID)
	// The recipient's profile keeps the token that it got.
	if reason := newProfile(t, w.server).refused(t, "receive", s.AccessURL, "--output", back); reason == "" {
		t.Error("a deleted Send is received")
	}
}

// TestSends_ours lets bw receive, signed in nowhere, what the provider sends.
func TestSends_ours(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]emulator.Options{"storage": {}, "direct": {DirectUploads: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needBW(t)
			srv := emulator.New(t, options)
			wantRoutes(t, srv)
			msp := srv.NewMSP(t)
			msp.Admin.NewOrganization(t, "Premium", 5) // files take it
			bytes := "bytes \x00\xff" + strings.Repeat("ü", 40_000)
			file := filepath.Join(t.TempDir(), "datei.bin")
			if err := os.WriteFile(file, []byte(bytes), 0o600); err != nil {
				t.Fatal(err)
			}
			send := func(config map[string]any) (p *acctest.Protocol, applied *acctest.Object, link string) {
				t.Helper()
				config["name"], config["delete_after"] = "Gruß", "1h"
				p = protocol(t, srv, msp)
				applied, problems := p.Apply(sendType, nil, config)
				problems.WantNone(t)
				link, _ = applied.Attributes(t)["link"].(string)
				return p, applied, link
			}
			_, _, link := send(map[string]any{"text_wo": "Grüße", "hidden": true})
			if got := newProfile(t, srv).run(t, "receive", link); got != "Grüße" {
				t.Errorf("the text arrives as %q", got)
			}
			p, applied, link := send(map[string]any{"file": file, "password_wo": "wört"})
			back := filepath.Join(t.TempDir(), "zurück.bin")
			recipient := newProfile(t, srv)
			reason := recipient.refused(t, "receive", link, "--password", "falsch", "--output", back)
			if !strings.Contains(strings.ToLower(reason), "password") {
				t.Errorf("with a wrong password: %q", reason)
			}
			recipient.run(t, "receive", link, "--password", "wört", "--output", back)
			if got, err := os.ReadFile(back); err != nil || string(got) != bytes {
				t.Errorf("the file arrives with %d bytes (%v), want %d", len(got), err, len(bytes))
			}
			_, problems := p.Apply(sendType, applied, nil)
			problems.WantNone(t)
			if reason := newProfile(t, srv).refused(t, "receive", link, "--output", back); reason == "" {
				t.Error("a destroyed Send is received")
			}
		})
	}
}

// TestSends_forAddresses lets bw receive what is for the owner of an address, who types in the code that is mailed to him.
func TestSends_forAddresses(t *testing.T) {
	t.Parallel()
	needBW(t)
	srv := emulator.New(t)
	wantRoutes(t, srv)
	msp := srv.NewMSP(t)
	msp.Admin.NewOrganization(t, "Premium", 5) // addresses take it
	applied, problems := protocol(t, srv, msp).Apply(sendType, nil, map[string]any{
		"name": "Gruß", "text_wo": "Grüße", "emails": []any{"ada@bakery.example"}, "delete_after": "1h",
	})
	problems.WantNone(t)
	link, _ := applied.Attributes(t)["link"].(string)
	if reason := newProfile(t, srv).refused(t, "receive", link); !strings.Contains(reason, "Email verification required") {
		t.Errorf("without an address: %q", reason)
	}
	code := func() string {
		mails := srv.Mails("ada@bakery.example")
		if len(mails) == 0 {
			return ""
		}
		return mails[0].Text[strings.LastIndex(mails[0].Text, " ")+1:]
	}
	if got := newProfile(t, srv).converse(t, []string{"receive", link},
		func() string { return "ada@bakery.example" }, code); got != "Grüße" {
		t.Errorf("the text arrives as %q", got)
	}
}

// TestSends_theirs imports what bw has sent: the plan is empty. The file is taken for the same where somebody has it.
func TestSends_theirs(t *testing.T) {
	t.Parallel()
	needBW(t)
	srv := emulator.New(t)
	wantRoutes(t, srv)
	msp := srv.NewMSP(t)
	msp.Admin.NewOrganization(t, "Premium", 5)
	registerKeyID(t, msp.Admin)
	bw := logIn(t, srv, msp.Admin)
	file := filepath.Join(t.TempDir(), "datei.bin")
	if err := os.WriteFile(file, []byte("bytes \x00\xff"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		command []string
		config  map[string]any
	}{
		"text": {[]string{"send", "--name", "Gruß", "--notes", "Notiz", "--hidden", "--maxAccessCount", "3", "Grüße"}, map[string]any{
			"text_wo": "Grüße", "notes": "Notiz", "hidden": true, "max_access_count": 3,
		}},
		"file": {[]string{"send", "--name", "Gruß", "--file", file}, map[string]any{}},
	} {
		made := read[struct {
			ID        string `json:"id"`
			Deletion  string `json:"deletionDate"`
			AccessURL string `json:"accessUrl"`
		}](t, bw, test.command...)
		p := protocol(t, srv, msp)
		imported, problems := p.Import(sendType, made.ID)
		problems.WantNone(t)
		state := imported.Attributes(t)
		if state["link"] != made.AccessURL {
			t.Errorf("%s: our link differs from that of bw", name)
		}
		test.config["name"], test.config["deletion_date"] = "Gruß", made.Deletion
		planned, problems := p.Plan(sendType, imported, test.config)
		problems.WantNone(t)
		for attribute, value := range planned.Attributes(t) {
			if !reflect.DeepEqual(value, state[attribute]) {
				t.Errorf("%s: %s would change from %v to %v", name, attribute, state[attribute], value)
			}
		}
		if name == "file" {
			test.config["file"] = file
			adopted, problems := p.Apply(sendType, imported, test.config)
			problems.WantNone(t)
			if id := adopted.Attributes(t)["id"]; id != made.ID {
				t.Errorf("the file is sent again: the Send is %v, not %s", id, made.ID)
			}
		}
	}
}

const sendType = "bitwarden_send"

// protocol is the provider, signed in as the admin.
func protocol(t *testing.T, srv *emulator.Running, msp *emulator.MSP) *acctest.Protocol {
	t.Helper()
	id, secret := msp.Credentials(t)
	p := acctest.NewProtocol(t)
	p.Configure(map[string]any{
		"server": srv.URL(), "extra_ca_certs": string(srv.CAPEM()), "client_id": id, "client_secret": secret,
		"master_password": emulator.Password,
	}).WantNone(t)
	return p
}
