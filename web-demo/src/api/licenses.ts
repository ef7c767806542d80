import type { Call } from './service';

export interface Entitlement {
  readonly Name: string;
  readonly Unit: string;
  readonly MaxCount?: number;
  readonly Value?: string;
}

export interface License {
  readonly LicenseArn: string;
  readonly LicenseName: string;
  readonly ProductName: string;
  readonly Status: string;
  readonly Entitlements: readonly Entitlement[];
  readonly ConsumptionConfiguration?: {
    readonly BorrowConfiguration?: { readonly MaxTimeToLiveInMinutes: number };
  };
}

/** An entitlement as a checkout asks for it. */
export interface EntitlementData {
  readonly Name: string;
  readonly Unit: string;
  readonly Value?: string;
}

export interface Borrowing {
  readonly licenseArn: string;
  readonly entitlements: readonly EntitlementData[];
  /** Empty for any node. */
  readonly nodeId: string;
}

/** Every license the caller's account issued. */
export async function listLicenses(call: Call): Promise<readonly License[]> {
  const licenses: License[] = [];
  let next: string | undefined;
  do {
    const page = await call<{ Licenses?: License[]; NextToken?: string }>('ListLicenses', {
      MaxResults: 100,
      ...(next === undefined ? {} : { NextToken: next }),
    });
    licenses.push(...(page.Licenses ?? []));
    next = page.NextToken;
  } while (next !== undefined && next !== '');
  return licenses;
}

/** One license by its ARN. */
export async function getLicense(call: Call, licenseArn: string): Promise<License> {
  return (await call<{ License: License }>('GetLicense', { LicenseArn: licenseArn })).License;
}

/**
 * Borrows a license for offline use: the signed token. The same client token
 * brings the same one again (C-6).
 */
export async function borrow(
  call: Call,
  { licenseArn, entitlements, nodeId }: Borrowing,
  clientToken: string,
): Promise<string> {
  const { SignedToken } = await call<{ SignedToken: string }>('CheckoutBorrowLicense', {
    LicenseArn: licenseArn,
    Entitlements: entitlements,
    DigitalSignatureMethod: 'JWT_ES256',
    ClientToken: clientToken,
    ...(nodeId === '' ? {} : { NodeId: nodeId }),
  });
  return SignedToken;
}

/** Whether the license can be borrowed, and if not, why. */
export function whyNotBorrowable(license: License): string | undefined {
  if (license.Status !== 'AVAILABLE') {
    return `The license is ${license.Status}.`;
  }
  if (license.ConsumptionConfiguration?.BorrowConfiguration === undefined) {
    return 'The license has no BorrowConfiguration.';
  }
  return undefined;
}
