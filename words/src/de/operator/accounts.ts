import type { accounts as english } from '../../en/operator/accounts.js';
import type { Partly } from '../../partly.js';
import { plural } from '../../plural.js';

const count = plural('de');

export const accounts: Partly<typeof english> = {
  intro:
    'Personen, die sich mit einem Passwort dieses Portals anmelden. Vor einer Änderung bestätigen Sie, dass Sie es sind, außer wenn Sie das in den letzten zehn Minuten getan haben.',
  displayName: 'Name',
  email: 'E-Mail-Adresse (freiwillig)',
  role: 'Rolle',
  add: 'Konto anlegen',
  addTitle: (name) => `Konto ${name} anlegen?`,
  addConsequence: 'Sie erhalten einen Link, mit dem der Inhaber ein Passwort festlegt.',
  added: (name) => `Das Konto ${name} ist angelegt.`,
  states: {
    active: 'Aktiv',
    'no-password': 'Noch kein Passwort',
    elsewhere: 'Meldet sich bei einem Anbieter oder Verzeichnis an',
    disabled: 'Deaktiviert',
  },
  inHandsOf: (names) => `Auch ${names} verfügt darüber und hat es geändert`,
  demo: 'Demokonto: Sein Passwort stand in den Einstellungen.',
  changes: {
    reset: {
      button: 'Passwort zurücksetzen',
      of: (name) => `Passwort von ${name} zurücksetzen`,
      consequence:
        'Sie erhalten einen Link, mit dem der Inhaber ein anderes Passwort festlegt. Bis dahin gilt das bisherige. Ein früherer Link gilt nicht mehr.',
      done: (name) => `${name} kann ein anderes Passwort festlegen.`,
    },
    disable: {
      button: 'Deaktivieren',
      of: (name) => `${name} deaktivieren`,
      consequence:
        'Die Person wird überall abgemeldet und kann sich nicht anmelden. Geräte bleiben, wie sie sind, oder werden vorübergehend gesperrt, je nach den Einstellungen.',
      done: (name) => `${name} ist deaktiviert.`,
    },
    enable: {
      button: 'Aktivieren',
      of: (name) => `${name} aktivieren`,
      consequence: 'Die Person kann sich wieder anmelden.',
      done: (name) => `${name} kann sich wieder anmelden.`,
    },
    confirm: {
      button: 'Inhaber bestätigen',
      of: (name) => `Bestätigen, dass nur der Inhaber über ${name} verfügt`,
      consequence:
        'Vergewissern Sie sich bei der Person, dass niemand sonst das Passwort kennt oder den zweiten Faktor hat. Danach entscheidet sie unabhängig davon, wer das Konto geändert hat.',
      done: (name) => `Sie haben ${name} bestätigt.`,
    },
    delete: {
      button: 'Löschen',
      of: (name) => `${name} löschen`,
      consequence:
        'Niemand kann sich mehr damit anmelden, und niemand erhält den Benutzernamen erneut. Die Namen bleiben für das Auditprotokoll und für Geräte, die nicht mehr verwendet werden.',
      done: (name) => `${name} ist gelöscht.`,
    },
  },
  devicesLeft: (devices) =>
    count(devices, {
      one: 'Ein Gerät dieser Person wird verwendet. Es bleibt, wie es ist, oder wird vorübergehend gesperrt, je nach den Einstellungen.',
      other: `${devices} Geräte dieser Person werden verwendet. Sie bleiben, wie sie sind, oder werden vorübergehend gesperrt, je nach den Einstellungen.`,
    }),
  link: (time) => `Link allein für den Inhaber. Er gilt einmal, bis ${time}, und wird nur hier gezeigt:`,
  refusals: {
    unknown: (name) => `Es gibt kein Konto ${name}.`,
    'name-taken': (name) =>
      `Ein Konto ${name} gibt es schon, oder es gab eines. Wählen Sie einen anderen Benutzernamen.`,
    'windows-name-taken': (name) =>
      `Ein anderes Konto hat diesen UPN oder diese SID. Prüfen Sie, wem sie gehören, bevor Sie sie ${name} geben.`,
    'last-administrator': (name) =>
      `Ohne ${name} könnte sich niemand aus der Administration mehr anmelden. Legen Sie zuerst ein anderes solches Konto an.`,
    'has-devices': (name) => `${name} hat Geräte in Verwendung. Legen Sie diese zuerst still.`,
    'not-local': (name) =>
      `${name} meldet sich beim Anbieter Ihrer Organisation an. Dort wird über Passwort und Rollen entschieden.`,
    disabled: (name) => `${name} ist deaktiviert. Aktivieren Sie das Konto zuerst.`,
    deleted: (name) => `${name} wurde gelöscht.`,
    'not-independent': (name) =>
      `Auch Sie verfügen über ${name}, oder Ihr Konto hängt davon ab. Jemand Unabhängiges muss es bestätigen.`,
  },
};
