import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PCSC_CODE } from '@cardwright/native-host/in-process';
import { PcscDesk, statusIs } from '../../support/pcsc/desk.js';
import type { Forked } from '../../support/pcsc/forked.js';
import { drawnTests, everyOrOneIn } from '../../support/thorough.js';

const drawnIt = drawnTests(2);

const SELECT_PIV = '00A4040005A000000308';
/** VERIFY with the factory PIN; below, VERIFY without one, which answers 9000 if the PIN is verified, else 63CX with the tries left. */
const VERIFY_PIN = '0020008008313233343536FFFF';
const IS_VERIFIED = '00200080';
const NOT_VERIFIED = /^63C\d$/;
const RESET_CARD = '80100068';

/** A card that another program does not release is shared with it. */
describe('a shared card', () => {
  let desk: PcscDesk;
  let binding: Forked;
  let other: Forked;

  beforeAll(async () => {
    desk = await PcscDesk.open(1);
  });
  beforeEach(async () => {
    await desk.insert();
    binding = await desk.binding();
    await statusIs(binding, desk.reader(), { present: true });
    other = await desk.program();
    await other.call('connect', desk.reader(), 'shared');
  });
  afterEach(() => desk.clear());
  afterAll(() => desk.close());

  const share = () => binding.call('connect', 'main', 'card', desk.reader(), 'shared');
  const ours = (apdu: string) => binding.call('transmit', 'card', apdu);
  const theirs = (apdu: string) => other.call('transmit', apdu);

  drawnIt('is reset first, so that no login of the other program is inherited', async () => {
    await theirs(SELECT_PIV);
    await theirs(VERIFY_PIN);
    await expect(theirs(IS_VERIFIED)).resolves.toBe('9000');
    await share();
    // Checked before a SELECT, which would reset the login as well.
    await expect(ours(IS_VERIFIED)).resolves.not.toBe('9000');
  });

  const ENDS = [
    ['released', () => binding.call('disconnect', 'card')],
    ['released by the end of its context', () => binding.call('close', 'main')],
    ['left by a process that is killed', () => binding.kill()],
  ] as const;

  it.each(everyOrOneIn(3, ENDS))(
    'gives the other program no access while it is held, and no login after it is %s',
    async (_, end) => {
      await share();
      await ours(SELECT_PIV);
      await ours(VERIFY_PIN);
      let answered = false;
      const attempt = theirs(IS_VERIFIED).finally(() => (answered = true));
      const newcomer = await desk.program();
      const arriving = newcomer
        .call('connect', desk.reader(), 'shared')
        .then(() => newcomer.call('transmit', IS_VERIFIED));
      for (let time = 1; time <= 50; time += 1) await expect(ours(IS_VERIFIED)).resolves.toBe('9000');
      expect(answered).toBe(false);
      await end();
      await expect(attempt).rejects.toMatchObject({ message: RESET_CARD });
      await expect(arriving).resolves.not.toBe('9000');
      // The other program was not shut out: it acknowledges the reset and continues.
      await other.call('reconnect', 'leave');
      await expect(theirs(IS_VERIFIED)).resolves.not.toBe('9000');
      await theirs(SELECT_PIV);
      await expect(theirs(IS_VERIFIED)).resolves.toMatch(NOT_VERIFIED);
    },
  );

  drawnIt('is not taken from a transaction of the other program, and left as it is', async () => {
    await theirs(SELECT_PIV);
    await other.call('begin');
    await theirs(VERIFY_PIN);
    // The transaction never ends here.
    await expect(share()).rejects.toMatchObject({ code: PCSC_CODE.SHARING_VIOLATION });
    // One worker waits already; a second one would wait each time too.
    await expect(share()).rejects.toMatchObject({ code: PCSC_CODE.SHARING_VIOLATION });
    await expect(binding.call('connects')).resolves.toBe(1);
    await expect(theirs(IS_VERIFIED)).resolves.toBe('9000');
    await other.call('end', 'leave');
    await binding.call('close', 'main');
    await expect(theirs(IS_VERIFIED)).resolves.toBe('9000');
  });

  drawnIt('cannot be shared with a program that has exclusive access', async () => {
    await other.call('disconnect', 'leave');
    await other.call('connect', desk.reader(), 'exclusive');
    await expect(share()).rejects.toMatchObject({ code: PCSC_CODE.SHARING_VIOLATION });
  });
});
