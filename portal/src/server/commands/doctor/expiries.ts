import * as v from 'valibot';
import { findingsOf, type Finding } from '../../findings/finding.js';
import type { ReadOnlyDatabase } from './read-only-database.js';

const { ok, warning } = findingsOf('devices');

/** Numbers of active devices: those with a certificate that has ended, and all others with one that ends within 30 days. */
const EXPIRIES = `
  SELECT count(*) FILTER (WHERE ends <= now())::int AS ended, count(*) FILTER (WHERE ends > now())::int AS soon
  FROM (
    SELECT min(certificates.not_after) AS ends
    FROM certificates JOIN devices ON devices.id = certificates.device_id
    WHERE certificates.revocation_reason IS NULL AND certificates.not_after <= now() + interval '30 days'
      AND devices.state = 'active'
    GROUP BY devices.id
  ) AS expiring`;
const expiries = v.tuple([v.object({ ended: v.number(), soon: v.number() })]);

/** Number of notices of the last 30 days that were given up, or have been due for more than a day. */
const UNTOLD = `
  SELECT count(*)::int AS untold FROM notices
  WHERE created_at > now() - interval '30 days' AND (outcome = 'given-up' OR due_at < now() - interval '1 day')`;
const untold = v.tuple([v.object({ untold: v.number() })]);

/** Checks whether certificates of active devices have expired or soon will, and whether owners were told what they must know. */
export async function checkExpiries(database: ReadOnlyDatabase): Promise<Finding[]> {
  const [{ ended, soon }] = v.parse(expiries, await database.rows(EXPIRIES));
  const [{ untold: missed }] = v.parse(untold, await database.rows(UNTOLD));
  const told =
    missed === 0
      ? []
      : [
          warning(
            `Notices that their owners were not told: ${missed} in the last 30 days.`,
            'Read in the audit log which devices they are about, and in the log of the portal why they were not told.',
          ),
        ];
  return [...judge(ended, soon), ...told];
}

function judge(ended: number, soon: number): Finding[] {
  const next = soon === 0 ? [] : [ok(`Active devices whose certificates expire within 30 days: ${soon}.`)];
  if (ended === 0) return soon === 0 ? [ok('No certificate of an active device expires within 30 days.')] : next;
  const advice = 'Find them on the page Devices, with Expiry set to Expired.';
  return [warning(`Active devices with expired certificates: ${ended}.`, advice), ...next];
}
