import { bullets, linkTo, table, type Chapter } from '../markdown.js';

/** Chapter about the use of the test vectors. */
export const vectors: Chapter = {
  title: 'Test vectors',
  blocks: [
    "[protocol.vectors.json](protocol.vectors.json) has what a right implementation accepts and what it refuses. The keys in it are public, private ones too, and its PINs are nobody's: use neither for anything else.",
    '`scene` is what the receiver knows: its origin, the time, the operation under way, the open device and what is in it, the session, and the window that waits. `keys.cms` is what the CMS publishes; `keys.private` are the private keys of those who open or sign.',
    table(
      ['list', 'give each vector to', 'accepted', 'refused by'],
      [
        [
          '`steps`',
          'a host of the scene that has admitted the steps of `after` and no others: `jws` is the parameter of `step.run`',
          'the payload',
          `the reason of \`STEP_REFUSED\`, or another code: ${linkTo('What the host checks')}`,
        ],
        [
          '`sealed`',
          'the host, with its private key, and with `context` as what it knows',
          'the plaintext',
          `\`algorithm\`, \`decryption\`, \`context\`: the rules of ${linkTo('How a receiver opens it', 'how a receiver opens it')}`,
        ],
        [
          '`escrows`',
          'the CMS, with its sealing key: `result` is what `credentials.prepare` answered',
          'the content',
          'the same rules; `digest` where the digest is another, `content` where the plaintext is no escrow',
        ],
        [
          '`displays`',
          'a window of the scene, with its private key, that has shown those of `after`: `jws` is the parameter of `secret.display`',
          'the secret that is shown',
          `\`signature\`, \`content\`, \`binding\`, \`sealed\`, \`secret\`: ${linkTo('What the extension checks')}`,
        ],
        ['`sessionIds`', `a ${linkTo('Session id', 'session id')} computed from \`key\``, '`id`', ''],
        ['`keyProofs`', `the ${linkTo('Message of a key proof', 'message')} of \`challenge\``, '`message`', ''],
      ],
    ),
    bullets(
      '`expected` says what is right: `{ "accepted": … }` or `{ "refused": … }`.',
      'The JWEs were made with one ephemeral key and initialization vectors that are not random, so that the file can be made again. A real sender does neither.',
      'The build makes the file from `protocol/src/publish/vectors/`, and keeps every signature that is still right.',
      'A test opens all of them with `python3-jwcrypto` and the rules of this page: `tests/integration/protocol/judge.py` is a short implementation to compare with.',
    ),
  ],
};
