import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { accountName, newAccount } from '../../accounts/accounts.js';
import {
  addAccount,
  confirmAccount,
  countDevices,
  deleteAccount,
  disableAccount,
  enableAccount,
  findIdOf,
  listAccounts,
  replaceRoles,
  resetPassword,
  type AccountOutcome,
  type AccountRefusal,
  type AccountState,
  type ListedAccount,
} from '../../accounts/local-accounts.js';
import { endSessions, endSessionsWhere } from '../../accounts/session-ends.js';
import { resetSecondFactor } from '../../accounts/sign-in-passkeys.js';
import { ownServiceIn } from '../../passkeys/open-passkey-services.js';
import { THE_SERVER, type Actor } from '../../accounts/power-acts.js';
import { addressOf, type PasswordLink } from '../../accounts/password-links.js';
import { Passwords } from '../../accounts/password.js';
import { grant, namesOf, type Grant } from '../../rights.js';
import { requireStopped } from '../../running-portal.js';
import { asServiceUser } from '../../service-user.js';
import { readConfiguration, type Configuration } from '../../settings/configuration.js';
import { openPortalDatabase } from '../../store/database.js';
import type { Database } from '../../store/database.js';
import { printUsage } from '../command-facts.js';
import { readPasswordFile } from '../init/read-password.js';
import { ACCOUNT, ADDED_OPTIONS } from './facts.js';

/** Whoever gives a command. */
const BY = THE_SERVER;
/** Number of accounts that are read at once. */
const PAGE = 500;

const grants = v.array(grant);

/** Sentences for refusals, about the account with this name. */
const REFUSALS: Readonly<Record<AccountRefusal, (name: string) => string>> = {
  unknown: (who) => `there is no account ${who}`,
  'name-taken': (who) => `there is an account ${who} already, or there was one. Choose another name`,
  'windows-name-taken': (who) => `another account has the UPN or SID that is meant for ${who}`,
  'last-administrator': (who) => `${who} is the last administrator who can sign in. Add another one first`,
  'has-devices': (who) => `${who} has devices in use. Terminate them first, on the operators' page of the person`,
  disabled: (who) => `${who} is disabled. Enable the account first`,
  deleted: (who) => `${who} was deleted`,
  'not-local': (who) => `${who} signs in at a provider, which also says which roles ${who} has`,
  'not-independent': (who) => `${who} is in your own hands`,
};

/** What the list says of an account's state, and of a demo account. */
const STATES: Readonly<Record<AccountState, string>> = {
  active: 'active',
  'no-password': 'has no password yet',
  elsewhere: 'signs in at a provider or directory',
  disabled: 'disabled',
};

/** A command that changes the account with a name, and what it prints when it was done. */
interface Action {
  readonly change: (db: Database, id: string, by: Actor, configuration: Configuration) => Promise<AccountOutcome>;
  readonly done: (name: string) => string;
}

/** Signs a person out everywhere. */
const END_SESSIONS: Action = {
  change: async (db, userId, { username }) => {
    await endSessions(db, { userId, actor: username, reason: 'ended-by-command' });
    return { refusal: null, link: null };
  },
  done: (who) => `${who} is signed out everywhere, and can sign in again.`,
};

const ACTIONS: Readonly<Record<string, Action>> = {
  disable: { change: disableAccount, done: (who) => `${who} is disabled, and signed out everywhere.` },
  enable: { change: enableAccount, done: (who) => `${who} can sign in again.` },
  delete: { change: deleteAccount, done: (who) => `${who} is deleted.` },
  confirm: { change: confirmAccount, done: (who) => `${who} is in nobody else's hands.` },
  'end-sessions': END_SESSIONS,
  reset: { change: resetPassword, done: (who) => `${who} can set another password. The present one works until then.` },
};

/** Resets the second factor of a person who has lost it, so that the next sign-in registers a passkey. */
const RESET_SECOND_FACTOR: Action = {
  change: async (db, id, by, { passkeyServices }) => {
    await resetSecondFactor(db, id, ownServiceIn(passkeyServices), by.username);
    return { refusal: null, link: null };
  },
  done: (who) =>
    `${who} has no second factor any more, and is signed out everywhere. The next sign-in with the password registers a passkey.`,
};

type Order =
  | { readonly kind: 'list' }
  | { readonly kind: 'end-all-sessions' }
  | { readonly kind: 'add'; readonly account: v.InferOutput<typeof added>; readonly passwordFile: string | undefined }
  | { readonly kind: 'change'; readonly name: string; readonly action: Action };

/**
 * `account list|add|roles|disable|enable|delete|confirm|reset|end-sessions|second-factor`: lists and changes the local accounts. No argument contains a password, because other users of the
 * computer could read the arguments: an account gets its password from a file, or its owner sets it by the link that the command prints.
 *
 * @param environment as `readConfiguration` reads it
 * @returns the exit code: 1 if the arguments are wrong, otherwise 0
 * @throws Error with words for the administrator
 */
