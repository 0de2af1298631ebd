import {
  answerRequest,
  errorAnswerOf,
  type ActionName,
  type DisplayWindow,
  type HttpAnswer,
  type Person,
} from '@cardwright/cms';
import {
  asCardwrightError,
  eligibilityAnswer,
  errorAnswer,
  operationAnswer,
  validate,
  type DeviceInfo,
  type Eligibility,
  type OperationAnswer,
  type PublicJwkSet,
} from '@cardwright/protocol';
import * as v from 'valibot';
import { requestOf } from '../../support/engine/operator-action.js';
import type { TestCard } from '../../support/host-and-card/test-card.js';
import { PlayedHost } from '../../support/host-and-card/played-host.js';
import type { ShownDevice, TestCms } from './test-cms.js';

/** An answer of the CMS; `code` is the catalogue's name of its error. */
export interface Answer extends Pick<HttpAnswer, 'status' | 'body'> {
  readonly code: string | undefined;
}

/** Someone at the pages of a CMS: their requests take the way of its HTTP contract, but for HTTP. */
export class CmsUser {
  /** Requests about operations so far. */
  operationCalls = 0;

  constructor(
    private readonly cms: TestCms,
    private readonly person: Person,
  ) {}

  /** A host of this user's, with a card in its reader. */
  openHost = async (card: TestCard): Promise<PlayedHost> => PlayedHost.open(card, this.cms.origin, this.cmsKeys());

  cmsKeys(): PublicJwkSet {
    return this.cms.running.publishedKeys;
  }

  /** Sends a request of the contract. */
  async post(path: string, body: unknown, language = 'en'): Promise<Answer> {
    if (path.startsWith('operations')) this.operationCalls += 1;
    const headers = { origin: this.cms.origin, 'content-type': 'application/json', 'accept-language': language };
    const request = { person: this.person, path, headers, body: JSON.stringify(body) };
    return read(await answerRequest(this.cms.running, request, onDefect));
  }

  /** Sends something about an operation, and expects an answer of it. */
  async operate(path: string, body: unknown): Promise<OperationAnswer> {
    const answer = await this.post(`operations${path}`, body);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status} ${answer.code ?? ''}`);
    return validate(operationAnswer, answer.body);
  }

  /** The relay loop of the sdk: until the operation ends, or stops at an error. */
  async relay(host: PlayedHost, until: (answer: OperationAnswer) => boolean = () => false): Promise<OperationAnswer> {
    let answer = await this.operate('', host.startRequest);
    while (answer.step && !until(answer)) {
      const outcomes = await host.run(answer.step.jws);
      answer = await this.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
    }
    return answer;
  }

  /** A page session with a card, from its beginning to its end, or to where a phase begins. */
  issue = async (card: TestCard, until?: OperationAnswer['phase']['name']): Promise<OperationAnswer> =>
    this.relay(await this.openHost(card), ({ phase }) => phase.name === until);

  /** What the user may do with a card, and why not more. */
  async judge(
    card: TestCard | DeviceInfo,
    language?: string,
    kind = 'issue',
  ): Promise<Pick<Eligibility, 'action' | 'reason'>> {
    const info = 'describe' in card ? await card.describe('a device') : card;
    const { body } = await this.post('devices/eligibility', { kind, devices: [info] }, language);
    const [verdict] = validate(eligibilityAnswer, body).devices;
    if (verdict?.device !== info.id) throw new Error('the CMS judged another device');
    return { action: verdict.action, reason: verdict.reason };
  }

  /** Does something to a device as an operator who has just looked at it; the body of the answer has its state. */
  act(id: string, action: ActionName, reason?: string): Promise<Answer> {
    return this.actWith(id, action, requestOf(this.cms.versionOf(id), reason));
  }

  /** The same with a request of the test's own, as from a page that was open for long. */
  actWith(id: string, action: ActionName, request: unknown): Promise<Answer> {
    return answered(async () => ({ state: await this.cms.running.perform(this.person, action, id, request) }));
  }

  /** Asks as an operator for the initial PIN of a device; the body of the answer is for the extension's window. */
  askForInitialPin(id: string, window: DisplayWindow): Promise<Answer> {
    const shown = { id, ownerName: 'Someone' };
    return answered(async () => ({ jws: await this.cms.running.signInitialPin(this.person, shown, window) }));
  }

  /** The devices that are this user's own, the oldest first. */
  get devices(): ShownDevice[] {
    const isOver = ({ state }: ShownDevice): boolean => state === 'available' || state === 'terminated';
    return this.cms.devices.filter((device) => device.ownerId === this.person.id && !isOver(device));
  }
}

/** What a route of the CMS's own would answer. */
async function answered(work: () => Promise<unknown>): Promise<Answer> {
  try {
    return { status: 200, body: await work(), code: undefined };
  } catch (error) {
    return read(errorAnswerOf(asCardwrightError(error, onDefect), 'en'));
  }
}

const read = ({ status, body }: HttpAnswer): Answer => ({
  status,
  body,
  code: v.is(errorAnswer, body) ? body.error.data.name : undefined,
});

/** @throws Error always: what no test expects shall fail it */
function onDefect(incident: string, defect: unknown): never {
  throw new Error(`the CMS failed (${incident})`, { cause: defect });
}
