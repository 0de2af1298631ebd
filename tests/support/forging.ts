import { commands, type Method, type Params, type Result } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import { SLOTS, type DeviceInfo, type Slot } from '@cardwright/protocol/devices';
import { readStep, type CommandOutcome, type StepPayload } from '@cardwright/protocol/steps';
import * as v from 'valibot';
import type { PlayedHost } from './host-and-card/played-host.js';

/** Attacks with a host program of one's own, which can claim anything about the card and its results. */

export type Outcome = CommandOutcome;
/** Changes the results of a step. */
export type Forge = (outcomes: Outcome[], step: StepPayload) => Outcome[] | Promise<Outcome[]>;

export interface Forgery {
  /** False claims about the card at the start. */
  readonly claim?: Partial<DeviceInfo>;
  readonly forge?: Forge;
  /** Stops before the step of a matching answer is run. */
  readonly until?: (answer: OperationAnswer) => boolean;
  /** The operation; an issuance by default. */
  readonly kind?: string;
}

/** A user who can send requests about an operation to a CMS. */
interface Operating {
  operate(path: string, body: unknown): Promise<OperationAnswer>;
}

/** Builds the start of an operation with claims about the card. */
export const startWith = (host: PlayedHost, claim: Partial<DeviceInfo> = {}) => ({
  ...host.startRequest,
  device: { ...host.startRequest.device, ...claim },
});

/** Starts an operation and relays its steps, with forged claims and outcomes; the host runs steps for any card. */
export async function relayForged(
  user: Operating,
  host: PlayedHost,
  { claim, forge = (outcomes) => outcomes, until = () => false, kind }: Forgery,
): Promise<OperationAnswer> {
  await host.lie();
  let answer = await user.operate('', { ...startWith(host, claim), ...(kind === undefined ? {} : { kind }) });
  while (answer.step && !until(answer)) {
    const ran = await host.run(answer.step.jws);
    const outcomes = await forge(ran, await readStep(answer.step.jws, host.cms));
    answer = await user.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
  }
  return answer;
}

/** Changes the results of one method, depending on its command in the step. */
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

/** Combines forgeries, one after another. */
export const forgeAll =
  (...forges: readonly Forge[]): Forge =>
  async (outcomes, step) => {
    let forged = outcomes;
    for (const forge of forges) forged = await forge(forged, step);
    return forged;
  };

/** A key's attestation in the results of `key.attest` and `key.prove`. */
type Attestation = Result<'key.attest'>['attestation'];

/** Replaces a card's attestations. */
export const forgeAttestations = (
  change: (slot: Slot, attestation: Attestation) => Attestation | Promise<Attestation>,
): Forge =>
  forgeAll(
    forgeOf('key.attest', async ({ slot }, { attestation }) => {
      const main = SLOTS.find((name) => name === slot);
      return { attestation: main ? await change(main, attestation) : attestation };
    }),
    forgeOf('key.prove', async ({ slot }, proof) => ({ ...proof, attestation: await change(slot, proof.attestation) })),
  );

/** Matches an operation's answer with a refusal; the reason is the sentence that the user reads. */
export const refusedWith = (name: string, reason?: string) => ({
  state: 'failed',
  error: { data: { name, ...(reason === undefined ? {} : { details: { reason } }) } },
});
