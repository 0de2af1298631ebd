import { CardwrightError, encodeBytes } from '@cardwright/protocol';
import type { KeySlot } from '@cardwright/protocol/devices';
import { certificateIn } from '../card-secrets/certified-key.js';
import { authentication } from '../card-secrets/management-authentication.js';
import { encodeKeyHistory } from '../devices/piv-objects.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Step } from '../operations/definition.js';
import type { Certificate } from '../store/rows.js';
import { countRetired, freeForOld, isOwnIn9D, notePlace, placeOfOld, readPlace } from './key-places.js';
import { cardKeys, newKeys, PHASES, removal, renewal, slotInTurn, slotsToRemove, unreadIn } from './renewal-state.js';
import { authenticated, prepareAuthentication } from './write.js';

/**
 * Step that retires the old key of 9D, which is replaced or has no slot in the policy any more: moves it to the next free retired slot, and writes its certificate and the Key History Object there. Both are
 * read back before the new key comes into 9D, so that what was encrypted for the old key can be read at any time.
 */
export const retireStep: Step = {
  name: 'renewal-retire',
  phase: PHASES.keys,
  progress: 75,
  slices: [authentication, renewal, newKeys, cardKeys, removal],
  needed: (context) => isToRetire(context),
  prepare: prepareAuthentication,
  calls: (context) => {
    const old = certificateIn(context, '9D');
    if (!old) throw new Error('there is no certificate to retire');
    const isInPlace = isOwnIn9D(context);
    const place = isInPlace ? freeForOld(context) : placeOfOld(context, old.keyHash);
    if (place === undefined) throw new Error('there is no slot for the old key');
    return [
      ...authenticated(context),
      ...(isInPlace ? [moved(context, place), readPlace(context, place, old.keyHash)] : []),
      ...writtenCertificate(place, old),
      ...writtenHistory(context, place),
    ];
  },
};

export function isToRetire(context: OperationContext): boolean {
  const old = certificateIn(context, '9D');
  if (!old || context.of(cardKeys).isRetired) return false;
  const isReplaced =
    slotInTurn(context) === '9D' && context.of(newKeys).moved.includes('9D') && unreadIn(context, '9D') !== undefined;
  return isReplaced || (isToLeave9D(context) && (isOwnIn9D(context) || placeOfOld(context, old.keyHash) !== undefined));
}

/** True if the policy no longer has 9D, and the card keeps old keys. */
const isToLeave9D = (context: OperationContext): boolean =>
  context.of(removal).removesKeys && slotsToRemove(context).includes('9D');

const moved = (context: OperationContext, to: KeySlot): Call =>
  call(
    'key.move',
    { from: '9D', to },
    {
      read: () => {
        notePlace(context, '9D', undefined);
        context.report('key.retired', { slot: '9D', to });
      },
    },
  );

const writtenCertificate = (slot: KeySlot, { der }: Certificate): Call[] => [
  call('certificate.write', { slot, certificate: der }),
  call(
    'certificate.read',
    { slot },
    {
      read: ({ certificate }) => {
        if (certificate !== der) throw new CardwrightError('READ_BACK_MISMATCH', { object: slot });
      },
    },
  ),
];

function writtenHistory(context: OperationContext, place: KeySlot): Call[] {
  const content = encodeBytes(encodeKeyHistory(countRetired(context, place)));
  return [
    call('object.write', { object: 'keyHistory', content }),
    call(
      'object.read',
      { object: 'keyHistory' },
      {
        read: (object) => {
          if (object.content !== content) throw new CardwrightError('READ_BACK_MISMATCH', { object: 'keyHistory' });
          context.keep(cardKeys, { isRetired: true });
        },
      },
    ),
  ];
}
