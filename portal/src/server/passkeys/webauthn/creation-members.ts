import type { CreationOptions } from '@cardwright/protocol/passkeys';
import { userHandleOf } from './user-handle.js';

/** COSE identifiers of ES256, EdDSA and RS256, in order of preference (IANA COSE Algorithms). */
const ALGORITHMS = [-7, -8, -257];
/** Maximum number of UTF-16 units of a name in the options. */
const NAME_LENGTH = 64;

/** The kinds of keys that the portal accepts, as options name them (`pubKeyCredParams`). */
export const KEY_PARAMETERS: CreationOptions['pubKeyCredParams'] = ALGORITHMS.map((alg) => ({
  type: 'public-key',
  alg,
}));

/** A person whose passkeys are registered. */
interface PasskeyOwner {
  /** A UUID. */
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
}

/** Returns a person as options name them (WebAuthn Level 3, 5.4.3). */
export const userEntityOf = ({ id, username, displayName }: PasskeyOwner): CreationOptions['user'] => ({
  id: userHandleOf(id),
  name: username.slice(0, NAME_LENGTH),
  displayName: displayName.slice(0, NAME_LENGTH),
});
