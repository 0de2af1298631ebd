import {
  createCms,
  issue,
  memoryStore,
  seedPolicies,
  type Cms,
  type CmsOptions,
  type Language,
  type MemoryStore,
  type OperationDefinition,
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

/** A CMS with its store in memory, and one active YubiKey of Ada's. */
export class ToyStage {
  private constructor(
    readonly cms: Cms,
    readonly store: MemoryStore,
    readonly card: TestCard,
  ) {}

  /** @param operations those that the CMS has besides `issue` */
  static async open(...operations: readonly OperationDefinition[]): Promise<ToyStage> {
    const stage = await ToyStage.blank({ operations });
    const issued = await stage.relay(await stage.newHost(), 'issue');
    if (issued.deviceState !== 'active') throw new Error(`the device is ${String(issued.deviceState)}`);
    return stage;
  }

  /** The same with a blank card. */
  static async blank({ operations = [], ...given }: Partial<CmsOptions> = {}): Promise<ToyStage> {
    const { vendor, keys, authority } = await engineParts();
    const store = await memoryStore({ keys });
    await seedPolicies(store, { yubikey: yubikeySeed(vendor.root) });
    const cms = createCms({ store, authority, origin: ORIGIN, ...given, operations: [issue, ...operations] });
    return new ToyStage(cms, store, new TestCard('yubikey', '10000001', vendor));
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
    return this.cms.start({ person: ADA, language }, { ...host.startRequest, kind });
  }

  /** Runs a step and brings its results. */
  async next(host: PlayedHost, answer: OperationAnswer, language: Language = 'en', change: Change = (all) => all) {
    if (!answer.step) throw new Error('no step is out');
    const outcomes = change(await host.run(answer.step.jws));
    return this.cms.continue({ person: ADA, language }, answer.operation, answer.step.number, outcomes);
  }

  /** The relay loop of the sdk: until the operation, or its session, has ended. */
  async relay(host: PlayedHost, kind: string, language: Language = 'en', change?: Change): Promise<OperationAnswer> {
    let answer = await this.start(host, kind, language);
    while (answer.step) answer = await this.next(host, answer, language, change);
    return answer;
  }
}

/** The reference portal's policy for YubiKeys, with a vendor that signs this card's keys. */
export function yubikeySeed(root: string): SeedPolicies[string] {
  const slots = { '9A': 'P-256', '9E': 'P-256' } as const;
  const { yubikey } = portalPolicies(() => ({ slots, attestationRoots: [root] }));
  if (!yubikey) throw new Error('the portal has a policy for YubiKeys');
  return yubikey;
}
