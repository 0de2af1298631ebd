/** Writes the policy templates, which are generated from the extension's managed schema, into policies/. */
export async function build() {
  const { writePolicyTemplates } = await import('./dist/index.js');
  writePolicyTemplates();
}
