import type { keyErrors as english } from '../../en/errors/key.js';
import type { ErrorsIn } from '../../error-text.js';

const HELP_DESK = 'Wenden Sie sich an Ihren Helpdesk.';
const START_AGAIN = 'Versuchen Sie es erneut von Anfang an.';

/** Words for the errors 7000 to 7999, in German. */
export const keyErrors: ErrorsIn<typeof english> = {
  KEY_CANNOT_SIGN: {
    message: 'Der Schlüssel in diesem Slot kann nicht signieren.',
    cause: 'Bei manchen Karten taugt ein Schlüssel auf elliptischer Kurve in Slot 9D nur zur Schlüsselvereinbarung.',
    user: HELP_DESK,
  },
  ALGORITHM_NOT_SUPPORTED: {
    message: 'Das Gerät unterstützt diesen Algorithmus nicht.',
    cause: 'Das Modell oder seine Firmware hat ihn nicht.',
    user: HELP_DESK,
  },
  KEY_MISSING: {
    message: 'In diesem Slot ist kein Schlüssel.',
    cause: 'Er wurde noch nicht erzeugt oder wurde gelöscht.',
    user: START_AGAIN,
  },
  WEAK_KEY_GENERATION: {
    message: 'Dieses Gerät erzeugt schwache RSA-Schlüssel.',
    cause: 'Seine Firmware (4.2.0 bis 4.3.4) hat die als ROCA bekannte Schwäche (CVE-2017-15361).',
    user: 'Verwenden Sie ein anderes Gerät.',
  },
  ESCROW_MISMATCH: {
    message: 'Die Sicherung der Gerätegeheimnisse im Portal ist nicht die angelegte.',
    cause: 'Der Prüfwert im Schritt weicht ab; auf die Karte wurde nichts geschrieben.',
    user: START_AGAIN,
  },
  CERTIFICATE_INVALID: {
    message: 'Das Zertifikat auf dem Gerät ist nicht lesbar.',
    cause: 'Es ist beschädigt oder hat ein unbekanntes Format.',
    user: 'Versuchen Sie es erneut und richten Sie das Gerät von Anfang an ein.',
  },
};
