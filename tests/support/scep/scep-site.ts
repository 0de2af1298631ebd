import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ScepServer } from '../../../portal/src/server/mobile/scep/scep-server.js';

/** A SCEP server on loopback. The last part of the path is the place. */
export class ScepSite {
  private constructor(private readonly http: Server) {}

  static async open(server: ScepServer): Promise<ScepSite> {
    const http = createServer((request, response) => {
      void answer(server, request).then(
        ({ status, contentType, body, sent }) => {
          response.writeHead(status, { 'content-type': contentType, connection: 'close' });
          response.end(body, () => void sent?.());
        },
        () => response.writeHead(500).end(),
      );
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return new ScepSite(http);
  }

  /** Returns the address of a place. */
  url(place: string): string {
    const { port } = this.http.address() as AddressInfo;
    return `http://127.0.0.1:${port}/mobile/scep/${place}`;
  }

  async close(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }
}

async function answer(server: ScepServer, request: IncomingMessage): ReturnType<ScepServer['answer']> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const query = {
    operation: searchParams.get('operation') ?? undefined,
    message: searchParams.get('message') ?? undefined,
  };
  const place = pathname.split('/').at(-1) ?? '';
  return server.answer(place, query, request.method === 'POST' ? 'POST' : 'GET', Buffer.concat(chunks));
}
