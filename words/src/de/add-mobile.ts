import type { words as english } from '../en/add-mobile.js';
import type { Partly } from '../partly.js';
import { plural } from '../plural.js';

const count = plural('de');

export const words: Partly<typeof english> = {
  title: 'Mobilgerät hinzufügen',
  steps: {
    proof: 'Identität',
    scan: 'Code scannen',
    install: 'Profil',
    confirm: 'Bestätigen',
    certificates: 'Zertifikate',
  },

  preparing: 'Wird vorbereitet',

  passwordTitle: 'Geben Sie Ihr Passwort ein',
  passwordHint: 'Bevor Sie ein Mobilgerät hinzufügen können, prüft das Portal, dass Sie es sind.',
  password: 'Passwort',

  proof: {
    connectTitle: 'Schließen Sie Ihr aktives Gerät an',
    connectHint:
      'Bevor Sie ein Mobilgerät hinzufügen können, zeigt ein Gerät, das Sie schon verwenden, dass Sie es sind. Stecken Sie Ihre Smartcard in den Kartenleser, oder schließen Sie Ihren Sicherheitsschlüssel an. Dann geht es automatisch weiter.',
    notUsable: 'Angeschlossen, aber hierfür nicht verwendbar',
    notSupported: 'Dieses Gerät hat keine Zertifikate, die zeigen, wer Sie sind.',
    chooseTitle: 'Wählen Sie Ihr aktives Gerät',
    chooseHint: 'Mehrere Geräte sind angeschlossen. Welches zeigt, dass Sie es sind?',
    chooseOneHint: 'Wählen Sie es aus, um fortzufahren, oder schließen Sie ein anderes an.',
  },
  proveTitle: 'Es wird geprüft, dass Sie es sind',
  proveHint: 'Lassen Sie das Gerät angeschlossen. Das dauert nur einen Moment.',
  provePinTitle: 'Geben Sie Ihre PIN im Cardwright-Fenster ein',
  provePinHint: 'Das Fenster gehört zur Cardwright-Erweiterung. Diese Seite erfährt Ihre PIN nie.',

  scanTitle: 'Scannen Sie diesen Code mit Ihrem iPhone oder iPad',
  scanHint: 'Es braucht iOS 18 oder iPadOS 18 oder neuer.',
  qrCode: 'QR-Code mit dem Link darunter',
  link: 'Link',
  copyLink: 'Link kopieren',
  timeLeft: (time) => `Noch ${time}`,
  minutesLeft: (minutes) => count(minutes, { one: 'Noch eine Minute.', other: `Noch ${minutes} Minuten.` }),
  scanSteps: [
    'Scannen Sie den Code mit der Kamera, oder öffnen Sie den Link in Safari.',
    'Tippen Sie auf „Profil laden“, dann auf „Zulassen“.',
    'Öffnen Sie die Einstellungen, und tippen Sie auf „Profil geladen“.',
    'Tippen Sie auf „Installieren“, und geben Sie Ihren Gerätecode ein.',
    'Bestätigen Sie dann auf dieser Seite, dass das Gerät Ihnen gehört.',
  ],
  unverified: 'Ihr Gerät wird das Profil als „Nicht überprüft“ anzeigen. Das ist hier zu erwarten.',
  opened: 'Der Link wurde geöffnet. Laden Sie jetzt das Profil.',

  expiredTitle: 'Dieser Code ist nicht mehr gültig',
  expiredHint:
    'Er wurde nicht rechtzeitig verwendet. Es wurde nichts installiert. Mit einem neuen Code geht es weiter.',
  newCode: 'Neuer Code',

  installTitle: 'Installieren Sie das Profil auf Ihrem Gerät',
  installHint: 'Es wurde geladen. Installieren Sie es in den nächsten Minuten, sonst löscht Ihr Gerät es wieder.',
  installSteps: [
    'Öffnen Sie die Einstellungen, und tippen Sie auf „Profil geladen“.',
    'Tippen Sie oben rechts auf „Installieren“, und geben Sie Ihren Gerätecode ein, falls danach gefragt wird.',
    'Tippen Sie noch einmal auf „Installieren“. Das Gerät wartet dann, bis Sie es hier bestätigen.',
  ],
  installNewCode: 'Zeigen die Einstellungen „Profil geladen“ nicht an, holen Sie einen neuen Code.',
  stolenDeviceProtection:
    'Ist der Schutz für gestohlene Geräte eingeschaltet, und sind Sie nicht an einem vertrauten Ort, schalten Sie ihn vorher in den Einstellungen aus.',

  confirmTitle: (kind) => (kind === null ? 'Ist das Ihr Gerät?' : `Ist das Ihr ${kind}?`),
  confirmHint:
    'Ein Gerät hat den Link verwendet. Es bekommt Ihre Zertifikate nur, wenn Sie sagen, dass es Ihnen gehört.',
  model: 'Modell',
  serialNumber: 'Seriennummer',
  whereSerial: 'Vergleichen Sie sie mit der Seriennummer auf Ihrem Gerät: Einstellungen\u00a0> Allgemein\u00a0> Info.',
  confirm: 'Ja, das ist meins',
  reject: 'Nein',

  rejectedTitle: 'Das Gerät wurde abgewiesen',
  rejectedHint: 'Es bekommt keine Zertifikate, und der Link ist nicht mehr gültig.',
  rejectedAdvice:
    'Vielleicht hat jemand anderes Ihren Link verwendet. Holen Sie einen neuen Code, und zeigen oder senden Sie ihn niemandem. Wenn Sie nicht wissen, wie es dazu kam, sagen Sie es Ihrem Helpdesk.',

  certificatesTitle: 'Ihr Gerät bekommt seine Zertifikate',
  certificatesHint: 'Lassen Sie es entsperrt und die Einstellungen geöffnet. Das dauert ein bis zwei Minuten.',
  certificatesIssued: (issued, ordered) =>
    count(ordered, { one: `${issued} von ${ordered} Zertifikat`, other: `${issued} von ${ordered} Zertifikaten` }),

  someDevice: 'Gerät',
  sentTitle: (model) => `Ihr ${model} hat seine Zertifikate`,
  sentHint: 'Ein Schritt fehlt noch, auf dem Gerät: Es muss zeigen, dass alles installiert ist.',
  sentSteps: [
    'Tippen Sie oben rechts im installierten Profil auf „Fertig“.',
    'Öffnen Sie auf dem Home-Bildschirm das neue Symbol „Abschließen“, und tippen Sie auf die Schaltfläche auf seiner Seite.',
  ],
  sentFailed:
    'Ist die Installation fehlgeschlagen, oder gibt es dieses Symbol nicht? Löschen Sie dann das Mobilgerät unter „Meine Geräte“, und fügen Sie es mit einem neuen Code noch einmal hinzu.',
  installedTitle: (model) => `Ihr ${model} ist bereit`,
  installedHint: 'Es hat gezeigt, dass alles installiert ist.',
  installedUse: 'Sie können seine Zertifikate jetzt verwenden.',

  cancelledTitle: 'Der Vorgang wurde abgebrochen',
  cancelledHint:
    'Der Code ist nicht mehr gültig, vielleicht weil Sie in einem anderen Fenster neu begonnen haben. Unter „Meine Geräte“ wurde nichts hinzugefügt.',

  lastRequest: 'Was das Portal zuletzt gesehen hat',
  lastRequestAt: (time) => `Um ${time} `,
  requests: {
    'opened-link': 'wurde der Link geöffnet. Danach wurde das Profil nicht geladen.',
    'downloaded-profile': 'hat das Gerät das Profil geladen. Danach wurde es nicht installiert.',
    'identified-itself':
      'hat das Gerät gesagt, was es ist, und begonnen, das Profil zu installieren. Danach hat es kein Zertifikat verlangt.',
    'asked-scep-capabilities':
      'hat das Gerät begonnen, sein erstes Zertifikat zu verlangen. Danach kam die Anfrage selbst nicht an.',
    'asked-scep-certificates':
      'hat das Gerät begonnen, sein erstes Zertifikat zu verlangen. Danach kam die Anfrage selbst nicht an.',
    'requested-identity': 'hat das Gerät sein erstes Zertifikat verlangt. Danach kam nichts mehr von ihm.',
    'asked-again': 'hat das Gerät gefragt, ob sein Zertifikat bereit ist. Danach kam nichts mehr von ihm.',
    'asked-for-configuration':
      'hat das Gerät seine Konfiguration verlangt. Danach hat es die Zertifikate darin nicht verlangt.',
    'requested-certificate': 'hat das Gerät eines seiner Zertifikate verlangt. Danach kam nichts mehr von ihm.',
  },
  removeProfile:
    'Entfernen Sie vor dem nächsten Versuch das fehlgeschlagene Profil, falls es auf dem Gerät ist: Einstellungen\u00a0> Allgemein\u00a0> VPN und Geräteverwaltung.',

  missingTitle: 'Ihr Gerät ist noch nicht bereit',
  missingHint: 'Diese Schritte sind nötig, bevor es unter „Meine Geräte“ steht:',
  missing: {
    scan: 'Code scannen und Profil laden',
    install: 'Profil in den Einstellungen installieren',
    confirm: 'Hier bestätigen, dass das Gerät Ihnen gehört',
    certificates: 'Das Gerät bekommt seine Zertifikate',
  },
  missingStates: { passed: 'Erledigt', running: 'Jetzt', waiting: 'Fehlt noch' },
  keepWaiting: 'Weiter warten',

  stopTitle: 'Hinzufügen abbrechen?',
  stopHint:
    'Das Profil auf dem Gerät funktioniert dann nicht, und unter „Meine Geräte“ wird nichts hinzugefügt. Ist das Profil installiert, entfernen Sie es: Einstellungen\u00a0> Allgemein\u00a0> VPN und Geräteverwaltung.',
  stop: 'Hinzufügen abbrechen',
};
