// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "slices"

func (s *Server) reportRoutes() {
	s.api("GET", "/reports/member-access/{orgId}", signedIn, s.reportAccess)
	s.api("GET", "/reports/member-cipher-details/{orgId}", signedIn, s.reportItems)
	s.api("GET", "/reports/password-health-report-applications/{orgId}", signedIn, s.reportApplications)
	s.api("GET", "/reports/organizations/{orgId}/latest", signedIn, s.latestReport)
	s.api("GET", "/tasks/organization", signedIn, s.listTasks)
}

// reportedOrganization is the organization in the path: 404 without the right to its reports.
func (s *Server) reportedOrganization(c *call) (*organization, error) {
	id, err := c.id("orgId")
	if err != nil {
		return nil, err
	}
	org := s.store.organizations.get(id)
	if org == nil || !c.mayAccessReports(id) {
		return nil, notFound()
	}
	return org, nil
}

// accessPath is one way by which a member gets into a collection: by himself (group is nil) or by a group.
type accessPath struct {
	collection *collection
	group      *group
	access     access
}

func (s *Server) accessPaths(m *member) []accessPath {
	var paths []accessPath
	groups := s.groupsOf(m.OrganizationID)
	for _, col := range s.collectionsOf(m.OrganizationID) {
		if a, ok := col.Members[m.ID]; ok {
			paths = append(paths, accessPath{col, nil, a})
		}
		for _, g := range groups {
			if a, ok := col.Groups[g.ID]; ok && g.Members[m.ID] {
				paths = append(paths, accessPath{col, g, a})
			}
		}
	}
	return paths
}

// itemsByCollection are the ids of an organization's items, without those in the trash, by the collections they lie in.
func (s *Server) itemsByCollection(organizationID string) map[string][]string {
	items := map[string][]string{}
	for ci := range s.store.ciphers.all() {
		if ci.OrganizationID != organizationID || ci.DeletedDate != nil {
			continue
		}
		for id := range ci.Collections {
			items[id] = append(items[id], ci.ID)
		}
	}
	return items
}

// reported are a report's members with the paths that lead to items. Revoked members do not appear, nor does who has
// access to empty collections only; who has no access at all appears without paths.
func (s *Server) reported(org *organization, line func(m *member, paths []accessPath, items map[string][]string)) {
	items := s.itemsByCollection(org.ID)
	for _, m := range s.membersOf(org.ID) {
		if m.Status == statusRevoked {
			continue
		}
		all := s.accessPaths(m)
		paths := slices.DeleteFunc(slices.Clone(all), func(p accessPath) bool { return items[p.collection.ID] == nil })
		if len(paths) > 0 || len(all) == 0 {
			line(m, paths, items)
		}
	}
}

// reportAccess is a bare array with a line for each member, group and collection, which repeats the items' ids every
// time.
func (s *Server) reportAccess(c *call) (any, error) {
	org, err := s.reportedOrganization(c)
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	s.reported(org, func(m *member, paths []accessPath, items map[string][]string) {
		if len(paths) == 0 {
			rows = append(rows, s.accessReportRow(m))
		}
		for _, p := range paths {
			row := s.accessReportRow(m)
			row["collectionId"], row["collectionName"] = p.collection.ID, p.collection.Name
			row["readOnly"], row["hidePasswords"], row["manage"] = p.access.ReadOnly, p.access.HidePasswords, p.access.Manage
			row["cipherIds"] = items[p.collection.ID]
			if p.group != nil {
				row["groupId"], row["groupName"] = p.group.ID, p.group.Name
			}
			rows = append(rows, row)
		}
	})
	return rows, nil
}

// reportRow names a member by his membership, whatever the word userGuid says.
func (s *Server) reportRow(m *member) obj {
	row := obj{
		"userGuid": m.ID, "userName": nil, "email": s.emailOf(m), "usesKeyConnector": false, "cipherIds": []string{},
	}
	if u := s.store.users.get(m.UserID); u != nil {
		row["userName"], row["usesKeyConnector"] = u.Name, u.UsesKeyConnector
	}
	return row
}

// accessReportRow is the line of a member without access.
func (s *Server) accessReportRow(m *member) obj {
	row, u := s.reportRow(m), s.store.users.get(m.UserID)
	row["twoFactorEnabled"], row["accountRecoveryEnabled"] = u != nil && u.TwoFactorEnabled, m.ResetPasswordKey != nil
	row["collectionId"], row["collectionName"], row["groupId"], row["groupName"] = nil, nil, nil, nil
	row["readOnly"], row["hidePasswords"], row["manage"] = nil, nil, nil
	return row
}

// reportItems is a bare array with the items that each member gets at.
func (s *Server) reportItems(c *call) (any, error) {
	org, err := s.reportedOrganization(c)
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	s.reported(org, func(m *member, paths []accessPath, items map[string][]string) {
		ids := []string{}
		for _, p := range paths {
			ids = append(ids, items[p.collection.ID]...)
		}
		slices.Sort(ids)
		row := s.reportRow(m)
		row["cipherIds"] = slices.Compact(ids)
		rows = append(rows, row)
	})
	return rows, nil
}

// reportApplications is a bare array; nobody has marked an application as critical.
func (s *Server) reportApplications(c *call) (any, error) {
	if _, err := s.reportedOrganization(c); err != nil {
		return nil, err
	}
	return []obj{}, nil
}

// latestReport would be one that a client has computed and uploaded; there is none.
func (s *Server) latestReport(c *call) (any, error) {
	org, err := s.reportedOrganization(c)
	if err != nil {
		return nil, err
	}
	if !org.UseRiskInsights {
		return nil, badRequest("Your organization's plan does not support this feature.")
	}
	return nil, notFound()
}

// listTasks wants a membership in the caller's token: a provider's users have none.
func (s *Server) listTasks(c *call) (any, error) {
	orgID, err := c.queryID("organizationId")
	if err != nil {
		return nil, err
	}
	if _, member := c.role(orgID); !member || !c.mayAccessReports(orgID) {
		return nil, notFound()
	}
	return list([]obj{}), nil
}
