// The types of what is imported besides; compiled, never run.
import { LicenseError, Verifier, type Algorithm, type License } from "@licentia/verifier";
import { Clock } from "@licentia/verifier/clock";
import { eddsa } from "@licentia/verifier/eddsa";
import { mlDsa44 } from "@licentia/verifier/ml-dsa-44";
import { mlDsa44Es256 } from "@licentia/verifier/ml-dsa-44-es256";
import * as own from "@licentia/verifier/module";
import { ps256 } from "@licentia/verifier/ps256";
import { ps384 } from "@licentia/verifier/ps384";
import { Revocation, StatusList, fetchStatusList, type Standing } from "@licentia/verifier/revocation";
import * as slim from "@licentia/verifier/slim";

const algorithms: readonly Algorithm[] = [eddsa, mlDsa44, mlDsa44Es256, ps256, ps384];
const verifier: Verifier = Verifier.create({ keys: "", algorithms });
// @ts-expect-error A name is no algorithm.
Verifier.create({ keys: "", algorithms: ["PS384"] });

export async function standing(license: License, cached: string): Promise<Standing> {
  const list: StatusList | null = await fetchStatusList(verifier, license, { cache: "no-cache" });
  const revocation = new Revocation({ lists: [list ?? StatusList.read(verifier, cached)], maxAge: 60, whenStale: "accept" });
  // @ts-expect-error A list is read.
  new Revocation({ lists: [cached] });
  verifier.verify("", { revocation });
  const { status }: { status: "valid" | "unknown" | "not listed" } = revocation.judge(license, { now: Date.now() });
  return { status, asOf: null, isStale: false };
}

export function brought(module: object): boolean {
  own.initialize(module);
  // @ts-expect-error A path is no module.
  own.initialize("verifier.wasm");
  // @ts-expect-error Clocks have an import of their own.
  own.Clock;
  const clock = Clock.start({ secret: "" });
  const license: License = own.Verifier.create({ keys: "", algorithms }).verify("", { clock });
  const error: unknown = new Error();
  return license.has("PlatinumTier") && error instanceof own.LicenseError && error instanceof LicenseError;
}

export function pinned(token: string): string {
  const verifier: slim.Verifier = slim.Verifier.create({ key: { kty: "EC", crv: "P-256", x: "", y: "" } });
  // @ts-expect-error One key, no set of them.
  slim.Verifier.create({ keys: [] });
  // @ts-expect-error What the whole verifier takes besides.
  verifier.verify(token, { clockTolerance: 1 });
  try {
    const license: License = verifier.verify(token, { now: Date.now(), product: "sku", nodeId: "node-1" });
    return license.licenseArn;
  } catch (error) {
    return error instanceof slim.LicenseError ? error.code : "";
  }
}
