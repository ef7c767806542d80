//! AWS License Manager.

mod accept_grant;
mod booking;
mod check_in_license;
mod checkout_borrow_license;
mod checkout_license;
mod choice;
mod consumption;
mod create_grant;
mod create_grant_version;
mod create_license;
mod create_license_version;
mod create_token;
mod delete_grant;
mod delete_license;
mod delete_token;
mod extend_license_consumption;
mod filters;
mod get_access_token;
mod get_grant;
mod get_license;
mod get_license_usage;
mod get_service_settings;
mod granted_license;
mod granted_licenses;
mod granting;
mod grantor;
mod list_distributed_grants;
mod list_license_versions;
mod list_licenses;
mod list_received_grants;
mod list_received_grants_for_organization;
mod list_received_licenses;
mod list_received_licenses_for_organization;
mod list_tags_for_resource;
mod list_tokens;
mod listed_grants;
mod listing;
mod received;
mod reject_grant;
mod room;
mod shapes;
mod signing;
mod stored;
mod tag_resource;
mod tagging;
mod tokens;
mod untag_resource;
mod update_service_settings;

use crate::operation::operations;

operations! {
    accept_grant::AcceptGrant: Validation InvalidParameterValue ResourceLimitExceeded;
    check_in_license::CheckInLicense: Validation InvalidParameterValue ResourceNotFound Conflict;
    checkout_borrow_license::CheckoutBorrowLicense:
        Validation InvalidParameterValue ResourceNotFound NoEntitlementsAllowed EntitlementNotAllowed
        UnsupportedDigitalSignatureMethod Redirect;
    checkout_license::CheckoutLicense:
        Validation InvalidParameterValue ResourceNotFound NoEntitlementsAllowed
        UnsupportedDigitalSignatureMethod Redirect;
    create_grant::CreateGrant: Validation InvalidParameterValue ResourceLimitExceeded;
    create_grant_version::CreateGrantVersion: Validation InvalidParameterValue ResourceLimitExceeded;
    create_license::CreateLicense: Validation InvalidParameterValue Redirect;
    create_license_version::CreateLicenseVersion: Validation ResourceNotFound Redirect Conflict;
    create_token::CreateToken: Validation ResourceLimitExceeded ResourceNotFound Redirect;
    delete_grant::DeleteGrant: Validation InvalidParameterValue ResourceLimitExceeded;
    delete_license::DeleteLicense: Validation InvalidParameterValue Redirect Conflict;
    delete_token::DeleteToken: Validation ResourceNotFound Redirect;
    extend_license_consumption::ExtendLicenseConsumption: Validation InvalidParameterValue ResourceNotFound;
    get_access_token::GetAccessToken: Validation;
    get_grant::GetGrant: Validation InvalidParameterValue ResourceLimitExceeded;
    get_license::GetLicense: Validation InvalidParameterValue;
    get_license_usage::GetLicenseUsage: Validation InvalidParameterValue;
    get_service_settings::GetServiceSettings:;
    list_distributed_grants::ListDistributedGrants: Validation InvalidParameterValue ResourceLimitExceeded;
    list_license_versions::ListLicenseVersions: InvalidParameterValue;
    list_licenses::ListLicenses: Validation InvalidParameterValue;
    list_received_grants::ListReceivedGrants: Validation InvalidParameterValue ResourceLimitExceeded;
    list_received_grants_for_organization::ListReceivedGrantsForOrganization:
        Validation InvalidParameterValue ResourceLimitExceeded;
    list_received_licenses::ListReceivedLicenses: Validation InvalidParameterValue ResourceLimitExceeded;
    list_received_licenses_for_organization::ListReceivedLicensesForOrganization:
        Validation InvalidParameterValue ResourceLimitExceeded;
    list_tags_for_resource::ListTagsForResource: InvalidParameterValue Validation;
    list_tokens::ListTokens: Validation;
    reject_grant::RejectGrant: Validation InvalidParameterValue ResourceLimitExceeded;
    tag_resource::TagResource: InvalidParameterValue Validation;
    untag_resource::UntagResource: InvalidParameterValue Validation;
    update_service_settings::UpdateServiceSettings: InvalidParameterValue Validation Conflict;
}
