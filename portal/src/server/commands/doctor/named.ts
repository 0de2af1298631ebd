/** Maximum number of accounts that a finding names. */
const NAMED = 10;

/** Names some accounts, and the number of the rest. */
export function named(accounts: readonly { readonly username: string }[]): string {
  const names = accounts.slice(0, NAMED).map(({ username }) => username);
  return accounts.length > NAMED ? `${names.join(', ')} and ${accounts.length - NAMED} more` : names.join(', ');
}
