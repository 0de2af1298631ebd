import { CardwrightError } from '@cardwright/protocol';
import { LANGUAGES } from '@cardwright/words';
import type { FastifyInstance } from 'fastify';
import { isSecure } from '../cookies.js';
import type { Sessions } from '../requests/request-guards.js';
import { serve } from './serve.js';
import { SECURITY_ROUTES } from './table/public.js';

/**
 * Milliseconds for which a reader may rely on the file. RFC 9116 (2.5.5) recommends less than a year. The file is written for each request, so it
 * never expires where it is read.
 */
const VALID_FOR = 90 * 24 * 60 * 60 * 1000;

/**
 * Serves `security.txt` (RFC 9116). Without a contact, which the file must have, there is no such file.
 *
 * @param contacts addresses with their schemes, the preferred one first
 */
export function securityRoutes(app: FastifyInstance, sessions: Sessions, contacts: readonly string[]): void {
  serve(app, sessions, SECURITY_ROUTES, {
    'GET /.well-known/security.txt': async (_input, { reply }) => {
      if (contacts.length === 0) throw new CardwrightError('METHOD_NOT_FOUND');
      return reply.type('text/plain; charset=utf-8').send(writeSecurityText(contacts, sessions.origin, new Date()));
    },
  });
}

/** Returns the content of the file. Only a file that is read by https may name its own address (RFC 9116, 2.5.2). */
export function writeSecurityText(contacts: readonly string[], origin: string, now: Date): string {
  const lines = [
    ...contacts.map((contact) => `Contact: ${contact}`),
    `Expires: ${new Date(now.getTime() + VALID_FOR).toISOString()}`,
    `Preferred-Languages: ${LANGUAGES.join(', ')}`,
    ...(isSecure(origin) ? [`Canonical: ${origin}/.well-known/security.txt`] : []),
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}
