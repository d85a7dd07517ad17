// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package send

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var _ datasource.DataSourceWithConfigure = (*sendsDataSource)(nil)

type sendsDataSource struct{ fw.DataSource }

func newSendsDataSource() datasource.DataSource { return &sendsDataSource{} }

type sendsModel struct {
	Sends []listedSendModel `tfsdk:"sends"`
}

type listedSendModel struct {
	ID             types.String      `tfsdk:"id"`
	AccessID       types.String      `tfsdk:"access_id"`
	Type           types.String      `tfsdk:"type"`
	Status         types.String      `tfsdk:"status"`
	Name           types.String      `tfsdk:"name"`
	FileName       types.String      `tfsdk:"file_name"`
	Hidden         types.Bool        `tfsdk:"hidden"`
	HasPassword    types.Bool        `tfsdk:"has_password"`
	Emails         types.Set         `tfsdk:"emails"`
	MaxAccessCount types.Int64       `tfsdk:"max_access_count"`
	AccessCount    types.Int64       `tfsdk:"access_count"`
	ExpirationDate timetypes.RFC3339 `tfsdk:"expiration_date"`
	DeletionDate   timetypes.RFC3339 `tfsdk:"deletion_date"`
	RevisionDate   timetypes.RFC3339 `tfsdk:"revision_date"`
	HideEmail      types.Bool        `tfsdk:"hide_email"`
	Disabled       types.Bool        `tfsdk:"disabled"`
}

func (d *sendsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_sends"
}

func (d *sendsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The Sends of the acting account in the order of their names, without their contents and links. A " +
			"Send that does not decrypt has no name.",
		Attributes: map[string]schema.Attribute{
			"sends": schema.ListNestedAttribute{
				MarkdownDescription: "The Sends.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: listedSendAttributes()},
			},
		},
	}
}

func listedSendAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"emails": schema.SetAttribute{
			MarkdownDescription: "E-mail addresses whose owners alone can open the Send, empty if it is for anybody with the link.",
			Computed:            true,
			ElementType:         types.StringType,
		},
		"max_access_count": schema.Int64Attribute{
			MarkdownDescription: "How often the Send can be opened, null without a limit.", Computed: true,
		},
		"access_count": schema.Int64Attribute{MarkdownDescription: "How often the Send was opened.", Computed: true},
		"has_password": schema.BoolAttribute{MarkdownDescription: "Whether recipients need a password.", Computed: true},
	}
	for name, description := range map[string]string{
		"id":        "Id of the Send.",
		"access_id": "Form of the id in links.",
		"type":      "What the Send holds, such as `text` or `file`.",
		"status":    "Where the Send is in its life, " + fw.OneOf(statuses) + ".",
		"name":      "Name of the Send.",
		"file_name": "Name of the file, null for other types.",
	} {
		attributes[name] = schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	for name, description := range map[string]string{
		"expiration_date": "When the Send can no longer be opened, null if that is at its deletion.",
		"deletion_date":   "When the server deletes the Send.",
		"revision_date":   "When the Send was changed last.",
	} {
		attributes[name] = schema.StringAttribute{
			MarkdownDescription: description, Computed: true, CustomType: timetypes.RFC3339Type{},
		}
	}
	for name, description := range map[string]string{
		"hidden":     "Whether recipients see the text only after they ask for it.",
		"hide_email": "Whether recipients do not see the address of the account.",
		"disabled":   "Whether nobody can open the Send for now.",
	} {
		attributes[name] = schema.BoolAttribute{MarkdownDescription: description, Computed: true}
	}
	return attributes
}

func (d *sendsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	model, ok := fw.Load[sendsModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	sends, err := d.Client.Sends(ctx)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not list Sends", err)
		return
	}
	model.fromAPI(sends, time.Now())
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

func (m *sendsModel) fromAPI(sends []bitwarden.Send, now time.Time) {
	m.Sends = make([]listedSendModel, 0, len(sends))
	for _, s := range sends {
		m.Sends = append(m.Sends, listedSendModel{
			ID: types.StringValue(s.ID), AccessID: types.StringValue(s.AccessID),
			Type: types.StringValue(string(s.Type)), Status: types.StringValue(status(&s, now)),
			Name: fw.StringOrNull(s.Name), FileName: fw.StringOrNull(s.FileName),
			Hidden: types.BoolValue(s.Hidden), HasPassword: types.BoolValue(s.PasswordMark != ""),
			Emails:         fw.IDSet(s.Emails),
			MaxAccessCount: types.Int64PointerValue(s.MaxAccessCount), AccessCount: types.Int64Value(s.AccessCount),
			ExpirationDate: date(timetypes.NewRFC3339Null(), s.Expiration),
			DeletionDate:   date(timetypes.NewRFC3339Null(), &s.Deletion),
			RevisionDate:   date(timetypes.NewRFC3339Null(), &s.Revision),
			HideEmail:      types.BoolValue(s.HideEmail), Disabled: types.BoolValue(s.Disabled),
		})
	}
}
