import { CardwrightError } from '@cardwright/protocol';
import { readJson } from '@cardwright/protocol/messages';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set if a body is kept as a file, so that its text need not fit into a column of the database. */
    readonly isFile?: true;
  }
}

/** Reads the bodies of requests: JSON as the protocol demands it, and nothing else. */
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
