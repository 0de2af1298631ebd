import {
  createCms,
  issue,
  memoryStore,
  seedPolicies,
  type Cms,
  type CmsOptions,
  type MemoryStore,
  type SeedPolicies,
} from '@cardwright/cms';
import type { OperationDefinition, Requester } from '@cardwright/cms/operations';
import type { DevicePolicy } from '@cardwright/cms/policies';
import type { Person } from '@cardwright/cms/store';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import type { CardState } from '@cardwright/virtual-card';
import { copyOf } from '../../simulation/support/copied-state.js';
import { filledStore, type Contents } from '../../support/engine/filled-store.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { PlayedHost } from '../../support/host-and-card/played-host.js';
import { personOf } from '../../support/engine/people.js';
import { portalPolicies } from '../../support/engine/portal-policies.js';
import { engineParts, ORIGIN } from './engine-parts.js';

export const ADA = personOf('ada', { displayName: 'Ada Adams' });
const PIN = '739154';

/** Changes the results of a step as a lying host does. */
export type Change = (outcomes: CommandOutcome[]) => CommandOutcome[];

/** Deviations from the default stage. */
export interface ToyOptions extends Partial<CmsOptions> {
  /** Changes to the policies of all models. */
  readonly policy?: Partial<DevicePolicy>;
  readonly model?: 'yubikey' | 'piv';
}

/** Rows and the card's memory right after an issuance. */
interface Issued {
  readonly contents: Contents;
  readonly memory: CardState;
}

/** Options that change nothing about how a device is issued, and those that name the copies. */
const COPYABLE = new Set(['operations', 'now', 'policy', 'model']);
const MINUTE = 60_000;
const issuedOnce = new Map<string, Promise<Issued>>();

/** A CMS with a memory store, and Ada's active device, by default a YubiKey. */
export class ToyStage {
  private constructor(
    readonly cms: Cms,
    readonly store: MemoryStore,
    readonly card: TestCard,
    /** The CMS's clock. */
    private readonly now: () => Date,
  ) {}

  /** A request of a person who has just proved who they are. */
  by(person: Person = ADA, language = 'en'): Requester {
    return { person, language, proof: { at: this.now(), by: 'password', device: null } };
  }

  /** @param operations the operations of the CMS besides `issue` */
  static async open(...operations: readonly OperationDefinition[]): Promise<ToyStage> {
    return ToyStage.issued({ operations });
  }

  /** Opens a CMS with Ada's blank card. */
  static async blank({ policy, ...options }: ToyOptions = {}): Promise<ToyStage> {
    const { vendor, keys } = await engineParts();
    const store = await memoryStore({ keys });
    await seedPolicies(store, seedsOf(vendor.root, policy));
    return ToyStage.#over(store, options);
  }

  /**
   * Opens a CMS with Ada's active device. An issuance takes a tenth of a second, so a device is issued once in a file for each policy and
   * model; later stages begin with a copy of its rows and of its card.
   */
  static async issued(options: ToyOptions): Promise<ToyStage> {
    const { policy = {}, model = 'yubikey', now } = options;
    const isPlain =
      Object.keys(options).every((name) => COPYABLE.has(name)) &&
      Math.abs((now?.() ?? new Date()).getTime() - Date.now()) < MINUTE;
    if (!isPlain) return ToyStage.#issue(options);
    const name = JSON.stringify([model, policy]);
    const made =
      issuedOnce.get(name) ??
      ToyStage.#issue({ policy, model }).then(({ store, card }) => ({
        contents: store.contents(),
        memory: copyOf(card.state),
      }));
    issuedOnce.set(name, made);
    const { contents, memory } = await made;
    const { keys } = await engineParts();
    return ToyStage.#over(await filledStore(keys, contents), options, memory);
  }

  static async #issue(options: ToyOptions): Promise<ToyStage> {
    const stage = await ToyStage.blank(options);
    const issued = await stage.relay(await stage.newHost(), 'issue');
    if (issued.deviceState !== 'active') throw new Error(`the device is ${String(issued.deviceState)}`);
    return stage;
  }

  /** @param memory that of Ada's card, which is blank by default */
  static async #over(
    store: MemoryStore,
    { operations = [], model = 'yubikey', ...given }: Omit<ToyOptions, 'policy'>,
    memory?: CardState,
  ): Promise<ToyStage> {
    const { vendor, authority } = await engineParts();
    const cms = createCms({ store, authority, origin: ORIGIN, ...given, operations: [issue, ...operations] });
    const [serial, attestation] = model === 'piv' ? [null, null] : ['10000001', vendor];
    const card = new TestCard(model, serial, attestation, undefined, memory);
    return new ToyStage(cms, store, card, given.now ?? (() => new Date()));
  }

  get device() {
    return this.store.contents().devices[0];
  }

  /** The kinds of the running operations. */
  get running(): string[] {
    const { operations } = this.store.contents();
    return operations.filter(({ status }) => status === 'running').map(({ kind }) => kind);
  }

  /** Opens a page session with the card in its reader; its user knows her PIN. */
  async newHost(): Promise<PlayedHost> {
    const host = await PlayedHost.open(this.card, ORIGIN, this.cms.publishedKeys);
    host.user = () => PIN;
    return host;
  }

  /** @param work id of the work for which Ada starts the operation */
  start(host: PlayedHost, kind: string, language = 'en', work?: string): Promise<OperationAnswer> {
    const named = work === undefined ? {} : { work };
    return this.cms.start(this.by(ADA, language), { ...host.startRequest, kind, ...named });
  }

  /** Runs a step and brings its results. */
  next(host: PlayedHost, answer: OperationAnswer, language = 'en', change: Change = (all) => all) {
    return this.nextOf(ADA, host, answer, language, change);
  }

  /** Runs a step and brings its results as another person. */
  async nextOf(
    person: Person,
    host: PlayedHost,
    answer: OperationAnswer,
    language = 'en',
    change: Change = (all) => all,
  ): Promise<OperationAnswer> {
    if (!answer.step) throw new Error('no step is out');
    const outcomes = change(await host.run(answer.step.jws));
    return this.cms.continue({ person, language }, answer.operation, answer.step.number, outcomes);
  }

  /** Relays as the sdk does, until the operation or its session ends. */
  async relay(host: PlayedHost, kind: string, language = 'en', change?: Change): Promise<OperationAnswer> {
    let answer = await this.start(host, kind, language);
    while (answer.step) answer = await this.next(host, answer, language, change);
    return answer;
  }
}

/** Builds the reference portal's policies with a vendor that attests the YubiKey's keys. Plain cards need no approval. */
const seedsOf = (root: string, policy: Partial<DevicePolicy> = {}): SeedPolicies =>
  portalPolicies((model) => ({
    slots: { '9A': 'P-256', '9E': 'P-256' },
    ...(model === 'piv' ? { unprovenKeys: 'allow' as const } : { attestationRoots: [root] }),
    ...policy,
  }));

/** Builds the policy of one model. */
export function seedOf(model: 'yubikey' | 'piv', root: string): SeedPolicies[string] {
  const seed = seedsOf(root)[model];
  if (!seed) throw new Error(`the portal has no policy for ${model}`);
  return seed;
}
