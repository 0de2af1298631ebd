import { CardwrightError } from '@cardwright/protocol';
import type { KeyAlgorithm } from '@cardwright/protocol/devices';
import { expect, it } from '@jest/globals';
import { generateKeyPair } from '../../../../native-host/src/applets/piv/key-generation.js';
import { PivChannel } from '../../../../native-host/src/applets/piv/piv-channel.js';

it.each<[KeyAlgorithm, number | undefined]>([
  ['P-256', undefined],
  ['P-384', undefined],
  ['RSA-2048', 60_000],
  ['RSA-3072', 60_000],
])('gives a card longer than for any other answer only to make an RSA key: %s', async (algorithm, time) => {
  const times: (number | undefined)[] = [];
  const channel = new PivChannel({
    transmit: (_apdu, answerTime) => {
      times.push(answerTime);
      return Promise.reject(new CardwrightError('CARD_MUTE'));
    },
  });
  await expect(generateKeyPair(channel, '9A', algorithm, null, true)).rejects.toMatchObject({ code: 'CARD_MUTE' });
  expect(times).toEqual([time]);
});
