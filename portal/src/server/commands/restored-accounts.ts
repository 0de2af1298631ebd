import type { AccountState } from '../store/backup/account-states.js';

/** Program and command, for the lines that say what to do. */
const ACCOUNT = 'cardwright-portal account';

/**
 * Says what a restore has brought back, of which an administrator has to decide whether it should be there: accounts, roles, passkeys for signing in and
 * passwords.
 *
 * @param now the accounts of the backup
 * @param before the accounts of the database that was replaced; null if nothing is known of what the backup lacks
 */
export function linesOfRestored(now: readonly AccountState[], before: readonly AccountState[] | null): string[] {
  const open = now.filter(({ isDisabled, isDeleted }) => !isDisabled && !isDeleted);
  const known = new Map(before?.map((one) => [one.id, one]));
  const told =
    before === null ? open.filter(isMore).map(describe) : open.flatMap((one) => cameBack(one, known.get(one.id)));
  const others = before === null ? open.length - told.length : 0;
  const users =
    others === 0 ? [] : [`  and ${others} with no role but that of a user: \`${ACCOUNT} list\` prints all.`];
  const lines = [...told.map((line) => `  ${line}`), ...users];
  if (lines.length === 0) return before === null ? [] : ['No account, role, passkey or password came back.'];
  return [
    before === null
      ? 'These sign in again as they did then, whatever was taken from them since, with the password of that time:'
      : 'These have back what was taken from them or changed since:',
    ...lines,
    `Take what should not be there: ${['disable', 'roles', 'reset'].map((verb) => `\`${ACCOUNT} ${verb} NAME\``).join(', ')}, \`${ACCOUNT} second-factor NAME --remove\`.`,
    `Then sign out whoever has signed in meanwhile: \`${ACCOUNT} end-sessions NAME\`, or \`--all\`.`,
  ];
}

const isMore = ({ roles }: AccountState): boolean => roles.some((role) => role !== 'user');

const describe = ({ username, roles, passkeys }: AccountState): string =>
  `${username}: ${listed(roles)}; ${counted(passkeys.length)}`;

const listed = (roles: readonly string[]): string => (roles.length === 0 ? 'no role' : roles.join(', '));
const counted = (passkeys: number): string => (passkeys === 1 ? '1 passkey' : `${passkeys} passkeys`);

/** Describes what an account has that it had no more before the restore. Returns an empty list if that is nothing. */
function cameBack(now: AccountState, then: AccountState | undefined): string[] {
  if (!then) return [`${now.username}: was not there; ${listed(now.roles)}; ${counted(now.passkeys.length)}`];
  const roles = now.roles.filter((role) => !then.roles.includes(role));
  const passkeys = now.passkeys.filter((id) => !then.passkeys.includes(id));
  const what = [
    ...(then.isDeleted ? ['was deleted'] : []),
    ...(then.isDisabled ? ['was disabled'] : []),
    ...(roles.length > 0 ? [`roles ${roles.join(', ')}`] : []),
    ...(passkeys.length > 0 ? [counted(passkeys.length)] : []),
    ...(now.password !== null && now.password !== then.password ? ['an earlier password'] : []),
  ];
  return what.length === 0 ? [] : [`${now.username}: ${what.join('; ')}`];
}
