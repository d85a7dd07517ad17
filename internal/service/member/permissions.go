// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// permission is one right of the custom role; what completes "Whether the member may …".
type permission struct {
	name, what string
	field      func(*bitwarden.Permissions) *bool
}

// permissions are all rights in the order of the alphabet: schema and conversions are made from this table.
func permissions() []permission {
	return []permission{
		{"access_event_logs", "read the event logs",
			func(p *bitwarden.Permissions) *bool { return &p.AccessEventLogs }},
		{"access_import_export", "import into and export from the organization",
			func(p *bitwarden.Permissions) *bool { return &p.AccessImportExport }},
		{"access_reports", "see the reports",
			func(p *bitwarden.Permissions) *bool { return &p.AccessReports }},
		{"create_new_collections", "create collections",
			func(p *bitwarden.Permissions) *bool { return &p.CreateNewCollections }},
		{"delete_any_collection", "delete any collection",
			func(p *bitwarden.Permissions) *bool { return &p.DeleteAnyCollection }},
		{"edit_any_collection", "edit any collection, its items and its access",
			func(p *bitwarden.Permissions) *bool { return &p.EditAnyCollection }},
		{"manage_access_rules", "manage access rules",
			func(p *bitwarden.Permissions) *bool { return &p.ManageAccessRules }},
		{"manage_groups", "manage groups",
			func(p *bitwarden.Permissions) *bool { return &p.ManageGroups }},
		{"manage_policies", "manage policies",
			func(p *bitwarden.Permissions) *bool { return &p.ManagePolicies }},
		{"manage_reset_password", "recover the accounts of members",
			func(p *bitwarden.Permissions) *bool { return &p.ManageResetPassword }},
		{"manage_scim", "manage the SCIM connection",
			func(p *bitwarden.Permissions) *bool { return &p.ManageSCIM }},
		{"manage_sso", "manage single sign-on",
			func(p *bitwarden.Permissions) *bool { return &p.ManageSSO }},
		{"manage_users", "manage members",
			func(p *bitwarden.Permissions) *bool { return &p.ManageUsers }},
	}
}

func permissionTypes() map[string]attr.Type {
	all := map[string]attr.Type{}
	for _, p := range permissions() {
		all[p.name] = types.BoolType
	}
	return all
}

// permissionsToAPI converts the attribute; null is no rights at all.
func permissionsToAPI(object types.Object) bitwarden.Permissions {
	var rights bitwarden.Permissions
	for _, p := range permissions() {
		if value, ok := object.Attributes()[p.name].(types.Bool); ok {
			*p.field(&rights) = value.ValueBool()
		}
	}
	return rights
}

// permissionsFromAPI converts the server's rights, nil to null.
func permissionsFromAPI(rights *bitwarden.Permissions) types.Object {
	if rights == nil {
		return types.ObjectNull(permissionTypes())
	}
	values := map[string]attr.Value{}
	for _, p := range permissions() {
		values[p.name] = types.BoolValue(*p.field(rights))
	}
	return types.ObjectValueMust(permissionTypes(), values)
}
