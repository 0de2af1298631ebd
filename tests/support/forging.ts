import {
  readStep,
  type CommandOutcome,
  type DeviceInfo,
  type OperationAnswer,
  type StepPayload,
} from '@cardwright/protocol';
import type { FakeHost } from '../integration/portal/support/fake-host.js';

/** What people can do with a host program of their own: they say anything they like about their card and what it did. */

export type Outcome = CommandOutcome;
/** Changes what the host says of a step that it ran. */
export type Forge = (outcomes: Outcome[], step: StepPayload) => Outcome[] | Promise<Outcome[]>;

export interface Forgery {
  /** Said of the card at the start, instead of the truth. */
  readonly claim?: Partial<DeviceInfo>;
  readonly forge?: Forge;
  /** Stops before a step of this answer is run. */
  readonly until?: (answer: OperationAnswer) => boolean;
}

/** Someone who can send something about an operation to a CMS, and gets an answer of it. */
interface Operating {
  operate(path: string, body: unknown): Promise<OperationAnswer>;
}

/** The start of an operation with claims about the card. */
export const startWith = (host: FakeHost, claim: Partial<DeviceInfo> = {}) => ({
  ...host.startRequest,
  device: { ...host.startRequest.device, ...claim },
});

/** Starts an operation and relays its steps, with forged claims and outcomes; the host runs steps for any card. */
export async function relayForged(
  user: Operating,
  host: FakeHost,
  { claim, forge = (outcomes) => outcomes, until = () => false }: Forgery,
): Promise<OperationAnswer> {
  host.lies = true;
  let answer = await user.operate('', startWith(host, claim));
  while (answer.step && !until(answer)) {
    const ran = await host.run(answer.step.jws);
    const outcomes = await forge(ran, await readStep(answer.step.jws, host.cms));
    answer = await user.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
  }
  return answer;
}

/** Changes the results of one method, wherever it ran. */
export const forgeResults =
  (method: string, change: (result: Record<string, unknown>, nth: number) => object | Promise<object>): Forge =>
  async (outcomes) => {
    let nth = 0;
    const forged: Outcome[] = [];
    for (const outcome of outcomes) {
      if (outcome.method !== method || !('result' in outcome)) forged.push(outcome);
      else forged.push({ method, result: { ...(await change(outcome.result, nth++)) } });
    }
    return forged;
  };

/** A refusal as the answer of an operation tells it; the reason is the sentence that its user reads. */
export const refusedWith = (name: string, reason?: string) => ({
  state: 'failed',
  error: { data: { name, ...(reason === undefined ? {} : { details: { reason } }) } },
});
