// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package health_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health/zxcvbn"
)

const (
	weakPassword   = "hunter2"
	strongPassword = "vG7#qp0!Rz-wTf92Lm"
)

func logins(passwords ...string) []health.Item {
	var items []health.Item
	for i, password := range passwords {
		items = append(items, health.Item{ID: strconv.Itoa(i), IsLogin: true, Password: password})
	}
	return items
}

// weak are the ids of the items with a weak password.
func weak(t *testing.T, items []health.Item) []string {
	t.Helper()
	scores, err := health.Scores(t.Context(), items, zxcvbn.New(2026))
	if err != nil || len(scores) != len(items) {
		t.Fatalf("got %d scores of %d items: %v", len(scores), len(items), err)
	}
	var ids []string
	for _, w := range health.Weak(items, scores) {
		ids = append(ids, w.ItemID)
		if w.Score < 0 || w.Score > 2 {
			t.Errorf("item %s has the score %d", w.ItemID, w.Score)
		}
	}
	return ids
}

func TestWeak(t *testing.T) {
	t.Parallel()
	items := logins(weakPassword, strongPassword, "", "zorblaxquintor")
	items[3].Username = "zorblaxquintor@example.com" // A good password for anybody else.
	items = append(items, health.Item{ID: "note", Password: weakPassword})
	if got := weak(t, items); !slices.Equal(got, []string{"0", "3"}) {
		t.Errorf("weak are %v", got)
	}
	items[3].Username = ""
	if got := weak(t, items); !slices.Equal(got, []string{"0"}) {
		t.Errorf("without the user name weak are %v", got)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := health.Scores(ended, items, zxcvbn.New(2026)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v after the end", err)
	}
	if got := health.WithPassword(items); got != 3 {
		t.Errorf("%d items have a password, want 3", got)
	}
}

// Compared with counting the passwords themselves.
func TestReused_property(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		passwords := rapid.SliceOfN(rapid.StringMatching(`[ab]{0,2}`), 0, 30).Draw(t, "passwords")
		items := logins(passwords...)
		times := map[string]int{}
		for _, password := range passwords {
			times[password]++
		}
		groups, want := map[string]int{}, []health.ReusedPassword{}
		for i, password := range passwords {
			if password == "" || times[password] < 2 {
				continue
			}
			if groups[password] == 0 {
				groups[password] = len(groups) + 1
			}
			want = append(want, health.ReusedPassword{
				ItemID: strconv.Itoa(i), Group: groups[password], Times: times[password],
			})
		}
		if got := health.Reused(items); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestReused_loginsOnly(t *testing.T) {
	t.Parallel()
	items := append(logins("same"), health.Item{ID: "note", Password: "same"})
	if got := health.Reused(items); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestUnsecured(t *testing.T) {
	t.Parallel()
	var items []health.Item
	for i, uris := range [][]string{
		nil,
		{"https://a.example"},
		{"http://a.example"},
		{"https://a.example", "http://b.example"},
		{"a.example"},
		{"androidapp://http"},
		{"https://a.example/?to=http://b.example"},
	} {
		items = append(items, health.Item{ID: strconv.Itoa(i), IsLogin: true, URIs: uris})
	}
	items = append(items, health.Item{ID: "note", URIs: []string{"http://a.example"}})
	if got := health.Unsecured(items); !slices.Equal(got, []string{"2", "3"}) {
		t.Errorf("got %v", got)
	}
}

func TestItem_neverPrinted(t *testing.T) {
	t.Parallel()
	item := health.Item{ID: "id-1", Username: "canary", Password: "canary", URIs: []string{"canary"}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, value := range []any{item, &item, []health.Item{item}} {
			if text := fmt.Sprintf(verb, value); strings.Contains(text, "canary") || !strings.Contains(text, "id-1") {
				t.Errorf("%s of %T prints %s", verb, value, text)
			}
		}
	}
}
