import { enteredSecrets } from '@cardwright/protocol/command-definitions';
import * as v from 'valibot';

/**
 * The background's windows and their answers. Each window opens a port `window:<token>`; `own-window-content.ts` defines their
 * contents. Window and background trust each other, so the schemas only help to find defects.
 *
 * A window with `needsFocus` opens only for a page in the focused window, because the user of this page has just asked for the window. The
 * other windows open in the course of longer work, during which the user may look elsewhere, so they open without this focus, too.
 */
export const ownWindows = {
  /** Asks whether the site may use the devices. */
  consent: {
    size: { width: 440, height: 520 },
    needsFocus: true,
    answer: v.strictObject({ allowed: v.boolean() }),
  },
  /** Asks for PINs and PUKs, and seals them to the host before they leave the window. */
  secret: {
    size: { width: 440, height: 640 },
    needsFocus: false,
    answer: v.union([
      enteredSecrets,
      /** The answer that the user does not know the FIDO PIN. */
      v.strictObject({ forgotten: v.literal(true) }),
    ]),
  },
  /**
   * Tells what to enter at the reader's keypad. It is answered when the user is ready, and stays open until the entry has ended.
   */
  reader: {
    size: { width: 440, height: 560 },
    needsFocus: false,
    answer: v.strictObject({}),
  },
  /** Shows the passkey's relying party and, if the user has to enter a temporary PIN, this PIN. The window stays open beside the browser's dialog. */
  passkey: {
    size: { width: 440, height: 720 },
    needsFocus: false,
    answer: v.strictObject({ permitted: v.boolean() }),
  },
  /** Shows a PIN or PUK to the user. */
  display: {
    size: { width: 440, height: 480 },
    needsFocus: false,
    answer: v.strictObject({}),
  },
  /**
   * Asks whether the device, or only its FIDO application, may be erased. The only answer is yes; a user who refuses closes the window.
   */
  confirm: {
    size: { width: 440, height: 480 },
    needsFocus: false,
    answer: v.strictObject({}),
  },
  /** Shows a support file, which the user can save. */
  bundle: {
    size: { width: 440, height: 640 },
    needsFocus: true,
    answer: v.strictObject({}),
  },
} as const;

export type OwnWindow = keyof typeof ownWindows;
export type WindowAnswer<W extends OwnWindow> = v.InferOutput<(typeof ownWindows)[W]['answer']>;

/** Message from the background to the window: the content, which may come again for another question. */
export const toWindow = v.strictObject({ show: v.unknown() });

/**
 * Messages from the window to the background. `alive` keeps a Chromium background awake while the user thinks. `more` restarts the time
 * limit for the user's answer, at most `WINDOW_EXTENSIONS` times.
 */
export const windowMessage = v.union([
  v.strictObject({ answer: v.unknown() }),
  v.strictObject({ alive: v.literal(true) }),
  v.strictObject({ more: v.literal(true) }),
]);

export const WINDOW_PORT_PREFIX = 'window:';
