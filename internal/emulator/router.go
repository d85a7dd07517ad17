// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// handler answers one request while the store is locked. It returns what to send as JSON (nil: an empty 200; text,
// reply and noContent for anything else) or a refusal made by the functions of errors.go.
type handler func(c *call) (any, error)

// guard is an authorization requirement, checked before path values and body are read.
type guard func(c *call) error

// route is one line of the table of contents: a verb, a path template and what serves it.
//
// A template's {name} is a GUID bound by the handler, who answers 400 for anything else; {name:guid} does not match
// anything but a GUID (404); {name:text} is any text.
type route struct {
	method   string
	template string // "/api/organizations/{orgId}/users", constraints left out
	segments []segment
	guard    guard
	handle   handler
	shape    errorShape
	// takesFile lifts the limit of the body to that of files.
	takesFile bool
}

// segment is one part of a template: a literal (lower case) or a named value.
type segment struct {
	literal string
	name    string
	guid    bool // matches GUIDs only
}

// withErrors sets the form of the route's error bodies.
func (r *route) withErrors(shape errorShape) {
	r.shape = shape
}

// withFile says that the body is a file.
func (r *route) withFile() { r.takesFile = true }

// key names the route in logs, counters and faults: "GET /api/organizations/{orgId}/users".
func (r *route) key() string { return r.method + " " + r.template }

// router finds routes by path. Literal segments win over values, as on the server.
type router struct {
	routes   []*route
	byLength map[int][]*route
}

func (rt *router) add(method, path string, g guard, h handler) *route {
	r := &route{method: method, guard: g, handle: h}
	var shown []string
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		name, ok := strings.CutPrefix(part, "{")
		if !ok {
			r.segments = append(r.segments, segment{literal: strings.ToLower(part)})
			shown = append(shown, part)
			continue
		}
		name, constraint, _ := strings.Cut(strings.TrimSuffix(name, "}"), ":")
		r.segments = append(r.segments, segment{name: name, guid: constraint == "guid"})
		shown = append(shown, "{"+name+"}")
	}
	r.template = "/" + strings.Join(shown, "/")
	if rt.byLength == nil {
		rt.byLength = map[int][]*route{}
	}
	rt.routes = append(rt.routes, r)
	n := len(r.segments)
	rt.byLength[n] = append(rt.byLength[n], r)
	slices.SortStableFunc(rt.byLength[n], moreSpecific)
	return r
}

// moreSpecific orders templates of one length: from the left, literals before GUIDs before texts.
func moreSpecific(a, b *route) int {
	weight := func(s segment) int {
		switch {
		case s.name == "":
			return 0
		case s.guid:
			return 1
		default:
			return 2
		}
	}
	for i := range a.segments {
		if d := cmp.Compare(weight(a.segments[i]), weight(b.segments[i])); d != 0 {
			return d
		}
	}
	return 0
}

// find returns the route for an escaped path and its values. known tells a path that exists with another verb (405) from one that
// does not exist (404).
func (rt *router) find(method, path string) (found *route, values map[string]string, known bool) {
	path = strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/")
	parts := strings.Split(path, "/")
	if slices.Contains(parts, "") {
		return nil, nil, false // "//" is never tolerated
	}
	for _, r := range rt.byLength[len(parts)] {
		values, ok := r.match(parts)
		if !ok {
			continue
		}
		if r.method == method {
			return r, values, true
		}
		known = true
	}
	return nil, nil, known
}

func (r *route) match(parts []string) (map[string]string, bool) {
	values := map[string]string{}
	for i, s := range r.segments {
		switch {
		case s.name == "":
			if !strings.EqualFold(parts[i], s.literal) {
				return nil, false
			}
		case s.guid:
			id, ok := parseGUID(parts[i])
			if !ok {
				return nil, false
			}
			values[s.name] = id
		default:
			value, err := url.PathUnescape(parts[i])
			if err != nil {
				return nil, false
			}
			values[s.name] = value
		}
	}
	return values, true
}

// parseGUID reads a GUID as .NET does, with or without dashes, in either case, and returns the server's own spelling.
func parseGUID(s string) (string, bool) {
	if len(s) != 36 && len(s) != 32 && len(s) != 38 {
		return "", false
	}
	id, err := uuid.Parse(s)
	if err != nil {
		return "", false
	}
	return id.String(), true
}

// normalKey makes route keys comparable: case of the verb and the path, names of values do not matter.
func normalKey(key string) string {
	method, path, _ := strings.Cut(strings.TrimSpace(key), " ")
	parts := strings.Split(strings.ToLower(strings.Trim(path, "/ ")), "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") {
			parts[i] = "{}"
		}
	}
	return strings.ToUpper(method) + " /" + strings.Join(parts, "/")
}

// named returns the route that a key means, and the exact path if the key names one instead of a template.
func (rt *router) named(key string) (r *route, exactPath string) {
	want := normalKey(key)
	for _, r := range rt.routes {
		if normalKey(r.key()) == want {
			return r, ""
		}
	}
	method, path, _ := strings.Cut(strings.TrimSpace(key), " ")
	if r, _, _ := rt.find(strings.ToUpper(method), path); r != nil && !strings.Contains(path, "{") {
		return r, strings.ToLower(strings.TrimSuffix(path, "/"))
	}
	return nil, ""
}
