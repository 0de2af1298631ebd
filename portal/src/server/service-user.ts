/** Switches to the service's user permanently, if this process is root. */
export function becomeServiceUser(environment: NodeJS.ProcessEnv): void {
  const user = userToBecome(environment);
  if (user === undefined) return;
  process.setgroups?.([user]);
  process.setgid?.(user);
  process.setuid?.(user);
}

/** Does work as the service's user, and returns to root afterwards. A process that is not root stays the user that it is. */
export async function asServiceUser<T>(environment: NodeJS.ProcessEnv, work: () => Promise<T>): Promise<T> {
  const user = userToBecome(environment);
  if (user === undefined) return work();
  process.setgroups?.([user]);
  process.setegid?.(user);
  process.seteuid?.(user);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.([0]);
  }
}

/**
 * Returns the user to switch to, if this process is root. An installed portal runs as a user of its own, whom `CARDWRIGHT_USER`
 * names (with the group of that name). Root runs the commands of the portal. They read files that only root can read, but use the
 * database as the portal's user: new files then belong to that user, and an attacker who took over the portal cannot redirect root's
 * writes with a link in its folder.
 */
const userToBecome = ({ CARDWRIGHT_USER: user }: NodeJS.ProcessEnv): string | undefined =>
  user && process.getuid?.() === 0 ? user : undefined;
