import { erase, unlock } from '@cardwright/cms';
import type { Person } from '@cardwright/cms/store';
import type { OperationAnswer, StartRequest } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { actOn } from '../../support/engine/operator-action.js';
import { personOf } from '../../support/engine/people.js';
import { PlayedHost } from '../../support/host-and-card/played-host.js';
import type { TestCard } from '../../support/host-and-card/test-card.js';
import { ORIGIN } from './engine-parts.js';
import { ToyStage, type Change, type ToyOptions } from './toy-stage.js';

/** The CHUID, by which a plain card is recognised (SP 800-73-4 Part 1, table 3). */
const CHUID = 0x5fc102;

const OLGA = personOf('olga');

/** Opens a CMS with a plain card that was issued to Ada. */
export const issuedPlainCard = (options: ToyOptions = {}): Promise<ToyStage> =>
  ToyStage.issued({ model: 'piv', operations: [erase, unlock], ...options });

/** Opens the same after an operator has terminated and released the card. */
export async function releasedPlainCard(options: ToyOptions = {}): Promise<ToyStage> {
  const stage = await issuedPlainCard(options);
  await release(stage);
  return stage;
}

export async function release(stage: ToyStage): Promise<void> {
  const { id = '' } = stage.device ?? {};
  await actOn(stage, OLGA, 'terminate', id, 'left');
  await actOn(stage, OLGA, 'release', id, 'for others');
}

/** Opens a session with a card. */
export async function hostOf({ cms }: ToyStage, card: TestCard, pin: string): Promise<PlayedHost> {
  const host = await PlayedHost.open(card, ORIGIN, cms.publishedKeys);
  host.user = () => pin;
  return host;
}

/** The parameters of a start. */
interface Start {
  readonly kind?: StartRequest['kind'];
  /** False claims about the card. */
  readonly claim?: Partial<DeviceInfo>;
  readonly change?: Change;
  /** Stops before the step of a matching answer is run. */
  readonly until?: (answer: OperationAnswer) => boolean;
}

/** Starts an operation as a person, and relays it to its end. */
export async function relayAs(
  stage: ToyStage,
  person: Person,
  host: PlayedHost,
  { kind = 'issue', claim = {}, change, until = () => false }: Start = {},
): Promise<OperationAnswer> {
  const { startRequest } = host;
  const request = { ...startRequest, kind, device: { ...startRequest.device, ...claim } };
  let answer = await stage.cms.start(stage.by(person), request);
  while (answer.step && !until(answer)) answer = await stage.nextOf(person, host, answer, 'en', change);
  return answer;
}

/** Copies the name of a card to another one, as any program can. */
export function copyName(from: TestCard, to: TestCard): void {
  const chuid = from.state.objects.get(CHUID);
  if (!chuid) throw new Error('the card has no CHUID');
  to.state.objects.set(CHUID, Buffer.from(chuid));
  to.reinsert();
}

/** Returns the escrows whose PUK the CMS keeps. */
export const keptPuks = ({ store }: ToyStage) =>
  store.contents().escrows.filter(({ pukDroppedAt }) => pukDroppedAt === null);

/** Counts the secrets that have left the CMS. */
export const countReleased = ({ store }: ToyStage): number =>
  store.contents().audit.filter(({ event }) => event === 'secret.released').length;
