// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"
)

// names are the values that a scenario has bound so far. Matching may bind more on trial; undo takes them back.
type names struct {
	values map[string]any
	trail  []string
}

func (n *names) bind(name string, value any) {
	n.values[name] = value
	n.trail = append(n.trail, name)
}

func (n *names) mark() int { return len(n.trail) }

func (n *names) undo(mark int) {
	for _, name := range n.trail[mark:] {
		delete(n.values, name)
	}
	n.trail = n.trail[:mark]
}

var (
	placeholder = regexp.MustCompile(`\{\{([^{}]+)\}\}`)
	anyUUID     = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	anyDate     = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)$`)
)

// wildcards are the patterns that are no names.
var wildcards = map[string]func(any) bool{
	"any":     func(any) bool { return true },
	"string":  func(v any) bool { _, ok := v.(string); return ok },
	"number":  func(v any) bool { _, ok := v.(json.Number); return ok },
	"boolean": func(v any) bool { _, ok := v.(bool); return ok },
	"uuid":    func(v any) bool { s, ok := v.(string); return ok && anyUUID.MatchString(s) },
	"date": func(v any) bool {
		s, ok := v.(string)
		if !ok || !anyDate.MatchString(s) {
			return false
		}
		_, err := time.Parse(time.RFC3339Nano, s)
		return err == nil
	},
}

// fill replaces the names in a text by their values; escape prepares a value for its place. An unbound name is an error.
func (n *names) fill(s string, escape func(string) string) (string, error) {
	var missing []string
	filled := placeholder.ReplaceAllStringFunc(s, func(p string) string {
		name := p[2 : len(p)-2]
		value, ok := n.values[name]
		if !ok {
			missing = append(missing, name)
			return p
		}
		return escape(fmt.Sprint(value))
	})
	if missing != nil {
		return "", fmt.Errorf("names not bound by an earlier step: %s", strings.Join(missing, ", "))
	}
	return filled, nil
}

// fillTree is fill for every text inside a JSON value.
func (n *names) fillTree(v any) (any, error) {
	switch v := v.(type) {
	case string:
		return n.fill(v, func(s string) string { return s })
	case []any:
		out := make([]any, len(v))
		for i := range v {
			var err error
			if out[i], err = n.fillTree(v[i]); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := map[string]any{}
		for key := range v {
			var err error
			if out[key], err = n.fillTree(v[key]); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}

// matcher compares a recorded value with a genuine one. Its search over the order of arrays is complete: it tries every
// assignment that could bind the names differently, up to a number of tries that no honest answer comes near.
type matcher struct {
	names   *names
	ordered bool
	tries   int
}

const maxTries = 2_000_000

// match calls next once want fits got, with the names bound that this took; false if there is no way in which next holds.
func (m *matcher) match(want, got any, next func() bool) bool {
	if m.tries++; m.tries > maxTries {
		return false
	}
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok || !slices.Equal(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(object))) {
			return false
		}
		return m.members(slices.Sorted(maps.Keys(want)), want, object, next)
	case []any:
		array, ok := got.([]any)
		if !ok || len(array) != len(want) {
			return false
		}
		if m.ordered {
			return m.inOrder(want, array, next)
		}
		return m.anyOrder(want, array, next)
	case string:
		return m.text(want, got, next)
	case json.Number:
		number, ok := got.(json.Number)
		return ok && sameNumber(want, number) && next()
	default:
		return want == got && next()
	}
}

func (m *matcher) members(keys []string, want, got map[string]any, next func() bool) bool {
	if len(keys) == 0 {
		return next()
	}
	return m.match(want[keys[0]], got[keys[0]], func() bool { return m.members(keys[1:], want, got, next) })
}

func (m *matcher) inOrder(want, got []any, next func() bool) bool {
	if len(want) == 0 {
		return next()
	}
	return m.match(want[0], got[0], func() bool { return m.inOrder(want[1:], got[1:], next) })
}

// anyOrder assigns every recorded element to a genuine one of its own. Elements that bind no name go last and need only
// some assignment; those that bind names are tried in every way, the choosiest first.
func (m *matcher) anyOrder(want, got []any, next func() bool) bool {
	fits := make([][]bool, len(want))
	choices := make([]int, len(want))
	for i := range want {
		fits[i] = make([]bool, len(got))
		for j := range got {
			mark := m.names.mark()
			if fits[i][j] = m.match(want[i], got[j], func() bool { return true }); fits[i][j] {
				choices[i]++
			}
			m.names.undo(mark)
		}
	}
	if !assignable(fits, nil) {
		return false
	}
	var binding, settled []int
	for i := range want {
		if m.binds(want[i]) {
			binding = append(binding, i)
		} else {
			settled = append(settled, i)
		}
	}
	slices.SortStableFunc(binding, func(a, b int) int { return choices[a] - choices[b] })
	used := make([]bool, len(got))
	var assign func(k int) bool
	assign = func(k int) bool {
		if k == len(binding) {
			rest := make([][]bool, 0, len(settled))
			for _, i := range settled {
				rest = append(rest, fits[i])
			}
			return assignable(rest, used) && next()
		}
		i := binding[k]
		for j := range got {
			if used[j] || !fits[i][j] {
				continue
			}
			used[j] = true
			mark := m.names.mark()
			if m.match(want[i], got[j], func() bool { return assign(k + 1) }) {
				return true
			}
			m.names.undo(mark)
			used[j] = false
		}
		return false
	}
	return assign(0)
}

// assignable tells whether every row can have a column of its own among those it fits (Kuhn's algorithm).
func assignable(fits [][]bool, used []bool) bool {
	owner := map[int]int{}
	var place func(i int, seen map[int]bool) bool
	place = func(i int, seen map[int]bool) bool {
		for j, fit := range fits[i] {
			if !fit || seen[j] || used != nil && used[j] {
				continue
			}
			seen[j] = true
			if other, taken := owner[j]; !taken || place(other, seen) {
				owner[j] = i
				return true
			}
		}
		return false
	}
	for i := range fits {
		if !place(i, map[int]bool{}) {
			return false
		}
	}
	return true
}

// binds tells whether a recorded value holds a name that is not bound yet.
func (m *matcher) binds(want any) bool {
	switch want := want.(type) {
	case string:
		for _, found := range placeholder.FindAllStringSubmatch(want, -1) {
			_, wild := wildcards[found[1]]
			_, bound := m.names.values[found[1]]
			if !wild && !bound {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(want, m.binds)
	case map[string]any:
		for _, v := range want {
			if m.binds(v) {
				return true
			}
		}
	}
	return false
}

func (m *matcher) text(want string, got any, next func() bool) bool {
	found := placeholder.FindAllStringSubmatchIndex(want, -1)
	if len(found) == 0 {
		return want == got && next()
	}
	if len(found) == 1 && found[0][0] == 0 && found[0][1] == len(want) {
		return m.whole(want[2:len(want)-2], got, next)
	}
	s, ok := got.(string)
	if !ok {
		return false
	}
	// Names inside a text: each stands for some characters.
	pattern, end, inside := strings.Builder{}, 0, []string(nil)
	pattern.WriteString("^")
	for _, at := range found {
		pattern.WriteString(regexp.QuoteMeta(want[end:at[0]]))
		name := want[at[2]:at[3]]
		if value, bound := m.names.values[name]; bound {
			pattern.WriteString(regexp.QuoteMeta(fmt.Sprint(value)))
		} else {
			pattern.WriteString("(.+?)")
			inside = append(inside, name)
		}
		end = at[1]
	}
	pattern.WriteString(regexp.QuoteMeta(want[end:]) + "$")
	parts := regexp.MustCompile(pattern.String()).FindStringSubmatch(s)
	if parts == nil {
		return false
	}
	mark := m.names.mark()
	for i, name := range inside {
		if check, wild := wildcards[name]; wild {
			if name != "number" && !check(parts[i+1]) {
				return false
			}
			continue
		}
		if value, bound := m.names.values[name]; bound {
			if value != parts[i+1] {
				return false
			}
			continue
		}
		m.names.bind(name, parts[i+1])
	}
	if next() {
		return true
	}
	m.names.undo(mark)
	return false
}

// whole matches a value that is nothing but one placeholder.
func (m *matcher) whole(name string, got any, next func() bool) bool {
	if check, wild := wildcards[name]; wild {
		return check(got) && next()
	}
	if value, bound := m.names.values[name]; bound {
		return value == got && next()
	}
	if s, ok := got.(string); !ok || s == "" {
		return false // a name stands for an id, a key or a token
	}
	mark := m.names.mark()
	m.names.bind(name, got)
	if next() {
		return true
	}
	m.names.undo(mark)
	return false
}

func sameNumber(a, b json.Number) bool {
	if a == b {
		return true
	}
	x, okX := new(big.Rat).SetString(a.String())
	y, okY := new(big.Rat).SetString(b.String())
	return okX && okY && x.Cmp(y) == 0
}

// differences describes how a genuine value differs from the recorded one, a line per place. Arrays whose order does
// not matter are aligned so that the fewest lines come out.
func (m *matcher) differences(path string, want, got any) []string {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			break
		}
		var lines []string
		for _, key := range slices.Sorted(maps.Keys(want)) {
			value, ok := object[key]
			if !ok {
				lines = append(lines, fmt.Sprintf("%s.%s: missing, want %s", path, key, m.show(want[key])))
				continue
			}
			lines = append(lines, m.differences(path+"."+key, want[key], value)...)
		}
		for _, key := range slices.Sorted(maps.Keys(object)) {
			if _, ok := want[key]; !ok {
				lines = append(lines, fmt.Sprintf("%s.%s: not in the recording, got %s", path, key, m.show(object[key])))
			}
		}
		return lines
	case []any:
		if array, ok := got.([]any); ok {
			return m.arrayDifferences(path, want, array)
		}
	}
	mark := m.names.mark()
	if m.match(want, got, func() bool { return true }) {
		return nil // what it bound stays, so that later lines are about the same rows
	}
	m.names.undo(mark)
	return []string{fmt.Sprintf("%s: want %s, got %s", path, m.show(want), m.show(got))}
}

func (m *matcher) arrayDifferences(path string, want, got []any) []string {
	var lines []string
	used := make([]bool, len(got))
	for i := range want {
		best, fewest := -1, []string(nil)
		for j := range got {
			if used[j] || m.ordered && j != i {
				continue
			}
			mark := m.names.mark()
			found := m.differences(fmt.Sprintf("%s[%d]", path, i), want[i], got[j])
			m.names.undo(mark)
			if best < 0 || len(found) < len(fewest) {
				best, fewest = j, found
			}
		}
		if best < 0 {
			lines = append(lines, fmt.Sprintf("%s[%d]: missing, want %s", path, i, m.show(want[i])))
			continue
		}
		used[best] = true
		lines = append(lines, m.differences(fmt.Sprintf("%s[%d]", path, i), want[i], got[best])...)
	}
	for j := range got {
		if !used[j] {
			lines = append(lines, fmt.Sprintf("%s[+]: not in the recording, got %s", path, m.show(got[j])))
		}
	}
	return lines
}

// show prints a value on one line; a bound name is followed by its value.
func (m *matcher) show(v any) string {
	if s, ok := v.(string); ok {
		if at := placeholder.FindStringSubmatch(s); at != nil {
			if value, bound := m.names.values[at[1]]; bound {
				return fmt.Sprintf("%q (= %v)", s, shorten(fmt.Sprint(value)))
			}
		}
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return shorten(string(text))
}

func shorten(s string) string {
	if len(s) > 300 {
		return s[:200] + fmt.Sprintf("… (%d bytes)", len(s))
	}
	return s
}
