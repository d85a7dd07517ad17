// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"slices"
	"strings"
)

func (s *Server) providerUserRoutes() {
	const base = "/providers/{providerId:guid}/users"
	s.api("GET", base, providerAdmin, s.listProviderUsers)
	s.api("GET", base+"/{id:guid}", providerAdmin, s.getProviderUser)
	s.api("POST", base+"/invite", providerAdmin, s.inviteProviderUsers)
	s.api("POST", base+"/reinvite", providerAdmin, s.reinviteProviderUsers)
	s.api("POST", base+"/{id:guid}/reinvite", providerAdmin, s.reinviteProviderUser)
	s.api("POST", base+"/{id:guid}/accept", signedIn, s.acceptProviderInvitation)
	s.api("POST", base+"/public-keys", providerAdmin, s.providerUserPublicKeys)
	s.api("POST", base+"/confirm", providerAdmin, s.confirmProviderUsers)
	s.api("POST", base+"/{id:guid}/confirm", providerAdmin, s.confirmProviderUser)
	s.api("PUT", base+"/{id:guid}", providerAdmin, s.updateProviderUser)
	s.api("DELETE", base, providerAdmin, s.removeProviderUsers)
	s.api("POST", base+"/delete", providerAdmin, s.removeProviderUsers)
	s.api("DELETE", base+"/{id:guid}", providerAdmin, s.removeProviderUser)
	s.api("POST", base+"/{id:guid}/delete", providerAdmin, s.removeProviderUser)
}

// providerUserIn returns a row of the provider in the path, nil if there is none.
func (s *Server) providerUserIn(c *call, id string) *providerUser {
	pu := s.store.providerUsers.get(id)
	if pu == nil || pu.ProviderID != c.values["providerId"] {
		return nil
	}
	return pu
}

func providerUserBody(pu *providerUser) obj {
	return obj{
		"id": pu.ID, "userId": orNull(pu.UserID), "type": pu.Type, "status": pu.Status, "permissions": permissions{},
		"object": "providerUser",
	}
}

func (s *Server) listProviderUsers(c *call) (any, error) {
	rows := []obj{}
	for pu := range s.store.providerUsers.all() {
		if pu.ProviderID != c.values["providerId"] {
			continue
		}
		row := providerUserBody(pu)
		row["object"], row["name"], row["email"] = "providerUserUserDetails", nil, pu.Email
		if u := s.store.users.get(pu.UserID); u != nil {
			row["name"], row["email"] = u.Name, u.Email
		}
		rows = append(rows, row)
	}
	return list(rows), nil
}

func (s *Server) getProviderUser(c *call) (any, error) {
	pu := s.providerUserIn(c, c.values["id"])
	if pu == nil {
		return nil, notFound()
	}
	return providerUserBody(pu), nil
}

type providerInviteRequest struct {
	Emails []string `json:"emails"`
	Type   *enum    `json:"type"`
}

func (r *providerInviteRequest) validate(p problems) {
	p.emails("Emails", r.Emails)
	p.present("Type", r.Type != nil)
}

// inviteProviderUsers skips addresses that are known already, and takes any number for a type.
func (s *Server) inviteProviderUsers(c *call) (any, error) {
	r := providerInviteRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	p, err := s.providerOf(c)
	if err != nil {
		return nil, err
	}
	for _, email := range r.Emails {
		email = strings.ToLower(email)
		known := s.store.providerUsers.first(func(pu *providerUser) bool {
			u := s.store.users.get(pu.UserID)
			return pu.ProviderID == p.ID && (pu.Email == email || u != nil && strings.EqualFold(u.Email, email))
		})
		if known != nil {
			continue
		}
		pu := &providerUser{
			ID: newID(), ProviderID: p.ID, Email: email, Type: int(*r.Type), Status: statusInvited, CreationDate: s.now(),
		}
		s.store.providerUsers.add(pu.ID, pu)
		s.mailProviderInvitation(p, pu)
		s.logProviderUser(c, 1800, pu)
	}
	return nil, nil
}

