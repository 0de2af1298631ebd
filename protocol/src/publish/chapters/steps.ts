import { MAX_STEP_COMMANDS } from '../../limits.js';
import { SIGNATURE_ALGORITHM } from '../../signed-json.js';
import { STEP_TYPE, stepPayload } from '../../step.js';
import { bullets, errorLink, linkTo, memberTable, numbered, table, type Chapter } from '../markdown.js';
import { STEP_RULES, type StepRule } from '../step-rules.js';

/** Chapter about the step: its JWS, its claims, and the host's checks. */
export const steps: Chapter = {
  title: 'Signed steps',
  blocks: [
    `A step is a list of up to ${MAX_STEP_COMMANDS} commands that the CMS signed for one session, one device and one moment. The page gives it to the host in \`step.run\`; it can neither alter, reorder nor repeat it. Commands of class \`manage\`, and commands with a secret of the CMS or of an earlier step, come in steps alone.`,
    '### The JWS',
    'A step is a compact JWS (RFC 7515, 3.1). Its protected header:',
    signedHeader(STEP_TYPE),
    'Its payload is a JSON object in UTF-8:',
    memberTable(stepPayload),
    `The signature is ECDSA on P-256 with SHA-256, 64 bytes R and S (RFC 7518, 3.4), not DER. There is no \`iat\`, \`exp\` or other claim of RFC 7519: a step is not a JWT.`,
    '### What the host checks',
    'In this order; the first rule that does not hold decides. Everything is checked before the first command runs, so a refused step has not touched the card. A refusal changes nothing: the same number can come again in a right step.',
    table(
      ['claims', 'rule', 'else'],
      STEP_RULES.map((rule) => [rule.claims.map((claim) => `\`${claim}\``).join(', '), rule.rule, refusalOf(rule)]),
    ),
    '### What then happens',
    numbered(
      'The host remembers the number, and runs the commands in their order, each preceded by a `$/progress` of kind `command`. Each has its own time limit, by the clock of the host.',
      'At the first error it stops. The answer has one outcome for each command that was run, and the error is the last.',
      'The page sends the outcomes to the CMS as they are. A host that ends gives none, and a page that has cancelled no longer waits for them: a CMS cannot tell how far such a step came, so its steps must be safe to repeat, or look at the card first.',
    ),
    bullets(
      'A CMS gives a step a few minutes to expire: the host looks at `expires` once, when the step comes. The reference CMS gives 300 s.',
      'A secret of a command is never a bare value. It says where it comes from, `{ "source": … }`: see ' +
        `${linkTo('Sources of secrets')}.`,
      'After `device.reset` or a new CHUID the facts of the card change while it is open. `card` and `device` are those of the last `device.open` or `device.reset`; what a step changed since does not count.',
    ),
  ],
};

/** Describes the header of a JWS that a CMS signs. */
export function signedHeader(typ: string): string {
  return table(
    ['member', 'value', 'meaning'],
    [
      ['`alg`', `\`${SIGNATURE_ALGORITHM}\``, 'No other algorithm is accepted: neither `none` nor an HMAC.'],
      ['`typ`', `\`${typ}\``, 'Exactly this, so that nothing that was signed for another purpose is taken for it.'],
      [
        '`kid`',
        'text',
        `That of the key in the ${linkTo('Keys of a CMS', 'JWK set')}. It may be absent where the set has only one key for signatures.`,
      ],
    ],
  );
}

function refusalOf(rule: StepRule): string {
  return 'code' in rule ? errorLink(rule.code) : `${errorLink('STEP_REFUSED')} \`${rule.reason}\``;
}
