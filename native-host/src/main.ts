#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID } from '@cardwright/protocol';

/**
 * Chromium starts a native host with the caller's origin as the first argument; Firefox with the manifest's path and the
 * extension's id. Only our own extension is served; anything else on the command line is for a person.
 */
const CHROMIUM_ORIGIN = /^chrome-extension:\/\/([^/]*)\/?$/;

const [first = '', second] = process.argv.slice(2);
const [, chromiumId] = CHROMIUM_ORIGIN.exec(first) ?? [];
const isFirefox = first.endsWith('.json') && second !== undefined;

if (chromiumId === CHROMIUM_EXTENSION_ID || (isFirefox && second === FIREFOX_EXTENSION_ID)) {
  const { serveBrowser } = await import('./serve-browser.js');
  await serveBrowser();
} else if (chromiumId !== undefined || isFirefox) {
  process.stderr.write('cardwright-host: this extension is not served\n');
  process.exitCode = 1;
} else {
  const { runCommandLine } = await import('./cli/command-line.js');
  process.exitCode = await runCommandLine(process.argv.slice(2), fileURLToPath(import.meta.url));
}
