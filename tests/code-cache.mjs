import vm from 'node:vm';

/**
 * Keeps what V8 has compiled of each module, for the next file of tests in this worker. Jest gives each file a global object of its own and
 * compiles every module for it again, although most are the same in hundreds of files.
 */
export function keepCompiledCode() {
  const { SourceTextModule, compileFunction } = vm;
  vm.SourceTextModule = new Proxy(SourceTextModule, { construct: constructModule });
  vm.compileFunction = (code, parameters, options) => {
    const cachedData = find(options?.filename, code);
    const made = compileFunction(code, parameters, {
      ...options,
      cachedData,
      produceCachedData: cachedData === undefined,
    });
    if (cachedData === undefined) keep(options?.filename, code, made.cachedData);
    return made;
  };
}

/** Source of each module and what V8 compiled of it, by the module's path. @type {Map<string, { code: string, data: Buffer }>} */
const compiled = new Map();

/** V8 does not keep whom a module asks for what it imports later. */
const IMPORTS_LATER = /\bimport\s*\(/;

function constructModule(SourceTextModule, [code, options], newTarget) {
  const cachedData = find(options?.identifier, code);
  if (cachedData) {
    try {
      return Reflect.construct(SourceTextModule, [code, { ...options, cachedData }], newTarget);
    } catch (error) {
      // A test has changed V8's flags. What was compiled before does not fit them.
      if (error.code !== 'ERR_VM_MODULE_CACHED_DATA_REJECTED') throw error;
    }
  }
  const made = Reflect.construct(SourceTextModule, [code, options], newTarget);
  keep(options?.identifier, code, made.createCachedData());
  return made;
}

function find(path, code) {
  const known = compiled.get(path);
  return known?.code === code ? known.data : undefined;
}

function keep(path, code, data) {
  if (path !== undefined && data !== undefined && !IMPORTS_LATER.test(code)) compiled.set(path, { code, data });
}
