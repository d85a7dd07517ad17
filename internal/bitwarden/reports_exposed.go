// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"golang.org/x/time/rate"
)

// How fast the range service is asked.
const (
	rangesPerSecond = rate.Limit(50)
	rangesAtOnce    = 5
)

// rangeRoute is how a request to the range service appears in logs and errors: the digits say something about a password.
const rangeRoute = "/range/{prefix}"

// rangeField is the attribute that names the service.
const rangeField = "range_url"

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
	if err := CheckBaseAddress(address); err != nil {
		return nil, foreignAddress(rangeField, err)
	}
	return &RangeService{client: c, base: strings.TrimRight(address, "/"), count: count}, nil
}

// Count asks once per run and hash how often a password was seen in breaches. A service that gives no answer is an
// *InputError about range_url.
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
	// Others lie between the hashes with the prefix, so that the size of the answer tells nothing.
	response, err := s.client.transport.fetch(
		ctx,
		s.base+"/range/"+prefix,
		rangeRoute,
		http.Header{"Add-Padding": {"true"}},
	)
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case err != nil:
		return 0, &InputError{
			rangeField, "The service cannot be asked: " + err.Error(),
			"Try again, or name a downloaded list in corpus_file.",
		}
	}
	count = s.count(string(response), suffix)
	state.mu.Lock()
	defer state.mu.Unlock()
	state.counts[key] = count
	return count, nil
}
