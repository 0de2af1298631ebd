import { GRANT_CLASSES, grantClasses } from './grant-class.js';
import {
  deviceInfo,
  displayLabel,
  displayedName,
  displayedSecret,
  enteredSecrets,
  fidoPinRules,
  operationId,
  origin,
  pinRules,
  publicJwk,
  sessionId,
  text,
  userSecret,
} from '@cardwright/protocol';
import * as v from 'valibot';

/**
 * The contents of the background's windows and their answers, over the port `window:<token>` that each window opens. Window and
 * background trust each other; the shapes are only checked to locate defects. With `needsFocus` a window opens only for a page in the
 * focused window, because that page's user has just asked for it. The host asks for the other windows, in the middle of work during
 * which the user may look elsewhere.
 */
export const ownWindows = {
  /** Asks whether the site may use the devices. */
  consent: {
    size: { width: 440, height: 520 },
    needsFocus: true,
    content: v.strictObject({
      origin,
      classes: v.pipe(grantClasses, v.minLength(1), v.maxLength(GRANT_CLASSES.length)),
    }),
    answer: v.strictObject({ allowed: v.boolean() }),
  },
  /** Asks for PINs and seals them to the host before they leave the window. */
  secret: {
    size: { width: 440, height: 640 },
    needsFocus: false,
    content: v.strictObject({
      origin,
      secrets: v.pipe(v.array(userSecret), v.minLength(1)),
      device: deviceInfo,
      operation: v.nullable(operationId),
      rules: pinRules,
      fidoRules: v.nullable(fidoPinRules),
      mayForget: v.boolean(),
      isFirst: v.exactOptional(v.boolean()),
      isShared: v.exactOptional(v.boolean()),
      retriesLeft: v.nullable(v.number()),
      problem: v.nullable(text(60)),
      mayAskAgain: v.exactOptional(v.boolean()),
      host: v.strictObject({ session: sessionId, key: publicJwk }),
    }),
    answer: v.union([
      enteredSecrets,
      /** Answers that the user does not know the FIDO PIN. */
      v.strictObject({ forgotten: v.literal(true) }),
    ]),
  },
  /** Shows the passkey's relying party and the PIN to enter. Stays open beside the browser's dialog. */
  passkey: {
    size: { width: 440, height: 720 },
    needsFocus: false,
    content: v.strictObject({
      origin,
      way: v.picklist(['page', 'window']),
      relyingParty: v.strictObject({ name: text(64), origin }),
      device: deviceInfo,
      /** Null if the user has a FIDO PIN, or sets one in the browser's dialog. */
      temporaryPin: v.nullable(displayedSecret),
      /** The match pattern that the user has to allow for the extension; null if that is not needed. */
      permission: v.nullable(v.string()),
    }),
    answer: v.strictObject({ permitted: v.boolean() }),
  },
  /** Shows a secret to a person. */
  display: {
    size: { width: 440, height: 480 },
    needsFocus: false,
    content: v.strictObject({
      origin,
      device: text(200),
      label: displayLabel,
      /** Owner of the device; null if the CMS does not name one. */
      owner: v.nullable(displayedName),
      secret: displayedSecret,
    }),
    answer: v.strictObject({}),
  },
  /** Asks whether the device may be erased. */
  confirm: {
    size: { width: 440, height: 480 },
    needsFocus: false,
    content: v.strictObject({
      origin,
      action: v.picklist(['reset', 'reset-fido', 'reset-all', 'reset-shared']),
      device: deviceInfo,
    }),
    answer: v.strictObject({}),
  },
  /** Shows a support file, and saves it. */
  bundle: {
    size: { width: 440, height: 640 },
    needsFocus: true,
    content: v.strictObject({ origin }),
    answer: v.strictObject({}),
  },
} as const;

export type OwnWindow = keyof typeof ownWindows;
export type WindowContent<W extends OwnWindow> = v.InferOutput<(typeof ownWindows)[W]['content']>;
export type WindowAnswer<W extends OwnWindow> = v.InferOutput<(typeof ownWindows)[W]['answer']>;

/**
 * From the background to the window: the content to show, perhaps again. A window that closes itself is also notified when all is
 * over.
 */
export const toWindow = v.union([v.strictObject({ show: v.unknown() }), v.strictObject({ over: v.literal(true) })]);
export const OVER: v.InferOutput<typeof toWindow> = { over: true };

/**
 * From the window to the background. `alive` keeps a Chromium background awake while the user thinks; `more` restarts the user's time.
 */
export const windowMessage = v.union([
  v.strictObject({ answer: v.unknown() }),
  v.strictObject({ alive: v.literal(true) }),
  v.strictObject({ more: v.literal(true) }),
]);

export const WINDOW_PORT_PREFIX = 'window:';
