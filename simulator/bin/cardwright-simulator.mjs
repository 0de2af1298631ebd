#!/usr/bin/env node
import { existsSync } from 'node:fs';

/** Starts the simulator that was built. It is committed, so that npm links it from the first install on. */
const main = new URL('../dist/main.js', import.meta.url);

if (existsSync(main)) {
  await import(main.href);
} else {
  console.error('The simulator is not built yet. Build first: npm run build');
  process.exitCode = 1;
}
