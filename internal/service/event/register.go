// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package event holds the audit logs of organizations, their members and items, and of the provider.
package event

import "github.com/hashicorp/terraform-plugin-framework/datasource"

// DataSources returns the constructors of the package's data sources.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newOrganizationEventsDataSource, newProviderEventsDataSource, newMemberEventsDataSource, newItemEventsDataSource,
	}
}
