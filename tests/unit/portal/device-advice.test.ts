/** @own-modules because the language of a page stays in its module. */
import { describe, expect, it } from '@jest/globals';
// Lit is loaded before there is a document, as it would expect more of one.
import '@cardwright/sdk/elements';
import type { MyDevice } from '../../../portal/src/pages/api.js';
import { BROKEN, UNAPPROVED, device, phone } from '../../support/portal-devices.js';

// A page's texts are loaded for the language of its document.
Object.assign(globalThis, { document: { documentElement: { lang: 'en' } } });
Object.defineProperty(globalThis, 'navigator', { value: { languages: ['en-US'] }, configurable: true });
const { adviceFor } = await import('../../../portal/src/pages/my-devices/advice.js');

/** Returns the advice for a device in one line, with the help desk where the page shows its contact. */
function adviceOn(one: object): string | null {
  const advice = adviceFor(one as MyDevice);
  if (advice === null) return null;
  const { what, todo, asksHelpDesk } = advice;
  return [what, todo, ...(asksHelpDesk ? ['HELP DESK'] : [])].join(' | ');
}

const CONTINUE = 'Connect the device and choose “Finish setup”';

describe('the advice for the owner of a device', () => {
  it('says why the device is not complete, and who completes it', () => {
    expect(BROKEN.map(adviceOn)).toEqual([
      'No PIN was set. | Ask your help desk to activate the device. Until then you can’t use it. | HELP DESK',
      `Only your PIN is left. | ${CONTINUE}. You can’t use it until you set a PIN.`,
      'The device was suspended on Nov 27, 2026. | Ask your help desk to resume it. Until then you can’t use it. | HELP DESK',
      'Setup failed. The certification authority refused a certificate. | Reconnect to continue, or start over (this erases the device).',
      `Setup failed. It was cancelled before it was finished. | ${CONTINUE}.`,
      `Setup is not finished. The device was removed. | ${CONTINUE}: what is done already is kept.`,
      `Setup is not finished. | ${CONTINUE}: what is done already is kept.`,
    ]);
  });

  it('says what an operator has to approve, has approved or has declined', () => {
    expect(UNAPPROVED.map(adviceOn)).toEqual([
      'The device waits for approval: your help desk checks every device of this kind. | There is nothing for you to do: your PIN is set. You can use the device once your help desk has approved it.',
      `Setup waits for approval: the device could not prove what it is. | Ask your help desk to approve it. Then connect the device and choose “Finish setup”. What is done already is kept. | HELP DESK`,
      `Your help desk approved the setup. It is not finished yet. | ${CONTINUE}.`,
      'Your help desk declined the device: “Not a card of ours.” | Ask your help desk what to do, or use another device. | HELP DESK',
      "Setup failed. The key in this slot can't sign. | Use another device, or ask your help desk for another attempt. | HELP DESK",
    ]);
  });

  it('says of an active device only what its PIN waits for', () => {
    expect(adviceOn(device('a1', 'active'))).toBeNull();
    expect(adviceOn(device('a2', 'active', { hasInitialPin: true }))).toContain('HELP DESK');
    const waiting = { stateReason: 'APPROVAL_NEEDED' };
    expect(adviceOn(device('a3', 'active', waiting))).toContain('HELP DESK');
    expect(adviceOn(device('a4', 'active', { ...waiting, isPukApproved: true }))).not.toContain('HELP DESK');
  });

  it('tells the owner of a mobile device what to do on that device', () => {
    expect(adviceOn(phone('i1', 'pending'))).toMatch(/^The device has not shown yet .* \| On its Home Screen, open /);
  });
});
