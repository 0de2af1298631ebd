import { isCardwrightError } from '@cardwright/protocol';
import type { Slot } from '@cardwright/protocol/devices';
import { useCertifiedKey } from '../card-secrets/certified-key.js';
import { authentication } from '../card-secrets/management-authentication.js';
import { newChallenge } from '../keys/new-challenge.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Consequence, Step } from '../operations/definition.js';
import { whenUserStops } from '../operations/ended-by-user.js';
import { keyIn, notePlace, readPlace } from './key-places.js';
import { requireNewKey } from './renewable.js';
import {
  cardKeys,
  chuid,
  making,
  newKeys,
  PHASES,
  removal,
  renewal,
  requests,
  slotInTurn,
  STAGING_SLOT,
  unreadIn,
  type CardCertificate,
} from './renewal-state.js';
import { enteredPin, giveUp } from './request.js';
import { isToRetire } from './retire.js';
import { authenticated, prepareAuthentication, writtenCertificate, writtenChuid } from './write.js';

const PURPOSE = 'renewal';

/**
 * Step that brings a certified new key to its slot, and writes its certificate. The old key of 9A, 9C or 9E is deleted, and the new one moved there.
 * While it is unknown whether the old key was deleted, its certificate is on hold. A key that an earlier session made in the slot itself signs again
 * first: that shows that it still is there.
 */
export const installStep: Step = {
  name: 'renewal-install',
  phase: PHASES.certificates,
  progress: 85,
  slices: [authentication, renewal, newKeys, requests, cardKeys, making, removal, chuid],
  needed: (context) => toInstall(context) !== undefined && !isToRetire(context),
  round: (context) => toInstall(context)?.slot ?? '',
  prepare: async (context) => {
    await prepareAuthentication(context);
    const { slot } = requireCertificate(context);
    if (slot !== '9D' && isReplaced(context, slot)) context.ownDevice.doubtKey(slot, context.operation.id);
    context.keep(making, { challenge: newChallenge() });
  },
  calls: (context) => {
    const certificate = requireCertificate(context);
    const { slot } = certificate;
    return [
      ...authenticated(context),
      ...(context.of(newKeys).moved.includes(slot)
        ? movedKey(context, certificate)
        : signedAgain(context, certificate)),
      ...writtenChuid(context),
      ...writtenCertificate(context, certificate, () => {
        if (context.of(newKeys).moved.includes(slot) || slot === '9D') context.ownDevice.change({ stagedKey: null });
        return requireNewKey(context, slot, certificate);
      }),
    ];
  },
  errors: whenUserStops(giveUp),
};

function toInstall(context: OperationContext): CardCertificate | undefined {
  const slot = slotInTurn(context);
  return slot && unreadIn(context, slot);
}

function requireCertificate(context: OperationContext): CardCertificate {
  const certificate = toInstall(context);
  if (!certificate) throw new Error('no certificate waits for its slot');
  return certificate;
}

/** True if a slot has another key than the one of its new certificate. */
function isReplaced(context: OperationContext, slot: Slot): boolean {
  const key = keyIn(context, slot);
  return key !== undefined && key.keyHash !== unreadIn(context, slot)?.keyHash;
}

/** Makes the calls that delete the old key of a slot, and move the new one there; none if it is there. */
function movedKey(context: OperationContext, { slot, keyHash }: CardCertificate): Call[] {
  if (keyIn(context, slot)?.keyHash === keyHash) return [];
  const { operation, ownDevice } = context;
  const remove = call(
    'key.delete',
    { slot },
    {
      read: () => {
        notePlace(context, slot, undefined);
        ownDevice.supersede(
          ownDevice.certificates.filter((one) => one.slot === slot),
          operation.id,
        );
      },
      // Nobody has looked whether the old key is still there. If it is gone, the new one is moved at once.
      failed: (error): Consequence | undefined => {
        if (!isCardwrightError(error, 'KEY_MISSING')) return undefined;
        notePlace(context, slot, undefined);
        return 'continue';
      },
    },
  );
  const move = call(
    'key.move',
    { from: STAGING_SLOT, to: slot },
    {
      read: () => {
        notePlace(context, STAGING_SLOT, undefined);
      },
    },
  );
  return [...(isReplaced(context, slot) ? [remove] : []), move, readPlace(context, slot, keyHash)];
}

/** Makes the calls by which the key of a new certificate signs, if it has not signed in this session. */
function signedAgain(context: OperationContext, certificate: CardCertificate): Call[] {
  const { slot } = certificate;
  if (context.of(making).signed.includes(slot)) return [];
  const signed = useCertifiedKey(context, {
    slot,
    certificate: () => certificate,
    challenge: () => {
      const { challenge } = context.of(making);
      if (challenge === null) throw new Error('a signature answers a challenge');
      return challenge;
    },
    purpose: PURPOSE,
    proved: () => context.keep(requests, { isSigned: true }),
  });
  return [...enteredPin(context, [slot]), signed];
}
