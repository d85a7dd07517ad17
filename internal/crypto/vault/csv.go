// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package vault

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// csvColumns are the columns of an organization's CSV export. Exports of people have folder and favorite instead of the
// first.
var csvColumns = []string{
	"collections", "type", "name", "notes", "fields", "reprompt", "archivedDate", "login_uri", "login_username",
	"login_password", "login_totp",
}

const (
	typeLogin  = 1
	typeNote   = 2
	fieldText  = 0
	undefined  = "undefined" // what the official clients write for a field without a value
	byteOrders = "\ufeff"
)

// CSV writes the logins and notes of an export, byte for byte as the official clients do. Other types of items do not
// fit in.
func (e Export) CSV() []byte {
	names := map[any]string{}
	for _, c := range e.Collections {
		names[c.ID] = c.Name
	}
	rows := []string{csvRow(csvColumns)}
	for _, item := range e.Items {
		number, _ := integer(item["type"])
		name := map[int]string{typeLogin: "login", typeNote: "note"}[number]
		if name == "" {
			continue
		}
		var collections, uris []string
		ids, _ := item["collectionIds"].([]any)
		for _, id := range ids {
			if text, isText := id.(string); isText && names[text] != "" {
				collections = append(collections, names[text])
			}
		}
		login, _ := item["login"].(map[string]any)
		list, _ := login["uris"].([]any)
		for _, element := range list {
			u, _ := element.(map[string]any)
			uris = append(uris, text(u["uri"]))
		}
		reprompt, _ := integer(item["reprompt"])
		rows = append(rows, csvRow([]string{
			strings.Join(collections, ","), name, text(item["name"]), text(item["notes"]), csvFields(item["fields"]),
			strconv.Itoa(reprompt), withMilliseconds(text(item["archivedDate"])), strings.Join(uris, ","),
			text(login["username"]), text(login["password"]), text(login["totp"]),
		}))
	}
	return []byte(strings.Join(rows, "\r\n"))
}

// csvFields writes custom fields as lines of name and value.
func csvFields(v any) string {
	fields, _ := v.([]any)
	lines := make([]string, 0, len(fields))
	for _, element := range fields {
		field, _ := element.(map[string]any)
		value, hasValue := field["value"].(string)
		if !hasValue {
			value = undefined
		}
		lines = append(lines, text(field["name"])+": "+value)
	}
	return strings.Join(lines, "\n")
}

// csvRow quotes where the official clients do, which is not where encoding/csv does.
func csvRow(cells []string) string {
	quoted := make([]string, len(cells))
	for i, cell := range cells {
		quoted[i] = cell
		if strings.ContainsAny(cell, ",\"\r\n") || strings.HasPrefix(cell, " ") || strings.HasSuffix(cell, " ") {
			quoted[i] = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
	}
	return strings.Join(quoted, ",")
}

// ReadCSV reads a CSV export, of an organization or a person. The ids of collections are made up, and the type of all
// custom fields is text.
func ReadCSV(file []byte) (Export, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte(byteOrders))))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		return Export{}, malformed()
	}
	header := rows[0]
	for _, needed := range []string{"type", "name", "login_uri", "login_username", "login_password"} {
		if !slices.Contains(header, needed) {
			return Export{}, malformed()
		}
	}
	e := Export{}
	ids := map[string]string{} // by name
	for _, row := range rows[1:] {
		cells := map[string]string{}
		for i, cell := range row[:min(len(row), len(header))] {
			cells[header[i]] = cell
		}
		item, err := csvItem(cells)
		if err != nil {
			return Export{}, err
		}
		collectionIDs := []any{}
		for _, name := range splitCSV(cells["collections"]) {
			if ids[name] == "" {
				ids[name] = "collection " + strconv.Itoa(len(ids)+1)
				e.Collections = append(e.Collections, Collection{ID: ids[name], Name: name})
			}
			collectionIDs = append(collectionIDs, ids[name])
		}
		item["collectionIds"] = collectionIDs
		e.Items = append(e.Items, item)
	}
	return e, nil
}

// csvItem makes an item of a row.
func csvItem(cells map[string]string) (map[string]any, error) {
	reprompt := 0
	if cells["reprompt"] != "" {
		n, err := strconv.Atoi(cells["reprompt"])
		if err != nil {
			return nil, malformed()
		}
		reprompt = n
	}
	item := map[string]any{
		"name":         cells["name"],
		"notes":        orNil(cells["notes"]),
		"favorite":     cells["favorite"] == "1",
		"reprompt":     reprompt,
		"fields":       readFields(cells["fields"]),
		"archivedDate": orNil(cells["archivedDate"]),
	}
	switch cells["type"] {
	case "login", "":
		uris := []any{}
		for _, uri := range splitCSV(cells["login_uri"]) {
			uris = append(uris, map[string]any{"uri": uri, "match": nil})
		}
		item["type"] = typeLogin
		item["login"] = map[string]any{
			"uris":     uris,
			"username": orNil(cells["login_username"]),
			"password": orNil(cells["login_password"]),
			"totp":     orNil(cells["login_totp"]),
		}
	case "note":
		item["type"] = typeNote
		item["secureNote"] = map[string]any{"type": 0}
	default:
		return nil, &crypto.Error{Kind: crypto.UnsupportedType, Op: opRead}
	}
	return item, nil
}

// readFields reads custom fields from lines of name and value. A line without a separator continues the value before
// it.
func readFields(cell string) []any {
	fields := []any{}
	for line := range strings.SplitSeq(cell, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if name, value, found := cutLast(line, ": "); found {
			fields = append(fields, map[string]any{"type": fieldText, "name": orNil(name), "value": orNil(value)})
		} else if len(fields) > 0 {
			last, _ := fields[len(fields)-1].(map[string]any)
			last["value"] = text(last["value"]) + "\n" + line
		}
	}
	return fields
}

// splitCSV splits a cell that is itself comma-separated.
func splitCSV(cell string) []string {
	parts := strings.Split(cell, ",")
	return slices.DeleteFunc(parts, func(part string) bool { return part == "" })
}

// cutLast is strings.Cut around the last separator, since a name may hold one.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
