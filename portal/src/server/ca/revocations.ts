import { setImmediate as otherWork } from 'node:timers/promises';
import { and, asc, gt, isNotNull, sql } from 'drizzle-orm';
import * as v from 'valibot';
import type { Database } from '../store/database.js';
import { certificates } from '../store/schema.js';
import type { Revocation } from '@cardwright/cms';

const PAGE = 1000;

/**
 * How long an expired certificate stays on the CRL: it must be on one that was signed after its expiry (RFC 5280, 3.3), and
 * none lives longer than a day.
 */
const AFTER_EXPIRY = sql`interval '1 day'`;

/**
 * What the CRL lists: every certificate that is revoked or on hold, in pages. Between two pages other requests are answered.
 *
 * The pages are no single snapshot: what changes meanwhile may be listed or not. Whatever was committed before the first page is
 * listed, because pages follow the primary key, which never changes.
 */
export async function* listRevocations(db: Database): AsyncGenerator<readonly Revocation[], void, undefined> {
  let last: string | undefined;
  do {
    const rows = await db
      .select({
        id: certificates.id,
        serialNumber: certificates.serialNumber,
        revokedAt: certificates.revokedAt,
        reason: certificates.revocationReason,
      })
      .from(certificates)
      .where(
        and(
          isNotNull(certificates.revokedAt),
          sql`${certificates.notAfter} > now() - ${AFTER_EXPIRY}`,
          last === undefined ? undefined : gt(certificates.id, last),
        ),
      )
      .orderBy(asc(certificates.id))
      .limit(PAGE);
    yield rows.flatMap(({ serialNumber, revokedAt, reason }) =>
      revokedAt && reason ? [{ serialNumber, revokedAt, reason }] : [],
    );
    last = rows.length === PAGE ? rows.at(-1)?.id : undefined;
    // The embedded database answers without letting other work run.
    await otherWork();
  } while (last !== undefined);
}

const revisionRow = v.object({ rows: v.tuple([v.object({ revision: v.string() })]) });
const numberRow = v.object({ rows: v.tuple([v.object({ number: v.pipe(v.string(), v.transform(Number)) })]) });

/**
 * The revision of the revocations: it changes whenever a transaction that changed them was committed. A caller that reads it before
 * `listRevocations` gets at least what it stands for.
 */
export async function readCrlRevision(db: Database): Promise<string> {
  const result = await db.execute(sql`SELECT revision::text AS revision FROM crl_revision`);
  return v.parse(revisionRow, result).rows[0].revision;
}

/** The number of the next CRL (RFC 5280, 5.2.3): one more each time, whichever process asks. */
export async function nextCrlNumber(db: Database): Promise<number> {
  const result = await db.execute(sql`SELECT nextval('crl_number')::text AS number`);
  return v.parse(numberRow, result).rows[0].number;
}
