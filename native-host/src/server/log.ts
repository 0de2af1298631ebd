/** What a log line may hold: names, numbers and codes. Parameters and results are never logged. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Writes one line of JSON to standard error, which the browser keeps or throws away. */
export function log(event: string, fields: LogFields = {}): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`);
}

/** Logs a defect with its incident id and its stack, which tells places in the code but no values. */
export function logDefect(incident: string, error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 8).join(' ') : '';
  log('defect', { incident, kind: error instanceof Error ? error.name : typeof error, stack });
}
