// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package msp

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var _ datasource.DataSourceWithConfigure = (*providerUsersDataSource)(nil)

type providerUsersDataSource struct{ fw.DataSource }

func newProviderUsersDataSource() datasource.DataSource { return &providerUsersDataSource{} }

type providerUsersModel struct {
	ProviderUsers []listedProviderUserModel `tfsdk:"provider_users"`
}

type listedProviderUserModel struct {
	ID     types.String `tfsdk:"id"`
	UserID types.String `tfsdk:"user_id"`
	Email  types.String `tfsdk:"email"`
	Name   types.String `tfsdk:"name"`
	Role   types.String `tfsdk:"role"`
	Status types.String `tfsdk:"status"`
}

func newProviderUsersModel(users []bitwarden.ProviderUser) providerUsersModel {
	models := make([]listedProviderUserModel, 0, len(users))
	for _, u := range users {
		models = append(models, listedProviderUserModel{
			ID:     types.StringValue(u.ID),
			UserID: fw.StringOrNull(u.UserID),
			Email:  types.StringValue(u.Email),
			Name:   fw.StringOrNull(u.Name),
			Role:   types.StringValue(string(u.Role)),
			Status: types.StringValue(string(u.Status)),
		})
	}
	return providerUsersModel{ProviderUsers: models}
}

func (d *providerUsersDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_provider_users"
}

func (d *providerUsersDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Everybody who works for the Bitwarden Provider. It needs a provider admin.",
		Attributes: map[string]schema.Attribute{
			"provider_users": schema.ListNestedAttribute{
				MarkdownDescription: "The users, in the order of their addresses.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":      text("Id of the provider user."),
					"user_id": text("Id of the person's account; null until the invitation is accepted."),
					"email":   text("E-mail address of the person."),
					"name":    text("Name in the person's account; null until the invitation is accepted."),
					"role":    text(roleDescription),
					"status":  text(statusDescription),
				}},
			},
		},
	}
}

func (d *providerUsersDataSource) Read(
	ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	users, err := d.Client.ProviderUsers(ctx)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not list provider users", err)
		return
	}
	fw.Save(ctx, &resp.State, nil, newProviderUsersModel(users), nil, &resp.Diagnostics)
}
