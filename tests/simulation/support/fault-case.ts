import * as v from 'valibot';
import { CardCopy } from './card-copy.js';
import { FAULTS, parsePlannedFault, written, type PlannedFault } from './faults.js';
import type { DeviceAction, IssuedCertificate, IssuedDevice } from './simulated-cms.js';
import { findFlaws, findHaste, findLeftovers, findLosses, findUnread } from './soundness.js';
import { findPasskeyLeftovers, hasChosenFidoPin } from './passkey-soundness.js';
import type { StartingPoints } from './starting-points.js';
import { OPERATION_NAMES, SWEPT_OPERATIONS, type Subject, type SweptOperation } from './swept-operations.js';
import { SWEPT_PROFILE_NAMES, SWEPT_PROFILES } from './swept-profiles.js';
import type { Disturbance, SessionEnd, Workplace } from './workplace.js';

/** An operation and the faults of its first sessions, one in each. */
export interface FaultCase extends Subject {
  readonly faults: readonly PlannedFault[];
}

/**
 * The outcomes of a case. A device counts as issued once it is active. If the profile's keys are supervised, it counts once only an
 * operator's approval is missing, which is then given. If its owner gives it back, it has to end as new instead.
 *
 * - `unharmed`: the device was issued at the end of the session with the last fault;
 * - `resumed`: it was issued after one more session;
 * - `led-on`: it rested in a named state, from which one action led to an issued device;
 * - `lost`: none of these, or a check failed on the way.
 */
