import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { listen, stopServer } from '../loopback-server.js';

/** An administrator's web server with packages, on loopback. */
export interface UpdateServer {
  /** Its address, with a slash at the end. */
  readonly base: string;
  /** The requested paths, oldest first. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.xml': 'text/xml',
  '.crx': 'application/x-chrome-extension',
  '.xpi': 'application/x-xpinstall',
  '.json': 'application/json',
};

/** Serves the files of a folder, including those added later. */
export async function startUpdateServer(folder: string): Promise<UpdateServer> {
  const requests: string[] = [];
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    requests.push(pathname);
    const file = path.join(folder, path.basename(pathname));
    const type = TYPES[path.extname(file)];
    if (type === undefined || !existsSync(file)) response.writeHead(404).end();
    else response.setHeader('content-type', type).end(readFileSync(file));
  });
  const origin = await listen(server);
  return {
    base: `${origin}/`,
    requests,
    close: async () => {
      await stopServer(server);
    },
  };
}
