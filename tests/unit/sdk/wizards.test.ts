import { STANDARD_OPERATIONS } from '@cardwright/cms';
import { ENGLISH } from '@cardwright/words';
import { words as dialogs } from '@cardwright/words/on-demand/dialogs';
import { words as errors } from '@cardwright/words/on-demand/errors';
import { expect, it } from '@jest/globals';
import { wizardFor } from '../../../sdk/src/elements/operations/wizards.js';

const TEXT = { ...dialogs.english, language: ENGLISH, errors: errors.english };
const HEADING = 'What only the CMS knows';
const wordsFor = (kind: string) => wizardFor(kind, HEADING).words(TEXT);
const { other } = TEXT.operations;

/** The kinds of operation that My Devices can offer, and that of Add Device. */
const kinds = STANDARD_OPERATIONS.filter(({ kind, isOffered }) => kind === 'issue' || isOffered !== undefined).map(
  ({ kind }) => kind,
);

it.each(kinds)('a wizard for %s says what it does and what stopping means', (kind) => {
  const { title, working, stopHint } = wordsFor(kind);
  expect(title).not.toBe(HEADING);
  expect(working).not.toBe(other.working);
  expect(stopHint).not.toBe(other.stopHint);
});

it('an operation that only the CMS knows has the title that the page gives it, or a general one', () => {
  expect(wordsFor('stamp')).toEqual({ ...other, title: HEADING, resume: HEADING });
  expect(wizardFor('stamp', '').words(TEXT)).toEqual(other);
  const { readyTitle } = wizardFor('stamp', HEADING, 'Stamped').words(TEXT);
  // Whether the device is ready is what the operation of another has no say in.
  expect([readyTitle('YubiKey'), other.readyTitle('YubiKey')]).toEqual(['Stamped', 'Done']);
});
