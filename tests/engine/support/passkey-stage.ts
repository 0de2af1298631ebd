import { createCms, memoryStore, seedPolicies, type Cms, type CmsOptions, type MemoryStore } from '@cardwright/cms';
import {
  devicePolicy,
  listPolicies,
  changePolicy,
  type DevicePolicy,
  type PasskeyPolicy,
} from '@cardwright/cms/policies';
import type { Passkey } from '@cardwright/cms/store';
import { validate } from '@cardwright/protocol';
import type { Eligibility, OperationAnswer } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import type { CardState, ProfileName } from '@cardwright/virtual-card';
import * as v from 'valibot';
import { NO_CHANGES } from '../../integration/store/rows.js';
import { ADMINISTRATOR } from '../../support/administrator.js';
import { filledStore } from '../../support/engine/filled-store.js';
import type { CardFido } from '../../support/host-and-card/card-fido.js';
import { PlayedHost } from '../../support/host-and-card/played-host.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { engineParts, ORIGIN } from './engine-parts.js';
import { ScriptedService } from './scripted-service.js';
import { ADA, seedOf } from './toy-stage.js';

/** The foreign origin for which the administrator lets the site register passkeys. */
const FOREIGN = 'https://login.example.net';
const PIN = '739154';
const BY_ADA = { person: ADA, language: 'en' } as const;

/** Deviations from the default stage. */
export interface StageOptions {
  /** Changes to the policy's passkeys; null for a policy without any. */
  readonly passkeys?: Partial<PasskeyPolicy> | null | undefined;
  readonly policy?: Partial<DevicePolicy>;
  readonly model?: 'yubikey' | 'piv' | 'fido2';
  /** The card's profile; by default one whose reader reaches both applications. */
  readonly profile?: ProfileName;
  readonly serial?: string | null;
  readonly cms?: Partial<CmsOptions>;
}

/** Stages whose device was issued, by their options. No test changes them. */
const issuedOnce = new Map<string, Promise<PasskeyStage>>();

/**
 * A CMS in one process with a foreign passkey service, `entra`, and its own, `portal`, and Ada's device, which has PIV and FIDO or FIDO
 * alone. A test plays Ada, her host and the services.
 */
export class PasskeyStage {
  readonly byAda = BY_ADA;
  host: PlayedHost;

  private constructor(
    readonly cms: Cms,
    readonly store: MemoryStore,
    readonly card: TestCard,
    readonly services: { readonly entra: ScriptedService; readonly portal: ScriptedService },
    host: PlayedHost,
    /** The lead over the system's clock, in milliseconds. */
    private readonly clock: { late: number },
  ) {
    this.host = host;
  }

  static async open(options: StageOptions = {}): Promise<PasskeyStage> {
    const { vendor, keys } = await engineParts();
    const { passkeys = {}, policy, model = 'yubikey' } = options;
    const seed = seedOf(model === 'piv' ? 'piv' : 'yubikey', vendor.root);
    const store = await memoryStore({ keys });
    const slots = model === 'fido2' ? {} : seed.policy.slots;
    const wanted = passkeys && { services: ['entra'], ...passkeys };
    const settings = { ...seed.policy, slots, ...(wanted ? { passkeys: wanted } : {}), ...policy };
    await seedPolicies(store, { [model]: { ...seed, policy: validate(devicePolicy, settings) } });
    return PasskeyStage.#over(store, options);
  }

  /**
   * Opens a stage with Ada's active device, in whose reader no session has it yet. A device is issued once in a file for the same options; later
   * stages begin with a copy of its rows, of its card and of what the services know.
   */
  static async issued({ cms, ...options }: StageOptions = {}): Promise<PasskeyStage> {
    const name = JSON.stringify(options);
    const made = issuedOnce.get(name) ?? PasskeyStage.#issue(options);
    issuedOnce.set(name, made);
    const issued = await made;
    const { keys } = await engineParts();
    const store = await filledStore(keys, issued.store.contents());
    const stage = await PasskeyStage.#over(store, cms ? { ...options, cms } : options, issued.card.state);
    stage.services.entra.knowAs(issued.services.entra);
    stage.services.portal.knowAs(issued.services.portal);
    return stage;
  }

