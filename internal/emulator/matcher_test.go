// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestMatcher guards the judge: what it accepts, what it refuses, and that it finds an assignment if there is one.
func TestMatcher(t *testing.T) {
	t.Parallel()
	const id = "7c1e7a30-64e5-4f8e-9c62-0b1f1f7d2a11"
	for _, test := range []struct {
		name, want, got string
		ordered         bool
		fits            bool
	}{
		{name: "equal", want: `{"a":1,"b":[true,null]}`, got: `{"b":[true,null],"a":1}`, fits: true},
		{name: "a key too many", want: `{"a":1}`, got: `{"a":1,"b":null}`},
		{name: "a key missing", want: `{"a":1,"b":null}`, got: `{"a":1}`},
		{name: "null is not absent text", want: `{"a":null}`, got: `{"a":""}`},
		{name: "number is not text", want: `{"a":1}`, got: `{"a":"1"}`},
		{name: "numbers by value", want: `[0.50]`, got: `[5e-1]`, fits: true},
		{name: "any order", want: `[1,2,2]`, got: `[2,1,2]`, fits: true},
		{name: "multisets, not sets", want: `[1,2,2]`, got: `[2,1,1]`},
		{name: "shorter", want: `[1,1]`, got: `[1]`},
		{name: "order where it matters", want: `[1,2]`, got: `[2,1]`, ordered: true},
		{name: "uuid", want: `"{{uuid}}"`, got: `"` + id + `"`, fits: true},
		{name: "uuid in upper case", want: `"{{uuid}}"`, got: `"` + strings.ToUpper(id) + `"`},
		{name: "date", want: `"{{date}}"`, got: `"2026-11-23T09:13:50.444Z"`, fits: true},
		{name: "date without zone", want: `"{{date}}"`, got: `"2026-11-23T09:13:50.444"`},
		{name: "date that does not exist", want: `"{{date}}"`, got: `"2026-02-30T09:13:50Z"`},
		{name: "number pattern", want: `"{{number}}"`, got: `17`, fits: true},
		{name: "number pattern for text", want: `"{{number}}"`, got: `"17"`},
		{name: "boolean pattern", want: `"{{boolean}}"`, got: `false`, fits: true},
		{name: "string pattern for null", want: `"{{string}}"`, got: `null`},
		{name: "anything", want: `["{{any}}","{{any}}"]`, got: `[null,{"a":1}]`, fits: true},
		{name: "a name twice", want: `["{{x}}",{"also":"{{x}}"}]`, got: `[{"also":"1"},"1"]`, fits: true},
		{name: "a name with two values", want: `["{{x}}",{"also":"{{x}}"}]`, got: `[{"also":"2"},"1"]`},
		{name: "a name needs a value", want: `"{{x}}"`, got: `null`},
		{name: "names inside a text", want: `"/{{x}}/of/{{y}}"`, got: `"/1/of/2"`, fits: true},
		{name: "a name inside a text, bound elsewhere", want: `{"a":"{{x}}","b":"/{{x}}/"}`, got: `{"a":"1","b":"/2/"}`},
		{
			name: "the first fitting row is the wrong one",
			want: `[{"id":"{{x}}","n":1},{"id":"{{y}}","n":1},{"first":"{{x}}","second":"{{y}}"}]`,
			got:  `[{"id":"b","n":1},{"id":"a","n":1},{"first":"a","second":"b"}]`, fits: true,
		},
		{
			name: "rows that decide each other across lists",
			want: `{"a":[{"id":"{{x}}"},{"id":"{{y}}"},{"id":"{{z}}"}],"b":[["{{x}}","{{y}}"],["{{y}}","{{z}}"]]}`,
			got:  `{"a":[{"id":"1"},{"id":"2"},{"id":"3"}],"b":[["3","1"],["2","3"]]}`, fits: true,
		},
		{
			name: "no cycle can be made a chain",
			want: `{"a":[{"id":"{{x}}"},{"id":"{{y}}"}],"b":[{"from":"{{x}}","to":"{{y}}"},{"from":"{{y}}","to":"{{y}}"}]}`,
			got:  `{"a":[{"id":"1"},{"id":"2"}],"b":[{"from":"1","to":"2"},{"from":"2","to":"1"}]}`,
		},
		{
			name: "wildcards leave the rows that others need",
			want: `[{"id":"{{uuid}}"},{"id":"` + id + `"}]`,
			got:  `[{"id":"` + id + `"},{"id":"00000000-0000-0000-0000-000000000001"}]`, fits: true,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want, err := parse([]byte(test.want))
			if err != nil {
				t.Fatal(err)
			}
			got, err := parse([]byte(test.got))
			if err != nil {
				t.Fatal(err)
			}
			n := &names{values: map[string]any{}}
			m := &matcher{names: n, ordered: test.ordered}
			lines := (&replayer{names: n}).compareTrees(m, want, got)
			if fits := lines == nil; fits != test.fits {
				t.Errorf("fits %t, want %t: %q", fits, test.fits, lines)
			}
			if test.fits {
				return
			}
			if len(lines) == 0 || lines[0] == "" {
				t.Error("a difference without a line about it")
			}
		})
	}
}

// TestMatcherIsQuick compares long lists of rows that all look alike, one of which is wrong.
func TestMatcherIsQuick(t *testing.T) {
	t.Parallel()
	var want, got []any
	for i := range 60 {
		want = append(want, map[string]any{"id": "{{uuid}}", "type": "{{string}}", "n": "{{row}}"})
		got = append(got, map[string]any{
			"id": fmt.Sprintf("00000000-0000-0000-0000-%012d", i), "type": "x", "n": "same",
		})
	}
	n := &names{values: map[string]any{}}
	m := &matcher{names: n}
	if lines := (&replayer{names: n}).compareTrees(m, want, got); lines != nil {
		t.Errorf("equal rows differ: %q", lines)
	}
	got[17] = map[string]any{"id": "no uuid", "type": "x", "n": "same"}
	m = &matcher{names: &names{values: map[string]any{}}}
	lines := (&replayer{names: m.names}).compareTrees(m, want, got)
	if len(lines) != 1 || !strings.Contains(lines[0], "no uuid") {
		t.Errorf("got %q, want one line about the wrong row", lines)
	}
	if m.tries > maxTries/10 {
		t.Errorf("%d tries", m.tries)
	}
}
