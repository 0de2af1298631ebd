import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { validate } from '@cardwright/protocol';
import type { WireError } from '@cardwright/protocol/messages';
import { announcement, type Verdict } from './interposition.js';

/** A rule for the requests of one method. */
export interface Interference {
  readonly method: string;
  /** Number of the request in one page session, counted from 1; null for each. */
  readonly nth: number | null;
  /** Decides, and first does whatever belongs to the decision. */
  readonly act: () => Promise<Verdict>;
}

/** Decides about each request of the browser to a simulated host. */
export class Switchboard {
  #interference: Interference | null = null;
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
    /** The Unix socket to which interposers connect. */
    readonly path: string,
  ) {
    server.on('connection', (socket) => this.#serve(socket));
  }

  static async open(): Promise<Switchboard> {
    const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-simulator-'));
    const server = createServer();
    const socket = path.join(folder, 'socket');
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    return new Switchboard(server, folder, socket);
  }

  /** Sets the only interference from now on; null ends it. */
  set(interference: Interference | null): void {
    this.#interference = interference;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    // A killed host closes its end of the socket.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    const counts = new Map<string, number>();
    createInterface({ input: socket }).on('line', (line) => {
      const { method } = validate(announcement, JSON.parse(line));
      const nth = (counts.get(method) ?? 0) + 1;
      counts.set(method, nth);
      void this.#decide(method, nth).then((verdict) => socket.write(`${JSON.stringify(verdict)}\n`));
    });
  }

  async #decide(method: string, nth: number): Promise<Verdict> {
    const planned = this.#interference;
    if (planned?.method !== method || (planned.nth !== null && planned.nth !== nth)) return { act: 'pass' };
    return planned.act();
  }
}

export const refusal = (error: WireError): Verdict => ({ act: 'refuse', error });
