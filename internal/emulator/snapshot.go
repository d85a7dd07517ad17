// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"maps"
	"slices"
)

// Snapshot is what a server held at a moment: data, mails and flags, but neither its log nor its faults.
type Snapshot struct {
	store store
	flags map[string]any
}

// Snapshot copies what the server holds. Many servers can go on from it.
func (s *Server) Snapshot() (*Snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	copied, err := s.store.clone()
	return &Snapshot{store: copied, flags: maps.Clone(s.flags)}, err
}

// Restore makes the server hold what the snapshot does, and nothing else. Everybody has to log in anew.
func (s *Server) Restore(from *Snapshot) error {
	copied, err := from.store.clone()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store, s.flags = copied, maps.Clone(from.flags)
	return nil
}

// clone copies every row. Tables that are missing here are missed by TestSnapshot.
func (s *store) clone() (store, error) {
	copied := store{clockOffset: s.clockOffset}
	for _, copyTable := range []func() error{
		func() error { return s.users.copyTo(&copied.users) },
		func() error { return s.devices.copyTo(&copied.devices) },
		func() error { return s.refreshTokens.copyTo(&copied.refreshTokens) },
		func() error { return s.providers.copyTo(&copied.providers) },
		func() error { return s.providerUsers.copyTo(&copied.providerUsers) },
		func() error { return s.providerOrgs.copyTo(&copied.providerOrgs) },
		func() error { return s.organizations.copyTo(&copied.organizations) },
		func() error { return s.orgAPIKeys.copyTo(&copied.orgAPIKeys) },
		func() error { return s.members.copyTo(&copied.members) },
		func() error { return s.inviteLinks.copyTo(&copied.inviteLinks) },
		func() error { return s.groups.copyTo(&copied.groups) },
		func() error { return s.collections.copyTo(&copied.collections) },
		func() error { return s.policies.copyTo(&copied.policies) },
		func() error { return s.domains.copyTo(&copied.domains) },
		func() error { return s.connections.copyTo(&copied.connections) },
		func() error { return s.ciphers.copyTo(&copied.ciphers) },
		func() error { return s.folders.copyTo(&copied.folders) },
		func() error { return s.sends.copyTo(&copied.sends) },
		func() error { return copyRows(s.txtRecords, &copied.txtRecords) },
		func() error { return copyRows(s.breaches, &copied.breaches) },
		func() error { return copyRows(s.events, &copied.events) },
		func() error { return copyRows(s.mails, &copied.mails) },
	} {
		if err := copyTable(); err != nil {
			return store{}, err
		}
	}
	return copied, nil
}

func (t *table[T]) copyTo(other *table[T]) error {
	other.order = slices.Clone(t.order)
	return copyRows(t.rows, &other.rows)
}

// copyRows copies rows through their JSON form: they are plain data, all of it exported.
func copyRows[R any](rows R, into *R) error {
	raw, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}
