import type { CardwrightError } from '@cardwright/protocol';
import type { TemplateResult } from 'lit';
import { primary, secondary } from './footer-buttons.js';
import type { PaneActions } from './pane-definition.js';
import type { Text } from './text.js';
import { isHelpedByUnlock } from './unlocking.js';
import type { WantedDevice } from './wanted-device.js';

/** An error, and the device with which the wizard can continue after the error; null if there is no such device. */
export interface Obstacle {
  readonly error: CardwrightError;
  readonly wanted: WantedDevice | null;
}

/**
 * Returns the buttons that the error's `recovery` calls for. If a new PIN helps and the page has the wizard for it, returns "Cancel" and a
 * button that opens this wizard instead. If only the help desk can act, no button is primary, because the primary button is in the error
 * pane.
 */
export function waysOn(
  text: Text,
  { error, wanted }: Obstacle,
  actions: Pick<PaneActions, 'cancel' | 'run' | 'chooseAgain' | 'reload' | 'unlock'>,
): readonly TemplateResult[] {
  const { unlock } = actions;
  if (unlock && isHelpedByUnlock(error))
    return [secondary('cancel', text.cancel, actions.cancel), primary('unlock', text.setNewPin, () => unlock(wanted))];
  const cancel = secondary('cancel', text.cancel, actions.cancel);
  const close = secondary('cancel', text.close, actions.cancel);
  const again = (): void => actions.run(wanted);
  const reload = (): void => actions.reload(wanted);
  const chooseAgain = wanted === null ? [] : [secondary('choose-again', text.chooseAgain, actions.chooseAgain)];
  switch (error.recovery) {
    case 'try-again':
    case 'update':
      return [cancel, ...chooseAgain, primary('retry', text.retry, again)];
    case 'continue-here':
      return [close, primary('retry', text.goOnHere, again)];
    case 'another-device':
      return [cancel, primary('choose-again', text.chooseAgain, actions.chooseAgain)];
    case 'reload':
      return [cancel, primary('retry', text.reload, reload)];
    case 'log-in':
      return [cancel, primary('retry', text.signIn, reload)];
    case 'ask-operator':
      return [close, ...chooseAgain, secondary('retry', text.retry, again)];
    case 'none':
      return [primary('cancel', text.close, actions.cancel)];
  }
}
