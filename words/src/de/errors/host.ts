import type { hostErrors as english } from '../../en/errors/host.js';
import type { ErrorsIn } from '../../error-text.js';

const HELP_DESK = 'Wenden Sie sich an Ihren Helpdesk.';
const REINSTALL = 'Installieren Sie Cardwright auf diesem Computer neu oder wenden Sie sich an Ihren Helpdesk.';
const START_AGAIN = 'Versuchen Sie es erneut von Anfang an.';

/** Words for the errors 3000 to 3999, in German. */
export const hostErrors: ErrorsIn<typeof english> = {
  HOST_MISSING: {
    message: 'Cardwright ist auf diesem Computer nicht installiert.',
    cause: 'Es ist für diesen Browser nicht installiert, oder eine Richtlinie verbirgt es.',
    user: 'Installieren Sie Cardwright auf diesem Computer und versuchen Sie es dann erneut.',
  },
  HOST_FORBIDDEN: {
    message: 'Cardwright auf diesem Computer nimmt diese Erweiterung nicht an.',
    cause: 'Die Kennung der Erweiterung steht nicht im Manifest des Hostprogramms, oder eine Richtlinie verbietet es.',
    user: HELP_DESK,
  },
  HOST_CRASHED: {
    message: 'Cardwright wurde unerwartet beendet.',
    cause: 'Etwas hat das Hostprogramm beendet, oder es hat einen Fehler.',
    user: 'Versuchen Sie es erneut.',
  },
  STEP_REQUIRED: {
    message: 'Diesen Befehl muss das Portal signieren.',
    cause: 'Die Seite hat einen Befehl gesendet, der nur in einem vom Portal signierten Schritt erlaubt ist.',
    user: HELP_DESK,
  },
  STEP_REFUSED: {
    message: 'Ein Schritt der Einrichtung wurde abgelehnt. Das Gerät wurde nicht verändert.',
    cause:
      'Seine Signatur, Sitzung, Reihenfolge, sein Gerät oder Alter stimmt nicht, oder er gilt einer anderen Karte.',
    user: START_AGAIN,
  },
  SECRET_REFUSED: {
    message: 'Ein versiegeltes Geheimnis gehört nicht zu diesem Befehl.',
    cause: 'Es wurde für eine andere Sitzung, ein anderes Gerät, einen anderen Vorgang oder Zweck versiegelt.',
    user: START_AGAIN,
  },
  SECRET_MISSING: {
    message: 'Ein für die Einrichtung nötiges Geheimnis fehlt.',
    cause: 'Die Sitzung, die es vorbereitet hat, ist beendet.',
    user: 'Versuchen Sie es erneut.',
  },
  HOST_START_FAILED: {
    message: 'Cardwright konnte auf diesem Computer nicht gestartet werden.',
    cause: 'Die Datei, die der Browser startet, fehlt, darf nicht ausgeführt werden oder hat sich sofort beendet.',
    user: REINSTALL,
  },
  HOST_INTERPRETER_FORBIDDEN: {
    message: 'Windows lässt den Browser Cardwright nicht starten.',
    cause:
      'Eine Richtlinie verbietet die Eingabeaufforderung (DisableCMD), durch die der Browser Hostprogramme startet.',
    user: HELP_DESK,
  },
  HOST_ANSWER_INVALID: {
    message: 'Cardwright auf diesem Computer hat eine unlesbare Antwort gegeben.',
    cause: 'An seiner Stelle ist ein anderes Programm eingetragen, oder etwas schreibt in seine Ausgabe.',
    user: HELP_DESK,
  },
  BROWSER_SANDBOXED: {
    message: 'Dieser Browser kann Cardwright nicht starten.',
    cause: 'Der Browser wurde als Snap- oder Flatpak-Paket installiert und darf keine anderen Programme starten.',
    user: 'Verwenden Sie einen anderen Browser oder wenden Sie sich an Ihren Helpdesk.',
  },
  HOST_MANIFEST_INVALID: {
    message: 'Der Browser kann nicht lesen, wie Cardwright gestartet wird.',
    cause: 'Das Manifest für Native Messaging ist beschädigt oder heißt anders als das Hostprogramm.',
    user: REINSTALL,
  },
  USER_HOST_FORBIDDEN: {
    message: 'Cardwright muss für den ganzen Computer installiert werden.',
    cause: 'Eine Richtlinie verbietet Hostprogramme einzelner Benutzer (NativeMessagingUserLevelHosts).',
    user: HELP_DESK,
  },
  HOST_DAMAGED: {
    message: 'Cardwright auf diesem Computer ist unvollständig.',
    cause: 'Dateien des Hostprogramms fehlen oder wurden verändert.',
    user: REINSTALL,
  },
  POLICY_UNREADABLE: {
    message: 'Eine Einstellung der Richtlinien ist nicht lesbar.',
    cause: 'Eine Richtlinie setzt einen Wert, der nicht erlaubt ist.',
    user: HELP_DESK,
  },
};
