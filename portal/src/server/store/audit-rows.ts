import { currentAccess } from '../access.js';
import type { Database } from './database.js';
import { audit } from './schema.js';

type Row = typeof audit.$inferInsert;
/** A new row of the audit log. A row without an outcome is about something that succeeded. */
type NewRow = Omit<Row, 'outcome' | 'detail'> & Partial<Pick<Row, 'outcome' | 'detail'>>;

/**
 * Makes the statement that appends to the audit log, the only one in the portal. Each row tells from where, by what way and in which session the
 * request under way was sent.
 */
export function insertAudit(db: Database, rows: readonly NewRow[]) {
  const access = currentAccess();
  return db.insert(audit).values(rows.map((row) => ({ outcome: 'ok' as const, detail: {}, ...access, ...row })));
}
