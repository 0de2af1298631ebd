import type { policies as english } from '../../en/operator/policies.js';
import type { Partly } from '../../partly.js';
import { plural } from '../../plural.js';

const count = plural('de');

export const policies: Partly<typeof english> = {
  formOf: (model) => `Richtlinie für ${model}`,
  save: 'Speichern',
  saved: 'Gespeichert.',
  proposed: 'Vorgeschlagen. Die Änderung gilt, sobald jemand anderes aus der Administration sie bestätigt hat.',
  unsaved: {
    question: 'Änderungen verwerfen?',
    consequence: 'Sie haben eine Geräterichtlinie geändert und nicht gespeichert.',
    discard: 'Verwerfen',
    stay: 'Weiter bearbeiten',
  },
  addSecurityKeys: 'Richtlinie für Sicherheitsschlüssel hinzufügen',
  forSecurityKeys: 'Sicherheitsschlüssel haben keine Smartcard: Sie bekommen nur Passkeys.',

  attestation: 'Herkunftsnachweis',
  unprovenKeys: 'Geräte, deren Schlüssel kein Hersteller bestätigt',
  unprovenPasskeys: 'Geräte, deren Passkeys kein Hersteller bestätigt',
  unproven: {
    refuse: 'Gerät ablehnen',
    supervised: 'bis Genehmigung gesperrt',
    allow: 'ausstellen wie jedes andere',
  },
  withoutSerialBefore: 'Ohne bezeugte Seriennummer bis Genehmigung sperren, vor Firmware',
  withoutSerialForm:
    'Eine Firmware-Version, etwa 5: Ältere Geräte werden gesperrt statt abgelehnt. Leer lassen, um auch sie abzulehnen.',

  certificates: {
    title: 'Schlüssel und Zertifikate',
    days: 'Zertifikate gelten (in Tagen)',
    renewalDays: 'Vor ihrem Ende erneuerbar (in Tagen)',
    noKey: 'kein Schlüssel',
    renewedKey: (slot) => `Wenn ${slot} erneuert wird`,
    renewedKeys: { 'same-key': 'Schlüssel behalten', 'new-key': 'neuen Schlüssel erzeugen' },
    newKeyAndOld: 'neuen Schlüssel erzeugen, wo die Karte den alten behalten kann',
    newKeyWithoutOld: 'immer neuen Schlüssel erzeugen, auch wenn verschlüsselte Mail unlesbar wird',
    cannotSign: 'Wenn der 9D-Schlüssel nicht signieren kann',
    whereItCannot: {
      refuse: 'Gerät ablehnen',
      'accept-attested': 'zertifizieren, wenn sein Hersteller ihn bestätigt',
      'leave-out': '9D weglassen',
    },
  },
  pin: {
    title: 'PIN',
    shortest: 'Mindestlänge',
    longest: 'Höchstlänge',
    digitsOnly: 'Nur Ziffern',
    forbidTrivial: 'Wiederholte und aufeinanderfolgende Zeichen ablehnen',
    unlockNeedsCode: 'Eine vergessene PIN braucht einen Einmalcode eines Operators',
    pinpad: 'Wo die PIN eingegeben wird',
    whereEntered: {
      never: 'im Fenster',
      'if-present': 'am Kartenleser mit Tastatur oder im Fenster',
      required: 'am Kartenleser mit Tastatur',
    },
    pinpadHint: 'An einer Tastatur kann niemand eine leicht zu erratende PIN ablehnen.',
  },
  card: {
    title: 'Verwaltungsschlüssel, Herkunftsnachweis, benutzte Geräte',
    algorithm: 'Verfahren des neuen Verwaltungsschlüssels',
    factoryAlgorithm: 'Verfahren des werksseitigen Verwaltungsschlüssels, je nach erster Firmware',
    factoryAlgorithmForm: 'Eine Firmwareversion und ein Verfahren, wie in 0: 3DES, 5.7: AES-192',
    acceptFixed: 'Karten annehmen, die ihn nicht ändern können',
    used: 'Benutzte Geräte, die sich löschen lassen',
    reset: { allow: 'löschen, dann ausstellen', refuse: 'Gerät ablehnen' },
  },
  factory: {
    title: 'Werkswerte',
    hint: '(alle drei ausfüllen, oder keinen, um die gesetzten zu behalten)',
    pin: 'PIN',
    puk: 'PUK',
    managementKey: 'Verwaltungsschlüssel (hexadezimal)',
    otherManagementKeys: 'Weitere Verwaltungsschlüssel, für Karten mit einem anderen',
    otherManagementKeysHint:
      'Je ein Algorithmus und ein hexadezimaler Schlüssel, wie in AES-128: 0a0b…, AES-256: 0c0d…',
    confidential:
      'Sie sind vertraulich: Die PUK bekommt nur ein Gerät, das nachgewiesen hat, was es ist, oder das genehmigt ist',
  },

  passkeys: {
    title: 'Passkeys',
    hint: '(das Gerät bekommt bei jedem Dienst einen)',
    notConfigured: (service) => `${service} (nicht mehr eingerichtet)`,
    noService: 'Für dieses Portal ist kein Passkey-Dienst eingerichtet.',
    ways: { host: 'vom Hostprogramm', page: 'auf der Seite des Portals', window: 'in einem Fenster des Dienstes' },
    noWay: 'keine',
    places: { first: 'Wie er erstellt wird', second: 'Wenn das nicht geht', third: 'Wenn beides nicht geht' },
    notProved: 'Ein Passkey, der nicht nachweislich auf dem Gerät ist',
    unproved: { accept: 'annehmen und kennzeichnen', refuse: 'ablehnen' },
    pin: 'PIN der FIDO-Anwendung',
    pins: { separate: 'eine eigene PIN', shared: 'die Geräte-PIN' },
    shortestPin: 'Mindestlänge einer eigenen FIDO-PIN',
    unknownPin: 'Wenn der Benutzer ihre PIN nicht kennt',
    resets: { allow: 'mit Zustimmung zurücksetzen', refuse: 'Ausstellung beenden' },
    forbidTrivial: 'Wiederholte und aufeinanderfolgende Zeichen in einer FIDO-PIN ablehnen',
  },

  trust: {
    waiting: 'Änderungen des Vertrauens, die auf jemand Unabhängiges aus der Administration warten',
    proposedBy: (operator, time) => `Vorgeschlagen von ${operator}, ${time}`,
    proposedByYou: (time) => `Von Ihnen vorgeschlagen, ${time}`,
    waitsFor: (names) => `Wartet auf eine dieser Personen: ${names}`,
    waitsForNobody:
      'Zurzeit kann es niemand bestätigen. Nötig ist jemand aus der Administration, dem der Server, der Anbieter Ihrer Organisation oder zwei andere die Rolle gegeben haben.',
    notIndependent: (author, names) =>
      `Sie können das nicht bestätigen: Ihr Konto und das von ${author} sind nicht unabhängig. Über beide verfügt: ${names}.`,
    confirm: 'Bestätigen',
    withdraw: 'Zurückziehen',
    refuse: 'Ablehnen',
    question: 'Ändern, wem vertraut wird?',
    countsAtOnce: 'Das gilt sofort für jedes Gerät dieses Modells.',
    alone:
      'Nach den Einstellungen des Portals darf eine Person allein handeln, darum gilt das sofort. Im Auditprotokoll steht, dass niemand sonst es bestätigt hat.',
    countsOnceConfirmed: 'Das gilt, sobald jemand Unabhängiges aus der Administration es bestätigt hat.',
    change: 'Ändern',
    propose: 'Vorschlagen',
    before: 'Vorher:',
    after: 'Nachher:',
  },

  vendors: {
    title: 'Zertifikate für den Herkunftsnachweis',
    hint: 'Ein Gerät weist seine Schlüssel durch Zertifikate nach, die zu einem dieser Stammzertifikate führen. Yubico veröffentlicht seine unter *developers.yubico.com/PKI*: Importieren Sie yubico-ca-1.pem, yubico-piv-ca-1.pem und yubico-intermediate.pem. Ein neues Stammzertifikat wartet auf jemand Unabhängiges aus der Administration, wenn nach den Einstellungen nicht eine Person allein handeln darf. Was entfernt wird, zählt sofort nicht mehr.',
    none: 'Es gibt noch keines: Kein Gerät kann seine Schlüssel nachweisen.',
    removeOne: (name) => `${name} entfernen`,
    removal: {
      question: (name) => `${name} entfernen?`,
      relying: (devices) =>
        devices === 0
          ? 'Kein Gerät in Verwendung beruht darauf.'
          : count(devices, {
              one: 'Ein Gerät in Verwendung beruht darauf und kann dann nicht mehr nachweisen, was es ist.',
              other: `${devices} Geräte in Verwendung beruhen darauf und können dann nicht mehr nachweisen, was sie sind.`,
            }),
      below: 'Geräte, deren Zertifikate darüber führen, können dann nicht mehr nachweisen, was sie sind.',
      countsAtOnce: 'Das gilt sofort. Um dem Zertifikat wieder zu vertrauen, importieren Sie es erneut.',
    },
    roles: { root: 'Stammzertifikat', intermediate: 'Zwischenzertifikat' },
    known: 'Cardwright bekannt',
    notKnown: 'Cardwright nicht bekannt',
    fingerprint: 'SHA-256 des Zertifikats',
    file: 'PEM-Datei des Herstellers',
    orText: 'oder ihr Text',
    import: 'Importieren',
    trustUnknown: 'Einem Zertifikat vertrauen, das Cardwright nicht kennt',
    verdicts: {
      imported: 'Importiert.',
      present: 'War schon da.',
      'left-out': 'Ausgelassen: Der Hersteller verwendet es für andere Anwendungen.',
      withheld: 'Wegen der anderen nicht importiert.',
      waiting: 'Wartet auf jemand anderes aus der Administration.',
      unknown: 'Nicht importiert: Vergleichen Sie den Fingerabdruck mit dem, den der Hersteller veröffentlicht.',
      unusable: 'Nicht importiert.',
    },
    problems: {
      unreadable: 'Es ist nicht lesbar.',
      'no-authority': 'Es darf keine Zertifikate signieren.',
      signature: 'Seine eigene Signatur stimmt nicht oder ist mit einem Verfahren gemacht, das nicht zählt.',
      expired: 'Es ist abgelaufen.',
      'not-yet-valid': 'Es ist noch nicht gültig.',
    },
    nothingImported: 'Es wurde nichts importiert.',
    proposed: 'Vorgeschlagen. Sie zählen, sobald jemand anderes aus der Administration sie bestätigt hat.',
    imported: (certificates) => `Importiert: ${certificates}.`,
  },
};
