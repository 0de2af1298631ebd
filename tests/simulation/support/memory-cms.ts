import { createCms, memoryStore, seedPolicies, type Cms } from '@cardwright/cms';
import type { CertificationAuthority } from '@cardwright/cms/authority';
import { allowedActions, kindsOfWork, type ActionName } from '@cardwright/cms/devices';
import { newKeyRing, openEscrow, type KeyRing } from '@cardwright/cms/keys';
import type { Requester } from '@cardwright/cms/operations';
import { changePolicy, openFactorySecrets, readDevicePolicy, type DevicePolicy } from '@cardwright/cms/policies';
import type { Device, Store } from '@cardwright/cms/store';
import type { Eligibility, OperationAnswer, StartRequest } from '@cardwright/protocol/cms';
import { SLOTS, type DeviceInfo } from '@cardwright/protocol/devices';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { mayBeOnCard } from '../../../cms/src/store/device-record.js';
import { ADMINISTRATOR } from '../../support/administrator.js';
import { filledStore, type Contents } from '../../support/engine/filled-store.js';
import { openToOwner, shownCertificates } from '../../support/engine/kept-devices.js';
import { actOn } from '../../support/engine/operator-action.js';
import { personOf } from '../../support/engine/people.js';
import { newTestAuthority } from '../../support/engine/test-authority.js';
import { policiesFor, type PolicyOptions } from './policies.js';
import { SimulatedRelyingParty } from './relying-party.js';
import {
  AnswerLost,
  type KeptSecrets,
  type BrokenTransaction,
  type DeviceAction,
  type FactorySecrets,
  type IssuedDevice,
  type SimulatedCms,
  type SlotChanges,
} from './simulated-cms.js';

const ORIGIN = 'https://cms.example';
const UNLIMITED = 1_000_000;
const OPERATORS_ACTIONS = ['approve', 'activate', 'approve-puk', 'allow-retry'] as const;

const ALICE = personOf('alice');
const OSCAR = personOf('oscar');
const REQUESTER: Requester = { person: ALICE, language: 'en' };

type MemoryStore = Awaited<ReturnType<typeof memoryStore>>;

/** The engine with a memory store and the portal's certification authority and policies. */
export class MemoryCms implements SimulatedCms {
  readonly origin = ORIGIN;
  #broken: { readonly how: BrokenTransaction; readonly after: number } | undefined;
  #store: MemoryStore;
  #cms: Cms;
  /** Empties the store. Keeps the sealed policies: sealing them again takes longer than most of a case. */
  readonly #empty: () => Promise<void>;

  private constructor(
    private readonly ring: KeyRing,
    private readonly authority: CertificationAuthority,
    readonly authorityCertificate: string,
    readonly relyingParty: SimulatedRelyingParty | null,
    store: MemoryStore,
  ) {
    this.#store = store;
    this.#cms = this.#engine();
    this.#empty = this.save();
  }

  static async open(options: PolicyOptions): Promise<MemoryCms> {
    const keys = await newKeyRing();
    const { authority, certificate } = await newTestAuthority(ORIGIN);
    const store = await memoryStore({ keys });
    await seedPolicies(store, policiesFor(options));
    const relyingParty = options.passkeys === true ? new SimulatedRelyingParty(ORIGIN) : null;
    return new MemoryCms(keys, authority, certificate, relyingParty, store);
  }

  get keys() {
    return this.#cms.publishedKeys;
  }

  eligibility(kind: string, infos: readonly DeviceInfo[]): Promise<readonly Eligibility[]> {
    return this.#cms.judge(REQUESTER, kind, infos);
  }

  start(request: StartRequest): Promise<OperationAnswer> {
    const proof = { at: new Date(), by: 'password', device: null };
    return this.#cms.start({ ...REQUESTER, proof }, request);
  }

  continue(id: string, step: number, outcomes: readonly CommandOutcome[]): Promise<OperationAnswer> {
    return this.#cms.continue(REQUESTER, id, step, outcomes);
  }

  cancel(id: string, session?: string): Promise<OperationAnswer> {
    return this.#cms.cancel(REQUESTER, id, session);
  }

  devices(): Promise<readonly IssuedDevice[]> {
    const contents = this.#store.contents();
    const listed = contents.devices.toReversed().map((device) => ({
      id: device.id,
      state: device.state,
      actions: this.#actionsOf(device),
      hasInitialPin: device.hasInitialPin,
      certificates: shownCertificates(contents, device.id).map(({ slot, der, revocationReason }) => ({
        slot,
        der: Buffer.from(der, 'base64url'),
        revocation: revocationReason,
      })),
    }));
    return Promise.resolve(listed);
  }

  async act(id: string, action: Exclude<DeviceAction, 'continue'>): Promise<void> {
    if (action === 'start-again') await this.#cms.startAgain(ALICE, id);
    else await this.#actOn(id, action);
  }

  async release(id: string): Promise<void> {
    await this.#actOn(id, 'terminate');
    await this.#actOn(id, 'release', 'Its owner has left.');
  }

  async escrows(device?: string): Promise<readonly KeptSecrets[]> {
    const ofDevice = this.#store.contents().escrows.filter(({ deviceId }) => deviceId === (device ?? deviceId));
    const kept = ofDevice.filter(mayBeOnCard).map(async (escrow): Promise<KeptSecrets> => {
      const { managementKey, puk, pin } = await openEscrow(escrow, this.ring);
      return {
        managementKey: escrow.managementKeyDroppedAt === null ? managementKey : null,
        puk: escrow.pukDroppedAt === null ? puk : null,
        pin,
      };
    });
    return Promise.all(kept);
  }

