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
    administrator:
      'Verteilen Sie das Hostprogramm. Wo eine Richtlinie Hostprogramme einzelner Benutzer verbietet, installieren Sie es für den ganzen Computer.',
  },
  HOST_FORBIDDEN: {
    message: 'Cardwright auf diesem Computer nimmt diese Erweiterung nicht an.',
    cause: 'Die Kennung der Erweiterung steht nicht im Manifest des Hostprogramms, oder eine Richtlinie verbietet es.',
    user: HELP_DESK,
    administrator: 'Erlauben Sie das Hostprogramm per Richtlinie, oder installieren Sie zueinander passende Versionen.',
  },
  HOST_CRASHED: {
    message: 'Cardwright wurde unerwartet beendet.',
    cause: 'Etwas hat das Hostprogramm beendet, oder es hat einen Fehler.',
    user: 'Versuchen Sie es erneut.',
    administrator: 'Führen Sie auf dem Computer `cardwright-host doctor` aus.',
  },
  STEP_REQUIRED: {
    message: 'Diesen Befehl muss das Portal signieren.',
    cause: 'Die Seite hat einen Befehl gesendet, der nur in einem vom Portal signierten Schritt erlaubt ist.',
    user: HELP_DESK,
    administrator: 'Melden Sie es den Entwicklern des Portals.',
  },
  STEP_REFUSED: {
    message: 'Ein Schritt der Einrichtung wurde abgelehnt. Das Gerät wurde nicht verändert.',
    cause:
      'Seine Signatur, Sitzung, Reihenfolge, sein Gerät oder Alter stimmt nicht, oder er gilt einer anderen Karte.',
    user: START_AGAIN,
    administrator: 'Prüfen Sie Uhr und Schlüssel des Portals.',
  },
  SECRET_REFUSED: {
    message: 'Ein versiegeltes Geheimnis gehört nicht zu diesem Befehl.',
    cause: 'Es wurde für eine andere Sitzung, ein anderes Gerät, einen anderen Vorgang oder Zweck versiegelt.',
    user: START_AGAIN,
    administrator: 'Prüfen Sie die Schlüssel des Portals.',
  },
  SECRET_MISSING: {
    message: 'Ein für die Einrichtung nötiges Geheimnis fehlt.',
    cause: 'Die Sitzung, die es vorbereitet hat, ist beendet.',
    user: 'Versuchen Sie es erneut.',
    administrator: 'Tritt es wieder auf, melden Sie es den Entwicklern des Portals.',
  },
  HOST_START_FAILED: {
    message: 'Cardwright konnte auf diesem Computer nicht gestartet werden.',
    cause: 'Die Datei, die der Browser startet, fehlt, darf nicht ausgeführt werden oder hat sich sofort beendet.',
    user: REINSTALL,
    administrator:
      'Führen Sie `cardwright-host doctor` aus: Es nennt Manifest und Datei. Installieren Sie das Hostprogramm neu.',
  },
  HOST_INTERPRETER_FORBIDDEN: {
    message: 'Windows lässt den Browser Cardwright nicht starten.',
    cause:
      'Eine Richtlinie verbietet die Eingabeaufforderung (DisableCMD), durch die der Browser Hostprogramme startet.',
    user: HELP_DESK,
    administrator:
      'Erlauben Sie die Eingabeaufforderung für Skripte (DisableCMD = 2), oder verwenden Sie einen Browser, der Hostprogramme direkt startet.',
  },
  HOST_BLOCKED: {
    message: 'Eine Sicherheitssoftware blockiert Cardwright auf diesem Computer.',
    cause: 'Endpunktschutz oder eine Liste erlaubter Programme hält das Hostprogramm an.',
    user: HELP_DESK,
    administrator: 'Erlauben Sie die Datei des Hostprogramms im Endpunktschutz, nach Signatur oder Pfad.',
  },
  HOST_ANSWER_INVALID: {
    message: 'Cardwright auf diesem Computer hat eine unlesbare Antwort gegeben.',
    cause: 'An seiner Stelle ist ein anderes Programm eingetragen, oder etwas schreibt in seine Ausgabe.',
    user: HELP_DESK,
    administrator: 'Führen Sie `cardwright-host doctor` aus, und installieren Sie das Hostprogramm neu.',
  },
  BROWSER_SANDBOXED: {
    message: 'Dieser Browser kann Cardwright nicht starten.',
    cause: 'Der Browser wurde als Snap- oder Flatpak-Paket installiert und darf keine anderen Programme starten.',
    user: 'Verwenden Sie einen anderen Browser oder wenden Sie sich an Ihren Helpdesk.',
    administrator:
      'Installieren Sie den Browser als Systempaket (deb oder rpm), oder geben Sie ihm Zugang zum Portal für Native Messaging.',
  },
  HOST_MANIFEST_INVALID: {
    message: 'Der Browser kann nicht lesen, wie Cardwright gestartet wird.',
    cause: 'Das Manifest für Native Messaging ist beschädigt oder heißt anders als das Hostprogramm.',
    user: REINSTALL,
    administrator: 'Führen Sie `cardwright-host install` aus, oder verteilen Sie das Manifest neu.',
  },
  USER_HOST_FORBIDDEN: {
    message: 'Cardwright muss für den ganzen Computer installiert werden.',
    cause: 'Eine Richtlinie verbietet Hostprogramme einzelner Benutzer (NativeMessagingUserLevelHosts).',
    user: HELP_DESK,
    administrator: 'Installieren Sie das Hostprogramm für den ganzen Computer.',
  },
  HOST_DAMAGED: {
    message: 'Cardwright auf diesem Computer ist unvollständig.',
    cause: 'Dateien des Hostprogramms fehlen oder wurden verändert.',
    user: REINSTALL,
    administrator: 'Installieren Sie das Hostprogramm neu.',
  },
};
