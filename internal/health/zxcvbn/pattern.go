// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package zxcvbn

import "slices"

// repeatMatches finds a text that is repeated at once, from left to right without overlap.
func (a *analysis) repeatMatches(text []uint16) []Match {
	var matches []Match
	for start := 0; start < len(text); {
		shortest, longest := repeats(text[start:])
		if shortest == 0 {
			start++
			continue
		}
		// "aabaab" is twice "aab" rather than twice "a"; "aaaaa" is five times "a" rather than twice "aa".
		base, end := shortest, start+repeated(text[start:], shortest)
		if e := start + repeated(text[start:], longest); e > end {
			base, end = period(text[start:e]), e
		}
		_, guesses := a.cheapest(text[start : start+base])
		guesses *= float64((end - start) / base)
		matches = append(matches, Match{Pattern: Repeat, Start: start, End: end, Guesses: guesses})
		start = end
	}
	return matches
}

// repeats returns the shortest and the longest length of a prefix that follows itself, or 0.
// A line end is part of no repeat.
func repeats(text []uint16) (shortest, longest int) {
	line := text
	if i := slices.IndexFunc(text, isLineEnd); i >= 0 {
		line = text[:i]
	}
	for length := 1; length <= len(line)/2; length++ {
		if slices.Equal(line[:length], line[length:2*length]) {
			longest = length
			if shortest == 0 {
				shortest = length
			}
		}
	}
	return shortest, longest
}

// repeated returns the extent of the repetitions of the first length units.
func repeated(text []uint16, length int) int {
	end := length
	for end+length <= len(text) && slices.Equal(text[:length], text[end:end+length]) {
		end += length
	}
	return end
}

// period returns the length of the shortest text of which the whole is a repetition.
func period(text []uint16) int {
	length := 1
	for len(text)%length != 0 || repeated(text, length) != len(text) {
		length++
	}
	return length
}

func isLineEnd(c uint16) bool {
	return c == '\n' || c == '\r' || c == '\u2028' || c == '\u2029'
}

// maxDelta is the largest distance between the characters of a sequence.
const maxDelta = 5

// sequenceMatches finds characters at a constant distance; two characters are enough if they are neighbours.
func sequenceMatches(text []uint16) []Match {
	var matches []Match
	for start, end := 0, 0; end < len(text)-1; start = end {
		delta := int(text[start+1]) - int(text[start])
		for end = start + 1; end+1 < len(text) && int(text[end+1])-int(text[end]) == delta; {
			end++
		}
		distance := max(delta, -delta)
		if (end-start > 1 || distance == 1) && 0 < distance && distance <= maxDelta {
			guesses := sequenceGuesses(text[start], end+1-start, delta > 0)
			matches = append(matches, Match{Pattern: Sequence, Start: start, End: end + 1, Guesses: guesses})
		}
	}
	return matches
}

func sequenceGuesses(first uint16, length int, ascending bool) float64 {
	base := 26
	switch {
	case slices.Contains([]uint16{'a', 'A', 'z', 'Z', '0', '1', '9'}, first):
		base = 4 // An obvious start.
	case isDigit(first):
		base = 10
	}
	if !ascending {
		base *= 2
	}
	return float64(base * length)
}

// yearMatches finds the years 1900 to 2019, as zxcvbn 4.4.2 does, whatever the current year is.
func (a *analysis) yearMatches(text []uint16) []Match {
	var matches []Match
	for start := 0; start+4 <= len(text); {
		year := number(text[start : start+4])
		if count(text[start:start+4], isDigit) < 4 || year < 1900 || year > 2019 {
			start++
			continue
		}
		matches = append(matches, Match{Pattern: Regex, Start: start, End: start + 4, Guesses: a.yearSpace(year)})
		start += 4
	}
	return matches
}

// yearSpace is the number of years an attacker tries until this one, at least twenty.
func (a *analysis) yearSpace(year int) float64 {
	return float64(max(year-a.year, a.year-year, 20))
}
