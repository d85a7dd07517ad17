// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/time/rate"
)

// How fast the range service is asked.
const (
	rangesPerSecond = rate.Limit(50)
	rangesAtOnce    = 5
)

// rangeRoute is how a request to the range service appears in logs and errors: the digits say something about a password.
const rangeRoute = "/range/{prefix}"

// RangeService asks a k-anonymity range service for exposed passwords. It implements health.Corpus.
type RangeService struct {
	client *Client
	base   string
	count  func(response, suffix string) int
}

// RangeService prepares questions to a service at an address, such as https://api.pwnedpasswords.com. Only the first 5
// digits of a hash leave the machine, and no header says who asks. The count of a suffix in a response is for the caller
// to find. Its error is an *InputError about range_url.
func (c *Client) RangeService(address string, count func(response, suffix string) int) (*RangeService, error) {
	base, err := checkURL("range_url", address)
	if problem, ok := errors.AsType[*ConfigError](err); ok {
		return nil, &InputError{Field: problem.Field, Reason: problem.Reason, Remedy: problem.Remedy}
	}
	return &RangeService{client: c, base: base, count: count}, err
}

// Count asks once per run and hash how often a password was seen in breaches.
func (s *RangeService) Count(ctx context.Context, prefix, suffix string) (int, error) {
	_, ranges := s.client.reports.limiters()
	state, key := &s.client.reports, s.base+" "+prefix+suffix
	state.mu.Lock()
	count, known := state.counts[key]
	state.mu.Unlock()
	if known {
		return count, nil
	}
	if err := ranges.Wait(ctx); err != nil {
		return 0, cmp.Or(ctx.Err(), err)
	}
	response, err := s.client.transport.fetchRange(ctx, s.base, prefix)
	if err != nil {
		return 0, err
	}
	count = s.count(response, suffix)
	state.mu.Lock()
	defer state.mu.Unlock()
	state.counts[key] = count
	return count, nil
}

// fetchRange reads the hashes with a prefix, with others between them so that the size of the answer tells nothing.
func (t *transport) fetchRange(ctx context.Context, base, prefix string) (string, error) {
	state := &callState{call: &call{method: http.MethodGet, route: rangeRoute}}
	request, err := retryablehttp.NewRequestWithContext(
		context.WithValue(ctx, stateKey{}, state), http.MethodGet, base+"/range/"+prefix, nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("Add-Padding", "true")
	request.Header.Set("User-Agent", "terraform-provider-bitwarden/"+t.config.Version)
	response, err := t.client.Do(request)
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if response != nil {
		defer func() { _ = response.Body.Close() }()
	}
	switch {
	case err != nil && ctx.Err() == nil:
		return "", &NetworkError{Method: http.MethodGet, Route: rangeRoute, Err: innerError(err)}
	case err != nil:
		return "", err
	case response.StatusCode != http.StatusOK:
		return "", fmt.Errorf("the range service at %s answers HTTP %d", base, response.StatusCode)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return "", &NetworkError{Method: http.MethodGet, Route: rangeRoute, Err: err}
	}
	return string(text), nil
}
