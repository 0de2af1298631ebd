import { newAccount, type NewAccount } from '../../accounts/accounts.js';
import { linesOf, writtenAs, type Addition } from '../../settings/add-to-toml.js';
import { readConfiguration } from '../../settings/configuration.js';
import { placeOfSetting, writtenFor } from '../../settings/judge-settings.js';
import { placeOf } from '../../settings/problem.js';
import type { Settings } from '../../settings/read-settings.js';
import { check, type Setting } from '../../settings/setting.js';
import { SETTINGS } from '../../settings/table.js';
import { chooseAuthorityName } from './authority-question.js';
import { comesFromProvider, type Given } from './options.js';
import { withoutPassword } from './postgres-question.js';
import { chooseProvider } from './provider-questions.js';
import type { Answers, Person, Question } from './question.js';
import { askPassword, readPasswordFile } from './read-password.js';
import type { SecretFile } from './settings-file.js';
import { SETTING_QUESTIONS } from './settings-questions.js';
import { vendorQuestion } from './vendor-question.js';
import { visible } from './terminal.js';

/** The work of `init` once all questions are answered. */
export interface Plan {
  /** The settings that are added to `portal.toml`. */
  readonly additions: readonly Addition[];
  /** The secrets to which these settings refer. */
  readonly secrets: readonly SecretFile[];
  /** The settings as they will be, without the keys and the ways to sign in. */
  readonly chosen: Settings;
  /** Name of the embedded authority; null if it has one, or is not made to issue. */
  readonly authorityName: string | null;
  /** The first administrator; null if a provider says who the administrators are. */
  readonly account: NewAccount | null;
  /** Address that has to be registered at the provider; null if none was added. */
  readonly redirectUri: string | null;
  /** PEM certificates of vendors; null if none are imported. */
  readonly vendors: string | null;
}

/** The state of the installation when the guide begins. */
export interface Scene {
  /** The settings that are set already, without the keys. */
  readonly present: Settings;
  /** Folder of the settings; null if the portal is not installed, so that nothing can be added. */
  readonly folder: string | null;
  /** True if the portal has keys, and so an embedded authority. */
  readonly hasKeys: boolean;
  /** True if settings can be added to the folder. */
  readonly addsSettings: boolean;
}

/**
 * Asks for everything that `init` needs and that is not set yet, and changes nothing.
 *
 * @throws Error with words for the administrator
 */
export async function guide(answers: Answers, { present, folder, hasKeys, addsSettings }: Scene): Promise<Plan> {
  const { chosen, additions } = await chooseSettings(answers, present, folder);
  const authorityName = await chooseAuthorityName(answers, chosen, hasKeys);
  const isSet = writtenFor(SETTINGS.signIn, present) !== undefined;
  const given = comesFromProvider(answers.given);
  if (given === true && isSet && !isOfOptions(answers.given, chosen))
    throw new Error(`${keyAndPlace(SETTINGS.signIn, present)} is set already. Nothing was changed`);
  const fromProvider =
    given ?? (await wantsProvider(answers.person, folder, isSet ? givesAdministrators(chosen) : null));
  const provider =
    fromProvider && !isSet ? await chooseProvider(answers, requireFolder(folder, 'issuer'), originOf(chosen)) : null;
  const account = fromProvider ? null : await chooseAccount(answers, readConfiguration(chosen).passwordWords);
  const vendors = answers.isAnswered('vendor-certificates') ? await answers.to(vendorQuestion()) : null;
  const plan: Plan = {
    additions: [
      ...additions,
      ...(provider ? [provider.addition] : []),
      // With one administrator, nobody else could confirm what widens trust.
      ...(account !== null && addsSettings && writtenFor(SETTINGS.actingAlone, present) === undefined
        ? [{ setting: SETTINGS.actingAlone, value: 'allowed' }]
        : []),
    ],
    secrets: provider ? [provider.secret] : [],
    chosen,
    authorityName,
    account,
    redirectUri: provider?.redirectUri ?? null,
    vendors,
  };
  if (answers.person) await confirm(answers.person, plan, folder);
  return plan;
}

/** Asks for the settings that are not set yet. */
async function chooseSettings(answers: Answers, present: Settings, folder: string | null) {
  let chosen = present;
  const additions: Addition[] = [];
  for (const { setting, isAsked, ask } of SETTING_QUESTIONS) {
    const question = ask({ chosen, person: answers.person });
    const isGiven = answers.given[question.option] !== undefined;
    const before = writtenFor(setting, present);
    if (before !== undefined) {
      if (isGiven && (await answers.to(question)) !== before)
        throw new Error(`${keyAndPlace(setting, present)} is set to something else already. Nothing was changed`);
      continue;
    }
    if (isGiven) requireFolder(folder, question.option);
    else if (!answers.person || folder === null || !isAsked(readConfiguration(chosen))) continue;
    const written = await answers.to(question);
    if (written === null) continue;
    chosen = { ...chosen, [setting.variable]: written };
    additions.push({ setting, value: setting.form === 'list' ? written.split(',') : written });
  }
  return { chosen, additions };
}

