// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package send

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

// address is what the server compares addresses with: lower case.
var address = regexp.MustCompile(`^[^\sA-Z@,]+@[^\sA-Z@,]+\.[^\sA-Z@,]+$`)

func (r *sendResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A Send: a text or a file that whoever has its link can read, until it expires, was opened often " +
			"enough or is deleted. It belongs to the acting account, not to a client organization.\n\n" +
			"The content is encrypted before it leaves this machine, and the key is in the link alone. `link` is therefore a " +
			"secret in the state: whoever reads the state can open the Send, unless it has a password or is for certain " +
			"addresses. The same link comes without a state from the ephemeral resource `bitwarden_send_link`. Text and " +
			"password are write-only and need Terraform 1.11 or OpenTofu 1.11; the state keeps digests of them that are keyed " +
			"by the account and tell nothing to anybody else.\n\n" +
			"When a Send has expired, was opened `max_access_count` times or was deleted by the server at its deletion date, " +
			"`status` says so and `on_expiry` says what follows. A Send that somebody deletes before is made anew.\n\n" +
			"An imported Send keeps its text, file and password as long as the configuration, such as a generated one, leaves " +
			"them out. Its password cannot be compared, so the first apply with a `password_wo` sets it; leaving it out again " +
			"removes it. A `file` is taken for the imported one if name and size are the same, and the apply records its digest.",
		Attributes: attributes(),
	}
}

func attributes() map[string]schema.Attribute {
	all := contentAttributes()
	for _, some := range []map[string]schema.Attribute{accessAttributes(), lifeAttributes(), computedAttributes()} {
		maps.Copy(all, some)
	}
	return all
}

func contentAttributes() map[string]schema.Attribute {
	short := []validator.String{size{"Shorten it."}}
	limit := fmt.Sprintf("up to %d bytes of UTF-8", bitwarden.MaxSendText)
	return map[string]schema.Attribute{
		"id": fw.IDAttribute("Send"),
		"name": schema.StringAttribute{
			MarkdownDescription: "Name of the Send, " + limit + ". Recipients see it.",
			Required:            true,
			Validators:          short,
		},
		"notes": schema.StringAttribute{
			MarkdownDescription: "Notes, " + limit + ". Recipients do not see them, but they are in the state.",
			Optional:            true,
			Validators:          short,
		},
		"text_wo": schema.StringAttribute{
			MarkdownDescription: "Text to send, " + limit + ". It is write-only: neither state nor plan have it. A new Send needs " +
				"either `text_wo` or `file`; changing from one to the other forces a new Send. One that exists keeps what it holds " +
				"when both are left out.",
			Optional:   true,
			Sensitive:  true,
			WriteOnly:  true,
			Validators: []validator.String{size{"Send a longer text as a file, or in several Sends."}},
		},
		"text_wo_version": versionAttribute("text_wo"),
		"text_digest":     digestAttribute("Keyed digest of the text that the server has."),
		"hidden": schema.BoolAttribute{
			MarkdownDescription: "Whether recipients see the text only after they ask for it. Not for files. Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"file": schema.StringAttribute{
			MarkdownDescription: "Path of a file to send, of up to 500 MB; recipients see its last part. The account needs " +
				"premium, its own or that of a Teams or Enterprise organization which it is a member of. Another name or " +
				"content forces a new Send, and a new link.",
			Optional:   true,
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"file_digest": digestAttribute(
			"Keyed digest of the file that was sent. An imported Send has none until an apply with `file`.",
		),
	}
}

func accessAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"password_wo": schema.StringAttribute{
			MarkdownDescription: "Password that recipients need in addition to the link. It is write-only: neither state nor plan " +
				"have it. While an apply replaces a password, the Send is disabled.",
			Optional:   true,
			Sensitive:  true,
			WriteOnly:  true,
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"password_wo_version": versionAttribute("password_wo"),
		"password_digest": digestAttribute(
			"Keyed digest of the password, or of what the server keeps of it if somebody else has set it."),
		"emails": schema.SetAttribute{
			MarkdownDescription: "E-mail addresses in lower case, whose owners alone can open the Send, with a code that is " +
				"mailed to them. The account needs premium, its own or that of a Teams or Enterprise organization which it is a " +
				"member of. It excludes `password_wo`.",
			Optional:    true,
			ElementType: types.StringType,
			Validators: []validator.Set{
				setvalidator.SizeAtLeast(1),
				setvalidator.ValueStringsAre(stringvalidator.RegexMatches(address, "must be an e-mail address in lower case")),
			},
		},
		"max_access_count": schema.Int64Attribute{
			MarkdownDescription: "How often the Send can be opened. Without it there is no limit.",
			Optional:            true,
			Validators:          []validator.Int64{int64validator.Between(1, 1<<31-1)},
		},
		"hide_email": schema.BoolAttribute{
			MarkdownDescription: "Whether recipients do not see the address of the account. Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"disabled": schema.BoolAttribute{
			MarkdownDescription: "Whether nobody can open the Send for now. Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
	}
}

func lifeAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"expiration_date": schema.StringAttribute{
			MarkdownDescription: "When the Send can no longer be opened, such as `2030-01-31T12:00:00Z`, not after its deletion. " +
				"Without it that is at the deletion.",
			CustomType: timetypes.RFC3339Type{},
			Optional:   true,
		},
		"deletion_date": schema.StringAttribute{
			MarkdownDescription: "When the server deletes the Send, at most 31 days ahead. Exactly one of `deletion_date` and " +
				"`delete_after` has to be set.",
			CustomType:    timetypes.RFC3339Type{},
			Optional:      true,
			Computed:      true,
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"delete_after": schema.StringAttribute{
			MarkdownDescription: "How long after its creation the server deletes the Send, such as `168h` for a week, at most " +
				"`744h`. Changing it counts from the change.",
			CustomType: timetypes.GoDurationType{},
			Optional:   true,
		},
		"on_expiry": schema.StringAttribute{
			MarkdownDescription: "What follows when the Send has ended, " +
				fw.OneOf([]string{onExpiryRecreate, onExpiryRetain}) + ". `recreate` plans a new Send with a new link, unless " +
				"its dates are in the past: each scheduled apply may open a used-up one again. `retain` plans nothing until the " +
				"configuration changes. Default: `retain`.",
			Optional:   true,
			Computed:   true,
			Default:    stringdefault.StaticString(onExpiryRetain),
			Validators: []validator.String{stringvalidator.OneOf(onExpiryRecreate, onExpiryRetain)},
		},
	}
}

