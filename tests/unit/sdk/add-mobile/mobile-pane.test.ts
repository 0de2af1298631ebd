import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { PHONE_REQUESTS, type EnrolmentState } from '@cardwright/protocol/mobile';
import { hasReachedPhone } from '../../../../sdk/src/elements/add-mobile/enrolment-state.js';
import { isAwaitingUser, mobileStepOf, paneOf } from '../../../../sdk/src/elements/add-mobile/mobile-pane.js';
import { secondsUntil } from '../../../../sdk/src/elements/add-mobile/time-left.js';
import { PHONE, statusIn } from './enrolment-statuses.js';

const STARTED = { link: 'https://portal.example/mobile/enrol/AAAAAAAAAAAAAAAAAAAAAA', isVerified: false };

const PANES: Readonly<Record<EnrolmentState, { readonly name: string; readonly step: string }>> = {
  waiting: { name: 'code', step: 'scan' },
  opened: { name: 'code', step: 'scan' },
  downloaded: { name: 'install', step: 'install' },
  'to-confirm': { name: 'confirm', step: 'confirm' },
  enrolling: { name: 'certificates', step: 'certificates' },
  issued: { name: 'certificates', step: 'certificates' },
  sent: { name: 'sent', step: 'certificates' },
  installed: { name: 'installed', step: 'certificates' },
  failed: { name: 'error', step: 'scan' },
  cancelled: { name: 'cancelled', step: 'scan' },
};

describe('the pane for a status', () => {
  it.each(Object.entries(PANES) as [EnrolmentState, (typeof PANES)[EnrolmentState]][])(
    'shows %s',
    (state, { name, step }) => {
      const pane = paneOf(statusIn(state), STARTED);
      expect(pane.name).toBe(name);
      expect(mobileStepOf(pane)).toBe(step);
      expect(isAwaitingUser(pane)).toBe(state === 'to-confirm');
    },
  );

  it('keeps the code on the screen after the link was opened, because programs that preview links open it too', () => {
    expect(paneOf(statusIn('opened'), STARTED)).toMatchObject({ name: 'code', link: STARTED.link, isOpened: true });
  });

  it('shows no code whose link is not known', () => {
    const found = { ...STARTED, link: null };
    expect(paneOf(statusIn('to-confirm'), found).name).toBe('confirm');
    expect(paneOf(statusIn('opened'), found)).toMatchObject({ name: 'error', error: { code: 'INVALID_MESSAGE' } });
  });

  it('shows the phone as reported', () => {
    expect(paneOf(statusIn('to-confirm'), STARTED)).toMatchObject({ phone: PHONE, isSent: false, refusal: null });
  });

  it('offers a new code if the old one was not used in time', () => {
    const status = statusIn('failed', { failure: new CardwrightError('LINK_EXPIRED').toWire() });
    expect(paneOf(status, STARTED)).toEqual({ name: 'expired' });
  });

  it.each(PHONE_REQUESTS)('notes that a failed device was last seen as it %s', (what) => {
    const lastRequest = { what, at: '2026-11-26T12:03:00.000Z' };
    const pane = paneOf(statusIn('failed', { lastRequest }), STARTED);
    expect(pane).toMatchObject({ name: 'error', error: { code: 'PHONE_SILENT' }, lastRequest });
    expect(mobileStepOf(pane)).not.toBe('proof');
  });
});

describe('an enrolment', () => {
  it('has reached a phone from the download to the end', () => {
    const states = Object.keys(PANES) as EnrolmentState[];
    expect(states.filter((state) => hasReachedPhone(statusIn(state)))).toEqual([
      'downloaded',
      'to-confirm',
      'enrolling',
      'issued',
    ]);
  });
});

describe('the seconds until a moment', () => {
  it.each([
    ['2026-11-26T12:15:00.000Z', '2026-11-26T12:00:00.000Z', 900],
    ['2026-11-26T12:15:00.000Z', '2026-11-26T12:14:58.001Z', 1],
    ['2026-11-26T12:15:00.000Z', '2026-11-26T12:15:00.000Z', 0],
    ['2026-11-26T12:15:00.000Z', '2026-11-26T13:00:00.000Z', 0],
  ])('are counted for %s at %s: %i', (moment, now, seconds) => {
    expect(secondsUntil(moment, Date.parse(now))).toBe(seconds);
  });
});
