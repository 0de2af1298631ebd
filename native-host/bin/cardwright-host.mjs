#!/usr/bin/env node
import { existsSync } from 'node:fs';

/**
 * Starts the host that was built. It is committed, so that npm links it from the first install on: a name that is not
 * linked `npx` would look for in the public registry, and run what anyone published there.
 */
const main = new URL('../dist/bundle/main.js', import.meta.url);

if (existsSync(main)) {
  await import(main.href);
} else {
  console.error('The host is not built yet. Build first: npm run build');
  process.exitCode = 1;
}
