import type { words as english } from '../en/troubleshooting.js';
import type { Partly } from '../partly.js';

export const words: Partly<typeof english> = {
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
