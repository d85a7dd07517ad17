// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package report

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

var _ datasource.DataSourceWithConfigure = (*unmanagedObjectsDataSource)(nil)

type unmanagedObjectsDataSource struct{ fw.DataSource }

func newUnmanagedObjectsDataSource() datasource.DataSource { return &unmanagedObjectsDataSource{} }

// unmanagedObjectsModel has, of each kind, the ids that are in code, and what else exists: null where nobody asked.
type unmanagedObjectsModel struct {
	OrganizationID types.String               `tfsdk:"organization_id"`
	MemberIDs      types.Set                  `tfsdk:"member_ids"`
	GroupIDs       types.Set                  `tfsdk:"group_ids"`
	CollectionIDs  types.Set                  `tfsdk:"collection_ids"`
	PolicyTypes    types.Set                  `tfsdk:"policy_types"`
	SendIDs        types.Set                  `tfsdk:"send_ids"`
	IncludeNames   types.Bool                 `tfsdk:"include_names"`
	Count          types.Int64                `tfsdk:"found_count"`
	Members        []unmanagedMemberModel     `tfsdk:"members"`
	Groups         []unmanagedGroupModel      `tfsdk:"groups"`
	Collections    []unmanagedCollectionModel `tfsdk:"collections"`
	Policies       types.List                 `tfsdk:"policies"`
	Sends          types.List                 `tfsdk:"sends"`
}

type unmanagedMemberModel struct {
	ID     types.String `tfsdk:"id"`
	Email  types.String `tfsdk:"email"`
	Role   types.String `tfsdk:"role"`
	Status types.String `tfsdk:"status"`
}

type unmanagedGroupModel struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
}

type unmanagedCollectionModel struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
}

func (d *unmanagedObjectsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_unmanaged_objects"
}

func (d *unmanagedObjectsDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	const absent = " Leave it out when they are not to be looked at; an empty set means that none is in code."
	managed := func(description string, words validator.String) schema.SetAttribute {
		return schema.SetAttribute{
			MarkdownDescription: description + absent,
			Optional:            true,
			ElementType:         types.StringType,
			Validators:          []validator.Set{setvalidator.ValueStringsAre(words)},
		}
	}
	list := func(description string) schema.ListAttribute {
		return schema.ListAttribute{MarkdownDescription: description, Computed: true, ElementType: types.StringType}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What exists in a client organization and is not in code: the objects whose ids are not in the " +
			"given sets. It finds what a plan cannot show, such as an owner whom somebody invited in the web vault.",
		Attributes: map[string]schema.Attribute{
			"organization_id": organizationAttribute(),
			"member_ids":      managed("Ids of the members that are in code.", fwvalidate.UUID()),
			"group_ids":       managed("Ids of the groups that are in code.", fwvalidate.UUID()),
			"collection_ids":  managed("Ids of the shared collections that are in code.", fwvalidate.UUID()),
			"policy_types": managed("Types of the policies that are in code, each "+fw.OneOf(bitwarden.PolicyTypes())+
				", or the number of a type that has no name yet.",
				fwvalidate.Rule("the type of a policy, or the number of one that has no name yet", isPolicyType)),
			"send_ids": managed("Ids of the acting account's own Sends that are in code; Sends belong to no organization.",
				fwvalidate.UUID()),
			"include_names": schema.BoolAttribute{
				MarkdownDescription: "Whether the names of collections are decrypted, which takes the master password; they " +
					"then are in the state. Default: `false`.",
				Optional: true,
			},
			"found_count": schema.Int64Attribute{
				MarkdownDescription: "Number of objects of all kinds that are not in code.", Computed: true,
			},
			"members": nested("The other members, in the order of their addresses; null without `member_ids`.",
				map[string]string{
					"id": "Id of the member.", "email": "E-mail address of the member.",
					"role":   "Role of the member, " + fw.OneOf(fw.Strings(bitwarden.Roles)) + ".",
					"status": "How far the member has come, such as `invited` and `confirmed`.",
				}),
			"groups": nested("The other groups, in the order of their names; null without `group_ids`.",
				map[string]string{"id": "Id of the group.", "name": "Name of the group."}),
			"collections": nested("The other shared collections, in the order of their ids; null without `collection_ids`.",
				map[string]string{
					"id":   "Id of the collection.",
					"name": "Name of the collection; null without `include_names`, and when it cannot be decrypted.",
				}),
			"policies": list("Types of the other policies that are on, sorted; null without `policy_types`."),
			"sends":    list("Ids of the other Sends of the account, sorted; null without `send_ids`."),
		},
	}
}

