export const THOROUGH_FILE: string;
export function asksForEverything(args: readonly string[], environment: NodeJS.ProcessEnv): boolean;
