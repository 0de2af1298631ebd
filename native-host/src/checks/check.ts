import { NOTHING_TO_DO, isErrorCode, type CardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { DiagnosticCheck } from '@cardwright/protocol/command-definitions';
import type { DeviceListing } from '@cardwright/protocol/devices';
import { words } from '@cardwright/words/en/errors';
import type { Inventory } from '../devices/inventory.js';
import type { System } from '../system/system.js';

/** A check, and the administrator's remedy if it failed. */
export interface Finding {
  readonly check: DiagnosticCheck;
  readonly remedy: string | null;
}

/**
 * The reader of the findings. A page learns only what the permission `read` already allows: no paths, and no names of accounts, programs or
 * browsers of this computer.
 */
export type Audience = 'page' | 'doctor';

/** The contents of the readers, or the reason why they cannot be reached. */
export type Look = { readonly listing: DeviceListing } | { readonly error: CardwrightError };

/** The inputs of a check. */
export interface CheckContext {
  readonly system: System;
  readonly audience: Audience;
  readonly inventory: Inventory;
  readonly look: Look;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Folder of the running program. */
  readonly programFolder: string;
}

/** One kind of check between browser and card. */
export interface Check {
  /** Id of its findings. */
  readonly id: string;
  /** Heading of its findings, in one or two words. */
  readonly title: string;
  /** What it checks, as a sentence that begins with a noun, for the list in the README. */
  readonly summary: string;
  readonly audience: 'everyone' | 'doctor';
  /** Returns one finding for each thing checked, and none where there was nothing to check. */
  run(context: CheckContext): Finding[] | Promise<Finding[]>;
}

/** Defines a check. Exists for type inference. */
export const defineCheck = (check: Check): Check => check;

/** Limit for the characters of a check's detail. */
const MAX_DETAIL = 400;

export const passed = (id: string, detail: string): Finding => ({
  check: { id, outcome: 'passed', code: null, detail: detail.slice(0, MAX_DETAIL) },
  remedy: null,
});

/** @param why the earlier failure that makes this check impossible */
export const skipped = (id: string, why: string): Finding => ({
  check: { id, outcome: 'skipped', code: null, detail: why.slice(0, MAX_DETAIL) },
  remedy: null,
});

/** The remedy is that of the code, unless another is given. */
export const failed = (id: string, code: ErrorCode, detail: string, remedy: string = remedyOf(code)): Finding => ({
  check: { id, outcome: 'failed', code, detail: detail.slice(0, MAX_DETAIL) },
  remedy,
});

/** The administrator's action of the catalogue, or else the user's. */
export function remedyOf(code: ErrorCode): string {
  const { administrator, user } = words[code];
  return administrator === NOTHING_TO_DO ? user : administrator;
}

/** The remedy of a code that another version may have written. Null where this version does not know the code. */
export const remedyOfCode = (code: string): string | null => (isErrorCode(code) ? remedyOf(code) : null);
