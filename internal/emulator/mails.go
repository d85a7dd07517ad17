// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/url"
	"slices"
	"strings"
)

// Mail is a message in the outbox.
type Mail struct {
	N       int      `json:"n"`
	To      []string `json:"to"`
	Subject string   `json:"subject"`
	Text    string   `json:"text"`
	Links   []string `json:"links"`
}

// Link returns the first link that contains part, and its query parameters.
func (m Mail) Link(part string) (string, url.Values) {
	for _, link := range m.Links {
		if strings.Contains(link, part) {
			_, rawQuery, _ := strings.Cut(link, "?")
			values, _ := url.ParseQuery(rawQuery) // a link of our own making
			return link, values
		}
	}
	return "", nil
}

// parameter is one query parameter of a mailed link; they keep their order.
type parameter struct{ name, value string }

// vaultLink is a link into the web vault, as the server writes them: path and query behind the hash.
func (s *Server) vaultLink(path string, parameters ...parameter) string {
	var q []string
	for _, p := range parameters {
		q = append(q, url.QueryEscape(p.name)+"="+url.QueryEscape(p.value))
	}
	return s.vaultURL() + "/#/" + path + "?" + strings.Join(q, "&")
}

// sendMail puts a message into the outbox.
func (s *Server) sendMail(to, subject, body string, links ...string) {
	if links == nil {
		links = []string{}
	}
	s.store.mails = append(s.store.mails, &Mail{
		N: len(s.store.mails) + 1, To: []string{to}, Subject: subject, Links: links,
		Text: strings.TrimSpace(body + "\n" + strings.Join(links, "\n")),
	})
}

// Mails returns the outbox, newest last: all mails to an address (any case; empty: to anybody).
func (s *Server) Mails(to string) []Mail { return s.mailsSince(to, 0) }

func (s *Server) mailsSince(to string, since int) []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []Mail{}
	for _, m := range s.store.mails {
		addressed := to == "" || slices.ContainsFunc(m.To, func(a string) bool { return strings.EqualFold(a, to) })
		if addressed && m.N > since {
			found = append(found, *m)
		}
	}
	return found
}
