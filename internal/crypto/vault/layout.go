// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package vault

// kind is how a member of an item is treated.
type kind int

const (
	plain   kind = iota // never encrypted
	secret              // an encrypted text
	date                // plain; exports write it with milliseconds
	stored              // plain; only in exports that stay encrypted
	private             // an encrypted text that plain exports leave out
	object              // has members of its own
	list                // a list of objects
	hidden              // like list, but in no export
)

// member describes a member of an item: its name in the API and in exports, and what it is.
type member struct {
	name string
	kind kind
	of   []member
}

// layout are the members of an item in the order of the official exports. An item has one of the eight objects that
// belong to types. Members that are not here are plain, and in no export.
var layout = []member{
	{name: "type"},
	{name: "name", kind: secret},
	{name: "favorite"},
	{name: "reprompt"},
	{name: "id"},
	{name: "collectionIds"},
	{name: "organizationId"},
	{name: "folderId"},
	{name: "notes", kind: secret},
	{name: "key", kind: stored},
	{name: "fields", kind: list, of: []member{
		{name: "type"},
		{name: "name", kind: secret},
		{name: "value", kind: secret},
		{name: "linkedId"},
	}},
	{name: "login", kind: object, of: []member{
		{name: "uris", kind: list, of: []member{
			{name: "uri", kind: secret},
			{name: "uriChecksum", kind: private},
			{name: "match"},
		}},
		{name: "fido2Credentials", kind: list, of: append(
			secrets("credentialId", "keyType", "keyAlgorithm", "keyCurve", "keyValue", "rpId", "userHandle",
				"userName", "counter", "rpName", "userDisplayName", "discoverable"),
			member{name: "creationDate", kind: date},
		)},
		{name: "username", kind: secret},
		{name: "password", kind: secret},
		{name: "totp", kind: secret},
	}},
	{name: "secureNote", kind: object, of: []member{{name: "type"}}},
	{name: "card", kind: object, of: secrets(
		"cardholderName", "brand", "number", "expMonth", "expYear", "code")},
	{name: "identity", kind: object, of: secrets(
		"title", "firstName", "middleName", "lastName", "address1", "address2", "address3", "city", "state",
		"postalCode", "country", "company", "email", "phone", "ssn", "username", "passportNumber", "licenseNumber")},
	{name: "sshKey", kind: object, of: secrets("privateKey", "publicKey", "keyFingerprint")},
	{name: "bankAccount", kind: object, of: secrets(
		"bankName", "nameOnAccount", "accountType", "accountNumber", "routingNumber", "branchNumber", "pin",
		"swiftCode", "iban", "bankContactPhone")},
	{name: "driversLicense", kind: object, of: secrets(
		"firstName", "middleName", "lastName", "dateOfBirth", "licenseNumber", "issuingCountry", "issuingState",
		"issueDate", "expirationDate", "issuingAuthority", "licenseClass")},
	{name: "passport", kind: object, of: secrets(
		"surname", "givenName", "dateOfBirth", "sex", "birthPlace", "nationality", "issuingCountry",
		"passportNumber", "passportType", "nationalIdentificationNumber", "issuingAuthority", "issueDate",
		"expirationDate")},
	{name: "attachments", kind: hidden, of: secrets("fileName")},
	{name: "passwordHistory", kind: list, of: []member{
		{name: "password", kind: secret},
		{name: "lastUsedDate", kind: date},
	}},
	{name: "creationDate", kind: date},
	{name: "revisionDate", kind: date},
	{name: "deletedDate", kind: date},
	{name: "archivedDate", kind: date},
}

// typeMembers are the objects that belong to the types of items, by the API's number.
var typeMembers = map[int]string{
	1: "login", 2: "secureNote", 3: "card", 4: "identity", 5: "sshKey", 6: "bankAccount", 7: "driversLicense",
	8: "passport",
}

func secrets(names ...string) []member {
	members := make([]member, len(names))
	for i, name := range names {
		members[i] = member{name: name, kind: secret}
	}
	return members
}

// integer reads a number of an item, whichever way the caller decoded it.
func integer(v any) (int, bool) {
	switch n := v.(type) {
	case int:
		return n, true
	case float64:
		return int(n), n == float64(int(n))
	case interface{ Int64() (int64, error) }: // json.Number
		i, err := n.Int64()
		return int(i), err == nil
	default:
		return 0, false
	}
}