  static async #issue(options: StageOptions): Promise<PasskeyStage> {
    const stage = await PasskeyStage.open(options);
    const issued = await stage.relay();
    if (issued.deviceState !== 'active') throw new Error(`the device is ${String(issued.deviceState)}`);
    return stage;
  }

  /** @param memory that of Ada's card, which is blank by default */
  static async #over(
    store: MemoryStore,
    {
      model = 'yubikey',
      profile = model === 'yubikey' ? 'yubikey-5.8' : undefined,
      serial = '10000001',
      cms,
    }: StageOptions,
    memory?: CardState,
  ): Promise<PasskeyStage> {
    const { vendor, authority } = await engineParts();
    const clock = { late: 0 };
    const now = (): number => Date.now() + clock.late;
    const services = {
      entra: new ScriptedService('entra', FOREIGN, now),
      portal: new ScriptedService('portal', ORIGIN, now),
    };
    const served = createCms({
      store,
      authority,
      origin: ORIGIN,
      passkeyServices: Object.values(services),
      findPerson: (id) => Promise.resolve(id === ADA.id ? ADA : undefined),
      now: () => new Date(now()),
      ...cms,
    });
    const card = new TestCard(model, serial, model === 'yubikey' ? vendor : null, profile, memory);
    return new PasskeyStage(served, store, card, services, await openHost(card, served), clock);
  }

  /** The FIDO2 application of her device. */
  get fido(): CardFido {
    return this.card.fido;
  }

  /** Lets time pass, in milliseconds. */
  wait(time: number): void {
    this.clock.late += time;
  }

  /** Starts a new page session with the device as it is; its user knows the PIN. */
  async reinsert(): Promise<PlayedHost> {
    this.host = await openHost(this.card, this.cms);
    return this.host;
  }

  /**
   * Starts an operation as Ada, who has just proved who she is.
   *
   * @param subject what on the device the operation is about
   */
  start(kind = 'issue', subject?: string): Promise<OperationAnswer> {
    const proof = { at: new Date(Date.now() + this.clock.late), by: 'password', device: null };
    const about = subject === undefined ? {} : { subject };
    return this.cms.start({ ...BY_ADA, proof }, { ...this.host.startRequest, kind, ...about });
  }

  /** Runs the current step and brings its results. */
  async next(answer: OperationAnswer): Promise<OperationAnswer> {
    if (!answer.step) throw new Error('no step is out');
    return this.bring(answer, await this.host.run(answer.step.jws));
  }

  /** Brings results for the step in an answer. */
  bring({ step, operation }: OperationAnswer, outcomes: readonly CommandOutcome[]): Promise<OperationAnswer> {
    if (!step) throw new Error('no step is out');
    return this.cms.continue(BY_ADA, operation, step.number, outcomes);
  }

  /** Relays as the sdk does, until operation or session ends, or until a step of the named phase is sent. */
  async relay(until?: string): Promise<OperationAnswer> {
    return this.relayOn(await this.start(), until);
  }

  /** Relays from an answer on. */
  async relayOn(from: OperationAnswer, until?: string): Promise<OperationAnswer> {
    let answer = from;
    while (answer.step && this.#stepThatIsOut !== until) answer = await this.next(answer);
    return answer;
  }

  get #stepThatIsOut(): string | null {
    const operation = this.store.contents().operations.find(({ status }) => status === 'running');
    return operation ? v.parse(v.looseObject({ step: v.nullable(v.string()) }), operation.state).step : null;
  }

  /** Adds a passkey to those that the CMS knows. */
  know(passkey: Passkey): Promise<void> {
    return this.store.transaction((transaction) => transaction.write({ ...NO_CHANGES, passkeys: [passkey] }));
  }

  /** Changes the policy's passkeys as an operator. */
  async changePolicy(passkeys: Partial<PasskeyPolicy>): Promise<void> {
    for (const { model, policy } of await listPolicies(this.store))
      await changePolicy(this.store, ADMINISTRATOR, { model, policy: validate(devicePolicy, { ...policy, passkeys }) });
  }

  async judge(change: Partial<DeviceInfo> = {}): Promise<Pick<Eligibility, 'action' | 'reason'>> {
    const [verdict] = await this.cms.judge(BY_ADA, 'issue', [{ ...this.host.startRequest.device, ...change }]);
    return { action: verdict?.action ?? null, reason: verdict?.reason ?? null };
  }

  cancel(answer: OperationAnswer): Promise<OperationAnswer> {
    return this.cms.cancel(BY_ADA, answer.operation);
  }

  get device() {
    return this.store.contents().devices.at(-1);
  }

  /** The passkeys that a service has accepted. */
  get passkeys() {
    return this.store.contents().passkeys.filter(({ unconfirmed }) => unconfirmed === null);
  }

  /** The passkeys of which a service was told, and whose acceptance is not known. */
  get unconfirmed() {
    return this.store.contents().passkeys.filter(({ unconfirmed }) => unconfirmed !== null);
  }

  /** The FIDO commands that this session's host executed. */
  get executed(): string[] {
    return this.host.executed.filter((method) => method.startsWith('fido.'));
  }
}

async function openHost(card: TestCard, cms: Cms): Promise<PlayedHost> {
  const host = await PlayedHost.open(card, ORIGIN, cms.publishedKeys, [FOREIGN]);
  host.user = () => PIN;
  return host;
}