func isPolicyType(text string) error {
	if _, err := strconv.ParseUint(text, 10, 16); err == nil || slices.Contains(bitwarden.PolicyTypes(), text) {
		return nil
	}
	return errors.New("there is no such type")
}

// nested is a computed list of objects of texts.
func nested(description string, texts map[string]string) schema.ListNestedAttribute {
	attributes := map[string]schema.Attribute{}
	for name, text := range texts {
		attributes[name] = schema.StringAttribute{MarkdownDescription: text, Computed: true}
	}
	return schema.ListNestedAttribute{
		MarkdownDescription: description,
		Computed:            true,
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
	}
}

func (d *unmanagedObjectsDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	model, ok := fw.Load[unmanagedObjectsModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := model.read(ctx, d.Client); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not find the unmanaged objects", err)
		return
	}
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

func (m *unmanagedObjectsModel) read(ctx context.Context, client *bitwarden.Client) error {
	m.Policies, m.Sends = types.ListNull(types.StringType), types.ListNull(types.StringType)
	for _, kind := range []struct {
		managed types.Set
		read    func(context.Context, *bitwarden.Client) error
	}{
		{m.MemberIDs, m.readMembers},
		{m.GroupIDs, m.readGroups},
		{m.CollectionIDs, m.readCollections},
		{m.PolicyTypes, m.readPolicies},
		{m.SendIDs, m.readSends},
	} {
		if kind.managed.IsNull() {
			continue
		}
		if err := kind.read(ctx, client); err != nil {
			return err
		}
	}
	inside := len(m.Members) + len(m.Groups) + len(m.Collections) + len(m.Policies.Elements())
	m.Count = count(inside + len(m.Sends.Elements()))
	if inside > 0 {
		return nil
	}
	// The lists of an organization that is gone are empty, too.
	return client.RequireOrganization(ctx, m.OrganizationID.ValueString())
}

func (m *unmanagedObjectsModel) readMembers(ctx context.Context, client *bitwarden.Client) error {
	members, err := client.Members(ctx, m.OrganizationID.ValueString())
	managed := fw.IDs(m.MemberIDs)
	m.Members = []unmanagedMemberModel{}
	for _, member := range members {
		if !slices.Contains(managed, member.ID) {
			m.Members = append(m.Members, unmanagedMemberModel{
				types.StringValue(member.ID), types.StringValue(member.Email), types.StringValue(string(member.Role)),
				types.StringValue(string(member.Status)),
			})
		}
	}
	return err
}

func (m *unmanagedObjectsModel) readGroups(ctx context.Context, client *bitwarden.Client) error {
	groups, err := client.Groups(ctx, m.OrganizationID.ValueString())
	managed := fw.IDs(m.GroupIDs)
	m.Groups = []unmanagedGroupModel{}
	for _, group := range groups {
		if !slices.Contains(managed, group.ID) {
			m.Groups = append(m.Groups, unmanagedGroupModel{types.StringValue(group.ID), types.StringValue(group.Name)})
		}
	}
	return err
}

func (m *unmanagedObjectsModel) readCollections(ctx context.Context, client *bitwarden.Client) error {
	names, err := client.CollectionNames(ctx, m.OrganizationID.ValueString(), m.IncludeNames.ValueBool())
	managed := fw.IDs(m.CollectionIDs)
	m.Collections = []unmanagedCollectionModel{}
	for _, id := range slices.Sorted(maps.Keys(names)) {
		if !slices.Contains(managed, id) {
			m.Collections = append(m.Collections, unmanagedCollectionModel{
				types.StringValue(id), fw.StringOrNull(names[id]),
			})
		}
	}
	return err
}

func (m *unmanagedObjectsModel) readPolicies(ctx context.Context, client *bitwarden.Client) error {
	enabled, err := client.EnabledPolicies(ctx, m.OrganizationID.ValueString())
	m.Policies = idList(without(enabled, fw.IDs(m.PolicyTypes)))
	return err
}

func (m *unmanagedObjectsModel) readSends(ctx context.Context, client *bitwarden.Client) error {
	ids, err := client.SendIDs(ctx)
	m.Sends = idList(without(ids, fw.IDs(m.SendIDs)))
	return err
}

// without are the texts that are not among others.
func without(texts, others []string) []string {
	return slices.DeleteFunc(texts, func(text string) bool { return slices.Contains(others, text) })
}
