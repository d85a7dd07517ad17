// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Types for request fields whose reading differs from that of the plain Go type.
type (
	// enum is a number that the server declares as an enumeration: numeric strings are refused, any number is taken.
	enum int
	// guid is an identifier in any spelling that .NET takes; bound in the server's own.
	guid string
	// htmlText is a text that the server HTML-encodes while it reads the request; lengths are checked afterwards.
	htmlText string
)

// validated is a request that checks itself after its JSON was read.
type validated interface {
	// validate adds what is wrong to p. Keys are the server's property names.
	validate(p problems)
}

// bind reads a JSON body into a request struct by the server's rules: names in any case, unknown ones ignored, the last
// of duplicates wins, comments and trailing commas refused, numeric strings taken for integers only. A Go field stands
// for a .NET property like this: *T is T?, string is a nullable text (null and absent are ""; *string tells them apart),
// int/bool/enum/guid refuse null, slices are nil for null and absent, json.RawMessage keeps the text as it came.
//
// 415 without a body or a JSON content type; 400 with the JSON path of the first value of a wrong type; 400 with what
// validate found.
func (c *call) bind(request any) error {
	mediaType, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || (mediaType != "application/json" && !strings.HasSuffix(mediaType, "+json")) {
		return emptyStatus(http.StatusUnsupportedMediaType)
	}
	if err := decodeJSON(c.body, request); err != nil {
		return err
	}
	if v, ok := request.(validated); ok {
		p := problems{}
		v.validate(p)
		return p.err()
	}
	return nil
}

// decodeJSON reads a document into the struct that target points to.
func decodeJSON(document []byte, target any) error {
	trimmed := bytes.TrimSpace(document)
	if len(trimmed) == 0 || string(trimmed) == "null" {
		return modelState("", "A non-empty request body is required.")
	}
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	b := binder{decoder: decoder, document: document}
	err := b.value("$", reflect.ValueOf(target).Elem())
	if err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = b.malformed("$")
		}
	}
	return err
}

// binder walks over the tokens of a document and the fields of a Go value at once.
type binder struct {
	decoder  *json.Decoder
	document []byte
}

var (
	timeType = reflect.TypeFor[time.Time]()
	rawType  = reflect.TypeFor[json.RawMessage]()
	guidType = reflect.TypeFor[guid]()
	enumType = reflect.TypeFor[enum]()
	htmlType = reflect.TypeFor[htmlText]()
)

// value reads the next JSON value into v.
func (b *binder) value(path string, v reflect.Value) error {
	if v.Type() == rawType {
		raw := json.RawMessage{}
		if err := b.decoder.Decode(&raw); err != nil {
			return b.malformed(path)
		}
		v.SetBytes(raw)
		return nil
	}
	token, err := b.decoder.Token()
	if err != nil {
		return b.malformed(path)
	}
	return b.token(path, token, v)
}

func (b *binder) token(path string, token json.Token, v reflect.Value) error {
	if v.Kind() == reflect.Pointer {
		if token == nil {
			v.SetZero()
			return nil
		}
		v.Set(reflect.New(v.Type().Elem()))
		return b.token(path, token, v.Elem())
	}
	if token == nil {
		nullable := []reflect.Kind{reflect.String, reflect.Slice, reflect.Map, reflect.Struct}
		if !slices.Contains(nullable, v.Kind()) || v.Type() == guidType || v.Type() == timeType {
			return b.wrongType(path, v)
		}
		v.SetZero()
		return nil
	}
	switch t := token.(type) {
	case json.Delim:
		return b.nested(path, t, v)
	case bool:
		if v.Kind() != reflect.Bool {
			return b.wrongType(path, v)
		}
		v.SetBool(t)
	case json.Number:
		return b.number(path, t.String(), v)
	case string:
		return b.text(path, t, v)
	}
	return nil
}

func (b *binder) number(path, number string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.Int, reflect.Int64, reflect.Int32:
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || v.Kind() == reflect.Int && (n > math.MaxInt32 || n < math.MinInt32) {
			return b.wrongType(path, v)
		}
		v.SetInt(n)
	case reflect.Float64:
		f, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return b.wrongType(path, v)
		}
		v.SetFloat(f)
	default:
		return b.wrongType(path, v)
	}
	return nil
}

