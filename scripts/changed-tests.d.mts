export const MOST_SECONDS: number;
export function comparedWith(args: readonly string[]): string | undefined;
export function withoutChanged(args: readonly string[]): string[];
export function testsOfChange(ref: string): { files: string[]; lines: string[] };
export function chooseTests(change: {
  readonly changed: readonly string[];
  readonly sources: readonly string[];
  readonly costs: Readonly<Record<string, number>>;
}): { files: string[]; lines: string[] };
