import { setTimeout as pause } from 'node:timers/promises';
import { and, asc, eq, gt, isNotNull, isNull, notInArray, or, sql, type SQL } from 'drizzle-orm';
import * as v from 'valibot';
import type { Database } from '../store/database.js';
import { certificatesWithIssuers as certificates } from '../store/issuer-key.js';
import type { Revocation } from '@cardwright/cms/authority';

/** The revocations that a CRL lists. */
export interface Revocations {
  /** Returns a value that changes with every committed transaction that changed revocations. */
  revision(): Promise<string>;
  /**
   * Returns the number of the next CRL (RFC 5280, 5.2.3), which is higher than every number before, across all processes. Numbers
   * may be skipped.
   */
  nextNumber(): Promise<number>;
  /** Lists the entries of a CRL, in pages: at least every revocation committed before the first page was requested. */
  list(): AsyncIterable<readonly Revocation[]>;
}

/** Whose certificates a CRL lists: of all issuers, of one key, or of all keys but some. Keys are given by their identifiers, as certificates state them. */
export type Issuer = 'all' | { readonly only: string } | { readonly allBut: readonly string[] };

/** Reads the revocations from a database. */
export const revocationsIn = (db: Database, issuer: Issuer = 'all'): Revocations => ({
  revision: () => readCrlRevision(db),
  nextNumber: () => nextCrlNumber(db),
  list: () => listRevocations(db, issuer),
});

const PAGE = 1000;
/** Maximum milliseconds of all pauses for one CRL together, so that the pauses do not delay a CRL of a million entries too much. */
const PAUSES = 20_000;

/**
 * Time for which an expired certificate stays on the CRL. A revoked certificate must appear on a CRL that was signed after its
 * expiry (RFC 5280, 3.3). A day suffices, because no CRL is valid for longer.
 */
const AFTER_EXPIRY = sql`interval '1 day'`;

/**
 * Lists the revoked and held certificates for the CRL, in pages, except certificates that expired more than `AFTER_EXPIRY` ago. After each page,
 * the function pauses for as long as the page took, so that other requests are answered meanwhile. All pauses together last at most `PAUSES`.
 *
 * The pages are not a single snapshot: a change made meanwhile may or may not be listed. Everything committed before the first page is listed,
 * because pages follow the primary key, which never changes.
 */
export async function* listRevocations(
  db: Database,
  issuer: Issuer = 'all',
): AsyncGenerator<readonly Revocation[], void, undefined> {
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
          isOf(issuer),
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

function isOf(issuer: Issuer): SQL | undefined {
  if (issuer === 'all') return undefined;
  if ('only' in issuer) return eq(certificates.issuerKey, issuer.only);
  return or(isNull(certificates.issuerKey), notInArray(certificates.issuerKey, [...issuer.allBut]));
}

const revisionRow = v.object({ rows: v.tuple([v.object({ revision: v.string() })]) });
const numberRow = v.object({ rows: v.tuple([v.object({ number: v.pipe(v.string(), v.transform(Number)) })]) });

/**
 * Reads the revision of the revocations, which changes with every committed transaction that changed them. A caller that reads the revision
 * before it calls `listRevocations` gets at least the revocations of that revision.
 */
export async function readCrlRevision(db: Database): Promise<string> {
  const result = await db.execute(sql`SELECT revision::text AS revision FROM crl_revision`);
  return v.parse(revisionRow, result).rows[0].revision;
}

async function nextCrlNumber(db: Database): Promise<number> {
  const result = await db.execute(sql`SELECT nextval('crl_number')::text AS number`);
  return v.parse(numberRow, result).rows[0].number;
}