func (b *binder) text(path, text string, v reflect.Value) error {
	switch {
	case v.Type() == guidType:
		// In a body .NET takes the form with dashes only.
		id, ok := parseGUID(text)
		if !ok || len(text) != len(id) {
			return b.wrongType(path, v)
		}
		v.SetString(id)
	case v.Type() == htmlType:
		v.SetString(htmlEncode(text))
	case v.Type() == timeType:
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t, err = time.Parse("2006-01-02T15:04:05.999999999", text)
		}
		if err != nil {
			return b.wrongType(path, v)
		}
		v.Set(reflect.ValueOf(t.UTC()))
	case v.Kind() == reflect.String:
		v.SetString(text)
	case (v.Kind() == reflect.Int || v.Kind() == reflect.Int64) && v.Type() != enumType:
		return b.number(path, text, v)
	default:
		return b.wrongType(path, v)
	}
	return nil
}

func (b *binder) nested(path string, open json.Delim, v reflect.Value) error {
	switch {
	case open == '[' && v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		for i := 0; b.decoder.More(); i++ {
			element := reflect.New(v.Type().Elem()).Elem()
			if err := b.value(fmt.Sprintf("%s[%d]", path, i), element); err != nil {
				return err
			}
			v.Set(reflect.Append(v, element))
		}
	case open == '{' && v.Kind() == reflect.Struct && v.Type() != timeType:
		v.SetZero()
		for b.decoder.More() {
			name, err := b.name(path)
			if err != nil {
				return err
			}
			field := fieldNamed(v, name)
			if !field.IsValid() {
				field = reflect.New(rawType).Elem() // skipped, but it must be JSON
			}
			if err := b.value(path+"."+name, field); err != nil {
				return err
			}
		}
	case open == '{' && v.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for b.decoder.More() {
			name, err := b.name(path)
			if err != nil {
				return err
			}
			element := reflect.New(v.Type().Elem()).Elem()
			if err := b.value(path+"."+name, element); err != nil {
				return err
			}
			v.SetMapIndex(reflect.ValueOf(name), element)
		}
	default:
		return b.wrongType(path, v)
	}
	if _, err := b.decoder.Token(); err != nil { // the closing bracket
		return b.malformed(path)
	}
	return nil
}

func (b *binder) name(path string) (string, error) {
	token, err := b.decoder.Token()
	if err != nil {
		return "", b.malformed(path)
	}
	name, _ := token.(string)
	return name, nil
}

// fieldNamed finds the field whose json tag is name in any case; embedded structs count.
func fieldNamed(v reflect.Value, name string) reflect.Value {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Anonymous {
			if found := fieldNamed(v.Field(i), name); found.IsValid() {
				return found
			}
			continue
		}
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if tag != "" && strings.EqualFold(tag, name) {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}

// wrongType is the 400 for a value that does not fit its property.
func (b *binder) wrongType(path string, v reflect.Value) error {
	line, column := b.position()
	return modelState(path, fmt.Sprintf(
		"The JSON value could not be converted to %s. Path: %s | LineNumber: %d | BytePositionInLine: %d.",
		dotnetName(v.Type()), path, line, column))
}

// malformed is the 400 for a text that is no JSON.
func (b *binder) malformed(path string) error {
	line, column := b.position()
	return modelState(path, fmt.Sprintf(
		"The JSON document is invalid. Path: %s | LineNumber: %d | BytePositionInLine: %d.", path, line, column))
}

func (b *binder) position() (line, column int) {
	read := b.document[:min(int(b.decoder.InputOffset()), len(b.document))]
	return bytes.Count(read, []byte("\n")), len(read) - 1 - bytes.LastIndexByte(read, '\n')
}

func dotnetName(t reflect.Type) string {
	switch t {
	case guidType:
		return "System.Guid"
	case timeType:
		return "System.DateTime"
	case enumType:
		return "System.Enum"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "System.Boolean"
	case reflect.Int, reflect.Int32:
		return "System.Int32"
	case reflect.Int64:
		return "System.Int64"
	case reflect.Float64:
		return "System.Decimal"
	case reflect.String:
		return "System.String"
	case reflect.Slice:
		return "System.Collections.Generic.IEnumerable`1[" + dotnetName(t.Elem()) + "]"
	default:
		return "Bit.Api.Models.Request." + t.Name()
	}
}
