import type { PageText } from './text-type.js';

/** German. */
export const german: PageText = {
  pages: 'Seiten',
  myDevices: 'Meine Geräte',
  logOut: 'Abmelden',

  logIn: 'Anmelden',
  userName: 'Benutzername',
  password: 'Passwort',
  loginProblems: {
    LOGIN_REQUIRED: 'Benutzername oder Passwort ist nicht richtig.',
    RATE_LIMITED: 'Zu viele Versuche. Warten Sie eine Minute und versuchen Sie es erneut.',
  },

  addDevice: 'Gerät hinzufügen',
  noDevice: 'Sie haben noch kein Gerät. Schließen Sie eines an und klicken Sie auf „Gerät hinzufügen“.',

  states: {
    available: 'Verfügbar',
    producing: 'In Ausstellung',
    pending: 'Wartend',
    'awaiting-approval': 'Wartet auf Genehmigung',
    active: 'Aktiv',
    suspended: 'Ausgesetzt',
    failed: 'Fehlgeschlagen',
    terminated: 'Stillgelegt',
  },
  continueIssuance: 'Fortsetzen',
  startAgain: 'Neu beginnen',
  interrupted: {
    what: 'Die Ausstellung ist nicht abgeschlossen.',
    todo: 'Schließen Sie das Gerät an und setzen Sie fort: Was schon getan ist, bleibt erhalten.',
  },
  awaitingApproval: {
    what: 'Das Gerät wartet auf die Genehmigung: Sein Hersteller bürgt nicht für seine Schlüssel.',
    todo: 'Ihre PIN ist gesetzt; Sie müssen nichts tun. Sobald ein Operator das Gerät genehmigt hat, können Sie es verwenden.',
  },
  approvalNeeded: {
    what: 'Die Ausstellung wartet auf die Genehmigung: Das Gerät konnte nicht nachweisen, was es ist.',
    todo: 'Bitten Sie einen Operator um die Genehmigung, schließen Sie dann das Gerät an und setzen Sie fort. Was schon getan ist, bleibt erhalten.',
  },
  approved: {
    what: 'Ein Operator hat die Ausstellung genehmigt; sie ist nicht abgeschlossen.',
    todo: 'Schließen Sie das Gerät an und setzen Sie fort.',
  },
  declined: (reason) => ({
    what: `Ein Operator hat das Gerät abgelehnt: „${reason}“`,
    todo: 'Fragen Sie einen Operator, was zu tun ist, oder verwenden Sie ein anderes Gerät.',
  }),
  failed: {
    what: 'Die Ausstellung ist fehlgeschlagen.',
    todo: 'Schließen Sie das Gerät an und setzen Sie fort.',
  },
  failedCanStartAgain:
    'Schließen Sie das Gerät an und setzen Sie fort, oder beginnen Sie neu: Dann wird es zuerst gelöscht.',
  cancelled: 'Sie wurde abgebrochen, bevor sie abgeschlossen war.',
  pinToChoose: {
    what: 'Sie haben noch keine PIN gewählt.',
    todo: 'Schließen Sie das Gerät an und setzen Sie fort; bis dahin können Sie es nicht verwenden.',
  },
  pending: {
    what: 'Es wurde keine PIN gewählt.',
    todo: 'Bitten Sie einen Operator, das Gerät zu aktivieren; bis dahin können Sie es nicht verwenden.',
  },
  suspended: {
    what: 'Ein Operator hat das Gerät ausgesetzt.',
    todo: 'Sie können es nicht verwenden, bis ein Operator es wieder freigibt.',
  },

  id: 'Kennung',
  serialNumber: 'Seriennummer',
  notProved: (value) => `${value} (nicht nachgewiesen)`,
  issued: 'Ausgestellt',
  activated: 'Aktiviert',
  keys: 'Schlüssel',
  proof: { attested: 'nachweislich auf dem Gerät', 'not-proved': 'nicht nachgewiesen' },
  managementKey: 'Verwaltungsschlüssel',
  managementKeyConfigured: 'der für dieses Modell eingestellte; die Karte kann ihn nicht ändern',

  purposes: {
    '9A': 'Anmeldung',
    '9C': 'Digitale Signatur',
    '9D': 'Verschlüsselung',
    '9E': 'Kartenprüfung',
  },
  certificate: 'Zertifikat',
  key: 'Schlüssel',
  valid: 'Gültig',
  status: 'Status',
  certificateStates: { good: 'Gültig', 'on-hold': 'Angehalten', revoked: 'Widerrufen', expired: 'Abgelaufen' },

  list: {
    search: 'Suchen',
    showAll: 'Alle anzeigen',
    more: 'Mehr anzeigen',
    owner: 'Inhaber',
    state: 'Zustand',
    everyState: 'Jeder Zustand',
    model: 'Modell',
    everyModel: 'Jedes Modell',
    none: 'Kein Gerät gefunden.',
    devices: (count, isAll) => shown(count, 'Gerät', 'Geräte', isAll),
    entries: (count, isAll) => shown(count, 'Eintrag', 'Einträge', isAll),
    manyOwners:
      'Viele Personen haben einen solchen Namen, und nicht alle ihre Geräte werden angezeigt. Geben Sie mehr vom Namen ein.',
  },
};

const shown = (count: number, one: string, several: string, isAll: boolean): string =>
  count === 1 ? `1 ${one}.` : isAll ? `Alle ${count} ${several}.` : `${count} ${several}, und es gibt weitere.`;
