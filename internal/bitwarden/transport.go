// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"bytes"
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

const (
	// clientVersion is the version of the official client whose behaviour this one follows. The server refuses logins
	// without one, and logins of newer accounts with one that is too old.
	clientVersion = "2026.9.0"
	clientName    = "cli"

	// maxResponse caps what one answer may take of memory.
	maxResponse = 128 << 20

	shortestBackoff = 500 * time.Millisecond
	longestBackoff  = 30 * time.Second
)

// deviceTypes are the server's numbers for command lines.
var deviceTypes = map[string]string{"windows": "23", "darwin": "24", "linux": "25"}

func deviceType() string {
	if number, ok := deviceTypes[runtime.GOOS]; ok {
		return number
	}
	return deviceTypes["linux"]
}

// call is one request.
type call struct {
	method   string
	identity bool     // goes to the identity host
	route    string   // such as "/organizations/{id}/groups/{id}", with a constant query if need be
	args     []string // fill the braces of the route
	body     any      // JSON
	form     url.Values
	upload   *upload
	// repeatable says that executing the request twice does no harm although its method allows no such conclusion.
	repeatable bool
	// asks says that the request changes nothing although its method allows no such conclusion.
	asks bool
	// into receives a JSON answer; nil: the answer is of no interest.
	into any
	// key is what an object that is the answer has, by which it is known as the server's; empty: "object", its kind.
	key string
}

func (c *call) isRepeatable() bool {
	return c.repeatable || c.asks || c.method != http.MethodPost && c.upload == nil // a file is taken once
}

func (c *call) isWrite() bool { return !c.asks && c.method != http.MethodGet }

// template is the route without its query.
func (c *call) template() string {
	path, _, _ := strings.Cut(c.route, "?")
	if c.identity {
		return "/identity" + path
	}
	return path
}

// path fills in the arguments.
func (c *call) path() string {
	var path strings.Builder
	rest := c.route
	for _, arg := range c.args {
		before, after, _ := strings.Cut(rest, "{")
		_, rest, _ = strings.Cut(after, "}")
		path.WriteString(before + url.PathEscape(arg))
	}
	return path.String() + rest
}

// answer is what came back, whatever its status.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// callState goes along in the context of one request and its repetitions.
type callState struct {
	call      *call
	operation *operation // of a write
	attempt   int
	failures  int
	sent      bool  // the latest attempt got beyond its waits
	executed  bool  // an attempt may have been executed, although its answer says nothing of the kind
	failure   error // the latest of an attempt that was sent
	answer    *answer
}

type stateKey struct{}

func stateOf(ctx context.Context) *callState {
	if state, ok := ctx.Value(stateKey{}).(*callState); ok {
		return state
	}
	return &callState{call: &call{}}
}

// transport sends requests: it paces, repeats, bounds and logs them. It knows nothing of logins.
type transport struct {
	config  Config
	client  *retryablehttp.Client
	tripper *roundTripper
}

func newTransport(config Config) (*transport, error) {
	tlsConfig, err := config.tlsConfig()
	if err != nil {
		return nil, err
	}
	proxy, err := config.proxy()
	if err != nil {
		return nil, err
	}
	client := retryablehttp.NewClient()
	client.Logger = nil
	client.RetryMax = *config.MaxRetries
	client.RetryWaitMin, client.RetryWaitMax = shortestBackoff, longestBackoff
	client.CheckRetry = checkRetry
	client.Backoff = backoff
	client.ErrorHandler = retryablehttp.PassthroughErrorHandler
	tripper := &roundTripper{
		next: &http.Transport{
			Proxy:               proxy,
			TLSClientConfig:     tlsConfig,
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: config.MaxConcurrentRequests,
			IdleConnTimeout:     30 * time.Second,
			TLSHandshakeTimeout: 15 * time.Second,
		},
		paces:   &processPaces,
		slots:   make(chan struct{}, config.MaxConcurrentRequests),
		timeout: config.RequestTimeout,
		most:    maxResponse,
		log:     config.Log,
	}
	client.HTTPClient = &http.Client{
		Transport: tripper,
		// A redirect would carry the token, or turn a POST into a GET. None of the server's routes answers with one.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &transport{config: config, client: client, tripper: tripper}, nil
}

// exchange sends a call, again if that may help, and returns the last answer whatever its status. A write is not sent
// when its caller has gone, also by an operation that goes on, but what was sent runs to its end. The error is a
// *NetworkError, a *ConfigError (certificate) or the context's in words.
//
//nolint:contextcheck // A write follows its caller, not its operation.
func (t *transport) exchange(ctx context.Context, c *call, token string) (*answer, error) {
	state := &callState{call: c}
	if o := operationOf(ctx); o != nil && c.isWrite() {
		ctx, state.operation = o.caller, o
	}
	ctx = context.WithValue(ctx, stateKey{}, state)
	request, err := t.request(ctx, c, token)
	if err != nil {
		return nil, err
	}
	request.SetResponseHandler(state.receive)
	response, err := t.client.Do(request)
	if response != nil {
		defer func() { _ = response.Body.Close() }()
	}
	if err == nil && state.answer == nil { // the last one of several that were worth repeating
		err = state.receive(response)
	}
	switch {
	case err == nil:
		return state.answer, nil
	case ctx.Err() != nil && !c.isWrite():
		return nil, interrupted(ctx, fmt.Sprintf("the server had answered %s %s", c.method, c.template()))
	case ctx.Err() != nil && !state.executed:
		before := fmt.Sprintf("the server took %s %s, which changed nothing", c.method, c.template())
		return nil, interrupted(ctx, before)
	case isCertificateError(err):
		return nil, certificateError(innerError(err))
	default:
		if state.failure != nil { // else it is why another attempt was not sent
			err = state.failure
		}
		if err = innerError(err); errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("timeout after %s: %w", t.config.RequestTimeout, err)
		}
		return nil, &NetworkError{Method: c.method, Route: c.template(), Executed: state.executed, Err: err}
	}
}

