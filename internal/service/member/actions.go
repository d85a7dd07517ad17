// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

// membersAction is what the actions on several members share. They can be done again without harm: who is as the action
// wants already stays so.
type membersAction struct{ fw.Action }

type membersActionModel struct {
	OrganizationID types.String `tfsdk:"organization_id"`
	MemberIDs      types.Set    `tfsdk:"member_ids"`
}

// deed is what such an action does with each member.
type deed struct {
	summary string // What could not be done, if there is an error.
	done    string // What became of a member: "invited again".
	// all picks the members where the configuration names none; nil: it has to name them.
	all func(m bitwarden.Member) bool
	do  func(ctx context.Context, organizationID, id string) error
	// idle says of a member why there is nothing to do any more, empty: there is; nil: do finds out.
	idle func(m bitwarden.Member) string
}

// act does the deed to one member, and says what became of him.
func (d deed) act(ctx context.Context, m bitwarden.Member) (became string, err error) {
	if d.idle != nil {
		if why := d.idle(m); why != "" {
			return why, nil
		}
	}
	return "is " + d.done, d.do(ctx, m.OrganizationID, m.ID)
}

func organizationAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Id of the client organization.",
		Required:            true,
		Validators:          []validator.String{fwvalidate.UUID()},
	}
}

// membersSchema is the schema of an action; an empty everybody says that it takes named members only.
func membersSchema(description, everybody string) schema.Schema {
	ids := schema.SetAttribute{
		MarkdownDescription: "Ids of the members (not of the users).",
		Required:            everybody == "",
		Optional:            everybody != "",
		ElementType:         types.StringType,
		Validators:          []validator.Set{setvalidator.ValueStringsAre(fwvalidate.UUID())},
	}
	if everybody != "" {
		ids.MarkdownDescription += " Leave it out for " + everybody + "; an empty set means nobody."
	}
	return schema.Schema{
		MarkdownDescription: description,
		Attributes:          map[string]schema.Attribute{"organization_id": organizationAttribute(), "member_ids": ids},
	}
}

// chosen returns the members that the configuration means, as far as it is known, and refuses ids that do not exist.
func (a *membersAction) chosen(
	ctx context.Context, config membersActionModel, d deed, diags *diag.Diagnostics,
) []bitwarden.Member {
	if a.Client == nil || config.OrganizationID.IsUnknown() || config.MemberIDs.IsUnknown() {
		return nil
	}
	organizationID, ids := config.OrganizationID.ValueString(), fw.IDs(config.MemberIDs)
	members, err := a.Client.Members(ctx, organizationID)
	if err != nil {
		fw.AddError(diags, d.summary, err)
		return nil
	}
	missing := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" }) // It is not known yet.
	members = slices.DeleteFunc(members, func(m bitwarden.Member) bool {
		missing = slices.DeleteFunc(missing, func(id string) bool { return id == m.ID })
		if config.MemberIDs.IsNull() {
			return !d.all(m)
		}
		return !slices.Contains(ids, m.ID)
	})
	if len(missing) > 0 {
		refuse(diags, "member_ids", "No such members", fmt.Sprintf(
			"Organization %s has no member with the id %s. Members have another id than their users.",
			organizationID, strings.Join(missing, ", ")))
	}
	return members
}

// plan says before the apply that somebody does not exist, and returns the others.
func (a *membersAction) plan(
	ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse, d deed,
) []bitwarden.Member {
	config, ok := fw.Load[membersActionModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return nil
	}
	return a.chosen(ctx, config, d, &resp.Diagnostics)
}

// invoke does the deed to all members at once, so that the client brings the calls together, and tells of each one.
func (a *membersAction) invoke(
	ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse, d deed,
) {
	config, ok := fw.Load[membersActionModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	members := a.chosen(ctx, config, d, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if len(members) == 0 {
		resp.SendProgress(action.InvokeProgressEvent{Message: "Nobody has to be " + d.done + "."})
		return
	}
	type result struct {
		member bitwarden.Member
		became string
		err    error
	}
	results := make(chan result)
	for _, m := range members {
		go func() {
			became, err := d.act(ctx, m)
			results <- result{m, became, err}
		}()
	}
	failed := map[string][]string{} // members by what is the matter with them
	for i := range members {
		r := <-results
		who := fmt.Sprintf("%s (%s)", r.member.Email, r.member.ID)
		if r.err == nil {
			resp.SendProgress(action.InvokeProgressEvent{
				Message: fmt.Sprintf("%d of %d: %s %s.", i+1, len(members), who, r.became),
			})
			continue
		}
		var why diag.Diagnostics
		fw.AddError(&why, d.summary, r.err)
		failed[why[0].Detail()] = append(failed[why[0].Detail()], who)
	}
	for _, why := range slices.Sorted(maps.Keys(failed)) {
		who := slices.Sorted(slices.Values(failed[why]))
		resp.Diagnostics.AddAttributeError(path.Root("member_ids"), d.summary, strings.Join(who, ", ")+": "+why)
	}
}
