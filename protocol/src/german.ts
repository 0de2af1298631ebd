/** German text of the catalogue. A separate entry point, so that only screens bundle it. */
import type { ErrorTranslations } from './errors.js';
import { germanAuthenticationErrors } from './errors/german/authentication.js';
import { germanCmsErrors } from './errors/german/cms.js';
import { germanDeviceErrors } from './errors/german/device.js';
import { germanExtensionErrors } from './errors/german/extension.js';
import { germanFidoErrors } from './errors/german/fido.js';
import { germanHostErrors } from './errors/german/host.js';
import { germanKeyErrors } from './errors/german/key.js';
import { germanMobileErrors } from './errors/german/mobile.js';
import { germanProtocolErrors } from './errors/german/protocol.js';
import { germanReaderErrors } from './errors/german/reader.js';
import type { TroubleshootingWords } from './troubleshooting.js';

export const germanErrors: ErrorTranslations = {
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

export const germanTroubleshooting: TroubleshootingWords = {
  title: 'Hilfe bei Problemen',
  intro: 'Suchen Sie Ihren Fehler nach dem Namen oder der Nummer, die er zeigt, zum Beispiel 4002 oder NO_READER.',
  groups: {
    computer: 'Browser und Computer',
    reader: 'Kartenleser und Verbindung',
    pin: 'PIN und PUK',
    passkey: 'Passkeys und FIDO-PIN',
    mobile: 'Mobilgeräte',
    device: 'Geräte, die nicht verwendet werden können',
    portal: 'Portal und Konto',
    developer: 'Für Entwicklerinnen und Entwickler eines Portals',
  },
  cause: 'Warum es geschieht',
  user: 'Was Sie tun können',
  administrator: 'Für Ihre Administration',
  error: 'Fehler',
};
