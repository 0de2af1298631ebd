import * as v from 'valibot';
import { described, sealed } from '../schema.js';

/** Secrets that a window of the extension can ask for. */
export const userSecret = v.picklist(['pin', 'newPin', 'puk', 'fidoPin', 'newFidoPin']);
export type UserSecret = v.InferOutput<typeof userSecret>;

/** The extension's answer to `user.enterSecrets`. */
export const enteredSecrets = v.strictObject({
  sealed: described(
    v.strictObject({
      pin: v.exactOptional(sealed),
      newPin: v.exactOptional(sealed),
      puk: v.exactOptional(sealed),
      fidoPin: v.exactOptional(sealed),
      newFidoPin: v.exactOptional(sealed),
    }),
    'Exactly the secrets asked for, each a JWE whose purpose is its name.',
  ),
});