export async function account(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<number> {
  const order = readOrder(args);
  if (order === undefined) {
    printUsage(ACCOUNT, print);
    return 1;
  }
  const configuration = readConfiguration(environment);
  const password =
    order.kind === 'add' && order.passwordFile !== undefined
      ? await readPasswordFile(order.passwordFile, order.account.username, configuration.passwordWords)
      : null;
  const lines = await asServiceUser(environment, () =>
    inDatabase(configuration, (db) => carryOut(db, order, password, configuration)),
  );
  for (const line of lines) print(line);
  return 0;
}

/** Schema of the account of `account add`. */
const added = v.omit(newAccount, ['password']);

/** Reads the arguments. Returns undefined if they are wrong. */
function readOrder([verb, ...rest]: readonly string[]): Order | undefined {
  if (verb === 'list') return rest.length === 0 ? { kind: 'list' } : undefined;
  if (verb === 'add') return readAdded(rest);
  if (verb === 'end-sessions' && rest.join() === '--all') return { kind: 'end-all-sessions' };
  const [who, ...more] = rest;
  if (!v.is(accountName, who)) return undefined;
  if (verb === 'roles') {
    const read = v.safeParse(grants, more.map(grantOf));
    return read.success ? { kind: 'change', name: who, action: giving(read.output) } : undefined;
  }
  if (verb === 'second-factor')
    return more.join() === '--remove' ? { kind: 'change', name: who, action: RESET_SECOND_FACTOR } : undefined;
  const action = verb !== undefined && Object.hasOwn(ACTIONS, verb) ? ACTIONS[verb] : undefined;
  return action && more.length === 0 ? { kind: 'change', name: who, action } : undefined;
}

/** Reads `ROLE` or `ROLE:GROUP`. Whether there is such a role, the schema says. */
function grantOf(argument: string): unknown {
  const [role, ...group] = argument.split(':');
  return { role, group: group.length === 0 ? null : group.join(':') };
}

/** Returns the command that gives an account these roles, and takes all others. */
const giving = (wanted: readonly Grant[]): Action => ({
  change: (db, id, by) => replaceRoles(db, id, wanted, by),
  done: (who) =>
    wanted.length === 0
      ? `${who} has no role, and is signed out everywhere.`
      : `${who} has these roles now: ${namesOf(wanted)}. ${who} is signed out everywhere.`,
});

function readAdded(args: readonly string[]): Order | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: ADDED_OPTIONS,
    });
    const { 'display-name': displayName, 'password-file': passwordFile, role = ['user'], ...others } = values;
    const [username, ...more] = positionals;
    if (more.length > 0) return undefined;
    return { kind: 'add', account: v.parse(added, { username, displayName, role, ...others }), passwordFile };
  } catch {
    // The arguments have an unknown option, or a wrong value.
    return undefined;
  }
}

async function inDatabase<T>(configuration: Configuration, work: (db: Database) => Promise<T>): Promise<T> {
  await requireStopped(configuration);
  const database = await openPortalDatabase(configuration.database);
  try {
    return await work(database.db);
  } finally {
    await database.close();
  }
}

/** Does what was ordered, and returns the lines to print. */
async function carryOut(
  db: Database,
  order: Order,
  password: string | null,
  configuration: Configuration,
): Promise<readonly string[]> {
  if (order.kind === 'list') return listAll(db);
  if (order.kind === 'end-all-sessions') {
    const ended = await endSessionsWhere(db, undefined, { actor: BY.username, reason: 'ended-by-command' });
    return [`Everyone is signed out. Sessions that were ended: ${ended}.`];
  }
  if (order.kind === 'add') {
    const passwordHash = password === null ? null : await new Passwords().hash(password);
    const { username } = order.account;
    const outcome = await addAccount(db, order.account, passwordHash, BY);
    return report(username, outcome, `There is an account ${username}.`, configuration);
  }
  const id = await findIdOf(db, order.name);
  if (id === undefined) throw new Error(`${REFUSALS.unknown(order.name)}. Nothing was changed`);
  const outcome = await order.action.change(db, id, BY, configuration);
  const lines = report(order.name, outcome, order.action.done(order.name), configuration);
  return order.action.change === disableAccount ? [...lines, ...(await devicesLeft(db, id, order.name))] : lines;
}

/** @throws Error with words for the administrator if the change was refused */
function report(
  who: string,
  { refusal, link }: AccountOutcome,
  done: string,
  configuration: Configuration,
): readonly string[] {
  if (refusal !== null) throw new Error(`${REFUSALS[refusal](who)}. Nothing was changed`);
  return link === null ? [done] : [done, ...linkLines(link, configuration)];
}

const linkLines = (link: PasswordLink, { origin, port }: Configuration): readonly string[] => [
  `With this link the password is set, once, until ${link.expiresAt.toISOString()}:`,
  addressOf(origin ?? `http://localhost:${port}`, link),
  'Give it to its owner alone. An earlier link no longer works.',
];

/** Says how many devices are in use, if there are any. */
async function devicesLeft(db: Database, id: string, who: string): Promise<readonly string[]> {
  const left = await countDevices(db, id);
  return left === 0
    ? []
    : [`Devices of ${who} that are in use: ${left}. They stay as they are or are suspended, as the settings say.`];
}

async function listAll(db: Database): Promise<readonly string[]> {
  const lines: string[] = [];
  for (let page: ListedAccount[] = await listAccounts(db, PAGE); page.length > 0;) {
    lines.push(...page.map(lineOf));
    page = await listAccounts(db, PAGE, page.at(-1)?.username);
  }
  return lines.length === 0 ? ['There are no accounts.'] : lines;
}

const lineOf = ({ username, displayName, grants, state, isDemo }: ListedAccount): string =>
  [username, displayName, namesOf(grants), STATES[state], ...(isDemo ? ['demo account'] : [])].join('\t');
