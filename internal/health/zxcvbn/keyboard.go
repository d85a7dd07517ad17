// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package zxcvbn

import (
	"math"
	"slices"
	"sync"
)

// keyboard is a grid of keys, and the directions from a key to its neighbours.
type keyboard struct {
	keys       map[uint16]key
	directions []point
	starts     float64 // characters a pattern may start with
	degree     float64 // average number of neighbours
}

// key is where a character is typed.
type key struct {
	at      point
	shifted bool
}

type point struct{ x, y int }

var (
	// slanted goes around a key of a typewriter, whose rows are shifted against each other.
	slanted = []point{{-1, 0}, {0, -1}, {1, -1}, {1, 0}, {0, 1}, {-1, 1}}
	// aligned goes around a key of a number pad.
	aligned = []point{{-1, 0}, {-1, -1}, {0, -1}, {1, -1}, {1, 0}, {1, 1}, {0, 1}, {-1, 1}}
)

// The extent of a key in a layout: its characters and a space.
const (
	typewriterKey = 3
	padKey        = 2
)

// Starts and average degree of qwerty and of keypad; the other two keyboards are rated like these.
const (
	typewriterStarts = 94
	typewriterDegree = 432.0 / typewriterStarts
	padStarts        = 15
	padDegree        = 76.0 / padStarts
)

var keyboards = sync.OnceValue(func() []keyboard {
	typewriter := func(rows ...string) keyboard {
		return keyboard{layOut(typewriterKey, rows), slanted, typewriterStarts, typewriterDegree}
	}
	pad := func(rows ...string) keyboard {
		return keyboard{layOut(padKey, rows), aligned, padStarts, padDegree}
	}
	return []keyboard{
		typewriter( // qwerty
			"`~ 1! 2@ 3# 4$ 5% 6^ 7& 8* 9( 0) -_ =+",
			"   qQ wW eE rR tT yY uU iI oO pP [{ ]} \\|",
			"   aA sS dD fF gG hH jJ kK lL ;: '\"",
			"   zZ xX cC vV bB nN mM ,< .> /?"),
		typewriter( // dvorak
			"`~ 1! 2@ 3# 4$ 5% 6^ 7& 8* 9( 0) [{ ]}",
			"   '\" ,< .> pP yY fF gG cC rR lL /? =+ \\|",
			"   aA oO eE uU iI dD hH tT nN sS -_",
			"   ;: qQ jJ kK xX bB mM wW vV zZ"),
		pad( // PC number pad
			"  / * -",
			"7 8 9 +",
			"4 5 6",
			"1 2 3",
			"  0 ."),
		pad( // Macintosh number pad
			"  = / *",
			"7 8 9 -",
			"4 5 6 +",
			"1 2 3",
			"  0 ."),
	}
})

// layOut reads a layout whose keys are extent bytes apart, each with its plain and, on a typewriter, shifted character.
func layOut(extent int, rows []string) map[uint16]key {
	keys := make(map[uint16]key)
	for y, row := range rows {
		for i, char := range []byte(row) {
			if char != ' ' {
				keys[uint16(char)] = key{point{i / extent, y}, i%extent == 1}
			}
		}
	}
	return keys
}

// direction returns the index of the direction from one character to the next, or -1 if they are no neighbours.
func (k *keyboard) direction(from, to uint16) int {
	a, ok := k.keys[from]
	b, ok2 := k.keys[to]
	if !ok || !ok2 {
		return -1
	}
	return slices.Index(k.directions, point{b.at.x - a.at.x, b.at.y - a.at.y})
}

// spatialMatches finds walks over at least three neighbouring keys.
func spatialMatches(text []uint16) []Match {
	var matches []Match
	for _, k := range keyboards() {
		for start := 0; start < len(text)-1; {
			end, turns, shifted := start+1, 0, 0
			if k.keys[text[start]].shifted {
				shifted++
			}
			for last := -1; end < len(text); end++ {
				direction := k.direction(text[end-1], text[end])
				if direction < 0 {
					break
				}
				if direction != last {
					turns++ // The first step counts as a turn.
					last = direction
				}
				if k.keys[text[end]].shifted {
					shifted++
				}
			}
			if length := end - start; length > 2 {
				guesses := k.walks(length, turns)
				switch {
				case shifted == length:
					guesses *= 2
				case shifted > 0:
					guesses *= variations(shifted, length-shifted)
				}
				matches = append(matches, Match{Pattern: Spatial, Start: start, End: end, Guesses: guesses})
			}
			start = end
		}
	}
	return matches
}

// walks estimates the number of walks with at most this length and number of turns.
func (k *keyboard) walks(length, turns int) float64 {
	sum := 0.0
	for i := 2; i <= length; i++ {
		for j := 1; j <= min(turns, i-1); j++ {
			sum += float64(choose(i-1, j-1) * k.starts * math.Pow(k.degree, float64(j))) // No fused add.
		}
	}
	return sum
}
