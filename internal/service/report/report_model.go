// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package report

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

// reportModel is what the reports on items have in common.
type reportModel struct {
	OrganizationID    types.String `tfsdk:"organization_id"`
	IncludeNames      types.Bool   `tfsdk:"include_names"`
	CheckedCount      types.Int64  `tfsdk:"checked_count"`
	FoundCount        types.Int64  `tfsdk:"found_count"`
	UnreadableCount   types.Int64  `tfsdk:"unreadable_count"`
	UnreadableItemIDs types.List   `tfsdk:"unreadable_item_ids"`
}

// itemModel is an item that a report has found.
type itemModel struct {
	ID            types.String `tfsdk:"id"`
	Name          types.String `tfsdk:"name"`
	CollectionIDs types.Set    `tfsdk:"collection_ids"`
}

// fill sets what all reports tell: how many items were checked and found, and which ones nobody could check.
func (m *reportModel) fill(v *vault, checked, found int) {
	m.CheckedCount, m.FoundCount = count(checked), count(found)
	m.UnreadableCount, m.UnreadableItemIDs = count(len(v.unreadable)), idList(v.unreadable)
}

// item describes an item; its name is told only to who asks for it.
func (m *reportModel) item(v *vault, id string) itemModel {
	item := v.byID[id]
	model := itemModel{ID: types.StringValue(id), CollectionIDs: fw.IDSet(item.Collections)}
	if m.IncludeNames.ValueBool() {
		model.Name = fw.StringOrNull(item.Name)
	}
	return model
}

func count(n int) types.Int64 { return types.Int64Value(int64(n)) }

func idList(ids []string) types.List {
	elements := make([]attr.Value, 0, len(ids))
	for _, id := range ids {
		elements = append(elements, types.StringValue(id))
	}
	return types.ListValueMust(types.StringType, elements)
}

// itemReportSchema is the schema of a report on items: checked says which items it looks at, own are the attributes that
// it has beyond the others, and finding those of each item in its list.
func itemReportSchema(description, checked string, own, finding map[string]schema.Attribute) schema.Schema {
	item := map[string]schema.Attribute{
		"id": schema.StringAttribute{MarkdownDescription: "Id of the item.", Computed: true},
		"name": schema.StringAttribute{
			MarkdownDescription: "Name of the item; null without `include_names`.",
			Computed:            true,
		},
		"collection_ids": schema.SetAttribute{
			MarkdownDescription: "Ids of the collections that the item is in.",
			Computed:            true,
			ElementType:         types.StringType,
		},
	}
	maps.Copy(item, finding)
	attributes := map[string]schema.Attribute{
		"organization_id": organizationAttribute(),
		"include_names": schema.BoolAttribute{
			MarkdownDescription: "Whether names are told, which then are in the state. Default: `false`.",
			Optional:            true,
		},
		"checked_count": schema.Int64Attribute{MarkdownDescription: "Number of " + checked + ".", Computed: true},
		"found_count": schema.Int64Attribute{
			MarkdownDescription: "Number of items that the report has found.", Computed: true,
		},
		"items": schema.ListNestedAttribute{
			MarkdownDescription: "The items that the report has found, in the order of their ids.",
			Computed:            true,
			NestedObject:        schema.NestedAttributeObject{Attributes: item},
		},
	}
	maps.Copy(attributes, unreadableAttributes())
	maps.Copy(attributes, own)
	return schema.Schema{
		MarkdownDescription: description + " The items are decrypted on this machine, so the master password is needed; " +
			"no secret gets into the state. Items in the trash are left out.",
		Attributes: attributes,
	}
}

func unreadableAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"unreadable_count": schema.Int64Attribute{
			MarkdownDescription: "Number of items of which something cannot be decrypted.", Computed: true,
		},
		"unreadable_item_ids": schema.ListAttribute{
			MarkdownDescription: "Their ids. What can be read of such an item is checked.",
			Computed:            true,
			ElementType:         types.StringType,
		},
	}
}

func organizationAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Id of the client organization.",
		Required:            true,
		Validators:          []validator.String{fwvalidate.UUID()},
	}
}
