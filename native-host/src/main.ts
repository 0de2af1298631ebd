#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { takeStandardOutput } from './server/stdio.js';

/**
 * Chromium starts a native host with the caller's origin as the first argument, Firefox with the manifest's path and the extension's id.
 * Any other command line is from a person. Standard output is guarded before anything else is loaded, because a browser ends the connection
 * at the first stray byte.
 */
const args = process.argv.slice(2);
const [first = '', second] = args;

if (first.startsWith('chrome-extension://') || (first.endsWith('.json') && second !== undefined)) {
  const write = takeStandardOutput();
  const { serveBrowser } = await import('./serve-browser.js');
  await serveBrowser(args, write);
} else {
  const { runCommandLine } = await import('./cli/command-line.js');
  process.exitCode = await runCommandLine(args, fileURLToPath(import.meta.url));
}
