import type { extensionErrors as english } from '../../en/errors/extension.js';
import type { ErrorsIn } from '../../error-text.js';

const WHEN_READY = 'Versuchen Sie es erneut, wenn Sie bereit sind.';

/** Words for the errors 2000 to 2999, in German. */
export const extensionErrors: ErrorsIn<typeof english> = {
  EXTENSION_MISSING: {
    message: 'Die Cardwright-Erweiterung hat nicht geantwortet.',
    cause:
      'Sie ist nicht installiert, ist abgeschaltet, darf auf dieser Website oder in privaten Fenstern nicht ausgeführt werden oder wurde erst nach dem Öffnen dieser Seite installiert.',
    user: 'Installieren Sie die Erweiterung, oder schalten Sie sie ein, und erlauben Sie sie auf dieser Website. Erlauben Sie sie in einem privaten Fenster auch dort. Laden Sie dann diese Seite neu.',
  },
  SITE_NOT_GRANTED: {
    message: 'Diese Website darf Ihre Geräte nicht verwenden.',
    cause: 'Sie wurden noch nicht gefragt, haben es abgelehnt, oder Ihre Administration sperrt die Website.',
    user: 'Versuchen Sie es erneut, und wählen Sie „Erlauben“, wenn Cardwright fragt.',
    variants: {
      denied: {
        message: 'Sie haben dieser Website nicht erlaubt, Ihre Geräte zu verwenden.',
        cause: 'Sie haben „Nicht erlauben“ gewählt oder die Frage geschlossen.',
        user: 'Öffnen Sie die Cardwright-Erweiterung in der Symbolleiste, und wählen Sie „Wieder fragen lassen“. Versuchen Sie es dann erneut.',
      },
      blocked: {
        message: 'Ihre Administration erlaubt dieser Website nicht, Ihre Geräte zu verwenden.',
        cause: 'Eine Richtlinie nennt die Websites, die sie verwenden dürfen.',
        user: 'Wenden Sie sich an Ihren Helpdesk.',
      },
    },
  },
  PERMISSION_DENIED: {
    message: 'Diese Website braucht mehr Rechte.',
    cause: 'Der Website wurde weniger erlaubt, als sie jetzt verwendet.',
    user: 'Wählen Sie im Menü der Erweiterung „Entziehen“ neben der Website. Versuchen Sie es dann erneut, und erlauben Sie, worum sie bittet.',
  },
  CMS_KEYS_UNAVAILABLE: {
    message: 'Die Schlüssel der Website konnten nicht gelesen werden.',
    cause: 'Die Website liefert /.well-known/cardwright nicht aus, oder es ist keine Schlüsselliste (JWK Set).',
    user: 'Wenden Sie sich an Ihren Helpdesk.',
  },
  USER_CANCELLED: {
    message: 'Das Fenster wurde geschlossen, bevor Sie fertig waren.',
    cause: 'Sie haben das Fenster geschlossen oder „Abbrechen“ gewählt.',
    user: WHEN_READY,
  },
  WINDOW_NOT_ALLOWED: {
    message: 'Cardwright kann sein Fenster jetzt nicht öffnen.',
    cause: 'Die Seite ist nicht im Vordergrund, oder ein anderes Fenster von Cardwright ist offen.',
    user: 'Schließen Sie das andere Fenster, holen Sie diese Seite nach vorn und versuchen Sie es erneut.',
  },
  INSECURE_CONTEXT: {
    message: 'Diese Seite ist nicht sicher.',
    cause: 'Cardwright arbeitet auf https-Seiten und auf localhost, nur im obersten Rahmen.',
    user: 'Öffnen Sie die Seite über ihre https-Adresse.',
  },
  USER_TIMEOUT: {
    message: 'Das Fenster war zu lange geöffnet.',
    cause: 'Es wurde nicht rechtzeitig etwas eingegeben.',
    user: WHEN_READY,
  },
  EXTENSION_LOST: {
    message: 'Die Verbindung zur Cardwright-Erweiterung ist abgebrochen.',
    cause: 'Der Browser hat die Erweiterung beendet, aktualisiert oder abgeschaltet.',
    user: 'Versuchen Sie es erneut.',
  },
  TOO_MANY_SESSIONS: {
    message: 'Diese Seite hat zu viele Verbindungen geöffnet.',
    cause: 'Ein Tab kann acht Sitzungen zugleich haben, weil jede ein Hostprogramm starten kann.',
    user: 'Laden Sie die Seite neu.',
  },
  POLICY_CHANGED: {
    message: 'Ihre Administration hat die Einstellungen von Cardwright geändert.',
    cause: 'Eine Sitzung endet, wenn sich die Richtlinie ändert, unter der sie geöffnet wurde.',
    user: 'Versuchen Sie es erneut.',
  },
  EXTENSION_UPDATED: {
    message: 'Die Cardwright-Erweiterung wurde aktualisiert.',
    cause: 'Der Browser hat die Erweiterung aktualisiert, während diese Seite geöffnet war.',
    user: 'Laden Sie die Seite neu.',
  },
};
