import type { FastifyInstance } from 'fastify';
import { isSecure } from './cookies.js';

/** The content security policy: load nothing from elsewhere, show nothing in a frame. */
const POLICY = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "img-src 'self' data:",
  // Lit's elements use constructed style sheets, for which 'self' is sufficient.
  "style-src 'self'",
].join('; ');

/** Adds the security headers to every answer. */
export function sendSecurityHeaders(app: FastifyInstance, origin: () => string): void {
  app.addHook('onSend', async (request, reply) => {
    reply.headers({
      'content-security-policy': POLICY,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy':
        request.url.startsWith('/.well-known/') || request.url.startsWith('/ca/') ? 'cross-origin' : 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    if (isSecure(origin())) reply.header('strict-transport-security', 'max-age=31536000');
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
  });
}
