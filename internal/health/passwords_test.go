// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package health_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health/zxcvbn"
)

func TestRangeQueryAgreesWithTheOfficialClient(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("zxcvbn/testdata/password-strength.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			Name   string `json:"name"`
			Kind   string `json:"kind"`
			Inputs struct {
				Password string `json:"password"`
				Response string `json:"response"`
				Suffix   string `json:"suffix"`
			} `json:"inputs"`
			Expected struct {
				Prefix string `json:"prefix"`
				Suffix string `json:"suffix"`
				Count  int    `json:"count"`
			} `json:"expected"`
		} `json:"vectors"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	queries, responses := 0, 0
	for _, v := range file.Vectors {
		switch v.Kind {
		case "hibp":
			queries++
			prefix, suffix := health.RangeQuery(v.Inputs.Password)
			if prefix != v.Expected.Prefix || suffix != v.Expected.Suffix {
				t.Errorf("%s: %s and %s, want %s and %s", v.Name, prefix, suffix, v.Expected.Prefix, v.Expected.Suffix)
			}
		case "hibpResponse":
			responses++
			if count := health.RangeCount(v.Inputs.Response, v.Inputs.Suffix); count != v.Expected.Count {
				t.Errorf("%s: count %d, want %d", v.Name, count, v.Expected.Count)
			}
		case "zxcvbn": // The tests of package zxcvbn have these.
		default:
			t.Errorf("%s: unknown kind %q", v.Name, v.Kind)
		}
	}
	if queries != 1 || responses != 5 {
		t.Errorf("checked %d queries and %d responses, want 1 and 5", queries, responses)
	}
}

func TestRangeCount(t *testing.T) {
	t.Parallel()
	const suffix = "1E4C9B93F3F0682250B6CF8331B7EE68FD8"
	for name, c := range map[string]struct {
		response string
		want     int
	}{
		"padding":           {suffix + ":0\r\n", 0},
		"after other lines": {"0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n\r\nrubbish\r\n" + suffix + ":7", 7},
		"line feeds only":   {"0018A45C4D1DEF81644B54AB7F969B88D65:3\n" + suffix + ":8\n", 8},
		"lower case":        {strings.ToLower(suffix) + ":9\r\n", 9},
		"no count":          {suffix + "\r\n", 0},
		"negative":          {suffix + ":-4\r\n", 0},
		"part of a suffix":  {suffix[:34] + ":5\r\n", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := health.RangeCount(c.response, suffix); got != c.want {
				t.Errorf("count %d, want %d", got, c.want)
			}
		})
	}
}

func TestUserInputs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		username string
		want     []string
	}{
		"no user name":            {"", nil},
		"address":                 {"Alice.Smith@acme.example", []string{"alice", "smith"}},
		"name":                    {" svc_Backup-01\t", []string{"svc", "backup"}},
		"short parts":             {"jo.de.vries+x@acme.example", []string{"vries"}},
		"part twice":              {"anna-anna.bit@acme.example", []string{"anna"}},
		"only the first at":       {"alice@bob@acme.example", []string{"alice"}},
		"nothing before the at":   {"@alice", nil},
		"letters outside ASCII":   {"jürgen.müller@acme.example", []string{"rgen", "ller"}},
		"capital i with dot":      {"\u0130smail", []string{"smail"}},
		"digits within the parts": {"x99.y2k@acme.example", []string{"x99", "y2k"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := append([]string{"bitwarden", "bit", "warden"}, c.want...)
			if got := health.UserInputs(c.username); !slices.Equal(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestPasswordStrength(t *testing.T) {
	t.Parallel()
	estimator := zxcvbn.New(2026)
	if got := health.PasswordStrength(estimator, "Qxvbnhjw7", "qxvbnhjw7@acme.example"); got.Score > 0 {
		t.Errorf("the user name as password has score %d", got.Score)
	}
	if got := health.PasswordStrength(estimator, "Qxvbnhjw7", "alice@acme.example"); got.Score < 3 {
		t.Errorf("the same password of another user has score %d", got.Score)
	}
	for name, unit := range map[string]string{"one byte": "x", "two bytes": "\u00e9", "two code units": "\U0001F600"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			units := len(utf16.Encode([]rune(unit)))
			whole := health.PasswordStrength(estimator, strings.Repeat(unit, 256/units), "")
			longer := health.PasswordStrength(estimator, strings.Repeat(unit, 256/units)+"Kd8#", "")
			shorter := health.PasswordStrength(estimator, strings.Repeat(unit, 256/units-1), "")
			if longer.Guesses != whole.Guesses || shorter.Guesses >= whole.Guesses {
				t.Errorf("%g guesses, one character less %g, some more %g",
					whole.Guesses, shorter.Guesses, longer.Guesses)
			}
		})
	}
}
