import type { words as english } from '../en/errors.js';
import type { ErrorsIn } from '../error-text.js';
import { authenticationErrors } from './errors/authentication.js';
import { cmsErrors } from './errors/cms.js';
import { deviceErrors } from './errors/device.js';
import { extensionErrors } from './errors/extension.js';
import { fidoErrors } from './errors/fido.js';
import { hostErrors } from './errors/host.js';
import { keyErrors } from './errors/key.js';
import { mobileErrors } from './errors/mobile.js';
import { protocolErrors } from './errors/protocol.js';
import { readerErrors } from './errors/reader.js';

/** The error catalogue's words for screens, in German. */
export const words: ErrorsIn<typeof english> = {
  ...protocolErrors,
  ...extensionErrors,
  ...hostErrors,
  ...readerErrors,
  ...deviceErrors,
  ...authenticationErrors,
  ...keyErrors,
  ...fidoErrors,
  ...cmsErrors,
  ...mobileErrors,
};
