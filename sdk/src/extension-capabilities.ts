/** Capabilities that extension and host told in the last session of this page; null before the first. */
let told: readonly string[] | null = null;

/** Notes the capabilities of a session that has been opened. A page has one extension, whatever its sessions. */
export function noteCapabilities(capabilities: readonly string[]): void {
  told = capabilities;
}

/** False if the extension is known to lack a capability. Before the first session nothing is known. */
export const mayHaveCapability = (capability: string): boolean => told === null || told.includes(capability);
