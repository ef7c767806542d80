// A service started for a test, as its users start it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

function binary() {
  const file = path.resolve(process.env.LICENTIA_BINARY ?? path.join(repository, "target/release/licentia"));
  if (!existsSync(file)) {
    throw new Error(`\`${file}\` is not there: run \`cargo xtask build\`, or set LICENTIA_BINARY`);
  }
  return file;
}

/** The accounts of the credentials file, by profile. */
function accounts(file) {
  const found = {};
  for (const [, number, profile, accessKeyId, secretAccessKey] of readFileSync(file, "utf8").matchAll(
    /# account (\d{12})\n\[(\w+)\]\naws_access_key_id = (\S+)\naws_secret_access_key = (\S+)\n/g,
  )) {
    found[profile] = { number, credentials: { accessKeyId, secretAccessKey } };
  }
  return found;
}

/** `licentia serve` on a free port with a fresh folder; `stop` expects that it ends well. */
export async function start() {
  const data = mkdtempSync(path.join(tmpdir(), "licentia-"));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS|LICENTIA)_/.test(name)));
  const child = spawn(binary(), ["serve", "--data", data, "--listen", "127.0.0.1:0"], {
    env: { ...env, AWS_EC2_METADATA_DISABLED: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  let log = "";
  child.stderr.on("data", (text) => (log += text));
  let url;
  for await (const line of readline.createInterface(child.stdout)) {
    url = /^Licentia serves on (http:\/\/\S+) for Region us-east-1$/.exec(line)?.[1];
    if (url) break;
  }
  child.stdout.resume();
  if (!url) throw new Error(`the service did not start:\n${log}`);
  return {
    url,
    ...accounts(path.join(data, "credentials")),
    async stop() {
      child.kill("SIGTERM");
      const [code] = await ended;
      rmSync(data, { recursive: true });
      if (code !== 0) throw new Error(`the service ended with ${code}:\n${log}`);
    },
  };
}
