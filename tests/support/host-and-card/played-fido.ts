import {
  CardwrightError,
  commands,
  type CommandOutcome,
  type Params,
  type RegistrationResponse,
  type Result,
  type StepPayload,
  type UserParams,
} from '@cardwright/protocol';
import * as v from 'valibot';
import { registerLikeABrowser } from '../../simulation/passkeys/support/browser.js';
import type { SoftwareAuthenticator } from '../passkeys/software-authenticator.js';
import type { TestCard } from './test-card.js';

const CREATE = 'fido.createCredential';

type Created = Result<typeof CREATE>;

/** What a user and the browser do about the FIDO2 application, and what a host says of it that lies. */
export class PlayedFido {
  /** Orders of passkeys, in all steps that were run. */
  readonly orders: Params<typeof CREATE>[] = [];
  /** The user's FIDO PIN, which they type; throws where they do not. */
  user: () => string = () => '852074';
  /** The same in the dialog of the browser, where they choose it if there is none. */
  dialog: () => string = () => '852074';
  /** The user's answer to the question whether it may be reset. */
  confirm: () => void = () => undefined;
  /** The security key that the user takes in the dialog of the browser; this device by default. */
  taken: SoftwareAuthenticator | undefined;
  /** What a lying host makes of a result; throws where it says that it failed. */
  lie: (created: Created) => Created = (created) => created;

  constructor(private readonly card: TestCard) {}

  noteOrders({ commands: ordered }: StepPayload): void {
    for (const { method, params } of ordered)
      if (method === CREATE) this.orders.push(v.parse(commands[method].params, params));
  }

  /** What the browser does while it has the device. */
  async createPasskey(
    { options, origin }: UserParams<'user.createPasskey'>,
    temporaryPin: string | null,
  ): Promise<RegistrationResponse> {
    if (this.taken) return this.taken.register(options, origin).response;
    const { board, reader } = this.card.readerOfBrowser();
    return registerLikeABrowser(board, reader, { options, origin }, temporaryPin ?? this.dialog());
  }

  /** What the page gets for the outcomes of a step. */
  tell(outcomes: readonly CommandOutcome[]): CommandOutcome[] {
    return outcomes.map((outcome) => {
      if (outcome.method !== CREATE || !('result' in outcome)) return outcome;
      try {
        return { ...outcome, result: { ...this.lie(v.parse(commands[CREATE].result, outcome.result)) } };
      } catch (error) {
        if (!(error instanceof CardwrightError)) throw error;
        return { method: CREATE, error: error.toWire() };
      }
    });
  }
}
