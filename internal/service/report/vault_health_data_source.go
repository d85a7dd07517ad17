// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package report

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health"
)

var (
	_ datasource.DataSourceWithConfigure        = (*vaultHealthDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*vaultHealthDataSource)(nil)
)

type vaultHealthDataSource struct{ fw.DataSource }

func newVaultHealthDataSource() datasource.DataSource { return &vaultHealthDataSource{} }

type vaultHealthModel struct {
	corpusModel
	directoryModel

	OrganizationID                types.String `tfsdk:"organization_id"`
	CheckDataBreaches             types.Bool   `tfsdk:"check_data_breaches"`
	ItemCount                     types.Int64  `tfsdk:"item_count"`
	LoginCount                    types.Int64  `tfsdk:"login_count"`
	UnreadableCount               types.Int64  `tfsdk:"unreadable_count"`
	UnreadableItemIDs             types.List   `tfsdk:"unreadable_item_ids"`
	WeakPasswordCount             types.Int64  `tfsdk:"weak_password_count"`
	ReusedPasswordCount           types.Int64  `tfsdk:"reused_password_count"`
	ExposedPasswordCount          types.Int64  `tfsdk:"exposed_password_count"`
	AtRiskItemIDs                 types.List   `tfsdk:"at_risk_item_ids"`
	UnsecuredWebsiteCount         types.Int64  `tfsdk:"unsecured_website_count"`
	InactiveTwoStepLoginCount     types.Int64  `tfsdk:"inactive_two_step_login_count"`
	BreachedMemberCount           types.Int64  `tfsdk:"breached_member_count"`
	MembersWithoutTwoStepLoginIDs types.List   `tfsdk:"members_without_two_step_login_ids"`
}

func vaultHealthSchema() schema.Schema {
	number := func(description string) schema.Attribute {
		return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
	}
	ids := func(description string) schema.Attribute {
		return schema.ListAttribute{MarkdownDescription: description, Computed: true, ElementType: types.StringType}
	}
	const notChecked = "Without it, and without `range_url`, exposed passwords are not looked for."
	const noDirectory = "Without it, and without `directory_file`, logins without two-step login are not looked for."
	attributes := unreadableAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"organization_id": organizationAttribute(),
		"range_url":       rangeURLAttribute("Without it, and without `corpus_file`, exposed passwords are not looked for."),
		"corpus_file":     corpusFileAttribute(notChecked),
		"directory_url":   directoryURLAttribute(noDirectory),
		"directory_file":  directoryFileAttribute("Without it, and without `directory_url`, they are not looked for."),
		"check_data_breaches": schema.BoolAttribute{
			MarkdownDescription: "Whether the members' addresses are looked for in data breaches, which takes 2 seconds for " +
				"each member. Default: `false`.",
			Optional: true,
		},
		"item_count":            number("Number of items outside the trash that can be read, at least in part."),
		"login_count":           number("Number of logins among them."),
		"weak_password_count":   number("Number of logins with a weak password."),
		"reused_password_count": number("Number of logins with a password that other logins have, too."),
		"exposed_password_count": number(
			"Number of logins with a password that is known from breaches; null when it is not " +
				"looked for.",
		),
		"at_risk_item_ids":        ids("Ids of the logins whose passwords are weak, reused or exposed, sorted."),
		"unsecured_website_count": number("Number of logins with an address that begins with `http://`."),
		"inactive_two_step_login_count": number("Number of logins that could have a key for two-step login and have none; " +
			"null when they are not looked for."),
		"breached_member_count": number("Number of members whose addresses occur in data breaches; null without " +
			"`check_data_breaches`."),
		"members_without_two_step_login_ids": ids(
			"Ids of the confirmed members whose accounts have no two-step login, sorted.",
		),
	})
	return schema.Schema{
		MarkdownDescription: "The health of a client organization in numbers, for `check` blocks and dashboards. The reports " +
			"have the details. The items are decrypted on this machine, so the master password is needed; no secret gets into " +
			"the state.",
		Attributes: attributes,
	}
}

func (d *vaultHealthDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_vault_health"
}

func (d *vaultHealthDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = vaultHealthSchema()
}

// ConfigValidators implements datasource.DataSourceWithConfigValidators.
func (d *vaultHealthDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.Conflicting(path.MatchRoot("range_url"), path.MatchRoot("corpus_file")),
		datasourcevalidator.Conflicting(path.MatchRoot("directory_url"), path.MatchRoot("directory_file")),
	}
}

func (d *vaultHealthDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	model, ok := fw.Load[vaultHealthModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := model.read(ctx, d.Client); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not compute the health of the vault", err)
		return
	}
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

func (m *vaultHealthModel) read(ctx context.Context, client *bitwarden.Client) error {
	for _, part := range []func(context.Context, *bitwarden.Client) error{m.readItems, m.readMembers} {
		if err := part(ctx, client); err != nil {
			return err
		}
	}
	return nil
}

func (m *vaultHealthModel) readItems(ctx context.Context, client *bitwarden.Client) error {
	v, err := readVault(ctx, client, m.OrganizationID.ValueString())
	if err != nil {
		return err
	}
	if m.directoryModel.isSet() {
		inactive, err := m.inactive(ctx, client, v)
		if err != nil {
			return err
		}
		m.InactiveTwoStepLoginCount = count(len(inactive))
	}
	atRisk := map[string]bool{}
	if m.corpusModel.isSet() {
		exposed, err := m.exposed(ctx, client, v.items)
		if err != nil {
			return err
		}
		m.ExposedPasswordCount = count(len(exposed))
		for _, found := range exposed {
			atRisk[found.ItemID] = true
		}
	}
	weak, err := v.weak(ctx)
	if err != nil {
		return err
	}
	for _, found := range weak {
		atRisk[found.ItemID] = true
	}
	reused := health.Reused(v.items)
	for _, found := range reused {
		atRisk[found.ItemID] = true
	}
	m.ItemCount, m.LoginCount = count(len(v.items)), count(v.logins())
	m.UnreadableCount, m.UnreadableItemIDs = count(len(v.unreadable)), idList(v.unreadable)
	m.WeakPasswordCount, m.ReusedPasswordCount = count(len(weak)), count(len(reused))
	m.UnsecuredWebsiteCount = count(len(health.Unsecured(v.items)))
	m.AtRiskItemIDs = idList(slices.Sorted(maps.Keys(atRisk)))
	return nil
}

func (m *vaultHealthModel) readMembers(ctx context.Context, client *bitwarden.Client) error {
	members, err := client.Members(ctx, m.OrganizationID.ValueString())
	if err != nil {
		return err
	}
	without := []string{}
	for _, member := range members {
		if member.Status == bitwarden.StatusConfirmed && !member.TwoStepLoginEnabled {
			without = append(without, member.ID)
		}
	}
	slices.Sort(without)
	m.MembersWithoutTwoStepLoginIDs = idList(without)
	if !m.CheckDataBreaches.ValueBool() {
		return nil
	}
	breaches := dataBreachModel{OrganizationID: m.OrganizationID}
	if err := breaches.read(ctx, client); err != nil {
		return err
	}
	m.BreachedMemberCount = breaches.FoundCount
	return nil
}
