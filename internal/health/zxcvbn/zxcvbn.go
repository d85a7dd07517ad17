// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package zxcvbn estimates how many guesses an informed attacker needs for a password.
//
// It gives the scores and guesses of the JavaScript library zxcvbn 4.4.2, which Bitwarden's web vault uses, so that
// a report made here names the same weak passwords. Where that library has a quirk, this package has it too: a text
// is a sequence of UTF-16 code units, and of equally cheap matches the first one found wins.
//
// There are four known differences, all of them rare. JavaScript takes "constructor" and "__proto__" for words with an
// undefined rank, which hides the listed word "constructor". It has a special lower case for a capital sigma at the end
// of a word, which matters for user inputs only. After a U+0130, whose lower case is longer, it may vary a lookalike
// that is not in the word found. And powers beyond 2^53 may differ in the last bit, as they do between JavaScript
// engines, so that of two equally good sequences the other one may be given.
//
// The word lists under lists/ are those of zxcvbn, copyright (c) 2012-2016 Dan Wheeler and Dropbox, Inc., under the
// MIT licence in lists/LICENSE. The method is described in D. Wheeler, "zxcvbn: Low-Budget Password Strength
// Estimation", USENIX Security 2016.
package zxcvbn

// Estimator rates passwords as of one calendar year. It is immutable and safe for concurrent use.
type Estimator struct {
	year int
}

// New returns an estimator that counts the years of dates from year, which is usually the current one.
// The first estimate of the process indexes the word lists (4 MB of memory).
func New(year int) *Estimator {
	return &Estimator{year: year}
}

// Result is the estimate for one password. It holds no part of the password itself.
type Result struct {
	// Score is 0 (too guessable), 1 (very), 2 (somewhat), 3 (safely unguessable) or 4 (very unguessable).
	Score int
	// Guesses is the estimated number of guesses, at least 1.
	Guesses float64
	// Sequence lists the matches of the cheapest way to guess the password. They cover it without gap or overlap.
	Sequence []Match
}

// Pattern names the kind of a match.
type Pattern string

// The patterns an attacker is assumed to know.
const (
	Bruteforce Pattern = "bruteforce" // no pattern: every character is guessed
	Dictionary Pattern = "dictionary" // a listed word, perhaps reversed or with characters replaced (p4ssword)
	Spatial    Pattern = "spatial"    // neighbouring keys of a keyboard (qwerty)
	Repeat     Pattern = "repeat"     // the same text several times (abcabc)
	Sequence   Pattern = "sequence"   // characters at a constant distance (abcd, 9753)
	Regex      Pattern = "regex"      // a recent year (1987)
	Date       Pattern = "date"       // a day, month and year in some order (1.1.91)
)

// Match is a part of a password that an attacker would guess as one unit.
type Match struct {
	Pattern Pattern
	// List names the word list of a Dictionary match, "user_inputs" for the caller's own words.
	List string
	// Start and End limit the part [Start, End) in UTF-16 code units.
	Start, End int
	// Guesses is the number of guesses for this part alone.
	Guesses float64
}

// Estimate rates the password. The userInputs are words known about its owner, the likeliest first; a password made
// of them is weak. The time grows faster than the length, so callers should limit it (the web vault: 256 units).
func (e *Estimator) Estimate(password string, userInputs ...string) Result {
	a := analysis{year: e.year, vocabulary: vocabulary(), inputs: index(userInputs)}
	sequence, guesses := a.cheapest(encode(password))
	return Result{Score: score(guesses), Guesses: guesses, Sequence: sequence}
}

// score maps guesses to the scale of Result. The tolerance keeps sums just above a power of ten below it.
func score(guesses float64) int {
	const tolerance = 5
	for i, limit := range []float64{1e3, 1e6, 1e8, 1e10} {
		if guesses < limit+tolerance {
			return i
		}
	}
	return 4
}

// analysis is what the matchers of one estimate share.
type analysis struct {
	year       int
	vocabulary trie
	inputs     trie
}
