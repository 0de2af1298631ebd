import type { CryptoKey } from 'jose';
import * as v from 'valibot';
import { CardwrightError } from './errors.js';
import { count, described, deviceId, displayId, origin, sealed, type PublicJwkSet } from './schema.js';
import { parseJson, readSigned, signJson } from './signed-json.js';

/**
 * Kinds of displayed secrets. The extension has its own words for each kind, so that neither CMS nor page chooses the text of the extension's
 * window.
 */
export const DISPLAY_LABELS = ['initial-pin', 'temporary-pin', 'puk'] as const;
export const displayLabel = v.picklist(DISPLAY_LABELS);
export type DisplayLabel = v.InferOutput<typeof displayLabel>;

/** A PIN or PUK to show: 4 to 8 ASCII letters or digits, so that it cannot pass for a message. */
export const displayedSecret = v.pipe(v.string(), v.regex(/^[0-9A-Za-z]{4,8}$/));

/**
 * A person's name in a window: letters, marks, spaces and the punctuation of names. It begins with a letter and has up to 64 code points. It has no
 * digits, line breaks or format characters, such as those that change the direction of the text, so that it cannot pass for a message. It also has no
 * invisible letters or marks (Unicode's `Default_Ignorable_Code_Point`), with which it could look empty or like another name. A CMS leaves out a name
 * that breaks these rules.
 */
export const displayedName = v.pipe(v.string(), v.regex(/^(?!.*\p{DI})\p{L}[\p{L}\p{M} .,'’-]{0,63}$/u));

/**
 * Payload of a signed display: the message with which a CMS orders a window of the extension to show a secret. The page relays the JWS, but can
 * neither alter nor forge it. Each display is accepted once.
 */
export const displayPayload = v.strictObject({
  origin: described(origin, 'Origin of the page that relays it.'),
  display: described(displayId, 'The window: what `secret.prepareDisplay` answered.'),
  device: described(deviceId, 'The device that the secret belongs to, as the window names it.'),
  label: described(displayLabel, 'What the secret is. The window has words of its own for it.'),
  owner: described(v.exactOptional(displayedName), 'Whose device it is; left out where the name does not fit.'),
  expires: described(count, 'Seconds since 1970. From then on it is refused.'),
  sealed: described(sealed, 'The secret: a JWE of purpose `display`, whose `session` is the id of the display.'),
});
export type DisplayPayload = v.InferOutput<typeof displayPayload>;

/** The `typ` of a signed display's JWS (RFC 7515, 4.1.9). */
export const DISPLAY_TYPE = 'cardwright-display';

/**
 * Signs a display with the CMS's key, and returns it as a compact JWS (RFC 7515) with ES256. The extension shows the secret when the page passes the
 * JWS to `secret.display`.
 *
 * @throws ValiError if the payload does not match `displayPayload`
 *
 * @example
 * const jws = await signDisplay(
 *   {
 *     origin: 'https://cms.example.com',
 *     display: prepared.display,
 *     device: 'serial:12345678',
 *     label: 'initial-pin',
 *     expires: Math.ceil(Date.now() / 1000) + 60,
 *     sealed: jwe,
 *   },
 *   privateKey,
 *   'cms-2026',
 * );
 */
export const signDisplay = async (payload: DisplayPayload, key: CryptoKey, kid: string): Promise<string> =>
  signJson(DISPLAY_TYPE, v.parse(displayPayload, payload), key, kid);

/**
 * Verifies the signature of a display against the CMS's keys, and returns its payload. The caller must check the claims of the payload, such as
 * origin and expiry.
 *
 * @throws CardwrightError `SECRET_REFUSED` if none of the keys signed the text as a display, or if its payload does not match `displayPayload`
 * @example
 * const { label, sealed } = await readDisplay(jws, cmsKeys);
 */
export async function readDisplay(jws: string, keys: PublicJwkSet): Promise<DisplayPayload> {
  try {
    return v.parse(displayPayload, parseJson(await readSigned(DISPLAY_TYPE, jws, keys)));
  } catch (cause) {
    throw new CardwrightError('SECRET_REFUSED', {}, { cause });
  }
}
