import { STANDARD_OPERATIONS } from '@cardwright/cms';
import { expect, it } from '@jest/globals';
import { texts } from '../../../sdk/src/elements/text.js';
import { wizardFor } from '../../../sdk/src/elements/operations/wizards.js';

const HEADING = 'What only the CMS knows';
const wordsFor = (kind: string) => wizardFor(kind, HEADING).words(texts.now);
const { other } = texts.now.operations;

/** The kinds of operation that My Devices can offer, and that of Add Device. */
const kinds = STANDARD_OPERATIONS.filter(({ kind, isOffered }) => kind === 'issue' || isOffered !== undefined).map(
  ({ kind }) => kind,
);

it.each(kinds)('a wizard for %s says what it does and what stopping means', (kind) => {
  const { title, working, stopTitle, stopHint } = wordsFor(kind);
  expect(title).not.toBe(HEADING);
  for (const [own, general] of [
    [working, other.working],
    [stopTitle, other.stopTitle],
    [stopHint, other.stopHint],
  ])
    expect(own).not.toBe(general);
});

it('an operation that only the CMS knows has the title that the page gives it, or a general one', () => {
  expect(wordsFor('stamp')).toEqual({ ...other, title: HEADING, resume: HEADING });
  expect(wizardFor('stamp', '').words(texts.now)).toEqual(other);
});
