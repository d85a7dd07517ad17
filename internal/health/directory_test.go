// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package health_test

import (
	"errors"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health"
)

const sites = `[
	["Bank", {"domain": "bank.example", "additional-domains": ["bank.co.uk"], "documentation": "https://bank.example/2fa",
		"tfa": ["totp"]}],
	["Blog", {"domain": "me.github.io", "documentation": "https://blog.example/2fa"}],
	["Silent", {"domain": "silent.example"}],
	["Texting", {"domain": "texting.example", "documentation": "https://texting.example/2fa", "tfa": ["sms"]}],
	["Nowhere", {"documentation": "https://nowhere.example"}]
]`

// newSites are the same in version 4.
const newSites = `{
	"bank.example": {"methods": ["sms", "totp"], "additional-domains": ["bank.co.uk"],
		"documentation": "https://bank.example/2fa"},
	"me.github.io": {"methods": ["totp"], "documentation": "https://blog.example/2fa"},
	"silent.example": {"methods": ["totp"]},
	"texting.example": {"methods": ["sms"], "documentation": "https://texting.example/2fa"},
	"none.example": {}
}`

func TestDirectory(t *testing.T) {
	t.Parallel()
	for version, text := range map[string]string{"version 3": sites, "version 4": newSites} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			testDirectory(t, text)
		})
	}
}

func testDirectory(t *testing.T, text string) {
	t.Helper()
	directory, err := health.ParseDirectory([]byte(text))
	if err != nil || directory.Size() != 3 {
		t.Fatalf("got %d domains (%v), want 3", directory.Size(), err)
	}
	for name, test := range map[string]struct {
		uris   []string
		domain string
	}{
		"the site":                {[]string{"https://bank.example/login?x=1"}, "bank.example"},
		"with www":                {[]string{"http://www.bank.example"}, "bank.example"},
		"a host below it":         {[]string{"https://login.eu.bank.example"}, "bank.example"},
		"another domain of it":    {[]string{"https://my.bank.co.uk/"}, "bank.co.uk"},
		"without a scheme":        {[]string{"bank.example/login"}, "bank.example"},
		"in capitals, with port":  {[]string{"HTTPS://BANK.EXAMPLE:8443"}, "bank.example"},
		"as a later address":      {[]string{"https://other.example", "", "https://bank.example"}, "bank.example"},
		"under a private suffix":  {[]string{"https://me.github.io/blog"}, "me.github.io"},
		"its neighbour there":     {[]string{"https://you.github.io/blog"}, ""},
		"its suffix":              {[]string{"https://co.uk"}, ""},
		"a site that says naught": {[]string{"https://silent.example"}, ""},
		"a site without codes":    {[]string{"https://texting.example"}, ""},
		"only in the path":        {[]string{"https://other.example/bank.example"}, ""},
		"a longer name":           {[]string{"https://notbank.example"}, ""},
		"an app":                  {[]string{"androidapp://bank.example"}, ""},
		"no address":              {nil, ""},
		"nonsense":                {[]string{"http://%zz", "://", "http://[::1"}, ""},
	} {
		items := []health.Item{{ID: "1", IsLogin: true, URIs: test.uris}}
		got := directory.Inactive(items)
		if test.domain == "" {
			if len(got) != 0 {
				t.Errorf("%s: got %v, want none", name, got)
			}
			continue
		}
		if len(got) != 1 || got[0].Domain != test.domain || got[0].ItemID != "1" || got[0].Documentation == "" {
			t.Errorf("%s: got %v, want %s", name, got, test.domain)
		}
		items[0].HasTOTP = true
		if got := directory.Inactive(items); len(got) != 0 {
			t.Errorf("%s, with codes: got %v, want none", name, got)
		}
	}
}

func TestParseDirectory_other(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "{}", "[]", `[["Bank"]]`, `[["Bank", "bank.example"]]`, `[["Silent", {"domain": "a.b"}]]`,
		`{"silent.example": {"methods": ["totp"]}}`, `{"error": "none"}`,
	} {
		if _, err := health.ParseDirectory([]byte(text)); !errors.Is(err, health.ErrNoDirectory) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}
