import { hostname } from 'node:os';
import { authorityName, usualAuthorityName } from '../../ca/authority-name.js';
import { readConfiguration } from '../../settings/configuration.js';
import type { Settings } from '../../settings/read-settings.js';
import { check } from '../../settings/setting.js';
import type { Answers, Question } from './question.js';

const question = (origin: string | null): Question<string> => ({
  option: 'authority-name',
  prompt: 'Name of the authority',
  purpose: 'What each certificate calls its issuer: the embedded authority, whose name never changes.',
  standard: usualAuthorityName(origin, hostname().toLowerCase()),
  judge: (answer) => check(authorityName, answer, 'characters that can be seen, 64 at most'),
});

/**
 * Asks for the name of the embedded authority, if it is still to be made and will issue certificates.
 *
 * @param hasKeys set if the keys are there, and so the authority
 * @returns null if its name is not to be chosen
 * @throws Error with words for the administrator, if an option names an authority that has a name already, or that issues nothing
 */
export async function chooseAuthorityName(
  answers: Answers,
  chosen: Settings,
  hasKeys: boolean,
): Promise<string | null> {
  const { origin, authority } = readConfiguration(chosen);
  const isGiven = answers.given['authority-name'] !== undefined;
  if (!hasKeys && authority.module === null) return answers.to(question(origin));
  if (!isGiven) return null;
  throw new Error(
    hasKeys
      ? '--authority-name: there are keys already, whose authority keeps its name. Nothing was changed'
      : '--authority-name: a module issues the certificates (CARDWRIGHT_AUTHORITY). Nothing was changed',
  );
}
