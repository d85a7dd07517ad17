// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"iter"
	"slices"
	"time"

	"github.com/google/uuid"
)

// store is the whole database: plain rows in tables that keep their order of creation. Everything in it is guarded by
// Server.mu, which is held while a handler runs.
type store struct {
	clockOffset time.Duration

	users         table[user]
	devices       table[device]
	refreshTokens table[refreshToken]

	providers     table[provider]
	providerUsers table[providerUser]
	providerOrgs  table[providerOrganization]

	organizations table[organization]
	orgAPIKeys    table[organizationAPIKey]
	members       table[member]
	inviteLinks   table[inviteLink]
	groups        table[group]
	collections   table[collection]
	policies      table[policy]
	domains       table[domain]
	connections   table[connection]
	txtRecords    map[string][]string // published in the DNS, by domain

	ciphers table[cipher]
	folders table[folder]
	sends   table[send]

	breaches map[string][]Breach // by address in lower case

	events []*event
	mails  []*Mail
}

// table is a set of rows by id that remembers the order in which they were added.
type table[T any] struct {
	rows  map[string]*T
	order []string
}

// add stores a row under its id.
func (t *table[T]) add(id string, row *T) *T {
	if t.rows == nil {
		t.rows = map[string]*T{}
	}
	t.rows[id] = row
	t.order = append(t.order, id)
	return row
}

// get returns the row with this id, or nil.
func (t *table[T]) get(id string) *T { return t.rows[id] }

// remove deletes a row; an unknown id is no mistake.
func (t *table[T]) remove(id string) {
	if _, ok := t.rows[id]; !ok {
		return
	}
	delete(t.rows, id)
	if i := slices.Index(t.order, id); i >= 0 {
		t.order = slices.Delete(t.order, i, i+1)
	}
}

// all yields the rows in their order of creation. Rows may be removed while it runs.
func (t *table[T]) all() iter.Seq[*T] {
	order := slices.Clone(t.order)
	return func(yield func(*T) bool) {
		for _, id := range order {
			if row := t.rows[id]; row != nil && !yield(row) {
				return
			}
		}
	}
}

// where returns the rows for which keep answers true, in their order of creation.
func (t *table[T]) where(keep func(*T) bool) []*T {
	var found []*T
	for _, id := range t.order {
		if row := t.rows[id]; keep(row) {
			found = append(found, row)
		}
	}
	return found
}

// first returns the oldest row for which keep answers true, or nil.
func (t *table[T]) first(keep func(*T) bool) *T {
	for _, id := range t.order {
		if row := t.rows[id]; keep(row) {
			return row
		}
	}
	return nil
}

// newID makes an identifier as the server writes it: lower case, with dashes.
func newID() string { return uuid.NewString() }

// now is the server's clock: UTC, in steps of 100 ns like the database's, so that Go's own JSON form of a time is the
// server's.
func (s *Server) now() time.Time {
	return time.Now().Add(s.store.clockOffset).UTC().Truncate(100 * time.Nanosecond)
}

// kdf are the parameters of an account's key derivation. Memory (MiB) and Parallelism are nil for PBKDF2.
type kdf struct {
	Type        int
	Iterations  int
	Memory      *int
	Parallelism *int
}

// user is an account.
type user struct {
	ID                 string
	Name               *string
	Email              string
	EmailVerified      bool
	PasswordHash       string // as the client sends it; empty: no master password
	PasswordHint       *string
	Kdf                kdf
	Salt               *string // nil: the address, as for accounts registered the old way
	Key                *string // user key wrapped by the stretched master key
	PublicKey          *string // base64 SPKI
	PrivateKey         *string // wrapped by the user key
	APIKey             string
	SecurityStamp      string
	AvatarColor        *string
	ForcePasswordReset bool
	Premium            bool
	VerifyDevices      bool
	TwoFactorEnabled   bool
	UsesKeyConnector   bool
	UserKeyID          *string
	CreationDate       time.Time
	RevisionDate       time.Time
	AccountRevision    time.Time // what GET /accounts/revision-date answers

	// Set for accounts with version 2 encryption only.
	SignedPublicKey *string
	SigningKey      *string
	VerifyingKey    *string
	SecurityState   *string
	SecurityVersion int
}

