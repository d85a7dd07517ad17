// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"maps"
	"slices"
	"strconv"
)

// eventTypes are our names of the server's numbers (EventType). The words are those of the provider: an item is a
// cipher of the server, a member an organization user, a client a provider's organization.
var eventTypes = map[int]string{
	1000: "user_logged_in", 1001: "user_changed_password", 1002: "user_updated_two_step_login",
	1003: "user_disabled_two_step_login", 1004: "user_recovered_two_step_login", 1005: "user_failed_login",
	1006: "user_failed_two_step_login", 1007: "user_exported_vault", 1008: "user_updated_temporary_password",
	1009: "user_migrated_to_key_connector", 1010: "user_requested_device_approval",
	1011: "user_set_password_after_trusted_devices",

	1100: "item_created", 1101: "item_updated", 1102: "item_deleted", 1103: "item_attachment_created",
	1104: "item_attachment_deleted", 1105: "item_shared", 1106: "item_updated_collections", 1107: "item_viewed",
	1108: "item_password_viewed", 1109: "item_hidden_field_viewed", 1110: "item_card_code_viewed",
	1111: "item_password_copied", 1112: "item_hidden_field_copied", 1113: "item_card_code_copied",
	1114: "item_autofilled", 1115: "item_trashed", 1116: "item_restored", 1117: "item_card_number_viewed",
	1118: "item_totp_seed_viewed", 1119: "item_bank_account_number_copied", 1120: "item_bank_account_pin_copied",
	1121: "item_bank_account_number_viewed", 1122: "item_bank_account_pin_viewed",
	1123: "item_license_number_copied", 1124: "item_license_number_viewed", 1125: "item_passport_number_copied",
	1126: "item_passport_number_viewed", 1127: "item_swift_code_copied", 1128: "item_swift_code_viewed",
	1129: "item_iban_copied", 1130: "item_iban_viewed", 1131: "item_national_identification_number_copied",
	1132: "item_national_identification_number_viewed",

	1300: "collection_created", 1301: "collection_updated", 1302: "collection_deleted",
	1400: "group_created", 1401: "group_updated", 1402: "group_deleted",

	1500: "member_invited", 1501: "member_confirmed", 1502: "member_updated", 1503: "member_removed",
	1504: "member_updated_groups", 1505: "member_unlinked_sso", 1506: "member_enrolled_in_account_recovery",
	1507: "member_withdrew_from_account_recovery", 1508: "member_password_reset", 1509: "member_sso_link_reset",
	1510: "member_first_sso_login", 1511: "member_revoked", 1512: "member_restored",
	1513: "member_device_request_approved", 1514: "member_device_request_denied", 1515: "member_account_deleted",
	1516: "member_left", 1517: "member_confirmed_automatically", 1518: "member_revoked_self",
	1519: "member_two_step_login_reset", 1520: "member_revoked_by_two_step_login_policy",
	1521: "member_revoked_by_single_organization_policy", 1522: "member_followed_banner", 1523: "member_staged",
	1524: "member_accepted_invite_link", 1525: "member_email_changed", 1526: "member_confirmed_by_invite_link",

	1600: "organization_updated", 1601: "organization_vault_purged", 1602: "organization_vault_exported",
	1603: "organization_vault_accessed", 1604: "organization_sso_enabled", 1605: "organization_sso_disabled",
	1606: "organization_key_connector_enabled", 1607: "organization_key_connector_disabled",
	1608: "organization_sponsorships_synced", 1609: "organization_collection_management_updated",
	1610: "organization_collection_creation_limited", 1611: "organization_collection_creation_unlimited",
	1612: "organization_collection_deletion_limited", 1613: "organization_collection_deletion_unlimited",
	1614: "organization_item_deletion_limited", 1615: "organization_item_deletion_unlimited",
	1616: "organization_admin_access_enabled", 1617: "organization_admin_access_disabled",
	1618: "organization_item_transfer_accepted", 1619: "organization_item_transfer_declined",
	1620: "organization_auto_confirm_enabled_by_admin", 1621: "organization_auto_confirm_disabled_by_admin",
	1622: "organization_auto_confirm_enabled_by_portal", 1623: "organization_auto_confirm_disabled_by_portal",
	1624: "organization_invite_link_created", 1625: "organization_invite_link_domains_edited",
	1626: "organization_invite_link_deleted", 1627: "organization_invite_link_copied",
	1628: "organization_invite_link_refreshed", 1629: "organization_invite_link_confirm_enabled",
	1630: "organization_invite_link_confirm_disabled",

	1700: "policy_updated",

	1800: "provider_user_invited", 1801: "provider_user_confirmed", 1802: "provider_user_updated",
	1803: "provider_user_removed",
	1900: "client_created", 1901: "client_linked", 1902: "client_removed", 1903: "client_vault_accessed",

	2000: "domain_added", 2001: "domain_removed", 2002: "domain_verified", 2003: "domain_not_verified",

	2100: "secret_read", 2101: "secret_created", 2102: "secret_updated", 2103: "secret_trashed",
	2104: "secret_deleted", 2105: "secret_restored",
	2200: "project_read", 2201: "project_created", 2202: "project_updated", 2203: "project_deleted",
	2300: "machine_account_user_added", 2301: "machine_account_user_removed", 2302: "machine_account_group_added",
	2303: "machine_account_group_removed", 2304: "machine_account_created", 2305: "machine_account_deleted",

	2400: "phishing_site_accessed", 2401: "phishing_site_exited", 2402: "phishing_warning_bypassed",

	2500: "text_send_created", 2501: "text_send_created_with_email_verification",
	2502: "text_send_created_with_password", 2503: "file_send_created",
	2504: "file_send_created_with_email_verification", 2505: "file_send_created_with_password",
	2506: "text_send_updated", 2507: "file_send_updated", 2508: "text_send_deleted", 2509: "file_send_deleted",
	2510: "text_send_accessed", 2511: "file_send_accessed", 2512: "send_disabled_by_policy",
	2513: "send_enabled_by_policy",

	2600: "privileged_access_requested", 2601: "privileged_access_approved", 2602: "privileged_access_denied",
	2603: "privileged_access_started", 2604: "privileged_access_revoked",
}

