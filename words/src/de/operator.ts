import type { words as english } from '../en/operator.js';
import type { Partly } from '../partly.js';
import { plural } from '../plural.js';
import { accounts } from './operator/accounts.js';
import { actions } from './operator/actions.js';
import { events } from './operator/events.js';
import { expiryDates } from './operator/expiry-dates.js';
import { policies } from './operator/policies.js';
import { supportFiles } from './operator/support-files.js';

const count = plural('de');

export const words: Partly<typeof english> = {
  tabs: {
    devices: 'Geräte',
    policy: 'Geräterichtlinie',
    differences: 'Abweichende Geräte',
    accounts: 'Konten',
    audit: 'Auditprotokoll',
    expiry: 'Ablaufdaten',
  },

  columns: {
    time: 'Zeit',
    who: 'Wer',
    what: 'Was',
    from: 'Von',
    owner: 'Inhaber',
    device: 'Gerät',
    state: 'Zustand',
    actions: 'Aktionen',
    purpose: 'Zweck',
    key: 'Schlüssel',
    serialNumber: 'Seriennummer',
    valid: 'Gültig',
    service: 'Dienst',
    passkey: 'Passkey',
    authenticator: 'Authenticator',
    created: 'Erstellt',
  },
  audit: {
    person: 'Benutzername',
    event: 'Ereignis',
    everyEvent: 'Alle Ereignisse',
    address: 'Adresse oder Netz',
    request: 'Anfrage-ID',
    from: 'Von',
    to: 'Bis',
    export: { csv: 'Als CSV exportieren', jsonl: 'Als JSON Lines exportieren' },
    none: 'Kein Eintrag passt.',
    about: (name) => `über ${name}`,
  },
  quoted: (words) => `„${words}“`,
  cancel: 'Abbrechen',
  done: 'Fertig',
  remove: 'Entfernen',
  none: 'Es gibt keine.',

  nameOf: (model, owner) => `${model} von ${owner}`,
  namedByOwner: 'Vom Inhaber benannt',
  serialNumber: (serial) => `Seriennummer ${serial}`,
  proofs: {
    attested: 'Schlüssel auf dem Gerät erzeugt: nachgewiesen',
    'not-proved': 'Schlüssel auf dem Gerät erzeugt: nicht nachgewiesen',
  },
  firmware: (version) => `Firmware ${version}`,
  phones: 'iPhone oder iPad',

  noDevices: {
    everybody: 'Noch hat niemand ein Gerät.',
    groups: 'In den Gruppen Ihrer Rolle hat noch niemand ein Gerät.',
    nobody: 'In den Gruppen Ihrer Rolle ist zurzeit niemand. Fragen Sie die Administration, ob die Namen stimmen.',
  },
  waitingForYou: (devices) => `Warten auf Ihre Genehmigung (${devices})`,
  otherDevices: 'Andere Geräte',

  notes: {
    another: 'Ihr eigenes Gerät: Ein anderer Operator muss es genehmigen.',
    noVendor: 'Seine PIN ist festgelegt. Kein Hersteller bürgt für seine Schlüssel.',
    pukApproved: 'Die Werks-PUK ist genehmigt: Der Inhaber kann fortfahren.',
    pukConfidential: 'Die Werks-PUK ist vertraulich, und das Gerät hat nicht nachgewiesen, was es ist.',
    asked: {
      renew: 'Der Inhaber wurde gebeten, die Zertifikate zu erneuern.',
      update: 'Der Inhaber wurde gebeten, es zu aktualisieren.',
      'change-pin': 'Der Inhaber wurde gebeten, die PIN zu ändern.',
      erase: 'Der Inhaber wurde gebeten, es zurückzugeben.',
    },
    pinApproved: 'Eine neue PIN ist genehmigt: Der Inhaber kann fortfahren.',
    pinForgotten: 'Der Inhaber hat die PIN vergessen, und das Gerät kann nicht nachweisen, was es ist.',
    anotherActivates: 'Ihr eigenes Gerät: Ein anderer Operator muss es aktivieren.',
    installing: 'Es hat seine Zertifikate erhalten und nicht gezeigt, dass es sie installiert hat.',
    declined: (reason) => `Abgelehnt: „${reason}“`,
    suspendedForLeaving: 'Vorübergehend gesperrt, weil der Inhaber ausgeschieden ist.',
    terminatedForLeaving: 'Stillgelegt, weil der Inhaber ausgeschieden ist.',
    suspended: (reason) => `Vorübergehend gesperrt: „${reason}“`,
    terminated: (reason) => `Stillgelegt: „${reason}“`,
    released: (reason) => `Zur Neueinrichtung freigegeben: „${reason}“`,
    reported: (incident) => `Vom Inhaber gemeldet: ${incident}.`,
  },

  differences: {
    intro:
      'Diese aktiven Geräte wurden nach anderen Regeln ausgestellt als den heutigen. Ihre Inhaber können um das gebeten werden, was den Unterschied beseitigt.',
    none: 'Kein aktives Gerät unterscheidet sich von der Richtlinie seines Modells.',
    more: 'Weitere Geräte vergleichen',
    chooseAll: 'Alle auswählen',
    ask: (devices) =>
      count(devices, { one: 'Inhaber eines Geräts bitten', other: `Inhaber von ${devices} Geräten bitten` }),
    asked: (devices) =>
      devices === 0
        ? 'Niemand wurde gebeten: Die Geräte haben sich geändert.'
        : count(devices, { one: 'Für ein Gerät gebeten.', other: `Für ${devices} Geräte gebeten.` }),
    kinds: {
      slotGone: (purpose, slot) => `${purpose} (${slot}): Die Richtlinie hat diesen Slot nicht mehr.`,
      slotNew: (purpose, slot, algorithm) =>
        `${purpose} (${slot}): kein Zertifikat. Die Richtlinie verlangt eines, mit ${algorithm}.`,
      algorithm: (purpose, slot, from, to) =>
        `${purpose} (${slot}): Der Schlüssel ist ${from}. Die Richtlinie verlangt ${to}.`,
      days: (from, to) => `Zertifikate für ${from} Tage. Die Richtlinie stellt sie für ${to} aus.`,
      pinRules: 'Die PIN wurde nach weniger strengen Regeln festgelegt.',
      passkeyNew: (service) => `Kein Passkey bei ${service}, den die Richtlinie verlangt.`,
      passkeyGone: (service) => `Ein Passkey bei ${service}, den die Richtlinie nicht mehr hat.`,
    },
    obstacles: {
      'keys-not-proved':
        'Eine Aktualisierung ändert das nicht, denn das Gerät kann einen neuen Schlüssel nicht nachweisen.',
      'old-key-lost':
        'Eine Aktualisierung ändert das nicht, denn der alte Schlüssel ginge verloren, und mit ihm alles, was für ihn verschlüsselt wurde.',
      'identifies-device': 'Eine Aktualisierung ändert das nicht, denn an diesem Schlüssel wird das Gerät erkannt.',
    },
    helps: {
      renew: 'Eine Erneuerung der Zertifikate beseitigt das.',
      update: 'Eine Aktualisierung beseitigt das.',
      'change-pin': 'Eine andere PIN beseitigt das.',
      erase: 'Das Gerät muss zurückgegeben werden.',
    },
    waits: {
      renew: 'Der Inhaber wurde um eine Erneuerung gebeten.',
      update: 'Der Inhaber wurde um eine Aktualisierung gebeten.',
      'change-pin': 'Der Inhaber wurde um eine andere PIN gebeten.',
      erase: 'Der Inhaber wurde gebeten, es zurückzugeben.',
    },
    ownPasskeys: 'Passkeys fügt der Inhaber unter „Meine Geräte“ selbst hinzu, und dort entfernt er sie.',
    issueAgain: 'Nichts anderes beseitigt das: Der Inhaber muss das Gerät zurückgeben und neu ausstellen.',
  },
  work: {
    title: 'Wartet auf den Inhaber',
    kinds: { renew: 'Zertifikate erneuern', update: 'Aktualisieren', 'change-pin': 'PIN ändern', erase: 'Zurückgeben' },
    asked: (operator, date, until) => `${operator} hat am ${date} darum gebeten. Wartet bis ${until}.`,
    started: 'Der Inhaber hat damit begonnen.',
    takeBack: 'Zurücknehmen',
    takenBack: 'Zurückgenommen',
    goesOn: (device) => `Zurückgenommen: ${device}. Der Inhaber hat schon begonnen, darum geht es weiter.`,
  },

  page: {
    device: 'Gerät',
    back: 'Zurück',
    allDevices: 'Alle Geräte',
    operation: 'Vorgang',
    operations: 'Vorgänge',
    noDevice: 'Er hat kein Gerät: Er endete, bevor die Karte ausgestellt war.',
    toItsDevice: 'Zu seinem Gerät',
    whatHappened: 'Was geschehen ist',
    besidesOperations: 'Andere Ereignisse',
    olderOperations: 'Ältere Vorgänge stehen im Auditprotokoll.',
    supportFiles: 'Support-Dateien',
  },

  leaving: {
    left: (date) => `Inhaber ausgeschieden: ${date}`,
    person: (date, reason) => `Darf sich nicht mehr anmelden, bemerkt am ${date}: ${reason}`,
    reasons: {
      'not-in-directory': 'Das Verzeichnis kennt diese Person nicht mehr.',
      'no-role': 'Die Gruppen dieser Person geben keine Rolle mehr.',
      'refused-by-provider': 'Der Anbieter weist diese Person ab.',
      'session-refused':
        'Der Anbieter hat die Sitzung nicht erneuert. Das tut er auch, wenn sich jemand dort abmeldet.',
      disabled: 'Das Konto wurde deaktiviert.',
      deleted: 'Das Konto wurde gelöscht.',
    },
  },

  roles: {
    title: 'Rollen und Gruppen',
    roles: 'Rollen',
    onlyFor: (role) => `${role} nur für diese Gruppen`,
    groups: 'Gruppen dieser Person',
    eachLine: 'Ein Name in jeder Zeile. Eine Rolle ohne Gruppen gilt für alle.',
    eachLineOfPerson:
      'Ein Name in jeder Zeile. Wer eine Rolle für eine dieser Gruppen hat, ist für diese Person zuständig.',
    byProvider:
      'Diese Person meldet sich beim Anbieter oder Verzeichnis Ihrer Organisation an. Rollen und Gruppen werden dort festgelegt.',
    noGroup: 'Keine Gruppe',
    emptyGroup: (group) => `In „${group}“ ist zurzeit niemand.`,
    save: 'Speichern',
    saved: 'Gespeichert.',
    savedRoles: 'Gespeichert. Die Person wurde überall abgemeldet.',
    unchanged: 'Nichts hat sich geändert.',
    question: (name) => `Rollen und Gruppen von ${name} ändern?`,
    consequence: 'Wenn sich Rollen ändern, wird die Person überall abgemeldet.',
  },

  person: {
    title: 'Person',
    used: (used, max) => `${used} von ${count(max, { one: '1 Gerät', other: `${max} Geräten` })}`,
    roles: {
      user: 'Benutzer',
      'help-desk': 'Helpdesk',
      operator: 'Operator',
      administrator: 'Administration',
      auditor: 'Auditor',
    },
    roleFor: (role, group) => `${role} für ${group}`,
    noRole: 'Keine Rolle',
    devices: 'Geräte in Verwendung',
    over: 'Nicht mehr verwendet',
    noPasskey: 'Hier ist kein Passkey registriert. Passkeys auf Geräten stehen auf den Seiten der Geräte.',
    passkeyConsequence: (name) =>
      `Vergewissern Sie sich, dass die richtige Person darum bittet. Mit „${name}“ kann sich dann niemand mehr anmelden, und die Person ist überall abgemeldet. Ist keiner übrig, registriert die nächste Anmeldung mit dem Passwort einen neuen.`,
    hasMore: 'Ältere Geräte stehen in der Liste aller Geräte.',
    goodUntil: 'Gültig bis',
    since: 'Seit',
  },

  certificates: 'Zertifikate',
  keyProofs: {
    attested: 'Auf dem Gerät erzeugt: nachgewiesen',
    'not-proved': 'Auf dem Gerät erzeugt: nicht nachgewiesen',
  },

  passkeys: {
    title: 'Passkeys',
    ways: {
      host: 'Vom Hostprogramm',
      page: 'Vom Browser, auf der Seite des Portals',
      window: 'Vom Browser, in einem Fenster des Dienstes',
    },
    attested: 'Vom Hersteller bestätigt',
    notAttested: 'Nicht bestätigt',
    proved: 'Nachweislich auf diesem Gerät',
    notProved: 'Nicht nachweislich auf diesem Gerät',
    removalDue: 'Beim Dienst zu entfernen',
    since: (time) => `seit ${time}`,
    registered: 'Registriert',
    lastUsed: (time) => `zuletzt verwendet: ${time}`,
  },

  timeline: {
    statuses: { running: 'Nicht abgeschlossen', done: 'Erledigt', failed: 'Fehlgeschlagen', cancelled: 'Abgebrochen' },
    outcomes: { passed: 'gelungen', failed: 'fehlgeschlagen', unanswered: 'keine Antwort' },
    inAll: (duration) => `insgesamt ${duration}`,
    started: 'Begonnen',
    continued: 'In einer anderen Sitzung fortgesetzt',
    from: (session, address) => `${session}, von ${address}`,
    moved: (actor) => `Ein anderer Vorgang hat die Karte übernommen (${actor}).`,
    judgedAgain: 'Nach langer Zeit erneut beurteilt, nach der dann geltenden Richtlinie: Es darf weitergehen',
    refusedNow: (reason) =>
      `Nach langer Zeit erneut beurteilt, nach der dann geltenden Richtlinie, und abgelehnt: ${reason}`,
    rests: 'Ruht hier',
    commands: (commands) => count(commands, { one: 'Ein Befehl', other: `${commands} Befehle` }),
    oneFailed: ', einer ist fehlgeschlagen',
    noAnswer: ', ohne Antwort',
    noResults: 'Es kamen keine Ergebnisse',
  },
  failed: '(fehlgeschlagen)',
  whatToDo: 'Was zu tun ist:',
  troubleshooting: (code) => `Hilfe bei Problemen: ${code}`,

  accounts,
  actions,
  events,
  expiryDates,
  policies,
  supportFiles,
};
