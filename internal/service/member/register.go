// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package member holds the people in a client organization, as resource, data source, list and
// actions.
package member

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Resources returns the constructors of the package's resources.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{newMemberResource, newMemberRoleResource, newAccountRecoveryResource}
}

// DataSources returns the constructors of the package's data sources.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{newMemberDataSource, newMembersDataSource}
}

// Actions returns the constructors of the package's actions.
func Actions() []func() action.Action {
	return []func() action.Action{
		newRecoverAccountAction, newReinviteMembersAction, newConfirmMembersAction, newRevokeMembersAction,
		newRestoreMembersAction,
	}
}

// ListResources returns the constructors of the package's list resources.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{newMemberList}
}
