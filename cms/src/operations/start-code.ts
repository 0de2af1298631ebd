import { CardwrightError } from '@cardwright/protocol';
import type { Eligible } from '../devices/eligibility.js';
import { tryCode } from '../devices/unlock-code.js';
import type { Records } from '../store/records.js';
import type { Operation } from '../store/rows.js';
import type { OperationDefinition } from './definition.js';
import { spend } from './quotas.js';
import type { Requester, Services } from './services.js';

/** Notes the operation for which a code was used. */
export type CodeUse = (operationId: string) => void;

/** A start with its verdict, before its code is checked. */
interface Start {
  readonly definition: OperationDefinition;
  readonly verdict: Eligible;
  /** One-time code, as the page sent it. */
  readonly code: string | undefined;
  /** The person's running operations on the card. */
  readonly running: readonly Operation[];
}

/**
 * Checks the one-time code of a start, if the operation needs a code. A code is valid for one operation. If the request is repeated, or the operation
 * was interrupted, the operation may be started with the same code again.
 *
 * @returns a function that notes the use of the code; or the error `CODE_NEEDED` or `CODE_INCORRECT`, which is not thrown, so that the transaction is
 * kept and a wrong code counts
 * @throws RateLimited (`RATE_LIMITED`) if the person has tried too many codes
 */
export async function takeCode(
  { store, quotas }: Services,
  records: Records,
  { person }: Requester,
  { definition, verdict, code, running }: Start,
): Promise<CodeUse | CardwrightError> {
  if (definition.needsCode?.(verdict.policy) !== true) return () => undefined;
  if (code === undefined) return new CardwrightError('CODE_NEEDED');
  await spend(records.transaction, person, 'unlock-code', quotas.codeTriesPerHour);
  const device = verdict.device && (await records.openDevice(verdict.device.id));
  if (!device) throw new Error(`operation ${definition.kind} needs the code of a device that it does not know`);
  const { username: actor } = person;
  const { id: deviceId } = device.row;
  const ids = running.map(({ id }) => id);
  const wrong = await tryCode(device, store.keys, code, ids, records.now);
  if (wrong) {
    records.record({ actor, event: 'unlock-code.refused', outcome: 'failed', deviceId, detail: { ...wrong } });
    return new CardwrightError('CODE_INCORRECT', wrong);
  }
  return (operationId) => {
    if (device.row.unlockCodeOperation === operationId) return;
    device.change({ unlockCodeOperation: operationId });
    records.record({ actor, event: 'unlock-code.used', deviceId, operationId });
  };
}
