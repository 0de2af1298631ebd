import { CardwrightError, encodeBytes } from '@cardwright/protocol';
import type { Slot } from '@cardwright/protocol/devices';
import { attestationFailure } from '../attestation/attestation-failure.js';
import type { DeviceSlot } from '../authority/certification-authority.js';
import {
  authenticateCard,
  authentication,
  chooseCandidate,
  takeWitness,
} from '../card-secrets/management-authentication.js';
import { encodeChuid } from '../devices/piv-objects.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Step } from '../operations/definition.js';
import type { Certificate, Proof } from '../store/rows.js';
import { isToAttest } from './attested-key.js';
import { requireRenewable } from './renewable.js';
import {
  attestedKeys,
  chuid,
  newKeys,
  PHASES,
  removal,
  removedKeys,
  removesKeys,
  renewal,
  slotInTurn,
  slotsToRemove,
  unreadCertificates,
  unreadForKeptKeys,
  type CardCertificate,
} from './renewal-state.js';

const isToBeWritten = (context: OperationContext): boolean => unreadForKeptKeys(context).length > 0;

/** True if certificates are written or removed, or keys replaced or deleted. */
const isCardToChange = (context: OperationContext): boolean =>
  isToBeWritten(context) ||
  slotInTurn(context) !== undefined ||
  slotsToRemove(context).length > 0 ||
  removesKeys(context);

/** Step that requests a witness, if the card has not proved its management key in this session. */
export const renewalWitnessStep: Step = {
  name: 'renewal-witness',
  phase: PHASES.certificates,
  progress: 60,
  slices: [authentication, renewal, newKeys, removal, removedKeys],
  needed: (context) => {
    const { witness, proved } = context.of(authentication);
    return isCardToChange(context) && witness === null && proved === null;
  },
  calls: (context) => [takeWitness(context)],
};

/**
 * Step that writes the CHUID with its new expiry, and then each new certificate, and reads each of them back at once. A certificate that was read
 * back becomes good, and in the same transaction the former one is superseded. A resumed session writes what was not read back again, so that a torn
 * object does not stay.
 */
export const writeStep: Step = {
  name: 'renewal-write',
  phase: PHASES.certificates,
  progress: 75,
  slices: [authentication, renewal, newKeys, removal, chuid, attestedKeys],
  needed: isToBeWritten,
  prepare: prepareAuthentication,
  calls: (context) => [
    ...authenticated(context),
    ...writtenChuid(context),
    ...unreadForKeptKeys(context).flatMap((certificate) =>
      writtenCertificate(context, certificate, () => proofOfKept(context, certificate.slot)),
    ),
  ],
};

/** Judges whether the new certificate of a key that stays may become good, and returns how the key counts as proved now. */
function proofOfKept(context: OperationContext, slot: Slot): Proof {
  if (isToAttest(context, slot)) throw attestationFailure('attestation-missing');
  return requireRenewable(context, slot).proof;
}

/** Chooses the management key that the card proves next, if it has proved none in this session. */
export async function prepareAuthentication(context: OperationContext): Promise<void> {
  if (context.of(authentication).proved === null) await chooseCandidate(context);
}

/** Makes the call that authenticates to the card; none if the card has proved its management key in this session. It is the first of its step. */
export function authenticated(context: OperationContext): Call[] {
  if (context.of(authentication).proved !== null) return [];
  const proved = ({ escrow }: { readonly escrow: string | null }): void => {
    if (escrow !== null) context.ownDevice.noteManagementKey(escrow);
  };
  return [authenticateCard(context, proved)];
}

/**
 * Makes the calls that write the CHUID with its new expiry, and read it back. Makes none if no certificate is left, or if this session has read back
 * the same content.
 */
export function writtenChuid(context: OperationContext): Call[] {
  const end = endOf(context);
  if (end === undefined) return [];
  const content = encodeBytes(encodeChuid(context.ownDevice.row.guid, end));
  if (context.of(chuid).readBack === content) return [];
  return [
    call('object.write', { object: 'chuid', content }),
    call(
      'object.read',
      { object: 'chuid' },
      {
        read: (object) => {
          if (object.content !== content) throw new CardwrightError('READ_BACK_MISMATCH', { object: 'chuid' });
          context.keep(chuid, { readBack: content });
        },
      },
    ),
  ];
}

/**
 * Returns the end of the certificate that is good for longest, among those that the card has in the end; undefined if there is none. Former
 * certificates of slots that are still to be renewed or removed do not count.
 */
function endOf(context: OperationContext): Date | undefined {
  const { slots, done } = context.of(renewal);
  const leaving: readonly DeviceSlot[] = [
    ...(slots ?? []).filter((slot) => !done.includes(slot)),
    ...context.of(removal).slots,
  ];
  const staying: readonly Certificate[] = [
    ...unreadCertificates(context),
    ...context.ownDevice.certificates.filter(({ slot }) => !leaving.includes(slot)),
  ];
  if (staying.length === 0) return undefined;
  return new Date(Math.max(...staying.map(({ notAfter }) => notAfter.getTime())));
}

/**
 * Makes the calls that write a new certificate, and read it back.
 *
 * @param judge judges whether it may become good, and returns how its key counts as proved now
 */
export const writtenCertificate = (context: OperationContext, written: CardCertificate, judge: () => Proof): Call[] => [
  call('certificate.write', { slot: written.slot, certificate: written.der }),
  call(
    'certificate.read',
    { slot: written.slot },
    {
      read: ({ certificate }) => {
        if (certificate !== written.der) throw new CardwrightError('READ_BACK_MISMATCH', { object: written.slot });
        complete(context, written, judge());
      },
    },
  ),
];

/**
 * Makes a certificate good that was read back.
 *
 * @throws CardwrightError `ATTESTATION_UNTRUSTED` if the certificate says that its key is proved, and the policy no
 * longer trusts the vendor
 */
function complete(context: OperationContext, { id, slot, serialNumber, proof }: CardCertificate, now: Proof): void {
  const { operation, ownDevice } = context;
  if (proof === 'attested' && now !== 'attested') throw attestationFailure('attestation-root-unknown');
  if (proof === 'not-proved' && ownDevice.row.proof === 'attested') ownDevice.change({ proof });
  ownDevice.completeRenewal(id, operation.id);
  context.keep(renewal, { done: [...context.of(renewal).done, slot] });
  context.report('certificate.renewed', { slot, serialNumber });
}
