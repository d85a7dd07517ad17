// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health"
)

// corpusModel says where exposed passwords are looked up.
type corpusModel struct {
	RangeURL   types.String `tfsdk:"range_url"`
	CorpusFile types.String `tfsdk:"corpus_file"`
}

func rangeURLAttribute(otherwise string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Address of a service that is asked for exposed passwords by the first 5 digits of their SHA-1 " +
			"hashes, such as `https://api.pwnedpasswords.com`, which belongs to a third party. Nothing else leaves the " +
			"machine. Each distinct password is one request, at most 50 in a second. " + otherwise,
		Optional:   true,
		Validators: []validator.String{webAddress(bitwarden.CheckBaseAddress)},
	}
}

func corpusFileAttribute(otherwise string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Path of a file of exposed passwords, for use without that service: lines `SHA1:COUNT` in the " +
			"order of the hashes, as Pwned Passwords offers for download. " + otherwise,
		Optional:   true,
		Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

// isSet tells whether exposed passwords are to be looked up at all.
func (m corpusModel) isSet() bool { return !m.RangeURL.IsNull() || !m.CorpusFile.IsNull() }

// exposed looks the passwords of a vault up.
func (m corpusModel) exposed(
	ctx context.Context, client *bitwarden.Client, items []health.Item,
) ([]health.ExposedPassword, error) {
	if !m.RangeURL.IsNull() {
		service, err := client.RangeService(m.RangeURL.ValueString(), health.RangeCount)
		if err != nil {
			return nil, err
		}
		return health.Exposed(ctx, items, service)
	}
	const field = "corpus_file"
	file, err := os.Open(m.CorpusFile.ValueString())
	if err != nil {
		return nil, unreadableFile(field, err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, unreadableFile(field, err)
	}
	corpus, err := health.NewFileCorpus(file, info.Size())
	if err != nil {
		return nil, &bitwarden.InputError{
			Field: field, Reason: fmt.Sprintf("the file is no corpus: %v", err),
			Remedy: "Give a file of lines SHA1:COUNT in the order of the hashes",
		}
	}
	return health.Exposed(ctx, items, corpus)
}

// directoryModel says where the list of sites with two-step login is.
type directoryModel struct {
	DirectoryURL  types.String `tfsdk:"directory_url"`
	DirectoryFile types.String `tfsdk:"directory_file"`
}

// maxDirectory is many times the size of the list of sites.
const maxDirectory = 64 << 20

// directorySource is where the list comes from, with the attribution that its licence asks for.
const directorySource = "the [2FA Directory](https://2fa.directory) by 2factorauth (MIT licence)"

func directoryURLAttribute(otherwise string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Address of the list of sites that offer two-step login with codes, which is downloaded once per " +
			"run: that of " + directorySource + ", `https://api.2fa.directory/v3/totp.json`, or one in its format, of version 3 " +
			"or 4. The provider brings no list of its own. " + otherwise,
		Optional:   true,
		Validators: []validator.String{webAddress(bitwarden.CheckWebAddress)},
	}
}

func directoryFileAttribute(otherwise string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Path of that list in a file, for use without a download. " + otherwise,
		Optional:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

func webAddress(check func(address string) error) validator.String {
	return fwvalidate.Rule("an https address without user and fragment; plain http is for this machine only", check)
}

// isSet tells whether inactive two-step logins are to be looked for at all.
func (m directoryModel) isSet() bool { return !m.DirectoryURL.IsNull() || !m.DirectoryFile.IsNull() }

// inactive finds the logins without two-step login. A list that nothing would be looked up in is not downloaded.
func (m directoryModel) inactive(
	ctx context.Context, client *bitwarden.Client, v *vault,
) ([]health.InactiveTwoStepLogin, error) {
	field := "directory_url"
	load := func() ([]byte, error) { return client.TwoStepDirectory(ctx, m.DirectoryURL.ValueString()) }
	switch {
	case m.DirectoryURL.IsNull():
		field = "directory_file"
		load = func() ([]byte, error) { return readFile(field, m.DirectoryFile.ValueString(), maxDirectory) }
	case v.logins() == 0:
		return nil, nil
	}
	text, err := load()
	if err != nil {
		return nil, err
	}
	directory, err := health.ParseDirectory(text)
	if err != nil {
		return nil, &bitwarden.InputError{
			Field: field, Reason: err.Error(), Remedy: "Use https://api.2fa.directory/v3/totp.json, or what it answers with",
		}
	}
	return directory.Inactive(v.items), nil
}

func readFile(field, path string, most int64) ([]byte, error) {
	file, err := os.Open(path) //nolint:gosec // The file that the configuration names.
	if err != nil {
		return nil, unreadableFile(field, err)
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, most))
	if err != nil {
		return nil, unreadableFile(field, err)
	}
	return text, nil
}

// unreadableFile says what the system says, without repeating the path.
func unreadableFile(field string, err error) error {
	if system, ok := errors.AsType[*os.PathError](err); ok {
		err = system.Err
	}
	return &bitwarden.InputError{
		Field:  field,
		Reason: fmt.Sprintf("the file cannot be read: %v", err),
		Remedy: "Paths are relative to where the CLI runs: begin with ${path.module}/ to name a file beside the configuration",
	}
}
