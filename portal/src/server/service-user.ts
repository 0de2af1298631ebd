/** Switches to the user that `CARDWRIGHT_USER` names, permanently. Does nothing if the variable names no user, or if this process is not root. */
export function becomeServiceUser(environment: NodeJS.ProcessEnv): void {
  const user = userToBecome(environment);
  if (user === undefined) return;
  process.setgroups?.([user]);
  process.setgid?.(user);
  process.setuid?.(user);
}

/**
 * Does work as the user that `CARDWRIGHT_USER` names, and returns to root afterwards. If the variable names no user, or if this process is not
 * root, the process stays the user that it is.
 */
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
 * Returns the user to switch to; undefined if `CARDWRIGHT_USER` names no user, or if this process is not root. An installed portal runs as a
 * user of its own, with the group of the same name. Root runs the commands of the portal. These commands read files that only root can read, but
 * use the database as the portal's user: new files then belong to that user, and an attacker who took over the portal cannot redirect root's
 * writes with a link in its folder.
 */
const userToBecome = ({ CARDWRIGHT_USER: user }: NodeJS.ProcessEnv): string | undefined =>
  user && process.getuid?.() === 0 ? user : undefined;
