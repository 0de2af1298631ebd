import { execFileSync } from 'node:child_process';
import * as v from 'valibot';
import { inRepository } from '../../../stage/src/repository.js';

const Requirement = v.strictObject({
  package: v.string(),
  commands: v.optional(v.array(v.string()), []),
  files: v.optional(v.array(v.string()), []),
});
const Table = v.strictObject({
  demo: v.array(Requirement),
  package: v.array(Requirement),
  test: v.array(Requirement),
  'test-all': v.array(Requirement),
  gallery: v.array(Requirement),
});

export type Requirement = v.InferOutput<typeof Requirement>;
/** The purpose for which a machine is prepared. */
export type Purpose = keyof v.InferOutput<typeof Table>;

const PRINT = `
  import { REQUIREMENTS } from ${JSON.stringify(inRepository('scripts', 'system-requirements.mjs'))};
  console.log(JSON.stringify(REQUIREMENTS));
`;

/** Reads the table of scripts/system-requirements.mjs. */
export function readRequirements(): v.InferOutput<typeof Table> {
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', PRINT], { encoding: 'utf8' });
  return v.parse(Table, JSON.parse(printed));
}
