// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package health

import (
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Directory says which sites have two-step login with codes, and where they explain it.
type Directory struct{ documentation map[string]string } // by domain

// ErrNoDirectory is a text in another format.
var ErrNoDirectory = errors.New(
	"it is not a list of sites in the format of the 2FA Directory (totp.json, version 3 or 4)",
)

// codes is the directory's word for two-step login with codes of RFC 6238.
const codes = "totp"

// site is an entry of the directory.
type site struct {
	Domain        string   `json:"domain"` // Version 3; in version 4 it is the key.
	Additional    []string `json:"additional-domains"`
	Methods       []string `json:"methods"` // Version 4.
	OldMethods    []string `json:"tfa"`     // Version 3.
	Documentation string   `json:"documentation"`
}

// ParseDirectory reads the list of the 2FA Directory (https://2fa.directory/api) in either of the versions that it
// publishes: 3, an array of pairs of a name and a site, and 4, an object of sites by domain. Sites that have no codes, no
// domain or no documentation are left out; the latter two the web vault leaves out, too.
func ParseDirectory(text []byte) (*Directory, error) {
	var pairs [][2]json.RawMessage
	var sites map[string]site
	if json.Unmarshal(text, &pairs) != nil {
		if json.Unmarshal(text, &sites) != nil {
			return nil, ErrNoDirectory
		}
	}
	d := &Directory{documentation: map[string]string{}}
	for _, pair := range pairs {
		var s site
		if json.Unmarshal(pair[1], &s) != nil {
			return nil, ErrNoDirectory
		}
		if s.OldMethods == nil || slices.Contains(s.OldMethods, codes) {
			d.add(s)
		}
	}
	for _, domain := range slices.Sorted(maps.Keys(sites)) {
		s := sites[domain]
		if s.Domain = domain; slices.Contains(s.Methods, codes) {
			d.add(s)
		}
	}
	if len(d.documentation) == 0 {
		return nil, ErrNoDirectory
	}
	return d, nil
}

func (d *Directory) add(s site) {
	if s.Domain == "" || s.Documentation == "" {
		return
	}
	for _, domain := range append(s.Additional, s.Domain) {
		d.documentation[strings.ToLower(domain)] = s.Documentation
	}
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
