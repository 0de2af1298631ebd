export const SEED: string;
export function seedOf(environment: NodeJS.ProcessEnv, run: { readonly draws: boolean }): string;
