// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

// Who appears in the reports: neither revoked members nor those with access to empty collections only, but everybody
// without any access; items in the trash do not count.
func TestReportedMembers(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{})
	full := listed(t, f.admin, f.path("/collections"))[0]
	empty := f.collection(t, f.admin, obj{"groups": []line{{ID: f.group(t, nil), Manage: true}}}).ID
	reader, idle, bare := f.invited(t, "reader@x.example"), f.invited(t, "idle@x.example"), f.invited(t, "bare@x.example")
	gone, kept, trashed := f.invited(t, "gone@x.example"), newID(), newID()
	f.locked(func(s *store, _ *organization) {
		s.members.get(gone).Status = statusRevoked
		s.collections.get(full).Members = map[string]access{reader: {ReadOnly: true}, gone: {}}
		s.collections.get(empty).Members = map[string]access{reader: {}, idle: {Manage: true}}
		for _, id := range []string{kept, trashed} {
			s.ciphers.add(id, &cipher{ID: id, OrganizationID: f.ID, Collections: map[string]bool{full: true}})
		}
		s.ciphers.get(trashed).DeletedDate = new(time.Now())
	})
	type reportLine struct {
		User       string   `json:"userGuid"`
		Collection *string  `json:"collectionId"`
		Items      []string `json:"cipherIds"`
	}
	for _, report := range []string{"member-access", "member-cipher-details"} {
		var lines []reportLine
		noRefusal(t, f.admin.Get(t.Context(), "/reports/"+report+"/"+f.ID, &lines))
		found := map[string][]string{}
		for _, l := range lines {
			found[l.User] = l.Items
		}
		_, idleShown := found[idle]
		_, goneShown := found[gone]
		items, bareShown := found[bare]
		if idleShown || goneShown || !bareShown || len(items) != 0 || !slices.Equal(found[reader], []string{kept}) {
			t.Errorf("%s: got %v", report, found)
		}
	}
}

// "needs useRiskInsights (Enterprise) else 400"; tasks are for members only.
func TestRiskInsightsNeedEnterprise(t *testing.T) {
	t.Parallel()
	f := newClientFixture(t, ClientOptions{PlanType: planTeamsMonthly})
	wantRefusal(t, f.admin.Get(t.Context(), "/reports/organizations/"+f.ID+"/latest", nil), http.StatusBadRequest,
		"Your organization's plan does not support this feature.")
	owner, _ := f.NewMember(t, "owner2@x.example", roleOwner)
	noRefusal(t, owner.Get(t.Context(), "/tasks/organization?organizationId="+f.ID, nil))
}