export const OUTCOMES = ['unharmed', 'resumed', 'led-on', 'lost'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface CaseResult {
  readonly outcome: Outcome;
  /** The failed checks; empty unless `lost`. */
  readonly problems: readonly string[];
  /** Faults that did not happen because the session ended before their APDU. */
  readonly unmet: readonly string[];
  /** The course of the case: ends of sessions, states and actions. */
  readonly story: readonly string[];
}

/** Names a case as in `CARDWRIGHT_CASE`: `issue yubikey pull@12 6F00@3`. */
export const nameOf = ({ operation, profile, faults }: FaultCase): string =>
  [operation, profile, ...faults.map(written)].join(' ');

/** @throws if the name is not one of a case */
export function parseCase(name: string): FaultCase {
  const [operation, profile, ...faults] = name.trim().split(/\s+/);
  return {
    operation: v.parse(v.picklist(OPERATION_NAMES), operation),
    profile: v.parse(v.picklist(SWEPT_PROFILE_NAMES), profile),
    faults: faults.map(parsePlannedFault),
  };
}

/** Operations that certify keys of a device in use. */
const CERTIFYING: readonly string[] = ['renew', 'update'];

/** Runs one case. */
export async function runCase(points: StartingPoints, one: FaultCase): Promise<CaseResult> {
  const haste: string[][] = [];
  const point = await points.of(one);
  const before: IssuedCertificate[] = [];
  const workplace = await point.open(async (at, { deviceState }) => {
    if (CERTIFYING.includes(SWEPT_OPERATIONS[one.operation].kind)) haste.push(await findUnread(at, before));
    if (isOnIssued(one)) return;
    const isSaidToBeIssued = deviceState === 'active' || deviceState === 'awaiting-approval';
    if (isSaidToBeIssued && haste.length === 0) haste.push(await findHaste(at));
    if (deviceState === 'active' && SWEPT_PROFILES[one.profile].endsIn !== 'active')
      haste.push(['active without an approval']);
  });
  const [issued] = await workplace.cms.devices();
  before.push(...(issued?.certificates ?? []));
  return new CaseRun(one, workplace, () => haste.flat()).run();
}

/** Returns whether the operation acts on an already issued device. */
function isOnIssued({ operation }: Subject): boolean {
  const { newPin, givesBack = false }: SweptOperation = SWEPT_OPERATIONS[operation];
  return newPin !== null || givesBack;
}

class CaseRun {
  readonly #story: string[] = [];
  readonly #problems: string[] = [];
  readonly #unmet: string[] = [];
  readonly #triesBefore: readonly number[];
  readonly #endsIn: string;
  readonly #givesBack: boolean;
  #isActivated = false;

  constructor(
    private readonly one: FaultCase,
    private readonly workplace: Workplace,
    /** Returns what was missing when the CMS first called the device issued. */
    private readonly haste: () => string[],
  ) {
    this.#triesBefore = workplace.card.tries;
    const { givesBack = false }: SweptOperation = SWEPT_OPERATIONS[one.operation];
    this.#givesBack = givesBack;
    this.#endsIn = givesBack ? 'available' : SWEPT_PROFILES[one.profile].endsIn;
  }

  async run(): Promise<CaseResult> {
    const outcome = (await this.#disturbed()) ?? (await this.#resumed()) ?? (await this.#ledOn());
    if (outcome) {
      await this.#approve();
      this.#problems.push(...(await this.#flaws()));
    } else this.#problems.push('no action leads on');
    this.#problems.push(...this.haste());
    const isSound = outcome && this.#problems.length === 0;
    const [problems, unmet, story] = [this.#problems, this.#unmet, this.#story];
    return { outcome: isSound ? outcome : 'lost', problems, unmet, story };
  }

  #flaws(): Promise<string[]> {
    if (this.#givesBack) return findLeftovers(this.workplace, this.#triesBefore);
    const tries = this.#isOnIssued ? null : this.#triesBefore;
    const lacksPasskey = this.#isDoneWith === 'no-passkey';
    return findFlaws(this.workplace, tries, { isActivated: this.#isActivated, lacksPasskey });
  }

  /** Runs the sessions with the faults. */
  async #disturbed(): Promise<Outcome | undefined> {
    const { cms } = this.workplace;
    for (const { fault, apdu } of this.one.faults) {
      const end = await this.#session(FAULTS[fault].at(apdu, cms));
      if (this.workplace.card.arrived < apdu) this.#unmet.push(written({ fault, apdu }));
      if (await this.#isReached(end)) return 'unharmed';
    }
    return undefined;
  }

  /** Runs a session without faults, unless the device's state asks for another action. */
  async #resumed(): Promise<Outcome | undefined> {
    const device = await this.#latestDevice();
    const isUnderWay = this.#isOnIssued || !device || device.state === 'producing' || device.state === 'available';
    if (!isUnderWay) return undefined;
    const end = await this.#session();
    const isReached = this.#isOnIssued ? await this.#isReached(end) : this.#isAtEnd(end);
    return isReached ? 'resumed' : undefined;
  }

  /** Performs one action, the first that the CMS offers. */
  async #ledOn(): Promise<Outcome | undefined> {
    const device = await this.#latestDevice();
    const [action] = device?.actions ?? [];
    if (!device || !action) return undefined;
    this.#story.push(`${device.state}, so: ${action}`);
    return (await this.#take(device.id, action)) ? 'led-on' : undefined;
  }

  async #take(device: string, action: DeviceAction): Promise<boolean> {
    const { cms } = this.workplace;
    if (action !== 'continue') await cms.act(device, action);
    this.#isActivated = action === 'activate';
    const current = await this.#latestDevice();
    if (current?.state === 'active' || current?.state === this.#endsIn) return true;
    return this.#isAtEnd(await this.#session());
  }

  /** Approves the device where the keys are supervised. */
  async #approve(): Promise<void> {
    const device = await this.#latestDevice();
    if (device?.state !== 'awaiting-approval') return;
    this.#story.push('awaiting-approval, so: approve');
    if (device.actions.includes('approve')) await this.workplace.cms.act(device.id, 'approve');
    else this.#problems.push('nobody can approve it');
  }

  /** Runs one session after reinserting the card; then checks that nothing was lost. */
  async #session(disturbance: Disturbance = {}): Promise<SessionEnd> {
    this.workplace.card.insert();
    const end = await this.workplace.session(SWEPT_OPERATIONS[this.one.operation].kind, disturbance);
    this.#story.push(tell(end));
    // A fault of its session strikes neither the checks nor the next session.
    this.workplace.cms.keepTransactions();
    this.#problems.push(...(await findLosses(this.workplace)));
    return end;
  }

  async #latestDevice(): Promise<IssuedDevice | undefined> {
    const [device] = await this.workplace.cms.devices();
    return device;
  }

  get #isOnIssued(): boolean {
    return isOnIssued(this.one);
  }

  async #isReached(end: SessionEnd): Promise<boolean> {
    const { card, pin } = this.workplace;
    switch (this.#isDoneWith) {
      case 'answer':
        return this.#isAtEnd(end);
      case 'pin':
        return CardCopy.of(card.state).acceptsPin(pin);
      case 'fido-pin':
        return hasChosenFidoPin(this.workplace);
      case 'passkey':
        return (await this.#passkeys()).length > 0;
      case 'no-passkey':
        return (await findPasskeyLeftovers(this.workplace)).length === 0;
      case undefined:
    }
    return this.#isAtEnd(end) || (await this.#latestDevice())?.state === this.#endsIn;
  }

  get #isDoneWith(): SweptOperation['isDoneWith'] {
    const { isDoneWith }: SweptOperation = SWEPT_OPERATIONS[this.one.operation];
    return isDoneWith;
  }

  async #passkeys(): Promise<readonly string[]> {
    const device = await this.#latestDevice();
    return device ? this.workplace.cms.passkeys(device.id) : [];
  }

  #isAtEnd(end: SessionEnd): boolean {
    return end.kind === 'answered' && end.answer.state === 'done' && end.answer.deviceState === this.#endsIn;
  }
}

function tell(end: SessionEnd): string {
  if (end.kind === 'answered') return `${end.answer.state}: ${end.answer.deviceState ?? 'no device'}`;
  return end.kind === 'refused' ? `not eligible: ${end.reason ?? ''}` : end.error.code;
}