const keyAndPlace = (setting: Setting, present: Settings): string =>
  `${placeOf(placeOfSetting(setting, present))}: ${placeOfSetting(setting, present).name}`;

function requireFolder(folder: string | null, option: string): string {
  if (folder !== null) return folder;
  throw new Error(`--${option} needs a folder of settings (CARDWRIGHT_SETTINGS). Nothing was changed`);
}

/** Address of the portal with the given settings. */
function originOf(chosen: Settings): string {
  const { origin, port } = readConfiguration(chosen);
  return origin ?? `http://localhost:${port}`;
}

const LOCAL = 'local';
const PROVIDER = 'provider';

/** True if the provider of the options is set already, as after a call that failed later. */
function isOfOptions({ issuer, 'client-id': clientId }: Given, chosen: Settings): boolean {
  const withoutSlash = (address = ''): string => address.replace(/\/$/, '');
  return readConfiguration(chosen).signIn.oidc.some(
    (one) => withoutSlash(one.issuer) === withoutSlash(issuer) && one.clientId === clientId,
  );
}

/** True if the ways to sign in that are set make people administrators. */
function givesAdministrators(chosen: Settings): boolean {
  const { oidc, ldap } = readConfiguration(chosen).signIn;
  return [...oidc, ...(ldap ? [ldap] : [])].some(({ roles }) => roles.some(({ role }) => role === 'administrator'));
}

/**
 * Asks where the first administrator comes from. Without anyone to ask, it is a local account.
 *
 * @param present null if no way to sign in is set, so that a provider can be added; otherwise true if those that are set make people administrators
 */
async function wantsProvider(
  person: Person | undefined,
  folder: string | null,
  present: boolean | null,
): Promise<boolean> {
  if (!person || folder === null || present === false) return false;
  person.say('');
  person.say(`The first administrator: "${LOCAL}" for an account here, which also works while a provider is away, or`);
  person.say(
    `"${PROVIDER}" for people of an OpenID Provider${present === true ? ', as the settings have it already' : ''}.`,
  );
  const standard = present === true ? PROVIDER : LOCAL;
  for (;;) {
    const answer = (await person.ask(`First administrator [${standard}]: `, visible)).trim() || standard;
    if (answer === LOCAL || answer === PROVIDER) return answer === PROVIDER;
    person.say(`That does not fit: expected "${LOCAL}" or "${PROVIDER}".`);
  }
}

const USERNAME: Question<string> = {
  option: 'operator',
  prompt: 'User name',
  purpose: 'The name with which the first administrator signs in.',
  standard: 'admin',
  judge: (answer) => check(newAccount.entries.username, answer, 'small letters, digits, dots and dashes, 64 at most'),
};
const DISPLAY_NAME: Question<string> = {
  option: 'display-name',
  prompt: 'Full name',
  purpose: 'The name that others see.',
  standard: 'Administrator',
  judge: (answer) => check(newAccount.entries.displayName, answer, 'a name of 64 characters at most'),
};

async function chooseAccount(answers: Answers, words: readonly string[]): Promise<NewAccount> {
  const username = await answers.to(USERNAME);
  const displayName = await answers.to(DISPLAY_NAME);
  const { person, given } = answers;
  const password = person
    ? await askPassword(username, words, person.ask, person.say)
    : await readPasswordFile(given['password-file'] ?? '', username, words);
  return { username, displayName, password, role: 'operator' };
}

/** Shows what will be written, and asks whether it may be. */
async function confirm(person: Person, plan: Plan, folder: string | null): Promise<void> {
  for (const line of ['', ...shownPlan(plan, folder)]) person.say(line);
  for (;;) {
    const answer = (await person.ask('Do this? [yes]: ', visible)).trim().toLowerCase();
    if (['', 'y', 'yes'].includes(answer)) return;
    if (['n', 'no'].includes(answer)) throw new Error('cancelled. Nothing was changed');
    person.say('That does not fit: expected "yes" or "no".');
  }
}

/** Returns the lines that say what will be done, without secrets. */
function shownPlan(
  { additions, secrets, authorityName, account, vendors }: Plan,
  folder: string | null,
): readonly string[] {
  const added = additions.flatMap((addition) => linesOf(shownAddition(addition)).map((line) => `  ${line}`));
  return [
    ...(folder === null || added.length === 0 ? [] : [`Into ${folder}/portal.toml, beside what it has:`, ...added]),
    ...secrets.map(({ path }) => `The client secret goes into ${path}.`),
    ...(account ? [`The keys, the tables and the administrator ${account.username} are made.`] : []),
    ...(account ? [] : ['The keys and the tables are made.']),
    ...(authorityName === null ? [] : [`The authority is called ${authorityName}.`]),
    ...(vendors === null ? [] : ["The vendors' certificates are imported."]),
  ];
}

const shownAddition = (addition: Addition): Addition =>
  addition.setting === SETTINGS.databaseUrl
    ? { setting: addition.setting, value: withoutPassword(writtenAs(addition)) }
    : addition;
