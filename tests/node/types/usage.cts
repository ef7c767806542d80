// The same types through `require`.
import verifier = require("@licentia/verifier");

export const has = (keys: string, token: string): boolean =>
  verifier.Verifier.create({ keys }).verify(token).has("PlatinumTier");

export const isRefusal = (error: unknown): error is verifier.LicenseError => error instanceof verifier.LicenseError;

import clock = require("@licentia/verifier/clock");
import keeper = require("@licentia/verifier/keeper");
import lock = require("@licentia/verifier/node-lock");
import pem = require("@licentia/verifier/pem");

export const license = (lease: keeper.LeaseKeeper): verifier.License | null => lease.license;

export const bound = (text: string, token: string): string | null =>
  verifier.Verifier.create({ keys: pem.fromPem(text) }).verify(token, {
    clock: clock.Clock.start({ secret: text }),
    nodeId: lock.thisNode({ machine: "" }),
  }).nodeId;
