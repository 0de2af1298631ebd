import type { CardwrightError, Result } from '@cardwright/protocol';
import { keepEscrow } from '../devices/escrow.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Consequence } from '../operations/definition.js';
import type { DeviceRecord } from '../store/device-record.js';
import { noteRefusedPuk, releasePuk, type PukPair } from './puk.js';

/**
 * Keeps the escrow of the secrets that the host prepared. The step that applies them to the card may be sent only afterwards.
 *
 * @returns the id of the escrow
 * @throws CardwrightError as `keepEscrow` does
 */
export async function keepPrepared(
  context: OperationContext,
  device: DeviceRecord,
  { escrow: sealed, digest }: Result<'credentials.prepare'>,
): Promise<string> {
  const { operation, records, services } = context;
  const escrow = { operationId: operation.id, sealed, digest, context: context.sealContext('escrow') };
  const id = await keepEscrow(device, services.store.keys, escrow, records.now);
  context.report('escrow.stored');
  return id;
}

interface Answers {
  /** Called once the card has the secrets of the escrow. */
  readonly applied: (result: Result<'credentials.apply'>) => void | Promise<void>;
  /** Handles an error before it counts as a refusal of the PUK. Returns undefined for an error that it does not know. */
  readonly failed?: (error: CardwrightError) => Consequence | undefined;
}

/**
 * Makes the call that applies the secrets of the newest escrow to the card.
 *
 * @param pairOf returns that escrow, and the one whose PUK the card may still have
 */
export const applyPrepared = (context: OperationContext, pairOf: () => PukPair, { applied, failed }: Answers): Call =>
  call(
    'credentials.apply',
    async () => ({ digest: pairOf().newest.sha256, secrets: { puk: await releasePuk(context, pairOf()) } }),
    { read: applied, failed: (error) => failed?.(error) ?? noteRefusedPuk(context, pairOf().newest, error) },
  );
