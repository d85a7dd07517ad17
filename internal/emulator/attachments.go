// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"slices"
	"strconv"
	"time"
)

func (s *Server) attachmentRoutes() {
	const files = "/ciphers/{id}/attachment"
	s.api("POST", files+"/v2", signedIn, s.createAttachment)
	s.api("GET", files+"/{attachmentId}", signedIn, s.getAttachment)
	s.api("GET", files+"/{attachmentId}/admin", signedIn, s.getAttachmentAsAdmin)
	s.api("GET", files+"/{attachmentId}/renew", signedIn, s.renewAttachmentUpload)
	s.api("POST", files+"/{attachmentId}", signedIn, s.uploadAttachment).withFile()
	s.api("DELETE", files+"/{attachmentId}", signedIn, s.deleteAttachment)
	s.api("POST", files+"/{attachmentId}/delete", signedIn, s.deleteAttachment)
	s.api("DELETE", files+"/{attachmentId}/admin", signedIn, s.deleteAttachmentAsAdmin)
	s.api("POST", files+"/{attachmentId}/delete-admin", signedIn, s.deleteAttachmentAsAdmin)
}

// Limits of files, in bytes.
const (
	attachmentMaximum = 500 << 20
	gigabyte          = 1 << 30
)

// attachmentBodies are the files of an item, null without any. Their addresses here are of no use: one is handed out by
// getAttachment.
func (s *Server) attachmentBodies(ci *cipher) any {
	if len(ci.Attachments) == 0 {
		return nil
	}
	rows := []obj{}
	for _, f := range ci.Attachments {
		rows = append(rows, attachmentBody(f, s.environment().API+"/attachments//"+ci.ID+"/"+f.ID))
	}
	return rows
}

func attachmentBody(f *attachment, address string) obj {
	return obj{
		"id": f.ID, "url": address, "fileName": f.FileName, "key": f.Key, "size": strconv.FormatInt(f.Size, 10),
		"sizeName": sizeName(f.Size), "object": "attachment",
	}
}

// sizeName is a size for people: "82 Bytes", "1.5 KB".
func sizeName(size int64) string {
	if size < 1024 {
		return strconv.FormatInt(size, 10) + " Bytes"
	}
	number, unit := float64(size)/1024, 0
	for units := len(sizeUnits); number >= 1024 && unit < units-1; unit++ {
		number /= 1024
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(number, 'f', 1, 64), 64) // of a number just written
	return strconv.FormatFloat(rounded, 'f', -1, 64) + " " + sizeUnits[unit]
}

var sizeUnits = []string{"KB", "MB", "GB", "TB"}

// attachmentOf is the file {attachmentId} of an item, nil if it has none of that name.
func attachmentOf(c *call, ci *cipher) *attachment {
	i := slices.IndexFunc(ci.Attachments, func(f *attachment) bool { return f.ID == c.values["attachmentId"] })
	if i < 0 {
		return nil
	}
	return ci.Attachments[i]
}

type attachmentRequest struct {
	Key                   *string    `json:"key"`
	FileName              string     `json:"fileName"`
	FileSize              int64      `json:"fileSize"`
	AdminRequest          bool       `json:"adminRequest"`
	LastKnownRevisionDate *time.Time `json:"lastKnownRevisionDate"`
}

// createAttachment announces a file and answers where to upload it.
func (s *Server) createAttachment(c *call) (any, error) {
	r := attachmentRequest{}
	if err := c.bindWithID(&r); err != nil {
		return nil, err
	}
	ci, a, err := s.attachable(c, r.AdminRequest)
	if err != nil {
		return nil, err
	}
	if r.FileSize > attachmentMaximum {
		return nil, badRequest("Max file size is 500 MB.")
	}
	if err := ci.outdated(r.LastKnownRevisionDate); err != nil {
		return nil, err
	}
	if !r.AdminRequest && !a.Edit {
		return nil, badRequest(mayNotEdit)
	}
	if err := s.hasRoom(ci, r.FileSize); err != nil {
		return nil, err
	}
	f := &attachment{ID: fileID(), FileName: r.FileName, Key: r.Key, Size: r.FileSize}
	ci.Attachments = append(ci.Attachments, f)
	if r.AdminRequest {
		return nil, serverError() // a wrong cast, after the file was noted
	}
	ci.RevisionDate = s.now()
	s.touchReaders(ci)
	return obj{
		"attachmentId": f.ID, "url": s.uploadAddress(f, "/ciphers/"+ci.ID+"/attachment/"+f.ID),
		"fileUploadType": s.uploadType(), "cipherResponse": s.ownItem(c.user, ci, a), "cipherMiniResponse": nil,
		"object": "attachment-fileUpload",
	}, nil
}

