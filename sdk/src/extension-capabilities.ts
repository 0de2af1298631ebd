/** Capabilities that the extension and the host reported when this page last opened a session; null before its first session. */
let told: readonly string[] | null = null;

/** Notes the capabilities that a newly opened session reported. All sessions of a page reach the same extension. */
export function noteCapabilities(capabilities: readonly string[]): void {
  told = capabilities;
}

/** True unless a capability was missing when a session last reported them. Before the first session nothing is known, so the result is true. */
export const mayHaveCapability = (capability: string): boolean => told === null || told.includes(capability);
