export function importsIn(text: string): { specifier: string; start: number; end: number }[];
export function fileOf(file: string, specifier: string): string | undefined;
