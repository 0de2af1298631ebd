import {
  CardwrightError,
  commands,
  isMethod,
  isStepMethod,
  validate,
  type Method,
  type Params,
} from '@cardwright/protocol';
import type { CardFacts, DeviceInfo } from '@cardwright/protocol/devices';
import { readStep, type StepCommand } from '@cardwright/protocol/steps';
import type { HostSession } from './host-session.js';
import type { Peer } from './peer.js';

/** One command of an admitted step, with validated parameters. */
export type AdmittedCommand = { readonly [M in Method]: { readonly method: M; readonly params: Params<M> } }[Method];

export interface AdmittedStep {
  readonly operation: string;
  readonly number: number;
  readonly commands: readonly AdmittedCommand[];
}

/**
 * Admits the steps that the CMS signed for this session and the held device, until they expire. The steps of an operation must come in the order of
 * their numbers, each once. Everything is checked before the first command runs, so that a refused step does not affect a card.
 */
export class StepGate {
  /** The number of the last admitted step, by operation. */
  readonly #seen = new Map<string, number>();

  constructor(
    private readonly session: Pick<HostSession, 'id'> & { readonly peer: Pick<Peer, 'origin' | 'cms'> },
    /** Returns the time in seconds since 1970. */
    private readonly now: () => number = () => Math.floor(Date.now() / 1000),
  ) {}

  /**
   * Checks a step, and returns it with validated commands.
   *
   * @param heldDevice returns the device that this session holds, or null if it holds no device; called after the checks that need no device
   * @throws CardwrightError `STEP_REFUSED` with the reason, `DEVICE_NOT_OPEN`, `INVALID_PARAMS` of one command, or an error that `heldDevice`
   *   throws
   */
  async admit(jws: string, heldDevice: () => DeviceInfo | null): Promise<AdmittedStep> {
    const { origin, cms } = this.session.peer;
    if (cms === null) throw new CardwrightError('STEP_REFUSED', { reason: 'signature' });
    const step = await readStep(jws, cms);
    if (step.origin !== origin) throw new CardwrightError('STEP_REFUSED', { reason: 'origin' });
    if (step.session !== this.session.id) throw new CardwrightError('STEP_REFUSED', { reason: 'session' });
    if (step.expires <= this.now()) throw new CardwrightError('STEP_REFUSED', { reason: 'expired' });
    const open = heldDevice();
    if (open === null) throw new CardwrightError('DEVICE_NOT_OPEN');
    if (step.device !== open.id) throw new CardwrightError('STEP_REFUSED', { reason: 'device' });
    if (!isSameCard(step.card, open)) throw new CardwrightError('STEP_REFUSED', { reason: 'card' });
    if (step.number <= (this.#seen.get(step.operation) ?? -1))
      throw new CardwrightError('STEP_REFUSED', { reason: 'order' });
    const admitted = step.commands.map(admitCommand);
    this.#seen.set(step.operation, step.number);
    return { operation: step.operation, number: step.number, commands: admitted };
  }
}

/**
 * True if the step was made for this card in its present state. A page could have reported another card to the CMS, or hidden that this card is
 * issued.
 */
function isSameCard(told: CardFacts, { model, serial, guid, certificates }: CardFacts): boolean {
  const sorted = (slots: CardFacts['certificates']) => [...slots].sort().join();
  return (
    told.model === model &&
    told.serial === serial &&
    told.guid === guid &&
    sorted(told.certificates) === sorted(certificates)
  );
}

function admitCommand({ method, params }: StepCommand): AdmittedCommand {
  if (!isMethod(method) || !isStepMethod(method)) throw new CardwrightError('STEP_REFUSED', { reason: 'content' });
  // The schema of this method has just accepted the parameters.
  return { method, params: validate(commands[method].params, params) } as AdmittedCommand;
}
