// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package msp

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwplan"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwtype"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

var (
	_ resource.ResourceWithConfigure   = (*providerUserResource)(nil)
	_ resource.ResourceWithIdentity    = (*providerUserResource)(nil)
	_ resource.ResourceWithImportState = (*providerUserResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*providerUserResource)(nil)
)

type providerUserResource struct{ fw.Resource }

func newProviderUserResource() resource.Resource { return &providerUserResource{} }

const (
	roleDescription   = "What the person may do: an `admin` everything, a `service_user` everything inside the clients."
	statusDescription = "How far the person has come: `invited`, `accepted` or `confirmed`."
)

func (r *providerUserResource) Metadata(
	_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_provider_user"
}

func (r *providerUserResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A person who works for the Bitwarden Provider, in all of its clients. It needs a provider admin.\n\n" +
			"Creating it sends an invitation. The person accepts by the mailed link, outside Terraform. The next plan then " +
			"shows `status` going from `accepted` to `confirmed`, and its apply gives the person the provider's key; that " +
			"needs the master password. Turn `auto_confirm` off to leave the confirmation to people.\n\n" +
			"The account that Terraform acts with is never demoted or removed, so that the provider always keeps an admin.",
		Attributes: map[string]schema.Attribute{
			"id": fw.IDAttribute("provider user; the person's account has another, `user_id`"),
			"provider_id": schema.StringAttribute{
				MarkdownDescription: "Id of the provider.", Computed: true, PlanModifiers: keep,
			},
			"email": schema.StringAttribute{
				MarkdownDescription: "E-mail address that the person is invited with, in any letter case. Changing it forces a " +
					"new provider user, unless it follows a change that the person made to the account.",
				CustomType:    fwtype.EmailType{},
				Required:      true,
				PlanModifiers: []planmodifier.String{fwplan.IgnoreCase()},
			},
			"role": schema.StringAttribute{
				MarkdownDescription: roleDescription + " A service user cannot create or unlink clients, buy seats, or manage " +
					"provider users. Default: `service_user`.",
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(string(bitwarden.ProviderRoleServiceUser)),
				Validators: []validator.String{stringvalidator.OneOf(fw.Strings(bitwarden.ProviderRoles)...)},
			},
			"auto_confirm": schema.BoolAttribute{
				MarkdownDescription: "Whether an apply confirms the person after they have accepted. Default: `true`.",
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(true),
			},
			"fingerprint_phrase": schema.StringAttribute{
				MarkdownDescription: "Fingerprint phrase that the person reads from the account settings of a Bitwarden app. " +
					"The confirmation is refused when the server presents a key with another phrase, so that it cannot put its " +
					"own in place.",
				Optional:   true,
				Validators: []validator.String{fwvalidate.FingerprintPhrase()},
			},
			"resend_invitation_after": fw.ResendInvitationAfterAttribute(),
			"invited_at": fw.InvitedAtAttribute("When the person was invited from here last, in RFC 3339; null if others did: " +
				"the server does not tell when. An open invitation of theirs counts as too old for `resend_invitation_after`."),
			"user_id": schema.StringAttribute{
				MarkdownDescription: "Id of the person's account; null until the invitation is accepted.",
				Computed:            true, PlanModifiers: keep,
			},
			"status": schema.StringAttribute{MarkdownDescription: statusDescription, Computed: true},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name in the person's account; null until the invitation is accepted.",
				Computed:            true, PlanModifiers: keep,
			},
		},
	}
}

func (r *providerUserResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = fw.IdentitySchema("provider_id", "id")
}

func (r *providerUserResource) Create(
	ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse,
) {
	plan, ok := fw.Load[providerUserModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	u, err := r.Client.InviteProviderUser(ctx, plan.Email.ValueString(), plan.role())
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not invite provider user", err)
		return
	}
	plan.InvitedAt = fw.Timestamp(time.Now())
	plan.fromAPI(u).store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
}

func (r *providerUserResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := fw.Load[providerUserModel](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.isOurs(ctx, &state, &resp.Diagnostics) {
		return
	}
	u, err := r.Client.ProviderUser(ctx, state.ID.ValueString())
	switch {
	case bitwarden.IsNotFound(err):
		r.Vanished(ctx, resp, "provider user", state.ID.ValueString(), err)
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not read provider user", err)
	default:
		r.Run.Note(readKey(u.ID))
		warnMoved(&resp.Diagnostics, &state, u)
		state.fromAPI(u).store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
	}
}

// isOurs tells whether the user belongs to the provider that the account works for: otherwise the list proves nothing.
func (r *providerUserResource) isOurs(ctx context.Context, state *providerUserModel, diags *diag.Diagnostics) bool {
	account, err := r.Client.Account(ctx)
	if err != nil {
		fw.AddError(diags, "Could not read provider user", err)
		return false
	}
	if id := state.ProviderID.ValueString(); id != account.ProviderID {
		otherProvider(diags, id, account.ProviderID)
		return false
	}
	return true
}

func (r *providerUserResource) Update(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse,
) {
	plan, ok := fw.Load[providerUserModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	state, ok := fw.Load[providerUserModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	promise, id := plan, state.ID.ValueString()
	u, err := r.Client.UpdateProviderUser(ctx, id, plan.role())
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not update provider user", err)
		return
	}
	resends := plan.InvitedAt.IsUnknown()
	if resends {
		plan.InvitedAt = state.InvitedAt
	}
	switch {
	case plan.confirms(&state):
		confirmed, err := r.Client.ConfirmProviderUser(ctx, id, plan.FingerprintPhrase.ValueString())
		if err != nil {
			plan.fromAPI(u).store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
			fw.AddError(&resp.Diagnostics, "Could not confirm provider user", err)
			return
		}
		u = confirmed
	case resends && u.Status == bitwarden.StatusInvited:
		if err := r.Client.ReinviteProviderUser(ctx, id); err != nil {
			fw.AddError(&resp.Diagnostics, "Could not invite provider user again", err)
			return
		}
		plan.InvitedAt = fw.Timestamp(time.Now())
	}
	plan.fromAPI(u).promised(&promise).store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
}

func (r *providerUserResource) Delete(
	ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse,
) {
	state, ok := fw.Load[providerUserModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	if r.isSelf(ctx, &state, &resp.Diagnostics) {
		resp.Diagnostics.AddWarning("Left the acting account in the provider", ownAccountStays(&state))
		return
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if err := r.Client.RemoveProviderUser(ctx, state.ID.ValueString()); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not remove provider user", err)
	}
}

// ImportState takes the ids of provider and user, the provider's id with the user's address, or an identity.
func (r *providerUserResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	if req.ID == "" {
		fw.ImportState(ctx, req, resp, "provider_id", "id")
		return
	}
	parts, err := fw.ImportParts(req.ID, "provider_id", "id or email")
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not import", err)
		return
	}
	if id, err := uuid.Parse(parts[1]); err == nil {
		parts[1] = id.String()
	} else {
		u, err := r.Client.ProviderUserByEmail(ctx, parts[1])
		if err != nil {
			fw.AddError(&resp.Diagnostics, "Could not import", err)
			return
		}
		parts[1] = u.ID
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("provider_id"), parts[0])...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), parts[1])...)
}
