// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// call is one request on its way through a handler.
type call struct {
	s      *Server
	r      *http.Request
	route  *route
	body   []byte
	values map[string]string // path values by name

	token *claims // of the bearer token; nil for anonymous routes
	user  *user   // the token's user; nil for anonymous routes and organization tokens
}

// id returns a path value that the server binds as a GUID, in its canonical spelling.
func (c *call) id(name string) (string, error) {
	if id, ok := parseGUID(c.values[name]); ok {
		return id, nil
	}
	return "", modelState(name, fmt.Sprintf("The value '%s' is not valid.", c.values[name]))
}

// organizationAnd returns {orgId} and another path value that the server binds as GUIDs; what is wrong with either is
// reported together.
func (c *call) organizationAnd(name string) (orgID, id string, err error) {
	p := problems{}
	bound := func(name string) string {
		id, ok := parseGUID(c.values[name])
		if !ok {
			p.add(name, fmt.Sprintf("The value '%s' is not valid.", c.values[name]))
		}
		return id
	}
	orgID, id = bound("orgId"), bound(name)
	return orgID, id, p.err()
}

// parsedID returns a path value that the server takes as text and turns into a GUID itself: a bad one is a 500.
func (c *call) parsedID(name string) (string, error) {
	if id, ok := parseGUID(c.values[name]); ok {
		return id, nil
	}
	return "", serverError()
}

// queryValue returns a query parameter, whose name is compared without case; empty if it is absent.
func (c *call) queryValue(name string) string { return query(c.r.URL.Query()).get(name) }

// queryFlag tells whether a boolean query parameter is set.
func (c *call) queryFlag(name string) bool {
	on, _ := strconv.ParseBool(strings.ToLower(c.queryValue(name)))
	return on
}

// queryID returns a query parameter that must be a GUID: 400 if it is something else, empty if it is absent.
func (c *call) queryID(name string) (string, error) {
	value := c.queryValue(name)
	if value == "" {
		return "", nil
	}
	if id, ok := parseGUID(value); ok {
		return id, nil
	}
	return "", modelState(name, fmt.Sprintf("The value '%s' is not valid.", value))
}

// queryTime returns a query parameter that must be a date: 400 if it is something else, nil if it is absent.
func (c *call) queryTime(name string) (*time.Time, error) {
	value := c.queryValue(name)
	if value == "" {
		return nil, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateOnly} {
		if t, err := time.Parse(layout, value); err == nil {
			return new(t.UTC()), nil
		}
	}
	return nil, modelState(name, fmt.Sprintf("The value '%s' is not valid.", value))
}

// now is the server's clock.
func (c *call) now() time.Time { return c.s.now() }

// address is the caller's address: as the edge names it, or the peer's.
func (c *call) address() string {
	if edge := c.r.Header.Get("X-Connecting-IP"); edge != "" {
		return edge
	}
	host, _, err := net.SplitHostPort(c.r.RemoteAddr)
	if err != nil {
		return c.r.RemoteAddr
	}
	return host
}

// deviceType is the number in the Device-Type header, nil without one.
func (c *call) deviceType() *int {
	n, err := strconv.Atoi(c.r.Header.Get("Device-Type"))
	if err != nil {
		return nil
	}
	return &n
}

// clientVersion is the Bitwarden-Client-Version header as numbers, false if it is missing or not a .NET Version.
func (c *call) clientVersion() ([]int, bool) {
	parts := strings.Split(c.r.Header.Get("Bitwarden-Client-Version"), ".")
	if len(parts) < 2 || len(parts) > 4 {
		return nil, false
	}
	var version []int
	for _, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil, false
		}
		version = append(version, n)
	}
	return version, true
}

// form parses a form-encoded body.
func (c *call) form() url.Values {
	values, err := url.ParseQuery(string(c.body))
	if err != nil {
		return url.Values{}
	}
	return values
}

func (q query) all(name string) []string {
	var found []string
	for key, values := range q {
		if strings.EqualFold(key, name) {
			found = append(found, values...)
		}
	}
	return found
}
