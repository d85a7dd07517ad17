// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package zxcvbn

import (
	"math"
	"slices"
)

// Lower bounds on the guesses for a part of a password, so that many small parts do not look cheaper than one.
const (
	minGuessesSingle = 10
	minGuessesMulti  = 50
)

// step is the last part of the cheapest sequence of some length for a prefix of the password.
type step struct {
	match   *Match  // nil if the part is guessed by brute force
	start   int     // where the part begins
	product float64 // of the guesses of all parts
	guesses float64 // for the whole prefix; 0 if there is no such sequence
}

// cheapest finds the sequence of matches that covers the text with the fewest guesses, and these guesses.
//
// A sequence of l parts costs l! · ∏ guesses + 10000^(l-1): the attacker does not know the order of the parts, and
// tries shorter sequences first. best[k][l] is the cheapest sequence of l parts for the first k units; it is absent
// where fewer parts do as well.
func (a *analysis) cheapest(text []uint16) ([]Match, float64) {
	n := len(text)
	if n == 0 {
		return nil, 1
	}
	ending := make([][]*Match, n+1) // by end, then in the order of matches, which is by start
	matches := a.matches(text)
	for i := range matches {
		m := &matches[i]
		m.Guesses = max(m.Guesses, leastGuesses(m.End-m.Start, n))
		ending[m.End] = append(ending[m.End], m)
	}

	best := make([][]step, n+1)
	best[0] = []step{{product: 1}}
	extend := func(k, l int, s step) {
		s.guesses = float64(factorial(l)*s.product) + math.Pow10(4*(l-1)) // The conversion forbids a fused add.
		for _, rival := range best[k][:min(l+1, len(best[k]))] {
			if rival.guesses > 0 && rival.guesses <= s.guesses {
				return
			}
		}
		for len(best[k]) <= l {
			best[k] = append(best[k], step{})
		}
		best[k][l] = s
	}
	for k := 1; k <= n; k++ {
		for _, m := range ending[k] {
			for l, prefix := range best[m.Start] {
				if prefix.product > 0 {
					extend(k, l+1, step{match: m, start: m.Start, product: m.Guesses * prefix.product})
				}
			}
		}
		for start := range k {
			guesses := bruteforceGuesses(k-start, n)
			for l, prefix := range best[start] {
				// One brute-force part is always cheaper than two adjacent ones.
				if start == 0 || prefix.match != nil {
					extend(k, l+1, step{start: start, product: guesses * prefix.product})
				}
			}
		}
	}
	return unwind(best, n)
}

// unwind follows the steps of the cheapest sequence back from the end.
func unwind(best [][]step, n int) ([]Match, float64) {
	length, guesses := 0, math.Inf(1)
	for l, s := range best[n] {
		if s.guesses > 0 && s.guesses < guesses {
			length, guesses = l, s.guesses
		}
	}
	sequence := make([]Match, length)
	for k, l := n, length; l > 0; l-- {
		s := best[k][l]
		if s.match != nil {
			sequence[l-1] = *s.match
		} else {
			sequence[l-1] = Match{Pattern: Bruteforce, Start: s.start, End: k, Guesses: bruteforceGuesses(k-s.start, n)}
		}
		k = s.start
	}
	return sequence, guesses
}

// matches returns every match of every pattern, ordered by start and end; equals stay in the order of the matchers.
func (a *analysis) matches(text []uint16) []Match {
	matches := slices.Concat(
		a.dictionaryMatches(text),
		a.reversedMatches(text),
		a.replacedMatches(text),
		spatialMatches(text),
		a.repeatMatches(text),
		sequenceMatches(text),
		a.yearMatches(text),
		a.dateMatches(text),
	)
	slices.SortStableFunc(matches, func(x, y Match) int {
		if x.Start != y.Start {
			return x.Start - y.Start
		}
		return x.End - y.End
	})
	return matches
}

// leastGuesses is the lower bound for a part of the given length in a password of n units.
func leastGuesses(length, n int) float64 {
	switch length {
	case n:
		return 1
	case 1:
		return minGuessesSingle
	}
	return minGuessesMulti
}

// bruteforceGuesses assumes ten choices for each unit, and always more than any pattern of the same extent needs
// at least, so that the pattern is preferred.
func bruteforceGuesses(length, n int) float64 {
	least := minGuessesMulti + 1.0
	if length == 1 {
		least = minGuessesSingle + 1
	}
	return max(min(math.Pow10(length), math.MaxFloat64), least, leastGuesses(length, n))
}

func factorial(n int) float64 {
	f := 1.0
	for i := 2; i <= n; i++ {
		f *= float64(i)
	}
	return f
}

// choose is the binomial coefficient n over k.
func choose(n, k int) float64 {
	if k > n {
		return 0
	}
	r := 1.0
	for d := 1; d <= k; d++ {
		r = r * float64(n) / float64(d)
		n--
	}
	return r
}

// variations counts the ways to mark at least one and at most min(x, y) of x+y characters: how often an attacker must
// vary a word of which x characters are changed (capitalized, shifted, replaced) and y are not.
func variations(x, y int) float64 {
	sum := 0.0
	for i := 1; i <= min(x, y); i++ {
		sum += choose(x+y, i)
	}
	return sum
}
