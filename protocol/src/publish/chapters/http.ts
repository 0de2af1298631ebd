import { cmsContract, errorAnswer, type CmsRequestDefinition, type OperationAnswer } from '../../cms.js';
import { CMS_AWAY_STATUSES, CMS_ERROR_STATUS, OTHER_ERROR_STATUS } from '../../cms-status.js';
import { isErrorCode } from '../../errors.js';
import { CMS_ANSWER_TIMEOUT, CMS_REDELIVERY_TIME, MAX_JSON_DEPTH } from '../../limits.js';
import { bullets, errorLink, fence, linkTo, numbered, seconds, table, type Chapter } from '../markdown.js';

const EXAMPLE: OperationAnswer = {
  operation: '0d6f5ae1-5b0c-4f0e-9d5e-2f1f0c2b7a11',
  state: 'running',
  phase: { name: 'keys', text: 'Making your keys on the device' },
  progress: 30,
  step: { number: 4, jws: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImNhcmR3cmlnaHQtc3RlcCIs…' },
  error: null,
  deviceState: 'producing',
};

/** Chapter about the HTTP contract between a page with the sdk and its CMS. */
export const http: Chapter = {
  title: 'The CMS over HTTP',
  blocks: [
    'A page asks its own CMS what a device may be used for, and has it drive an *operation* on one: the CMS answers with a step, the page has the host run it, the CMS gets the outcomes and answers with the next step, until it answers without one.',
    [
      '```',
      'answer = POST operations { kind, device, host: { key } }',
      'while answer.step:',
      '    outcomes = step.run { jws: answer.step.jws }                    by the host',
      '    answer = POST operations/{id}/results { step: answer.step.number, outcomes }',
      '```',
    ].join('\n'),
    'A server in TypeScript has all of it from `answerRequest` of [@cardwright/cms](../cms/README.md), and a page from `runOperation` of the sdk. [sample-cms/cms.py](sample-cms/cms.py) is a CMS in Python that issues and resumes.',
    `An answer in the middle of an operation:\n\n\`\`\`json\n${JSON.stringify(EXAMPLE, null, 2)}\n\`\`\``,
    '### Every request',
    bullets(
      "All addresses are below one base address on the page's own origin, for example `/api/`. Requests are `POST` with `content-type: application/json`; so are answers, with status 200.",
      `**Own page only.** A CMS refuses a request whose \`Origin\` header is not exactly its own origin, or whose content type is not JSON: ${errorLink('FORBIDDEN')}. It answers no CORS preflight. Browsers send \`Origin\` with every \`POST\`, and no page can choose it.`,
      `**Signing in.** It knows the user by means of its own, such as a cookie with \`SameSite\`. Without a session the answer is ${errorLink('LOGIN_REQUIRED')} with \`fresh: false\`; an operation of another user does not exist: ${errorLink('OPERATION_NOT_FOUND')}.`,
      `**Fresh proof.** A CMS can want a recent proof of who the user is before an operation. It then answers \`operations\` with ${errorLink('LOGIN_REQUIRED')} and \`fresh: true\`: the user is signed in, and nothing was started. The page has the user sign in again in place, by means of the CMS's own, and sends \`operations\` again. As resuming is starting, another session is asked again. A passkey of the very device that the operation is about should not count.`,
      '**Language.** Sentences for the user (`reason`, `phase.text`, and what stands in the details of an error) are in the language of `accept-language` (RFC 9110, 12.5.4) where the CMS speaks it.',
      `**Strict.** A body with an unknown member is refused with ${errorLink('INVALID_PARAMS')}, and one that is not JSON with ${errorLink('INVALID_MESSAGE')}. So is JSON with a member that comes twice or is named \`__proto__\`, \`prototype\` or \`constructor\`, with more than ${MAX_JSON_DEPTH} levels, or with text that cannot be stored: a NUL, or half of a surrogate pair. The page is as strict with answers.`,
      `**Again.** The page waits ${seconds(CMS_ANSWER_TIMEOUT)} for an answer. It sends \`operations\` and \`operations/{id}/results\` again for up to ${seconds(CMS_REDELIVERY_TIME)} when nobody answers, or the answer is ${errorLink('CA_UNAVAILABLE')} or ${errorLink('PASSKEY_SERVICE_UNAVAILABLE')}, or has no readable body and status ${CMS_AWAY_STATUSES.join(', ')}: the CMS must take each twice without harm.`,
    ),
    '### Errors of a CMS',
    fence('Body of every answer whose status is 400 or more', errorAnswer),
    table(
      ['status', 'codes'],
      [
        ...[...new Set(Object.values(CMS_ERROR_STATUS))].map((status) => [String(status), codesOf(status).join(', ')]),
        [String(OTHER_ERROR_STATUS), 'every other code: the request was right, the situation was not'],
      ],
    ),
    `A page goes by the code, and by the status only where the body cannot be read. ${errorLink('RATE_LIMITED')} comes with the header \`retry-after\`, in whole seconds.`,
    ...Object.entries(cmsContract).flatMap(([path, definition]) => describePath(path, definition)),
    '### How operations behave',
    numbered(
      'An operation belongs to one user and one device, and works in one session at a time: the one whose host key came with the latest `operations`.',
      '*Starting again resumes.* `operations` on a device with an interrupted operation of the same kind and user continues it in the new session, under the same id. Step numbers count on.',
      `*The older session is told.* Results of a step whose number is not the latest get ${errorLink('OPERATION_MOVED')}.`,
      `*The same results get the same answer.* A CMS keeps its last answer with a hash of the results that led to it, and gives it again as long as no other results or session came. After the operation has ended, other results get ${errorLink('OPERATION_NOT_FOUND')}. Where a page never got the last answer, its user starts again, and is told by ${errorLink('DEVICE_NOT_ELIGIBLE')} that the device is issued.`,
      `*What comes from a page is a claim.* The page can invent outcomes and devices. A CMS takes outcomes only if they are those of its step: the same commands in the same order, each result as its schema says, and an error only as the last. Otherwise the answer is ${errorLink('INVALID_PARAMS')}, and nothing has changed. An error with which the command cannot end counts as ${errorLink('INTERNAL')}: otherwise a page could claim a refusal of the CMS itself. A CMS believes what the card or its vendor signed (${linkTo('Key proofs')}), what the card's cryptogram shows (${linkTo('Management key')}), and what is sealed to it.`,
      `*An interruption is not an end.* Where the last outcome is an error that interrupts, such as that the card was pulled, the answer is \`running\` without a step and with the error: the user may start again. ${linkTo('Interrupt, fail or continue')} has the codes.`,
    ),
    `What the steps of an operation have to be, and in which order, is in ${linkTo('What a CMS must do')}.`,
  ],
};

function describePath(path: string, { summary, request, answer, errors }: CmsRequestDefinition): string[] {
  return [
    `### \`POST ${path}\``,
    summary,
    fence('Request', request),
    fence('Answer', answer),
    ...(errors.length > 0 ? [`Errors: ${errors.map(errorLink).join(', ')}, and those of every request`] : []),
  ];
}

function codesOf(status: number): string[] {
  return Object.entries(CMS_ERROR_STATUS).flatMap(([code, one]) =>
    one === status && isErrorCode(code) ? [errorLink(code)] : [],
  );
}
