// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package send

import (
	"reflect"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var noon = time.Date(2030, 1, 31, 12, 0, 0, 0, time.UTC)

func TestStatus(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*bitwarden.Send)
		want   string
	}{
		"as it is":          {func(*bitwarden.Send) {}, "active"},
		"not expired yet":   {func(s *bitwarden.Send) { s.Expiration = new(noon.Add(1)) }, "active"},
		"expired now":       {func(s *bitwarden.Send) { s.Expiration = new(noon) }, "expired"},
		"one access left":   {func(s *bitwarden.Send) { s.MaxAccessCount, s.AccessCount = new(int64(2)), 1 }, "active"},
		"used up":           {func(s *bitwarden.Send) { s.MaxAccessCount, s.AccessCount = new(int64(2)), 2 }, "used_up"},
		"disabled":          {func(s *bitwarden.Send) { s.Disabled = true }, "active"},
		"to be deleted now": {func(s *bitwarden.Send) { s.Deletion, s.Expiration = noon, new(noon) }, "deleted"},
	} {
		s := &bitwarden.Send{SendSettings: bitwarden.SendSettings{Deletion: noon.Add(time.Hour)}}
		test.change(s)
		if got := status(s, noon); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// What the server has goes into the state, and from there to the server again, without a difference.
func TestModel_roundTrip(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]bitwarden.Send{
		"little": {ID: "1", Type: bitwarden.SendText, SendSettings: bitwarden.SendSettings{Name: "n", Deletion: noon}},
		"everything": {
			ID: "1", Type: bitwarden.SendFile, FileName: "f.txt", SendSettings: bitwarden.SendSettings{
				Name: "n", Notes: "x", Hidden: true, MaxAccessCount: new(int64(3)), Expiration: new(noon.Add(-time.Hour)),
				Deletion: noon.Add(123 * time.Millisecond), Disabled: true, HideEmail: true, Emails: []string{"a@b.example", "c@d.example"},
			},
		},
	} {
		m := sendModel{}.fromAPI(&s, noon)
		if got := m.settings(noon); !reflect.DeepEqual(got, s.SendSettings) {
			t.Errorf("%s: %+v, want %+v", name, got, s.SendSettings)
		}
		if again := m.fromAPI(&s, noon); !again.isConfiguredAs(m) || !again.File.IsNull() {
			t.Errorf("%s: the second refresh differs: %+v", name, again)
		}
	}
}

// A date stays as the configuration writes it.
func TestDate(t *testing.T) {
	t.Parallel()
	written := timetypes.NewRFC3339ValueMust("2030-01-31T13:00:00+01:00")
	if got := date(written, &noon); !got.Equal(written) {
		t.Errorf("the same instant becomes %s", got)
	}
	if got := date(written, new(noon.Add(1500*time.Millisecond))).ValueString(); got != "2030-01-31T12:00:01.5Z" {
		t.Errorf("another instant becomes %s", got)
	}
	if !date(written, nil).IsNull() {
		t.Error("no date is not null")
	}
}

func TestDeletion(t *testing.T) {
	t.Parallel()
	after := timetypes.NewGoDurationValueFromStringMust
	for name, test := range map[string]struct {
		model sendModel
		want  *time.Time
	}{
		"a date":           {sendModel{DeletionDate: timetypes.NewRFC3339TimeValue(noon.Add(time.Minute))}, new(noon.Add(time.Minute))},
		"a duration":       {sendModel{DeleteAfter: after("24h")}, new(noon.Add(24 * time.Hour))},
		"the longest":      {sendModel{DeleteAfter: after("744h")}, new(noon.Add(744*time.Hour - time.Minute))},
		"planned already":  {sendModel{DeleteAfter: after("24h"), DeletionDate: timetypes.NewRFC3339TimeValue(noon)}, &noon},
		"unknown date":     {sendModel{DeletionDate: timetypes.NewRFC3339Unknown()}, nil},
		"unknown duration": {sendModel{DeleteAfter: timetypes.NewGoDurationUnknown()}, nil},
	} {
		if got := test.model.deletion(noon.Add(300 * time.Millisecond)); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestWriteOnly_isDue(t *testing.T) {
	t.Parallel()
	value, one, two, none := types.StringValue("x"), types.Int64Value(1), types.Int64Value(2), types.Int64Null()
	for name, test := range map[string]struct {
		secret writeOnly
		want   bool
	}{
		"no secret":                      {writeOnly{config: types.StringNull(), current: "b"}, false},
		"the same":                       {writeOnly{value, none, none, "a", "a", "a"}, false},
		"another one":                    {writeOnly{value, none, none, "a", "b", "b"}, true},
		"not known yet":                  {writeOnly{types.StringUnknown(), none, none, "", "b", "b"}, true},
		"the server has none":            {writeOnly{value, none, none, "a", "", "a"}, true},
		"imported, the same":             {writeOnly{value, none, none, "a", "a", ""}, false},
		"version, another one":           {writeOnly{value, one, one, "a", "b", "b"}, false},
		"version, not known yet":         {writeOnly{types.StringUnknown(), one, one, "", "b", "b"}, false},
		"version changes":                {writeOnly{value, two, one, "a", "a", "a"}, true},
		"version, drift":                 {writeOnly{value, one, one, "a", "c", "b"}, true},
		"version, imported":              {writeOnly{value, one, one, "a", "b", ""}, false},
		"version, the server has none":   {writeOnly{value, one, one, "a", "", "a"}, true},
		"version is taken away":          {writeOnly{value, none, one, "a", "a", "a"}, false},
		"version is taken away, another": {writeOnly{value, none, one, "a", "b", "b"}, true},
		"version not known yet":          {writeOnly{value, types.Int64Unknown(), one, "a", "a", "a"}, true},
	} {
		if got := test.secret.isDue(); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestApplied_passwordDigest(t *testing.T) {
	t.Parallel()
	done := &applied{password: "ours", mark: "m"}
	for mark, want := range map[string]types.String{
		"": types.StringNull(), "m": types.StringValue("ours"), "other": types.StringValue("other"),
	} {
		if got := done.passwordDigest(mark); !got.Equal(want) {
			t.Errorf("%q: %s, want %s", mark, got, want)
		}
	}
	if got := new(applied{}).passwordDigest(""); !got.IsNull() {
		t.Errorf("imported without a password: %s", got)
	}
}

func TestSends_fromAPI(t *testing.T) {
	t.Parallel()
	var m sendsModel
	if m.fromAPI(nil, noon); m.Sends == nil {
		t.Error("no Sends is null")
	}
	m.fromAPI([]bitwarden.Send{{ID: "1", Type: "unknown (9)", PasswordMark: "m"}}, noon)
	got := m.Sends[0]
	if !got.Name.IsNull() || got.Type.ValueString() != "unknown (9)" || !got.HasPassword.ValueBool() ||
		!got.MaxAccessCount.IsNull() || !got.ExpirationDate.IsNull() || !got.Emails.Equal(fw.IDSet(nil)) {
		t.Errorf("got %+v", got)
	}
}

// The sizes that the server tells of encrypted files.
func TestEncryptedSize(t *testing.T) {
	t.Parallel()
	for size, want := range map[int64]int64{1: 65, 15: 65, 16: 81, 31: 81, 32: 97} {
		if got := encryptedSize(size); got != want {
			t.Errorf("%d bytes become %d, want %d", size, got, want)
		}
	}
}
