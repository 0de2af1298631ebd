import { jsonSchemasOfSharedShapes } from '../json-schema.js';
import type { Chapter } from '../markdown.js';
import { outline } from '../outline.js';

/** Chapter with the shapes that several other shapes contain. */
export const shapes: Chapter = {
  title: 'Shared shapes',
  blocks: [
    'They stand under these names in the other chapters, and in `$defs` of the JSON Schema.',
    ...Object.entries(jsonSchemasOfSharedShapes).map(
      ([name, schema]) => `### ${name}\n\n\`\`\`ts\n${outline(schema)}\n\`\`\``,
    ),
  ],
};
