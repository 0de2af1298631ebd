/** Steps of the wizard, in their order. The definition of an operation names the steps that the operation uses. */
export const STEPS = ['check', 'device', 'run', 'pin'] as const;
export type WizardStep = (typeof STEPS)[number];
