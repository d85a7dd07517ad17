// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package zxcvbn

import (
	_ "embed" // for the word lists
	"slices"
	"strings"
	"sync"
	"unicode"
)

var (
	//go:embed lists/passwords.txt
	passwords string
	//go:embed lists/english_wikipedia.txt
	englishWikipedia string
	//go:embed lists/female_names.txt
	femaleNames string
	//go:embed lists/surnames.txt
	surnames string
	//go:embed lists/us_tv_and_film.txt
	usTVAndFilm string
	//go:embed lists/male_names.txt
	maleNames string
)

// lists has the word lists with one word per line, by rank. No word is in two of them.
var lists = [...]struct{ name, words string }{
	{"passwords", passwords},
	{"english_wikipedia", englishWikipedia},
	{"female_names", femaleNames},
	{"surnames", surnames},
	{"us_tv_and_film", usTVAndFilm},
	{"male_names", maleNames},
	{"user_inputs", ""}, // The caller's words.
}

const (
	userInputs = uint8(len(lists) - 1) // the index in lists
	// vocabularyNodes is the size of the vocabulary.
	vocabularyNodes = 234_097
)

// vocabulary indexes the word lists once.
var vocabulary = sync.OnceValue(func() trie {
	words := make(trie, 1, vocabularyNodes)
	for i, list := range lists {
		rank := uint32(0)
		for line := range strings.Lines(list.words) {
			rank++
			words.add(encode(strings.TrimSuffix(line, "\n")), uint8(i), rank)
		}
	}
	return words
})

// index makes a dictionary of the caller's words, ranked by position; of equal words the last counts.
func index(inputs []string) trie {
	words := make(trie, 1)
	for i, input := range inputs {
		words.add(lower(encode(input)), userInputs, uint32(i+1))
	}
	return words
}

// occurrence is a listed word in a text.
type occurrence struct {
	start, end int
	word       node
	reading    *reading // how the text was read to find it
}

// find returns the listed words in the text, without regard to case, under each of the readings.
func (a *analysis) find(text []uint16, readings ...*reading) []occurrence {
	lowered := lower(text)[:len(text)]
	var found []occurrence
	for _, words := range []trie{a.vocabulary, a.inputs} {
		for start := range lowered {
			// The readings that spell the text so far alike share a way through the words.
			var walk func(at uint32, end int, readings []*reading)
			walk = func(at uint32, end int, readings []*reading) {
				for end < len(lowered) && len(readings) > 0 {
					char := readings[0].read(lowered[end])
					alike, others := partition(readings, func(r *reading) bool { return r.read(lowered[end]) == char })
					if next := words.child(at, char); next != 0 {
						if words[next].rank > 0 {
							found = append(found, occurrence{start, end + 1, words[next], alike[0]})
						}
						walk(next, end+1, alike)
					}
					readings = others
				}
			}
			walk(0, start, readings)
		}
	}
	return found
}

// partition splits a list by a condition.
func partition[T any](list []T, condition func(T) bool) (met, unmet []T) {
	for i, element := range list {
		switch {
		case condition(element):
			if unmet != nil {
				met = append(met, element)
			} else {
				met = list[: i+1 : i+1] // No copy as long as all meet it, which is usual.
			}
		default:
			unmet = append(unmet, element)
		}
	}
	return met, unmet
}

// dictionaryMatches finds listed words.
func (a *analysis) dictionaryMatches(text []uint16) []Match {
	var matches []Match
	for _, o := range a.find(text, &reading{}) {
		matches = append(matches, o.match(caseVariations(text[o.start:o.end])))
	}
	return matches
}

// reversedMatches finds listed words spelt backwards, which an attacker tries along with the words themselves.
func (a *analysis) reversedMatches(text []uint16) []Match {
	reversed := slices.Clone(text)
	slices.Reverse(reversed)
	matches := a.dictionaryMatches(reversed)
	for i := range matches {
		m := &matches[i]
		m.Start, m.End = len(text)-m.End, len(text)-m.Start
		m.Guesses *= 2
	}
	return matches
}

// replacedMatches finds listed words with letters replaced by characters that look alike (p4$$word).
// A single character is not worth a match: "1" would be the common word "i".
func (a *analysis) replacedMatches(text []uint16) []Match {
	lowered := lower(text)
	var matches []Match
	for _, o := range a.find(text, readings(text)...) {
		token, word := text[o.start:o.end], o.reading.apply(lowered[o.start:o.end])
		if len(token) > 1 && !slices.Equal(lower(token), word) {
			matches = append(matches, o.match(caseVariations(token)*o.reading.variations(token)))
		}
	}
	return matches
}

// match rates the occurrence as one to be found under the given number of variations of the word.
func (o *occurrence) match(variations float64) Match {
	guesses := float64(o.word.rank) * variations
	return Match{Dictionary, lists[o.word.list].name, o.start, o.end, guesses}
}

// caseVariations counts the capitalizations to try for a word. The common ones (Word, worD, WORD) only double it.
func caseVariations(token []uint16) float64 {
	upper, lower := count(token, isUpper), count(token, isLower)
	switch {
	case upper == 0:
		return 1
	case lower == 0, upper == 1 && (isUpper(token[0]) || isUpper(token[len(token)-1])):
		return 2
	}
	return variations(upper, lower)
}

// lookalikes has the characters that may stand for a letter.
var lookalikes = [...]struct {
	letter byte
	chars  string
}{
	{'a', "4@"},
	{'b', "8"},
	{'c', "({[<"},
	{'e', "3"},
	{'g', "69"},
	{'i', "1!|"},
	{'l', "1|7"},
	{'o', "0"},
	{'s', "$5"},
	{'t', "+7"},
	{'x', "%"},
	{'z', "2"},
}

// reading says for which letter an ASCII character stands, or 0 if it stands for itself.
type reading [unicode.MaxASCII + 1]byte

// readings returns the ways to read the lookalikes in the text, none if there are no lookalikes. A reading takes only
// one of several characters for the same letter: with 4 and @ in the text, one or the other is an a.
func readings(text []uint16) []*reading {
	all := []*reading{{}}
	for _, l := range lookalikes {
		var next []*reading
		for _, char := range []byte(l.chars) {
			if !slices.Contains(text, uint16(char)) {
				continue
			}
			for _, r := range all {
				if r[char] != 0 {
					next = append(next, r) // The character already stands for another letter: keep that way, too.
				}
				changed := *r
				changed[char] = l.letter
				next = append(next, &changed)
			}
		}
		if next != nil {
			all = next
		}
	}
	if *all[0] == (reading{}) {
		return nil
	}
	return all
}

func (r *reading) read(char uint16) uint16 {
	if char <= unicode.MaxASCII && r[char] != 0 {
		return uint16(r[char])
	}
	return char
}

func (r *reading) apply(text []uint16) []uint16 {
	out := make([]uint16, len(text))
	for i, char := range text {
		out[i] = r.read(char)
	}
	return out
}

// variations counts how often a word must be varied to try the replacements it has.
func (r *reading) variations(token []uint16) float64 {
	lowered := lower(token)
	product := 1.0
	for char, letter := range r {
		replaced := count(lowered, func(c uint16) bool { return int(c) == char })
		if letter == 0 || replaced == 0 {
			continue
		}
		if plain := count(lowered, func(c uint16) bool { return c == uint16(letter) }); plain > 0 {
			product *= variations(replaced, plain)
		} else {
			product *= 2
		}
	}
	return product
}