// EventTypes lists the names of all known types in the order of the server's numbers.
func EventTypes() []string {
	names := make([]string, 0, len(eventTypes))
	for _, number := range slices.Sorted(maps.Keys(eventTypes)) {
		names = append(names, eventTypes[number])
	}
	return names
}

// eventType is the name of a type; a number that nobody has named yet stays a number.
func eventType(number int) string {
	if name, ok := eventTypes[number]; ok {
		return name
	}
	return strconv.Itoa(number)
}

// systemActors are what acts without being a person (EventSystemUser).
var systemActors = map[int]string{
	1: "scim", 2: "domain_verification", 3: "public_api", 4: "two_step_login_disabled", 5: "bitwarden_portal",
}

// deviceTypeNames are the programs that people use (DeviceType), by number.
var deviceTypeNames = [...]string{
	"android", "ios", "chrome_extension", "firefox_extension", "opera_extension", "edge_extension", "windows_desktop",
	"macos_desktop", "linux_desktop", "chrome", "firefox", "opera", "edge", "internet_explorer", "unknown_browser",
	"android_amazon", "windows_store", "safari", "vivaldi", "vivaldi_extension", "safari_extension", "sdk", "server",
	"windows_cli", "macos_cli", "linux_cli", "duckduckgo",
}

// numberedName is a name by number: empty for none, the number itself where there is no name for it.
func numberedName(number *int, name func(number int) string) string {
	if number == nil {
		return ""
	}
	if known := name(*number); known != "" {
		return known
	}
	return strconv.Itoa(*number)
}

func deviceTypeName(number int) string {
	if number < 0 || number >= len(deviceTypeNames) {
		return ""
	}
	return deviceTypeNames[number]
}
