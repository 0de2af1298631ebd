import {
  NOTHING_TO_DO,
  describeError,
  isErrorCode,
  type CardwrightError,
  type DeviceListing,
  type DiagnosticCheck,
  type ErrorCode,
} from '@cardwright/protocol';
import type { Inventory } from '../devices/inventory.js';
import type { System } from '../system/system.js';

/** A check, and what an administrator does where it failed. */
export interface Finding {
  readonly check: DiagnosticCheck;
  readonly remedy: string | null;
}

/**
 * Whom the findings are for. A page gets what the permission `read` tells it already: no paths, no names of accounts, programs or
 * browsers of this computer.
 */
export type Audience = 'page' | 'doctor';

/** What a look into the readers gave: what is in them, or why there is no way to them. */
export type Look = { readonly listing: DeviceListing } | { readonly error: CardwrightError };

/** What a check may ask. */
export interface CheckContext {
  readonly system: System;
  readonly audience: Audience;
  readonly inventory: Inventory;
  readonly look: Look;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Folder that holds the program that runs. */
  readonly programFolder: string;
}

/** One kind of check on the way from browser to card. */
export interface Check {
  /** Id of its findings. */
  readonly id: string;
  /** What a person reads before its findings, in one or two words. */
  readonly title: string;
  readonly audience: 'everyone' | 'doctor';
  /** One finding for each thing that it looked at; none where there was none. */
  run(context: CheckContext): Finding[] | Promise<Finding[]>;
}

/** Defines a check; exists for its types. */
export const defineCheck = (check: Check): Check => check;

/** Characters of a check's detail. */
const MAX_DETAIL = 400;

export const passed = (id: string, detail: string): Finding => ({
  check: { id, outcome: 'passed', code: null, detail: detail.slice(0, MAX_DETAIL) },
  remedy: null,
});

/** @param why what failed before, and leaves nothing to check */
export const skipped = (id: string, why: string): Finding => ({
  check: { id, outcome: 'skipped', code: null, detail: why.slice(0, MAX_DETAIL) },
  remedy: null,
});

/** The remedy is the code's, unless another is given. */
export const failed = (id: string, code: ErrorCode, detail: string, remedy: string = remedyOf(code)): Finding => ({
  check: { id, outcome: 'failed', code, detail: detail.slice(0, MAX_DETAIL) },
  remedy,
});

/** What the catalogue has the administrator do; where that is nothing, what the user does. */
export function remedyOf(code: ErrorCode): string {
  const { administrator, user } = describeError(code);
  return administrator === NOTHING_TO_DO ? user : administrator;
}

/** The same of a code that another version may have written; null where this one does not know it. */
export const remedyOfCode = (code: string): string | null => (isErrorCode(code) ? remedyOf(code) : null);
