// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package send

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

// ModifyPlan compares the secrets of the configuration with what the server has, decides what becomes of a Send that
// has ended, and refuses what the server would.
func (r *sendResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if req.Plan.Raw.IsNull() {
		return
	}
	p := &planner{resource: r, now: time.Now(), resp: resp}
	var ok bool
	if p.plan, ok = fw.Load[sendModel](ctx, req.Plan, &resp.Diagnostics); !ok {
		return
	}
	if p.config, ok = fw.Load[sendModel](ctx, req.Config, &resp.Diagnostics); !ok {
		return
	}
	if req.State.Raw.IsNull() {
		p.checkNew(ctx)
		return
	}
	if p.state, ok = fw.Load[sendModel](ctx, req.State, &resp.Diagnostics); !ok || r.Client == nil {
		return
	}
	if p.compare(ctx, loadApplied(ctx, req.Private, &resp.Diagnostics)); resp.Diagnostics.HasError() {
		return
	}
	if len(resp.RequiresReplace) > 0 {
		p.warnOpen()
		p.checkNew(ctx)
		return
	}
	if p.state.hasEnded() && p.planEnded(ctx, req) {
		return
	}
	if !p.changed {
		resp.Plan.Raw = req.State.Raw
		return
	}
	if p.plan.PasswordDigest.IsNull() {
		p.warnOpen()
	}
	p.checkDates(p.plan, p.state)
	p.checkLimit()
	p.checkAccount(ctx, false, !p.plan.Emails.IsNull() && !p.plan.Emails.Equal(p.state.Emails))
	p.set(ctx, "status", types.StringUnknown())
	p.set(ctx, "access_count", types.Int64Unknown())
	p.set(ctx, "revision_date", timetypes.NewRFC3339Unknown())
}

// planner plans one Send.
type planner struct {
	resource            *sendResource
	now                 time.Time
	resp                *resource.ModifyPlanResponse
	plan, config, state sendModel
	changed             bool
}

func (p *planner) set(ctx context.Context, attribute string, value any) {
	p.resp.Diagnostics.Append(p.resp.Plan.SetAttribute(ctx, path.Root(attribute), value)...)
}

func (p *planner) replace(attribute string) {
	p.resp.RequiresReplace = append(p.resp.RequiresReplace, path.Root(attribute))
}

func (p *planner) refuse(attribute, summary, detail string) {
	p.resp.Diagnostics.AddAttributeError(path.Root(attribute), summary, detail)
}

// warnOpen says that the Send, or the one that replaces it, has no password any more.
func (p *planner) warnOpen() {
	if p.config.PasswordWO.IsNull() && !p.state.PasswordDigest.IsNull() && p.plan.Emails.IsNull() {
		p.resp.Diagnostics.AddAttributeWarning(path.Root("password_wo"), "Send loses its password", fmt.Sprintf(
			"The configuration of the Send %s has no password, so that whoever has the link can open it after the apply. Set "+
				"password_wo to keep one.", p.state.ID.ValueString()))
	}
}

// compare finds out whether anything changes, and writes the digests into the plan: known where nothing has to be
// written, unknown where something has.
func (p *planner) compare(ctx context.Context, done applied) {
	p.keepSpelling(ctx, "deletion_date", &p.plan.DeletionDate, p.state.DeletionDate)
	p.keepSpelling(ctx, "expiration_date", &p.plan.ExpirationDate, p.state.ExpirationDate)
	if !p.plan.DeleteAfter.Equal(p.state.DeleteAfter) && !p.plan.DeleteAfter.IsNull() {
		p.plan.DeletionDate = timetypes.NewRFC3339Unknown()
		p.set(ctx, "deletion_date", p.plan.DeletionDate)
	}
	isFile, isText := !p.config.File.IsNull(), !p.config.TextWO.IsNull()
	if wasFile := p.state.Type.ValueString() == string(bitwarden.SendFile); wasFile && isText || !wasFile && isFile {
		p.replace("file")
		return
	}
	p.plan.FileDigest = p.state.FileDigest
	if isFile {
		if p.compareFile(ctx); len(p.resp.RequiresReplace) > 0 || p.resp.Diagnostics.HasError() {
			return
		}
	}
	text := writeOnly{
		config: p.config.TextWO, version: p.config.TextWOVersion, oldVersion: p.state.TextWOVersion,
		current: p.state.TextDigest.ValueString(), applied: done.text,
	}
	textDigest := p.planned(ctx, "text", text, p.state.TextDigest)
	password := writeOnly{
		config: p.config.PasswordWO, version: p.config.PasswordWOVersion, oldVersion: p.state.PasswordWOVersion,
		current: p.state.PasswordDigest.ValueString(), applied: done.password,
	}
	passwordDigest := types.StringNull()
	switch {
	case !p.config.PasswordWO.IsNull():
		passwordDigest = p.planned(ctx, "password", password, p.state.PasswordDigest)
	case done.keepsPassword() && p.plan.Emails.IsNull():
		passwordDigest = p.state.PasswordDigest
	}
	p.plan.TextDigest, p.plan.PasswordDigest = p.state.TextDigest, p.state.PasswordDigest
	// Nobody can open a Send that has ended: its secrets are not worth an apply.
	if !p.state.hasEnded() || !p.plan.isSameToServer(p.state) {
		p.plan.TextDigest, p.plan.PasswordDigest = textDigest, passwordDigest
	}
	p.set(ctx, "text_digest", p.plan.TextDigest)
	p.set(ctx, "password_digest", p.plan.PasswordDigest)
	p.set(ctx, "file_digest", p.plan.FileDigest)
	p.changed = !p.plan.isConfiguredAs(p.state) || !p.plan.isSameToServer(p.state) ||
		!p.plan.FileDigest.Equal(p.state.FileDigest)
}

