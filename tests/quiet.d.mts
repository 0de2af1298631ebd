export function isWarning(line: string): boolean;
export function isLoud(result: { readonly numFailingTests: number; readonly console?: readonly unknown[] }): boolean;
