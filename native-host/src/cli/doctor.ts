import { accessSync, constants, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { examine, failed, passed, type Finding } from '../devices/checks.js';
import type { Inventory } from '../devices/inventory.js';
import { installTargets, type InstallTarget } from './install.js';

const manifestSchema = v.object({ path: v.string() });

/** Checks the host on this computer and says what to do about each failure. Returns whether all passed. */
export async function doctor(inventory: Inventory, print: (line: string) => void): Promise<boolean> {
  const findings = [...(await examine(inventory)), checkRegistration()];
  for (const { check, remedy } of findings) {
    const { id, code, detail } = check;
    print(`${check.outcome === 'passed' ? 'ok  ' : 'FAIL'} ${id}: ${detail}${code === null ? '' : ` (${code})`}`);
    if (remedy !== null) print(`     ${remedy}`);
  }
  return findings.every(({ check }) => check.outcome === 'passed');
}

/** At least one browser must find the host; the check names those that do. */
function checkRegistration(): Finding {
  const states = installTargets().map((target) => `${target.browser}: ${registration(target)}`);
  const isFound = states.some((state) => state.endsWith(': registered'));
  return isFound ? passed('browsers', states.join(', ')) : failed('browsers', 'HOST_MISSING', states.join(', '));
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
