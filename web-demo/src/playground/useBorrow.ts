import { useEffect, useRef, useState } from 'react';

import { borrow, getLicense, listLicenses, type EntitlementData, type License } from '../api/licenses';
import { serviceCall, ServiceError, type Call, type Credentials } from '../api/service';

export interface Failure {
  readonly type: string | undefined;
  readonly message: string;
}

export interface BorrowState {
  readonly busy: 'licenses' | 'license' | 'token' | undefined;
  readonly failure: Failure | undefined;
  /** What the caller issued; `undefined` until it was asked for. */
  readonly licenses: readonly License[] | undefined;
  readonly license: License | undefined;
  readonly list: () => void;
  /** Takes a license of the list, or asks the service for it. */
  readonly choose: (licenseArn: string) => void;
  readonly forget: () => void;
  readonly borrow: (entitlements: readonly EntitlementData[], nodeId: string) => void;
}

/** 128 random bits; `crypto.randomUUID` is missing on plain HTTP pages, where the error is told later. */
const freshClientToken = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The steps to a token: the caller's licenses, one of them, its checkout. */
export function useBorrow(
  credentials: Credentials,
  region: string | undefined,
  onToken: (token: string) => void,
): BorrowState {
  const [busy, setBusy] = useState<BorrowState['busy']>();
  const [failure, setFailure] = useState<Failure>();
  const [licenses, setLicenses] = useState<readonly License[]>();
  const [license, setLicense] = useState<License>();
  /** The checkout under way: sent again after a lost answer, it must not borrow twice. */
  const attempt = useRef({ checkout: '', clientToken: '' });

  // Another caller has other licenses.
  useEffect(() => {
    setLicenses(undefined);
    setLicense(undefined);
  }, [credentials.accessKeyId]);

  const during = async (step: BorrowState['busy'], work: (call: Call) => Promise<void>): Promise<void> => {
    setBusy(step);
    setFailure(undefined);
    try {
      if (region === undefined) {
        throw new Error('The service does not answer. Borrowing needs it; verification does not.');
      }
      if (!isSecureContext) {
        throw new Error('Browsers sign requests only on https:// pages and on localhost. Open this page there.');
      }
      await work(serviceCall(credentials, region));
    } catch (cause) {
      setFailure({
        type: cause instanceof ServiceError ? cause.type : undefined,
        message: cause instanceof TypeError ? 'The service could not be reached.' : (cause as Error).message,
      });
    } finally {
      setBusy(undefined);
    }
  };

  return {
    busy,
    failure,
    licenses,
    license,
    list: () => void during('licenses', async (call) => setLicenses(await listLicenses(call))),
    choose: (licenseArn) => {
      const listed = licenses?.find((one) => one.LicenseArn === licenseArn);
      if (listed === undefined) {
        void during('license', async (call) => setLicense(await getLicense(call, licenseArn)));
      } else {
        setLicense(listed);
      }
    },
    forget: () => setLicense(undefined),
    borrow: (entitlements, nodeId) => {
      if (license !== undefined) {
        const borrowing = { licenseArn: license.LicenseArn, entitlements, nodeId };
        const checkout = JSON.stringify(borrowing);
        if (attempt.current.checkout !== checkout) {
          attempt.current = { checkout, clientToken: freshClientToken() };
        }
        void during('token', async (call) => {
          const token = await borrow(call, borrowing, attempt.current.clientToken);
          attempt.current = { checkout: '', clientToken: '' };
          onToken(token);
        });
      }
    },
  };
}
