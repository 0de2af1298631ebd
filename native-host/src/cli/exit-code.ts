/** Exit codes of the program. The exit code for a closed pipe is in closed-pipe.ts. */
export const EXIT = {
  success: 0,
  /** A check or the command itself failed. */
  failure: 1,
  /** The command line is invalid. */
  usage: 2,
} as const;
