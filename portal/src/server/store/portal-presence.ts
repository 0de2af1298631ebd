import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { LOCKS } from './advisory-locks.js';

/** Milliseconds after which a portal tries again to hold the lock, if its connection was lost. */
const RETRY = 1000;

/** Milliseconds for connecting. The wait for the lock has no limit: it is as long as a restore takes. */
const LONGEST_CONNECTING = 10_000;

/**
 * Shows a PostgreSQL database that a portal uses it, until `close()`. A connection of its own holds a shared advisory lock, because the connections
 * of the pool are closed while nobody asks for anything. If the connection is lost, another one is made as soon as the server answers.
 */
export class PortalPresence {
  readonly #closing = new AbortController();
  #client: pg.Client | undefined;
  #reconnecting: Promise<void> | undefined;

  private constructor(private readonly url: string) {}

  /**
   * Waits for a restore under way, then holds the lock.
   *
   * @throws Error of the driver if the server does not answer, the database does not exist, or the user has no permission
   */
  static async open(url: string): Promise<PortalPresence> {
    const presence = new PortalPresence(url);
    await presence.#hold();
    return presence;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    // Also ends a connection that waits for the lock.
    await this.#client?.end();
    await this.#reconnecting;
  }

  async #hold(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'cardwright-portal',
      connectionTimeoutMillis: LONGEST_CONNECTING,
      keepAlive: true,
    });
    this.#client = client;
    let isHeld = false;
    // Without a listener an error of the connection would end the process. The end of the connection follows each error.
    client.on('error', () => undefined);
    client.on('end', () => {
      if (isHeld && !this.#closing.signal.aborted) this.#reconnecting = this.#holdAgain();
    });
    try {
      await client.connect();
      await client.query('SELECT pg_advisory_lock_shared($1)', [LOCKS.presence]);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    isHeld = true;
  }

  async #holdAgain(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.#hold();
        return;
      } catch {
        // The pool reports that the server is away. Here it is only tried again.
        await delay(RETRY, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }
}
