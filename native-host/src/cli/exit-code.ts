/** How the program ends; a closed pipe is told by closed-pipe.ts. */
export const EXIT = {
  success: 0,
  /** A check or the command itself failed. */
  failure: 1,
  /** The command line is not understood. */
  usage: 2,
} as const;
