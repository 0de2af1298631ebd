import { describe, expect, it } from '@jest/globals';
import { modulesIn, modulesInLiterals } from '../../support/system/python-imports.js';
import { startedPrograms } from '../../support/system/started-programs.js';

const IMPORT = "import { execFile, execFileSync, spawn } from 'node:child_process';\n";

/** Lists the programs that these files start. A question mark stands for one whose name is only known at run time. */
function programsIn(files: Readonly<Record<string, string>>): string[] {
  return startedPrograms(new Map(Object.entries(files))).map(({ program }) => program ?? '?');
}

describe('the search for started programs', () => {
  it.each([
    ['a program by its name', "execFileSync('one', []);", 'one'],
    ['one through promisify', "await promisify(execFile)('one', []);", 'one'],
    ['one through a function that promisify made', "const run = promisify(execFile); run('one');", 'one'],
    ['one that a constant names', "const ONE = '/usr/bin/one'; spawn(ONE, []);", '/usr/bin/one'],
    ['one of two', "spawn(isHere ? 'one' : 'two', []);", 'one two'],
    ['Node.js', 'spawn(process.execPath, []);', 'node'],
    ['a parameter of a function', "function run(program: string) { spawn(program); } run('one');", 'one'],
    [
      'the first of a list',
      "const run = ([name = '', ...args]: string[]) => spawn(name, args); run(['one', 'a']);",
      'one',
    ],
    ['the parameter of a method', "class A { private ask(p: string) { spawn(p); } b() { this.ask('one'); } }", 'one'],
    ['what two functions pass on', "const a = (p) => spawn(p); const b = (x, p) => a(p); b(1, 'one');", 'one'],
    ['something that only a run names', "spawn(path.join(folder, 'one'));", '?'],
  ])('finds %s', (_, text, programs) => {
    expect(programsIn({ 'tests/a.ts': IMPORT + text }).join(' ')).toBe(programs);
  });

  it('finds the programs that another file starts for it', () => {
    const ask = `${IMPORT}export const askProgram = (program: string) => spawn(program);`;
    const inPackage = "import { askProgram } from '@cardwright/stage'; askProgram('one');";
    const beside = "import { askProgram } from './ask.js'; askProgram('two');";
    expect(programsIn({ 'stage/src/ask.ts': ask, 'tests/a.ts': inPackage, 'stage/src/b.ts': beside })).toEqual([
      'one',
      'two',
    ]);
  });

  it('finds a program that is tied to this process', () => {
    expect(
      programsIn({ 'tests/a.ts': "import { TiedProcess } from '@cardwright/stage'; TiedProcess.start('one');" }),
    ).toEqual(['one']);
  });

  it('finds nothing through a function that has the same name elsewhere', () => {
    const own = `${IMPORT}const run = (program: string) => spawn(program); run('one');`;
    expect(programsIn({ 'tests/a.ts': own, 'tests/b.ts': "import './a.js'; run('two');" })).toEqual(['one']);
  });
});

describe('the search for imported modules of a Python program', () => {
  it('finds each module once, however the import is written', () => {
    const program =
      '#!/usr/bin/python3\nimport a.b as c, d\nif True:\n  from e.f import g\nimport d; from h import *\n';
    expect(modulesIn(program).sort()).toEqual(['a', 'd', 'e', 'h']);
  });

  it('finds the imports in a string literal of a test', () => {
    expect(modulesInLiterals("import x from 'y';\nexecFileSync('python3', ['-c', 'import one; print(1)']);")).toEqual([
      'one',
    ]);
    expect(modulesInLiterals('const PYTHON = `import one\nfrom two import three\n`;')).toEqual(['two', 'one']);
  });
});
