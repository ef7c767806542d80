// The same types through `require`.
import verifier = require("@licentia/verifier");

export const has = (keys: string, token: string): boolean =>
  verifier.Verifier.create({ keys }).verify(token).has("PlatinumTier");

export const isRefusal = (error: unknown): error is verifier.LicenseError => error instanceof verifier.LicenseError;

import keeper = require("@licentia/verifier/keeper");

export const license = (lease: keeper.LeaseKeeper): verifier.License | null => lease.license;
