// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ resource.ResourceWithConfigure      = (*memberResource)(nil)
	_ resource.ResourceWithIdentity       = (*memberResource)(nil)
	_ resource.ResourceWithImportState    = (*memberResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*memberResource)(nil)
	_ resource.ResourceWithValidateConfig = (*memberResource)(nil)
)

type memberResource struct{ fw.Resource }

func newMemberResource() resource.Resource { return &memberResource{} }

func (r *memberResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_member"
}

func (r *memberResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = memberSchema()
}

func (r *memberResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = fw.IdentitySchema("organization_id", "id")
}

func (r *memberResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := fw.Load[memberModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	m, err := r.invite(ctx, plan)
	if m != nil { // The invitation exists, even if a later step failed: record it first.
		model := plan.fromAPI(m)
		r.Run.GroupMembers.Made(fw.Right, model.ID, model.Groups)
		r.Run.CollectionMembers.Made(fw.Right, model.ID, model.Collections)
		fw.Save(ctx, &resp.State, resp.Identity, model, model.identity(), &resp.Diagnostics)
	}
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not invite member", err)
	}
}

func (r *memberResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := fw.Load[memberModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	m, err := r.Client.Member(ctx, state.OrganizationID.ValueString(), state.ID.ValueString())
	switch {
	case bitwarden.IsNotFound(err):
		r.Gone(ctx, resp, "member", state.ID.ValueString(), err)
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not read member", err)
	default:
		r.Run.Note(readKey(m.ID))
		warnMoved(&resp.Diagnostics, state, m)
		fw.Save(ctx, &resp.State, resp.Identity, state.fromAPI(m), state.identity(), &resp.Diagnostics)
	}
}

func (r *memberResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, ok := fw.Load[memberModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	state, ok := fw.Load[memberModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	config, ok := fw.Load[memberModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	m, err := r.update(ctx, plan.without(config))
	if m != nil {
		model := plan.invited(state, m, err).fromAPI(m)
		if err == nil {
			model = model.promised(plan)
		}
		fw.Save(ctx, &resp.State, resp.Identity, model, plan.identity(), &resp.Diagnostics)
	}
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not update member", err)
	}
}

func (r *memberResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := fw.Load[memberModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	organizationID, id := state.OrganizationID.ValueString(), state.ID.ValueString()
	err := r.leave(ctx, state, &resp.Diagnostics)
	switch {
	case err == nil || bitwarden.IsNotFound(err):
	case errors.Is(err, bitwarden.ErrLastOwner):
		resp.Diagnostics.AddWarning("Left the last owner in the organization", lastOwnerStays(organizationID, id))
	case errors.Is(err, bitwarden.ErrOwnAccount):
		resp.Diagnostics.AddWarning("Left the acting account in the organization", ownAccountStays(organizationID, id))
	default:
		fw.AddError(&resp.Diagnostics, "Could not remove member", err)
	}
}

// leave ends the membership as configured. Nobody can be removed whose account the organization has claimed: that member
// is revoked.
func (r *memberResource) leave(ctx context.Context, state memberModel, diags *diag.Diagnostics) error {
	organizationID, id := state.OrganizationID.ValueString(), state.ID.ValueString()
	onDestroy := state.OnDestroy.ValueString()
	m, err := r.Client.Member(ctx, organizationID, id)
	if err != nil {
		return err
	}
	claimed := onDestroy == onDestroyRemove && m.ClaimedByOrganization
	switch {
	case onDestroy == onDestroyRevoke || claimed:
		if _, err = r.Client.RevokeMember(ctx, organizationID, id); err != nil {
			return err
		}
		if r.Run.Note(revokedKey(organizationID, m.Email)); claimed {
			diags.AddWarning("Revoked a claimed account instead of removing it", claimedStays(m))
		}
		return nil
	case onDestroy == onDestroyDelete && m.UserID != "":
		return r.Client.DeleteMemberAccount(ctx, organizationID, id)
	default:
		return r.Client.RemoveMember(ctx, organizationID, id)
	}
}

// ImportState sets what only the configuration knows to its defaults. Groups and collections are not managed until the
// configuration names them.
func (r *memberResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	fw.ImportByName(ctx, req, resp, "email", r.find)
	defaults := imported()
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("auto_confirm"), defaults.AutoConfirm)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("on_destroy"), defaults.OnDestroy)...)
}

// find returns the id of the only member with this address; the server allows several.
func (r *memberResource) find(ctx context.Context, organizationID, email string) (string, error) {
	members, err := r.Client.Members(ctx, organizationID)
	if err != nil {
		return "", err
	}
	var ids []string
	for _, m := range members {
		if strings.EqualFold(m.Email, email) {
			ids = append(ids, m.ID)
		}
	}
	return fw.OnlyID("member", organizationID, "email", email, ids)
}

// invite sends the invitation; somebody who is to be revoked from the start keeps it for later.
func (r *memberResource) invite(ctx context.Context, plan memberModel) (*bitwarden.Member, error) {
	m, err := r.takeOver(ctx, plan)
	if m == nil && err == nil {
		m, err = r.Client.InviteMember(ctx, plan.OrganizationID.ValueString(), plan.toAPI())
		if err == nil {
			m, err = r.align(ctx, plan, m) // An invitation takes no external id.
		}
	}
	if m == nil || err != nil || !plan.Revoked.ValueBool() {
		return m, err
	}
	revoked, err := r.Client.RevokeMember(ctx, m.OrganizationID, m.ID)
	return cmp.Or(revoked, m), err
}

// takeOver looks for the invitation that the server sent to the owner when the organization was made, which nobody can
// import in the same run, and gives it the planned access. The last owner, whom a destruction has left where he was, and a
// member whom a destruction has revoked are brought to the plan as well. It returns nil when there is none.
func (r *memberResource) takeOver(ctx context.Context, plan memberModel) (*bitwarden.Member, error) {
	organizationID, address := plan.OrganizationID.ValueString(), plan.Email.ValueString()
	replaces := r.Run.Noted(revokedKey(organizationID, address))
	if plan.role() != bitwarden.RoleOwner && !replaces && !plan.revokesOnDestroy() {
		return nil, nil
	}
	m, err := r.Client.MemberByEmail(ctx, organizationID, address)
	switch {
	case bitwarden.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	case replaces || plan.comesBackAs(m):
		plan.ID = types.StringValue(m.ID)
		return r.update(ctx, plan)
	case isOpenOwner(m):
		return r.align(ctx, plan, m)
	}
	if last, err := r.isLastOwner(ctx, organizationID, m.ID); err != nil || !last {
		return nil, err
	}
	return r.align(ctx, plan, m)
}

// align writes role and access where they are not as planned. With an error it returns the member as it was.
func (r *memberResource) align(
	ctx context.Context, plan memberModel, m *bitwarden.Member,
) (*bitwarden.Member, error) {
	u, changed := plan.toUpdate(plan.fromAPI(m))
	if !changed {
		return m, nil
	}
	updated, err := r.Client.UpdateMember(ctx, m.OrganizationID, m.ID, u)
	return cmp.Or(updated, m), err
}

// update brings the member to the plan: role and access, then revocation, then the confirmation or the invitation that
// was planned. It returns how far it came.
func (r *memberResource) update(ctx context.Context, plan memberModel) (*bitwarden.Member, error) {
	organizationID, id := plan.OrganizationID.ValueString(), plan.ID.ValueString()
	m, err := r.Client.Member(ctx, organizationID, id)
	if err != nil {
		return nil, err
	}
	done := func(next *bitwarden.Member, err error) error {
		if next != nil {
			m = next
		}
		return err
	}
	if err := done(r.align(ctx, plan, m)); err != nil {
		return m, err
	}
	if revoke := plan.Revoked.ValueBool(); revoke != (m.Status == bitwarden.StatusRevoked) {
		change := r.Client.RestoreMember
		if revoke {
			change = r.Client.RevokeMember
		}
		if err := done(change(ctx, organizationID, id)); err != nil {
			return m, err
		}
	}
	if plan.confirms() && m.Status == bitwarden.StatusAccepted {
		phrase := plan.FingerprintPhrase.ValueString()
		if err := done(r.Client.ConfirmMember(ctx, organizationID, id, phrase)); err != nil {
			return m, err
		}
	}
	if plan.InvitedAt.IsUnknown() && m.Status == bitwarden.StatusInvited {
		if err := r.Client.ReinviteMember(ctx, organizationID, id); err != nil {
			return m, err
		}
	}
	return r.align(ctx, plan, m) // Revocation and confirmation read anew, and somebody may have edited the member.
}
