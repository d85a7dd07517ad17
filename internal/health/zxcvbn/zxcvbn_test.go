// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package zxcvbn_test

import (
	"encoding/json"
	"math"
	"os"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health/zxcvbn"
)

// vector is a known answer of the JavaScript library.
type vector struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Inputs struct {
		Password      string   `json:"password"`
		UserInputs    []string `json:"userInputs"`
		ReferenceYear int      `json:"referenceYear"`
	} `json:"inputs"`
	Expected struct {
		Score    int      `json:"score"`
		Guesses  float64  `json:"guesses"`
		Sequence *[]match `json:"sequence"`
	} `json:"expected"`
}

type match struct {
	Pattern    string  `json:"pattern"`
	Token      string  `json:"token"`
	Dictionary string  `json:"dictionary"`
	Guesses    float64 `json:"guesses"`
}

func vectors(tb testing.TB) []vector {
	tb.Helper()
	data, err := os.ReadFile("testdata/password-strength.json")
	if err != nil {
		tb.Fatal(err)
	}
	var file struct {
		Vectors []vector `json:"vectors"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		tb.Fatal(err)
	}
	return file.Vectors
}

func TestEstimateAgreesWithTheJavaScriptLibrary(t *testing.T) {
	t.Parallel()
	checked, sequences := 0, 0
	for _, v := range vectors(t) {
		switch v.Kind {
		case "zxcvbn":
			checked++
			got := zxcvbn.New(v.Inputs.ReferenceYear).Estimate(v.Inputs.Password, v.Inputs.UserInputs...)
			if got.Score != v.Expected.Score || !same(got.Guesses, v.Expected.Guesses) {
				t.Errorf("%s: score %d, %g guesses; want %d, %g",
					v.Name, got.Score, got.Guesses, v.Expected.Score, v.Expected.Guesses)
			}
			if v.Expected.Sequence != nil {
				sequences++
				compareSequence(t, v, got.Sequence)
			}
		case "hibp", "hibpResponse": // The tests of package health have these.
		default:
			t.Errorf("%s: unknown kind %q", v.Name, v.Kind)
		}
	}
	if checked != 655 || sequences != 55 {
		t.Errorf("checked %d vectors, %d with a sequence; want 655, 55", checked, sequences)
	}
}

func compareSequence(t *testing.T, v vector, got []zxcvbn.Match) {
	t.Helper()
	want := *v.Expected.Sequence
	if len(got) != len(want) {
		t.Errorf("%s: %d matches %v, want %v", v.Name, len(got), got, want)
		return
	}
	units := utf16.Encode([]rune(v.Inputs.Password))
	for i, m := range got {
		token := string(utf16.Decode(units[m.Start:m.End]))
		if string(m.Pattern) != want[i].Pattern || token != want[i].Token || m.List != want[i].Dictionary ||
			!same(m.Guesses, want[i].Guesses) {
			t.Errorf("%s: match %d is %q %+v, want %+v", v.Name, i, token, m, want[i])
		}
	}
}

// same allows for the last bits, in which powers differ between JavaScript engines.
func same(a, b float64) bool {
	return math.Abs(a-b) <= 1e-13*math.Abs(b)
}

// Every part of the estimate that depends on the owner or the date, seen from outside.
func TestEstimateDependsOnContext(t *testing.T) {
	t.Parallel()
	guesses := func(year int, password string, inputs ...string) float64 {
		return zxcvbn.New(year).Estimate(password, inputs...).Guesses
	}
	if known, unknown := guesses(2026, "Qxvbnhjw", "qxvbnhjw"), guesses(2026, "Qxvbnhjw"); known >= unknown {
		t.Errorf("a word of the owner takes %g guesses, unknown it takes %g", known, unknown)
	}
	if first, last := guesses(2026, "qxvb", "qxvb", "a", "b"), guesses(2026, "qxvb", "qxvb", "a", "QXVB"); first >= last {
		t.Errorf("rank 1 takes %g guesses, rank 3 by a later duplicate %g", first, last)
	}
	if near, far := guesses(1990, "1987"), guesses(2090, "1987"); near >= far {
		t.Errorf("a year takes %g guesses soon after and %g guesses a century later", near, far)
	}
	if with, without := guesses(2026, "Ab#9", "", "x"), guesses(2026, "Ab#9"); with != without {
		t.Errorf("an empty user input changes the guesses from %g to %g", without, with)
	}
}

func TestEstimatorIsSafeInParallel(t *testing.T) {
	t.Parallel()
	all := vectors(t)
	shared := zxcvbn.New(2026)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, v := range all {
				if v.Kind != "zxcvbn" || v.Inputs.ReferenceYear != 2026 {
					continue
				}
				got := shared.Estimate(v.Inputs.Password, v.Inputs.UserInputs...)
				if got.Score != v.Expected.Score || !same(got.Guesses, v.Expected.Guesses) {
					t.Errorf("%s: score %d, %g guesses in parallel", v.Name, got.Score, got.Guesses)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzEstimate(f *testing.F) {
	for i, v := range vectors(f) {
		if i%20 == 0 || v.Expected.Sequence != nil {
			f.Add(v.Inputs.Password, "alice")
		}
	}
	f.Add("\xff\u0130\u2028\U00010400", "\u0130")
	f.Add("4@8({[<3691!|70$5+%2", "4@8({[<")
	estimator := zxcvbn.New(2026)
	f.Fuzz(func(t *testing.T, password, input string) {
		if len(password) > 256 {
			t.Skip("longer than callers allow")
		}
		got := estimator.Estimate(password, input)
		if got.Score < 0 || got.Score > 4 || !(got.Guesses >= 1) {
			t.Errorf("score %d, %g guesses", got.Score, got.Guesses)
		}
		end := 0
		for _, m := range got.Sequence {
			if m.Start != end || m.End <= m.Start || !(m.Guesses >= 1) {
				t.Errorf("match %+v after %d", m, end)
			}
			end = m.End
		}
		if units := len(utf16.Encode([]rune(password))); end != units {
			t.Errorf("the sequence covers %d of %d units", end, units)
		}
		if again := estimator.Estimate(password, input); !reflect.DeepEqual(again, got) {
			t.Errorf("first %+v, then %+v", got, again)
		}
	})
}

// BenchmarkEstimate reports the time per password over those of the vectors, and for generated ones by length.
func BenchmarkEstimate(b *testing.B) {
	estimator := zxcvbn.New(2026)
	inputs := []string{"bitwarden", "bit", "warden", "alice", "smith"}
	var realistic []string
	for _, v := range vectors(b) {
		if strings.HasPrefix(v.Name, "list") {
			realistic = append(realistic, v.Inputs.Password)
		}
	}
	estimator.Estimate("the word lists are indexed once")
	b.Run("realistic", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			estimator.Estimate(realistic[i%len(realistic)], inputs...)
		}
	})
	for _, length := range []int{16, 64, 256} {
		generated := make([]byte, length)
		for i := range generated {
			generated[i] = byte('!' + i*i*31%94)
		}
		b.Run(strconv.Itoa(length), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				estimator.Estimate(string(generated), inputs...)
			}
		})
	}
}
