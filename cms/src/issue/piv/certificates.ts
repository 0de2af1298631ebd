import { CardwrightError, decodeBytes, encodeBytes } from '@cardwright/protocol';
import type { Slot } from '@cardwright/protocol/devices';
import { keyOf, requireProof, type KeyCandidate } from '../../card-secrets/management-authentication.js';
import { certifiedKeyOf } from '../../devices/issued-certificate.js';
import { encodeCcc } from '../../devices/piv-objects.js';
import { answerWitness } from '../../keys/management-key.js';
import { call } from '../../operations/call.js';
import type { OperationContext } from '../../operations/context.js';
import type { Call, Step } from '../../operations/definition.js';
import { spend } from '../../operations/quotas.js';
import type { Certificate } from '../../store/rows.js';
import { becomePendingWhenWhole } from '../completion.js';
import {
  completion,
  credentials,
  issuancePolicy,
  leftOut,
  newKey,
  PHASES,
  policySlice,
  proof,
  wantedSlots,
} from '../issue-state.js';

type CardCertificate = Certificate & { readonly slot: Slot };

/**
 * Step that writes every certificate and the CCC, and reads them back. A resumed session repeats the whole step, because writing the same
 * content again changes nothing. If this session set a new management key, and the host has not shown the card's proof of it, the card first proves
 * that key, by the witness of the previous step: without this proof, a device could be given to its owner with the factory key. The device becomes
 * pending once everything was read back and the device has its passkeys.
 */
export const certificatesStep: Step = {
  name: 'certificates',
  phase: PHASES.certificates,
  progress: 70,
  slices: [policySlice, proof, credentials, newKey, leftOut, completion],
  needed: (context) => !context.of(completion).areCertificatesReadBack,

  async prepare(context) {
    if (!context.of(newKey).isToProve) return;
    const { records, person, services } = context;
    await spend(records.transaction, person, 'witness', services.quotas.witnessesPerHour);
  },

  calls(context) {
    const written = wantedCertificates(context);
    return [
      ...(context.of(newKey).isToProve ? [proveNewKey(context)] : []),
      ...written.map(({ slot, der }) => call('certificate.write', { slot, certificate: der })),
      call('object.write', { object: 'ccc', content: ccc(context) }),
      ...written.map((certificate) => readBack(certificate)),
      readBackCcc(context, () => noteReadBack(context, written)),
    ];
  },
};

function proveNewKey(context: OperationContext): Call {
  const { escrow } = context.of(credentials);
  const { managementKeyAlgorithm: algorithm } = issuancePolicy(context);
  const key: KeyCandidate = { escrow, algorithm };
  return call(
    'managementKey.authenticate',
    async () => {
      const { witness } = context.of(newKey);
      if (witness === null) throw new Error('no witness waits for an answer');
      const { response, challenge } = answerWitness(await keyOf(context, key), witness);
      context.keep(newKey, { challenge });
      return { algorithm, response, challenge, nextAlgorithm: null };
    },
    {
      read: async ({ cardResponse }) => {
        await requireProof(context, key, context.of(newKey).challenge, cardResponse);
        context.ownDevice.noteManagementKey(escrow ?? undefined);
        context.keep(newKey, { isToProve: false });
      },
    },
  );
}

const readBack = ({ slot, der, keyHash }: CardCertificate): Call =>
  call(
    'certificate.read',
    { slot },
    {
      read: ({ certificate }) => {
        if (certificate === der) return;
        const certified = certificate === null ? undefined : certifiedKeyOf(decodeBytes(certificate));
        // A readable certificate for another key means that something else wrote to the card.
        if (certified !== undefined && keyHash !== null && certified.hash !== keyHash)
          throw new CardwrightError('CERTIFICATE_KEY_MISMATCH', { slot });
        throw new CardwrightError('READ_BACK_MISMATCH', { object: slot });
      },
    },
  );

const readBackCcc = (context: OperationContext, done: () => void): Call =>
  call(
    'object.read',
    { object: 'ccc' },
    {
      read: ({ content }) => {
        if (content !== ccc(context)) throw new CardwrightError('READ_BACK_MISMATCH', { object: 'ccc' });
        done();
      },
    },
  );

/** Lists the certificates that the card must hold: the device's certificates in the wanted slots. */
function wantedCertificates(context: OperationContext): CardCertificate[] {
  const slots = wantedSlots(context);
  return context.ownDevice.certificates.flatMap((certificate) => {
    const slot = slots.find((wanted) => wanted === certificate.slot);
    return slot === undefined ? [] : [{ ...certificate, slot }];
  });
}

const ccc = ({ operation }: OperationContext): string => encodeBytes(encodeCcc(operation.guid));

function noteReadBack(context: OperationContext, written: readonly CardCertificate[]): void {
  const isProved =
    context.of(proof).shown?.identity && written.every((certificate) => certificate.proof === 'attested');
  context.ownDevice.change({ proof: isProved ? 'attested' : 'not-proved' });
  context.keep(completion, { areCertificatesReadBack: true });
  becomePendingWhenWhole(context);
}
