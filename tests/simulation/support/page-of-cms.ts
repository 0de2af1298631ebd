import { CardwrightError, asCardwrightError, validate } from '@cardwright/protocol';
import {
  cancelRequest,
  eligibilityAnswer,
  eligibilityRequest,
  operationAnswer,
  resultsRequest,
  startRequest,
  type Eligibility,
  type OperationAnswer,
} from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import type { OperationOptions } from '../../../sdk/src/operation.js';
import { AnswerLost, type SimulatedCms } from './simulated-cms.js';

/** Changes the results of a step. */
export type Forge = (outcomes: readonly CommandOutcome[]) => readonly CommandOutcome[];

/**
 * The CMS as a page reaches it, without HTTP. Everything passes through JSON, requests and answers are validated by the
 * schemas of the contract, and errors arrive as they would over the wire.
 */
export class PageOfCms {
  /**
   * @param onAnswer sees every answer about an operation, before the page does
   * @param forge changes the results of a step as a lying page or host would
   */
  constructor(
    private readonly cms: SimulatedCms,
    private readonly onAnswer: (answer: OperationAnswer) => Promise<void>,
    private readonly forge: Forge = (outcomes) => outcomes,
  ) {}

  async eligibility(kind: string, devices: readonly DeviceInfo[]): Promise<readonly Eligibility[]> {
    const request = validate(eligibilityRequest, overTheWire({ kind, devices }));
    const answer = await answered(async () => ({ devices: await this.cms.eligibility(request.kind, request.devices) }));
    return validate(eligibilityAnswer, answer).devices;
  }

  /** The CMS for the sdk's relay. */
  readonly operations: OperationOptions['cms'] = {
    start: (request) => this.#operate(() => this.cms.start(validate(startRequest, overTheWire(request)))),
    results: (id, results) => {
      const { step, outcomes } = validate(resultsRequest, overTheWire(results));
      return this.#operate(() => this.cms.continue(id, step, this.forge(outcomes)));
    },
    cancel: (id, session) => {
      const request = validate(cancelRequest, { session });
      return this.#operate(() => this.cms.cancel(id, request.session));
    },
  };

  async #operate(ask: () => Promise<OperationAnswer>): Promise<OperationAnswer> {
    const answer = validate(operationAnswer, await answered(ask));
    await this.onAnswer(answer);
    return answer;
  }
}

/** @throws CardwrightError as a page gets it */
async function answered(ask: () => Promise<object>): Promise<unknown> {
  try {
    return overTheWire(await ask());
  } catch (error) {
    if (error instanceof AnswerLost) throw new CardwrightError('CMS_UNREACHABLE');
    throw CardwrightError.fromWire(asCardwrightError(error, () => undefined).toWire());
  }
}

const overTheWire = (value: object): unknown => JSON.parse(JSON.stringify(value));
