// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

func (s *Server) sendRoutes() {
	s.api("GET", "/sends", signedIn, s.listSends)
	s.api("POST", "/sends", signedIn, s.createSend)
	s.api("POST", "/sends/file/v2", signedIn, s.createFileSend)
	s.api("GET", "/sends/{id}", signedIn, s.getSend)
	s.api("PUT", "/sends/{id}", signedIn, s.updateSend)
	s.api("PUT", "/sends/{id}/remove-auth", signedIn, s.removeSendAuth)
	s.api("PUT", "/sends/{id}/remove-password", signedIn, s.removeSendAuth)
	s.api("DELETE", "/sends/{id}", signedIn, s.deleteSend)
	s.api("GET", "/sends/{id}/file/{fileId}", signedIn, s.renewSendUpload)
	s.api("POST", "/sends/{id}/file/{fileId}", signedIn, s.uploadSend).withFile()
	s.sendAccessRoutes()
}

const (
	sendOfText = 0
	sendOfFile = 1

	// How a recipient proves who he is.
	sendEmails   = 0
	sendPassword = 1
	sendOpen     = 2

	sendFileMaximum = 501 << 20
	sendLifeMaximum = 31 * 24 * time.Hour
)

// sendBody is a Send as its owner sees it. The password is the stored hash.
func sendBody(x *send) obj {
	return obj{
		"id": x.ID, "accessId": accessID(x.ID), "type": x.Type, "authType": x.AuthType, "name": x.Name, "notes": x.Notes,
		"file": sendFileBody(x.File), "text": x.Text, "data": nil, "key": x.Key, "maxAccessCount": x.MaxAccessCount,
		"accessCount": x.AccessCount, "password": x.Password, "emails": x.Emails, "disabled": x.Disabled,
		"revisionDate": x.RevisionDate, "expirationDate": x.ExpirationDate, "deletionDate": x.DeletionDate,
		"hideEmail": x.HideEmail, "object": "send",
	}
}

func sendFileBody(f *attachment) any {
	if f == nil {
		return nil
	}
	return obj{
		"id": f.ID, "fileName": f.FileName, "size": strconv.FormatInt(f.Size, 10), "sizeName": sizeName(f.Size),
	}
}

// expireSends removes what was to be deleted by now. Everything that reads Sends begins with it.
func (s *Server) expireSends() {
	removeWhere(&s.store.sends, func(x *send) (string, bool) { return x.ID, !x.DeletionDate.After(s.now()) })
}

func (s *Server) syncSends(u *user) []obj {
	s.expireSends()
	rows := []obj{}
	for x := range s.store.sends.all() {
		if x.UserID == u.ID {
			rows = append(rows, sendBody(x))
		}
	}
	return rows
}

func (s *Server) listSends(c *call) (any, error) { return list(s.syncSends(c.user)), nil }

// ownSend is the caller's Send {id} of the path: 404 if he has none of that id, 500 if it is no GUID.
func (s *Server) ownSend(c *call) (*send, error) {
	id, err := c.parsedID("id")
	if err != nil {
		return nil, err
	}
	s.expireSends()
	x := s.store.sends.get(id)
	if x == nil || x.UserID != c.user.ID {
		return nil, notFound()
	}
	return x, nil
}

func (s *Server) getSend(c *call) (any, error) {
	x, err := s.ownSend(c)
	if err != nil {
		return nil, err
	}
	return sendBody(x), nil
}

type sendRequest struct {
	Type           enum             `json:"type"`
	AuthType       *enum            `json:"authType"`
	FileLength     *int64           `json:"fileLength"`
	Name           *string          `json:"name"`
	Notes          *string          `json:"notes"`
	Key            string           `json:"key"`
	MaxAccessCount *int             `json:"maxAccessCount"`
	ExpirationDate *time.Time       `json:"expirationDate"`
	DeletionDate   *time.Time       `json:"deletionDate"`
	File           *sendFileRequest `json:"file"`
	Text           *sendText        `json:"text"`
	Password       *string          `json:"password"`
	Emails         *string          `json:"emails"`
	Disabled       *bool            `json:"disabled"`
	HideEmail      *bool            `json:"hideEmail"`
}

type sendFileRequest struct {
	FileName string `json:"fileName"`
}

func (r *sendRequest) validate(p problems) {
	p.encString("Name", plain(r.Name), 1000)
	p.encString("Notes", plain(r.Notes), 1000)
	p.required("Key", r.Key)
	p.encString("Key", r.Key, 1000)
	if r.MaxAccessCount != nil && *r.MaxAccessCount < 1 {
		p.add("MaxAccessCount", "The field MaxAccessCount must be between 1 and 2147483647.")
	}
	p.present("DeletionDate", r.DeletionDate != nil)
	p.present("Disabled", r.Disabled != nil)
	p.stringLength("Password", plain(r.Password), 1000)
	p.stringLength("Emails", plain(r.Emails), 4000)
	if r.Text != nil {
		p.encString("Text.Text", plain(r.Text.Text), 1000)
	}
	if r.File != nil {
		p.encString("File.FileName", r.File.FileName, 1000)
	}
}

