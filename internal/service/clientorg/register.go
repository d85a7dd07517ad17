// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package clientorg holds the client organizations of a provider: made by it or linked to it, their seats and settings.
package clientorg

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Resources returns the constructors of the package's resources.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{
		newClientOrganizationResource, newClientLinkResource, newClientSeatsResource, newOrganizationSettingsResource,
	}
}

// DataSources returns the constructors of the package's data sources.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newClientOrganizationDataSource, newClientOrganizationsDataSource, newOrganizationDataSource,
	}
}

// ListResources returns the constructors of the package's list resources.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{newClientOrganizationList, newClientLinkList, newClientSeatsList}
}
