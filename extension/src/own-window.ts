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
 * What the background shows in its windows and what they answer, over the port `window:<token>` that each opens.
 * Window and background are one trust domain; the shapes are checked so that a defect is found where it is. With
 * `needsFocus` a window opens only for a page in the focused window: it is the page's user who has just asked for it. The
 * others are asked for by the host, in the middle of work during which the user may look elsewhere.
 */
export const ownWindows = {
  /** May this site use the devices? */
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
      /** The user does not know the FIDO PIN. */
      v.strictObject({ forgotten: v.literal(true) }),
    ]),
  },
  /** Says whose a passkey is to be, and which PIN will be asked; stays open beside the browser's dialog. */
  passkey: {
    size: { width: 440, height: 720 },
    needsFocus: false,
    content: v.strictObject({
      origin,
      way: v.picklist(['page', 'window']),
      relyingParty: v.strictObject({ name: text(64), origin }),
      device: deviceInfo,
      /** Null where the user has a FIDO PIN, or sets one in the browser's dialog. */
      temporaryPin: v.nullable(displayedSecret),
      /** The match pattern that the user has to let the extension use; null where that is not needed. */
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
      /** Whose device it is; null where the CMS does not say. */
      owner: v.nullable(displayedName),
      secret: displayedSecret,
    }),
    answer: v.strictObject({}),
  },
  /** May this device be erased? */
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

/** From the background to the window: what to show, also once more; to one that closes itself also that all is over. */
export const toWindow = v.union([v.strictObject({ show: v.unknown() }), v.strictObject({ over: v.literal(true) })]);
export const OVER: v.InferOutput<typeof toWindow> = { over: true };

/**
 * From the window to the background; `alive` keeps a Chromium background awake while the user thinks, `more` asks for the whole time
 * again.
 */
export const windowMessage = v.union([
  v.strictObject({ answer: v.unknown() }),
  v.strictObject({ alive: v.literal(true) }),
  v.strictObject({ more: v.literal(true) }),
]);

export const WINDOW_PORT_PREFIX = 'window:';
