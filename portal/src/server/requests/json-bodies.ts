import { CardwrightError } from '@cardwright/protocol';
import { readJson } from '@cardwright/protocol/messages';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Set if the body may contain characters that a text column of the database cannot store (NUL, unpaired surrogates). The handler stores such
     * a body as bytes.
     */
    readonly isFile?: true;
  }
}

/** Refuses bodies that are not JSON, and reads JSON as strictly as the protocol demands (`readJson`). The routes for phones read their own bodies. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    try {
      done(null, readJson(String(body), { anyText: request.routeOptions.config.isFile === true }));
    } catch (cause) {
      done(new CardwrightError('INVALID_MESSAGE', {}, { cause }));
    }
  });
}
