// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// longestWait is the longest that the server may ask us to wait; its limits per day ask for hours.
const longestWait = 5 * time.Minute

// checkRetry decides whether a request is sent again. One that may have been executed is repeated only if that does no
// harm, since the server deduplicates nothing, and none is for a caller who has gone.
func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	state := stateOf(ctx)
	again := err != nil && state.failed(err) || err == nil && state.refused(resp)
	return again && ctx.Err() == nil, nil
}

// failed tells whether a request without an answer is worth repeating.
func (s *callState) failed(err error) bool {
	if !s.sent {
		return false
	}
	s.failure = err
	switch {
	case isCertificateError(err):
		return false
	case isNeverConnected(err):
		return true
	default:
		s.executed = true
		return s.call.isRepeatable()
	}
}

// refused tells whether a request with such an answer is worth repeating.
func (s *callState) refused(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		return retryAfter(resp.Header) <= longestWait
	case http.StatusServiceUnavailable:
		if resp.Header.Get("Retry-After") != "" {
			return retryAfter(resp.Header) <= longestWait
		}
	case http.StatusInternalServerError:
		// The server's own answer to what it did not expect, so that the second time it is the same mostly.
		s.failures++
	case http.StatusBadGateway, http.StatusGatewayTimeout:
	default:
		return false
	}
	s.executed, s.failure = true, fmt.Errorf("it answered HTTP %d", resp.StatusCode)
	return s.call.isRepeatable() && s.failures <= 1
}

// backoff waits as long as the server says, else twice as long each time, less a random part.
func backoff(shortest, longest time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil {
		if wait := retryAfter(resp.Header); wait > 0 {
			return wait
		}
	}
	wait := min(shortest<<min(attempt, 16), longest)
	return wait - time.Duration(float64(wait)*randomFraction()/2)
}

// randomFraction is between 0 and 1. It spreads retries, nothing more.
func randomFraction() float64 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return float64(binary.LittleEndian.Uint32(b[:])) / (1 << 32)
}

// retryAfter reads both forms of the header (RFC 9110, 10.2.3): seconds or a date. It is zero without one, and for a date
// in the past.
func retryAfter(header http.Header) time.Duration {
	text := strings.TrimSpace(header.Get("Retry-After"))
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) { // out of range it is the nearest number
		return time.Duration(min(max(seconds, 0), int64(math.MaxInt64/time.Second))) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(time.Until(date), 0)
	}
	return 0
}

// isNeverConnected tells whether the request certainly did not reach the server.
func isNeverConnected(err error) bool {
	if e, ok := errors.AsType[*net.OpError](err); ok && (e.Op == "dial" || e.Op == "proxyconnect") {
		return true
	}
	_, isDNS := errors.AsType[*net.DNSError](err)
	_, isTLS := errors.AsType[tls.RecordHeaderError](err)
	return isDNS || isTLS || errors.Is(err, http.ErrSchemeMismatch)
}

func isProxyFailure(err error) bool {
	e, ok := errors.AsType[*net.OpError](err)
	return ok && e.Op == "proxyconnect"
}

func isCertificateError(err error) bool {
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}

// innerError takes the URL, which holds ids and the host, off an error of net/http.
func innerError(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
