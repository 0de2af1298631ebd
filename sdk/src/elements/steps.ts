/** Steps of the wizard, in their order. The definition of an operation names those that it uses. */
export const STEPS = ['check', 'device', 'run', 'pin'] as const;
export type WizardStep = (typeof STEPS)[number];
