// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/hashicorp/go-retryablehttp"
)

// CheckWebAddress refuses what is no address of a third party's service: https with a host, or http on this machine. Its
// error is why.
func CheckWebAddress(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "":
		return errors.New("it is no web address")
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		return errors.New("anybody on the way could read and change what travels")
	}
	return nil
}

// CheckBaseAddress refuses what CheckWebAddress does, and what no path can be added to.
func CheckBaseAddress(address string) error {
	if strings.Contains(address, "?") {
		return errors.New("it has a query, and paths are added to it")
	}
	return CheckWebAddress(address)
}

func foreignAddress(field string, err error) error {
	return &InputError{
		field, err.Error(), "Use an https address, without user and fragment. Plain http is accepted for this machine only.",
	}
}

// fetch reads a document of a third party, at an address that CheckWebAddress takes. No token goes there, and no header
// that says who asks. The route stands for the address in logs and errors.
func (t *transport) fetch(ctx context.Context, address, route string, header http.Header) ([]byte, error) {
	state := &callState{call: &call{method: http.MethodGet, route: route}}
	request, err := retryablehttp.NewRequestWithContext(
		context.WithValue(ctx, stateKey{}, state), http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	maps.Copy(request.Header, header)
	request.Header.Set("User-Agent", "terraform-provider-bitwarden/"+t.config.Version)
	response, err := t.client.Do(request)
	if response != nil {
		defer func() { _ = response.Body.Close() }()
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, foreignFailure(request.URL.Host, innerError(err))
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s answers HTTP %d", request.URL.Host, response.StatusCode)
	}
	text, err := io.ReadAll(response.Body)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, foreignFailure(request.URL.Host, err)
	}
	return text, nil
}

// foreignFailure says why a third party gave no answer: the words of a NetworkError are about Bitwarden's server.
func foreignFailure(host string, err error) error {
	cause := (&NetworkError{Err: err}).cause()
	if isProxyFailure(err) {
		return fmt.Errorf("the proxy to %s cannot be reached, see proxy_url, or HTTPS_PROXY and NO_PROXY: %s", host, cause)
	}
	return fmt.Errorf("%s does not answer: %s", host, cause)
}

// document is what was found at an address.
type document struct {
	slot slot
	text []byte
}

// directoryRoute is how a request for a directory appears in logs and errors.
const directoryRoute = "{directory_url}"

// TwoStepDirectory downloads a list of sites that have two-step login, once per run and address: whoever asks first waits
// for it, all others share it. The text is for the caller to read, and not to be changed. An address that cannot be asked
// or does not answer with a document is an *InputError about directory_url.
func (c *Client) TwoStepDirectory(ctx context.Context, address string) ([]byte, error) {
	const field = "directory_url"
	if err := CheckWebAddress(address); err != nil {
		return nil, foreignAddress(field, err)
	}
	d := c.reports.directory(address)
	var text []byte
	err := d.slot.read(ctx, func(ctx context.Context) (func(), error) {
		text, err := c.transport.fetch(ctx, address, directoryRoute, nil)
		if err != nil && ctx.Err() == nil {
			err = &InputError{
				field, "The list cannot be downloaded: " + err.Error(),
				"Try again, or download it by other means and name the file in directory_file.",
			}
		}
		return func() { d.text = text }, err
	}, func() { text = d.text })
	return text, err
}

// directory is the document at an address.
func (r *reportState) directory(address string) *document {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.directories == nil {
		r.directories = map[string]*document{}
	}
	if r.directories[address] == nil {
		r.directories[address] = &document{}
	}
	return r.directories[address]
}
