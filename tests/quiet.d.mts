export function isWarning(line: string): boolean;
export function mustBeQuiet(
  file: string,
  result: { readonly numFailingTests: number; readonly console?: readonly unknown[] },
): boolean;
