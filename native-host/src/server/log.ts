/** What a log line may hold: names, numbers and codes. Parameters and results are never logged. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** The host's log: lines of JSON, by default on standard error, which the browser keeps or discards. */
export class Log {
  /** @param sink takes each line, without its end */
  constructor(private readonly sink: (line: string) => void = writeToStandardError) {}

  write(event: string, fields: LogFields = {}): void {
    this.sink(JSON.stringify({ time: new Date().toISOString(), event, ...fields }));
  }

  /** Logs a defect with its incident id and its stack, which tells places in the code but no values. */
  readonly defect = (incident: string, error: unknown): void => {
    const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 8).join(' ') : '';
    this.write('defect', { incident, kind: error instanceof Error ? error.name : typeof error, stack });
  };
}

function writeToStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}
