import type { supportFiles as english } from '../../en/operator/support-files.js';
import type { Partly } from '../../partly.js';
import { plural } from '../../plural.js';

const count = plural('de');

export const supportFiles: Partly<typeof english> = {
  hint: 'Ein Benutzer speichert eine Support-Datei in der Erweiterung, die Administration mit `cardwright-host bundle write`. Sie enthält kein Geheimnis.',
  file: 'Support-Datei',
  attach: 'Support-Datei anhängen',
  attached: 'Angehängt.',
  removed: 'Entfernt.',
  by: (time, user) => `${time}, von ${user}`,
  noChecks: 'Es wurde nichts geprüft.',
  allPassed: (checks) => `Alle ${checks} Prüfungen sind bestanden oder wurden übersprungen.`,
  someFailed: (failed, checks) =>
    count(failed, {
      one: `Eine von ${checks} Prüfungen ist fehlgeschlagen.`,
      other: `${failed} von ${checks} Prüfungen sind fehlgeschlagen.`,
    }),
  show: 'Zeigen',
  hide: 'Verbergen',
  download: 'Herunterladen',
  showFile: (time) => `Datei vom ${time} zeigen`,
  hideFile: (time) => `Datei vom ${time} verbergen`,
  downloadFile: (time) => `Datei vom ${time} herunterladen`,
  removeFile: (time) => `Datei vom ${time} entfernen`,

  checks: 'Prüfungen',
  noneMade: 'Es gab keine.',
  outcomes: { passed: 'Bestanden', failed: 'Fehlgeschlagen', skipped: 'Übersprungen' },
  policy: 'Geltende Richtlinie',
  log: 'Protokoll des Hostprogramms',
  made: 'Entstehung',
  when: 'Wann',
  madeBy: 'Von',
  makers: { extension: 'der Erweiterung', host: 'dem Hostprogramm' },
  extension: 'Erweiterung',
  host: 'Hostprogramm',
  notReached: 'nicht erreicht',
  failures: 'Letzte Fehler',
  failuresHint: 'Befehle, die seit dem Start des Browsers fehlgeschlagen sind, die neuesten zuletzt.',
  noTrace: 'Es wurden keine Nachrichten aufgezeichnet.',
  traceErrors: 'Fehler in der Aufzeichnung',
  messages: (messages, sessions) =>
    count(sessions, {
      one: `${messages} Nachrichten aus einer Sitzung`,
      other: `${messages} Nachrichten aus ${sessions} Sitzungen`,
    }),
  dropped: (messages) => `${messages} ältere sind entfallen`,
  wholeTrace: 'Die ganze Aufzeichnung ist in der Datei: Öffnen Sie sie mit dem Protokollinspektor.',
  noTime: 'unbekannte Zeit',
};