func (s *Server) mailProviderInvitation(p *provider, pu *providerUser) {
	name := ""
	if p.Name != nil {
		name = htmlDecode(*p.Name)
	}
	link := s.vaultLink("providers/accept-provider",
		parameter{"providerId", p.ID}, parameter{"providerUserId", pu.ID}, parameter{"email", pu.Email},
		parameter{"providerName", name}, parameter{"token", s.inviteToken("provider", pu.ID, pu.Email)})
	s.sendMail(pu.Email, "Join "+name, "You have been invited to join a provider.", link)
}

type idsRequest struct {
	IDs []guid `json:"ids"`
}

func (r *idsRequest) validate(p problems) { p.present("Ids", len(r.IDs) > 0) }

// bulkProviderResult is one line of a bulk answer; an empty text is success.
func bulkProviderResult(id, text string) obj {
	return obj{"id": id, "error": text, "object": "providerBulkConfirmResponseModel"}
}

// reinviteProviderUsers leaves unknown ids out of its answer.
func (s *Server) reinviteProviderUsers(c *call) (any, error) {
	r := idsRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, id := range r.IDs {
		if pu := s.providerUserIn(c, string(id)); pu != nil {
			rows = append(rows, bulkProviderResult(pu.ID, s.reinvite(pu)))
		}
	}
	return list(rows), nil
}

// reinviteProviderUser is 200 whatever happened.
func (s *Server) reinviteProviderUser(c *call) (any, error) {
	if pu := s.providerUserIn(c, c.values["id"]); pu != nil {
		s.reinvite(pu)
	}
	return nil, nil
}

func (s *Server) reinvite(pu *providerUser) string {
	if pu.Status != statusInvited {
		return "User invalid."
	}
	s.mailProviderInvitation(s.store.providers.get(pu.ProviderID), pu)
	return ""
}

type acceptProviderRequest struct {
	Token string `json:"token"`
}

func (r *acceptProviderRequest) validate(p problems) { p.required("Token", r.Token) }

func (s *Server) acceptProviderInvitation(c *call) (any, error) {
	r := acceptProviderRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	pu := s.store.providerUsers.get(c.values["id"])
	switch {
	case pu == nil:
		return nil, badRequest("User invalid.")
	case pu.Status != statusInvited:
		return nil, badRequest("Already accepted.")
	case !s.invited("provider", r.Token, pu.ID, c.user.Email):
		return nil, badRequest("Invalid token.")
	case !strings.EqualFold(pu.Email, c.user.Email):
		return nil, badRequest("User email does not match invite.")
	}
	pu.Status, pu.UserID, pu.Email = statusAccepted, c.user.ID, ""
	return nil, nil
}

func (s *Server) providerUserPublicKeys(c *call) (any, error) {
	r := idsRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, id := range r.IDs {
		pu := s.providerUserIn(c, string(id))
		if pu == nil || pu.UserID == "" {
			continue
		}
		rows = append(rows, obj{
			"id": pu.ID, "userId": pu.UserID, "key": s.store.users.get(pu.UserID).PublicKey,
			"object": "providerUserPublicKeyResponseModel",
		})
	}
	return list(rows), nil
}

type providerConfirmRequest struct {
	Key string `json:"key"`
}

func (r *providerConfirmRequest) validate(p problems) { p.required("Key", r.Key) }

type providerBulkConfirmRequest struct {
	Keys []struct {
		ID  guid   `json:"id"`
		Key string `json:"key"`
	} `json:"keys"`
}

func (r *providerBulkConfirmRequest) validate(p problems) { p.present("Keys", r.Keys != nil) }