// certificateError tells a certificate that somebody has to be told to trust from one that does not fit.
func certificateError(err error) error {
	_, isOtherHost := errors.AsType[x509.HostnameError](err)
	e, ok := errors.AsType[x509.CertificateInvalidError](err)
	if isOtherHost || ok && e.Reason == x509.Expired {
		return &ConfigError{
			"server", fmt.Sprintf("The server's certificate is not good: %v", err),
			"Use the host that the certificate is for, or renew it.",
		}
	}
	return &ConfigError{
		"extra_ca_certs", fmt.Sprintf("The server's certificate is not trusted: %v", err),
		"Give the certificate of the authority that signed it, here or by NODE_EXTRA_CA_CERTS.",
	}
}

func (t *transport) request(ctx context.Context, c *call, token string) (*retryablehttp.Request, error) {
	var body []byte
	contentType := ""
	switch {
	case c.upload != nil:
		body, contentType = c.upload.content, c.upload.contentType
	case c.form != nil:
		body, contentType = []byte(c.form.Encode()), "application/x-www-form-urlencoded"
	case c.body != nil:
		encoded, err := json.Marshal(c.body)
		if err != nil {
			return nil, err
		}
		body, contentType = encoded, "application/json"
	}
	base := t.config.APIURL
	if c.identity {
		base = t.config.IdentityURL
	}
	var raw any // an untyped nil means no body
	if body != nil {
		raw = body
	}
	if c.upload != nil && c.upload.address != "" {
		return c.upload.request(ctx, c.method, t.config.Version)
	}
	request, err := retryablehttp.NewRequestWithContext(ctx, c.method, base+c.path(), raw)
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{
		"Accept":                   "application/json",
		"Content-Type":             contentType,
		"User-Agent":               "terraform-provider-bitwarden/" + t.config.Version,
		"Bitwarden-Client-Name":    clientName,
		"Bitwarden-Client-Version": clientVersion,
		"Device-Type":              deviceType(),
		"Device-Identifier":        t.config.DeviceIdentifier,
	} {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return request, nil
}

// receive reads an answer to its end, so that one that breaks off counts as none.
func (s *callState) receive(response *http.Response) error {
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	a := &answer{status: response.StatusCode, header: response.Header, body: body}
	if a.isSuccess() && !s.call.takes(body) {
		return errNotJSON
	}
	s.answer = a
	return nil
}

// errNotJSON is an answer of something else than the server, such as a proxy.
var errNotJSON = errors.New("the answer is not the JSON that the server should send")

// takes decodes what the caller wants of an answer. Some of the server's answers are empty, but none is anything else
// than JSON, which a proxy's page is. Its objects name their kind: one that does not comes from something in between,
// which is down for maintenance, say, and must not pass for an empty list.
func (c *call) takes(body []byte) bool {
	if c.into == nil && len(body) == 0 {
		return true
	}
	key := strconv.Quote(cmp.Or(c.key, "object"))
	if !c.identity && bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) && !bytes.Contains(body, []byte(key)) {
		return false
	}
	if c.into == nil {
		return json.Valid(body)
	}
	return json.Unmarshal(body, c.into) == nil
}

func (a *answer) isSuccess() bool { return a.status >= 200 && a.status < 300 }
