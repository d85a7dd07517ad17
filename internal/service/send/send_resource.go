// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package send

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ resource.ResourceWithConfigure        = (*sendResource)(nil)
	_ resource.ResourceWithIdentity         = (*sendResource)(nil)
	_ resource.ResourceWithImportState      = (*sendResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*sendResource)(nil)
	_ resource.ResourceWithConfigValidators = (*sendResource)(nil)
	_ resource.ResourceWithValidateConfig   = (*sendResource)(nil)
)

type sendResource struct{ fw.Resource }

func newSendResource() resource.Resource { return &sendResource{} }

func (r *sendResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_send"
}

func (r *sendResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = fw.IdentitySchema("id")
}

func (r *sendResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := fw.Load[sendModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	config, ok := fw.Load[sendModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	s, content, err := r.create(ctx, plan, config)
	if s != nil { // It exists, even if a later step failed: record it first.
		model, done, failure := r.written(ctx, plan, config, s, applied{})
		if failure == nil && content != nil {
			model.FileDigest, failure = r.digest(ctx, s.ID, "file", content)
		}
		if err == nil {
			err = failure
		}
		done.store(ctx, resp.Private, &resp.Diagnostics)
		fw.Save(ctx, &resp.State, resp.Identity, model, model.identity(), &resp.Diagnostics)
	}
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not create Send", err)
	}
}

// create returns the content of the file too, if there is one.
func (r *sendResource) create(ctx context.Context, plan, config sendModel) (*bitwarden.Send, []byte, error) {
	n := bitwarden.NewSend{
		SendSettings: plan.settings(time.Now()),
		Text:         secret(config.TextWO), Password: secret(config.PasswordWO),
	}
	if !plan.File.IsNull() {
		if err := checkFile(plan.File.ValueString()); err != nil {
			return nil, nil, err
		}
		content, err := os.ReadFile(plan.File.ValueString())
		if err != nil {
			return nil, nil, unreadable(err)
		}
		n.FileName, n.File = filepath.Base(plan.File.ValueString()), content
	}
	s, err := r.Client.CreateSend(ctx, n)
	return s, n.File, err
}

// written is the state after a write, and what the write has to be remembered by. Digests that the plan knows are a
// promise, and stay.
func (r *sendResource) written(
	ctx context.Context, plan, config sendModel, s *bitwarden.Send, before applied,
) (sendModel, applied, error) {
	done := before
	model, err := r.fromServer(ctx, plan, s)
	if err != nil {
		return model, done, err
	}
	if plan.TextDigest.IsUnknown() {
		done.text = s.TextDigest
	} else {
		model.TextDigest = plan.TextDigest
	}
	model.PasswordDigest = plan.PasswordDigest
	switch {
	case plan.PasswordDigest.IsUnknown() && !config.PasswordWO.IsNull():
		model.PasswordDigest, err = r.digest(ctx, s.ID, "password", []byte(config.PasswordWO.ValueString()))
		done.password, done.mark, done.imported = model.PasswordDigest.ValueString(), s.PasswordMark, ""
	case plan.PasswordDigest.IsUnknown(), plan.PasswordDigest.IsNull():
		done.password, done.mark = "", ""
		model.PasswordDigest = types.StringNull()
	}
	if plan.FileDigest.IsUnknown() {
		model.FileDigest = types.StringNull()
	}
	return model, done, err
}

func (r *sendResource) digest(ctx context.Context, id, kind string, content []byte) (types.String, error) {
	sum, err := r.Client.SendDigest(ctx, id, kind, bytes.NewReader(content))
	return fw.StringOrNull(sum), err
}

// fromServer adds to what the server says of a Send what only this account can tell.
func (r *sendResource) fromServer(ctx context.Context, m sendModel, s *bitwarden.Send) (sendModel, error) {
	m = m.fromAPI(s, time.Now())
	link := s.Link
	if link == "" { // of a list
		var err error
		if link, err = r.Client.SendLink(ctx, s.ID); err != nil {
			return m, err
		}
	}
	user, err := r.Client.AccountID(ctx)
	m.Link, m.UserID = types.StringValue(link), types.StringValue(user)
	return m, err
}

func (r *sendResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := fw.Load[sendModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	done := loadApplied(ctx, req.Private, &resp.Diagnostics)
	if !r.isOwn(ctx, state, resp) {
		return
	}
	s, err := r.Client.Send(ctx, state.ID.ValueString())
	switch {
	case bitwarden.IsNotFound(err) && state.isPastDeletion(time.Now()):
		state.Status = types.StringValue(statusDeleted)
		fw.Save(ctx, &resp.State, resp.Identity, state, state.identity(), &resp.Diagnostics)
		return
	case bitwarden.IsNotFound(err):
		r.Vanished(ctx, resp, "Send", state.ID.ValueString(), err)
		return
	case err == nil && s.Type != bitwarden.SendText && s.Type != bitwarden.SendFile:
		err = fmt.Errorf("the Send %s is of the type %s, which this provider does not support", s.ID, s.Type)
	}
	if err == nil {
		state.PasswordDigest = done.passwordDigest(s.PasswordMark)
		state, err = r.fromServer(ctx, state, s)
	}
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read Send", err)
		return
	}
	fw.Save(ctx, &resp.State, resp.Identity, state, state.identity(), &resp.Diagnostics)
}

// isOwn makes sure that another account's list of Sends is no proof that this one is gone.
func (r *sendResource) isOwn(ctx context.Context, state sendModel, resp *resource.ReadResponse) bool {
	user, err := r.Client.AccountID(ctx)
	switch {
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not read Send", err)
	case !state.UserID.IsNull() && state.UserID.ValueString() != user:
		resp.Diagnostics.AddError("Send belongs to another account", fmt.Sprintf(
			"The Send %s was made by the account %s, but Terraform acts as %s, which cannot see it. Nothing was changed. Log "+
				"in as the account that made it, or forget it by terraform state rm.",
			state.ID.ValueString(), state.UserID.ValueString(), user))
	default:
		return true
	}
	return false
}

func (r *sendResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, ok := fw.Load[sendModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	state, ok := fw.Load[sendModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	config, ok := fw.Load[sendModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	done := loadApplied(ctx, req.Private, &resp.Diagnostics)
	if plan.isSameToServer(state) { // nothing that the server knows of, and a Send that has ended may be gone
		state = state.withOwn(plan)
		fw.Save(ctx, &resp.State, resp.Identity, state, state.identity(), &resp.Diagnostics)
		return
	}
	u := bitwarden.SendUpdate{
		SendSettings: plan.settings(time.Now()), Password: secret(config.PasswordWO),
		KeepPassword: !plan.PasswordDigest.IsUnknown() && !plan.PasswordDigest.IsNull(),
	}
	if plan.TextDigest.IsUnknown() && !config.TextWO.IsNull() {
		u.Text = new(secret(config.TextWO))
	}
	s, err := r.Client.UpdateSend(ctx, plan.ID.ValueString(), u)
	if err == nil {
		plan, done, err = r.written(ctx, plan, config, s, done)
	}
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not update Send", err)
		return
	}
	done.store(ctx, resp.Private, &resp.Diagnostics)
	fw.Save(ctx, &resp.State, resp.Identity, plan, plan.identity(), &resp.Diagnostics)
}

func (r *sendResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := fw.Load[sendModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := r.Client.DeleteSend(ctx, state.ID.ValueString()); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not delete Send", err)
	}
}

func (r *sendResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	fw.ImportState(ctx, req, resp, "id")
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("on_expiry"), onExpiryRetain)...)
	(&applied{imported: "yes"}).store(ctx, resp.Private, &resp.Diagnostics)
}

// secret wraps a write-only value; null is empty.
func secret(value types.String) bitwarden.Secret { return bitwarden.NewSecret(value.ValueString()) }

// checkFile refuses a file that is too large before it is read.
func checkFile(name string) error {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return unreadable(err)
	case info.IsDir():
		return &bitwarden.InputError{Field: "file", Reason: "It is a folder", Remedy: "Name a file."}
	case info.Size() == 0:
		return &bitwarden.InputError{Field: "file", Reason: "The file is empty", Remedy: "Name a file with content."}
	case info.Size() > bitwarden.MaxSendFile:
		return &bitwarden.InputError{
			Field: "file", Reason: fmt.Sprintf("The file has %d bytes", info.Size()),
			Remedy: fmt.Sprintf("The server takes at most %d.", bitwarden.MaxSendFile),
		}
	}
	return nil
}

func unreadable(err error) error {
	return &bitwarden.InputError{
		Field: "file", Reason: "The file cannot be read: " + strings.TrimSuffix(err.Error(), "."),
		Remedy: "The path is relative to the folder that Terraform runs in.",
	}
}
