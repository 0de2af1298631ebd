/** What is wrong with an import. Line and column are counted from 1. */
export interface Finding {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export function judgeImports(file: string, text: string): Finding[];
