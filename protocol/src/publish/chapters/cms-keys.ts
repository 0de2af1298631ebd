import { MAX_WELL_KNOWN_BYTES, WELL_KNOWN_PATH, WELL_KNOWN_TIMEOUT } from '../../limits.js';
import { publicJwk } from '../../schema.js';
import { KEY_AGREEMENT } from '../../sealing.js';
import { SIGNATURE_ALGORITHM } from '../../signed-json.js';
import { bullets, errorLink, memberTable, seconds, type Chapter } from '../markdown.js';

/** Chapter about the well-known document with the keys of a CMS. */
export const cmsKeys: Chapter = {
  title: 'Keys of a CMS',
  blocks: [
    `A CMS is known by its keys and not by its page. It publishes them as a JWK set (RFC 7517, section 5) at \`https://<origin>${WELL_KNOWN_PATH}\`; an administrator may pin them by policy instead, and then nothing is fetched.`,
    '```json\n' +
      `{ "keys": [\n  { "kty": "EC", "crv": "P-256", "x": "…", "y": "…", "kid": "sign-2026", "use": "sig", "alg": "${SIGNATURE_ALGORITHM}" },\n` +
      `  { "kty": "EC", "crv": "P-256", "x": "…", "y": "…", "kid": "seal-2026", "use": "enc", "alg": "${KEY_AGREEMENT}" }\n] }\n\`\`\``,
    memberTable(publicJwk),
    bullets(
      '`x` and `y` have 32 bytes each, and are a point of the curve. Any other key is refused, wherever one is expected.',
      'One key at least has `use: "sig"`: it signs steps and displays. One has `use: "enc"`: the first of them gets the escrows. Without it a host refuses `credentials.prepare` with ' +
        `${errorLink('CMS_KEYS_UNAVAILABLE')}. A set has at most 16 keys.`,
      'A new key for signatures is published beside the old one, under another `kid`, and used from then on. The private key of an old sealing key is kept as long as an escrow needs it.',
      'The document is answered to anyone, without a login, with status 200, JSON, and `access-control-allow-origin: *`, because the extension has an origin of its own.',
      `The extension fetches it once for each session: without cookies, without following redirects, and at most ${MAX_WELL_KNOWN_BYTES / 1024} KiB within ${seconds(WELL_KNOWN_TIMEOUT)}. Status 404 says that the site has no CMS: then its page can run no steps. No answer, or status 502 to 504, is ${errorLink('CMS_UNREACHABLE')}; anything else is ${errorLink('CMS_KEYS_UNAVAILABLE')}.`,
    ),
  ],
};
