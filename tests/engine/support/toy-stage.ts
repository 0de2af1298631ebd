import {
  createCms,
  issue,
  memoryStore,
  seedPolicies,
  type Cms,
  type CmsOptions,
  type DevicePolicy,
  type Language,
  type MemoryStore,
  type OperationDefinition,
  type Person,
  type Requester,
  type SeedPolicies,
} from '@cardwright/cms';
import type { CommandOutcome, OperationAnswer } from '@cardwright/protocol';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { PlayedHost } from '../../support/host-and-card/played-host.js';
import { personOf } from '../../support/engine/people.js';
import { portalPolicies } from '../../support/engine/portal-policies.js';
import { engineParts, ORIGIN } from './engine-parts.js';

export const ADA = personOf('ada', { displayName: 'Ada Adams' });
const PIN = '739154';

/** What a lying host makes of the results of a step. */
export type Change = (outcomes: CommandOutcome[]) => CommandOutcome[];

/** What a test wants to be different. */
export interface ToyOptions extends Partial<CmsOptions> {
  /** In the policies of all models. */
  readonly policy?: Partial<DevicePolicy>;
  readonly model?: 'yubikey' | 'piv';
}

/** A CMS with its store in memory, and one active device of Ada's, a YubiKey unless a test says otherwise. */
export class ToyStage {
  private constructor(
    readonly cms: Cms,
    readonly store: MemoryStore,
    readonly card: TestCard,
    /** By its clock. */
    private readonly now: () => Date,
  ) {}

  /** Someone who has just proved who they are. */
  by(person: Person = ADA, language: Language = 'en'): Requester {
    return { person, language, proof: { at: this.now(), by: 'password', device: null } };
  }

  /** @param operations those that the CMS has besides `issue` */
  static async open(...operations: readonly OperationDefinition[]): Promise<ToyStage> {
    return ToyStage.issued({ operations });
  }

  /** A CMS with a blank card of Ada's. */
  static async blank({ operations = [], policy, model = 'yubikey', ...given }: ToyOptions = {}): Promise<ToyStage> {
    const { vendor, keys, authority } = await engineParts();
    const store = await memoryStore({ keys });
    await seedPolicies(store, seedsOf(vendor.root, policy));
    const cms = createCms({ store, authority, origin: ORIGIN, ...given, operations: [issue, ...operations] });
    const card = model === 'piv' ? new TestCard(model, null, null) : new TestCard(model, '10000001', vendor);
    return new ToyStage(cms, store, card, given.now ?? (() => new Date()));
  }

  /** The same with an active device, which its user may have chosen a PIN for. */
  static async issued(options: ToyOptions): Promise<ToyStage> {
    const stage = await ToyStage.blank(options);
    const issued = await stage.relay(await stage.newHost(), 'issue');
    if (issued.deviceState !== 'active') throw new Error(`the device is ${String(issued.deviceState)}`);
    return stage;
  }

  get device() {
    return this.store.contents().devices[0];
  }

  /** The operations that run now. */
  get running(): string[] {
    const { operations } = this.store.contents();
    return operations.filter(({ status }) => status === 'running').map(({ kind }) => kind);
  }

  /** A page's session with the card in its reader; its user knows her PIN. */
  async newHost(): Promise<PlayedHost> {
    const host = await PlayedHost.open(this.card, ORIGIN, this.cms.publishedKeys);
    host.user = () => PIN;
    return host;
  }

  start(host: PlayedHost, kind: string, language: Language = 'en'): Promise<OperationAnswer> {
    return this.cms.start(this.by(ADA, language), { ...host.startRequest, kind });
  }

  /** Runs a step and brings its results. */
  next(host: PlayedHost, answer: OperationAnswer, language: Language = 'en', change: Change = (all) => all) {
    return this.nextOf(ADA, host, answer, language, change);
  }

  /** The same for someone else. */
  async nextOf(
    person: Person,
    host: PlayedHost,
    answer: OperationAnswer,
    language: Language = 'en',
    change: Change = (all) => all,
  ): Promise<OperationAnswer> {
    if (!answer.step) throw new Error('no step is out');
    const outcomes = change(await host.run(answer.step.jws));
    return this.cms.continue({ person, language }, answer.operation, answer.step.number, outcomes);
  }

  /** The relay loop of the sdk: until the operation, or its session, has ended. */
  async relay(host: PlayedHost, kind: string, language: Language = 'en', change?: Change): Promise<OperationAnswer> {
    let answer = await this.start(host, kind, language);
    while (answer.step) answer = await this.next(host, answer, language, change);
    return answer;
  }
}

/** The reference portal's policies, with a vendor that signs the keys of the YubiKey. Plain cards need no approval. */
const seedsOf = (root: string, policy: Partial<DevicePolicy> = {}): SeedPolicies =>
  portalPolicies((model) => ({
    slots: { '9A': 'P-256', '9E': 'P-256' },
    ...(model === 'piv' ? { unprovenKeys: 'allow' as const } : { attestationRoots: [root] }),
    ...policy,
  }));

/** The policy for YubiKeys, or for plain cards, alone. */
export function seedOf(model: 'yubikey' | 'piv', root: string): SeedPolicies[string] {
  const seed = seedsOf(root)[model];
  if (!seed) throw new Error(`the portal has no policy for ${model}`);
  return seed;
}
