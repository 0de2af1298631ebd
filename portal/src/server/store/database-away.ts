/** Codes of Node for a connection that cannot be made, or broke. */
const CONNECTION_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);
/** PostgreSQL's SQLSTATE (appendix A): class 08, connection exceptions; 57P01 to 57P03, it stops or starts; 53300, no room left. */
const SQL_STATES = /^(08...|57P0[123]|53300)$/;
/** What `pg` says without a code when the connection was closed under a query. */
const CLOSED = /^(Connection terminated|Client has encountered a connection error)/;

/** Whether something failed because the database cannot be reached now, and may be later; it looks through causes. */
export function isDatabaseAway(error: unknown): boolean {
  // By its members, not its class: another library's errors need not be of this realm.
  if (typeof error !== 'object' || error === null) return false;
  if ('code' in error && typeof error.code === 'string' && isAwayCode(error.code)) return true;
  if ('message' in error && typeof error.message === 'string' && CLOSED.test(error.message)) return true;
  return 'cause' in error && isDatabaseAway(error.cause);
}

const isAwayCode = (code: string): boolean => CONNECTION_CODES.has(code) || SQL_STATES.test(code);
