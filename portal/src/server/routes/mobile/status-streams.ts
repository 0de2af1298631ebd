import { PassThrough, type Readable } from 'node:stream';
import { RateLimited } from '@cardwright/cms/operations';
import type { EnrolmentStatus } from '@cardwright/protocol/mobile';
import { explainError } from '../../requests/http-errors.js';

/** Milliseconds between two signs of life on a stream. Proxies cut connections that are silent for about a minute. */
const KEEP_ALIVE = 15_000;
/** Maximum number of streams that one user can have open: enough for all pages that a user has open, and few enough to be cheap. */
export const STREAMS_EACH = 5;

/** The reader of a stream. */
export interface Follower {
  readonly userId: string;
  /** Resolves with true while the reader is logged in. */
  isThere(): Promise<boolean>;
}

/**
 * Sends the statuses of enrolments as server-sent events (HTML, 9.2) to the pages that follow them. A stream ends after the final
 * status, after an error, when its reader leaves or logs out, and when the portal closes. A logout is noticed at the next sign of
 * life.
 */
export class StatusStreams {
  readonly #open = new Map<string, Set<AbortController>>();

  /** @param keepAlive milliseconds between two signs of life */
  constructor(private readonly keepAlive = KEEP_ALIVE) {}

  /**
   * Opens a stream as soon as `watch` has yielded a first status.
   *
   * @param watch yields the statuses, until its signal is aborted
   * @param leaving aborted when the reader is gone
   * @throws CardwrightError `RATE_LIMITED` if the user has too many streams; any error of `watch` before its first status
   */
  async open(
    follower: Follower,
    watch: (signal: AbortSignal) => AsyncIterable<EnrolmentStatus>,
    leaving: AbortSignal,
  ): Promise<Readable> {
    const end = this.#enter(follower.userId);
    const leave = (): void => end.abort();
    leaving.addEventListener('abort', leave, { once: true });
    if (leaving.aborted) leave();
    const finish = (): void => {
      leaving.removeEventListener('abort', leave);
      // This ends `watch` too, however the stream ended.
      end.abort();
      this.#leave(follower.userId, end);
    };
    try {
      const statuses = watch(end.signal)[Symbol.asyncIterator]();
      const first = await statuses.next();
      const stream = new PassThrough();
      void this.#write(stream, statuses, first, follower, end).finally(finish);
      return stream;
    } catch (error) {
      finish();
      throw error;
    }
  }

  /** Ends every open stream, because the portal closes. */
  close(): void {
    for (const streams of this.#open.values()) for (const end of streams) end.abort();
  }

  /** Number of open streams. */
  get count(): number {
    return [...this.#open.values()].reduce((sum, streams) => sum + streams.size, 0);
  }

  async #write(
    stream: PassThrough,
    statuses: AsyncIterator<EnrolmentStatus>,
    first: IteratorResult<EnrolmentStatus>,
    follower: Follower,
    end: AbortController,
  ): Promise<void> {
    const timer = setInterval(() => {
      stream.write(': keep-alive\n\n');
      endWhenGone(follower, end);
    }, this.keepAlive);
    timer.unref();
    try {
      for (let next = first; next.done !== true && !end.signal.aborted; next = await statuses.next())
        stream.write(`event: status\ndata: ${JSON.stringify(next.value)}\n\n`);
    } catch (error) {
      // The page opens another stream. `explainError` logs the error, if it is a defect or the database is down.
      if (!end.signal.aborted) explainError(error);
    } finally {
      clearInterval(timer);
      stream.end();
    }
  }

  #enter(userId: string): AbortController {
    const streams = this.#open.get(userId) ?? new Set();
    if (streams.size >= STREAMS_EACH) throw new RateLimited(KEEP_ALIVE);
    const end = new AbortController();
    this.#open.set(userId, streams.add(end));
    return end;
  }

  #leave(userId: string, end: AbortController): void {
    const streams = this.#open.get(userId);
    streams?.delete(end);
    if (streams?.size === 0) this.#open.delete(userId);
  }
}

/** Ends a stream if its reader has logged out. While the database is down, nobody counts as logged out. */
function endWhenGone(follower: Follower, end: AbortController): void {
  follower.isThere().then(
    (isThere) => {
      if (!isThere) end.abort();
    },
    () => undefined,
  );
}
