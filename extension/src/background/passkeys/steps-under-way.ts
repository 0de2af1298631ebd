import { CardwrightError, commands, isCardwrightError, type ErrorData, type UserParams } from '@cardwright/protocol';
import type { PublicJwkSet } from '@cardwright/protocol/schemas';
import { readStep, type StepPayload } from '@cardwright/protocol/steps';
import * as v from 'valibot';

/** A host's request for a passkey. */
export type AskedPasskey = UserParams<'user.createPasskey'>;

/** The parties that a step must be bound to: the CMS that signed the step, the site, and the session. */
export interface StepBinding {
  /** Keys of the CMS; null if the site has no keys, so that no step can be valid. */
  readonly cms: PublicJwkSet | null;
  readonly origin: string;
  readonly session: string;
}

interface Step {
  readonly jws: string;
  /** Start of the step, in milliseconds since 1970. */
  readonly since: number;
}

/**
 * The steps that the page has passed to the host and that are not yet answered. The extension itself verifies these steps, so neither a
 * page nor a host can let the browser create a passkey that the CMS did not order.
 */
export class StepsUnderWay {
  readonly #steps = new Set<Step>();
  /** Commands for which a passkey was begun. Each command allows a single passkey. */
  readonly #taken = new Set<string>();

  /** Counts the step as under way while `run` passes the step to the host and waits for the answer. */
  async during<T>(jws: string, run: () => Promise<T>): Promise<T> {
    const step = { jws, since: Date.now() };
    this.#steps.add(step);
    try {
      return await run();
    } finally {
      this.#steps.delete(step);
    }
  }

  /**
   * Finds the command of a step that orders exactly the passkey that the host asks for, and marks the command as used. Each command can
   * be used once.
   *
   * @throws CardwrightError `STEP_REFUSED`
   */
  async take(asked: AskedPasskey, binding: StepBinding): Promise<void> {
    let refusal = refuse('order');
    for (const step of [...this.#steps]) {
      try {
        const index = findCommand(await readBound(step, binding, asked), asked);
        const name = `${asked.operation} ${index}`;
        // The step may have ended while it was verified.
        if (!this.#steps.has(step) || this.#taken.has(name)) continue;
        this.#taken.add(name);
        return;
      } catch (error) {
        if (!isCardwrightError(error, 'STEP_REFUSED')) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }
}

const refuse = (reason: ErrorData<'STEP_REFUSED'>['reason']) => new CardwrightError('STEP_REFUSED', { reason });

async function readBound({ jws, since }: Step, { cms, origin, session }: StepBinding, asked: AskedPasskey) {
  if (cms === null) throw refuse('signature');
  const step = await readStep(jws, cms);
  if (step.origin !== origin) throw refuse('origin');
  if (step.session !== session) throw refuse('session');
  if (step.device !== asked.device.id) throw refuse('device');
  if (step.operation !== asked.operation) throw refuse('content');
  // Only the start of the step counts: the user may take longer than the step is valid.
  if (step.expires * 1000 <= since) throw refuse('expired');
  return step;
}

/**
 * Returns the number of the step and the index of the command that orders the passkey, separated by a blank.
 *
 * @throws CardwrightError `STEP_REFUSED` if no command orders the passkey
 */
function findCommand({ number, commands: ordered }: StepPayload, { way, origin, options }: AskedPasskey): string {
  const index = ordered.findIndex(({ method, params }) => {
    if (method !== 'fido.createCredential') return false;
    const parsed = v.safeParse(commands[method].params, params);
    return (
      parsed.success &&
      parsed.output.way === way &&
      parsed.output.origin === origin &&
      isSameJson(parsed.output.options, options)
    );
  });
  if (index < 0) throw refuse('content');
  return `${number} ${index}`;
}

/** True if two JSON values are equal. The order of members does not matter. */
function isSameJson(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const members = new Map(Object.entries(one));
  const others = Object.entries(other);
  return (
    members.size === others.length &&
    others.every(([name, value]) => members.has(name) && isSameJson(members.get(name), value))
  );
}
