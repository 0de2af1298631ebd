import { once } from 'node:events';
import { MAX_FRAME_BYTES } from '@cardwright/protocol/limits';
import { readJson } from '@cardwright/protocol/messages';
import { killThisProcess, killThisProcessSoon } from '../kill-this-process.js';
import { FrameReader, FramingError, encodeFrame, type Frame } from './framing.js';
import type { FirstAnswer } from './greeting.js';
import type { Log } from './log.js';
import type { Receiver, Send } from './receiver.js';
import { readFirstInput, takeStandardOutput, writeFirstOutput } from './stdio.js';

/** The parts of a host that serves one page session over standard input and output. */
export interface ServeOptions {
  /** Returns the answer to the first message. Returns null if the message is not an `initialize` that this host accepts. */
  readonly answerFirst: (message: unknown) => FirstAnswer | null;
  /** Loads the code that answers all other messages. Never rejects. */
  readonly open: (first: FirstAnswer | null, send: Send, die: () => void) => Promise<Receiver>;
  readonly log: Log;
}

/** Serves one page session over standard input and output, from the first frame to the end of input. Then ends the process. */
export async function serve({ answerFirst, open, log }: ServeOptions): Promise<void> {
  let lastWrite: Promise<void> = Promise.resolve();
  let write: ReturnType<typeof takeStandardOutput> | undefined;
  const send: Send = (message) => {
    const frame = encodeFrame(message);
    const rest = write ? frame : frame.subarray(writeFirstOutput(frame));
    write ??= takeStandardOutput();
    if (rest.length === 0) return;
    lastWrite = write(rest).catch(() => {
      log.write('output closed', {}, 'warn');
    });
  };
  const die = (): void => void lastWrite.finally(killThisProcess);

  let opening: Promise<Receiver> | undefined;
  const begin = (message: unknown): FirstAnswer | null => {
    const startedAt = Date.now();
    const first = answerFirst(message);
    if (first === null) return null;
    send({ jsonrpc: '2.0', id: first.id, result: first.answer });
    log.write('answered', { method: 'initialize', ms: Date.now() - startedAt });
    return first;
  };
  const receive = (input: Input): void => {
    if (opening === undefined) {
      const first = 'message' in input ? begin(input.message) : null;
      // Standard output is reserved for frames before code is loaded that could write to it.
      write ??= takeStandardOutput();
      opening = open(first, send, die);
      if (first) return;
    }
    // The messages keep their order, because callbacks of one promise run in the order in which they were added.
    void opening.then((receiver) => {
      if ('message' in input) receiver.receive(input.message);
      else receiver.refuse(input.refusal);
    });
  };
  const frames = new FrameReader(MAX_FRAME_BYTES);
  const onData = (chunk: Buffer): void => {
    try {
      for (const frame of frames.push(chunk)) receive(inputOf(frame));
    } catch (error) {
      if (!(error instanceof FramingError)) throw error;
      log.write('input is no frame', {}, 'warn');
      receive({ refusal: 'INVALID_MESSAGE' });
      process.stdin.destroy();
    }
  };
  onData(await readFirstInput());
  process.stdin.on('data', onData);
  await Promise.race([once(process.stdin, 'end'), once(process.stdin, 'close'), once(process.stdin, 'error')]);
  log.write('input ended', { incomplete: frames.incomplete });
  killThisProcessSoon();
  await (await opening)?.close();
  await lastWrite;
  process.exit(0);
}

/** A parsed message, or the error code for input that contains none. */
type Input = { readonly message: unknown } | { readonly refusal: Parameters<Receiver['refuse']>[0] };

const inputOf = (frame: Frame): Input =>
  'tooLong' in frame ? { refusal: 'MESSAGE_TOO_LARGE' } : { message: readMessage(frame.body) };

/**
 * Parses the UTF-8 JSON of a message. Returns undefined if the message is not JSON: the server refuses this like any other value that is not a
 * message.
 */
export function readMessage(body: Uint8Array): unknown {
  try {
    return readJson(new TextDecoder().decode(body), { anyText: true });
  } catch {
    return undefined;
  }
}
