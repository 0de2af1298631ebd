import type { deviceErrors as english } from '../../en/errors/device.js';
import type { ErrorsIn } from '../../error-text.js';

const OTHER_DEVICE = 'Verwenden Sie ein anderes Gerät.';

/** Words for the errors 5000 to 5999, in German. */
export const deviceErrors: ErrorsIn<typeof english> = {
  DEVICE_NOT_FOUND: {
    message: 'Das Gerät ist nicht mehr angeschlossen.',
    cause: 'Es wurde entfernt oder war nie in einem Kartenleser.',
    user: 'Schließen Sie es an und versuchen Sie es erneut.',
  },
  DEVICE_NOT_OPEN: {
    message: 'Das Gerät ist nicht geöffnet.',
    cause: 'Es wurde nicht geöffnet oder nach einer Minute ohne Nutzung freigegeben.',
    user: 'Versuchen Sie es erneut.',
  },
  NO_APPLICATION: {
    message: 'Das Gerät hat keine Anwendung, die Cardwright kennt.',
    cause: 'Es ist eine andere Art von Karte, oder PIV und FIDO2 sind auf ihr abgeschaltet.',
    user: OTHER_DEVICE,
  },
  NOT_SUPPORTED_BY_DEVICE: {
    message: 'Das Gerät kann das nicht.',
    cause: 'Dieses Modell hat die Funktion nicht.',
    user: OTHER_DEVICE,
  },
  DEVICE_FULL: {
    message: 'Auf dem Gerät ist kein Platz mehr.',
    cause: 'Sein Speicher ist mit anderen Objekten belegt.',
    user: OTHER_DEVICE,
  },
  CARD_ERROR: {
    message: 'Das Gerät hat einen Fehler gemeldet.',
    cause: 'Die Karte hat einen Befehl abgelehnt; ihre Antwort hat keine genauere Bedeutung.',
    user: 'Versuchen Sie es erneut. Hilft das nicht, verwenden Sie ein anderes Gerät.',
  },
  WRONG_DEVICE: {
    message: 'Das ist nicht das gewünschte Gerät.',
    cause: 'An seiner Stelle wurde ein anderes Gerät angeschlossen.',
    user: 'Schließen Sie das richtige Gerät an und versuchen Sie es erneut.',
  },
  CHANGED_BY_MINIDRIVER: {
    message: 'Ein anderer Treiber hat das Gerät verändert.',
    cause:
      'Der Smartcard-Minidriver von Yubico hat es verwendet: Er versucht die Werks-PUK, kann sie blockieren und ersetzt den Verwaltungsschlüssel.',
    user: 'Wenden Sie sich an Ihren Helpdesk.',
  },
  CONTACT_NEEDED: {
    message: 'Kontaktlos kann das Gerät nicht eingerichtet werden.',
    cause: 'Es wurde über Funk gelesen und verweigert dort einen Teil dessen, was nötig ist.',
    user: 'Stecken Sie es in einen Kartenleser mit Kontakten, oder schließen Sie es direkt an, und versuchen Sie es erneut.',
  },
  DEVICE_NOT_ALLOWED: {
    message: 'Ihre Administration lässt Geräte dieses Modells nicht zu.',
    cause: 'Eine Richtlinie legt fest, welche Modelle auf diesem Computer verwendet werden dürfen.',
    user: OTHER_DEVICE,
  },
};
