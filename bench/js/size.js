// What an app downloads: everything a bundler makes of each contender.
import { brotliCompressSync, gzipSync } from "node:zlib";
import { bundle } from "./bundle.js";
import { row } from "./rows.js";

const encodings = {
  raw: (bytes) => bytes,
  gzip: (bytes) => gzipSync(bytes, { level: 9 }),
  brotli: brotliCompressSync,
};

async function sizes(contender) {
  const files = (await bundle(`contenders/${contender}.js`)).map(({ contents }) => contents);
  const total = (encode) => files.reduce((bytes, file) => bytes + encode(file).length, 0);
  return Object.fromEntries(Object.entries(encodings).map(([name, encode]) => [name, total(encode)]));
}

const rows = [];
for (const [name, ours] of Object.entries({ "": await sizes("licentia"), "slim, ": await sizes("slim") })) {
  for (const [peer, contender] of [
    ["jose", "jose"],
    ["@noble/curves", "noble"],
    ["biscuit-wasm", "biscuit"],
  ]) {
    const theirs = await sizes(contender);
    for (const encoding of Object.keys(encodings)) {
      rows.push(row(name + encoding, ours[encoding], peer, theirs[encoding], "bytes"));
    }
  }
}
console.log(JSON.stringify(rows));