// device is a client from which a user signed in.
type device struct {
	ID           string
	UserID       string
	Name         string
	Type         int
	Identifier   string
	CreationDate time.Time
	LastActivity time.Time
}

// refreshToken is a long-lived login of the password grant. It is refused once the user's security stamp moved.
type refreshToken struct {
	Handle        string
	UserID        string
	ClientID      string
	DeviceID      string
	Scope         string
	SecurityStamp string
	Expires       time.Time
}

// provider is a managed service provider.
type provider struct {
	ID           string
	Name         *string // HTML-encoded
	BusinessName *string // HTML-encoded
	BillingEmail *string
	Type         int // 0 MSP, 1 reseller, 2 business unit
	Status       int // providerPending …
	Enabled      bool
	UseEvents    bool
	SetupToken   string
	CreationDate time.Time
	Plans        []*providerPlan
	Address      billingAddress
	Credit       float64
}

// providerPlan counts the seats of a provider on one plan.
type providerPlan struct {
	PlanType  int
	Minimum   int // contractual
	Purchased int // above the minimum
	Allocated int // sum over the managed clients, as last written
}

// billingAddress is where a provider's invoices go.
type billingAddress struct {
	Country, PostalCode       string
	Line1, Line2, City, State *string
	TaxIDCode, TaxIDValue     *string
}

// providerUser is a person's (or an invited address's) place in a provider.
type providerUser struct {
	ID           string
	ProviderID   string
	UserID       string // empty while invited
	Email        string // empty once accepted
	Key          *string
	Type         int
	Status       int
	CreationDate time.Time
}

// providerOrganization links a client organization to its provider.
type providerOrganization struct {
	ID             string
	ProviderID     string
	OrganizationID string
	Key            string // organization key under the provider key
	Settings       *string
	CreationDate   time.Time
	RevisionDate   time.Time
}

// organization is a client (or any other) organization. Its abilities come from the plan when it is made.
type organization struct {
	ID           string
	Name         *string // as stored: HTML-encoded or not, depending on the way it came
	BusinessName *string
	BillingEmail string
	Identifier   *string
	PlanType     int
	PlanName     string
	Status       int // organizationPending …
	Enabled      bool
	Seats        *int
	PublicKey    *string
	PrivateKey   *string
	MaxStorageGB *int

	MaxAutoscaleSeats *int
	MaxCollections    *int
	GatewayCustomer   bool // has a payment account of its own

	UsePolicies, UseSSO, UseScim, UseGroups, UseDirectory, UseEvents, UseTotp, Use2FA, UseAPI bool
	UseResetPassword, UsersGetPremium, UseCustomPermissions, SelfHost, UsePasswordManager     bool
	UseRiskInsights, UseOrganizationDomains, UseMyItems, UseInviteLinks, UseKeyConnector      bool
	UseSecretsManager, UseAutomaticUserConfirmation, UsePam, UseAdminSponsoredFamilies        bool
	UseDisableSMAds, UsePhishingBlocker                                                       bool

	LimitCollectionCreation, LimitCollectionDeletion, LimitItemDeletion, AllowAdminAccess bool

	CreationDate time.Time
	RevisionDate time.Time
}

// organizationAPIKey is the secret of an organization for one purpose: 0 public API, 1 billing sync, 2 SCIM.
type organizationAPIKey struct {
	ID             string
	OrganizationID string
	Type           int
	Key            string
	RevisionDate   time.Time
}

// permissions are those of a custom role.
type permissions struct {
	AccessEventLogs      bool `json:"accessEventLogs"`
	AccessImportExport   bool `json:"accessImportExport"`
	AccessReports        bool `json:"accessReports"`
	CreateNewCollections bool `json:"createNewCollections"`
	EditAnyCollection    bool `json:"editAnyCollection"`
	DeleteAnyCollection  bool `json:"deleteAnyCollection"`
	ManageGroups         bool `json:"manageGroups"`
	ManagePolicies       bool `json:"managePolicies"`
	ManageSSO            bool `json:"manageSso"`
	ManageUsers          bool `json:"manageUsers"`
	ManageResetPassword  bool `json:"manageResetPassword"`
	ManageScim           bool `json:"manageScim"`
	ManageAccessRules    bool `json:"manageAccessRules"`
}

