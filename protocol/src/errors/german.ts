import { germanAuthenticationErrors } from './german/authentication.js';
import { germanCmsErrors } from './german/cms.js';
import { germanDeviceErrors } from './german/device.js';
import { germanExtensionErrors } from './german/extension.js';
import { germanFidoErrors } from './german/fido.js';
import { germanHostErrors } from './german/host.js';
import { germanKeyErrors } from './german/key.js';
import { germanMobileErrors } from './german/mobile.js';
import { germanProtocolErrors } from './german/protocol.js';
import { germanReaderErrors } from './german/reader.js';

/** All codes in German. */
export const germanErrors = {
  ...germanProtocolErrors,
  ...germanExtensionErrors,
  ...germanHostErrors,
  ...germanReaderErrors,
  ...germanDeviceErrors,
  ...germanAuthenticationErrors,
  ...germanKeyErrors,
  ...germanFidoErrors,
  ...germanCmsErrors,
  ...germanMobileErrors,
};
