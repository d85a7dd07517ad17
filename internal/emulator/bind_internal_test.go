// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"time"
)

type sample struct {
	Text    string          `json:"text"`
	Maybe   *string         `json:"maybe"`
	Number  int             `json:"number"`
	Some    *int            `json:"some"`
	Flag    bool            `json:"flag"`
	Kind    enum            `json:"kind"`
	ID      guid            `json:"id"`
	Name    htmlText        `json:"name"`
	When    *time.Time      `json:"when"`
	List    []inner         `json:"list"`
	Inner   *inner          `json:"inner"`
	Data    json.RawMessage `json:"data"`
	ByNames map[string]bool `json:"byNames"`
}

type inner struct {
	ID guid `json:"id"`
	N  int  `json:"n"`
}

const (
	someID      = "7c1e7a30-64e5-4f8e-9c62-0b1f1f7d2a11"
	someIDUpper = "7C1E7A30-64E5-4F8E-9C62-0B1F1F7D2A11"
)

func TestDecodeJSON(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, document string
		want           sample
		fails          string // key of the validation error
	}{
		{name: "names in any case", document: `{"TEXT":"a","nUmBeR":1}`, want: sample{Text: "a", Number: 1}},
		{name: "unknown names", document: `{"nothing":{"a":[1,{}]},"text":"a"}`, want: sample{Text: "a"}},
		{
			name:     "the last of duplicates, as a whole",
			document: `{"inner":{"n":1,"id":"` + someID + `"},"inner":{"n":2}}`, want: sample{Inner: &inner{N: 2}},
		},
		{name: "null texts", document: `{"text":null,"maybe":null,"list":null}`, want: sample{}},
		{name: "empty is not null", document: `{"maybe":"","list":[]}`, want: sample{Maybe: new(""), List: []inner{}}},
		{name: "a numeric string for an integer", document: `{"number":"3","some":"4"}`, want: sample{Number: 3, Some: new(4)}},
		{name: "no other string for an integer", document: `{"number":"x"}`, fails: "$.number"},
		{name: "null for an integer", document: `{"number":null}`, fails: "$.number"},
		{name: "a fraction for an integer", document: `{"number":5.5}`, fails: "$.number"},
		{name: "more than 32 bits", document: `{"number":2147483648}`, fails: "$.number"},
		{name: "a numeric string for an enumeration", document: `{"kind":"2"}`, fails: "$.kind"},
		{name: "any number for an enumeration", document: `{"kind":99}`, want: sample{Kind: 99}},
		{name: "a string for a boolean", document: `{"flag":"true"}`, fails: "$.flag"},
		{name: "null for a boolean", document: `{"flag":null}`, fails: "$.flag"},
		{name: "a number for a string", document: `{"text":7}`, fails: "$.text"},
		{name: "an id in upper case", document: `{"id":"` + someIDUpper + `"}`, want: sample{ID: someID}},
		{name: "an id without dashes", document: `{"id":"7c1e7a3064e54f8e9c620b1f1f7d2a11"}`, fails: "$.id"},
		{name: "null for an id", document: `{"id":null}`, fails: "$.id"},
		{name: "no id deep inside", document: `{"list":[{"n":1},{"id":"nonsense"}]}`, fails: "$.list[1].id"},
		{name: "an object for an array", document: `{"list":{}}`, fails: "$.list"},
		{name: "an array for an object", document: `[]`, fails: "$"},
		{name: "encoded while read", document: `{"name":"A & \"Söhne\" 😀"}`, want: sample{Name: "A &amp; &quot;S&#246;hne&quot; &#128512;"}},
		{name: "data as it came", document: `{"data":{"b": 1,"a":null}}`, want: sample{Data: json.RawMessage(`{"b": 1,"a":null}`)}},
		{name: "maps", document: `{"byNames":{"A":true}}`, want: sample{ByNames: map[string]bool{"A": true}}},
		{
			name: "a date", document: `{"when":"2026-11-23T10:00:00+01:00"}`,
			want: sample{When: new(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))},
		},
		{name: "no date", document: `{"when":"yesterday"}`, fails: "$.when"},
		{name: "trailing comma", document: `{"text":"a",}`, fails: "$"},
		{name: "comment", document: `{"text":"a"/*x*/}`, fails: "$"},
		{name: "something behind", document: `{"text":"a"} x`, fails: "$"},
		{name: "cut off", document: `{"text":"a"`, fails: "$"},
		{name: "empty", document: ``, fails: ""},
		{name: "null", document: `null`, fails: ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := sample{}
			err := decodeJSON([]byte(test.document), &got)
			refused, failed := errors.AsType[*apiError](err)
			wantFailure := reflect.DeepEqual(test.want, sample{}) && (test.fails != "" || len(test.document) < 5)
			if failed != wantFailure {
				t.Fatalf("got error %v", err)
			}
			if failed {
				if keys := slices.Collect(maps.Keys(refused.fields)); !slices.Equal(keys, []string{test.fails}) ||
					refused.status != http.StatusBadRequest {
					t.Errorf("got %d %q, want 400 with the key %q", refused.status, keys, test.fails)
				}
				return
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

// TestHTMLText compares with what WebUtility.HtmlEncode and HtmlDecode do to the same texts.
func TestHTMLText(t *testing.T) {
	t.Parallel()
	for plain, encoded := range map[string]string{
		`MSP & "Söhne" <GmbH>'s`: `MSP &amp; &quot;S&#246;hne&quot; &lt;GmbH&gt;&#39;s`,
		"日本語":                    "日本語",
		"😀":                      "&#128512;",
		"\u00a0ÿ\u0100":          "&#160;&#255;\u0100",
	} {
		if got := htmlEncode(plain); got != encoded {
			t.Errorf("encode %q: got %q, want %q", plain, got, encoded)
		}
		if got := htmlDecode(encoded); got != plain {
			t.Errorf("decode %q: got %q, want %q", encoded, got, plain)
		}
	}
	if got := htmlDecode("A &amp B &unknown; &copy;"); got != "A &amp B &unknown; ©" {
		t.Errorf("got %q: only entities with a semicolon and a meaning are decoded", got)
	}
}

func TestCut16(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{{"abc", "abc"}, {"abcd", "abc"}, {"äöüß", "äöü"}} {
		if got := cut16(test.text, 3); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestEncString(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"2.AAAA|BBBB|CCCC": true, "2.AAAA|BBBB": false, "0.AAAA|BBBB": true, "4.AAAA": true, "7.AAAA": true,
		"AAAA|BBBB": true, "plain text": false, "9.AAAA": false, "2.AAAA|B B|CCCC": false,
	} {
		if got := isEncString(text); got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	}
}
