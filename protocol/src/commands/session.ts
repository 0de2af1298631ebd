import * as v from 'valibot';
import { defineCommand } from '../command.js';
import { GRANT_CLASSES } from '../grant-class.js';
import { wireError } from '../wire-error.js';
import { SENSITIVE, described, displayId, publicJwk, signed, text } from '../schema.js';
import { WAIT_FOR_WINDOW } from '../limits.js';
import { protocolRange, protocolVersion } from '../version.js';

/** A product version, for people to read. */
export const version = text(40);
/** A signed display, as `signDisplay` returns it. */
const signedDisplay = v.pipe(signed(32_768), SENSITIVE);

const permissionClass = v.picklist(GRANT_CLASSES);

/** Parameters of a page's `initialize`. */
export const initializeByPage = {
  protocol: described(protocolRange, 'The versions that the sender speaks, both ends included.'),
  sdk: described(version, 'Version of the sdk, for people.'),
};

/** The host's answer to `initialize`. */
export const hostInitialized = v.strictObject({
  protocol: described(protocolVersion, 'The version chosen: the highest that both sides speak.'),
  host: described(version, 'Version of the host, for people.'),
  capabilities: described(v.array(text(40)), 'What this host can do: each command names the one that it needs.'),
  session: described(
    v.strictObject({ key: publicJwk }),
    "The key to which secrets are sealed. Its thumbprint is the session id, which binds steps to this host process; both live as long as the page's session.",
  ),
});

/** Parameters of the notification `session.ended`, with which the extension ends a session. */
export const sessionEnded = v.strictObject({ error: described(wireError, 'Why.') });

export const session = {
  initialize: defineCommand({
    summary: 'Opens the session: agrees on a version, and tells what can be done and to which key secrets are sealed.',
    permission: 'none',
    handledBy: 'extension',
    reach: ['page'],
    concurrent: true,
    capability: 'session',
    params: v.strictObject(initializeByPage),
    result: v.strictObject({
      protocol: hostInitialized.entries.protocol,
      versions: v.strictObject({ sdk: version, extension: version, host: version }),
      capabilities: described(v.array(text(40)), 'What extension and host can do.'),
      session: hostInitialized.entries.session,
      granted: described(v.array(permissionClass), 'What the site may do.'),
    }),
    errors: [
      'SITE_NOT_GRANTED',
      'VERSION_MISMATCH',
      'ALREADY_INITIALIZED',
      'HOST_MISSING',
      'HOST_FORBIDDEN',
      'HOST_CRASHED',
      'POLICY_CHANGED',
      'CMS_KEYS_UNAVAILABLE',
      'CMS_UNREACHABLE',
      'INSECURE_CONTEXT',
    ],
    // Milliseconds. Together with `HELLO_TIMEOUT`, a page gets its answer within 5 s, or learns that the host is still starting.
    timeout: 4_000,
  }),
  'access.request': defineCommand({
    summary: 'Asks the user, in a window of the extension, to grant the site classes of commands.',
    permission: 'none',
    handledBy: 'extension',
    reach: ['page'],
    concurrent: true,
    capability: 'session',
    params: v.strictObject({ classes: v.pipe(v.array(permissionClass), v.minLength(1), v.maxLength(3)) }),
    result: v.strictObject({ granted: v.array(permissionClass) }),
    errors: ['SITE_NOT_GRANTED', 'WINDOW_NOT_ALLOWED', 'INSECURE_CONTEXT'],
    timeout: WAIT_FOR_WINDOW,
  }),
  'window.show': defineCommand({
    summary:
      'Brings the window that this session waits for to the front, right after the user did something in the page.',
    permission: 'none',
    handledBy: 'extension',
    reach: ['page'],
    concurrent: true,
    capability: 'session',
    params: v.strictObject({}),
    result: v.strictObject({}),
    errors: ['WINDOW_NOT_ALLOWED', 'INSECURE_CONTEXT'],
    timeout: 5_000,
  }),
  'secret.prepareDisplay': defineCommand({
    summary: 'Makes a one-time key to which the CMS seals a secret that a person shall see.',
    permission: 'use',
    handledBy: 'extension',
    reach: ['page'],
    concurrent: true,
    capability: 'display',
    params: v.strictObject({}),
    result: v.strictObject({ display: described(displayId, 'Names the window that will show it.'), key: publicJwk }),
    errors: [],
    timeout: 5_000,
  }),
  'secret.display': defineCommand({
    summary:
      "Shows, in a window of the extension, a secret that the CMS signed for and sealed to the window's one-time key.",
    permission: 'use',
    handledBy: 'extension',
    reach: ['page'],
    concurrent: true,
    capability: 'display',
    params: v.strictObject({ jws: described(signedDisplay, 'A [signed display](#signed-displays).') }),
    result: v.strictObject({}),
    errors: ['SECRET_REFUSED', 'WINDOW_NOT_ALLOWED'],
    timeout: WAIT_FOR_WINDOW,
  }),
};
