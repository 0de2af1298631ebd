import * as v from 'valibot';
import { networkOf } from '../../access.js';
import { REQUEST_ID } from '../../requests/request-ids.js';
import type { ShownEntry } from '../../store/audit-list.js';
import { line, of, sends, type RouteTable } from './route.js';

/** Schema of `before`: the `next` of the previous page. */
export const auditPosition = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));

const moment = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((written) => new Date(written)),
  v.date(),
);

/** Members of a query that choose entries of the audit log. All given members must fit. */
const FILTER = {
  /** User name of the person who did something, or whose account an entry is about. */
  person: v.exactOptional(v.pipe(line(64), v.trim(), v.toLowerCase(), v.minLength(1))),
  /** Kind of event. */
  event: v.exactOptional(v.pipe(v.string(), v.maxLength(60), v.regex(/^[a-z]+([.-][a-z]+)*$/))),
  /** Address, or a network as in `192.0.2.0/24`. */
  address: v.exactOptional(
    v.pipe(
      v.string(),
      v.maxLength(60),
      v.transform(networkOf),
      v.string('expected an address or a network such as 192.0.2.0/24'),
    ),
  ),
  /** Id of the request that caused an entry, which its answer had in `x-request-id`. */
  request: v.exactOptional(v.pipe(v.string(), v.trim(), v.regex(REQUEST_ID))),
  /** Time of the first entry, in ISO 8601. */
  from: v.exactOptional(moment),
  /** Time before which the last entry was written, in ISO 8601. */
  to: v.exactOptional(moment),
};

/** The audit log. */
export const AUDIT_ROUTES = {
  'GET /api/operator/audit': {
    who: 'see-audit',
    takes: v.object({ query: v.strictObject({ ...FILTER, before: v.exactOptional(auditPosition) }) }),
    answer: v.object({
      entries: of<readonly ShownEntry[]>(),
      /** Value for `before`; null on the last page. */
      next: v.nullable(v.number()),
    }),
    sentence: 'Lists a page of the audit log, newest first: all of it, or what fits the filter.',
  },
  'GET /api/operator/audit/export': {
    who: 'see-audit',
    bound: 'change',
    takes: v.object({ query: v.strictObject({ ...FILTER, format: v.picklist(['csv', 'jsonl']) }) }),
    answer: sends('text/csv, application/jsonl'),
    withoutHead: true,
    sentence: 'Sends all entries of the audit log that fit the filter as a file. The audit log tells who did that.',
  },
} as const satisfies RouteTable;
