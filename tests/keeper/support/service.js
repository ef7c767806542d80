// A service of its own for each test file, and the vendor who calls it.

import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import readline from "node:readline";
import { AwsClient } from "aws4fetch";

const repository = resolve(import.meta.dirname, "../../..");
const SEATS = { Name: "Seats", Unit: "Count", MaxCount: 2, Overage: false, AllowCheckIn: true };
const PLATINUM = { Name: "Platinum", Unit: "None", Value: "Enabled" };

function binary() {
  const file = resolve(process.env.LICENTIA_BINARY ?? join(repository, "target/release/licentia"));
  if (!existsSync(file)) {
    throw new Error(`\`${file}\` is not there: run \`cargo xtask build\`, or set LICENTIA_BINARY`);
  }
  return file;
}

/** `licentia serve` with an empty store; it can be stopped and started again where it was. */
export class Service {
  #folder = mkdtempSync(join(tmpdir(), "licentia-"));
  #child;
  #listen = "127.0.0.1:0";
  #env;

  /** `settings` go to its environment. */
  constructor(settings) {
    const others = Object.entries(process.env).filter(([name]) => !/^(AWS|LICENTIA)_/.test(name));
    this.#env = { ...Object.fromEntries(others), AWS_EC2_METADATA_DISABLED: "true", ...settings };
  }

  async start() {
    this.#child = spawn(binary(), ["serve", "--data", join(this.#folder, "data"), "--listen", this.#listen], {
      env: this.#env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    for await (const line of readline.createInterface(this.#child.stdout)) {
      this.url = /^Licentia serves on (http:\/\/\S+) for Region us-east-1$/.exec(line)?.[1];
      if (this.url) break;
    }
    this.#child.stdout.resume();
    if (!this.url) throw new Error("the service did not start");
    this.#listen = new URL(this.url).host;
    const file = readFileSync(join(this.#folder, "data/credentials"), "utf8");
    const [, account, accessKeyId, secretAccessKey] =
      /# account (\d{12})\n\[vendor\]\naws_access_key_id = (\S+)\naws_secret_access_key = (\S+)\n/.exec(file);
    this.account = account;
    const region = "us-east-1";
    this.client = new AwsClient({ accessKeyId, secretAccessKey, service: "license-manager", region, retries: 0 });
    return this;
  }

  /** Stops it; its store stays. */
  async stop() {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await ended;
  }

  async end() {
    await this.stop();
    rmSync(this.#folder, { recursive: true });
  }

  /** What the vendor calls, signed. */
  async call(operation, input) {
    const response = await this.client.fetch(`${this.url}/`, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AWSLicenseManager.${operation}` },
      body: JSON.stringify(input),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${operation}: ${JSON.stringify(answer)}`);
    return answer;
  }

  async keys() {
    return (await fetch(`${this.url}/issuers/${this.account}/jwks.json`)).json();
  }

  /** Makes another key, which licenses can name as their `SignKey`. */
  key(algorithm) {
    const of = ["--account", this.account, "--name", algorithm, "--algorithm", algorithm];
    const printed = execFileSync(binary(), ["keys", "create", "--data", join(this.#folder, "data"), ...of], {
      env: this.#env,
      encoding: "utf8",
    });
    return /^key (\S+) made/.exec(printed)[1];
  }

  /** A license of two seats and a feature, and a refresh token for it. */
  async license(changes) {
    const request = {
      LicenseName: "Analytics Pro",
      ProductName: "Analytics Pro",
      ProductSKU: randomUUID(),
      Issuer: { Name: "Example Software Inc" },
      HomeRegion: "us-east-1",
      Validity: { Begin: "2020-01-01T00:00:00Z" },
      Entitlements: [SEATS, PLATINUM],
      Beneficiary: "user@example.com",
      ConsumptionConfiguration: {
        ProvisionalConfiguration: { MaxTimeToLiveInMinutes: 60 },
        BorrowConfiguration: { AllowEarlyCheckIn: true, MaxTimeToLiveInMinutes: 60 },
      },
      ClientToken: randomUUID(),
      ...changes,
    };
    const { LicenseArn } = await this.call("CreateLicense", request);
    const { Token, TokenId } = await this.call("CreateToken", { LicenseArn, ClientToken: randomUUID() });
    return { arn: LicenseArn, request, refreshToken: Token, tokenId: TokenId };
  }

  /** How many seats of the license are taken. */
  async taken({ arn }) {
    const { LicenseUsage } = await this.call("GetLicenseUsage", { LicenseArn: arn });
    return Number(LicenseUsage.EntitlementUsages.find(({ Name }) => Name === "Seats").ConsumedValue);
  }

  /** The vendor's own checkout of seats. */
  async take({ request }, seats) {
    return this.call("CheckoutLicense", {
      ProductSKU: request.ProductSKU,
      CheckoutType: "PROVISIONAL",
      KeyFingerprint: `aws:${this.account}:${request.Issuer.Name}:issuer-fingerprint`,
      Entitlements: [{ Name: "Seats", Unit: "Count", Value: String(seats) }],
      Beneficiary: request.Beneficiary,
      ClientToken: randomUUID(),
    });
  }

  give({ LicenseConsumptionToken }, { request: { Beneficiary } }) {
    return this.call("CheckInLicense", { LicenseConsumptionToken, Beneficiary });
  }

  /** The license in another status, or for other minutes at a time. */
  revise({ arn, request }, status, minutes = 60) {
    const { ProductSKU: _, Beneficiary: __, ...kept } = request;
    return this.call("CreateLicenseVersion", {
      ...kept,
      ConsumptionConfiguration: { ProvisionalConfiguration: { MaxTimeToLiveInMinutes: minutes } },
      LicenseArn: arn,
      Status: status,
      ClientToken: randomUUID(),
    });
  }

  /** What an app asks of a keeper for this license: one seat and the feature. */
  checkout({ request }) {
    return {
      productSku: request.ProductSKU,
      keyFingerprint: `aws:${this.account}:${request.Issuer.Name}:issuer-fingerprint`,
      entitlements: [
        { name: "Seats", quantity: 1, unit: "Count" },
        { name: "Platinum", unit: "None" },
      ],
    };
  }
}
