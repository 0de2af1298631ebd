/** Capabilities that the extension and the host reported when this page last opened a session; null before its first session. */
let told: readonly string[] | null = null;

/** Notes the capabilities that a newly opened session reported. All sessions of a page reach the same extension. */
export function noteCapabilities(capabilities: readonly string[]): void {
  told = capabilities;
}

/** True if the last session reported the capability, or if this page has not opened a session yet, so that nothing is known. */
export const mayHaveCapability = (capability: string): boolean => told === null || told.includes(capability);
