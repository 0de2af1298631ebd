import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const BUILT_PAGES = fileURLToPath(new URL('../../../dist/public', import.meta.url));

/** Addresses of the pages, each a file of the same name. */
const PAGES = ['login', 'my-devices', 'operator'];

/** Serves the built pages; without them (as in tests of the server) only the redirect of `/`. */
export async function pageRoutes(app: FastifyInstance, folder = BUILT_PAGES): Promise<void> {
  app.get('/', async (_request, reply) => reply.redirect('/my-devices'));
  if (!existsSync(folder)) return;
  await app.register(fastifyStatic, { root: folder, prefix: '/', index: false });
  for (const page of PAGES) app.get(`/${page}`, async (_request, reply) => reply.sendFile(`${page}.html`));
}
