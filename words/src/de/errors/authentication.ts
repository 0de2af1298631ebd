import type { authenticationErrors as english } from '../../en/errors/authentication.js';
import type { ErrorsIn } from '../../error-text.js';

const HELP_DESK = 'Wenden Sie sich an Ihren Helpdesk.';
const NEW_PIN =
  'Wählen Sie im Portal „PIN vergessen?“ und legen Sie eine neue PIN fest, oder fragen Sie Ihren Helpdesk.';

/** Words for the errors 6000 to 6999, in German. */
export const authenticationErrors: ErrorsIn<typeof english> = {
  PIN_INCORRECT: {
    message: 'Die PIN ist falsch.',
    cause: 'Es wurde eine andere PIN eingegeben.',
    user: 'Prüfen Sie Ihre PIN und versuchen Sie es erneut.',
  },
  PIN_BLOCKED: {
    message: 'Die PIN ist blockiert.',
    cause: 'Sie wurde zu oft falsch eingegeben.',
    user: NEW_PIN,
  },
  PUK_INCORRECT: {
    message: 'Die PUK ist falsch.',
    cause: 'Das Gerät hat eine andere PUK, als das Portal erwartet.',
    user: HELP_DESK,
  },
  PUK_BLOCKED: {
    message: 'Die PUK ist blockiert.',
    cause: 'Sie wurde zu oft falsch verwendet.',
    user: 'Verwenden Sie ein anderes Gerät.',
  },
  PIN_REFUSED_BY_DEVICE: {
    message: 'Das Gerät nimmt diese PIN nicht an.',
    cause: 'Das Gerät hat eigene Regeln für PINs.',
    user: 'Versuchen Sie es erneut mit einer anderen PIN.',
  },
  MANAGEMENT_KEY_REFUSED: {
    message: 'Das Gerät nimmt den Verwaltungsschlüssel nicht an.',
    cause: 'Ein anderes System hat es eingerichtet, oder sein Werksschlüssel ist nicht der eingestellte.',
    user: HELP_DESK,
  },
  NOT_AUTHENTICATED: {
    message: 'Das Gerät ist nicht mehr entsperrt.',
    cause: 'Seine Entsperrung ging verloren, zum Beispiel, weil die Karte zurückgesetzt wurde.',
    user: 'Versuchen Sie es erneut.',
  },
  LAST_TRY: {
    message: 'Es bleibt nur noch ein Versuch. Wir haben ihn nicht verbraucht.',
    cause: 'Noch eine falsche Eingabe würde das Gerät blockieren.',
    user: NEW_PIN,
  },
  PIN_RULES_CONFLICT: {
    message: 'Keine PIN erfüllt die Regeln des Portals und die des Geräts.',
    cause: 'Die PIN-Regeln des Portals und des Geräts widersprechen sich.',
    user: HELP_DESK,
  },
  PIN_RULE_VIOLATED: {
    message: 'Diese PIN hält die Regeln nicht ein.',
    cause: 'Ihre Organisation oder das Gerät hat Regeln für PINs.',
    user: 'Versuchen Sie es erneut mit einer PIN, die den Regeln entspricht.',
    variants: {
      length: { message: 'Diese PIN ist zu kurz oder zu lang.' },
      digits: { message: 'Diese PIN enthält Zeichen, die nicht erlaubt sind.' },
      trivial: { message: 'Diese PIN ist zu leicht zu erraten.' },
      same: { message: 'Die PINs stimmen nicht überein.' },
    },
  },
  PIN_ENTRIES_DIFFER: {
    message: 'Die beiden Eingaben der neuen PIN sind nicht gleich.',
    cause: 'Die neue PIN wurde am Kartenleser zweimal eingegeben, und nicht gleich.',
    user: 'Versuchen Sie es erneut.',
  },
  PIN_UNCONFIRMED: {
    message: 'Die neue PIN wurde nicht bestätigt.',
    cause: 'Nach der Änderung wurde die neue PIN am Kartenleser nicht noch einmal eingegeben, oder nicht richtig.',
    user: 'Versuchen Sie es erneut. Wenn Sie Ihre PIN nicht mehr wissen, wählen Sie im Portal „PIN vergessen?“.',
  },
  PINPAD_MISSING: {
    message: 'Dieses Gerät braucht einen Kartenleser mit Tastatur.',
    cause: 'Ihre Organisation will, dass PINs am Kartenleser selbst eingegeben werden, und dieser hat keine Tastatur.',
    user: 'Stecken Sie das Gerät in einen Kartenleser mit Tastatur, und versuchen Sie es erneut.',
  },
  PINPAD_UNUSABLE: {
    message: 'An diesem Kartenleser lassen sich keine PINs eingeben.',
    cause: 'Der Kartenleser, sein Treiber oder die Karte tut nicht, was der Standard für Tastaturen verlangt.',
    user: 'Versuchen Sie es erneut. Wenn auch das nicht geht, verwenden Sie einen anderen Kartenleser.',
  },
};
