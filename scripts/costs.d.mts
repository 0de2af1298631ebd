export interface Costs {
  readonly files: readonly { readonly file: string; readonly seconds: number }[];
  readonly issuance: number | undefined;
}
export function processorTime(): number;
export function meterOfEndings(): {
  readonly end: (name: string, stop: () => Promise<void>) => Promise<void>;
  readonly seconds: ReadonlyMap<string, number>;
};
export function noteCost(file: string, seconds: number): void;
export function noteIssuance(seconds: number): void;
export function readCosts(folder: string): Costs;
export function claimOf(file: string): string | undefined;
export function unexplained(costs: Costs, most: number): { file: string; seconds: number }[];
export function tellCosts(
  costs: Costs,
  seconds: { whole: number; shared: ReadonlyMap<string, number> },
  most: number,
): string[];
export function keepCosts(costs: Costs): void;
export function keptCosts(): Record<string, number>;
