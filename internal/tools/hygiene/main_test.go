// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"slices"
	"strings"
	"testing"
)

func TestInspect(t *testing.T) {
	t.Parallel()

	const sha = "0123456789abcdef0123456789abcdef01234567"
	for name, tc := range map[string]struct {
		file, content string
		want          []string
	}{
		"clean Go":          {"a.go", header + "package a\n", nil},
		"Go without header": {"a.go", "package a\n", []string{"a.go: does not start with the licence header"}},
		"header out of place": {
			"a.go", "//go:build linux\n\n" + header + "package a\n",
			[]string{"a.go: does not start with the licence header"},
		},
		"npm registry": {
			"a.md", "text\nhttps://registry." + "npmjs.org/x\n",
			[]string{"a.md:2: names the host of a package registry"},
		},
		"Go proxy":             {"a", "GOPROXY=proxy." + "golang.org\n", []string{"a:1: names the host of a package registry"}},
		"Debian archive":       {"a", "deb." + "debian.org", []string{"a:1: names the host of a package registry"}},
		"a module path":        {"go.mod", "require golang.org/x/net v0.1.0\n", nil},
		"the provider address": {"a.tf", `source = "registry.terraform.io/bitwarden-msp/bitwarden"`, nil},
		"machine path": {
			"a.md", "see /" + "work/main/a.go and \"/" + "root/.cache\"",
			[]string{"a.md:1: names a path of somebody's machine"},
		},
		"home of a person":          {"a.md", "/" + "home/jo/src/", []string{"a.md:1: names a path of somebody's machine"}},
		"a URL path of that name":   {"a.md", "https://example.com/" + "work/item", nil},
		"the home folder":           {"a.md", "~/.terraformrc and /etc/ssl", nil},
		"lock file with a host":     {"x/package-lock.json", `  "resolved": "https://a/b.tgz",`, []string{"x/package-lock.json:1: names where a package was downloaded from"}},
		"yarn lock file":            {"yarn.lock", `  resolved "https://a/b.tgz"`, []string{"yarn.lock:1: names where a package was downloaded from"}},
		"resolved in another file":  {"a.json", `"resolved": "https://a/b"`, nil},
		"lock file without a host":  {"package-lock.json", `"version": "1.0.0", "integrity": "sha512-abc"`, nil},
		"pinned action":             {".github/workflows/ci.yml", "      - uses: actions/checkout@" + sha + " # v6.0.0", nil},
		"pinned action in a folder": {".github/workflows/ci.yml", "uses: github/codeql-action/init@" + sha, nil},
		"local action":              {".github/workflows/ci.yml", "uses: ./.github/actions/x", nil},
		"action at a tag":           {".github/workflows/ci.yml", "- uses: actions/checkout@v6", []string{".github/workflows/ci.yml:1: uses an action that is not pinned to a commit"}},
		"action at a short commit":  {".github/workflows/ci.yml", "uses: a/b@0123456 # v6", []string{".github/workflows/ci.yml:1: uses an action that is not pinned to a commit"}},
		"action at a branch":        {".github/workflows/ci.yml", "uses: a/b@main", []string{".github/workflows/ci.yml:1: uses an action that is not pinned to a commit"}},
		"action at nothing":         {".github/workflows/ci.yml", "uses: a/b", []string{".github/workflows/ci.yml:1: uses an action that is not pinned to a commit"}},
		"binary":                    {"a.zip", "\x00/" + "work/main/", nil},
		"empty":                     {"a.txt", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := inspect(tc.file, []byte(tc.content)); !slices.Equal(got, tc.want) {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "\n"), strings.Join(tc.want, "\n"))
			}
		})
	}
}
