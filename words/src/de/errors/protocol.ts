import type { protocolErrors as english } from '../../en/errors/protocol.js';
import type { ErrorsIn } from '../../error-text.js';

const RELOAD = 'Laden Sie die Seite neu.';

/** Words for the errors 1000 to 1999, in German. */
export const protocolErrors: ErrorsIn<typeof english> = {
  INVALID_MESSAGE: {
    message: 'Eine Nachricht entspricht nicht dem Protokoll.',
    cause: 'Sie ist keine Nachricht nach JSON-RPC 2.0.',
    user: RELOAD,
  },
  METHOD_NOT_FOUND: {
    message: 'Ihre Version von Cardwright kennt diesen Befehl nicht.',
    cause: 'Das Portal verwendet einen Befehl, den diese Version von Cardwright nicht hat.',
    user: 'Aktualisieren Sie Cardwright und versuchen Sie es erneut.',
  },
  INVALID_PARAMS: {
    message: 'Die Angaben zu einem Befehl sind ungültig.',
    cause: 'Eine Angabe fehlt, ist unbekannt, zu groß oder von falscher Art.',
    user: RELOAD,
  },
  INTERNAL: {
    message: 'Etwas ist schiefgegangen.',
    cause: 'Ein Fehler in Cardwright.',
    user: 'Versuchen Sie es erneut. Tritt es wieder auf, senden Sie die kopierten Details an Ihren Helpdesk.',
  },
  CANCELLED: {
    message: 'Der Vorgang wurde abgebrochen.',
    cause: 'Die Seite hat das verlangt oder wurde geschlossen.',
    user: 'Versuchen Sie es erneut, wenn Sie bereit sind.',
  },
  TIMEOUT: {
    message: 'Cardwright hat nicht rechtzeitig geantwortet.',
    cause: 'Ein Teil von Cardwright ist beschäftigt oder hängt.',
    user: 'Versuchen Sie es erneut. Hilft das nicht, starten Sie den Computer neu.',
  },
  VERSION_MISMATCH: {
    message: 'Ihre Cardwright-Versionen passen nicht zueinander.',
    cause: 'Ein Teil wurde aktualisiert, ein anderer nicht, oder Ihre Administration verlangt eine neuere Version.',
    user: 'Aktualisieren Sie den genannten Teil und versuchen Sie es erneut.',
    variants: {
      sdk: {
        message: 'Cardwright auf dieser Website ist zu alt.',
        user: 'Teilen Sie Ihrem Helpdesk mit, dass diese Website eine neuere Version von Cardwright braucht.',
      },
      extension: {
        message: 'Die Cardwright-Erweiterung ist zu alt.',
        user: 'Aktualisieren Sie die Cardwright-Erweiterung und laden Sie die Seite neu.',
      },
      host: {
        message: 'Cardwright auf diesem Computer ist zu alt.',
        user: 'Aktualisieren Sie Cardwright auf diesem Computer und versuchen Sie es erneut.',
      },
    },
  },
  ALREADY_INITIALIZED: {
    message: 'Die Sitzung ist schon geöffnet.',
    cause: 'Die Seite hat `initialize` zweimal gesendet oder einen Befehl davor.',
    user: RELOAD,
  },
  NOT_INITIALIZED: {
    message: 'Die Sitzung ist noch nicht geöffnet.',
    cause: 'Die Seite hat einen Befehl vor `initialize` gesendet.',
    user: RELOAD,
  },
  MESSAGE_TOO_LARGE: {
    message: 'Eine Nachricht ist größer als erlaubt.',
    cause: 'Ein Schritt, ein Zertifikat oder eine Liste von Schlüsseln ist größer als 256 KiB.',
    user: 'Wenden Sie sich an Ihren Helpdesk.',
  },
};
