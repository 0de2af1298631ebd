import type { DeviceInfo, ErrorCode } from '@cardwright/protocol';
import type { Preference } from './wanted-device.js';

/** A wizard that gives a device a new PIN. */
interface Unlocks {
  open(options: { readonly prefer?: Preference | undefined }): Promise<void>;
}

/** By which another wizard finds the one that unlocks, where the page has it. */
class Unlocking {
  readonly #offered = new Set<Unlocks>();

  offer(wizard: Unlocks): void {
    this.#offered.add(wizard);
  }

  withdraw(wizard: Unlocks): void {
    this.#offered.delete(wizard);
  }

  /**
   * Leads from another dialog, which closes first, to the wizard that unlocks, with the same device; undefined where the page has none.
   */
  leadFrom(dialog: unknown, close: () => Promise<void>): ((wanted: Preference | null) => void) | undefined {
    const unlocks = [...this.#offered].find((one) => one !== dialog);
    return unlocks && ((wanted) => void close().then(() => unlocks.open(wanted ? { prefer: wanted } : {})));
  }
}

/** Of this page. */
export const UNLOCKING = new Unlocking();

/** Errors after which only a new PIN helps. */
const CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['PIN_BLOCKED', 'LAST_TRY']);

/** Whether only a new PIN helps after an error. */
export const isHelpedByUnlock = ({ code }: { readonly code: ErrorCode }): boolean => CODES.has(code);

/** Whether a device says that its PIN is blocked, and its PUK is not. */
export const isPinBlocked = ({ pin, puk }: Pick<DeviceInfo, 'pin' | 'puk'>): boolean =>
  pin?.blocked === true && puk?.blocked !== true;
