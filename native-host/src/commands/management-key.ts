import { CardwrightError, decodeBytes, encodeBytes, isCardwrightError, type ErrorData } from '@cardwright/protocol';
import type { ManagementKeyAlgorithm } from '@cardwright/protocol/devices';
import type { CardManagementKey } from '../applets/piv/card-management-key.js';
import { MANAGEMENT_KEY } from '../applets/piv/objects.js';
import type { DeviceHolder } from '../devices/device-holder.js';
import type { Handlers } from '../server/handlers.js';

type NextWitness = ErrorData<'MANAGEMENT_KEY_REFUSED'>['next'];

/** Relays the mutual authentication between card and CMS. The host does not get the card's management key from the CMS. */
export function managementKeyHandlers(holder: DeviceHolder) {
  const tries = holder.managementKeyTries;
  return {
    'managementKey.getChallenge': ({ algorithm: asked }, { signal }) =>
      holder.use(signal, async ({ piv: { managementKey }, info }) => {
        if (!tries.mayTry(info.id)) throw new CardwrightError('MANAGEMENT_KEY_REFUSED', { next: null });
        const algorithm = (await managementKey.status())?.algorithm ?? asked;
        // The host does not guess the algorithm, because a wrong guess could cost a try on a card that counts tries.
        if (!algorithm) throw new CardwrightError('ALGORITHM_NOT_SUPPORTED');
        return { algorithm, witness: encodeBytes(await managementKey.getWitness(algorithm)) };
      }),

    'managementKey.authenticate': ({ algorithm, response, challenge, nextAlgorithm }, { signal }) =>
      holder.use(signal, async ({ piv: { managementKey }, info }) => {
        const { blockLength } = MANAGEMENT_KEY[algorithm];
        const [witness, question] = [blockOf(response, blockLength), blockOf(challenge, blockLength)];
        if (!tries.mayTry(info.id)) throw new CardwrightError('MANAGEMENT_KEY_REFUSED', { next: null });
        try {
          const answer = await managementKey.authenticate(algorithm, witness, question);
          tries.restart(info.id);
          return { cardResponse: encodeBytes(answer) };
        } catch (error) {
          if (!isCardwrightError(error, 'MANAGEMENT_KEY_REFUSED')) throw error;
          tries.noteRefusal(info.id);
          const next = nextAlgorithm && tries.mayTry(info.id) ? await witnessOf(managementKey, nextAlgorithm) : null;
          throw new CardwrightError('MANAGEMENT_KEY_REFUSED', { next }, { cause: error });
        }
      }),
  } satisfies Handlers;
}

/** Gets a new witness from the card, for the next key that the CMS tries. Returns null if the card does not support the algorithm. */
async function witnessOf(card: CardManagementKey, algorithm: ManagementKeyAlgorithm): Promise<NextWitness> {
  try {
    return { algorithm, witness: encodeBytes(await card.getWitness(algorithm)) };
  } catch (error) {
    if (isCardwrightError(error, 'ALGORITHM_NOT_SUPPORTED')) return null;
    throw error;
  }
}

function blockOf(value: string, length: number): Uint8Array {
  const block = decodeBytes(value);
  if (block.length === length) return block;
  throw new CardwrightError('INVALID_PARAMS', { path: 'response', problem: `expected blocks of ${length} bytes` });
}
