export interface Failure {
  readonly file: string | null;
  readonly title: string;
  readonly message: string;
}
export interface Outcome {
  readonly file: string;
  readonly passed: number;
  readonly failures: readonly Omit<Failure, 'file'>[];
}
export interface Report {
  readonly outcomes: readonly Outcome[];
  readonly others: readonly Failure[];
  readonly unsteady: readonly Failure[];
}
export const NOTHING: Report;
export function failuresOf(report: Report): Failure[];
