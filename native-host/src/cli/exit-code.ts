/** Exit codes of the program. The one for a closed pipe is in closed-pipe.ts. */
export const EXIT = {
  success: 0,
  /** A check or the command itself failed. */
  failure: 1,
  /** Invalid command line. */
  usage: 2,
} as const;
