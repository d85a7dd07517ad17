// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

// TestSnapshot: after many random deeds another server holds everything, and goes its own way from there.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.audited = false
	random := rand.New(rand.NewPCG(1, 2))
	d := dice(func(_ string, n int) int { return random.IntN(n) })
	names := slices.Sorted(maps.Keys(deeds))
	for range 300 {
		deeds[one(d, "deed", names)](w, d)
	}
	w.server.Advance(time.Hour)
	w.server.SetTXT("x.example", "v=spf1 -all")
	w.server.SetBreaches("ann@x.example", Breach{})
	w.locked(func(s *store) { // what nobody above makes
		now := w.server.now()
		s.connections.add("connection", &connection{ID: "connection", Enabled: true})
		s.folders.add("folder", &folder{ID: "folder", RevisionDate: now})
		s.sends.add("send", &send{
			ID: "send", Name: new(""), Text: &sendText{Text: new("x")}, OTPs: map[string]string{"a": "b"},
			File: &attachment{ID: "file", Content: []byte{0, 1}}, ExpirationDate: &now, DeletionDate: now,
		})
	})

	snapshot, err := w.server.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	other := NewServer(Options{})
	if err := other.Restore(snapshot); err != nil {
		t.Fatal(err)
	}
	w.locked(func(s *store) {
		before, after := reflect.ValueOf(*s), reflect.ValueOf(other.store)
		for i := range before.NumField() {
			if before.Field(i).IsZero() {
				t.Errorf("%s is empty: nothing shows that it is copied", before.Type().Field(i).Name)
			}
			if after.Field(i).IsZero() {
				t.Errorf("%s is not copied", after.Type().Field(i).Name)
			}
		}
		if !reflect.DeepEqual(*s, other.store) {
			t.Error("the copy is something else")
		}
	})
	if !reflect.DeepEqual(w.server.flags, other.flags) {
		t.Errorf("flags: got %v, want %v", other.flags, w.server.flags)
	}
	for row := range other.store.users.all() {
		*row.Name += " of the copy"
	}
	w.locked(func(s *store) {
		for i, row := range []*user{s.users.first(always), snapshot.store.users.first(always)} {
			if *row.Name == *other.store.users.get(row.ID).Name {
				t.Errorf("%d: the copy shares a row", i)
			}
		}
	})
}

func always(*user) bool { return true }
