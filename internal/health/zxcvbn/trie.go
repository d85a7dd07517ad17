// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package zxcvbn

// trie is a set of ranked words. Its first node is the root; a zero index means "none".
type trie []node

// node stands for the words that begin with the characters on the way to it. The children of a node form a chain.
type node struct {
	char    uint16 // the last character on the way
	list    uint8  // for a word: an index of lists
	rank    uint32 // for a word: its rank from 1; otherwise 0
	child   uint32 // the first child
	sibling uint32 // the next child of the same parent
}

// child returns the child of a node for a character.
func (t trie) child(parent uint32, char uint16) uint32 {
	c := t[parent].child
	for c != 0 && t[c].char != char {
		c = t[c].sibling
	}
	return c
}

// grow returns the child of a node for a character, which it appends to the chain if there is none.
func (t *trie) grow(parent uint32, char uint16) uint32 {
	added := uint32(len(*t)) //nolint:gosec // There are some 200,000 nodes.
	for link := &(*t)[parent].child; ; link = &(*t)[*link].sibling {
		switch {
		case *link == 0:
			*link = added
			*t = append(*t, node{char: char})
			return added
		case (*t)[*link].char == char:
			return *link
		}
	}
}

// add ranks a word. A word that is there already gets the new rank.
func (t *trie) add(word []uint16, list uint8, rank uint32) {
	at := uint32(0)
	for _, char := range word {
		at = t.grow(at, char)
	}
	(*t)[at].list, (*t)[at].rank = list, rank
}