// plain is a text column's value, empty for null.
func plain(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// authType is how recipients prove themselves: as asked, else by what is there.
func (r *sendRequest) authType() (int, error) {
	switch {
	case r.AuthType != nil && (*r.AuthType < sendEmails || *r.AuthType > sendOpen):
		return 0, badRequest("You cannot save a Send having an invalid AuthType")
	case r.AuthType != nil:
		return int(*r.AuthType), nil
	case plain(r.Emails) != "":
		return sendEmails, nil
	case plain(r.Password) != "":
		return sendPassword, nil
	}
	return sendOpen, nil
}

// datesAllowed checks both dates; the client's clock may be a minute off.
func (r *sendRequest) datesAllowed(now time.Time, creation bool) error {
	soon, expires := now.Add(time.Minute), r.ExpirationDate
	switch expired := expires != nil && !expires.After(soon); {
	case expired && creation:
		return badRequest("You cannot create a Send that is already expired. Adjust the expiration date and try again.")
	case !r.DeletionDate.After(soon):
		return badRequest("You cannot have a Send with a deletion date in the past. " +
			"Adjust the deletion date and try again.")
	case r.DeletionDate.After(now.Add(sendLifeMaximum)):
		return badRequest("You cannot have a Send with a deletion date that far into the future. " +
			"Adjust the Deletion Date to a value less than 31 days from now and try again.")
	case expired:
		return badRequest("You cannot have a Send with an expiration date in the past. " +
			"Adjust the expiration date and try again.")
	case expires != nil && expires.After(*r.DeletionDate):
		return badRequest("You cannot have a Send with an expiration date greater than the deletion date. " +
			"Adjust the expiration date and try again.")
	}
	return nil
}

// mayKeep checks what the caller's premium and his organizations' policies allow.
func (s *Server) mayKeep(c *call, x *send) error {
	switch {
	case x.AuthType == sendEmails && !s.hasPremium(c.user):
		return badRequest("Email verified Sends require a premium membership")
	case s.boundBy(c.user, policyDisableSend):
		return badRequest("Due to an Enterprise policy, you are only able to delete an existing Send.")
	case x.HideEmail && s.mayNotHideEmail(c.user):
		return badRequest("Due to an Enterprise policy, you are not allowed to hide your email address from recipients " +
			"when creating or editing a Send.")
	}
	return nil
}

func (s *Server) mayNotHideEmail(u *user) bool {
	return s.store.members.first(func(m *member) bool {
		if m.UserID != u.ID || m.Status != statusConfirmed || !s.policyBinds(m, policySendOptions) {
			return false
		}
		data := struct {
			DisableHideEmail bool `json:"disableHideEmail"`
		}{}
		stored := s.policyOn(m.OrganizationID, policySendOptions).Data
		return stored != nil && json.Unmarshal([]byte(*stored), &data) == nil && data.DisableHideEmail
	}) != nil
}

// fill writes a request into a Send. A password that is there already is not changed: it must be removed first.
func (x *send) fill(r *sendRequest, authType int) {
	x.Name, x.Notes, x.Key, x.MaxAccessCount = r.Name, r.Notes, r.Key, r.MaxAccessCount
	x.ExpirationDate, x.DeletionDate = r.ExpirationDate, *r.DeletionDate
	x.Disabled, x.HideEmail = *r.Disabled, r.HideEmail != nil && *r.HideEmail
	if x.Type == sendOfText {
		x.Text = r.Text
	}
	kept := x.Password
	if x.AuthType != sendPassword {
		kept = nil
	}
	x.AuthType, x.Password, x.Emails = authType, nil, nil
	switch {
	case authType == sendPassword && kept != nil:
		x.Password = kept
	case authType == sendPassword && plain(r.Password) != "":
		x.Password = new(storedPassword(*r.Password))
	case authType == sendEmails:
		x.Emails = r.Emails
	}
}

// storedPassword hashes what clients send as a Send's password.
func storedPassword(hash string) string {
	sum := sha256.Sum256([]byte("send " + hash))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// newSend is the Send that a request describes, if the caller may have it. It is not stored yet.
func (s *Server) newSend(c *call, r *sendRequest) (*send, error) {
	if err := r.datesAllowed(s.now(), true); err != nil {
		return nil, err
	}
	authType, err := r.authType()
	if err != nil {
		return nil, err
	}
	now := s.now()
	x := &send{ID: newID(), UserID: c.user.ID, Type: int(r.Type), AuthType: sendOpen, CreationDate: now, RevisionDate: now}
	x.fill(r, authType)
	return x, nil
}

func (s *Server) addSend(c *call, x *send) {
	s.store.sends.add(x.ID, x)
	s.touch(c.user.ID)
}

// createSend takes text only: any other type, and none at all, is a 500.
func (s *Server) createSend(c *call) (any, error) {
	r := sendRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	x, err := s.newSend(c, &r)
	if err != nil {
		return nil, err
	}
	if r.Type != sendOfText || r.Text == nil {
		return nil, serverError()
	}
	if err := s.mayKeep(c, x); err != nil {
		return nil, err
	}
	s.addSend(c, x)
	return sendBody(x), nil
}

// createFileSend announces a file and answers where to upload it.
func (s *Server) createFileSend(c *call) (any, error) {
	r := sendRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	switch {
	case r.Type != sendOfFile:
		return nil, badRequest("Invalid content.")
	case r.FileLength == nil:
		return nil, badRequest("Invalid content. File size hint is required.")
	case *r.FileLength > sendFileMaximum:
		return nil, badRequest("Max file size is 500 MB.")
	case r.File == nil:
		return nil, badRequest("File metadata is required for file sends.")
	}
	x, err := s.newSend(c, &r)
	if err != nil {
		return nil, err
	}
	if err := s.mayKeep(c, x); err != nil {
		return nil, err
	}
	switch {
	case *r.FileLength < 1:
		return nil, badRequest("No file data.")
	case !s.hasPremium(c.user):
		return nil, badRequest("You must have premium status to use file Sends.")
	case !c.user.EmailVerified:
		return nil, badRequest("You must confirm your email to use file Sends.")
	}
	x.File = &attachment{ID: fileID(), FileName: r.File.FileName, Size: *r.FileLength}
	s.addSend(c, x)
	return s.sendUpload(x), nil
}

func (s *Server) sendUpload(x *send) obj {
	return obj{
		"url": s.uploadAddress(x.File, "/sends/"+x.ID+"/file/"+x.File.ID), "fileUploadType": s.uploadType(),
		"sendResponse": sendBody(x), "object": "send-fileUpload",
	}
}

// ownFileSend is the caller's Send {id} with the file {fileId}.
func (s *Server) ownFileSend(c *call) (*send, error) {
	x, err := s.ownSend(c)
	if err != nil {
		return nil, err
	}
	if x.File == nil || x.File.ID != c.values["fileId"] || x.File.Validated {
		return nil, notFound()
	}
	return x, nil
}

func (s *Server) renewSendUpload(c *call) (any, error) {
	x, err := s.ownFileSend(c)
	if err != nil {
		return nil, err
	}
	return s.sendUpload(x), nil
}

func (s *Server) uploadSend(c *call) (any, error) {
	content, err := s.directUpload(c)
	if err != nil {
		return nil, err
	}
	x, err := s.ownFileSend(c)
	if err != nil {
		return nil, err
	}
	s.store.keepFile(x.File, content)
	return nil, nil
}

// updateSend replaces all settings. An expired Send must move its expiration date with it.
func (s *Server) updateSend(c *call) (any, error) {
	r := sendRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if err := r.datesAllowed(s.now(), false); err != nil {
		return nil, err
	}
	x, err := s.ownSend(c)
	if err != nil {
		return nil, err
	}
	if int(r.Type) != x.Type {
		return nil, badRequest("Cannot change a Send's type")
	}
	authType, err := r.authType()
	if err != nil {
		return nil, err
	}
	if x.Type == sendOfText && r.Text == nil {
		return nil, serverError()
	}
	changed := *x
	changed.fill(&r, authType)
	if err := s.mayKeep(c, &changed); err != nil {
		return nil, err
	}
	*x = changed
	s.sendChanged(x)
	return sendBody(x), nil
}

func (s *Server) sendChanged(x *send) {
	x.RevisionDate = s.now()
	s.touch(x.UserID)
}

// removeSendAuth opens a Send to everybody with the link.
func (s *Server) removeSendAuth(c *call) (any, error) {
	x, err := s.ownSend(c)
	if err != nil {
		return nil, err
	}
	changed := *x
	changed.AuthType, changed.Password, changed.Emails = sendOpen, nil, nil
	if err := s.mayKeep(c, &changed); err != nil {
		return nil, err
	}
	*x = changed
	s.sendChanged(x)
	return sendBody(x), nil
}

func (s *Server) deleteSend(c *call) (any, error) {
	x, err := s.ownSend(c)
	if err != nil {
		return nil, err
	}
	s.store.sends.remove(x.ID)
	s.touch(c.user.ID)
	return nil, nil
}

// emailsOf are the addresses that a Send is for.
func (x *send) emailsOf() []string {
	return strings.FieldsFunc(strings.ToLower(plain(x.Emails)), func(r rune) bool { return r == ',' || r == ' ' })
}
