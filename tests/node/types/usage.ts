// The types, used the way an application does; compiled, never run.
import { LicenseError, Verifier, type Entitlement, type License, type LicenseErrorCode, type Unit } from "@licentia/verifier";
import { Clock } from "@licentia/verifier/clock";
import { LeaseKeeper, type LeaseState, type Timers } from "@licentia/verifier/keeper";
import { nodeId, thisNode, type NodeComponents, type ThisNode } from "@licentia/verifier/node-lock";
import { fromPem, fromSpki } from "@licentia/verifier/pem";
import { fetchStatusList } from "@licentia/verifier/revocation";
import { Seats, type Seat } from "@licentia/verifier/seats";

const verifier: Verifier = Verifier.create({ keys: { keys: [{ kty: "EC", crv: "P-256", x: "", y: "", kid: "1" }] } });
Verifier.create({ keys: "{}" });
Verifier.create({ keys: [{ kty: "EC" }] as const });
Verifier.create({ keys: fromSpki(new Uint8Array()) });
Verifier.create({ keys: [...fromSpki(new ArrayBuffer(0)).keys, { kty: "EC" }] });
Verifier.create({ issuers: [{ issuer: "fingerprint", keys: fromPem("-----BEGIN PUBLIC KEY-----") }] });

export function seats(token: string): bigint {
  const license: License = verifier.verify(token, { now: new Date(), nodeId: "node-1" });
  verifier.verify(token);
  verifier.verify(token, { now: Date.now() });
  const expires: number | undefined = license.expiresAt?.getTime();
  const unit: Unit = "Kilobytes/Second";
  const mac: string | undefined = license.metadata["Mac"];
  if (license.has("PlatinumTier") && license.allows("Seats", 1, "Count") && license.allows("Rate", 10n, unit)) {
    const found: Entitlement | undefined = license.entitlements.find(({ name }) => name === "Seats");
    return BigInt(found?.value ?? expires ?? mac ?? 0);
  }
  return 0n;
}

export function trusted(token: string, machine: string | undefined, kept?: string): string {
  const options = { secret: "0123456789abcdef", label: "product", grace: 60 };
  const clock: Clock = kept === undefined ? Clock.start(options) : Clock.restore(kept, options);
  const components: NodeComponents = { machine, board: null };
  const here: ThisNode = thisNode(components, { salt: "sku", match: "most" });
  const license = verifier.verify(token, {
    clock,
    clockTolerance: 60,
    issuer: "fingerprint",
    audience: ["a", "b"] as const,
    product: "sku",
    licenseArn: "arn",
    nodeId: here,
  });
  verifier.verify(token, { audience: "a", nodeId: thisNode(components, { match: 2 }) });
  const named: string = nodeId(components, { salt: "sku" });
  const audience: string | undefined = license.audience[0];
  return `${clock.state()} ${named === here.nodeId} ${audience ?? ""}`;
}

export function reason(token: string): string {
  try {
    seats(token);
    return "";
  } catch (error) {
    if (!(error instanceof LicenseError)) throw error;
    const asError: Error = error;
    const code: LicenseErrorCode = error.code;
    switch (error.code) {
      case "EXPIRED":
        return error.evidence.expiredAt.toISOString();
      case "NODE_MISMATCH":
        return error.evidence.nodeId ?? "no node";
      case "CLOCK_SET_BACK":
        return error.evidence.seen.toISOString();
      case "PRODUCT_MISMATCH":
        return error.evidence.audience.join();
      case "KEYS_INVALID":
        return error.evidence.reason === "KEY_PRIVATE" ? "secret" : "broken";
      default:
        return `${code} ${asError.message}`;
    }
  }
}

export function misuse(license: License): void {
  // @ts-expect-error A verifier is made by `create`.
  new Verifier({ keys: [] });
  // @ts-expect-error The error's class is not for applications to make.
  new LicenseError("EXPIRED", "");
  // @ts-expect-error The key set is missing.
  Verifier.create({});
  // @ts-expect-error Keys of any issuer, or issuers.
  Verifier.create({ keys: [], issuers: [] });
  // @ts-expect-error An issuer without keys.
  Verifier.create({ issuers: [{ issuer: "" }] });
  // @ts-expect-error A clock is started or restored.
  new Clock();
  // @ts-expect-error The secret is missing.
  Clock.start({});
  // @ts-expect-error Bytes are read by `fromSpki`.
  Verifier.create({ keys: new Uint8Array() });
  // @ts-expect-error No rule.
  thisNode({}, { match: "any" });
  // @ts-expect-error A text matches nothing but itself.
  nodeId({}, { match: "all" });
  // @ts-expect-error Marks become a node by `thisNode`.
  verifier.verify("", { nodeId: { components: {} } });
  // @ts-expect-error Misspelt.
  verifier.verify("", { nodeID: "node-1" });
  // @ts-expect-error No unit of License Manager.
  license.allows("Seats", 1, "Seat");
  // @ts-expect-error A text is no quantity.
  license.allows("Seats", "1", "Count");
  // @ts-expect-error Frozen.
  license.licenseArn = "";
  // @ts-expect-error Frozen.
  license.entitlements.push({ name: "Seats", unit: "Count", value: "1" });
}

export async function lease(): Promise<string> {
  const keeper = LeaseKeeper.create({
    url: new (class { href = "https://licenses.example" })(),
    refreshToken: "",
    verifier,
    checkout: { productSku: "", keyFingerprint: "", entitlements: [{ name: "Seats", quantity: 1n, unit: "Count" }] },
    expect: { nodeId: thisNode({ machine: "" }), clock: Clock.start({ secret: "" }) },
    exitOn: ["SIGTERM"],
    store: null,
  });
  keeper.addEventListener("lost", ({ detail }) => detail.endsAt?.getTime(), { once: true });
  // @ts-expect-error No event of this name.
  keeper.addEventListener("los", () => {});
  const license: License | null = await keeper.start();
  const returned: boolean = await keeper.close({ checkIn: false });
  return `${license?.expiresAt} ${returned} ${keeper.state satisfies LeaseState}`;
}

export async function hold(license: License): Promise<bigint> {
  const timers: Timers = { now: () => 0, elapsed: () => 0, setTimeout: () => 0, clearTimeout: () => {} };
  const seats = Seats.open({ license: () => license, store: "seats.json", period: 60, exitOn: ["SIGINT"], timers });
  // @ts-expect-error Not the clock of the verifier.
  Seats.open({ license, store: "seats.json", timers: Clock.start({ secret: "" }) });
  const list = await fetchStatusList(verifier, license, { timeout: 5, cache: "no-cache" });
  const uri: string | undefined = list?.uri;
  const seat: Seat = await seats.checkOut([{ name: "Seats", unit: "Count", quantity: 1 }]);
  seat.addEventListener("lost", ({ detail }) => detail.reason.message, { once: true });
  const until: Date | null = seat.until;
  await seat.checkIn();
  return BigInt((await seats.usage())[0]?.left ?? until?.getTime() ?? uri?.length ?? 0);
}
