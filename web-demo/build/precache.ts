import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Plugin } from 'vite';

const WORKER = 'service-worker.js';

/**
 * Tells the service worker which files make up the page, and a version that
 * changes with any of them, so that a new build replaces the old one.
 */
export function precache(): Plugin {
  let publicDir = '';
  return {
    name: 'licentia-precache',
    apply: 'build',
    enforce: 'post',
    configResolved: (config) => {
      publicDir = config.publicDir;
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle[WORKER];
        if (worker?.type !== 'chunk') {
          this.error(`expected the chunk ${WORKER}`);
        }
        const digest = createHash('sha256');
        const files: string[] = [];
        for (const name of readdirSync(publicDir)) {
          files.push(name);
          digest.update(readFileSync(join(publicDir, name)));
        }
        for (const [name, file] of Object.entries(bundle)) {
          if (name !== WORKER) {
            files.push(name);
            digest.update(file.type === 'chunk' ? file.code : file.source);
          }
        }
        // The page itself is asked for as the folder it is in.
        const paths = files.map((name) => (name === 'index.html' ? './' : name)).sort();
        worker.code = worker.code
          .replace('__PRECACHE_FILES__', JSON.stringify(paths))
          .replace('__PRECACHE_VERSION__', JSON.stringify(digest.digest('hex').slice(0, 16)));
      },
    },
  };
}
