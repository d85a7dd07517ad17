// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package zxcvbn

import (
	"slices"
	"unicode"
)

// Years with four digits.
const (
	minYear = 1000
	maxYear = 2050
)

// dateSplits has, by the number of digits, where the second and third number of a date without separators may begin.
var dateSplits = [...][][2]int{
	4: {{1, 2}, {2, 3}},                 // 1 1 91, 91 1 1
	5: {{1, 3}, {2, 3}},                 // 1 11 91, 11 1 91
	6: {{1, 2}, {2, 4}, {4, 5}},         // 1 1 1991, 11 11 91, 1991 1 1
	7: {{1, 3}, {2, 3}, {4, 5}, {4, 6}}, // 1 11 1991, 11 1 1991, 1991 1 11, 1991 11 1
	8: {{2, 4}, {4, 6}},                 // 11 11 1991, 1991 11 11
}

// dateMatches finds dates that are not part of a longer date (2015_06_04 has five more: 15_06_04, 5_06_04, …).
func (a *analysis) dateMatches(text []uint16) []Match {
	const (
		shortest, longest = 4, 10 // 1191, 11.11.1991
		daysPerYear       = 365
		separators        = 4
	)
	var dates []Match
	for start := range text {
		for end := start + shortest; end <= min(start+longest, len(text)); end++ {
			year, ok := a.plainDate(text[start:end])
			variants := 1.0
			if !ok {
				year, ok = separatedDate(text[start:end])
				variants = separators
			}
			if ok {
				guesses := a.yearSpace(year) * daysPerYear * variants
				dates = append(dates, Match{Pattern: Date, Start: start, End: end, Guesses: guesses})
			}
		}
	}
	all := slices.Clone(dates)
	return slices.DeleteFunc(dates, func(d Match) bool {
		return slices.ContainsFunc(all, func(other Match) bool {
			return other != d && other.Start <= d.Start && other.End >= d.End
		})
	})
}

// plainDate reads a date of four to eight digits. Of several readings the year closest to the current one wins.
func (a *analysis) plainDate(token []uint16) (year int, ok bool) {
	if len(token) >= len(dateSplits) || count(token, isDigit) < len(token) {
		return 0, false
	}
	for _, split := range dateSplits[len(token)] {
		y, valid := dateYear(number(token[:split[0]]), number(token[split[0]:split[1]]), number(token[split[1]:]))
		if valid && (!ok || abs(y-a.year) < abs(year-a.year)) {
			year, ok = y, true
		}
	}
	return year, ok
}

// separatedDate reads a date of three numbers of at most 4, 2 and 4 digits with the same separator between them.
func separatedDate(token []uint16) (year int, ok bool) {
	if len(token) < len("1/1/91") {
		return 0, false
	}
	notDigit := func(c uint16) bool { return !isDigit(c) }
	i := slices.IndexFunc(token, notDigit)
	if i < 0 || !isSeparator(token[i]) {
		return 0, false
	}
	first, rest := token[:i], token[i+1:]
	j := slices.IndexFunc(rest, notDigit)
	if j < 0 || rest[j] != token[i] {
		return 0, false
	}
	middle, last := rest[:j], rest[j+1:]
	within := func(digits []uint16, most int) bool { return 1 <= len(digits) && len(digits) <= most }
	if !within(first, 4) || !within(middle, 2) || !within(last, 4) || slices.ContainsFunc(last, notDigit) {
		return 0, false
	}
	return dateYear(number(first), number(middle), number(last))
}

// isSeparator reports whether a date may be divided by the unit: punctuation or what JavaScript takes for a space.
func isSeparator(c uint16) bool {
	switch c {
	case '/', '\\', '_', '.', '-', '\uFEFF':
		return true
	case '\u0085': // A space in Unicode, not in JavaScript.
		return false
	}
	return unicode.IsSpace(rune(c))
}

// dateYear decides whether three numbers are a date, with the year first or last, and returns the year.
// Days need not exist in their month.
func dateYear(first, middle, last int) (year int, ok bool) {
	if middle < 1 || middle > 31 {
		return 0, false
	}
	var over12, over31, zero int
	for _, v := range []int{first, middle, last} {
		switch {
		case 99 < v && v < minYear, v > maxYear:
			return 0, false
		case v > 31:
			over31++
			over12++
		case v > 12:
			over12++
		case v == 0:
			zero++
		}
	}
	if over31 >= 2 || over12 == 3 || zero >= 2 {
		return 0, false
	}
	switch yearLast, yearFirst := isDayAndMonth(first, middle), isDayAndMonth(middle, last); {
	case last >= minYear:
		return last, yearLast
	case first >= minYear:
		return first, yearFirst
	case yearLast:
		return century(last), true
	default:
		return century(first), yearFirst
	}
}

func isDayAndMonth(a, b int) bool {
	return 1 <= min(a, b) && min(a, b) <= 12 && max(a, b) <= 31
}

// century completes a year of two digits: 87 is 1987, 15 is 2015.
func century(year int) int {
	if year > 50 {
		return year + 1900
	}
	return year + 2000
}

func abs(n int) int { return max(n, -n) }
