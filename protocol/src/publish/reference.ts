import { PROTOCOL_RANGE } from '../version.js';
import { cmsDuties } from './chapters/cms-duties.js';
import { cmsKeys } from './chapters/cms-keys.js';
import { commands } from './chapters/commands.js';
import { displays } from './chapters/displays.js';
import { errors } from './chapters/errors.js';
import { http } from './chapters/http.js';
import { limits } from './chapters/limits.js';
import { messages } from './chapters/messages.js';
import { notation } from './chapters/notation.js';
import { parts } from './chapters/parts.js';
import { proofs } from './chapters/proofs.js';
import { sealing } from './chapters/sealing.js';
import { sessionStart } from './chapters/session-start.js';
import { shapes } from './chapters/shapes.js';
import { steps } from './chapters/steps.js';
import { user } from './chapters/user.js';
import { vectors } from './chapters/vectors.js';
import { bullets, linkTo, type Chapter } from './markdown.js';

/** Chapters in the order in which a reader needs them. The long lists come last. */
const CHAPTERS: readonly Chapter[] = [
  notation,
  parts,
  messages,
  sessionStart,
  cmsKeys,
  http,
  cmsDuties,
  steps,
  sealing,
  displays,
  proofs,
  user,
  limits,
  vectors,
  shapes,
  commands,
  errors,
];

/** Chapters with too many sections for the table of contents. */
const LONG: readonly Chapter[] = [shapes, commands, errors];

/** Returns the Markdown of `docs/protocol.md`, made from the schemas, the command table, the error catalogue and the chapters. */
export function writeReference(): string {
  const { major, minor } = PROTOCOL_RANGE.max;
  return [
    '<!-- Generated from protocol/src by `npm run build`. Do not edit. -->',
    `# Cardwright protocol ${major}.${minor}`,
    'How a CMS, a page, the extension and the host speak with each other: all that is needed to write one of them in any language.',
    bullets(
      `To write a CMS, read ${linkTo('What a CMS must do')} first: the order of commands, what an interruption leaves behind, and what must never happen.`,
      'How operations work, and why, is in [issuance.md](issuance.md). Why the protocol is so is in [architecture.md](architecture.md) and [decisions](decisions/README.md); what it protects from whom is in [security.md](security.md).',
      'The screens that speak it for you are in [elements.md](elements.md).',
    ),
    '## Contents',
    CHAPTERS.map(contentsOf).join('\n'),
    ...CHAPTERS.flatMap(({ title, blocks }) => [`## ${title}`, ...blocks]),
    '',
  ].join('\n\n');
}

function contentsOf(chapter: Chapter): string {
  const sections = LONG.includes(chapter) ? [] : chapter.blocks.flatMap((block) => /^### (.*)/.exec(block)?.[1] ?? []);
  const nested =
    sections.length > 0 ? `\n  ${bullets(...sections.map((title) => linkTo(title))).replaceAll('\n', '\n  ')}` : '';
  return `- ${linkTo(chapter.title)}${nested}`;
}
