// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package report

import (
	"context"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var _ datasource.DataSourceWithConfigure = (*dataBreachDataSource)(nil)

type dataBreachDataSource struct{ fw.DataSource }

func newDataBreachDataSource() datasource.DataSource { return &dataBreachDataSource{} }

// address is what looks like an e-mail address.
var address = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)

type dataBreachModel struct {
	OrganizationID types.String           `tfsdk:"organization_id"`
	Emails         types.Set              `tfsdk:"emails"`
	CheckedCount   types.Int64            `tfsdk:"checked_count"`
	FoundCount     types.Int64            `tfsdk:"found_count"`
	Addresses      []breachedAddressModel `tfsdk:"addresses"`
}

type breachedAddressModel struct {
	Email    types.String  `tfsdk:"email"`
	Breaches []breachModel `tfsdk:"breaches"`
}

type breachModel struct {
	Name        types.String `tfsdk:"name"`
	Title       types.String `tfsdk:"title"`
	Domain      types.String `tfsdk:"domain"`
	Date        types.String `tfsdk:"date"`
	DataClasses types.Set    `tfsdk:"data_classes"`
}

func breachedAddressAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"email": text("The address."),
		"breaches": schema.ListNestedAttribute{
			MarkdownDescription: "The breaches, in the order of their names.",
			Computed:            true,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name":   text("Short name of the breach."),
				"title":  text("Title of the breach."),
				"domain": text("Domain of the service that was breached."),
				"date":   text("Day of the breach, such as `2013-10-04`."),
				"data_classes": schema.SetAttribute{
					MarkdownDescription: "Kinds of data that leaked, such as `Passwords`.",
					Computed:            true,
					ElementType:         types.StringType,
				},
			}},
		},
	}
}

func (d *dataBreachDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_data_breach_report"
}

func (d *dataBreachDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The data breaches in which the e-mail addresses of a client organization's members occur. The " +
			"Bitwarden server asks Have I Been Pwned for each address, one in 2 seconds: 100 members take more than 3 minutes.",
		Attributes: map[string]schema.Attribute{
			"organization_id": organizationAttribute(),
			"emails": schema.SetAttribute{
				MarkdownDescription: "Addresses to look for. Default: those of all members who are not revoked.",
				Optional:            true,
				ElementType:         types.StringType,
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1),
					setvalidator.ValueStringsAre(stringvalidator.RegexMatches(address, "must be an e-mail address")),
				},
			},
			"checked_count": schema.Int64Attribute{MarkdownDescription: "Number of addresses looked for.", Computed: true},
			"found_count": schema.Int64Attribute{
				MarkdownDescription: "Number of addresses that occur in a breach.", Computed: true,
			},
			"addresses": schema.ListNestedAttribute{
				MarkdownDescription: "The addresses that occur in a breach, in their own order.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: breachedAddressAttributes()},
			},
		},
	}
}

func (d *dataBreachDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	model, ok := fw.Load[dataBreachModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := model.read(ctx, d.Client); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not look for data breaches", err)
		return
	}
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

func (m *dataBreachModel) read(ctx context.Context, client *bitwarden.Client) error {
	emails := fw.IDs(m.Emails)
	if emails == nil {
		var err error
		if emails, err = activeAddresses(ctx, client, m.OrganizationID.ValueString()); err != nil {
			return err
		}
	}
	m.CheckedCount, m.Addresses = count(len(emails)), []breachedAddressModel{}
	for _, email := range emails {
		breaches, err := client.Breaches(ctx, email)
		if err != nil {
			return err
		}
		if len(breaches) > 0 {
			m.Addresses = append(m.Addresses, newBreachedAddress(email, breaches))
		}
	}
	m.FoundCount = count(len(m.Addresses))
	return nil
}

// activeAddresses are those of the members who are not revoked, sorted.
func activeAddresses(ctx context.Context, client *bitwarden.Client, organizationID string) ([]string, error) {
	members, err := client.Members(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	emails := []string{}
	for _, member := range members {
		if member.Status != bitwarden.StatusRevoked {
			emails = append(emails, member.Email)
		}
	}
	slices.Sort(emails)
	return emails, nil
}

func newBreachedAddress(email string, breaches []bitwarden.Breach) breachedAddressModel {
	breached := breachedAddressModel{Email: types.StringValue(email)}
	for _, breach := range breaches {
		breached.Breaches = append(breached.Breaches, breachModel{
			Name: types.StringValue(breach.Name), Title: fw.StringOrNull(breach.Title),
			Domain: fw.StringOrNull(breach.Domain), Date: fw.StringOrNull(breach.Date),
			DataClasses: fw.IDSet(breach.DataClasses),
		})
	}
	return breached
}
