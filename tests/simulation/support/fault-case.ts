import { operationKind, type OperationAnswer, type StartRequest } from '@cardwright/protocol';
import { profileNames, type KeySource, type ProfileName } from '@cardwright/virtual-card';
import * as v from 'valibot';
import { FAULTS, parsePlannedFault, written, type PlannedFault } from './faults.js';
import type { DeviceAction, IssuedDevice, SimulatedCms } from './simulated-cms.js';
import { findFlaws, findHaste, findLosses } from './soundness.js';
import { Workplace, type Disturbance, type SessionEnd } from './workplace.js';

/** An operation on a blank card, and what goes wrong in its first sessions: one fault in each. */
export interface FaultCase {
  readonly operation: StartRequest['kind'];
  readonly profile: ProfileName;
  readonly faults: readonly PlannedFault[];
}

/**
 * What became of a case:
 * - `unharmed`: the device is active at the end of the session that met the last fault;
 * - `resumed`: it is, after one more session;
 * - `led-on`: it was left in a named state, from which one action leads on, and is active after that;
 * - `lost`: none of these, or something was wrong on the way.
 */
export const OUTCOMES = ['unharmed', 'resumed', 'led-on', 'lost'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface CaseResult {
  readonly outcome: Outcome;
  /** What was wrong; empty unless `lost`. */
  readonly problems: readonly string[];
  /** What happened: how sessions ended, states, actions. */
  readonly story: readonly string[];
}

/** As `CARDWRIGHT_CASE` has it: `issue yubikey pull@12 6F00@3`. */
export const nameOf = ({ operation, profile, faults }: FaultCase): string =>
  [operation, profile, ...faults.map(written)].join(' ');

/** @throws when it is no case */
export function parseCase(name: string): FaultCase {
  const [operation, profile, ...faults] = name.trim().split(/\s+/);
  return {
    operation: v.parse(operationKind, operation),
    profile: v.parse(v.picklist(profileNames), profile),
    faults: faults.map(parsePlannedFault),
  };
}

/** Runs one case on an empty CMS. */
export async function runCase(cms: SimulatedCms, keys: KeySource, one: FaultCase): Promise<CaseResult> {
  await cms.clear();
  const haste: string[][] = [];
  const workplace = await Workplace.open({
    cms,
    keys,
    profile: one.profile,
    onAnswer: async (at, { deviceState }) => {
      if (deviceState === 'active' && haste.length === 0) haste.push(await findHaste(at));
    },
  });
  return new CaseRun(one, workplace, () => haste.flat()).run();
}

/** How many APDUs an operation takes on which nothing goes wrong, from `device.open` to its end. */
export async function countApdus(cms: SimulatedCms, keys: KeySource, one: Omit<FaultCase, 'faults'>): Promise<number> {
  await cms.clear();
  const workplace = await Workplace.open({ cms, keys, profile: one.profile });
  const end = await workplace.session(one.operation);
  if (!isActive(end)) throw new Error(`without a fault: ${tell(end)}`);
  return workplace.apdusOfOperation;
}

class CaseRun {
  readonly #story: string[] = [];
  readonly #problems: string[] = [];
  readonly #triesBefore: readonly number[];

  constructor(
    private readonly one: FaultCase,
    private readonly workplace: Workplace,
    /** What was missing when the CMS first called the device active. */
    private readonly haste: () => string[],
  ) {
    this.#triesBefore = workplace.card.tries;
  }

  async run(): Promise<CaseResult> {
    const outcome = (await this.#disturbed()) ?? (await this.#resumed()) ?? (await this.#ledOn());
    if (outcome) this.#problems.push(...(await findFlaws(this.workplace, this.#triesBefore)));
    else this.#problems.push('no action leads on');
    this.#problems.push(...this.haste());
    const isSound = outcome && this.#problems.length === 0;
    return { outcome: isSound ? outcome : 'lost', problems: this.#problems, story: this.#story };
  }

  /** The sessions with the faults. */
  async #disturbed(): Promise<Outcome | undefined> {
    const { cms } = this.workplace;
    for (const { fault, apdu } of this.one.faults) {
      const end = await this.#session(FAULTS[fault].at(apdu, cms));
      if (this.workplace.card.arrived < apdu) this.#story.push(`${fault}@${apdu} was not met`);
      if (isActive(end) || (await this.#latestDevice())?.state === 'active') return 'unharmed';
    }
    return undefined;
  }

  /** A session without faults, where the device's own state asks for nothing else. */
  async #resumed(): Promise<Outcome | undefined> {
    const device = await this.#latestDevice();
    const isUnderWay = !device || device.state === 'producing' || device.state === 'available';
    if (!isUnderWay) return undefined;
    return isActive(await this.#session()) ? 'resumed' : undefined;
  }

  /** One action, the first that the CMS offers. */
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
    const [current] = await cms.devices();
    if (current?.state === 'active') return true;
    return isActive(await this.#session());
  }

  /** One session, after the card was put back; then nothing may be lost. */
  async #session(disturbance: Disturbance = {}): Promise<SessionEnd> {
    this.workplace.card.insert();
    const end = await this.workplace.session(this.one.operation, disturbance);
    this.#story.push(tell(end));
    this.#problems.push(...(await findLosses(this.workplace)));
    return end;
  }

  async #latestDevice(): Promise<IssuedDevice | undefined> {
    const [device] = await this.workplace.cms.devices();
    return device;
  }
}

const isActive = (end: SessionEnd): boolean => end.kind === 'answered' && isDone(end.answer);
const isDone = ({ state, deviceState }: OperationAnswer): boolean => state === 'done' && deviceState === 'active';

function tell(end: SessionEnd): string {
  if (end.kind === 'answered') return `${end.answer.state}: ${end.answer.deviceState ?? 'no device'}`;
  return end.kind === 'refused' ? `not eligible: ${end.reason ?? ''}` : end.error.code;
}
