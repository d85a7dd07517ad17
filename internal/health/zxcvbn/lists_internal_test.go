// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package zxcvbn

import (
	"strings"
	"testing"
)

// The code relies on these properties of the word lists.
func TestWordListsAreSound(t *testing.T) {
	t.Parallel()
	listOf := map[string]string{}
	for _, list := range lists {
		for line := range strings.Lines(list.words) {
			w, complete := strings.CutSuffix(line, "\n")
			if w == "" || !complete || w != strings.ToLower(w) {
				t.Errorf("%s: %q is not one lower-case word on a line", list.name, line)
			}
			if other, ok := listOf[w]; ok {
				t.Errorf("%q is in %s and in %s", w, other, list.name)
			}
			listOf[w] = list.name
		}
	}
	if len(listOf) != 93_855 {
		t.Errorf("%d words", len(listOf))
	}
	if n := len(vocabulary()); n != vocabularyNodes {
		t.Errorf("the vocabulary has %d nodes, space is made for %d", n, vocabularyNodes)
	}
}

// The ratings of the keyboards follow from the layouts of the first of each kind.
func TestKeyboardRatingsFollowFromTheLayouts(t *testing.T) {
	t.Parallel()
	for i, k := range keyboards() {
		neighbours := 0
		at := map[point]bool{}
		for _, key := range k.keys {
			at[key.at] = true
		}
		for _, key := range k.keys {
			for _, d := range k.directions {
				if at[point{key.at.x + d.x, key.at.y + d.y}] {
					neighbours++
				}
			}
		}
		degree := float64(neighbours) / float64(len(k.keys))
		if i%2 == 0 && (degree != k.degree || float64(len(k.keys)) != k.starts) {
			t.Errorf("keyboard %d: %d keys with %g neighbours, rated as %g with %g",
				i, len(k.keys), degree, k.starts, k.degree)
		}
	}
}
