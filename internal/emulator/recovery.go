// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

// enroll hands a member's user key, under the organization's public key, to those who may recover his account.
func (s *Server) enroll(c *call, m *member, key *string) {
	m.ResetPasswordKey, m.RevisionDate = key, s.now()
	s.logMember(c, 1506, m)
}
