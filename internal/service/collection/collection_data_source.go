// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package collection

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ datasource.DataSourceWithConfigure        = (*collectionDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*collectionDataSource)(nil)
)

// collectionKeys are the attributes that a collection can be looked up by.
var collectionKeys = []string{"id", "name", "external_id"}

type collectionDataSource struct{ fw.DataSource }

func newCollectionDataSource() datasource.DataSource { return &collectionDataSource{} }

type collectionDataModel struct {
	listedCollectionModel

	OrganizationID types.String `tfsdk:"organization_id"`
	IncludeAccess  types.Bool   `tfsdk:"include_access"`
}

func (d *collectionDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_collection"
}

func (d *collectionDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	attributes := fw.LookupAttributes("collection", listedCollectionAttributes(), collectionKeys...)
	attributes["include_access"] = includeAccessAttribute()
	resp.Schema = schema.Schema{
		MarkdownDescription: "A shared collection of a client organization, looked up by id, by its exact name, or by the exact id in " +
			"another system. None or several such collections are an error. Names are decrypted, so the master password is " +
			"needed.",
		Attributes: attributes,
	}
}

func (d *collectionDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return fw.LookupValidators(collectionKeys...)
}

func (d *collectionDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	model, ok := fw.Load[collectionDataModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	collections, err := d.Client.Collections(ctx, model.OrganizationID.ValueString(), access(model.IncludeAccess))
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read collection", err)
		return
	}
	found, err := model.find(collections)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not find collection", err)
		return
	}
	model.listedCollectionModel = newListedCollection(*found)
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

// find returns the only collection that has the configured value.
func (m collectionDataModel) find(collections []bitwarden.Collection) (*bitwarden.Collection, error) {
	name, value := fw.LookedUp(map[string]types.String{
		"id": m.ID, "name": m.Name, "external_id": m.ExternalID,
	})
	var found *bitwarden.Collection
	var ids []string
	for _, c := range collections {
		key := map[string]string{"id": c.ID, "name": c.Name, "external_id": c.ExternalID}[name]
		if key != "" && key == value { // A name that does not decrypt is empty.
			found = &c
			ids = append(ids, c.ID)
		}
	}
	_, err := fw.OnlyID("collection", m.OrganizationID.ValueString(), name, value, ids)
	return found, err
}
