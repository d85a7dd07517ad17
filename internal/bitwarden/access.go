// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Permission is what a group or member may do with the items of a collection.
type Permission string

// Permissions on a collection, in the web vault's words.
const (
	PermissionView                Permission = "view"
	PermissionViewExceptPasswords Permission = "view_except_passwords"
	PermissionEdit                Permission = "edit"
	PermissionEditExceptPasswords Permission = "edit_except_passwords"
	PermissionManage              Permission = "manage"
)

// CollectionPermissions lists them in the order of documentation.
var CollectionPermissions = []Permission{
	PermissionView, PermissionViewExceptPasswords, PermissionEdit, PermissionEditExceptPasswords, PermissionManage,
}

// wireAccess is one edge between a collection and a group or member. ID is that of the other end.
type wireAccess struct {
	ID            string `json:"id"`
	ReadOnly      bool   `json:"readOnly"`
	HidePasswords bool   `json:"hidePasswords"`
	Manage        bool   `json:"manage"`
}

// permission maps all eight combinations: where the server lets manage come with others, manage is what counts.
func (w wireAccess) permission() Permission {
	switch {
	case w.Manage:
		return PermissionManage
	case w.ReadOnly && w.HidePasswords:
		return PermissionViewExceptPasswords
	case w.ReadOnly:
		return PermissionView
	case w.HidePasswords:
		return PermissionEditExceptPasswords
	default:
		return PermissionEdit
	}
}

func newWireAccess(id string, permission Permission) wireAccess {
	return wireAccess{
		ID:            id,
		ReadOnly:      permission == PermissionView || permission == PermissionViewExceptPasswords,
		HidePasswords: permission == PermissionViewExceptPasswords || permission == PermissionEditExceptPasswords,
		Manage:        permission == PermissionManage,
	}
}

// toAccess converts edges of the server. It is never nil.
func toAccess(edges []wireAccess) map[string]Permission {
	access := make(map[string]Permission, len(edges))
	for _, edge := range edges {
		access[edge.ID] = edge.permission()
	}
	return access
}

// fromAccess converts to edges in the order of their ids. It is nil for nil, which means unchanged, and else never nil:
// the server fails on null where it wants a list.
func fromAccess(access map[string]Permission) []wireAccess {
	if access == nil {
		return nil
	}
	edges := make([]wireAccess, 0, len(access))
	for _, id := range slices.Sorted(maps.Keys(access)) {
		edges = append(edges, newWireAccess(id, access[id]))
	}
	return edges
}

func hasEdge(edges []wireAccess, id string) bool {
	return slices.ContainsFunc(edges, func(edge wireAccess) bool { return edge.ID == id })
}

// withEdge returns edges in which the one to id has this permission, or is not there unless present.
func withEdge(edges []wireAccess, id string, permission Permission, present bool) []wireAccess {
	changed := slices.DeleteFunc(slices.Clone(edges), func(edge wireAccess) bool { return edge.ID == id })
	if present {
		changed = append(changed, newWireAccess(id, permission))
		slices.SortFunc(changed, func(a, b wireAccess) int { return cmp.Compare(a.ID, b.ID) })
	}
	return changed
}

// checkAccess refuses what the server would drop silently: ids that are not in their list, and unknown permissions.
func checkAccess(field, kind string, access map[string]Permission, known func(id string) bool) error {
	if err := checkIDs(field, kind, slices.Sorted(maps.Keys(access)), known); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(access)) {
		if !slices.Contains(CollectionPermissions, access[id]) {
			return &InputError{
				field, fmt.Sprintf("%q is no permission", access[id]), oneOf(CollectionPermissions),
			}
		}
	}
	return nil
}

func checkIDs(field, kind string, ids []string, known func(id string) bool) error {
	for _, id := range ids {
		if !known(id) {
			return &InputError{
				field, fmt.Sprintf("There is no %s %s in this organization", kind, id),
				"Refer to one of the same organization. One that was deleted outside of Terraform is made again by the next plan.",
			}
		}
	}
	return nil
}

// oneOf lists the words of a slice for a remedy.
func oneOf(words any) string {
	return "Use one of " + strings.ReplaceAll(strings.Trim(fmt.Sprint(words), "[]"), " ", ", ") + "."
}

// checkManager refuses a collection that nobody manages where the organization demands a manager.
func (c *Client) checkManager(ctx context.Context, organizationID string, groups, members map[string]Permission) error {
	for _, access := range []map[string]Permission{groups, members} {
		for _, permission := range access {
			if permission == PermissionManage {
				return nil
			}
		}
	}
	a, err := c.abilitiesOf(ctx, organizationID)
	if err != nil || a[abilityAdminAccess] {
		return err
	}
	row, err := c.organizationRow(ctx, organizationID) // the profile is as old as the run
	if err != nil || row.AllowAdminAccessToAllCollectionItems {
		return err
	}
	field := "groups"
	if groups == nil && members != nil {
		field = "members"
	}
	return &InputError{
		field, "Nobody would manage this collection, which the organization demands",
		"Give a group or a member the permission \"manage\", or set allow_admin_access_to_all_collection_items of " +
			"bitwarden_organization_settings and let the collection depend on it.",
	}
}
