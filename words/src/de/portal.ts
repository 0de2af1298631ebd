import type { words as english } from '../en/portal.js';
import type { Partly } from '../partly.js';
import { plural } from '../plural.js';

const count = plural('de');

export const words: Partly<typeof english> = {
  pages: 'Seiten',
  myDevices: 'Meine Geräte',
  operator: 'Operator',
  language: 'Sprache',
  signOut: 'Abmelden',

  signIn: 'Anmelden',
  userName: 'Benutzername',
  password: 'Passwort',
  signInProblems: {
    LOGIN_REQUIRED: 'Benutzername oder Passwort ist falsch.',
    RATE_LIMITED: 'Zu viele Versuche. Versuchen Sie es später erneut.',
    PASSKEY_LOGIN_REFUSED:
      'Mit diesem Passkey können Sie sich nicht anmelden. Versuchen Sie einen anderen, oder verwenden Sie Ihr Passwort.',
  },
  sessionEnded: 'Ihre Sitzung ist zu Ende. Melden Sie sich wieder an.',
  signInWithPasskey: 'Mit einem Passkey anmelden',
  signInWith: (title) => `Mit ${title} anmelden`,
  signingIn: 'Sie werden angemeldet …',
  signInRefusals: {
    away: 'Diese Art der Anmeldung ist gerade nicht verfügbar. Versuchen Sie es in einigen Minuten erneut.',
    unproved: 'Sie sind nicht angemeldet. Versuchen Sie es erneut.',
    taken: 'Ihr Benutzername gehört hier schon zu einem anderen Konto. Fragen Sie Ihren Helpdesk.',
    'not-permitted': 'Ihre Organisation erlaubt Ihnen dieses Portal nicht. Fragen Sie Ihren Helpdesk.',
  },
  or: 'oder',
  noPasskeyHere: 'Ihr Browser kann hier keinen Passkey verwenden. Verwenden Sie Ihr Passwort.',
  cannotSignIn: 'Sie können sich nicht anmelden? Fragen Sie Ihren Helpdesk.',

  ways: { password: 'Passwort', passkey: 'Passkey', card: 'Gerät und PIN' },

  account: {
    title: 'Mein Konto',
    access: 'Was mit Ihrem Konto geschah',
    accessHint:
      'Wenn Sie etwas nicht erkennen, beenden Sie die Sitzung, ändern Sie Ihr Passwort, und wenden Sie sich an Ihren Helpdesk.',
    columns: { what: 'Was', when: 'Wann', address: 'Adresse', way: 'Mit' },
    by: { other: 'Durch jemanden in Ihrer Organisation.' },
    thisSession: 'In dieser Sitzung.',
    reasons: {
      PASSWORD_INCORRECT: 'Falsches Passwort.',
      LOGIN_REQUIRED: 'Es fehlte eine frische Bestätigung der Identität.',
      idle: 'Sie wurde nicht verwendet.',
      lifetime: 'Ihre Zeit war abgelaufen.',
      'ended-by-user': 'Sie haben sie beendet.',
      'too-many': 'Sie haben sich noch einmal angemeldet und hatten zu viele Sitzungen.',
      'role-changed': 'Ihre Rollen wurden geändert.',
      'account-changed': 'Ihr Konto wurde geändert.',
      'passkeys-removed': 'Ihr Passkey wurde entfernt.',
      'signed-in-again': 'In diesem Browser hat sich jemand erneut angemeldet.',
      'signed-out-at-provider': 'Sie haben sich bei Ihrer Organisation abgemeldet.',
      'refused-by-provider': 'Ihre Organisation lässt Sie nicht mehr anmelden.',
      'provider-removed': 'Der Weg, auf dem Sie sich angemeldet haben, wurde entfernt.',
    },
  },

  sessions: {
    title: 'Angemeldete Browser',
    hint: 'Beenden Sie, was Sie nicht erkennen oder nicht mehr verwenden. Ein Browser, den niemand verwendet, wird nach einer Weile abgemeldet.',
    columns: {
      browser: 'Browser',
      address: 'Adresse',
      way: 'Angemeldet mit',
      since: 'Seit',
      lastUsed: 'Zuletzt verwendet',
      actions: 'Aktionen',
    },
    thisOne: 'Dieser',
    end: 'Beenden',
    endOf: (browser) => `${browser} beenden`,
    endOthers: 'Alle anderen beenden',
    endAll: 'Alle beenden',
    signOutEverywhere: 'Überall abmelden',
    ended: (number) =>
      count(number, { one: 'Beendet.', other: number === 0 ? 'War bereits beendet.' : `${number} beendet.` }),
    none: 'Kein Browser ist angemeldet.',
    unknownBrowser: 'Unbekannter Browser',
    browserOn: (browser, system) => `${browser} unter ${system}`,
  },

  passwords: {
    link: 'Passwort',
    changeTitle: 'Passwort ändern',
    present: 'Bisheriges Passwort',
    new: 'Neues Passwort',
    again: 'Dasselbe Passwort noch einmal',
    rules:
      'Mindestens 12 Zeichen, ohne Ihren Benutzernamen. Einige Wörter, die nichts miteinander zu tun haben, kann man sich leicht merken.',
    changed: 'Ihr Passwort ist geändert. In allen anderen Browsern sind Sie abgemeldet.',
    advice: 'Ihr Passwort entspricht nicht mehr den Regeln. Ändern Sie es jetzt.',
    later: 'Später',
    different: 'Die beiden neuen Passwörter sind nicht gleich.',
    problems: {
      empty: 'Geben Sie ein neues Passwort ein.',
      short: 'Es hat weniger als 12 Zeichen.',
      long: 'Es hat mehr als 200 Zeichen.',
      untypeable: 'Es hat Zeichen, die man nicht tippen kann.',
      uniform: 'Es hat weniger als 6 verschiedene Zeichen.',
      'user-name': 'Es enthält Ihren Benutzernamen.',
      'guessed-first': 'Es enthält, was Angreifer zuerst raten.',
      common: 'Es steht auf der Liste häufiger Passwörter. Wählen Sie eines, das sonst niemand hat.',
      same: 'Es ist das bisherige Passwort.',
    },
    setTitle: 'Passwort festlegen',
    linkFor: (name) => `Dieser Link ist für ${name}.`,
    setButton: 'Passwort festlegen',
    set: 'Ihr Passwort ist festgelegt.',
    linkNotValid: 'Dieser Link ist nicht mehr gültig. Bitten Sie Ihren Helpdesk um einen neuen.',
  },

  secondStep: {
    title: 'Noch ein Schritt',
    use: { hint: 'Bestätigen Sie mit Ihrem Passkey, dass Sie es sind.', button: 'Passkey verwenden' },
    card: {
      hint: 'Bestätigen Sie mit einem Ihrer Geräte und dessen PIN, dass Sie es sind.',
      button: 'Eines Ihrer Geräte verwenden',
    },
    either: 'Bestätigen Sie mit Ihrem Passkey, oder mit einem Ihrer Geräte und dessen PIN, dass Sie es sind.',
    cardRefused: 'Mit diesem Gerät können Sie das nicht mehr bestätigen. Fragen Sie Ihren Helpdesk.',
    register: {
      hint: 'Zum Anmelden brauchen Sie von jetzt an außer dem Passwort einen Passkey: Ihren Fingerabdruck, Ihr Gesicht oder eine PIN auf diesem Gerät oder Ihrem Telefon, oder einen Sicherheitsschlüssel.',
      button: 'Passkey erstellen',
    },
    someoneElse: 'Als jemand anderes anmelden',
    lost: 'Sie können das nicht? Fragen Sie Ihren Helpdesk.',
    again: 'Melden Sie sich noch einmal an, um Ihren Passkey zu erstellen.',
  },

  signInPasskeys: {
    title: 'Passkeys zum Anmelden',
    hint: 'Ein Passkey bestätigt, dass Sie es sind: mit Ihrem Fingerabdruck, Ihrem Gesicht oder einer PIN. Haben Sie zwei, damit Sie sich auch anmelden können, wenn Sie einen verlieren.',
    none: 'Sie haben hier keinen Passkey. Passkeys auf Ihren Geräten finden Sie unter „Meine Geräte“.',
    columns: { name: 'Name', since: 'Seit', lastUsed: 'Zuletzt verwendet', actions: 'Aktionen' },
    neverUsed: 'nie',
    backedUp: 'Auch auf Ihren anderen Geräten',
    add: 'Passkey hinzufügen',
    rename: 'Umbenennen',
    remove: 'Entfernen',
    renameOf: (name) => `${name} umbenennen`,
    removeOf: (name) => `${name} entfernen`,
    renameTitle: 'Passkey umbenennen',
    removeTitle: 'Diesen Passkey entfernen?',
    removeHint: (name) => `Mit „${name}“ können Sie sich dann nicht mehr anmelden.`,
    proveTitle: 'Bestätigen Sie, dass Sie es sind',
    cancel: 'Abbrechen',
    save: 'Speichern',
    added: 'Der Passkey ist hinzugefügt.',
    renamed: 'Der Passkey ist umbenannt.',
    removed: 'Der Passkey ist entfernt.',
    refusals: {
      'too-many': 'Sie haben zehn Passkeys. Entfernen Sie zuerst einen.',
      known: 'Dieser Passkey ist schon registriert.',
      last: 'Das ist Ihr letzter Passkey, und Sie brauchen einen zum Anmelden. Fügen Sie zuerst einen anderen hinzu.',
    },
    problems: {
      none: 'Keiner Ihrer Passkeys ist gerade verwendbar. Fragen Sie Ihren Helpdesk.',
      known: 'Dieses Gerät hat schon einen Passkey für Sie.',
      notHere: 'Ihr Browser kann hier keinen Passkey verwenden. Versuchen Sie es mit einem anderen Browser oder Gerät.',
      name: 'Ein Name hat 1 bis 64 Zeichen.',
      PASSKEY_LOGIN_REFUSED: 'Dieser Passkey gilt hier nicht. Versuchen Sie einen anderen.',
      PASSKEY_REFUSED: 'Der Passkey konnte nicht erstellt werden. Versuchen Sie es noch einmal.',
      RATE_LIMITED: 'Zu viele Versuche. Versuchen Sie es später erneut.',
    },
  },

  freshProof: {
    why: 'Bestätigen Sie zuerst, dass Sie es sind. Die letzte Bestätigung ist mehr als zehn Minuten alt.',
    confirm: 'Bestätigen',
    withPasskey: 'Passkey verwenden',
    withProvider: (title) => `Weiter mit ${title}`,
    inWindow:
      'Bestätigen Sie in dem geöffneten Fenster, dass Sie es sind. Wenn Sie es geschlossen haben, drücken Sie die Taste erneut.',
    windowProblems: {
      blocked:
        'Ihr Browser hat das Fenster blockiert. Erlauben Sie ihm, Fenster dieser Seite zu öffnen, und drücken Sie die Taste erneut.',
      late: 'Aus dem Fenster kam keine Antwort. Drücken Sie die Taste erneut.',
      away: 'Dieser Weg ist gerade nicht verfügbar. Versuchen Sie es in einigen Minuten erneut.',
      unproved:
        'Damit ist nicht bestätigt, dass Sie es sind. Versuchen Sie es erneut, als die Person, die hier angemeldet ist.',
      taken: 'Ihr Benutzername gehört hier schon zu einem anderen Konto. Fragen Sie Ihren Helpdesk.',
      'not-permitted': 'Ihre Organisation erlaubt Ihnen dieses Portal nicht. Fragen Sie Ihren Helpdesk.',
    },
    proved: 'Sie sind es.',
    closeWindow: 'Sie können dieses Fenster schließen.',
    none: 'Melden Sie sich ab und erneut an.',
    noPasskeyHere: 'Ihr Browser kann hier keinen Passkey verwenden. Wählen Sie einen anderen Weg.',
    problems: {
      PASSWORD_INCORRECT: 'Das Passwort ist falsch.',
      RATE_LIMITED: 'Zu viele Versuche. Versuchen Sie es später erneut.',
      PASSKEY_LOGIN_REFUSED:
        'Dieser Passkey gilt hier nicht. Versuchen Sie einen anderen Passkey oder einen anderen Weg.',
    },
  },

  addDevice: 'Gerät hinzufügen',
  addMobile: 'Mobilgerät hinzufügen',
  noDevice: 'Noch keine Geräte.',
  noDeviceInUse: 'Keine Geräte in Verwendung.',
  whatYouNeed: {
    title: 'Was Sie brauchen',
    needs: [
      'Eine Smartcard und einen Kartenleser oder einen Sicherheitsschlüssel',
      'Eine PIN, die Sie selbst wählen',
      'Etwa fünf Minuten',
    ],
    mobile: 'Oder nur ein iPhone oder iPad mit iOS 18 oder neuer.',
  },
  whereToGet: 'Wo Sie ein Gerät bekommen',
  added: 'Neu',

  states: {
    available: 'Verfügbar',
    producing: 'Wird eingerichtet',
    pending: 'PIN fehlt',
    'awaiting-approval': 'Wartet auf Genehmigung',
    active: 'Aktiv',
    suspended: 'Vorübergehend gesperrt',
    failed: 'Einrichtung fehlgeschlagen',
    terminated: 'Stillgelegt',
  },
  installing: 'Wird installiert',
  finishSetup: 'Einrichtung abschließen',
  startAgain: 'Neu beginnen',
  interrupted: {
    what: 'Die Einrichtung ist nicht abgeschlossen.',
    todo: 'Schließen Sie das Gerät an, und wählen Sie „Einrichtung abschließen“: Was schon getan ist, bleibt erhalten.',
  },
  awaitingApproval: {
    what: 'Das Gerät wartet auf die Genehmigung: Ihr Helpdesk prüft jedes Gerät dieser Art.',
    todo: 'Sie müssen nichts tun: Ihre PIN ist festgelegt. Sobald Ihr Helpdesk das Gerät genehmigt hat, können Sie es verwenden.',
  },
  approvalNeeded: {
    what: 'Die Einrichtung wartet auf die Genehmigung: Das Gerät konnte nicht nachweisen, was es ist.',
    todo: 'Bitten Sie Ihren Helpdesk um die Genehmigung. Schließen Sie dann das Gerät an, und wählen Sie „Einrichtung abschließen“. Was schon getan ist, bleibt erhalten.',
  },
  approved: {
    what: 'Ihr Helpdesk hat die Einrichtung genehmigt. Sie ist noch nicht abgeschlossen.',
    todo: 'Schließen Sie das Gerät an, und wählen Sie „Einrichtung abschließen“.',
  },
  unlockApprovalNeeded: {
    what: 'Ihre neue PIN wartet auf die Genehmigung: Das Gerät konnte nicht nachweisen, was es ist.',
    todo: 'Bitten Sie Ihren Helpdesk um die Genehmigung, und wählen Sie dann noch einmal „PIN vergessen?“.',
  },
  unlockApproved: {
    what: 'Ihr Helpdesk hat eine neue PIN genehmigt.',
    todo: 'Wählen Sie „PIN vergessen?“, und schließen Sie das Gerät an.',
  },
  work: {
    kinds: {
      renew: (reason) => ({
        what: because('Ihr Helpdesk bittet Sie, die Zertifikate dieses Geräts zu erneuern', reason),
        todo: 'Schließen Sie es an, und wählen Sie „Erneuern“. Sie brauchen seine PIN.',
      }),
      update: (reason) => ({
        what: because('Ihr Helpdesk bittet Sie, dieses Gerät zu aktualisieren', reason),
        todo: 'Schließen Sie es an, und wählen Sie „Aktualisieren“. Sie brauchen seine PIN.',
      }),
      'change-pin': (reason) => ({
        what: because('Ihr Helpdesk bittet Sie, die PIN dieses Geräts zu ändern', reason),
        todo: 'Schließen Sie es an, und wählen Sie „PIN ändern“.',
      }),
      erase: (reason) => ({
        what: because('Ihr Helpdesk bittet Sie, dieses Gerät zurückzugeben', reason),
        todo: 'Schließen Sie es an, und wählen Sie „Zurückgeben“. Schlüssel, Zertifikate, PIN und PUK gehen verloren. Geben Sie es dann ab.',
      }),
    },
    asked: (operator, date, until) => `Am ${date} von ${operator} erbeten, bis ${until}.`,
  },
  codeIssued: (time) => ({
    what: `Ihr Helpdesk hat einen Einmalcode für eine neue PIN ausgegeben: ${time}.`,
    todo: 'Wenn Sie keinen verlangt haben, rufen Sie sofort Ihren Helpdesk an.',
  }),
  declined: (reason) => ({
    what: `Ihr Helpdesk hat das Gerät abgelehnt: „${reason}“`,
    todo: 'Fragen Sie Ihren Helpdesk, was zu tun ist, oder verwenden Sie ein anderes Gerät.',
  }),
  failed: {
    what: 'Die Einrichtung ist fehlgeschlagen.',
    todo: 'Schließen Sie das Gerät an, und wählen Sie „Einrichtung abschließen“.',
  },
  failedCanStartAgain: 'Schließen Sie es wieder an, um fortzufahren, oder beginnen Sie neu (dabei wird es gelöscht).',
  failedForGood: 'Verwenden Sie ein anderes Gerät, oder bitten Sie Ihren Helpdesk um einen neuen Versuch.',
  cancelled: 'Sie wurde abgebrochen, bevor sie abgeschlossen war.',
  initialPin: {
    what: 'Das Gerät hat noch seine Start-PIN.',
    todo: 'Erfragen Sie sie bei Ihrem Helpdesk, und legen Sie dann Ihre eigene PIN fest.',
  },
  setOwnPin: 'Eigene PIN festlegen',
  pinToChoose: {
    what: 'Es fehlt nur noch Ihre PIN.',
    todo: 'Schließen Sie das Gerät an, und wählen Sie „Einrichtung abschließen“. Vorher können Sie es nicht verwenden.',
  },
  pending: {
    what: 'Es wurde keine PIN festgelegt.',
    todo: 'Bitten Sie Ihren Helpdesk, das Gerät zu aktivieren. Bis dahin können Sie es nicht verwenden.',
  },
  notInstalled: {
    what: 'Das Gerät hat noch nicht gezeigt, dass sein Profil installiert ist.',
    todo: 'Öffnen Sie auf seinem Home-Bildschirm das Symbol „Abschließen“, und tippen Sie auf die Schaltfläche. Gibt es dieses Symbol nicht, löschen Sie das Mobilgerät hier, und fügen Sie es mit einem neuen Code noch einmal hinzu.',
  },
  suspended: (date, reason) => ({
    what: because(`Das Gerät wurde am ${date} vorübergehend gesperrt`, reason),
    todo: 'Bitten Sie Ihren Helpdesk, die Sperre aufzuheben. Bis dahin können Sie es nicht verwenden.',
  }),

  goodUntil: (date) => `Gültig bis ${date}`,
  expiresIn: (days, date) =>
    count(days, { one: `Läuft in einem Tag ab, am ${date}`, other: `Läuft in ${days} Tagen ab, am ${date}` }),
  expiredOn: (date) => `Abgelaufen am ${date}`,
  details: 'Details',
  noLongerUsed: 'Nicht mehr verwendet',
  givenBackOn: (date) => `Zurückgegeben am ${date}.`,
  beingErased: 'Widerrufen, aber noch nicht gelöscht.',
  finishErasing: 'Rückgabe abschließen',
  terminatedOn: (date, reason) => because(`Stillgelegt am ${date}`, reason),
  questions: 'Fragen?',

  id: 'Kennung',
  serialNumber: 'Seriennummer',
  notProved: (value) => `${value} (nicht nachgewiesen)`,
  setUp: 'Eingerichtet',
  activated: 'Aktiviert',
  keys: 'Schlüssel auf dem Gerät erzeugt',
  proof: { attested: 'nachgewiesen', 'not-proved': 'nicht nachgewiesen' },
  managementKey: 'Verwaltungsschlüssel',
  managementKeyConfigured: 'der dieses Modells; die Karte kann ihn nicht ändern',

  mobile: {
    added: 'Hinzugefügt',
    system: 'System',
    systemOf: ({ name, version, isBeta, signed }) => {
      if (version === null) return `${name}, Build ${signed}`;
      return `${name} ${version}${isBeta ? ' Beta' : ''}${signed === version ? '' : ` (${signed})`}`;
    },
    keys: 'Schlüssel',
    keysNotConfirmed: 'auf dem Gerät erzeugt, vom Hersteller nicht bestätigt',
  },
  rename: {
    label: 'Umbenennen',
    title: 'Dieses Gerät benennen',
    name: 'Name',
    hint: 'Höchstens 60 Zeichen. Ohne Eintrag gilt der Name des Modells. Auch Ihr Helpdesk kann ihn lesen.',
    save: 'Speichern',
    refused: 'Verwenden Sie höchstens 60 Zeichen, die alle zu sehen sind.',
  },
  removePasskey: {
    label: 'Entfernen',
    labelFor: (service) => `Passkey für „${service}“ entfernen`,
    title: (service) => `Passkey für „${service}“ entfernen?`,
    consequence: (service, device) =>
      `Mit diesem Gerät (${device}) können Sie sich bei „${service}“ nicht mehr anmelden. Vergewissern Sie sich, dass Sie dort einen anderen Weg zur Anmeldung haben.`,
    steps:
      'Er wird zuerst beim Dienst entfernt und dann auf dem Gerät, wenn dieser Computer das kann. Halten Sie die FIDO-PIN bereit.',
    last: 'Es ist der einzige Passkey auf diesem Gerät.',
    cancel: 'Abbrechen',
  },
  deleteMobile: {
    label: 'Mobilgerät löschen',
    title: (name) => `${name} löschen?`,
    consequence:
      'Seine Zertifikate werden widerrufen, und niemand kann sich mehr damit anmelden. Sie können es später wieder hinzufügen.',
    encrypted: 'Ohne sein Profil kann das Gerät Nachrichten nicht mehr lesen, die für es verschlüsselt wurden.',
    profile:
      'Das Profil bleibt auf dem Gerät. Entfernen Sie es dort, unter Einstellungen > Allgemein > VPN und Geräteverwaltung.',
    cancel: 'Abbrechen',
    done: (name) =>
      `${name} ist gelöscht. Entfernen Sie jetzt das Profil auf dem Gerät, unter Einstellungen > Allgemein > VPN und Geräteverwaltung.`,
  },

  report: {
    label: 'Problem melden',
    title: (name) => `Was ist mit ${name} geschehen?`,
    incidents: {
      'left-at-home': 'Ich habe es zu Hause vergessen',
      lost: 'Ich habe es verloren',
      damaged: 'Es ist beschädigt',
      stolen: 'Es wurde gestohlen',
    },
    reported: {
      'left-at-home': 'zu Hause vergessen',
      lost: 'verloren',
      damaged: 'beschädigt',
      stolen: 'gestohlen',
    },
    consequence:
      'Das Gerät wird sofort vorübergehend gesperrt: Seine Zertifikate gelten nicht mehr, und es lässt sich nicht verwenden.',
    canTakeBack: 'Haben Sie es zu Hause vergessen oder finden es wieder, können Sie die Meldung zurücknehmen.',
    cannotTakeBack:
      'Dass es beschädigt ist oder gestohlen wurde, können Sie nicht zurücknehmen. Das kann nur Ihr Helpdesk.',
    passkeys: (services) =>
      `Seine Passkeys lassen sich nicht überall vorübergehend sperren: ${services}. Wurde das Gerät gestohlen, werden sie dort endgültig gelöscht. Sonst bleiben sie, bis das Gerät ersetzt oder stillgelegt ist.`,
    phone: 'Das Profil bleibt auf dem Mobilgerät. Sperren oder löschen Sie es selbst mit „Wo ist?“.',
    confirm: 'Melden und sperren',
    done: 'Das Gerät ist vorübergehend gesperrt.',
    takeBack: 'Ich habe es wieder',
    takenBack: 'Die Meldung ist zurückgenommen.',
    takeBackTitle: (name) => `${name} wieder verwenden?`,
    takeBackConsequence: 'Das Gerät ist wieder im Zustand von vorher, und seine Zertifikate sind wieder gültig.',
    replace: 'Ersetzen',
    replaceTitle: (name) => `${name} ersetzen?`,
    replaceConsequence:
      'Sie richten jetzt ein anderes Gerät ein. Sobald es aktiv ist, wird dieses stillgelegt, mit seinen Zertifikaten und Passkeys.',
    cancel: 'Abbrechen',
    suspended: (what, date) => `Sie haben am ${date} gemeldet: ${what}. Das Gerät ist vorübergehend gesperrt.`,
    todo: {
      'left-at-home': 'Nehmen Sie die Meldung zurück, sobald Sie es wieder haben.',
      lost: 'Ersetzen Sie es, oder nehmen Sie die Meldung zurück, wenn Sie es finden.',
      damaged: 'Ersetzen Sie es, oder fragen Sie Ihren Helpdesk.',
      stolen: 'Ersetzen Sie es, oder fragen Sie Ihren Helpdesk.',
    },
  },

  purposes: {
    '9A': 'Anmeldung',
    '9C': 'Signatur',
    '9D': 'Verschlüsselung',
    '9E': 'Kartenprüfung',
    'phone-identity': 'Geräteidentität',
    'phone-authentication': 'Anmeldung',
    'phone-signature': 'Signatur',
    'phone-encryption': 'Verschlüsselung',
  },
  certificate: 'Zertifikat',
  key: 'Schlüssel',
  valid: 'Gültig',
  status: 'Status',
  certificateStates: {
    good: 'Gültig',
    'on-hold': 'Vorübergehend gesperrt',
    revoked: 'Widerrufen',
    expired: 'Abgelaufen',
  },

  passkeys: 'Passkeys',
  passkeyName: 'Name beim Dienst',
  created: 'Erstellt',
  since: (date) => `seit ${date}`,
  lastUsed: 'Zuletzt verwendet',
  notOnDevice: {
    label: 'Nicht auf diesem Gerät nachgewiesen',
    explanation:
      'Ihr Browser hat diesen Passkey erstellt und konnte nicht nachweisen, wo. Er kann auch auf einem anderen Sicherheitsschlüssel, Ihrem Telefon oder Ihrem Computer sein.',
  },

  list: {
    search: 'Suchen',
    showAll: 'Alle anzeigen',
    more: 'Mehr anzeigen',
    owner: 'Inhaber',
    state: 'Zustand',
    everyState: 'Alle Zustände',
    model: 'Modell',
    everyModel: 'Alle Modelle',
    expiry: 'Ablauf',
    everyExpiry: 'Jederzeit',
    expiries: {
      ended: 'Abgelaufen',
      week: 'In einer Woche',
      'two-weeks': 'In 2 Wochen',
      'four-weeks': 'In 4 Wochen',
      'twelve-weeks': 'In 12 Wochen',
    },
    work: 'Erbeten',
    anyWork: 'Beliebig',
    workWaits: 'Etwas',
    left: 'Personen',
    everyone: 'Alle',
    onlyLeft: 'Nur Ausgeschiedene',
    none: 'Kein Gerät gefunden.',
    devices: (number, isAll) => shown(number, 'Gerät', 'Geräte', isAll),
    entries: (number, isAll) => shown(number, 'Eintrag', 'Einträge', isAll),
    manyOwners:
      'Viele Personen haben einen solchen Namen, und nicht alle ihre Geräte werden angezeigt. Geben Sie mehr vom Namen ein.',
  },
};

const because = (what: string, reason: string | null): string =>
  reason === null ? `${what}.` : `${what}: „${reason}“`;

const shown = (number: number, one: string, several: string, isAll: boolean): string =>
  count(number, {
    one: `1 ${one}.`,
    other: isAll ? `${number} ${several}.` : `Die ersten ${number} ${several}.`,
  });
