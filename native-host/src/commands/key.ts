import { createPublicKey, verify } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { CardwrightError, decodeBytes, encodeBytes, type Result } from '@cardwright/protocol';
import type { SecretReference } from '@cardwright/protocol/command-definitions';
import type { KeyAlgorithm, KeySlot } from '@cardwright/protocol/devices';
import { keyAlgorithmOf } from '../applets/piv/objects.js';
import { readAnswer } from '../applets/piv/piv-error.js';
import { algorithmOfPublicKey, subjectPublicKeyInfo } from '../applets/piv/public-key.js';
import type { DeviceHolder } from '../devices/device-holder.js';
import type { Attestation } from '../applets/piv/attestation.js';
import type { OpenDevice } from '../devices/open-device.js';
import { signWithPin } from '../devices/pin-use.js';
import type { CommandContext, Handlers } from '../server/handlers.js';
import { loadLater } from '../system/load-later.js';
import { currentPin } from './current-pin.js';
import { signWithReader } from './on-reader.js';
import { secretOf } from './secrets.js';

interface SlotKey {
  readonly algorithm: KeyAlgorithm;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

/** Handles keys on the card: generation, attestation, proof of possession, certification requests, and where keys are. */
export function keyHandlers(holder: DeviceHolder) {
  return {
    'key.generate': ({ slot, algorithm, pinPolicy, touchPolicy }, { signal }) =>
      holder.use(signal, async ({ piv, generatedKeys }) => {
        const publicKey = await piv.keys.generate(slot, algorithm, { pinPolicy, touchPolicy });
        generatedKeys.set(slot, publicKey);
        return { publicKey: encodeBytes(publicKey) };
      }),

    'key.attest': ({ slot }, { signal }) =>
      holder.use(signal, async ({ piv }) => ({ attestation: encodeAttestation(await piv.keys.attest(slot)) })),

    'key.prove': async ({ challenge, ...order }, { signal }) => {
      // The code for ASN.1 is loaded here, because most page sessions do not need it.
      const { proveKey } = await loadLater(() => import('../devices/key-proof.js'));
      return holder.use(signal, async (device) => {
        const { publicKey, made, attestation, signature } = await proveKey(device, order, challenge);
        return {
          publicKey: encodeBytes(publicKey),
          made,
          attestation: encodeAttestation(attestation),
          signature: encodeBytes(signature),
        };
      });
    },

    'csr.create': async ({ slot, commonName, challenge, publicKey, secrets }, context) => {
      const { createCertificationRequest } = await loadLater(() => import('../x509/csr.js'));
      return holder.use(context.signal, async (device) => {
        const key = await keyOf(device, slot, publicKey);
        const isOnReader = secrets.pin?.source === 'session' && device.isPinOnReader;
        const pin = secrets.pin && !isOnReader ? await keyPin(secrets.pin, device, context) : undefined;
        const ofSlot = { slot, algorithm: key.algorithm };
        const request = await createCertificationRequest({
          commonName,
          challenge,
          ...key,
          sign: (input) =>
            isOnReader ? signWithReader(device, context, ofSlot, input) : signWithPin(device.piv, pin, ofSlot, input),
          verify: (message, signature) => isSignedBy(key, message, signature),
        });
        return { request: encodeBytes(request) };
      });
    },

    'key.list': ({ slots, certificates = true }, { signal }) =>
      holder.use(signal, async ({ piv }) => {
        const keys: Result<'key.list'>['keys'] = [];
        for (const slot of slots) {
          const found = await piv.keys.find(slot);
          if (!found) continue;
          const publicKey = found.publicKey && encodeBytes(found.publicKey);
          const own = certificates ? { hasCertificate: await piv.objects.hasCertificate(slot) } : {};
          keys.push({ slot, publicKey, ...own });
        }
        return { keys };
      }),

    'key.move': ({ from, to }, { signal }) =>
      holder.use(signal, async ({ piv, generatedKeys }) => {
        await piv.keys.move(from, to);
        const moved = generatedKeys.get(from);
        generatedKeys.delete(from);
        generatedKeys.delete(to);
        if (moved) generatedKeys.set(to, moved);
        return {};
      }),

    'key.delete': ({ slot }, { signal }) =>
      holder.use(signal, async ({ piv, generatedKeys }) => {
        await piv.keys.delete(slot);
        generatedKeys.delete(slot);
        return {};
      }),
  } satisfies Handlers;
}

/** Gets the PIN for a signature. If the user types the PIN, reads its remaining tries first. */
const keyPin = (reference: SecretReference, device: OpenDevice, context: CommandContext): Promise<Uint8Array> =>
  reference.source === 'user' ? currentPin(reference, device, context) : secretOf('pin', reference, device, context);

const encodeAttestation = (attestation: Attestation | null) =>
  attestation && {
    certificate: encodeBytes(attestation.certificate),
    intermediate: encodeBytes(attestation.intermediate),
  };

/**
 * Returns the public key of a slot, from the first of these sources that has it: the keys that were generated or proved in this session, the
 * card's metadata, and, if the metadata are not supported or name no key, the key that the CMS named (base64url), or else the slot's certificate. The
 * key in the slot may be another one, so the caller must verify the signature.
 *
 * @throws CardwrightError `KEY_MISSING`, `CERTIFICATE_INVALID`, `ALGORITHM_NOT_SUPPORTED`, `CARD_ERROR`
 */
async function keyOf(
  { piv, generatedKeys }: OpenDevice,
  slot: KeySlot,
  certified: string | undefined,
): Promise<SlotKey> {
  const generated = generatedKeys.get(slot);
  if (generated) return withAlgorithm(generated);
  const metadata = await piv.keys.metadata(slot);
  const algorithm = metadata?.algorithm === undefined ? undefined : keyAlgorithmOf(metadata.algorithm);
  if (algorithm && metadata?.publicKey) {
    const { publicKey } = metadata;
    return { algorithm, publicKey: readAnswer('getMetadata', () => subjectPublicKeyInfo(publicKey, algorithm)) };
  }
  const namesNoKey = metadata !== undefined || !piv.capabilities.metadata;
  if (certified !== undefined && namesNoKey) return withAlgorithm(decodeBytes(certified));
  const certificate = namesNoKey ? await piv.objects.readCertificate(slot) : null;
  if (!certificate) throw new CardwrightError('KEY_MISSING');
  return withAlgorithm(publicKeyOf(certificate));
}

/** Returns the DER SubjectPublicKeyInfo of a DER certificate. @throws CardwrightError `CERTIFICATE_INVALID` */
function publicKeyOf(certificate: Uint8Array): Uint8Array {
  try {
    const { subjectPublicKeyInfo } = AsnConvert.parse(certificate, Certificate).tbsCertificate;
    return new Uint8Array(AsnConvert.serialize(subjectPublicKeyInfo));
  } catch (error) {
    throw new CardwrightError('CERTIFICATE_INVALID', {}, { cause: error });
  }
}

/** @throws CardwrightError `ALGORITHM_NOT_SUPPORTED`, also for bytes that are no public key */
function withAlgorithm(publicKey: Uint8Array): SlotKey {
  const algorithm = readAlgorithm(publicKey);
  if (!algorithm) throw new CardwrightError('ALGORITHM_NOT_SUPPORTED');
  return { algorithm, publicKey };
}

function readAlgorithm(publicKey: Uint8Array): KeyAlgorithm | undefined {
  try {
    return algorithmOfPublicKey(publicKey);
  } catch (error) {
    throw new CardwrightError('ALGORITHM_NOT_SUPPORTED', {}, { cause: error });
  }
}

function isSignedBy({ algorithm, publicKey }: SlotKey, message: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey), type: 'spki', format: 'der' });
  return verify(algorithm === 'P-384' ? 'sha384' : 'sha256', message, key, signature);
}
