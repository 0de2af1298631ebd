import { makeCard, type CardState } from '@cardwright/virtual-card';
import { copyOf } from './copied-state.js';
import { KeyPool, type PooledKeys } from './key-pool.js';
import { MemoryCms } from './memory-cms.js';
import { passkeyMoments } from './passkey-moments.js';
import type { SimulatedCms } from './simulated-cms.js';
import { SWEPT_OPERATIONS, type Subject, type SweptOperation } from './swept-operations.js';
import { pinFor, SWEPT_PROFILES, type SweptProfile } from './swept-profiles.js';
import { FIRST_PIN, Workplace, type WorkplaceOptions } from './workplace.js';

/** The state in which an operation begins: card and CMS after its preparation. */
export interface StartingPoint {
  /** Opens a workplace in this state. Only the latest workplace of a CMS is usable. */
  open(onAnswer?: WorkplaceOptions['onAnswer']): Promise<Workplace>;
  /** Returns the numbers of the APDUs at which the operation is disturbed, counted from `device.open`. */
  moments(): Promise<readonly number[]>;
}

/** Runs each preparation once; every case gets a copy of card and store. */
export class StartingPoints {
  readonly #pool = new KeyPool();
  readonly #cms = new Map<string, Promise<SimulatedCms>>();
  readonly #prepared = new Map<string, Promise<StartingPoint>>();

  of(subject: Subject): Promise<StartingPoint> {
    const name = `${subject.operation} ${subject.profile}`;
    const prepared = this.#prepared.get(name) ?? this.#prepare(subject);
    this.#prepared.set(name, prepared);
    return prepared;
  }

  async close(): Promise<void> {
    for (const cms of this.#cms.values()) await (await cms).close();
  }

  async #prepare({ operation, profile }: Subject): Promise<StartingPoint> {
    const cms = await this.#cmsFor(SWEPT_PROFILES[profile], SWEPT_OPERATIONS[operation]);
    await cms.clear();
    const keys = this.#pool.source();
    const state = await makeCard({ profile });
    const pin = pinFor(profile, FIRST_PIN);
    await SWEPT_OPERATIONS[operation].prepare(await Workplace.open({ cms, state, keys, pin }));
    return new Prepared(cms, SWEPT_OPERATIONS[operation], state, keys);
  }

  #cmsFor(
    { unprovenYubikeys, factory }: SweptProfile,
    { hasPasskeys: passkeys = false, replacesKeys = false }: SweptOperation,
  ): Promise<SimulatedCms> {
    const name = JSON.stringify([unprovenYubikeys, passkeys, replacesKeys, factory]);
    const opened =
      this.#cms.get(name) ?? MemoryCms.open({ algorithm: 'P-256', unprovenYubikeys, passkeys, replacesKeys, factory });
    this.#cms.set(name, opened);
    return opened;
  }
}

class Prepared implements StartingPoint {
  readonly #restore: () => Promise<void>;
  #moments: readonly number[] | undefined;

  constructor(
    private readonly cms: SimulatedCms,
    private readonly operation: Pick<
      SweptOperation,
      'kind' | 'newPin' | 'newFidoPin' | 'isDoneWith' | 'hasPasskeys' | 'givesBack'
    >,
    private readonly state: CardState,
    private readonly keys: PooledKeys,
  ) {
    this.#restore = cms.save();
  }

  async open(onAnswer?: WorkplaceOptions['onAnswer']): Promise<Workplace> {
    await this.#restore();
    const card = { state: copyOf(this.state), keys: this.keys.copy() };
    const { newPin, newFidoPin } = this.operation;
    const pinOf = (pin: string): string => pinFor(this.state.profile, pin);
    const pins = newPin === null ? { pin: pinOf(FIRST_PIN) } : { pin: pinOf(newPin), formerPin: pinOf(FIRST_PIN) };
    const fidoPin = newFidoPin === undefined ? {} : { fidoPin: newFidoPin };
    return Workplace.open({ cms: this.cms, ...card, ...pins, ...fidoPin, ...(onAnswer ? { onAnswer } : {}) });
  }

  async moments(): Promise<readonly number[]> {
    return (this.#moments ??= await this.#find());
  }

  async #find(): Promise<readonly number[]> {
    const workplace = await this.open();
    const end = await workplace.session(this.operation.kind);
    if (end.kind !== 'answered' || end.answer.state !== 'done') throw new Error('it does not end well without a fault');
    const { apdusOfOperation: count, card } = workplace;
    const opened = card.history.findLastIndex(({ number }) => number === 1);
    const apdus = card.history.slice(opened, opened + count);
    const { hasPasskeys = false, givesBack = false, isDoneWith } = this.operation;
    const losesPasskey = givesBack || isDoneWith === 'no-passkey';
    return hasPasskeys ? passkeyMoments(apdus, !losesPasskey) : apdus.map(({ number }) => number);
  }
}
