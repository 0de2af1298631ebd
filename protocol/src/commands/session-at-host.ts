import * as v from 'valibot';
import { hostPolicy } from '../host-policy.js';
import { described, origin, publicJwk, publicJwkSet } from '../schema.js';
import { initializeByPage, version } from './session.js';

/** Parameters of `initialize` at the host: the page's parameters, and those that the extension adds. */
export const initializeAtHost = v.strictObject({
  ...initializeByPage,
  extension: described(version, 'Version of the extension, for people.'),
  origin: described(origin, 'Where the page really is: from the browser, never from a message.'),
  cms: described(
    v.nullable(publicJwkSet),
    "The CMS's keys, from policy or from the site's well-known document; null where the site has none.",
  ),
  relyingParties: described(
    v.pipe(v.array(origin), v.maxLength(32)),
    'Origins of foreign relying parties for which the administrator lets the site register passkeys.',
  ),
  windowKey: described(
    v.nullable(publicJwk),
    'To which the host seals a PIN that a window of the extension shows. It lives as long as the session. Null where no page is served, as in a check.',
  ),
  policy: v.exactOptional(
    described(
      hostPolicy,
      "What the administrator's policy demands of the host; left out where that is nothing. A host that obeys it has the capability `policy`. The extension takes no other one where there is a policy: one from before protocol 3.1 refuses the member, and is to be updated.",
    ),
  ),
});
