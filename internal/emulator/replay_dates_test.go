// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// TestRevisionDates replays revision-dates and holds its notes against the numbers: "group renamed: moved for owner, ann".
// The comparison of the replay itself sees only that they are numbers.
func TestRevisionDates(t *testing.T) {
	t.Parallel()
	s := readScenario(t, "testdata/contract/revision-dates.json")
	server := emulator.NewServer(emulator.Options{Environment: recordedEnvironment})
	listener := httptest.NewServer(server)
	defer listener.Close()
	r := &replayer{base: listener.URL, server: server, names: &names{values: map[string]any{}}}
	before, now := map[string]string{}, map[string]string{}
	checked := 0
	for i, step := range s.Steps {
		server.Advance(10 * time.Millisecond) // dates are in milliseconds
		if err := r.step(t, step); err != nil {
			t.Errorf("step %d%s: %v", i, step.title(), err)
		}
		if step.Path == "/accounts/revision-date" {
			now[*step.Actor] = r.revisionDate(t, step)
			if before[*step.Actor] == "" {
				before[*step.Actor] = now[*step.Actor]
			}
		}
		change, people, ok := strings.Cut(step.Note, ": moved for ")
		if !ok || step.Method != "" {
			continue
		}
		want := strings.Fields(strings.NewReplacer(",", "", "nobody", "").Replace(people))
		if got := moved(before, now); !equalSets(got, want) {
			t.Errorf("%s: moved for %v, want %v", change, got, want)
		}
		before = maps.Clone(now)
		checked++
	}
	if checked != 14 {
		t.Errorf("checked %d changes, want 14", checked)
	}
}

func (r *replayer) revisionDate(t *testing.T, s step) string {
	t.Helper()
	token, err := r.names.fill(s.Bearer, func(v string) string { return v })
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.send(t, http.MethodGet, "/api/accounts/revision-date", "", nil,
		http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		t.Fatal(err)
	}
	return string(got.body)
}

// moved are the people whose date is another one than before.
func moved(before, now map[string]string) []string {
	var people []string
	for who, date := range now {
		if date != before[who] {
			people = append(people, who)
		}
	}
	return people
}

func equalSets(a, b []string) bool {
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
