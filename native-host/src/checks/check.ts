import { NOTHING_TO_DO, isErrorCode, type CardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { DiagnosticCheck } from '@cardwright/protocol/command-definitions';
import type { DeviceListing } from '@cardwright/protocol/devices';
import { words as administrators } from '@cardwright/words/en/administrators';
import { words } from '@cardwright/words/en/errors';
import type { Inventory } from '../devices/inventory.js';
import type { System } from '../system/system.js';

/** The result of a check, and the administrator's remedy if the check failed. */
export interface Finding {
  readonly check: DiagnosticCheck;
  readonly remedy: string | null;
}

/**
 * The recipient of the findings: a page, or a user of the command line (`doctor`). A page learns only what the permission `read` already allows:
 * no paths, and no names of accounts, programs or browsers of this computer.
 */
export type Audience = 'page' | 'doctor';

/** The readers and the devices in them, or the error that prevents listing them. */
export type Look = { readonly listing: DeviceListing } | { readonly error: CardwrightError };

/** The inputs of a check. */
export interface CheckContext {
  readonly system: System;
  readonly audience: Audience;
  readonly inventory: Inventory;
  readonly look: Look;
  /** Current time in milliseconds since 1970. */
  readonly now: number;
  /** Folder of the running program. */
  readonly programFolder: string;
}

/** A check of one part of the way from the browser to the card. */
export interface Check {
  /** Id of the check's findings. */
  readonly id: string;
  /** Heading of the findings, in one or two words. */
  readonly title: string;
  /** The subject of the check, as a sentence that begins with a noun, for the list in the README. */
  readonly summary: string;
  readonly audience: 'everyone' | 'doctor';
  /** Returns one finding for each thing that was checked; an empty list if there was nothing to check. */
  run(context: CheckContext): Finding[] | Promise<Finding[]>;
}

/** Returns the check itself. Exists so that TypeScript infers the parameter types of `run`. */
export const defineCheck = (check: Check): Check => check;

/** Largest number of characters in a check's detail. */
const MAX_DETAIL = 400;

export const passed = (id: string, detail: string): Finding => ({
  check: { id, outcome: 'passed', code: null, detail: detail.slice(0, MAX_DETAIL) },
  remedy: null,
});

/** Builds the finding of a check that was not made. @param why the reason, such as an earlier failure */
export const skipped = (id: string, why: string): Finding => ({
  check: { id, outcome: 'skipped', code: null, detail: why.slice(0, MAX_DETAIL) },
  remedy: null,
});

/** Builds the finding of a failed check. By default, the remedy is the one in the error catalogue. */
export const failed = (id: string, code: ErrorCode, detail: string, remedy: string = remedyOf(code)): Finding => ({
  check: { id, outcome: 'failed', code, detail: detail.slice(0, MAX_DETAIL) },
  remedy,
});

/** Returns the administrator's remedy from the error catalogue, or the user's remedy if the administrator has nothing to do. */
export function remedyOf(code: ErrorCode): string {
  const remedy: string = administrators[code];
  return remedy === NOTHING_TO_DO ? words[code].user : remedy;
}

/** Returns the remedy of a code that another version may have written; null if this version does not know the code. */
export const remedyOfCode = (code: string): string | null => (isErrorCode(code) ? remedyOf(code) : null);
