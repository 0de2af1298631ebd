import { setTimeout as pause } from 'node:timers/promises';
import { and, asc, gt, isNotNull, sql } from 'drizzle-orm';
import * as v from 'valibot';
import type { Database } from '../store/database.js';
import { certificates } from '../store/schema.js';
import type { Revocation } from '@cardwright/cms';

/** What a CRL is made of. */
export interface Revocations {
  /** Changes whenever a transaction that changed revocations was committed. */
  revision(): Promise<string>;
  /** The number of the next CRL (RFC 5280, 5.2.3): one more each time, whichever process asks. */
  nextNumber(): Promise<number>;
  /** Every entry, in pages: at least what was committed before the first page was asked for. */
  list(): AsyncIterable<readonly Revocation[]>;
}

/** What is revoked according to a database. */
export const revocationsIn = (db: Database): Revocations => ({
  revision: () => readCrlRevision(db),
  nextNumber: () => nextCrlNumber(db),
  list: () => listRevocations(db),
});

const PAGE = 1000;
/** Milliseconds of all pauses of one CRL together: one of a million entries must be finished in time, too. */
const PAUSES = 20_000;

/**
 * How long an expired certificate stays on the CRL: it must be on one that was signed after its expiry (RFC 5280, 3.3), and
 * none lives longer than a day.
 */
const AFTER_EXPIRY = sql`interval '1 day'`;

/**
 * What the CRL lists: every certificate that is revoked or on hold, in pages. After each it pauses for as long as that page took, so that
 * a CRL has half of the time at most, and other requests are answered in the rest.
 *
 * The pages are no single snapshot: what changes meanwhile may be listed or not. Whatever was committed before the first page is
 * listed, because pages follow the primary key, which never changes.
 */
export async function* listRevocations(db: Database): AsyncGenerator<readonly Revocation[], void, undefined> {
  let last: string | undefined;
  let pauses = PAUSES;
  do {
    const begun = performance.now();
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
    const took = Math.min(performance.now() - begun, pauses);
    pauses -= took;
    await pause(took);
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

async function nextCrlNumber(db: Database): Promise<number> {
  const result = await db.execute(sql`SELECT nextval('crl_number')::text AS number`);
  return v.parse(numberRow, result).rows[0].number;
}
