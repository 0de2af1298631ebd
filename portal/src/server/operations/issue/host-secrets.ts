import { seal, type Purpose } from '@cardwright/protocol';
import { record } from '../../audit.js';
import type { OperationContext } from '../operation-kind.js';
import type { IssueState } from './issue-state.js';

/** Seals a secret of the CMS to the host's session key, and puts into the audit log that it left the portal. */
export async function sealToHost(context: OperationContext, state: IssueState, purpose: Purpose, secret: string) {
  const { db, user, origin, operation } = context;
  const sealed = await seal(new TextEncoder().encode(secret), state.hostKey, {
    origin,
    operation: operation.id,
    device: state.device.id,
    session: operation.session,
    purpose,
  });
  await record(db, {
    actor: user.username,
    event: 'secret.released',
    operationId: operation.id,
    deviceId: operation.deviceId,
    detail: { purpose, to: 'host' },
  });
  return { source: 'cms', sealed } as const;
}
