// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"crypto/rand"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Version is the server release that the recordings come from; /config and /version answer it.
const Version = "2026.8.0"

// maxBody is the size above which the genuine server answers 500.
const maxBody = 30_000_000

// maxFile is the size above which it takes no file: 501 MB, as its routes for files allow, and its storage.
const maxFile = 501 << 20

// Options set up a server. The zero value is Bitwarden's cloud without its slowness and its rate limits.
type Options struct {
	// Listen is the loopback address that Start listens on; empty: 127.0.0.1 and a free port.
	Listen string
	// Flags are the feature flags that GET /config shows and that switch behaviour.
	Flags map[string]any
	// Clock is what the server takes for the time when it starts; zero: the real time.
	Clock time.Time
	// Environment is what GET /config tells about the deployment; zero: the address on which the server runs.
	Environment Environment
	// DirectUploads makes clients upload files to the API, as servers without a storage account do.
	DirectUploads bool
	// NoBreachService leaves out the key for Have I Been Pwned, as self-hosted servers do unless somebody buys one.
	NoBreachService bool
	// RateLimits makes the rate limiter count callers from this machine too, as if they came through the cloud's edge.
	// Each person then has an address of its own.
	RateLimits bool
	// Delays makes failed logins and failed secret verifications take two seconds, as they do on the cloud.
	Delays bool
	// EventDelay is how long an audit event takes until it can be read: about five seconds on the cloud.
	EventDelay time.Duration
}

// Environment are the addresses in GET /config.
type Environment struct {
	CloudRegion, Vault, API, Identity, Notifications, SSO, FillAssistRules string
}

// Server is an in-memory Bitwarden in cloud mode: /api, /identity, /events and the control endpoints /_emulator under
// one base URL. It is an http.Handler; Start and New run it behind TLS.
type Server struct {
	options    Options
	router     router
	signingKey []byte
	running    *Running // through which people act; nil: nobody can

	log    requestLog
	faults faults

	mu      sync.Mutex // guards everything below; held while a handler runs
	store   store
	flags   map[string]any
	baseURL string
	limits  limits
}

// NewServer makes a server that is not listening yet.
func NewServer(options Options) *Server {
	s := &Server{options: options, signingKey: []byte(rand.Text() + rand.Text())}
	s.reset()
	s.routes()
	return s
}

// routes is the table of contents: one line per area.
func (s *Server) routes() {
	s.identityRoutes()
	s.accountRoutes()
	s.infoRoutes()
	s.syncRoutes()
	s.providerRoutes()
	s.providerUserRoutes()
	s.clientRoutes()
	s.providerBillingRoutes()
	s.organizationRoutes()
	s.organizationKeyRoutes()
	s.organizationBillingRoutes()
	s.connectionRoutes()
	s.ssoRoutes()
	s.signUpRoutes()
	s.groupRoutes()
	s.collectionRoutes()
	s.policyRoutes()
	s.domainRoutes()
	s.memberRoutes()
	s.recoveryRoutes()
	s.inviteLinkRoutes()
	s.itemRoutes()
	s.itemImportRoutes()
	s.folderRoutes()
	s.attachmentRoutes()
	s.uploadRoutes()
	s.exportRoutes()
	s.sendRoutes()
	s.eventRoutes()
	s.publicRoutes()
	s.reportRoutes()
	s.breachRoutes()
}

// api registers a route of the Api service: verb, path template below /api, requirement, handler.
func (s *Server) api(method, path string, g guard, h handler) *route {
	return s.router.add(method, "/api"+path, g, h)
}

// identity registers a route of the Identity service.
func (s *Server) identity(method, path string, g guard, h handler) {
	s.router.add(method, "/identity"+path, g, h)
}

// reset forgets everything: data, flags, clock, faults and the request log.
func (s *Server) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store = store{}
	s.limits = limits{}
	s.flags = maps.Clone(s.options.Flags)
	if s.flags == nil {
		s.flags = map[string]any{}
	}
	if !s.options.Clock.IsZero() {
		s.store.clockOffset = time.Until(s.options.Clock)
	}
	s.faults.clear()
	s.log.reset()
}

// flag tells whether a boolean feature flag is on.
func (s *Server) flag(name string) bool {
	on, _ := s.flags[name].(bool)
	return on
}

// ServeHTTP answers one request: find the route, log, faults and hooks, then the handler under the store's lock.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/_emulator/") {
		s.serveControl(w, r)
		return
	}
	route, values, known := s.router.find(r.Method, r.URL.EscapedPath())
	limit := maxBody
	if route != nil && route.takesFile {
		limit = maxFile
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, int64(limit)+1))
	if err != nil {
		return // the caller went away
	}
	entry := s.log.begin(r, route, len(body))
	out := encoded{}
	defer func() { s.log.end(entry, out.status, len(out.body)) }()

	fault := s.faults.take(route, r)
	if fault != nil && !fault.wait(r.Context()) {
		return
	}
	if fault != nil && fault.before() {
		out = fault.answer()
		fault.send(r.Context(), w, out)
		return
	}
	s.faults.runHooks(route, r)

	switch {
	case len(body) > limit:
		out = encode(nil, emptyStatus(http.StatusInternalServerError), internalErrors)
	case route != nil:
		out = s.handle(r, route, values, body)
	case known:
		out = encode(nil, emptyStatus(http.StatusMethodNotAllowed), internalErrors)
	default:
		out = encode(nil, emptyStatus(http.StatusNotFound), internalErrors)
	}
	if fault != nil {
		if fault.Status != 0 {
			out = fault.answer()
		}
		fault.send(r.Context(), w, out)
		return
	}
	out.write(w)
}

// handle runs guard and handler of a route while the store is locked.
func (s *Server) handle(r *http.Request, route *route, values map[string]string, body []byte) encoded {
	out, slow := func() (encoded, bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		c := &call{s: s, r: r, route: route, body: body, values: values}
		limitHeader, err := s.limits.check(c)
		if err != nil {
			return encode(nil, err, internalErrors), false
		}
		err = route.guard(c)
		var result any
		if err == nil {
			result, err = route.handle(c)
		}
		out := encode(result, err, route.shape)
		maps.Copy(out.header, limitHeader)
		out.header.Set("Date", c.now().Format(http.TimeFormat)) // net/http's own knows nothing of this clock
		e, _ := err.(*apiError)                                 //nolint:errorlint // see asAPIError
		return out, e != nil && e.slow
	}()
	if slow && s.options.Delays {
		pause(r.Context(), 2*time.Second)
	}
	return out
}

// pause waits, or returns false when the caller went away.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
