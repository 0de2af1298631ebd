import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import {
  type Ending,
  ONE_FOR_ALL,
  PARTS,
  type Need,
  type PartName,
  PLACES,
  type RunningPart,
  unmeasured,
} from './parts.js';

/** A request of a test worker, sent as one line of JSON: the part that the worker needs, and the options with which the part is started. */
const partRequest = v.strictObject({
  worker: v.string(),
  part: v.custom<PartName>((name) => typeof name === 'string' && Object.hasOwn(PLACES, name)),
  options: v.unknown(),
});

/**
 * Starts the parts (`PARTS`) that many test files use one after the other. Each test worker has its own parts, except for the parts in `ONE_FOR_ALL`.
 * The first request for a part starts the part. Parts are children of this process and end with it, whatever happens to the workers.
 */
export class PartsKeeper {
  readonly #parts = new Map<string, Promise<RunningPart>>();
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    /** Value of the variable `KEEPER` in the environment of the workers. */
    readonly address: string,
  ) {
    server.on('connection', (socket) => this.#serve(socket));
  }

  /**
   * Starts a keeper.
   *
   * @param address path of a Unix socket that does not exist yet
   */
  static async listen(address: string): Promise<PartsKeeper> {
    const server = createServer();
    server.listen(address);
    await once(server, 'listening');
    return new PartsKeeper(server, address);
  }

  /**
   * Ends every part, the last started first.
   *
   * @param end ends each process; one that measures what the process has cost may be given
   * @returns descriptions of the processes that did not end and of the files that were left behind
   */
  async close(end: Ending = unmeasured): Promise<string[]> {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
    const left: string[] = [];
    for (const started of [...this.#parts.values()].reverse()) {
      const part = await started.catch(() => undefined);
      left.push(...((await part?.stop(end)) ?? []));
    }
    this.#parts.clear();
    return left;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // If a worker is killed in the middle of its request, the socket reports an error, which must not end this process.
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).on('line', (line) => void this.#answer(line).then((text) => socket.end(text)));
  }

  async #answer(line: string): Promise<string> {
    try {
      const { worker, part, options } = v.parse(partRequest, JSON.parse(line));
      return JSON.stringify({ part: (await this.#part(worker, part, options)).place });
    } catch (error) {
      return JSON.stringify({ error: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Returns a part, and starts it if necessary. If the start fails, the next request tries again. */
  async #part(worker: string, name: PartName, options: unknown): Promise<RunningPart> {
    const key = ONE_FOR_ALL.has(name) ? name : `${worker} ${name}`;
    const need: Need = async (other) => (await this.#part(worker, other, {})).place;
    const started: Promise<RunningPart> = this.#parts.get(key) ?? PARTS[name](need, options);
    this.#parts.set(key, started);
    try {
      return await started;
    } catch (error) {
      this.#parts.delete(key);
      throw error;
    }
  }
}
