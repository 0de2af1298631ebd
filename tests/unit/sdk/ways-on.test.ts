import { describe, expect, it } from '@jest/globals';
import { CardwrightError, type Recovery } from '@cardwright/protocol';
import { words as dialogs } from '@cardwright/words/en/dialogs';
import { words as errors } from '@cardwright/words/en/errors';
import type { TemplateResult } from 'lit';
import type { PaneActions } from '../../../sdk/src/elements/pane-definition.js';
import { wantPreferred } from '../../../sdk/src/elements/wanted-device.js';
import { waysOn } from '../../../sdk/src/elements/ways-on.js';

const english = { ...dialogs, language: 'en', errors };
const CARD = wantPreferred({ serial: '11223344', guid: null, model: 'yubikey' });

interface Shown {
  readonly label: string;
  readonly isPrimary: boolean;
  /** The action of the button. */
  readonly press: () => string;
}

/** Lists the buttons below the error, as the user sees them. */
function buttonsAfter(error: CardwrightError, hasDevice: boolean): readonly Shown[] {
  let did = '';
  const does = (what: string) => () => {
    did = what;
  };
  const actions: Pick<PaneActions, 'cancel' | 'run' | 'chooseAgain' | 'reload'> = {
    cancel: does('cancel'),
    run: does('run'),
    chooseAgain: does('choose'),
    reload: does('reload'),
  };
  const templates: readonly TemplateResult[] = waysOn(english, { error, wanted: hasDevice ? CARD : null }, actions);
  return templates.map(({ strings, values }) => ({
    label: String(values.at(-1)),
    isPrimary: strings.join('').includes('primary'),
    press: () => {
      values.find((value): value is () => void => typeof value === 'function')?.();
      return did;
    },
  }));
}

const PRIMARY: Readonly<Record<Recovery, { readonly label: string; readonly does: string } | null>> = {
  'try-again': { label: 'Try again', does: 'run' },
  update: { label: 'Try again', does: 'run' },
  'continue-here': { label: 'Continue here', does: 'run' },
  'another-device': { label: english.chooseAgain, does: 'choose' },
  reload: { label: 'Reload page', does: 'reload' },
  'log-in': { label: 'Sign in', does: 'reload' },
  // "Copy details", in the error pane itself.
  'ask-operator': null,
  none: { label: 'Close', does: 'cancel' },
};

/** One error for each recovery. error-words.test.ts checks that the words of every code agree with its recovery. */
const ERRORS: readonly CardwrightError[] = [
  new CardwrightError('HOST_CRASHED'),
  new CardwrightError('METHOD_NOT_FOUND'),
  new CardwrightError('OPERATION_MOVED'),
  new CardwrightError('PUK_BLOCKED'),
  new CardwrightError('TOO_MANY_SESSIONS'),
  new CardwrightError('LOGIN_REQUIRED', { fresh: false }),
  new CardwrightError('CA_REFUSED', { reason: 'No.' }),
  new CardwrightError('INSECURE_CONTEXT'),
  new CardwrightError('SITE_NOT_GRANTED', { consent: 'denied' }),
  new CardwrightError('SITE_NOT_GRANTED', { consent: 'blocked' }),
  new CardwrightError('VERSION_MISMATCH', { update: 'sdk' }),
  new CardwrightError('VERSION_MISMATCH', { update: 'extension' }),
  new CardwrightError('VERSION_MISMATCH', { update: 'host' }),
];

describe('the buttons below an error', () => {
  it('are tested for every recovery', () => {
    expect(new Set(ERRORS.map(({ recovery }) => recovery))).toEqual(new Set(Object.keys(PRIMARY)));
  });

  it.each(ERRORS)('follow the recovery of $code, with and without a device', (error) => {
    const expected = PRIMARY[error.recovery];
    for (const hasDevice of [true, false]) {
      const buttons = buttonsAfter(error, hasDevice);
      const primary = buttons.filter(({ isPrimary }) => isPrimary);
      expect(primary.map(({ label, press }) => ({ label, does: press() }))).toEqual(expected ? [expected] : []);
      // There is always a way to leave.
      expect(buttons.map(({ press }) => press())).toContain('cancel');
    }
  });

  it('offer another device if the user had one, and another try once the help desk has acted', () => {
    const labels = (hasDevice: boolean) =>
      buttonsAfter(new CardwrightError('PIN_BLOCKED'), hasDevice).map(({ label }) => label);
    expect(labels(true)).toEqual(['Close', english.chooseAgain, 'Try again']);
    expect(labels(false)).toEqual(['Close', 'Try again']);
  });
});
