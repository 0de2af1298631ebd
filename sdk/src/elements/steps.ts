/** The steps of the wizard, in their order. An operation uses those that it names. */
export const STEPS = ['check', 'device', 'run', 'pin'] as const;
export type WizardStep = (typeof STEPS)[number];
