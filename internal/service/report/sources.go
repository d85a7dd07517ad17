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
		Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
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

// maxDirectory is many times the size of the list of sites.
const maxDirectory = 64 << 20

func directoryFileAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Path of the list of sites that offer two-step login with codes, in the format of the " +
			"[2FA Directory](https://2fa.directory), which publishes it at `https://api.2fa.directory/v3/totp.json`. The " +
			"provider brings no list of its own, and downloads none.",
		Optional:   true,
		Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

func readDirectory(path string) (*health.Directory, error) {
	const field = "directory_file"
	file, err := os.Open(path) //nolint:gosec // The file that the configuration names.
	if err != nil {
		return nil, unreadableFile(field, err)
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxDirectory))
	if err != nil {
		return nil, unreadableFile(field, err)
	}
	directory, err := health.ParseDirectory(text)
	if err != nil {
		return nil, &bitwarden.InputError{
			Field: field, Reason: err.Error(), Remedy: "Download https://api.2fa.directory/v3/totp.json",
		}
	}
	return directory, nil
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
