import { createCms, type Cms } from '@cardwright/cms';
import type { OperationDefinition } from '@cardwright/cms/operations';
import type { PasskeyService } from '@cardwright/cms/passkeys';
import { findById } from '../accounts/accounts.js';
import { tellOwner } from './tell-owner.js';
import { LONGEST_CALL } from '../passkeys/settings.js';
import type { PortalAuthority } from '../ca/portal-authority.js';
import type { PortalData } from './data.js';
import type { Opening } from './opening.js';

const SECOND = 1000;
/**
 * Milliseconds for one call of a passkey service. This is longer than the time limits that the services themselves have (`LONGEST_CALL`), so that
 * the limits of the services apply first.
 */
const PASSKEY_TIMEOUT = (LONGEST_CALL + 1) * SECOND;

/** Opened parts of a portal that the card management (CMS) needs. */
export interface OperationParts {
  readonly data: PortalData;
  readonly authority: PortalAuthority;
  readonly passkeyServices: readonly PasskeyService[];
}

/** Makes the card management (CMS), which runs the operations on devices. */
export function openOperations(
  { configuration, origin }: Opening,
  { data, authority, passkeyServices }: OperationParts,
  operations: readonly OperationDefinition[],
): Cms {
  const { deviceLimit, operationAge, quotas } = configuration;
  return createCms({
    store: data.store,
    authority: authority.unbound,
    authorityTimeout: configuration.authority.timeout,
    certificatePolicies: data.certificatePolicies,
    passkeyServices,
    passkeyTimeout: PASSKEY_TIMEOUT,
    findPerson: (id) => findById(data.database.db, id),
    onNotice: tellOwner,
    origin,
    operations,
    deviceLimit,
    operationAge,
    quotas,
  });
}
