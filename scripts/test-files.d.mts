export const NEEDS_BUILD: string;
export function pathsAmong(args: readonly string[]): string[];
export function selectFiles(
  args: readonly string[],
  everything: boolean,
): { paths: string[]; files: string[]; needsBuild: boolean };
export function needsBuild(file: string): boolean;
