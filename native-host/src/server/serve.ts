import { once } from 'node:events';
import { CardwrightError, MAX_FRAME_BYTES } from '@cardwright/protocol';
import { killThisProcess, killThisProcessSoon } from '../kill-this-process.js';
import { FrameReader, FramingError, encodeFrame } from './framing.js';
import type { Send } from './connection.js';
import type { Log } from './log.js';
import type { HostServer } from './server.js';

/**
 * Serves one page session over standard input and output, from the first frame to the end of input.
 *
 * @param create creates the server of the session
 * @param write from `takeStandardOutput`, which is called before anything else is loaded
 */
export async function serve(
  create: (send: Send, die: () => void) => Promise<HostServer>,
  write: (frame: Buffer) => Promise<void>,
  log: Log,
): Promise<void> {
  let lastWrite: Promise<void> = Promise.resolve();
  const send = (message: object): void => {
    lastWrite = write(encodeFrame(message)).catch(() => {
      log.write('output closed', {}, 'warn');
    });
  };
  const server = await create(send, () => void lastWrite.finally(killThisProcess));
  const frames = new FrameReader(MAX_FRAME_BYTES);
  process.stdin.on('data', (chunk: Buffer) => {
    receive(server, frames, chunk, log);
  });
  await Promise.race([once(process.stdin, 'end'), once(process.stdin, 'close'), once(process.stdin, 'error')]);
  log.write('input ended', { incomplete: frames.incomplete });
  killThisProcessSoon();
  await server.close();
  await lastWrite;
  process.exit(0);
}

function receive(server: HostServer, frames: FrameReader, chunk: Buffer, log: Log): void {
  try {
    for (const frame of frames.push(chunk)) {
      if ('tooLong' in frame) server.refuse(new CardwrightError('MESSAGE_TOO_LARGE'));
      else server.receive(parse(frame.body));
    }
  } catch (error) {
    if (!(error instanceof FramingError)) throw error;
    log.write('input is no frame', {}, 'warn');
    server.refuse(new CardwrightError('INVALID_MESSAGE'));
    process.stdin.destroy();
  }
}

/** Input that is not JSON is treated like any other value that is not a message. */
function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
