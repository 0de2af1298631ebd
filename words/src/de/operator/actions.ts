import type { actions as english } from '../../en/operator/actions.js';
import type { Partly } from '../../partly.js';

export const actions: Partly<typeof english> = {
  byName: {
    approve: {
      label: 'Genehmigen',
      done: 'Genehmigt',
      consequence: 'Kein Hersteller bürgt für seine Schlüssel: Das tun Sie. Seine Zertifikate gelten sofort.',
    },
    decline: {
      label: 'Ablehnen',
      done: 'Abgelehnt',
      consequence:
        'Die Ausstellung gilt dann als fehlgeschlagen, und die Zertifikate werden endgültig widerrufen. Der Inhaber liest Ihre Begründung.',
    },
    'approve-puk': {
      label: 'Werks-PUK genehmigen',
      done: 'Werks-PUK genehmigt',
      consequence:
        'Das Gerät hat nicht nachgewiesen, was es ist. Es erhält die vertrauliche PUK der Organisation, wenn der Inhaber fortfährt.',
    },
    'approve-unlock': {
      label: 'Neue PIN genehmigen',
      done: 'Neue PIN genehmigt',
      consequence:
        'Das Gerät kann nicht nachweisen, was es ist. Es erhält seine PUK, wenn der Inhaber fortfährt, der dann eine neue PIN festlegt.',
    },
    'allow-retry': { label: 'Neuen Versuch erlauben', done: 'Neuer Versuch erlaubt' },
    activate: { label: 'Aktivieren', done: 'Aktiviert' },
    resume: { label: 'Sperre aufheben', done: 'Sperre aufgehoben' },
    'ask-renew': {
      label: 'Um Erneuerung bitten',
      done: 'Um Erneuerung gebeten',
      consequence:
        'Der Inhaber liest Ihre Bitte mit der Begründung beim Gerät und kann die Zertifikate jetzt erneuern. Bis dahin ändert sich nichts.',
    },
    'ask-update': {
      label: 'Um Aktualisierung bitten',
      done: 'Um Aktualisierung gebeten',
      consequence:
        'Der Inhaber liest Ihre Bitte mit der Begründung beim Gerät und kann es auf den Stand der heutigen Richtlinie bringen. Bis dahin ändert sich nichts.',
    },
    'ask-change-pin': {
      label: 'Um eine andere PIN bitten',
      done: 'Um eine andere PIN gebeten',
      consequence:
        'Der Inhaber liest Ihre Bitte mit der Begründung beim Gerät und legt eine andere PIN fest. Bis dahin gilt die jetzige.',
    },
    'ask-back': {
      label: 'Zurückfordern',
      done: 'Zurückgefordert',
      consequence:
        'Der Inhaber liest Ihre Bitte mit der Begründung beim Gerät und kann es löschen lassen. Bis dahin ändert sich nichts.',
    },
    suspend: {
      label: 'Vorübergehend sperren',
      done: 'Vorübergehend gesperrt',
      consequence:
        'Der Inhaber kann es nicht verwenden, bis ein Operator die Sperre aufhebt. Der Inhaber liest Ihre Begründung.',
    },
    release: {
      label: 'Zur Neueinrichtung freigeben',
      done: 'Zur Neueinrichtung freigegeben',
      consequence: 'Das Gerät gehört dann nicht mehr seinem Inhaber. Jeder kann es löschen und neu ausstellen lassen.',
    },
    terminate: {
      label: 'Endgültig stilllegen',
      done: 'Stillgelegt',
      consequence:
        'Die Zertifikate werden endgültig widerrufen, und der Inhaber kann das Gerät nicht mehr verwenden. Das lässt sich nicht rückgängig machen.',
    },
  },
  outcome: (done, device) => `${done}: ${device}.`,
  hasChanged: (device) =>
    `${device}: Das Gerät hat sich geändert, seit Sie es gesehen haben. Darum wurde nichts getan. Sehen Sie es sich noch einmal an, bevor Sie entscheiden.`,
  question: (label) => `${label}?`,
  reason: 'Begründung',
  optionalReason: 'Begründung (freiwillig)',
  reasonMissing: 'Geben Sie eine Begründung an: Sie kommt in das Auditprotokoll.',
  days: 'Wartet so lange (Tage)',
  daysWrong: 'Geben Sie eine Zahl von 1 bis 365 ein.',
  isMeant: 'Ich habe Inhaber und Seriennummer geprüft',

  showInitialPin: 'Start-PIN zeigen',
  whyInitialPin: 'Die Start-PIN wird nur Ihnen gezeigt, in einem Fenster der Cardwright-Erweiterung.',
  code: {
    button: 'Einmalcode ausstellen',
    title: 'Einmalcode ausstellen?',
    warning:
      'Vergewissern Sie sich, dass der Inhaber selbst anruft. Mit diesem Code legt eine neue PIN fest, wer das Gerät hat und sich als Inhaber anmelden kann. Der Inhaber liest auf der Seite „Meine Geräte“, dass Sie einen ausgestellt haben.',
    issue: 'Code ausstellen',
    issued: 'Einmalcode ausgestellt',
    readOut: 'Lesen Sie diesen Code vor',
    goodUntil: (time) =>
      `Er gilt bis ${time}, für dieses Gerät und eine neue PIN. Er wird nur jetzt gezeigt. Ein neuer Code ersetzt ihn.`,
  },
};
