import { accessSync, constants, readFileSync } from 'node:fs';
import { describeError, isErrorCode } from '@cardwright/protocol';
import * as v from 'valibot';
import { runChecks, type Check } from '../devices/checks.js';
import type { Inventory } from '../devices/inventory.js';
import { installTargets, type InstallTarget } from './install.js';

const manifestSchema = v.object({ path: v.string() });

/** Checks the host on this computer and says what to do about each failure. Returns whether all passed. */
export async function doctor(inventory: Inventory, print: (line: string) => void): Promise<boolean> {
  const checks = [...(await runChecks(inventory)), registrationCheck()];
  for (const { id, passed, code, detail } of checks) {
    print(`${passed ? 'ok  ' : 'FAIL'} ${id}: ${detail}${code === null ? '' : ` (${code})`}`);
    if (code !== null && isErrorCode(code)) print(`     ${describeError(code).administrator}`);
  }
  return checks.every(({ passed }) => passed);
}

/** Some browser must find the host; which ones do is told. */
function registrationCheck(): Check {
  const states = installTargets().map((target) => `${target.browser}: ${registration(target)}`);
  const passed = states.some((state) => state.endsWith(': registered'));
  return { id: 'browsers', passed, code: passed ? null : 'HOST_MISSING', detail: states.join(', ') };
}

function registration({ manifest }: InstallTarget): string {
  try {
    const { path } = v.parse(manifestSchema, JSON.parse(readFileSync(manifest, 'utf8')));
    accessSync(path, constants.X_OK);
    return 'registered';
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isMissing ? 'not registered' : 'broken';
  }
}
