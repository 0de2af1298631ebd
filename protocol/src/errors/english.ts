import { englishAuthenticationErrors } from './english/authentication.js';
import { englishCmsErrors } from './english/cms.js';
import { englishDeviceErrors } from './english/device.js';
import { englishExtensionErrors } from './english/extension.js';
import { englishFidoErrors } from './english/fido.js';
import { englishHostErrors } from './english/host.js';
import { englishKeyErrors } from './english/key.js';
import { englishMobileErrors } from './english/mobile.js';
import { englishProtocolErrors } from './english/protocol.js';
import { englishReaderErrors } from './english/reader.js';

/** All codes in English. */
export const englishErrors = {
  ...englishProtocolErrors,
  ...englishExtensionErrors,
  ...englishHostErrors,
  ...englishReaderErrors,
  ...englishDeviceErrors,
  ...englishAuthenticationErrors,
  ...englishKeyErrors,
  ...englishFidoErrors,
  ...englishCmsErrors,
  ...englishMobileErrors,
};
