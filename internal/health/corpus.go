// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package health

import (
	"bytes"
	"context"
	"crypto/sha1" //nolint:gosec // The corpus is by SHA-1; nothing is protected by it.
	"errors"
	"fmt"
	"io"
	"strconv"
)

const (
	hashDigits = 2 * sha1.Size
	// maxCorpusLine is more than the longest line: a hash, a colon, ten digits and a line end.
	maxCorpusLine = 64
	// checkedCorpus is the size up to which the whole order is checked: what is larger was downloaded, not typed.
	checkedCorpus = 8 << 20
)

// errOrder is what a corpus in another order leads to: passwords would be taken for unknown.
var errOrder = errors.New("the lines are not in the order of their hashes")

// FileCorpus looks passwords up in a file of lines "SHA1:COUNT", in hexadecimal digits of either case, in the order of
// the hashes: what the breach service offers for download in the order of hashes. It reads a few lines per look-up.
type FileCorpus struct {
	file io.ReaderAt
	size int64
}

// NewFileCorpus checks that a file of this size begins as a corpus does; a small file is read to its end.
func NewFileCorpus(file io.ReaderAt, size int64) (*FileCorpus, error) {
	if size == 0 {
		return nil, errors.New("the file is empty")
	}
	c := &FileCorpus{file: file, size: size}
	last := ""
	for at := int64(0); at < size; {
		hash, _, next, err := c.line(at)
		switch {
		case err != nil:
			return nil, err
		case hash <= last:
			return nil, errOrder
		case size > checkedCorpus && at > maxCorpusLine*maxCorpusLine:
			return c, nil
		}
		last, at = hash, next
	}
	return c, nil
}

// Count implements Corpus by bisection.
func (c *FileCorpus) Count(ctx context.Context, prefix, suffix string) (int, error) {
	wanted, first, last := prefix+suffix, "", ""
	for low, high := int64(0), c.size; low < high; {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		middle := low + (high-low)/2
		hash, count, err := c.lineAfter(middle)
		switch {
		case errors.Is(err, io.EOF):
			high = middle
		case err != nil:
			return 0, err
		case hash == wanted:
			return count, nil
		case hash < first, last != "" && hash > last:
			return 0, errOrder
		case hash < wanted:
			low, first = middle+1, hash
		default:
			high, last = middle, hash
		}
	}
	return 0, nil
}

// lineAfter reads the first line that begins at a position or after it.
func (c *FileCorpus) lineAfter(at int64) (hash string, count int, err error) {
	if at > 0 {
		buffer, err := c.read(at - 1)
		if err != nil {
			return "", 0, err
		}
		end := bytes.IndexByte(buffer, '\n')
		if end < 0 {
			return "", 0, io.EOF // the last line has no end
		}
		at += int64(end)
	}
	hash, count, _, err = c.line(at)
	return hash, count, err
}

// line reads the line that begins at a position.
func (c *FileCorpus) line(at int64) (hash string, count int, next int64, err error) {
	buffer, err := c.read(at)
	if err != nil {
		return "", 0, 0, err
	}
	text, _, _ := bytes.Cut(buffer, []byte{'\n'})
	next = at + int64(len(text)) + 1
	digits, number, found := bytes.Cut(bytes.TrimRight(text, "\r"), []byte{':'})
	value, err := strconv.ParseUint(string(number), 10, 31)
	if !found || err != nil || len(digits) != hashDigits || len(bytes.Trim(digits, "0123456789abcdefABCDEF")) > 0 {
		return "", 0, 0, fmt.Errorf("there is no line of the form SHA1:COUNT at byte %d", at)
	}
	return string(bytes.ToUpper(digits)), int(value), next, nil
}

// read returns the bytes from a position on that a line can have.
func (c *FileCorpus) read(at int64) ([]byte, error) {
	if at >= c.size {
		return nil, io.EOF
	}
	buffer := make([]byte, min(maxCorpusLine, c.size-at))
	if _, err := c.file.ReadAt(buffer, at); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return buffer, nil
}
