#!/usr/bin/env node
import { hostErrors } from '@cardwright/protocol/messages';
import { serveBrowser } from './serve-browser.js';

/**
 * Serves a browser, or runs the command that a user typed. Chromium starts a native host with the caller's origin as the first argument, Firefox
 * with the path of the host's manifest and the extension's id. Any other command line is a user's.
 */
async function start(args: readonly string[]): Promise<void> {
  const [first = '', second] = args;
  if (first.startsWith('chrome-extension://') || (first.endsWith('.json') && second !== undefined)) {
    await serveBrowser(args);
  } else {
    const commandLine = await import('./cli/command-line.js').catch(reportDamage);
    process.exitCode = commandLine ? await commandLine.runCommandLine(args, import.meta.filename) : 1;
  }
}

/** Reports that a file of the host is missing or broken. */
function reportDamage(error: unknown): void {
  console.error(hostErrors.HOST_DAMAGED.message, error instanceof Error ? error.message : error);
}

void start(process.argv.slice(2));
