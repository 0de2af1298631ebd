import path from 'node:path';
import { OidcProvider } from '../../login/oidc/provider.js';
import { oidcProvider, type WrittenOidcProvider } from '../../login/settings.js';
import { ProviderAway } from '../../login/sign-in-errors.js';
import type { Addition } from '../../settings/add-to-toml.js';
import { check, Unfit } from '../../settings/setting.js';
import { SETTINGS } from '../../settings/table.js';
import type { Answers, Question } from './question.js';
import type { SecretFile } from './settings-file.js';
import { hidden } from './terminal.js';

/** An OpenID Provider that says who the administrators are: its settings, and the file with the client secret that they name. */
export interface ChosenProvider {
  readonly addition: Addition;
  readonly secret: SecretFile;
  /** Address that has to be registered at the provider. */
  readonly redirectUri: string;
}

/** Entry of a provider, with placeholders for what is not known yet. */
const PLACEHOLDER = { name: 'work', title: 'work', issuer: 'https://localhost', clientId: '-' };

/**
 * Asks for an OpenID Provider. Its metadata are fetched at once.
 *
 * @param folder folder of the settings
 * @param origin address of the portal
 */
export async function chooseProvider(answers: Answers, folder: string, origin: string): Promise<ChosenProvider> {
  const name = await answers.to(memberQuestion('name', NAME, 'small letters, digits and dashes, 40 at most'));
  const redirectUri = `${origin}/sign-in/${name}`;
  answers.person?.say(`Register a confidential client at the provider, with the redirect URI ${redirectUri}`);
  const issuer = await answers.to(ISSUER);
  const clientId = await answers.to(memberQuestion('clientId', CLIENT_ID, 'a text of 200 characters at most'));
  const secret = await answers.to(SECRET);
  const group = await answers.to(GROUP);
  const title = await answers.to(memberQuestion('title', TITLE, 'a text of 64 characters at most'));
  const secretFile = path.join(folder, `${name}.secret`);
  const roles = [{ group, role: 'administrator' }];
  const entry = { name, title, issuer, clientId, credential: { secretFile }, roles };
  return {
    addition: { setting: SETTINGS.signIn, member: 'oidc', entries: [entry] },
    secret: { path: secretFile, content: secret },
    redirectUri,
  };
}

type Asked = Omit<Question<string>, 'judge'>;

const NAME: Asked = {
  option: 'provider',
  prompt: 'Name of the provider',
  purpose: 'A short name for the OpenID Provider. It is part of the address to which the provider returns.',
  standard: 'work',
};
const CLIENT_ID: Asked = {
  option: 'client-id',
  prompt: 'Client id',
  purpose: 'The id of the portal as the provider has registered it.',
  standard: null,
};
const TITLE: Asked = {
  option: 'provider-title',
  prompt: 'Title of the provider',
  purpose: 'What the button of the sign-in page says: "Sign in with ...".',
  standard: 'your work account',
};
const SECRET: Question<string> = {
  option: 'client-secret-file',
  prompt: 'Client secret',
  purpose: 'The secret of this client. It is not shown, and gets a file of its own that only root and the portal read.',
  standard: null,
  shown: hidden,
  judge: (answer) => answer,
};
const GROUP: Question<string> = {
  option: 'administrators',
  prompt: 'Group of the administrators',
  purpose: 'The group of the provider whose people administer the portal. Everyone else is a user.',
  standard: null,
  judge: (answer) => {
    requireEntry({ roles: [{ group: answer, role: 'administrator' }] }, 'expected a name of 1000 characters at most');
    return answer;
  },
};
const ISSUER: Question<string> = {
  option: 'issuer',
  prompt: 'Issuer',
  purpose: 'The address of the provider, as it writes it into its tokens. The portal fetches its metadata now.',
  standard: null,
  judge: (answer) => findIssuer(answer),
};

/** Makes the question for a member of the entry, which is judged as `portal.toml` is. */
const memberQuestion = (member: string, asked: Asked, expected: string): Question<string> => ({
  ...asked,
  judge: (answer) => {
    requireEntry({ [member]: answer }, `expected ${expected}`);
    return answer;
  },
});

/**
 * Judges members of an entry in the list of providers.
 *
 * @param expected words for the error; by default what the schema expected
 * @throws Unfit with what was expected
 */
function requireEntry(members: Readonly<Record<string, unknown>>, expected?: string): WrittenOidcProvider {
  const entry = { ...PLACEHOLDER, credential: { secretFile: '-' }, ...members };
  try {
    return check(oidcProvider, entry);
  } catch (error) {
    throw error instanceof Unfit ? new Unfit(expected ?? error.what) : error;
  }
}

/**
 * Fetches the metadata of an issuer. An issuer differs from the address that people know only too often in a slash at its end.
 *
 * @returns the issuer as the provider writes it
 * @throws Unfit
 */
async function findIssuer(answer: string): Promise<string> {
  const other = answer.endsWith('/') ? answer.slice(0, -1) : `${answer}/`;
  const failure = await failureOf(answer);
  if (failure === null) return answer;
  if ((await failureOf(other)) === null) return other;
  throw new Unfit(`the provider does not answer there as an OpenID Provider (${failure})`);
}

/** Returns why the metadata of an issuer cannot be used; null if they can. */
async function failureOf(issuer: string): Promise<string | null> {
  const settings = requireEntry({ issuer });
  try {
    await new OidcProvider({ ...settings, credential: { secret: '-' } }, () => '').check();
    return null;
  } catch (error) {
    if (error instanceof ProviderAway) return error.message;
    throw error;
  }
}
