import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pressButton } from '@cardwright/stage';
import { ExtensionStage, pressToClose } from '../../support/extension-stage.js';
import { creation, optionsFor, signCommands } from '../../support/passkey-steps.js';
import { enteredIn, nextIsEnabled, stateOf } from '../../support/secret-window.js';

let stage: ExtensionStage;

beforeAll(async () => {
  stage = await ExtensionStage.open();
});
beforeEach(() => stage.startOver());
afterAll(() => stage.close());

describe('the window for a FIDO PIN', () => {
  const BOTH = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: true };
  const changes = { rules: null, secrets: { fidoPin: { source: 'user' }, newFidoPin: { source: 'user' } } };

  it('names the PIN that it asks for, counts characters, and seals in form NFC', async () => {
    const session = await stage.granted();
    const answer = session.code('fido.changePin', changes);
    const window = await stage.window('secret');
    expect(await window.$eval('#title', (line) => line.textContent)).toBe('Choose a FIDO PIN');
    expect(await window.$eval('#which:not([hidden])', (line) => line.textContent)).toMatch(/not your device PIN/);
    expect(await window.$('#forgotten[hidden]')).not.toBeNull();
    await window.type('#fidoPin', '739164');
    // The umlaut as two code points, which are one in form NFC.
    await window.type('#newFidoPin', 'pa\u0308sse');
    expect(await stateOf(window, 'length')).toBe('open');
    await window.type('#newFidoPin', 'n');
    expect(await stateOf(window, 'length')).toBe('met');
    await window.type('#newFidoPin-repeated', 'p\u00e4ssen');
    expect(await nextIsEnabled(window)).toBe(true);
    await pressToClose(window, 'Enter');
    expect(await answer).toBeUndefined();
    expect(enteredIn(stage)).toEqual([{ fidoPin: '739164', newFidoPin: 'p\u00e4ssen' }]);
  });

  it.each([
    [
      'says that the device PIN may be the same, and how long it must then be',
      BOTH,
      'which must then be 6 to 8 digits long',
    ],
    ['says nothing of that if the user chooses no device PIN', undefined, 'It is not your device PIN'],
  ])('%s', async (_what, devicePinRules, words) => {
    const session = await stage.granted();
    const params = {
      rules: null,
      ...(devicePinRules && { devicePinRules }),
      secrets: { newFidoPin: { source: 'user' } },
    };
    const jws = await signCommands(stage, session, [{ method: 'fido.setPin', params }]);
    const answer = session.code('step.run', { jws });
    const window = await stage.window('secret');
    expect(await window.$eval('#which:not([hidden])', (line) => line.textContent)).toContain(words);
    await window.close();
    expect(await answer).toBe('USER_CANCELLED');
  });

  it('lets its user report an unknown PIN, if the CMS offers that', async () => {
    const session = await stage.granted();
    const options = optionsFor('localhost');
    const order = creation('host', stage.portal.origin, options);
    const answer = session.code('step.run', { jws: await signCommands(stage, session, [order]) });
    await pressButton(await stage.window('secret'), '#forgotten');
    expect(await answer).toBe('FIDO_PIN_FORGOTTEN');
  });
});