// confirmProviderUser is 200 even if nothing happened.
func (s *Server) confirmProviderUser(c *call) (any, error) {
	r := providerConfirmRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	if pu := s.providerUserIn(c, c.values["id"]); pu != nil && pu.UserID != "" {
		s.confirmProvider(c, pu, r.Key)
	}
	return nil, nil
}

// confirmProviderUsers leaves ids without an account out of its answer.
func (s *Server) confirmProviderUsers(c *call) (any, error) {
	r := providerBulkConfirmRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, k := range r.Keys {
		if pu := s.providerUserIn(c, string(k.ID)); pu != nil && pu.UserID != "" {
			rows = append(rows, bulkProviderResult(pu.ID, s.confirmProvider(c, pu, k.Key)))
		}
	}
	return list(rows), nil
}

func (s *Server) confirmProvider(c *call, pu *providerUser, key string) string {
	if pu.Status != statusAccepted {
		return "Invalid user."
	}
	pu.Status, pu.Key = statusConfirmed, &key
	p := s.store.providers.get(pu.ProviderID)
	s.logProviderUser(c, 1801, pu)
	if u := s.store.users.get(pu.UserID); p.Name != nil {
		s.sendMail(u.Email, "You Have Been Confirmed To "+htmlDecode(*p.Name), "You are now a user of the provider.")
	}
	return ""
}

type providerUserUpdateRequest struct {
	Type *enum `json:"type"`
}

func (r *providerUserUpdateRequest) validate(p problems) { p.present("Type", r.Type != nil) }

const lastProviderAdmin = "Provider must have at least one confirmed ProviderAdmin."

// updateProviderUser takes any number for a type: its bearer loses all rights with the next token.
func (s *Server) updateProviderUser(c *call) (any, error) {
	r := providerUserUpdateRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	pu := s.providerUserIn(c, c.values["id"])
	if pu == nil {
		return nil, notFound()
	}
	if int(*r.Type) != providerAdminRole && !s.otherProviderAdmin(pu.ProviderID, pu.ID) {
		return nil, badRequest(lastProviderAdmin)
	}
	pu.Type = int(*r.Type)
	s.logProviderUser(c, 1802, pu)
	return nil, nil
}

// otherProviderAdmin tells whether a provider keeps a confirmed admin without the given rows.
func (s *Server) otherProviderAdmin(providerID string, without ...string) bool {
	return s.store.providerUsers.first(func(pu *providerUser) bool {
		return pu.ProviderID == providerID && pu.Type == providerAdminRole && pu.Status == statusConfirmed &&
			!slices.Contains(without, pu.ID)
	}) != nil
}

// removeProviderUser is 200 even if nothing happened; only the last admin is refused.
func (s *Server) removeProviderUser(c *call) (any, error) {
	id := c.values["id"]
	if !s.otherProviderAdmin(c.values["providerId"], id) {
		return nil, badRequest(lastProviderAdmin)
	}
	if pu := s.providerUserIn(c, id); pu != nil {
		s.removeFromProvider(c, pu)
	}
	return nil, nil
}

// removeProviderUsers leaves unknown ids out of its answer; the last admin among them refuses the whole call.
func (s *Server) removeProviderUsers(c *call) (any, error) {
	r := idsRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	var ids []string
	for _, id := range r.IDs {
		ids = append(ids, string(id))
	}
	if !s.otherProviderAdmin(c.values["providerId"], ids...) {
		return nil, badRequest(lastProviderAdmin)
	}
	rows := []obj{}
	for _, id := range ids {
		if pu := s.providerUserIn(c, id); pu != nil {
			rows = append(rows, bulkProviderResult(pu.ID, s.removeFromProvider(c, pu)))
		}
	}
	return list(rows), nil
}

func (s *Server) removeFromProvider(c *call, pu *providerUser) string {
	if pu.UserID == c.user.ID {
		return "You cannot remove yourself."
	}
	s.store.providerUsers.remove(pu.ID)
	s.logProviderUser(c, 1803, pu)
	return ""
}
