/** Node's error codes for a connection that cannot be made, or has broken. */
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
/**
 * PostgreSQL's SQLSTATE (appendix A): class 08, connection exceptions; 57P01 to 57P03, shutdown and startup; 53300, too many
 * connections.
 */
const SQL_STATES = /^(08...|57P0[123]|53300)$/;
/** Matches the errors without a code that `pg` throws if the connection was closed before or during a query. */
const CLOSED = /^(Connection terminated|Client has encountered a connection error)/;

/** True if a failure, or a cause of it, means that the database cannot be reached at the moment. */
export function isDatabaseAway(error: unknown): boolean {
  // Errors are recognised by their members, not by their class, because the classes of another library may belong to another realm.
  if (typeof error !== 'object' || error === null) return false;
  if ('code' in error && typeof error.code === 'string' && isAwayCode(error.code)) return true;
  if ('message' in error && typeof error.message === 'string' && CLOSED.test(error.message)) return true;
  return 'cause' in error && isDatabaseAway(error.cause);
}

const isAwayCode = (code: string): boolean => CONNECTION_CODES.has(code) || SQL_STATES.test(code);