// attachable is the item that gets a file.
func (s *Server) attachable(c *call, asAdmin bool) (*cipher, itemAccess, error) {
	if asAdmin {
		ci, err := s.administeredItem(c, c.editsAsAdmin)
		return ci, itemAccess{}, err
	}
	return s.readableItem(c)
}

// hasRoom checks a file against the storage of its item's owner.
func (s *Server) hasRoom(ci *cipher, size int64) error {
	room, used := int64(1), int64(0)
	switch {
	case size < 1:
		return badRequest("No data to attach.")
	case ci.OrganizationID != "":
		org := s.store.organizations.get(ci.OrganizationID)
		if org.MaxStorageGB == nil {
			return badRequest("This organization cannot use attachments.")
		}
		room = int64(*org.MaxStorageGB)
	case !s.hasPremium(s.store.users.get(ci.UserID)):
		return badRequest("You must have premium status to use attachments.")
	}
	for other := range s.store.ciphers.all() {
		if other.OrganizationID == ci.OrganizationID && other.UserID == ci.UserID {
			for _, f := range other.Attachments {
				used += f.Size
			}
		}
	}
	if used+size > room*gigabyte {
		return badRequest("Not enough storage available.")
	}
	return nil
}

// hasPremium tells whether an account has premium, of its own or from an organization.
func (s *Server) hasPremium(u *user) bool { return u.Premium || s.premiumFromOrganization(u) }

// getAttachment answers an address to download the file from, also before it was uploaded.
func (s *Server) getAttachment(c *call) (any, error) {
	ci, _, err := s.readableItem(c)
	if err != nil {
		return nil, err
	}
	return s.attachmentAddress(c, ci)
}

func (s *Server) getAttachmentAsAdmin(c *call) (any, error) {
	ci, err := s.administeredItem(c, c.editsAsAdmin)
	if err != nil {
		return nil, err
	}
	return s.attachmentAddress(c, ci)
}

func (s *Server) attachmentAddress(c *call, ci *cipher) (any, error) {
	f := attachmentOf(c, ci)
	if f == nil {
		return nil, notFound()
	}
	return attachmentBody(f, s.downloadAddress(f)), nil
}

func (s *Server) renewAttachmentUpload(c *call) (any, error) {
	ci, _, err := s.readableItem(c)
	if err != nil {
		return nil, err
	}
	f := attachmentOf(c, ci)
	if f == nil || f.Validated {
		return nil, notFound()
	}
	return obj{
		"attachmentId": nil, "url": s.uploadAddress(f, "/ciphers/"+ci.ID+"/attachment/"+f.ID),
		"fileUploadType": s.uploadType(), "cipherResponse": nil, "cipherMiniResponse": nil,
		"object": "attachment-fileUpload",
	}, nil
}

// uploadAttachment takes a file directly.
func (s *Server) uploadAttachment(c *call) (any, error) {
	content, err := s.directUpload(c)
	if err != nil {
		return nil, err
	}
	ci, _, err := s.readableItem(c)
	if err != nil {
		return nil, err
	}
	f := attachmentOf(c, ci)
	if f == nil {
		return nil, notFound()
	}
	s.store.keepFile(f, content)
	return nil, nil
}

func (s *Server) deleteAttachment(c *call) (any, error) {
	ci, a, err := s.readableItem(c)
	if err != nil {
		return nil, err
	}
	if !a.Edit {
		return nil, badRequest("You do not have permissions to delete this.")
	}
	return s.dropAttachment(c, ci)
}

func (s *Server) deleteAttachmentAsAdmin(c *call) (any, error) {
	ci, err := s.administeredItem(c, c.editsAsAdmin)
	if err != nil {
		return nil, err
	}
	return s.dropAttachment(c, ci)
}

func (s *Server) dropAttachment(c *call, ci *cipher) (any, error) {
	f := attachmentOf(c, ci)
	if f == nil {
		return nil, notFound()
	}
	ci.Attachments = slices.DeleteFunc(ci.Attachments, func(other *attachment) bool { return other == f })
	ci.RevisionDate = s.now()
	s.touchReaders(ci)
	s.logItemEvent(c, ci, 1104)
	return obj{"cipher": fresh(s.itemBody(ci)), "object": "deleteAttachment"}, nil
}