func computedAttributes() map[string]schema.Attribute {
	immutable := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return map[string]schema.Attribute{
		"type": schema.StringAttribute{
			MarkdownDescription: "What the Send holds, one of `text` or `file`.",
			Computed:            true,
			PlanModifiers:       immutable,
		},
		"status": schema.StringAttribute{
			MarkdownDescription: "Where the Send is in its life, " + fw.OneOf(statuses) + ". `deleted` is by the server, at " +
				"`deletion_date`.",
			Computed: true,
		},
		"access_id": schema.StringAttribute{
			MarkdownDescription: "Form of the id in links.",
			Computed:            true,
			PlanModifiers:       immutable,
		},
		"access_count": schema.Int64Attribute{
			MarkdownDescription: "How often the Send was opened.",
			Computed:            true,
		},
		"revision_date": schema.StringAttribute{
			MarkdownDescription: "When the Send was changed last.",
			CustomType:          timetypes.RFC3339Type{},
			Computed:            true,
		},
		"user_id": schema.StringAttribute{
			MarkdownDescription: "Id of the account that made the Send, the only one that can manage it.",
			Computed:            true,
			PlanModifiers:       immutable,
		},
		"link": schema.StringAttribute{
			MarkdownDescription: "Link that opens the Send. It is in the state, and a secret: see above.",
			Computed:            true,
			Sensitive:           true,
			PlanModifiers:       immutable,
		},
	}
}

// size refuses what the server would cut or refuse, without showing it.
type size struct{ remedy string }

func (size) Description(context.Context) string {
	return fmt.Sprintf("must have 1 to %d bytes of UTF-8", bitwarden.MaxSendText)
}
func (s size) MarkdownDescription(ctx context.Context) string { return s.Description(ctx) }

func (s size) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	bytes := len(req.ConfigValue.ValueString())
	switch {
	case req.ConfigValue.IsNull(), req.ConfigValue.IsUnknown():
	case bytes == 0:
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid attribute value", fmt.Sprintf(
			"%s is empty. Write something, or leave it out.", req.Path))
	case bytes > bitwarden.MaxSendText:
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid attribute value", fmt.Sprintf(
			"%s %s, which is what the server takes in encrypted form, and has %d. %s",
			req.Path, s.Description(ctx), bytes, s.remedy))
	}
}

// versionAttribute makes a write-only attribute be written only when a number changes.
func versionAttribute(writeOnly string) schema.Int64Attribute {
	return schema.Int64Attribute{
		MarkdownDescription: "Any number, for a `" + writeOnly + "` that differs at each run. With it, the value is written only " +
			"when the number changes, or when the server has something else than what was written. Without it, it is written " +
			"whenever it differs from what the server has.",
		Optional:   true,
		Validators: []validator.Int64{int64validator.AlsoRequires(path.MatchRoot(writeOnly))},
	}
}

func digestAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

func (r *sendResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{
		resourcevalidator.Conflicting(path.MatchRoot("text_wo"), path.MatchRoot("file")),
		resourcevalidator.ExactlyOneOf(path.MatchRoot("deletion_date"), path.MatchRoot("delete_after")),
		resourcevalidator.Conflicting(path.MatchRoot("password_wo"), path.MatchRoot("emails")),
	}
}

// ValidateConfig refuses what would have no effect, and durations that the server would refuse.
func (r *sendResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	config, ok := fw.Load[sendModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	if config.Hidden.ValueBool() && !config.File.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("hidden"), "Only a text can be hidden",
			"Leave hidden out for a Send of a file.")
	}
	if config.DeleteAfter.IsNull() || config.DeleteAfter.IsUnknown() {
		return
	}
	after, problems := config.DeleteAfter.ValueGoDuration()
	if problems.HasError() {
		return // the type's own validation says so
	}
	if after < 2*time.Minute || after > bitwarden.SendLifetime {
		resp.Diagnostics.AddAttributeError(path.Root("delete_after"), "Invalid attribute value",
			"delete_after must be between \"2m\" and \"744h\", which is 31 days.")
	}
}