// keepSpelling plans no change where a date is only written in another way, such as in another time zone.
func (p *planner) keepSpelling(
	ctx context.Context, attribute string, plan *timetypes.RFC3339, state timetypes.RFC3339,
) {
	if date := instant(*plan); date != nil {
		if old := instant(state); old != nil && old.Equal(*date) {
			*plan = state
			p.set(ctx, attribute, state)
		}
	}
}

// planned is the digest that a secret has after the apply.
func (p *planner) planned(ctx context.Context, kind string, w writeOnly, current types.String) types.String {
	if !w.config.IsNull() && !w.config.IsUnknown() {
		sum, err := p.resource.Client.SendDigest(
			ctx, p.state.ID.ValueString(), kind, strings.NewReader(w.config.ValueString()))
		if err != nil {
			fw.AddError(&p.resp.Diagnostics, "Could not compare Send", err)
			return current
		}
		w.digest = sum
	}
	if w.isDue() {
		return types.StringUnknown()
	}
	return current
}

// compareFile plans a new Send for another file. The server gives nobody but recipients a file back, and counts them:
// so what counts is the digest of when the file was sent. An imported Send has none; a file of its name and size is
// taken for the same, whose digest counts from then on.
func (p *planner) compareFile(ctx context.Context) {
	if p.config.File.IsUnknown() {
		p.replace("file")
		return
	}
	name, sent := p.config.File.ValueString(), filepath.Base(p.state.File.ValueString())
	var there *bitwarden.Send // if the state does not know what was sent
	if p.state.File.IsNull() || p.state.FileDigest.IsNull() {
		var err error
		there, err = p.resource.Client.Send(ctx, p.state.ID.ValueString())
		if bitwarden.IsNotFound(err) {
			return // It has ended.
		}
		if err != nil {
			fw.AddError(&p.resp.Diagnostics, "Could not compare file of Send", err)
			return
		}
		sent = there.FileName
	}
	if filepath.Base(name) != sent {
		p.replace("file")
		return
	}
	sum, same, err := p.isSameFile(ctx, name, there)
	if err != nil {
		fw.AddError(&p.resp.Diagnostics, "Could not compare file of Send", err)
		return
	}
	if !same {
		p.set(ctx, "file_digest", types.StringUnknown())
		p.replace("file_digest")
		return
	}
	p.plan.FileDigest = sum
	if !p.state.File.IsNull() { // the same file in another place is no change
		p.plan.File = p.state.File
		p.set(ctx, "file", p.state.File)
	}
}

