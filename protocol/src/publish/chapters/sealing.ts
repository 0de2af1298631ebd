import { escrowContent } from '../../commands/credentials.js';
import { CONTENT_ENCRYPTION, CONTEXT_HEADER, KEY_AGREEMENT, sealContext } from '../../sealing.js';
import { bullets, errorLink, fence, linkTo, memberTable, numbered, table, type Chapter } from '../markdown.js';
import { SEAL_PURPOSES } from '../seal-purposes.js';

/** Chapter about sealed secrets, their contexts, their sources, and the escrow. */
export const sealing: Chapter = {
  title: 'Sealed secrets',
  blocks: [
    'A PIN, PUK or management key travels as a compact JWE (RFC 7516, 3.1) to the one key that may open it, bound to what it is for.',
    '### The JWE',
    'Its protected header:',
    table(
      ['member', 'value', 'meaning'],
      [
        [
          '`alg`',
          `\`${KEY_AGREEMENT}\``,
          'RFC 7518, 4.6: direct key agreement, so the encrypted key (the second part) is empty.',
        ],
        ['`enc`', `\`${CONTENT_ENCRYPTION}\``, 'RFC 7518, 5.3: 96-bit initialization vector, 128-bit tag.'],
        ['`epk`', 'JWK', 'Ephemeral public key on P-256, a new one for each JWE: `kty`, `crv`, `x`, `y`.'],
        [
          `\`${CONTEXT_HEADER}\``,
          '`SealContext`',
          'The context, below. It can be read by all, and changed by nobody: the tag covers it.',
        ],
      ],
    ),
    'There is no other member, and none comes twice: no `kid`, `zip`, `apu`, `apv` or `crit`. The key is derived by Concat KDF with SHA-256 over the algorithm id `A256GCM`, empty PartyUInfo and PartyVInfo, and 256 bits (RFC 7518, 4.6.2), as every JOSE library does it.',
    '### The context',
    memberTable(sealContext),
    table(
      ['purpose', 'from', 'to', '`operation`', '`device`', '`session`', 'plaintext'],
      Object.entries(SEAL_PURPOSES).map(([purpose, { from, to, operation, device, session, content }]) => [
        `\`${purpose}\``,
        from,
        to,
        operation,
        device,
        session,
        content,
      ]),
    ),
    "`origin` is that of the CMS's page, everywhere but in `storage`.",
    '### How a receiver opens it',
    numbered(
      `\`alg\` is \`${KEY_AGREEMENT}\` and \`enc\` is \`${CONTENT_ENCRYPTION}\`: nothing else is tried. The header has the members above and no others.`,
      'It decrypts with its own private key, and the tag is right.',
      'The header has a context with exactly the five members, each equal to what the receiver itself knows: its origin, the operation under way, the open device, its session, and the purpose that the command needs. Null is equal to null alone.',
    ),
    `Whatever fails, the answer is ${errorLink('SECRET_REFUSED')}, which does not say what.`,
    '### Session id',
    `The JWK thumbprint with SHA-256 (RFC 7638) of the host's session key: SHA-256 over the JSON \`{"crv":"P-256","kty":"EC","x":"…","y":"…"}\`, these four members in this order without spaces, base64url.`,
    `It is computed from the key wherever it is needed and never taken from a message. A CMS computes it from \`host.key\` of \`operations\`. So a host that can run a step can open what is sealed in it, and no other.`,
    '### Sources of secrets',
    table(
      ['in the parameters', 'where the host gets it', 'allowed'],
      [
        [
          '`{ "source": "user" }`',
          `it asks the extension: ${linkTo('Questions to the user')}`,
          'from the page and in a step',
        ],
        [
          '`{ "source": "session" }`',
          'its memory: the initial PIN from `credentials.apply`, or the new one from `pin.unblock`, until the device is closed or the PIN is changed',
          'in a step',
        ],
        ['`{ "source": "cms", "sealed": "…" }`', 'the JWE, whose purpose is the name of the secret', 'in a step'],
      ],
    ),
    `Each command lists the sources of each of its secrets. One that may not be used gets ${errorLink('INVALID_PARAMS')}, from the page ${errorLink('STEP_REQUIRED')}; one that is not there gets ${errorLink('SECRET_MISSING')}.`,
    '### Escrow',
    'What `credentials.prepare` seals to the CMS before any of it is on the card:',
    fence('Plaintext of purpose `escrow`', escrowContent),
    numbered(
      'The host makes the credentials, seals them, and answers with the JWE and its digest: SHA-256 over the ASCII characters of the compact JWE, base64url.',
      'The CMS compares the digest, opens the JWE in the context of this step, and stores the JWE as it is, with its context. Only then does it order `credentials.apply`, with the digest of what it stored.',
      `The host writes to the card only if that digest is its own: else ${errorLink('ESCROW_MISMATCH')}. So no secret is ever on a card and nowhere else.`,
    ),
    bullets(
      `In a later session \`credentials.restore\` gives PUK and PIN of the stored escrow back: the CMS opens it, seals each of them to the new host, with the context of this step, and sends the old digest. It restores, and never prepares, while an escrow may be on the card: ${linkTo('Resuming')}.`,
      'The key of `AES-128`, `AES-192`, `AES-256` has 16, 24, 32 bytes, that of `3DES` 24.',
    ),
  ],
};
