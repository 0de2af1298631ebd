import type { readerErrors as english } from '../../en/errors/reader.js';
import type { ErrorsIn } from '../../error-text.js';

const CLOSE_OTHERS = 'Schließen Sie andere Programme, die die Karte verwenden, und versuchen Sie es erneut.';

/** Words for the errors 4000 to 4999, in German. */
export const readerErrors: ErrorsIn<typeof english> = {
  PCSC_UNAVAILABLE: {
    message: 'Der Smartcard-Dienst dieses Computers läuft nicht.',
    cause: 'Der Dienst ist beendet: pcscd unter Linux, Smartcard unter Windows.',
    user: 'Starten Sie den Computer neu und versuchen Sie es erneut. Hilft das nicht, wenden Sie sich an Ihren Helpdesk.',
  },
  NO_READER: {
    message: 'Es ist weder ein Kartenleser noch ein Sicherheitsschlüssel angeschlossen.',
    cause: 'Er steckt nicht, oder sein Treiber fehlt.',
    user: 'Schließen Sie einen an und versuchen Sie es erneut.',
  },
  DEVICE_BUSY: {
    message: 'Ein anderes Programm verwendet das Gerät.',
    cause: 'Ein Programm auf diesem Computer oder eine andere Seite hält es fest.',
    user: CLOSE_OTHERS,
  },
  CARD_REMOVED: {
    message: 'Das Gerät wurde entfernt.',
    cause: 'Es wurde herausgezogen, oder sein Kontakt war unterbrochen.',
    user: 'Schließen Sie es wieder an, versuchen Sie es erneut und lassen Sie es bis zum Ende angeschlossen.',
  },
  CARD_MUTE: {
    message: 'Das Gerät antwortet nicht.',
    cause: 'Die Karte oder ihr Kontakt ist schadhaft.',
    user: 'Entfernen Sie das Gerät, schließen Sie es wieder an und versuchen Sie es erneut.',
  },
  PCSC_FORBIDDEN: {
    message: 'Sie dürfen die Kartenleser dieses Computers nicht verwenden.',
    cause:
      'Das System lässt nur manche Benutzer zum Smartcard-Dienst: unter Linux lässt polkit die mit einer aktiven lokalen Sitzung zu.',
    user: 'Melden Sie sich direkt am Computer an oder wenden Sie sich an Ihren Helpdesk.',
  },
  READER_REMOVED: {
    message: 'Der Kartenleser wurde abgezogen.',
    cause: 'Er wurde herausgezogen, oder sein Kabel hat einen Wackelkontakt.',
    user: 'Schließen Sie den Kartenleser wieder an und versuchen Sie es erneut.',
  },
  CARD_RESET: {
    message: 'Ein anderes Programm hat das Gerät zurückgesetzt.',
    cause: 'Zwei Programme verwenden die Karte gleichzeitig.',
    user: CLOSE_OTHERS,
  },
  PCSC_ERROR: {
    message: 'Der Smartcard-Dienst hat einen Fehler gemeldet.',
    cause: 'Der Kartenleser, sein Treiber oder der Dienst arbeitet nicht, wie er soll.',
    user: 'Schließen Sie Kartenleser und Gerät neu an und versuchen Sie es erneut. Hilft das nicht, wenden Sie sich an Ihren Helpdesk.',
  },
};
