// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package health_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health"
)

// known is a corpus that counts what it is asked.
type known struct {
	counts map[string]int // by password
	fail   error

	mu          sync.Mutex
	asked       []string
	active, top int
}

func (k *known) Count(ctx context.Context, prefix, suffix string) (int, error) {
	k.mu.Lock()
	k.asked = append(k.asked, prefix+suffix)
	k.active++
	k.top = max(k.top, k.active)
	k.mu.Unlock()
	defer func() {
		k.mu.Lock()
		k.active--
		k.mu.Unlock()
	}()
	if k.fail != nil {
		return 0, k.fail
	}
	for password, count := range k.counts {
		if p, s := health.RangeQuery(password); p == prefix && s == suffix {
			return count, ctx.Err()
		}
	}
	return 0, ctx.Err()
}

func TestExposed(t *testing.T) {
	t.Parallel()
	corpus := &known{counts: map[string]int{"a": 3, "b": 0, "d": 7}}
	items := append(logins("a", "b", "c", "a", "", "d"), health.Item{ID: "note", Password: "d"})
	exposed, err := health.Exposed(t.Context(), items, corpus)
	want := []health.ExposedPassword{{ItemID: "0", Times: 3}, {ItemID: "3", Times: 3}, {ItemID: "5", Times: 7}}
	if err != nil || !slices.Equal(exposed, want) {
		t.Errorf("got %v (%v), want %v", exposed, err, want)
	}
	if slices.Sort(corpus.asked); len(slices.Compact(corpus.asked)) != 4 || len(corpus.asked) != 4 {
		t.Errorf("asked %d times, want once for each of 4 passwords", len(corpus.asked))
	}
}

func TestExposed_ends(t *testing.T) {
	t.Parallel()
	var passwords []string
	for n := range 1000 {
		passwords = append(passwords, fmt.Sprint("password ", n))
	}
	down := &known{fail: errors.New("the service is down")}
	if _, err := health.Exposed(t.Context(), logins(passwords...), down); !errors.Is(err, down.fail) {
		t.Errorf("got %v, want the failure", err)
	}
	if len(down.asked) > 10 {
		t.Errorf("asked %d times after the failure", len(down.asked))
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := health.Exposed(ended, logins(passwords...), &known{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v after the end", err)
	}
	many := &known{}
	if _, err := health.Exposed(t.Context(), logins(passwords...), many); err != nil || many.top > 5 {
		t.Errorf("asked %d at a time (%v), want 5 at most", many.top, err)
	}
}

func corpusOf(t interface{ Fatal(args ...any) }, text string) *health.FileCorpus {
	corpus, err := health.NewFileCorpus(strings.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	return corpus
}

// Whatever the passwords, counts, line ends and case: what is in the file is found, and nothing else.
func TestFileCorpus_property(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.MapOfN(rapid.String(), rapid.IntRange(1, 1<<30), 1, 60).Draw(t, "counts")
		byHash := map[string]int{}
		for password, count := range counts {
			prefix, suffix := health.RangeQuery(password)
			byHash[prefix+suffix] = count
		}
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end")
		var text strings.Builder
		for _, hash := range slices.Sorted(maps.Keys(byHash)) {
			fmt.Fprintf(&text, "%s:%d%s", hash, byHash[hash], end)
		}
		content := text.String()
		if rapid.Bool().Draw(t, "no end of the last line") {
			content = strings.TrimRight(content, "\r\n")
		}
		if rapid.Bool().Draw(t, "lower case") {
			content = strings.ToLower(content)
		}
		corpus := corpusOf(t, content)
		for password := range counts {
			prefix, suffix := health.RangeQuery(password)
			if got, err := corpus.Count(t.Context(), prefix, suffix); err != nil || got != byHash[prefix+suffix] {
				t.Fatalf("got %d (%v) of %q, want %d", got, err, password, byHash[prefix+suffix])
			}
		}
		other := rapid.String().Filter(func(s string) bool { return counts[s] == 0 }).Draw(t, "other")
		prefix, suffix := health.RangeQuery(other)
		if got, err := corpus.Count(t.Context(), prefix, suffix); err != nil || got != 0 {
			t.Fatalf("got %d (%v) of %q, which is not there", got, err, other)
		}
	})
}

func TestNewFileCorpus_other(t *testing.T) {
	t.Parallel()
	first, second := strings.Repeat("A", 40)+":1\n", strings.Repeat("B", 40)+":2\n"
	for name, text := range map[string]string{
		"empty":          "",
		"words":          "hunter2\npassword\n",
		"no counts":      strings.Repeat("A", 40) + "\n",
		"other hashes":   strings.Repeat("A", 32) + ":1\n",
		"no hexadecimal": strings.Repeat("G", 40) + ":1\n",
		"by frequency":   second + first,
		"twice the same": first + first,
		"an empty line":  first + "\n" + second,
	} {
		if _, err := health.NewFileCorpus(strings.NewReader(text), int64(len(text))); err == nil {
			t.Errorf("%s: taken for a corpus", name)
		}
	}
	large := strings.Repeat(first+second, 120_000) // too large to be checked at once, and wrong from the start
	if _, err := health.NewFileCorpus(strings.NewReader(large), int64(len(large))); err == nil {
		t.Error("a large file in no order is taken for a corpus")
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := corpusOf(t, first).Count(ended, "AAAAA", strings.Repeat("A", 35)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v after the end", err)
	}
}
