// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package collection holds the shared collections of a client organization, as resource, data source and list, and who
// has access to them.
package collection

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Resources returns the constructors of the package's resources.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{newCollectionResource, newCollectionAccessResource}
}

// DataSources returns the constructors of the package's data sources.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{newCollectionDataSource, newCollectionsDataSource}
}

// ListResources returns the constructors of the package's list resources.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{newCollectionList}
}
