import { enteredSecrets } from '@cardwright/protocol/command-definitions';
import * as v from 'valibot';

/**
 * The background's windows and their answers, over the port `window:<token>` that each window opens; `own-window-content.ts` has their
 * contents. Window and background trust each other; the shapes are only checked to locate defects. With `needsFocus` a window opens
 * only for a page in the focused window, because that page's user has just asked for it. The host asks for the other windows, in the
 * middle of work during which the user may look elsewhere.
 */
export const ownWindows = {
  /** Asks whether the site may use the devices. */
  consent: {
    size: { width: 440, height: 520 },
    needsFocus: true,
    answer: v.strictObject({ allowed: v.boolean() }),
  },
  /** Asks for PINs and seals them to the host before they leave the window. */
  secret: {
    size: { width: 440, height: 640 },
    needsFocus: false,
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
    answer: v.strictObject({ permitted: v.boolean() }),
  },
  /** Shows a secret to a person. */
  display: {
    size: { width: 440, height: 480 },
    needsFocus: false,
    answer: v.strictObject({}),
  },
  /** Asks whether the device may be erased. */
  confirm: {
    size: { width: 440, height: 480 },
    needsFocus: false,
    answer: v.strictObject({}),
  },
  /** Shows a support file, and saves it. */
  bundle: {
    size: { width: 440, height: 640 },
    needsFocus: true,
    answer: v.strictObject({}),
  },
} as const;

export type OwnWindow = keyof typeof ownWindows;
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
