import { PassThrough, type Readable } from 'node:stream';
import { RateLimited } from '@cardwright/cms';
import type { EnrolmentStatus } from '@cardwright/protocol';
import { explainError } from '../../http-errors.js';

/** Milliseconds. Proxies cut connections that say nothing for a minute or so. */
const KEEP_ALIVE = 15_000;
/** Streams of one user: more than anyone has pages open, fewer than would cost anything. */
export const STREAMS_EACH = 5;

/** Whom a stream is for. */
export interface Follower {
  readonly userId: string;
  /** Whether they are still logged in. */
  isThere(): Promise<boolean>;
}

/**
 * The statuses of enrolments as server-sent events (HTML, 9.2), for the pages that follow them. Each stream ends with the final status,
 * when its reader leaves or logs out, and when the portal closes.
 */
export class StatusStreams {
  readonly #open = new Map<string, Set<AbortController>>();

  /** @param keepAlive milliseconds after which a stream says something in any case */
  constructor(private readonly keepAlive = KEEP_ALIVE) {}

  /**
   * Opens a stream once there is a first status.
   *
   * @param watch the statuses, until its signal is aborted
   * @param leaving aborted when the reader is gone
   * @throws CardwrightError `RATE_LIMITED` where the user has too many, and what `watch` throws at first
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
      // Also what watches is told, however the stream came to its end.
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

  /** Ends every stream. */
  close(): void {
    for (const streams of this.#open.values()) for (const end of streams) end.abort();
  }

  /** How many are open. */
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
      // The page asks again; what went wrong is in the log.
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

/** Where the database is away, nobody is known to be gone. */
function endWhenGone(follower: Follower, end: AbortController): void {
  follower.isThere().then(
    (isThere) => {
      if (!isThere) end.abort();
    },
    () => undefined,
  );
}
