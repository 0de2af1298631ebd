import { readdirSync, readFileSync } from 'node:fs';
import { createServer, STATUS_CODES, type Server } from 'node:http';
import path from 'node:path';
import { listen, stopServer } from '../support/loopback-server.js';
import { WIZARD_PAGES } from '../support/wizard-page/pages.js';

/** As the portal's pages, but the gallery may show scenes in its frame. */
const POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self'; frame-ancestors 'self'; base-uri 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

const GALLERY = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Gallery of panes</title>
    <link rel="stylesheet" href="/gallery-look.css" />
    <script type="module" src="/gallery.js"></script>
  </head>
  <body></body>
</html>`;

/** Enough for a person's browser. */
const MOST_CONNECTIONS = 50;

/** Serves the gallery to this computer alone. It has no API: each scene's page plays the extension and the CMS itself. */
export class GalleryServer {
  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  /** @param scripts the folder that the build writes */
  static async start(scripts: string): Promise<GalleryServer> {
    const pages = new Map(Object.entries({ '/': GALLERY, ...WIZARD_PAGES }));
    const files = new Map(readdirSync(scripts).map((name) => [`/${name}`, readFileSync(path.join(scripts, name))]));
    const server = createServer(({ method, url = '/' }, response) => {
      const [address = '/'] = url.split('?');
      const content = pages.get(address) ?? files.get(address);
      const status = method !== 'GET' ? 405 : content === undefined ? 404 : 200;
      const type = TYPES[path.extname(address)] ?? 'text/html; charset=utf-8';
      response.writeHead(status, {
        'content-type': type,
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
      response.end(status === 200 ? content : STATUS_CODES[status]);
    });
    server.maxConnections = MOST_CONNECTIONS;
    return new GalleryServer(server, await listen(server));
  }

  async stop(): Promise<void> {
    await stopServer(this.server);
  }
}
