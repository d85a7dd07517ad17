// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
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

const statusDescription = "How far the person has come: `invited`, `accepted`, `confirmed`, `revoked` or `staged` " +
	"(provisioned without an invitation)."

func memberSchema() schema.Schema {
	roles := fw.Strings(bitwarden.Roles)
	onDestroy := []string{onDestroyRemove, onDestroyRevoke, onDestroyDelete}
	return schema.Schema{
		MarkdownDescription: "A person in a client organization, through the whole life of the membership.\n\n" +
			"Creating it sends an invitation, which takes a seat. The person accepts by the mailed link, outside Terraform. " +
			"The next plan then shows `status` going from `accepted` to `confirmed` and nothing else, and its apply gives the " +
			"person the organization's key; that needs the master password. Turn `auto_confirm` off to leave the confirmation " +
			"to people.\n\n" +
			"Groups can be declared here by `groups` or by `members` of `bitwarden_group`, direct access here by " +
			"`collections` or by `members` of `bitwarden_collection`: choose one side for each.\n\n" +
			"The last confirmed owner is never removed, demoted or revoked, and the acting account never removed or revoked." +
			fw.WholeRow("role, permissions and direct access"),
		Attributes: map[string]schema.Attribute{
			"id":              fw.IDAttribute("member; the person's account has another, `user_id`"),
			"organization_id": fw.OrganizationIDAttribute("member"),
			"email": schema.StringAttribute{
				MarkdownDescription: "E-mail address that the person is invited with, in any letter case. Changing it forces a " +
					"new member, unless it follows a change that the person made to the account.",
				CustomType:    fwtype.EmailType{},
				Required:      true,
				PlanModifiers: []planmodifier.String{fwplan.IgnoreCase()},
			},
			"role": schema.StringAttribute{
				MarkdownDescription: "What the person may do in the organization, " + fw.OneOf(roles) + ". Default: `user`. The " +
					"role `custom` needs an Enterprise plan.",
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(string(bitwarden.RoleUser)),
				Validators: []validator.String{stringvalidator.OneOf(roles...)},
			},
			"permissions": permissionsAttribute(),
			"access_secrets_manager": schema.BoolAttribute{
				MarkdownDescription: "Whether the person may use Secrets Manager, which the organization must have. " +
					"Default: `false`.",
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
			},
			"groups": fw.IDSetAttribute("Ids of the groups that the person is in."),
			"collections": fw.AccessAttribute("Direct access of the person, by the id of the collection; access through " +
				"groups is apart from it."),
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
			"revoked": schema.BoolAttribute{
				MarkdownDescription: "Whether the person's access is revoked, which frees the seat and keeps role, groups and " +
					"collections. Somebody whom a policy of the organization revoked shows as revoked too. A new member who is to " +
					"be revoked is invited first, which takes a seat for a moment. Default: `false`.",
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
			},
			"on_destroy": schema.StringAttribute{
				MarkdownDescription: "What destroying the resource does to the membership, " + fw.OneOf(onDestroy) + ". Default: " +
					"`remove`. Members whose account the organization has claimed are revoked instead of removed; only theirs " +
					"can be deleted altogether, with everything in it, by `delete_account`. An invitation that is still open is " +
					"taken back. With `revoke`, creating the resource again gives the same member the access back.",
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(onDestroyRemove),
				Validators: []validator.String{stringvalidator.OneOf(onDestroy...)},
			},
			"resend_invitation_after": fw.ResendInvitationAfterAttribute(),
			"invited_at": fw.InvitedAtAttribute("When the person was invited from here last, in RFC 3339: the creation of the " +
				"membership, until `resend_invitation_after` sends the invitation again. The server does not tell when people did."),
			"user_id": computedString("Id of the person's account; null until the invitation is accepted."),
			"status": schema.StringAttribute{
				MarkdownDescription: statusDescription,
				Computed:            true,
			},
			"name":        computedString("Name in the person's account; null until the invitation is accepted."),
			"external_id": fw.ExternalIDAttribute("person"),
			"two_step_login_enabled": computedBool(
				"Whether the person's account has two-step login."),
			"account_recovery_enrolled": computedBool(
				"Whether the organization can recover the person's account."),
		},
	}
}

func permissionsAttribute() schema.SingleNestedAttribute {
	attributes := map[string]schema.Attribute{}
	for _, p := range permissions() {
		attributes[p.name] = schema.BoolAttribute{
			MarkdownDescription: "Whether the person may " + p.what + ". Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		}
	}
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Rights of the role `custom`; other roles have none of their own.",
		Optional:            true,
		Attributes:          attributes,
	}
}

// computedString is a value of the server that another attribute does not influence.
func computedString(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

func computedBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
	}
}
