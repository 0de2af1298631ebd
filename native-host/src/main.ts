#!/usr/bin/env node
import { serveBrowser } from './serve-browser.js';

/**
 * Chromium starts a native host with the caller's origin as the first argument, Firefox with the manifest's path and the extension's id.
 * Any other command line is from a person.
 */
async function start(args: readonly string[]): Promise<void> {
  const [first = '', second] = args;
  if (first.startsWith('chrome-extension://') || (first.endsWith('.json') && second !== undefined)) {
    await serveBrowser(args);
  } else {
    const { runCommandLine } = await import('./cli/command-line.js');
    process.exitCode = await runCommandLine(args, import.meta.filename);
  }
}

void start(process.argv.slice(2));
