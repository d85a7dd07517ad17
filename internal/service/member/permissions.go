// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

type rights = bitwarden.Permissions

// permission is one right of the custom role; what completes "Whether the person may …".
type permission struct {
	name, what string
	field      func(*rights) *bool
}

// permissions are all rights in the order of the alphabet: schema and conversions are made from this table.
func permissions() []permission {
	return []permission{
		{"access_event_logs", "read the event logs", func(p *rights) *bool { return &p.AccessEventLogs }},
		{"access_import_export", "import and export items", func(p *rights) *bool { return &p.AccessImportExport }},
		{"access_reports", "see the reports", func(p *rights) *bool { return &p.AccessReports }},
		{"create_new_collections", "create collections", func(p *rights) *bool { return &p.CreateNewCollections }},
		{"delete_any_collection", "delete any collection", func(p *rights) *bool { return &p.DeleteAnyCollection }},
		{"edit_any_collection", "edit any collection and its items", func(p *rights) *bool { return &p.EditAnyCollection }},
		{"manage_access_rules", "manage access rules", func(p *rights) *bool { return &p.ManageAccessRules }},
		{"manage_groups", "manage groups", func(p *rights) *bool { return &p.ManageGroups }},
		{"manage_policies", "manage policies", func(p *rights) *bool { return &p.ManagePolicies }},
		{"manage_reset_password", "recover the accounts of members", func(p *rights) *bool { return &p.ManageResetPassword }},
		{"manage_scim", "manage the SCIM connection", func(p *rights) *bool { return &p.ManageSCIM }},
		{"manage_sso", "manage single sign-on", func(p *rights) *bool { return &p.ManageSSO }},
		{"manage_users", "manage members", func(p *rights) *bool { return &p.ManageUsers }},
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
func permissionsToAPI(object types.Object) rights {
	var all rights
	for _, p := range permissions() {
		if value, ok := object.Attributes()[p.name].(types.Bool); ok {
			*p.field(&all) = value.ValueBool()
		}
	}
	return all
}

// permissionsFromAPI converts the server's rights, nil to null.
func permissionsFromAPI(all *rights) types.Object {
	if all == nil {
		return types.ObjectNull(permissionTypes())
	}
	values := map[string]attr.Value{}
	for _, p := range permissions() {
		values[p.name] = types.BoolValue(*p.field(all))
	}
	return types.ObjectValueMust(permissionTypes(), values)
}