// member is a person's (or an invited address's) place in an organization.
type member struct {
	ID               string
	OrganizationID   string
	UserID           string // empty while invited
	Email            string // empty once accepted
	Key              *string
	ResetPasswordKey *string
	Type             int
	Status           int
	RevocationReason *int
	ExternalID       *string
	AccessSecrets    bool
	AccessPam        bool
	Permissions      *permissions
	CreationDate     time.Time
	RevisionDate     time.Time
}

// group is a set of members. Access is kept with the collections.
type group struct {
	ID             string
	OrganizationID string
	Name           string
	ExternalID     *string
	Members        map[string]bool // by member id
	CreationDate   time.Time
	RevisionDate   time.Time
}

// access is what a member or group may do in a collection.
type access struct {
	ReadOnly      bool
	HidePasswords bool
	Manage        bool
}

// collection is a folder of an organization's items; all access rows to it are kept here.
type collection struct {
	ID             string
	OrganizationID string
	Name           string // encrypted
	ExternalID     *string
	Type           int               // 0 shared, 1 a member's own ("My items")
	OwnerEmail     *string           // of type 1, once its member left
	Members        map[string]access // by member id
	Groups         map[string]access // by group id
	CreationDate   time.Time
	RevisionDate   time.Time
}

// policy is one row of an organization's policies. Data is the JSON text as it came, nil for none.
type policy struct {
	ID             string
	OrganizationID string
	Type           int
	Data           *string
	Enabled        bool
	CreationDate   time.Time
	RevisionDate   time.Time
}

// domain is a claimed (or requested) domain of an organization.
type domain struct {
	ID             string
	OrganizationID string
	Name           string
	Txt            string
	JobRunCount    int
	CreationDate   time.Time
	NextRunDate    time.Time
	VerifiedDate   *time.Time
	LastChecked    *time.Time
}

// cipher is a vault item.
type cipher struct {
	ID             string
	UserID         string // owner of a personal item
	OrganizationID string
	Type           int
	Content        itemContent
	Data           string // the content as the server stores it
	Key            *string
	Reprompt       int
	Collections    map[string]bool
	Attachments    []*attachment
	Folders        map[string]string // folder id by user id
	Favorites      map[string]bool   // by user id
	Archives       map[string]time.Time
	CreationDate   time.Time
	RevisionDate   time.Time
	DeletedDate    *time.Time
}

// attachment is a file of a cipher or a Send.
type attachment struct {
	ID        string
	FileName  string
	Key       *string
	Size      int64 // as announced, until the file is there
	Validated bool  // the file was uploaded
	Content   []byte

	UploadUntil, DownloadUntil time.Time // how long the addresses that were handed out work
}

// folder sorts a user's own view.
type folder struct {
	ID           string
	UserID       string
	Name         string
	RevisionDate time.Time
}

// send is a Bitwarden Send.
type send struct {
	ID             string
	UserID         string
	Type           int
	AuthType       int
	Name           *string
	Notes          *string
	Key            string
	Text           *sendText
	File           *attachment
	Password       *string           // hashed once more
	Emails         *string           // as they came, separated by commas
	OTPs           map[string]string // mailed to the addresses
	MaxAccessCount *int
	AccessCount    int
	Disabled       bool
	HideEmail      bool
	CreationDate   time.Time
	RevisionDate   time.Time
	ExpirationDate *time.Time
	DeletionDate   time.Time
}

// sendText is what a Send of text holds.
type sendText struct {
	Text   *string `json:"text"`
	Hidden bool    `json:"hidden"`
}

// Statuses and types that the code compares with; the numbers are the server's.
const (
	statusRevoked   = -1
	statusInvited   = 0
	statusAccepted  = 1
	statusConfirmed = 2

	roleOwner  = 0
	roleAdmin  = 1
	roleUser   = 2
	roleCustom = 4

	providerAdminRole = 0
	serviceUserRole   = 1

	providerPending  = 0
	providerCreated  = 1
	providerBillable = 2

	providerMSP          = 0
	providerReseller     = 1
	providerBusinessUnit = 2

	organizationPending = 0
	organizationCreated = 1
	organizationManaged = 2

	planTeamsMonthly       = 17
	planEnterpriseMonthly  = 19
	planEnterpriseAnnually = 20
)
