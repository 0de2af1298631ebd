import { answerRequest, errorAnswerOf, type HttpAnswer } from '@cardwright/cms';
import type { ActionName, DisplayWindow } from '@cardwright/cms/devices';
import type { Person } from '@cardwright/cms/store';
import { asCardwrightError, validate } from '@cardwright/protocol';
import {
  eligibilityAnswer,
  errorAnswer,
  operationAnswer,
  type Eligibility,
  type OperationAnswer,
} from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { PublicJwkSet } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import { requestOf } from '../../support/engine/operator-action.js';
import type { TestCard } from '../../support/host-and-card/test-card.js';
import { PlayedHost } from '../../support/host-and-card/played-host.js';
import type { ShownDevice, TestCms } from './test-cms.js';

/** An answer of the CMS; `code` is the error code from the catalogue. */
export interface Answer extends Pick<HttpAnswer, 'status' | 'body'> {
  readonly code: string | undefined;
}

/** A user at the pages of a CMS, who has just signed in. Their requests follow its HTTP contract, without HTTP. */
export class CmsUser {
  /** Number of requests about operations so far. */
  operationCalls = 0;

  constructor(
    private readonly cms: TestCms,
    private readonly person: Person,
  ) {}

  /** Opens a host of this user with a card in its reader. */
  openHost = async (card: TestCard): Promise<PlayedHost> => PlayedHost.open(card, this.cms.origin, this.cmsKeys());

  cmsKeys(): PublicJwkSet {
    return this.cms.running.publishedKeys;
  }

  /** Sends a request of the contract. */
  async post(path: string, body: unknown, language = 'en'): Promise<Answer> {
    if (path.startsWith('operations')) this.operationCalls += 1;
    const headers = { origin: this.cms.origin, 'content-type': 'application/json', 'accept-language': language };
    const proof = { at: new Date(), by: 'password', device: null };
    const request = { person: this.person, proof, path, headers, body: JSON.stringify(body) };
    return read(await answerRequest(this.cms.running, request, onDefect));
  }

  /** Sends a request about an operation, and expects an answer about it. */
  async operate(path: string, body: unknown): Promise<OperationAnswer> {
    const answer = await this.post(`operations${path}`, body);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status} ${answer.code ?? ''}`);
    return validate(operationAnswer, answer.body);
  }

  /** Relays as the sdk does, until the operation ends or stops at an error. */
  async relay(
    host: PlayedHost,
    until: (answer: OperationAnswer) => boolean = () => false,
    kind = 'issue',
  ): Promise<OperationAnswer> {
    let answer = await this.operate('', { ...host.startRequest, kind });
    while (answer.step && !until(answer)) {
      const outcomes = await host.run(answer.step.jws);
      answer = await this.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
    }
    return answer;
  }

  /** Runs a page session with a card to its end, or until a phase begins. */
  issue = async (card: TestCard, until?: OperationAnswer['phase']['name']): Promise<OperationAnswer> =>
    this.relay(await this.openHost(card), ({ phase }) => phase.name === until);

  /** Asks what the user may do with a card, and why not more. */
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

  /** Performs an action as an operator who has just seen the device; the answer's body has its state. */
  act(id: string, action: ActionName, reason?: string): Promise<Answer> {
    return this.actWith(id, action, requestOf(this.cms.versionOf(id), reason));
  }

  /** Performs an action with a given request, such as one from an outdated page. */
  actWith(id: string, action: ActionName, request: unknown): Promise<Answer> {
    return answered(async () => ({ state: await this.cms.running.perform(this.person, action, id, request) }));
  }

  /** Gives a device a name, as the page of its owner would. */
  rename(id: string, name: unknown): Promise<Answer> {
    return answered(async () => ({ name: await this.cms.running.rename(this.person, id, { name }) }));
  }

  /** Asks as an operator for a device's initial PIN; the answer's body is for the extension's window. */
  askForInitialPin(id: string, window: DisplayWindow): Promise<Answer> {
    const shown = { id, ownerName: 'Someone' };
    return answered(async () => ({ jws: await this.cms.running.signInitialPin(this.person, shown, window) }));
  }

  /** The devices of this user, the oldest first. */
  get devices(): ShownDevice[] {
    const isOver = ({ state }: ShownDevice): boolean => state === 'available' || state === 'terminated';
    return this.cms.devices.filter((device) => device.ownerId === this.person.id && !isOver(device));
  }
}

/** Wraps work in the answer that a CMS's own route would give. */
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

/** @throws Error always, so that an unexpected defect fails the test */
function onDefect(incident: string, defect: unknown): never {
  throw new Error(`the CMS failed (${incident})`, { cause: defect });
}