  async factory(model: string): Promise<FactorySecrets> {
    const row = await this.#store.transaction((transaction) => transaction.findPolicy(model));
    if (!row) throw new Error(`${model} has no policy`);
    return openFactorySecrets(row, this.ring);
  }

  async slotsOf(model: string): Promise<DevicePolicy['slots']> {
    const row = await this.#store.transaction((transaction) => transaction.findPolicy(model));
    if (!row) throw new Error(`${model} has no policy`);
    return readDevicePolicy(row).slots;
  }

  async changeSlots(changes: SlotChanges): Promise<void> {
    for (const { model } of this.#store.contents().policies) {
      const policy = (current: DevicePolicy | undefined): DevicePolicy => {
        const { slots, ...others } = readDevicePolicy({ policy: current });
        const kept = SLOTS.flatMap((slot) => {
          const algorithm = changes[slot] === undefined ? slots[slot] : changes[slot];
          return algorithm && slots[slot] ? [[slot, algorithm] as const] : [];
        });
        return { ...others, slots: Object.fromEntries(kept) };
      };
      await changePolicy(this.#store, ADMINISTRATOR, { model, policy });
    }
  }

  passkeys(device: string): Promise<readonly string[]> {
    const good = this.#store.contents().passkeys.filter((one) => one.deviceId === device && one.removalDueAt === null);
    return Promise.resolve(good.map(({ credentialId }) => credentialId));
  }

  firstPasskey(): Promise<string | undefined> {
    return Promise.resolve(this.#store.contents().passkeys[0]?.id);
  }

  knowsPasskey(credentialId: string): Promise<boolean> {
    const { passkeys, operations } = this.#store.contents();
    const isKept = operations.some(({ state }) => JSON.stringify(state).includes(JSON.stringify(credentialId)));
    return Promise.resolve(isKept || passkeys.some((one) => one.credentialId === credentialId));
  }

  async removeDuePasskeys(): Promise<void> {
    await this.#cms.removeDuePasskeys();
  }

  /** Everything in the store. */
  get contents(): Contents {
    return this.#store.contents();
  }

  /** The recorded course of the operations. */
  get timeline(): Contents['events'] {
    return this.#store.contents().events;
  }

  audit(): Promise<readonly string[]> {
    return Promise.resolve(this.#store.contents().audit.map(({ event }) => event));
  }

  restart(): Promise<void> {
    this.#cms = this.#engine();
    return Promise.resolve();
  }

  breakNextTransaction(how: BrokenTransaction, after = 0): void {
    this.#broken = { how, after };
  }

  keepTransactions(): void {
    this.#broken = undefined;
  }

  save(): () => Promise<void> {
    const contents = this.#store.contents();
    const restore = this.relyingParty?.save();
    return async () => {
      this.#broken = undefined;
      restore?.();
      this.#store = await filledStore(this.ring, contents);
      this.#cms = this.#engine();
    };
  }

  clear(): Promise<void> {
    return this.#empty();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #actOn(id: string, action: ActionName, reason?: string): Promise<void> {
    await actOn({ cms: this.#cms, store: this.#store }, OSCAR, action, id, reason);
  }

  #engine(): Cms {
    return createCms({
      store: this.#spoilt(this.#store),
      authority: this.authority,
      origin: ORIGIN,
      deviceLimit: UNLIMITED,
      passkeyServices: this.relyingParty ? [this.relyingParty] : [],
      findPerson: (id) => Promise.resolve(id === ALICE.id ? ALICE : undefined),
    });
  }

  #actionsOf(device: Device): DeviceAction[] {
    const own = openToOwner(this.#store.contents(), device);
    const work = this.#store
      .contents()
      .work.filter(({ deviceId, outcome }) => deviceId === device.id && outcome === null);
    const open = allowedActions(device, OSCAR, kindsOfWork(work, new Date())).map(({ name }) => name);
    return [...own, ...OPERATORS_ACTIONS.filter((name) => open.includes(name))];
  }

  /** Returns the fault of the transaction that is about to be kept; undefined if it has none. */
  #countTransaction(): BrokenTransaction | undefined {
    const { how, after } = this.#broken ?? { after: 0 };
    this.#broken = how !== undefined && after > 0 ? { how, after: after - 1 } : undefined;
    return this.#broken ? undefined : how;
  }

  /** Wraps a store, so that its transactions can fail as a database's do. */
  #spoilt(store: MemoryStore): Store {
    return {
      keys: store.keys,
      spend: (id, what, uses) => store.spend(id, what, uses),
      transaction: async (work) => {
        const done: Awaited<ReturnType<typeof work>>[] = [];
        let broken: BrokenTransaction | undefined;
        try {
          await store.transaction(async (inner) => {
            done.push(await work(inner));
            // Only now, because a transaction whose work fails is undone anyway.
            broken = this.#countTransaction();
            if (broken === 'undone' || broken === 'forgotten') throw new Undone();
          });
        } catch (error) {
          if (!(error instanceof Undone) || broken === 'undone') throw error;
        }
        if (broken === 'answer-lost') throw new AnswerLost();
        for (const result of done) return result;
        throw new Error('the transaction did nothing');
      },
    };
  }
}

/** Thrown to make the store roll a transaction back. */
class Undone extends Error {
  override readonly name = 'Undone';
}