// isSameFile returns the digest of the file too; there is the Send if the state has no digest.
func (p *planner) isSameFile(ctx context.Context, name string, there *bitwarden.Send) (types.String, bool, error) {
	current := p.state.FileDigest
	file, err := os.Open(name) //nolint:gosec // The user names the file.
	switch {
	case errors.Is(err, fs.ErrNotExist) && p.state.hasEnded():
		return current, true, nil // nobody can open the Send
	case err != nil:
		return current, false, unreadable(err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return current, false, unreadable(err)
	}
	if there != nil && current.IsNull() && there.FileSize != encryptedSize(info.Size()) {
		return current, false, nil
	}
	sum, err := p.resource.Client.SendDigest(ctx, p.state.ID.ValueString(), "file", file)
	return types.StringValue(sum), current.IsNull() || sum == current.ValueString(), err
}

// encryptedSize is how long a file of so many bytes is after encryption.
func encryptedSize(size int64) int64 { return 49 + 16*(size/16+1) }

// planEnded plans a Send that nobody can open any more; it is false if the plan goes on as for any other. The server
// takes changes of an expired Send only together with a later expiration_date.
func (p *planner) planEnded(ctx context.Context, req resource.ModifyPlanRequest) bool {
	status, canLive := p.state.Status.ValueString(), p.plan.fresh().canLive(p.now)
	wantsNew := p.plan.OnExpiry.ValueString() == onExpiryRecreate
	switch {
	case canLive && (wantsNew || status == statusDeleted && !p.plan.isSameToServer(p.state)):
		p.set(ctx, "status", types.StringUnknown())
		p.replace("status")
		p.warnOpen()
		p.checkNew(ctx)
	case !p.changed:
		p.resp.Plan.Raw = req.State.Raw
		if wantsNew {
			attribute := "expiration_date"
			if status == statusDeleted {
				attribute = "deletion_date"
			}
			p.resp.Diagnostics.AddAttributeWarning(path.Root(attribute), "Send has ended", fmt.Sprintf(
				"The Send %s is %s, and with these dates a new one would be, too. Move them, or take the Send out of the "+
					"configuration.", p.state.ID.ValueString(), status))
		}
	case p.plan.isSameToServer(p.state):
		return false
	case status == statusDeleted:
		p.refuse("deletion_date", "Send has ended", fmt.Sprintf(
			"The server has deleted the Send %s at its deletion_date, so it cannot be changed. Set a later one, which makes a "+
				"new Send.", p.state.ID.ValueString()))
	case status == statusExpired && !canLive:
		p.refuse("expiration_date", "Send has ended", fmt.Sprintf(
			"The Send %s has expired, and the server changes it only together with a later expiration_date, or none.",
			p.state.ID.ValueString()))
	default:
		return false
	}
	return true
}

// checkNew refuses what the server would refuse of a Send that is to be made.
func (p *planner) checkNew(ctx context.Context) {
	if p.config.TextWO.IsNull() && p.config.File.IsNull() {
		p.resp.Diagnostics.AddError(
			"Nothing to send",
			"A new Send needs text_wo or file. Only one that exists, as after an import, can do without: it keeps what it has.",
		)
	}
	if p.resource.Run != nil && p.config.File.IsNull() {
		p.resource.Run.WillCreate(ctx, fw.Sends, types.StringNull(), "", &p.resp.Diagnostics)
	}
	p.checkDates(p.plan.fresh(), sendModel{})
	if name := p.config.File.ValueString(); name != "" {
		// A file that is not there yet may be made during the apply.
		if _, err := os.Stat(name); err == nil {
			if err := checkFile(name); err != nil {
				fw.AddError(&p.resp.Diagnostics, "File cannot be sent", err)
			}
		}
	}
	p.checkAccount(ctx, !p.config.File.IsNull(), !p.config.Emails.IsNull())
}

// checkDates refuses dates that the server would refuse, as far as they differ from what is there.
func (p *planner) checkDates(plan, state sendModel) {
	deletion, expiration := plan.deletion(p.now), instant(plan.ExpirationDate)
	moved := deletion != nil && !plan.DeletionDate.Equal(state.DeletionDate)
	expires := expiration != nil && !plan.ExpirationDate.Equal(state.ExpirationDate)
	switch {
	case moved && !deletion.After(p.now):
		p.refuse("deletion_date", "Date is in the past", "The server takes a deletion_date in the future only.")
	case moved && deletion.After(p.now.Add(bitwarden.SendLifetime)):
		p.refuse("deletion_date", "Date is too far ahead", fmt.Sprintf(
			"The server deletes Sends after 31 days at the latest: the deletion_date has to be before %s.",
			p.now.Add(bitwarden.SendLifetime).UTC().Format(time.RFC3339)))
	case expires && !expiration.After(p.now):
		p.refuse("expiration_date", "Date is in the past", "The server takes an expiration_date in the future only.")
	case (expires || moved) && expiration != nil && deletion != nil && expiration.After(*deletion):
		p.refuse("expiration_date", "Date is after the deletion", fmt.Sprintf(
			"The Send is deleted at %s, so it cannot expire later.", deletion.UTC().Format(time.RFC3339)))
	}
}

// checkLimit refuses a limit that has been reached: the Send would end with the apply.
func (p *planner) checkLimit() {
	limit, opened := p.plan.MaxAccessCount, p.state.AccessCount.ValueInt64()
	if limit.IsNull() || limit.IsUnknown() || limit.Equal(p.state.MaxAccessCount) || limit.ValueInt64() > opened {
		return
	}
	p.refuse("max_access_count", "Limit is reached already", fmt.Sprintf(
		"The Send %s was opened %d times, so that nobody could open it after the apply. Set a higher max_access_count, or "+
			"disabled = true.", p.state.ID.ValueString(), opened))
}

// checkAccount refuses what the account may not have.
func (p *planner) checkAccount(ctx context.Context, file, emails bool) {
	if p.resource.Client == nil {
		return
	}
	err := p.resource.Client.RequireMasterPassword()
	if err == nil {
		err = p.resource.Client.CheckSend(ctx, file, emails)
	}
	if err != nil {
		fw.AddError(&p.resp.Diagnostics, "Could not check Send", err)
	}
}
