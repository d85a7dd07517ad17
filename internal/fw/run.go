// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"sync"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// Run is what the provider hands to its resources, and the notebook in which they tell each other what they are up to.
// Terraform configures the provider anew for every plan and every apply, and so each has its own.
type Run struct {
	Client *bitwarden.Client

	// What either side can manage.
	GroupMembers, CollectionGroups, CollectionMembers Edges

	seats  seatNeeds
	takers seatTakers
	waits  waits

	mu    sync.Mutex
	notes map[string]bool
}

// NewRun is the run of one configured provider.
func NewRun(client *bitwarden.Client) *Run {
	return &Run{
		Client:            client,
		GroupMembers:      Edges{names: [2]string{"group", "member"}},
		CollectionGroups:  Edges{names: [2]string{"collection", "group"}},
		CollectionMembers: Edges{names: [2]string{"collection", "member"}},
		notes:             map[string]bool{},
	}
}

// Note writes a key down. It is false when the key was there before.
func (r *Run) Note(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.notes[key] {
		return false
	}
	r.notes[key] = true
	return true
}

// Noted tells whether a key was written down.
func (r *Run) Noted(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.notes[key]
}

// NoteAdminAccess is for the settings of an organization whose plan lets admins manage all collections, or may do so:
// then the server does not demand a manager of each collection once the settings are applied.
func (r *Run) NoteAdminAccess(organizationID string) { r.Note("admin access/" + organizationID) }

// AdminAccessNoted tells whether NoteAdminAccess was called. Settings are planned first only if the asking resource
// depends on them.
func (r *Run) AdminAccessNoted(organizationID string) bool {
	return r.Noted("admin access/" + organizationID)
}
