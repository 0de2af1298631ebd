import { isCardwrightError } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';

/** Returns why an operation stopped: from the portal, or from the host if the card went between two steps. */
export const interruptionOf = (issuance: Promise<OperationAnswer>): Promise<string | undefined> =>
  issuance.then(
    ({ error }) => error?.data.name,
    (error: unknown) => (isCardwrightError(error) ? error.code : String(error)),
  );
