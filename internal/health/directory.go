// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package health

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Directory says which sites have two-step login with codes, and where they explain it.
type Directory struct{ documentation map[string]string } // by domain

// ErrNoDirectory is a text in another format.
var ErrNoDirectory = errors.New("it is not the list of sites in the format of the 2FA Directory (v3/totp.json)")

// ParseDirectory reads the format of the 2FA Directory's list of sites with codes, version 3: an array of pairs of a
// name and an object with "domain", "additional-domains" and "documentation". Sites without domain or documentation are
// left out, as the web vault does.
func ParseDirectory(text []byte) (*Directory, error) {
	var entries [][2]json.RawMessage
	if json.Unmarshal(text, &entries) != nil {
		return nil, ErrNoDirectory
	}
	d := &Directory{documentation: map[string]string{}}
	for _, entry := range entries {
		var site struct {
			Domain        string   `json:"domain"`
			Additional    []string `json:"additional-domains"`
			Documentation string   `json:"documentation"`
		}
		if json.Unmarshal(entry[1], &site) != nil {
			return nil, ErrNoDirectory
		}
		if site.Domain == "" || site.Documentation == "" {
			continue
		}
		for _, domain := range append(site.Additional, site.Domain) {
			d.documentation[strings.ToLower(domain)] = site.Documentation
		}
	}
	if len(d.documentation) == 0 {
		return nil, ErrNoDirectory
	}
	return d, nil
}

// Size is how many domains the directory has.
func (d *Directory) Size() int { return len(d.documentation) }

// InactiveTwoStepLogin is a login without a code generator to a site that offers codes.
type InactiveTwoStepLogin struct {
	ItemID        string
	Domain        string // Of the site, as the directory has it.
	Documentation string // Address of the site's explanation.
}

// Inactive finds the logins that could have two-step login with codes and have no key for them, in the order of the
// items.
func (d *Directory) Inactive(items []Item) []InactiveTwoStepLogin {
	var inactive []InactiveTwoStepLogin
	for i := range items {
		if !items[i].IsLogin || items[i].HasTOTP {
			continue
		}
		for _, uri := range items[i].URIs {
			if domain, documentation, ok := d.find(uri); ok {
				inactive = append(inactive, InactiveTwoStepLogin{items[i].ID, domain, documentation})
				break
			}
		}
	}
	return inactive
}

// find looks a URI up by its host, then by the domain under which the host was registered.
func (d *Directory) find(uri string) (domain, documentation string, ok bool) {
	host := hostOf(uri)
	if documentation, ok = d.documentation[host]; ok {
		return host, documentation, true
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		documentation, ok = d.documentation[domain]
		return domain, documentation, ok
	}
	return "", "", false
}

// hostOf is the host of a website's address, in lower case and without a leading "www.". People leave out the scheme.
// Addresses of apps have none.
func hostOf(uri string) string {
	uri = strings.TrimSpace(uri)
	if !strings.Contains(uri, "://") {
		uri = "https://" + uri
	}
	parsed, err := url.Parse(uri)
	if err != nil || (!strings.EqualFold(parsed.Scheme, "https") && !strings.EqualFold(parsed.Scheme, "http")) {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(strings.TrimSuffix(parsed.Hostname(), ".")), "www.")
}
