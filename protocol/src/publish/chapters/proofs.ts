import { KEY_PROOF_DOMAIN } from '../../key-proof.js';
import { PASSKEY_PROOF_DOMAIN } from '../../passkey-proof.js';
import { MAX_MANAGEMENT_KEY_REFUSALS } from '../../limits.js';
import { bullets, errorLink, linkTo, numbered, type Chapter } from '../markdown.js';
import { attestation } from './attestation.js';

/** Chapter about the proofs that a card signs or encrypts for the CMS. */
export const proofs: Chapter = {
  title: 'Key proofs',
  blocks: [
    'Page and host can lie. What a CMS may believe comes from the card itself.',
    '### Message of a key proof',
    `In \`key.prove\` the card signs the ASCII text \`${KEY_PROOF_DOMAIN.replace('\0', '')}\`, one zero byte, and the decoded bytes of the CMS's challenge. The signature is over its hash: SHA-256, or SHA-384 for a key on P-384.`,
    bullets(
      `The CMS verifies it with \`publicKey\`, and compares \`publicKey\` with the key of the attestation certificate, whose chain leads to a root of the vendor: ${linkTo('Attestation of a YubiKey')}.`,
      'A challenge is random and used once. A proof of an earlier session says nothing about the card that is there now.',
      'In `csr.create` the challenge stands in the request as `challengePassword`; the signature of the request covers it.',
    ),
    '### Attestation of a YubiKey',
    ...attestation,
    '### Passkey proofs',
    `In \`fido.createCredential\` the open device can show that the new credential is on it: it makes an assertion (WebAuthn Level 3, 6.3.3) in which the SHA-256 hash of the ASCII text \`${PASSKEY_PROOF_DOMAIN.replace('\0', '')}\`, one zero byte, and the decoded bytes of the CMS's challenge stand in place of the client data's hash. The CMS verifies the signature with the credential's public key. No relying party takes such an assertion, since client data are JSON.`,
    '### Management key',
    "The CMS proves that it has the card's management key, and the card proves it to the CMS, without the key leaving the CMS (SP 800-73-4 Part 2, 3.2.4, mutual form). Blocks are ECB, without padding, of the algorithm's own size: 8 bytes for 3DES, 16 for AES.",
    numbered(
      '`managementKey.getChallenge` brings the witness: a random block that the card encrypted.',
      'The CMS decrypts it to `response`, and adds a random `challenge` of its own, in `managementKey.authenticate`.',
      "The card's answer, `cardResponse`, must be the encrypted challenge. The host cannot judge that: only the CMS knows the key.",
      `A wrong key gets ${errorLink('MANAGEMENT_KEY_REFUSED')}. With \`nextAlgorithm\` its details bring the witness for the next candidate, so that one costs one call. After ${MAX_MANAGEMENT_KEY_REFUSALS} refusals a session tries no more.`,
    ),
    `What needs the management key comes in the same step as \`managementKey.authenticate\`, or in a later one of the session: it holds until the device is closed or erased, and after \`credentials.apply\` the host has authenticated with the new key. Without it a command gets ${errorLink('NOT_AUTHENTICATED')}. See ${linkTo('Commands')}.`,
  ],
};
