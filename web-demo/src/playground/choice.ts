import type { Entitlement, EntitlementData, License } from '../api/licenses';

/** An entitlement of a license, and how much of it is asked for. */
export interface Choice {
  readonly entitlement: Entitlement;
  readonly wanted: boolean;
  /** As typed; of counted entitlements only. */
  readonly quantity: string;
}

/** What can be asked of the license, keeping what was chosen of the same entitlements before. */
export function offered(license: License, before: readonly Choice[]): readonly Choice[] {
  return license.Entitlements.map(
    (entitlement) =>
      before.find((choice) => choice.entitlement === entitlement) ?? { entitlement, wanted: true, quantity: '1' },
  );
}

export function isFeature({ Unit }: Entitlement): boolean {
  return Unit === 'None';
}

/** Why the quantity cannot be asked for. */
export function whyNot({ entitlement, wanted, quantity }: Choice): string | undefined {
  return wanted && !isFeature(entitlement) && !/^[1-9]\d{0,18}$/.test(quantity) ? 'A whole number from 1.' : undefined;
}

/** The request these choices make; `undefined` where they make none. */
export function asked(choices: readonly Choice[]): readonly EntitlementData[] | undefined {
  const wanted = choices.filter((choice) => choice.wanted);
  if (wanted.length === 0 || choices.some((choice) => whyNot(choice) !== undefined)) {
    return undefined;
  }
  return wanted.map(({ entitlement, quantity }) => ({
    Name: entitlement.Name,
    Unit: entitlement.Unit,
    ...(isFeature(entitlement) ? {} : { Value: quantity }),
  }));
}
