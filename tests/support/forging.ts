import {
  commands,
  readStep,
  type CommandOutcome,
  type DeviceInfo,
  type Method,
  type OperationAnswer,
  type Params,
  type Result,
  type Slot,
  type StepPayload,
} from '@cardwright/protocol';
import * as v from 'valibot';
import type { PlayedHost } from './host-and-card/played-host.js';

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
export const startWith = (host: PlayedHost, claim: Partial<DeviceInfo> = {}) => ({
  ...host.startRequest,
  device: { ...host.startRequest.device, ...claim },
});

/** Starts an operation and relays its steps, with forged claims and outcomes; the host runs steps for any card. */
export async function relayForged(
  user: Operating,
  host: PlayedHost,
  { claim, forge = (outcomes) => outcomes, until = () => false }: Forgery,
): Promise<OperationAnswer> {
  await host.lie();
  let answer = await user.operate('', startWith(host, claim));
  while (answer.step && !until(answer)) {
    const ran = await host.run(answer.step.jws);
    const outcomes = await forge(ran, await readStep(answer.step.jws, host.cms));
    answer = await user.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
  }
  return answer;
}

/** Changes the results of one method by what the step asked. */
export const forgeOf =
  <M extends Method>(method: M, change: (params: Params<M>, result: Result<M>) => object | Promise<object>): Forge =>
  async (outcomes, { commands: asked }) => {
    const forged: Outcome[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      const params = asked[index]?.params;
      if (outcome.method !== method || !('result' in outcome)) forged.push(outcome);
      else {
        const result = await change(
          v.parse(commands[method].params, params),
          v.parse(commands[method].result, outcome.result),
        );
        forged.push({ method, result: { ...result } });
      }
    }
    return forged;
  };

/** One forgery after another. */
export const forgeAll =
  (...forges: readonly Forge[]): Forge =>
  async (outcomes, step) => {
    let forged = outcomes;
    for (const forge of forges) forged = await forge(forged, step);
    return forged;
  };

/** What a host says of a key's attestation, in the results of `key.attest` and `key.prove`. */
type Attestation = Result<'key.attest'>['attestation'];

/** Changes what a card attests. */
export const forgeAttestations = (
  change: (slot: Slot, attestation: Attestation) => Attestation | Promise<Attestation>,
): Forge =>
  forgeAll(
    forgeOf('key.attest', async ({ slot }, { attestation }) => ({ attestation: await change(slot, attestation) })),
    forgeOf('key.prove', async ({ slot }, proof) => ({ ...proof, attestation: await change(slot, proof.attestation) })),
  );

/** A refusal as the answer of an operation tells it; the reason is the sentence that its user reads. */
export const refusedWith = (name: string, reason?: string) => ({
  state: 'failed',
  error: { data: { name, ...(reason === undefined ? {} : { details: { reason } }) } },
});
