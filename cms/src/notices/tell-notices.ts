import { withDeadline } from '../deadline.js';
import { inTransaction } from '../store/in-transaction.js';
import type { Records } from '../store/records.js';
import type { Notice, NoticeOutcome } from '../store/rows.js';
import type { DeviceRecord } from '../store/device-record.js';
import { WORK_KINDS } from '../rules/work-kinds.js';
import { noteExpiries, type ExpiryServices } from './note-expiries.js';
import type { DeviceNotice, OnNotice } from './on-notice.js';
import { isTooOld, MOST_ATTEMPTS, nextAttempt, SHORTEST_PAUSE } from './schedule.js';

/** Maximum number of notices in one run. */
const MOST = 1000;

/** Maximum number of milliseconds for one call of `onNotice`: a minute less than the shortest pause, because two clocks may differ. */
const LONGEST_TIMEOUT = SHORTEST_PAUSE - 60_000;

/** Dependencies of the notices. */
export interface NoticeServices extends ExpiryServices {
  readonly onNotice: OnNotice;
  /** Milliseconds that one call of `onNotice` may take. */
  readonly noticeTimeout: number;
}

/** A notice that this run has claimed: no other process passes it to `onNotice` before `nextAttempt`. */
interface Claim {
  readonly notice: Notice;
  readonly told: DeviceNotice;
}

/** Notices of work that waits. */
const ASKED: ReadonlySet<Notice['kind']> = new Set(Object.values(WORK_KINDS).map(({ notice }) => notice));

/** The error of a call that did not end in time. */
class Late extends Error {
  override readonly name = 'Late';
}

/**
 * Passes each notice that is due to `onNotice`, the longest due first. No transaction is open meanwhile. A notice that `onNotice` does not take
 * stays due. After a call that did not end in time, the run ends.
 *
 * @param signal ends the run before the next notice
 * @returns the number of notices told
 * @throws the first error of `onNotice`, after all other notices were tried
 */
export async function tellDueNotices(services: NoticeServices, signal?: AbortSignal): Promise<number> {
  const { store, now } = services;
  await noteExpiries(services, MOST, signal);
  const due = await store.transaction((transaction) => transaction.dueNotices(now(), MOST));
  const defects: unknown[] = [];
  let count = 0;
  for (const notice of due) {
    if (signal?.aborted === true || defects.some((defect) => defect instanceof Late)) break;
    const claim = await inTransaction(services, (records) => claimNotice(records, notice));
    if (claim === null) continue;
    try {
      await pass(services, claim.told);
    } catch (error) {
      defects.push(error);
      await inTransaction(services, (records) => noteFailure(records, claim.notice, error));
      continue;
    }
    await inTransaction(services, (records) => settle(records, claim.notice, 'told'));
    count += 1;
  }
  if (defects.length > 0) throw defects[0];
  return count;
}

/**
 * Requires that an attempt ends before the next one may begin in another process.
 *
 * @throws Error if the timeout is too long
 */
export function requireNoticeTimeout(timeout: number): void {
  if (timeout > LONGEST_TIMEOUT) throw new Error(`expected a noticeTimeout of at most ${LONGEST_TIMEOUT} ms`);
}

const pass = ({ onNotice, noticeTimeout }: NoticeServices, told: DeviceNotice): Promise<void> =>
  withDeadline(
    noticeTimeout,
    async (signal) => onNotice(told, signal),
    (cause) => new Late('a notice was not taken in time', { cause }),
  );

/** Claims a notice, unless another process was faster, or the notice is outdated. The device is locked first. */
async function claimNotice(records: Records, { id, deviceId }: Notice): Promise<Claim | null> {
  const device = await records.openDevice(deviceId);
  const notice = await records.transaction.openNotice(id);
  const { now } = records;
  const dueAt = notice?.dueAt ?? null;
  if (!device || !notice || dueAt === null || dueAt > now) return null;
  if (isTooOld(notice, now) || !holds(notice, device)) return end(records, notice, 'outdated');
  if (notice.attempts >= MOST_ATTEMPTS) return end(records, notice, 'given-up');
  const attempt = notice.attempts + 1;
  const claimed = { ...notice, attempts: attempt, dueAt: nextAttempt(attempt, now) };
  records.putNotice(claimed);
  const { kind, reason, days, expiresAt, ownerId, createdAt: at } = notice;
  const { model, modelName, serial } = device.row;
  const about = { id: deviceId, model, modelName, serial };
  return { notice: claimed, told: { id, kind, reason, days, expiresAt, ownerId, device: about, at, attempt } };
}

/**
 * True if a notice still says something true. A change has happened, whatever became of the device since: its owner of that time is told. Work
 * matters only while it waits. An expiry no longer matters if the device has another owner, is not active, or has no good certificate left with this
 * end.
 */
function holds({ kind, ownerId, expiresAt }: Notice, { row, certificates, work }: DeviceRecord): boolean {
  if (ASKED.has(kind)) return work.some((one) => WORK_KINDS[one.kind].notice === kind);
  return (
    kind !== 'expires' ||
    (row.state === 'active' &&
      row.ownerId === ownerId &&
      certificates.some(
        ({ notAfter, revocationReason }) => revocationReason === null && notAfter.getTime() === expiresAt?.getTime(),
      ))
  );
}

async function noteFailure(records: Records, notice: Notice, error: unknown): Promise<void> {
  // The error itself is not recorded, because its words may quote names or addresses.
  const why = error instanceof Late ? 'late' : 'failed';
  if (notice.attempts >= MOST_ATTEMPTS) await settle(records, notice, 'given-up', why);
}

/** Gives a notice its outcome, unless another process has claimed it since. */
async function settle(
  records: Records,
  { id, attempts }: Notice,
  outcome: NoticeOutcome,
  error?: string,
): Promise<void> {
  const notice = await records.transaction.openNotice(id);
  if (notice?.attempts === attempts && notice.outcome === null) end(records, notice, outcome, error);
}

function end(records: Records, notice: Notice, outcome: NoticeOutcome, error?: string): null {
  records.putNotice({ ...notice, dueAt: null, outcome });
  const { id, kind, days, attempts, deviceId } = notice;
  if (outcome === 'told' || outcome === 'given-up')
    records.record({
      actor: 'portal',
      event: outcome === 'told' ? 'notice.told' : 'notice.failed',
      outcome: outcome === 'told' ? 'ok' : 'failed',
      deviceId,
      detail: { notice: id, kind, days, attempts, ...(error === undefined ? {} : { why: error }) },
    });
  return null;
}
