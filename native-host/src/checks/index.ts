import { describeError, isErrorCode } from '@cardwright/protocol';
import type { DiagnosticCheck } from '@cardwright/protocol/command-definitions';
import type { Inventory } from '../devices/inventory.js';
import { isServiceError } from '../pcsc/pcsc-error.js';
import { thisSystem, type System } from '../system/system.js';
import { applications, pins, puks } from './application.js';
import { browserPackages, startingBrowser } from './browser-packages.js';
import { browserPolicies } from './browser-policies.js';
import type { Audience, Check, CheckContext, Finding, Look } from './check.js';
import { clock } from './clock.js';
import { devices } from './devices.js';
import { extensionSettings } from './extension-settings.js';
import { obeyedExtensions } from './extension-ids.js';
import { fidoPins } from './fido-pin.js';
import { hostFiles, hostVersion } from './host.js';
import { manifests } from './manifests.js';
import { programs } from './programs.js';
import { readers } from './readers.js';
import { permission, smartCardService } from './smart-card-service.js';
import { update } from './update.js';

export { type Audience, type Finding } from './check.js';

/** All checks, in the order from the browser to the card. */
export const CHECKS: readonly Check[] = [
  browserPackages,
  startingBrowser,
  manifests,
  obeyedExtensions,
  browserPolicies,
  extensionSettings,
  hostVersion,
  hostFiles,
  update,
  clock,
  smartCardService,
  permission,
  programs,
  readers,
  devices,
  applications,
  pins,
  puks,
  fidoPins,
];

/** Returns the heading of the findings with this id; the id itself if no check has this id. */
export const titleOf = (id: string): string => CHECKS.find((check) => check.id === id)?.title ?? id;

export interface CheckOptions {
  readonly audience: Audience;
  readonly inventory: Inventory;
  /** The computer to check. Default: this one. */
  readonly system?: System;
  /** Current time in milliseconds since 1970. Default: the computer's clock. */
  readonly now?: number;
  /** Folder of the host's program. Default: the folder of this code. */
  readonly programFolder?: string;
}

/** Runs the checks that are meant for the audience, from the browser to the cards. Asks for no PIN, spends no attempt and changes nothing. */
export async function runChecks(options: CheckOptions): Promise<Finding[]> {
  const { audience, inventory, system = thisSystem, now = Date.now(), programFolder = import.meta.dirname } = options;
  const context: CheckContext = { audience, inventory, system, now, programFolder, look: await lookInto(inventory) };
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    if (check.audience === 'everyone' || audience === 'doctor') findings.push(...(await check.run(context)));
  }
  return findings;
}

async function lookInto(inventory: Inventory): Promise<Look> {
  try {
    return { listing: await inventory.list() };
  } catch (error) {
    if (!isServiceError(error)) throw error;
    return { error };
  }
}

/** Sums up the checks in one sentence: that everything works, or the first failure and the number of further failures. */
export function verdictOf(checks: readonly DiagnosticCheck[]): string {
  const failures = checks.filter(({ outcome }) => outcome === 'failed');
  const [first, ...others] = failures;
  if (first === undefined) return 'Everything works, from the browser to the card.';
  const rest =
    others.length === 0 ? '' : `, and ${others.length} more ${others.length === 1 ? 'check' : 'checks'} failed`;
  return `${sentenceOf(first).replace(/\.$/, '')} (${first.code ?? first.id})${rest}.`;
}

/**
 * Returns the message of a failed check. A bundle of another version may contain a code that this version does not know. In that case, returns
 * the detail of the check.
 */
const sentenceOf = ({ code, detail }: DiagnosticCheck): string =>
  code !== null && isErrorCode(code) ? describeError(code).message : detail;
