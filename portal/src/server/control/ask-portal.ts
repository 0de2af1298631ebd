import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import * as v from 'valibot';
import type { Counts } from '../store/backup/format.js';
import { BACKUP_REQUEST, COUNTS_HEADER, LONGEST_SILENCE } from './control-socket.js';

/** Milliseconds in which a portal has its backup ready. */
const LONGEST_BACKUP = 10 * 60_000;
const OK = 200;

const counts = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.number()));

/**
 * Asks the running portal for a backup, through its local socket, and writes the backup to a stream.
 *
 * @param socket path of the socket (`socketIn`)
 * @param patience milliseconds in which the backup has to be ready
 * @returns the number of rows of each table; undefined if no portal listens there
 * @throws Error with words for the administrator if the portal refuses, this user may not connect, or the answer is not whole
 */
export async function backupFromPortal(
  socket: string,
  output: NodeJS.WritableStream,
  patience = LONGEST_BACKUP,
): Promise<Counts | undefined> {
  const sent = request({ socketPath: socket, ...BACKUP_REQUEST, timeout: patience });
  sent.on('timeout', () => sent.destroy(new Error('the portal does not answer')));
  sent.end();
  let answer: IncomingMessage;
  try {
    [answer] = (await once(sent, 'response')) as [IncomingMessage];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
    if (code === 'EACCES') throw new Error(`${socket} is not open to this user; run this as root`, { cause: error });
    throw error;
  }
  answer.setTimeout(LONGEST_SILENCE, () => answer.destroy(new Error('the portal stopped sending')));
  if (answer.statusCode !== OK) throw new Error(`the portal made no backup: ${await text(answer)}`);
  const parsed = v.safeParse(counts, answer.headers[COUNTS_HEADER]);
  if (!parsed.success) {
    answer.destroy();
    throw new Error('the portal made no backup: its answer is not understood');
  }
  // Ends with an error if the connection ends before the announced length.
  await pipeline(answer, output);
  return parsed.output;
}
