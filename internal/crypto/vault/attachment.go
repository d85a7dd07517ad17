// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package vault

import (
	"math"
	"strconv"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// AttachmentKey returns the key of an attachment's contents (6.4): its own, wrapped with the item's key, or the item's
// key itself for the oldest attachments, which have none.
func AttachmentKey(wrapped string, item crypto.SymmetricKey) (crypto.SymmetricKey, error) {
	if wrapped == "" {
		return item, nil
	}
	return item.UnwrapKey(wrapped)
}

// EncryptedSize returns the length in bytes of a file of size bytes after encryption, which the server wants to know
// before the upload.
func EncryptedSize(size int64) int64 { return 49 + 16*(size/16+1) }

// SizeName writes a number of bytes as the server does: "1.5 KB".
func SizeName(bytes int64) string {
	if bytes == 0 {
		return "0 Bytes"
	}
	units := []string{"Bytes", "KB", "MB", "GB", "TB"}
	value, unit := float64(bytes), 0
	for value >= 1024 && unit < len(units)-1 {
		value /= 1024
		unit++
	}
	return strconv.FormatFloat(math.Round(value*10)/10, 'f', -1, 64) + " " + units[unit]
}
