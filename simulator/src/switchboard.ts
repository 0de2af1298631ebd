import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { WireError } from '@cardwright/protocol/messages';
import * as v from 'valibot';
import { announcement, type Verdict } from './interposition.js';

/** A rule for the requests of one method. */
export interface Interference {
  readonly method: string;
  /** Number of the request among the requests of this method in one session of a page, counted from 1. Null for every request. */
  readonly nth: number | null;
  /** Returns the decision. Before that, does what the failure needs, such as pulling the card. If the function throws, the request passes. */
  readonly act: () => Promise<Verdict>;
}

/** Gives the interposers a verdict about each request of the browser. An interposer may be killed at any moment, even while it sends a line. */
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

  /** Sets the interference, in place of the previous one. With null, every request passes. */
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
    socket.on('close', () => this.#sockets.delete(socket));
    const counts = new Map<string, number>();
    const lines = createInterface({ input: socket });
    // An interposer that is killed resets the connection. The line reader emits the error of its socket again.
    for (const emitter of [socket, lines]) emitter.on('error', () => socket.destroy());
    lines.on('line', (line) => {
      const method = methodIn(line);
      if (method === null) {
        socket.destroy();
        return;
      }
      const nth = (counts.get(method) ?? 0) + 1;
      counts.set(method, nth);
      void this.#decide(method, nth).then((verdict) => {
        if (socket.writable) socket.write(`${JSON.stringify(verdict)}\n`);
      });
    });
  }

  async #decide(method: string, nth: number): Promise<Verdict> {
    const planned = this.#interference;
    if (planned?.method !== method || (planned.nth !== null && planned.nth !== nth)) return { act: 'pass' };
    try {
      return await planned.act();
    } catch (error) {
      console.error(`The staged failure did not come: ${error instanceof Error ? error.message : String(error)}`);
      return { act: 'pass' };
    }
  }
}

/** Returns the method that a line announces. Returns null for an incomplete line, which an interposer may send when it is killed. */
function methodIn(line: string): string | null {
  try {
    const parsed = v.safeParse(announcement, JSON.parse(line));
    return parsed.success ? parsed.output.method : null;
  } catch {
    return null;
  }
}

export const refusal = (error: WireError): Verdict => ({ act: 'refuse', error });
