import { bullets, linkTo, table, type Chapter } from '../markdown.js';

/** Chapter about the parts, with the chapters to read for each. */
export const parts: Chapter = {
  title: 'Who speaks with whom',
  blocks: [
    [
      '```',
      '  CMS ◄──── HTTPS ────► page ◄── message port ──► extension ◄── native messaging ──► host ◄── PC/SC ──► card',
      '   │                                                 ▲                                │',
      '   └── /.well-known/cardwright ──────────────────────┘                                │',
      '   └── signed steps, sealed secrets: past page and extension ─────────────────────────┘',
      '```',
    ].join('\n'),
    bullets(
      'The **CMS** decides what should be on a card. It signs *steps* for the host and seals secrets to it.',
      'The **page** relays. It may be attacked: it sees no PIN, no PUK and no key, and can change nothing that the CMS signed.',
      'The **extension** decides whether a site may ask, and asks the user in windows of its own.',
      "The **host** is a program on the user's computer. It checks every step and speaks with the card. One runs for each page session.",
    ),
    table(
      ['to write', 'read'],
      [
        [
          'a CMS',
          [
            'Keys of a CMS',
            'The CMS over HTTP',
            'What a CMS must do',
            'Signed steps',
            'Sealed secrets',
            'Key proofs',
            'Commands',
          ]
            .map((title) => linkTo(title))
            .join(', ') + `; for PINs that a person reads ${linkTo('Signed displays')}`,
        ],
        [
          'a page without the sdk',
          ['Messages', 'Session start', 'The CMS over HTTP', 'Commands'].map((title) => linkTo(title)).join(', '),
        ],
        [
          'a host',
          ['Messages', 'Session start', 'Signed steps', 'Sealed secrets', 'Questions to the user', 'Commands']
            .map((title) => linkTo(title))
            .join(', '),
        ],
        ['an extension', 'all of it'],
      ],
    ),
  ],
};
