/** Becomes the service's user for good, where this is root. */
export function becomeServiceUser(environment: NodeJS.ProcessEnv): void {
  const user = userToBecome(environment);
  if (user === undefined) return;
  process.setgroups?.([user]);
  process.setgid?.(user);
  process.setuid?.(user);
}

/** Does work as the service's user, and is root again afterwards. Does it as who this is where that is not root. */
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
 * An installed portal runs as a user of its own, whom `CARDWRIGHT_USER` names (and the group of that name). Root gives its commands: they
 * read what only root can read, and touch the database as that user. Then its files are that user's, and no link that someone who took
 * the portal over left in its folder can have root write elsewhere.
 */
const userToBecome = ({ CARDWRIGHT_USER: user }: NodeJS.ProcessEnv): string | undefined =>
  user && process.getuid?.() === 0 ? user : undefined;
