import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { record } from '../audit.js';
import { FORMATS } from './audit-export.js';
import { reachOf } from '../rights.js';
import type { PortalServices } from '../services.js';
import { allEntries, listAudit } from '../store/audit-list.js';
import { serve } from './serve.js';
import { AUDIT_ROUTES } from './table/audit.js';

const AUDIT_PAGE = 100;

/** Serves the audit log (`AUDIT_ROUTES`). */
export function auditRoutes(app: FastifyInstance, services: PortalServices): void {
  const { db } = services.database;

  serve(app, services, AUDIT_ROUTES, {
    'GET /api/operator/audit': async ({ query: { before, ...filter } }, { session }) => {
      const reach = reachOf(session.reaches, 'see-audit');
      const found = await listAudit(db, reach, AUDIT_PAGE + 1, before, filter);
      const entries = found.slice(0, AUDIT_PAGE);
      return { entries, next: found.length > AUDIT_PAGE ? (entries.at(-1)?.id ?? null) : null };
    },

    'GET /api/operator/audit/export': async ({ query: { format, ...filter } }, { session, reply }) => {
      const { from, to, ...rest } = filter;
      const times = { ...(from && { from: from.toISOString() }), ...(to && { to: to.toISOString() }) };
      const detail = { format, ...rest, ...times };
      await record(db, { actor: session.user.username, event: 'audit.exported', detail });
      const { mediaType, lines } = FORMATS[format];
      const name = `cardwright-audit-${new Date().toISOString().slice(0, 10)}.${format}`;
      return reply
        .header('content-disposition', `attachment; filename="${name}"`)
        .type(mediaType)
        .send(Readable.from(lines(allEntries(db, reachOf(session.reaches, 'see-audit'), filter))));
    },
  });
}
