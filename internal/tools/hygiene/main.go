// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Command hygiene reads every file that git tracks and reports what must not be published with it.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
)

const header = "// Copyright (c) The terraform-provider-bitwarden authors\n// SPDX-License-Identifier: MPL-2.0\n\n"

// rule forbids lines that match a pattern.
type rule struct {
	message string
	applies func(file string) bool // nil: to every file
	pattern *regexp.Regexp
	unless  *regexp.Regexp // nil: no exception
}

func (r rule) forbids(file string, line []byte) bool {
	return (r.applies == nil || r.applies(file)) && r.pattern.Match(line) && (r.unless == nil || !r.unless.Match(line))
}

var rules = []rule{
	{
		// The machine that builds decides where packages come from, not the tree.
		message: "names the host of a package registry",
		pattern: regexp.MustCompile(`(?i)\b(registry\.(npmjs\.org|yarnpkg\.com)|(proxy|sum)\.golang\.org|` +
			`(deb|security|archive)\.(debian\.org|ubuntu\.com)|(files\.)?(pypi\.org|pythonhosted\.org)|crates\.io)\b`),
	},
	{
		message: "names a path of somebody's machine",
		pattern: regexp.MustCompile(`(^|[^\w.\-/~])/(work|root|home/\w+|Users/\w+)/|/tmp/[b]ash_`),
	},
	{
		message: "names where a package was downloaded from",
		applies: func(file string) bool {
			return slices.Contains([]string{"package-lock.json", "npm-shrinkwrap.json", "yarn.lock"}, path.Base(file))
		},
		pattern: regexp.MustCompile(`"?resolved"?:? +"\w+:`),
	},
	{
		message: "uses an action that is not pinned to a commit",
		applies: func(file string) bool { return strings.HasPrefix(file, ".github/") },
		pattern: regexp.MustCompile(`uses: +[^. ]`),
		unless:  regexp.MustCompile(`@[0-9a-f]{40}( |$)`),
	},
}

func main() {
	out, err := exec.CommandContext(context.Background(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").
		Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, "git ls-files:", err)
		os.Exit(2)
	}
	clean := true
	for file := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		content, err := os.ReadFile(file)
		if os.IsNotExist(err) { // tracked, and deleted in the working tree
			continue
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		for _, finding := range inspect(file, content) {
			clean = false
			fmt.Println(finding)
		}
	}
	if !clean {
		os.Exit(1)
	}
}

// inspect returns one line per finding: file, line number where there is one, and what is wrong. Binary files are
// not read.
func inspect(file string, content []byte) []string {
	if bytes.IndexByte(content, 0) >= 0 {
		return nil
	}
	var findings []string
	if path.Ext(file) == ".go" && !bytes.HasPrefix(content, []byte(header)) {
		findings = append(findings, file+": does not start with the licence header")
	}
	n := 0
	for line := range bytes.Lines(content) {
		n++
		line = bytes.TrimRight(line, "\r\n")
		for _, r := range rules {
			if r.forbids(file, line) {
				findings = append(findings, fmt.Sprintf("%s:%d: %s", file, n, r.message))
			}
		}
	}
	return findings
}
