import { isCardwrightError, type OperationAnswer } from '@cardwright/protocol';

/** Why an operation stopped: as the portal says it, or as the host does when the card went between two steps. */
export const interruptionOf = (issuance: Promise<OperationAnswer>): Promise<string | undefined> =>
  issuance.then(
    ({ error }) => error?.data.name,
    (error: unknown) => (isCardwrightError(error) ? error.code : String(error)),
  );
