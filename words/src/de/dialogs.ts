import type { words as english } from '../en/dialogs.js';
import type { Partly } from '../partly.js';
import { plural } from '../plural.js';
import { models } from './dialogs/models.js';
import { operations } from './dialogs/operations.js';

const count = plural('de');
const list = new Intl.ListFormat('de');

const USES = {
  'sign-in': 'sich anmelden',
  sign: 'Dokumente signieren',
  decrypt: 'öffnen, was für Sie verschlüsselt ist',
};

export const words: Partly<typeof english> = {
  stepOf: (step, of) => `Schritt ${step} von ${of}`,
  done: 'erledigt',
  cancel: 'Abbrechen',
  close: 'Schließen',
  finish: 'Fertig',
  next: 'Weiter',
  refresh: 'Aktualisieren',
  retry: 'Erneut versuchen',
  goOnHere: 'Hier fortsetzen',
  signIn: 'Anmelden',
  setNewPin: 'Neue PIN festlegen',
  eraseIt: 'Gerät löschen',
  chooseAgain: 'Gerät wählen',
  reload: 'Seite neu laden',
  copyDetails: 'Details kopieren',
  copied: 'Kopiert',

  checking: 'Dieser Computer wird geprüft',
  checkingHint: 'Vier Dinge sind nötig, um Ihr Gerät zu erreichen. Das dauert nur einen Moment.',
  startingHint: 'Cardwright wird auf diesem Computer noch gestartet. Danach geht es automatisch weiter.',
  extension: 'Browser-Erweiterung',
  site: 'Erlaubnis für diese Website',
  host: 'Cardwright auf diesem Computer',
  reader: 'Kartenleser oder Sicherheitsschlüssel',
  readerAwaited: 'Sobald eines davon angeschlossen ist, geht es weiter.',
  pardonAwaited: 'Wenn Sie auf diese Seite zurückkehren, geht es weiter.',
  stillRefused:
    'Diese Website darf noch immer nicht fragen. Öffnen Sie Cardwright in der Symbolleiste, und wählen Sie „Wieder fragen lassen“.',
  checkStates: {
    waiting: 'Noch nicht geprüft',
    running: 'Wird geprüft …',
    passed: 'Bereit',
    needed: 'Noch nicht erlaubt',
    asking: 'Wartet auf Ihre Antwort …',
    failed: 'Nicht bereit',
  },
  allowTitle: 'Diese Website braucht Ihre Erlaubnis',
  allowHint: 'Ein Cardwright-Fenster bittet um Ihre Erlaubnis. Wählen Sie dort „Erlauben“.',
  allow: 'Erlauben …',

  searching: 'Ihr Gerät wird gesucht',
  connectWantedTitle: 'Schließen Sie dieses Gerät an',
  connectWantedHint: 'Sobald es angeschlossen ist, geht es automatisch weiter.',
  wantedUnknown: 'Ihr unfertiges Gerät',
  wantedMissing: (device) =>
    `${device} ist nicht angeschlossen. Schließen Sie es wieder an, oder wählen Sie ein anderes Gerät.`,
  noReader: 'Zurzeit ist weder ein Kartenleser noch ein Sicherheitsschlüssel angeschlossen.',
  eraseHint:
    'Ein schon benutztes Gerät kann eingerichtet werden, sobald alles darauf gelöscht ist. Wählen Sie es nur, wenn Sie die Daten darauf nicht mehr brauchen, oder schließen Sie ein anderes an.',
  eraseAndUse: 'Löschen und verwenden',
  eraseAsksAgain: 'Vor dem Löschen bittet Cardwright Sie um eine Bestätigung.',
  serial: (serial) => `Seriennummer ${serial}`,
  inReader: (reader) => `In ${reader}`,
  lastReader: (reader) => `zuletzt in ${reader}`,
  models,
  choices: (devices) => count(devices, { one: 'Ein Gerät zur Wahl.', other: `${devices} Geräte zur Wahl.` }),

  eraseWindowTitle: 'Bestätigen Sie im Cardwright-Fenster',
  eraseWindowHint:
    'Cardwright fragt dort, ob alles auf diesem Gerät gelöscht werden darf. Schließen Sie das Fenster, bleibt das Gerät, wie es ist.',

  erasing: 'Ihr Gerät wird gelöscht',

  stalled: (time) => `Es läuft noch, bisher seit ${time}.`,
  opening: 'Ihr Gerät wird geöffnet',
  waitingForHolder: 'Ein anderes Programm verwendet dieses Gerät. Bitte warten …',
  absences: {
    CMS_UNREACHABLE: 'Das Portal antwortet nicht. Neuer Versuch …',
    CA_UNAVAILABLE: 'Die Zertifizierungsstelle antwortet nicht. Neuer Versuch …',
    PASSKEY_SERVICE_UNAVAILABLE: 'Der Passkey-Dienst antwortet nicht. Neuer Versuch …',
  },
  percent: (percent) => `${percent} %`,

  pinPreparing: 'Das Fenster öffnet sich gleich.',
  pinIsForTheRest: 'Das ist Ihre Geräte-PIN. Sie gilt für alles außer Ihrem Passkey, der seine FIDO-PIN behält.',
  pinIsForAll: 'Diese PIN gilt für alles, auch für Ihren Passkey.',

  passkeyTasks: {
    'choose-fido-pin': {
      title: 'Wählen Sie Ihre FIDO-PIN im Cardwright-Fenster',
      hint: () => 'Das Fenster gehört zur Cardwright-Erweiterung. Diese Seite erfährt Ihre PIN nie.',
    },
    'enter-fido-pin': {
      title: 'Geben Sie Ihre FIDO-PIN im Cardwright-Fenster ein',
      hint: () => 'Das Fenster gehört zur Cardwright-Erweiterung. Diese Seite erfährt Ihre PIN nie.',
    },
    'reset-fido': {
      title: 'Bestätigen Sie im Cardwright-Fenster',
      hint: () =>
        'Cardwright fragt dort, ob die Passkeys auf diesem Gerät gelöscht werden dürfen. Sonst wird nichts darauf gelöscht. Schließen Sie das Fenster, bleibt das Gerät, wie es ist.',
    },
    browser: {
      title: 'Folgen Sie dem Cardwright-Fenster und Ihrem Browser',
      hint: (service) =>
        `Wählen Sie „Weiter“ im Cardwright-Fenster. Ihr Browser erstellt dann Ihren Passkey für ${service}: Geben Sie dort Ihre FIDO-PIN ein oder wählen Sie eine, und berühren Sie den Schlüssel.`,
    },
    'temporary-pin': {
      title: 'Tippen Sie die vorläufige PIN in den Dialog Ihres Browsers',
      hint: (service) =>
        `Das Cardwright-Fenster zeigt die vorläufige PIN. Wählen Sie dort „Weiter“. Ihr Browser erstellt dann Ihren Passkey für ${service} und fragt nach der PIN. Sie brauchen sie nur dieses eine Mal: Am Ende wählen Sie Ihre eigene PIN.`,
    },
    touch: { title: 'Berühren Sie Ihren Sicherheitsschlüssel', hint: () => 'Er blinkt, solange er auf Sie wartet.' },
    hold: {
      title: 'Berühren Sie Ihren Sicherheitsschlüssel lange',
      hint: () => 'Halten Sie ihn etwa zehn Sekunden lang, bis er nicht mehr blinkt.',
    },
    reinsert: {
      title: 'Entfernen Sie Ihren Sicherheitsschlüssel und stecken Sie ihn wieder ein',
      hint: () => 'Berühren Sie ihn dann, wenn er blinkt. Er lässt sich nur in den ersten Sekunden zurücksetzen.',
    },
  },
  passkeyWindow: 'Lassen Sie das kleine Fenster offen, das dann erscheint: Es schließt sich von selbst.',
  fidoPin: 'FIDO-PIN',
  fidoPinUse: 'Für die Anmeldung mit Ihrem Passkey.',
  devicePin: 'Geräte-PIN',
  devicePinUse: 'Für alles andere. Sie wählen sie am Ende.',

  keepGoing: 'Weitermachen',

  proveTitle: 'Bestätigen Sie, dass Sie es sind',
  proveHint: 'Das Portal muss vorher prüfen, dass Sie es sind. Danach geht es automatisch weiter.',
  proveBySigningIn:
    'Ihre Anmeldung ist dafür zu alt. Melden Sie sich beim Portal ab und wieder an, und fahren Sie dann hier fort.',
  proveOtherwise: 'Das genügt für dieses Gerät nicht. Bestätigen Sie es auf andere Weise.',

  pendingTitle: 'Ihr Gerät ist noch nicht aktiv',
  pendingHint: 'Sie haben noch keine PIN festgelegt und können das Gerät darum nicht verwenden.',
  pendingRetry: 'Legen Sie Ihre PIN jetzt fest, oder fahren Sie später fort: Nichts geht verloren.',
  pendingAsk: 'Bitten Sie Ihren Helpdesk, das Gerät zu aktivieren.',
  setPin: 'PIN jetzt festlegen',

  readyUses: (uses) => `Damit können Sie ${list.format(uses.map((use) => USES[use]))}.`,
  readyPasskeys: (services) => `Der Passkey darauf ersetzt Ihr Passwort für ${list.format(services)}.`,
  rememberPin: 'Merken Sie sich Ihre PIN: Das Gerät fragt danach, und niemand sonst kennt sie.',
  rememberFidoPin: 'Merken Sie sich Ihre FIDO-PIN: Der Passkey fragt danach, und niemand sonst kennt sie.',
  rememberBothPins:
    'Merken Sie sich beide PINs: Ihr Passkey fragt nach der FIDO-PIN, alles andere nach der Geräte-PIN.',
  closesIn: (seconds) => count(seconds, { one: 'Schließt in 1 Sekunde.', other: `Schließt in ${seconds} Sekunden.` }),

  showWindow: 'Fenster zeigen',
  windowNotShown: 'Das Fenster lässt sich nicht nach vorn holen. Suchen Sie es hinter Ihren anderen Fenstern.',
  tabTitle: (title) => `(!) Cardwright wartet auf Sie · ${title}`,

  code: {
    title: 'Geben Sie Ihren Einmalcode ein',
    hint: 'Rufen Sie Ihren Helpdesk an, und bitten Sie um einen Einmalcode für dieses Gerät. Geben Sie ihn innerhalb von zehn Minuten hier ein.',
    label: 'Einmalcode',
    incorrect: 'Der Code ist nicht richtig.',
    useless: 'Dieser Code gilt nicht. Bitten Sie Ihren Helpdesk um einen neuen.',
  },
  triesLeft: (tries) => count(tries, { one: 'Ein Versuch bleibt übrig.', other: `${tries} Versuche bleiben übrig.` }),

  approvalTitle: 'Ihr Gerät wartet auf die Genehmigung',
  approvalHint:
    'Ihre PIN ist festgelegt, und Sie können das Gerät entfernen. Ihr Helpdesk prüft jedes Gerät dieser Art. Sobald er es genehmigt hat, können Sie es verwenden.',
  continueLater: 'Was schon getan ist, bleibt erhalten: Sie können dieses Fenster schließen und später fortfahren.',

  error: (number, code) => `Fehler ${number} · ${code}`,
  whatToDo: 'Was Sie tun können',
  reason: 'Grund',
  technicalDetails: 'Technische Details',
  supportFile: 'Support-Datei speichern',
  showTrace: 'Ablauf anzeigen',
  openedJustNow: {
    supportFile: 'Eine Support-Datei wurde gerade geöffnet. In einer Minute können Sie eine weitere öffnen.',
    trace: 'Es wurde gerade gezeigt. In fünf Sekunden können Sie es noch einmal zeigen lassen.',
  },
  moreHelp: 'Mehr Hilfe',
  contact: 'Kontakt',
  install: { extension: 'Erweiterung herunterladen', host: 'Cardwright herunterladen' },
  operations,
};
