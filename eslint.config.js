import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { importBoundaries } from './scripts/lint/import-boundaries.mjs';
import { FLOORS, FOR_TESTS, PACKAGES } from './scripts/lint/layers.mjs';

const RULES_WITH_TYPES = {
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
};

/** `npm test` leaves out the rules that need types: they take a minute (scripts/lint.mjs). */
const withTypes = process.env.CARDWRIGHT_LINT !== 'files';

export default defineConfig(
  { ignores: ['**/dist/', '**/node_modules/', '.cache/', 'demo/screenshots/', 'tests/screenshots/'] },
  eslint.configs.recommended,
  // A rule that does not run needs no exception.
  { linterOptions: { reportUnusedDisableDirectives: withTypes ? 'error' : 'off' } },
  {
    plugins: {
      // ESLint's cache knows a plugin by its name and version: with other floors, every file is looked at again.
      cardwright: {
        meta: { name: 'cardwright', version: JSON.stringify([PACKAGES, FLOORS, FOR_TESTS]) },
        rules: { 'import-boundaries': importBoundaries },
      },
    },
    rules: { 'cardwright/import-boundaries': 'error' },
  },
  {
    files: ['**/*.ts'],
    extends: withTypes
      ? [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked]
      : [tseslint.configs.strict, tseslint.configs.stylistic],
    languageOptions: {
      parserOptions: withTypes ? { projectService: true, tsconfigRootDir: import.meta.dirname } : {},
    },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'error',
      ...(withTypes ? RULES_WITH_TYPES : {}),
    },
  },
  {
    files: ['tests/**/*.ts'],
    ignores: ['tests/support/wait-for.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          property: 'locator',
          message:
            'It does not see what comes later into a shadow root. Use `click` and `fill` of tests/support/wait-for.ts.',
        },
      ],
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        TextDecoder: 'readonly',
        TextEncoder: 'readonly',
        AbortSignal: 'readonly',
        Response: 'readonly',
        crypto: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
);
