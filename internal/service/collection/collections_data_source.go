// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package collection

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

var _ datasource.DataSourceWithConfigure = (*collectionsDataSource)(nil)

type collectionsDataSource struct{ fw.DataSource }

func newCollectionsDataSource() datasource.DataSource { return &collectionsDataSource{} }

type collectionsModel struct {
	OrganizationID types.String            `tfsdk:"organization_id"`
	IncludeAccess  types.Bool              `tfsdk:"include_access"`
	Collections    []listedCollectionModel `tfsdk:"collections"`
}

type listedCollectionModel struct {
	ID         types.String `tfsdk:"id"`
	Name       types.String `tfsdk:"name"`
	ExternalID types.String `tfsdk:"external_id"`
	Groups     types.Map    `tfsdk:"groups"`
	Members    types.Map    `tfsdk:"members"`
}

func (d *collectionsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_collections"
}

func (d *collectionsDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The shared collections of a client organization, in the order of their names. The names are " +
			"decrypted, so the master password is needed.",
		Attributes: map[string]schema.Attribute{
			"organization_id": schema.StringAttribute{
				MarkdownDescription: "Id of the client organization.",
				Required:            true,
				Validators:          []validator.String{fwvalidate.UUID()},
			},
			"include_access": includeAccessAttribute(),
			"collections": schema.ListNestedAttribute{
				MarkdownDescription: "The collections.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: listedCollectionAttributes()},
			},
		},
	}
}

func listedCollectionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{MarkdownDescription: "Id of the collection.", Computed: true},
		"name": schema.StringAttribute{
			MarkdownDescription: "Name of the collection; a `/` nests it. It is null when it cannot be decrypted.",
			Computed:            true,
		},
		"external_id": schema.StringAttribute{
			MarkdownDescription: "Id of the collection in another system.",
			Computed:            true,
		},
		"groups": schema.MapAttribute{
			MarkdownDescription: "Permissions of groups by the id of the group; null without `include_access`. " +
				"A permission is " + fw.OneOf(fw.Strings(bitwarden.CollectionPermissions)) + ".",
			Computed:    true,
			ElementType: types.StringType,
		},
		"members": schema.MapAttribute{
			MarkdownDescription: "Direct permissions of members by the id of the member; null without " +
				"`include_access`.",
			Computed:    true,
			ElementType: types.StringType,
		},
	}
}

func includeAccessAttribute() schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: "Whether `groups` and `members` of each collection are filled, which reads the groups and " +
			"members of the organization too. Default: `false`.",
		Optional: true,
	}
}

func (d *collectionsDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	model, ok := fw.Load[collectionsModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	collections, err := d.Client.Collections(ctx, model.OrganizationID.ValueString(), access(model.IncludeAccess))
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not list collections", err)
		return
	}
	model.fromAPI(collections)
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

// access says which lists are read: both or none.
func access(include types.Bool) bitwarden.Access {
	return bitwarden.Access{Groups: include.ValueBool(), Members: include.ValueBool()}
}

func (m *collectionsModel) fromAPI(collections []bitwarden.Collection) {
	m.Collections = make([]listedCollectionModel, 0, len(collections))
	for _, c := range sorted(collections) {
		m.Collections = append(m.Collections, newListedCollection(c))
	}
}

// newListedCollection has null lists where none were read.
func newListedCollection(c bitwarden.Collection) listedCollectionModel {
	listed := listedCollectionModel{
		ID:         types.StringValue(c.ID),
		Name:       fw.StringOrNull(c.Name),
		ExternalID: fw.StringOrNull(c.ExternalID),
		Groups:     types.MapNull(types.StringType),
		Members:    types.MapNull(types.StringType),
	}
	if c.Groups != nil {
		listed.Groups = fw.AccessList(c.Groups)
	}
	if c.Members != nil {
		listed.Members = fw.AccessList(c.Members)
	}
	return listed
}

// sorted orders by name, and equal names by id: the server's order means nothing.
func sorted(collections []bitwarden.Collection) []bitwarden.Collection {
	return slices.SortedFunc(slices.Values(collections), func(a, b bitwarden.Collection) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
}
