import { createRequire, isBuiltin } from 'node:module';
import { type Plugin, RUNTIME_MODULE_ID } from 'rolldown';

const require = createRequire(import.meta.url);
const importMark = '\0builtin:';
const requireMark = '\0required-builtin:';
/** A builtin for the bundler's runtime, apart: all files import that of the runtime, which must import none of them. */
const runtimeMark = '\0runtime-builtin:';

/**
 * Turns imports of Node's own modules into property reads. An import statement reads every property of the module, even
 * those for which Node loads more (the streams of fs, the TextDecoder of util, the standard streams of process): this
 * costs the command that lists experiments 15 ms.
 */
export const builtinsWithoutFacade: Plugin = {
  name: 'builtins-without-facade',
  resolveId(id, importer, { kind }) {
    if (!isBuiltin(id)) return null;
    const name = id.startsWith('node:') ? id : `node:${id}`;
    if (kind === 'require-call') return { id: `${requireMark}${name}` };
    if (importer === RUNTIME_MODULE_ID) return { id: `${runtimeMark}${name}`, moduleSideEffects: false };
    return kind === 'import-statement' ? { id: `${importMark}${name}`, moduleSideEffects: false } : null;
  },
  load(id) {
    if (id.startsWith(requireMark)) {
      return {
        code: `module.exports = process.getBuiltinModule('${id.slice(requireMark.length)}');`,
        moduleType: 'js',
      };
    }
    if (id.startsWith(runtimeMark)) {
      return { code: namesIfAny(id.slice(runtimeMark.length)), moduleSideEffects: false };
    }
    if (!id.startsWith(importMark)) return null;
    const name = id.slice(importMark.length);
    return { code: lazyModules.has(name) ? lazyFunctions(name) : directNames(name), moduleSideEffects: false };
  },
};

function exportedNames(name: string): string[] {
  const names = Object.keys(require(name) as object);
  return names.filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== 'default');
}

/** Reads the used properties when the module is loaded. */
function directNames(name: string): string {
  const lines = exportedNames(name).map(
    (key, index) => `const b${index} = builtin.${key}; export { b${index} as ${key} };`,
  );
  const value = name === 'node:process' ? 'globalThis.process' : `process.getBuiltinModule('${name}')`;
  return [`const builtin = /* @__PURE__ */ (() => ${value})();`, ...lines, 'export default builtin;'].join('\n');
}

/** As `directNames`, without a failure on a Node that is too old: the check of its version is in the same file. */
function namesIfAny(name: string): string {
  const lines = exportedNames(name).map(
    (key, index) => `const b${index} = builtin?.${key}; export { b${index} as ${key} };`,
  );
  return [`const builtin = /* @__PURE__ */ (() => process.getBuiltinModule?.('${name}'))();`, ...lines].join('\n');
}

/** Modules of functions only that are slow to load, and imported more often than used. */
const lazyModules: ReadonlySet<string> = new Set(['node:child_process', 'node:fs/promises', 'node:timers/promises']);

/** Loads the module at the first call. */
function lazyFunctions(name: string): string {
  const values = require(name) as Record<string, unknown>;
  const lines = exportedNames(name).map((key) =>
    typeof values[key] === 'function'
      ? `export const ${key} = /* @__PURE__ */ lazy('${key}');`
      : `export const ${key} = /* @__PURE__ */ (() => load().${key})();`,
  );
  return `
const load = () => process.getBuiltinModule('${name}');
const lazy = (key) =>
  Object.assign((...args) => load()[key](...args), {
    [Symbol.for('nodejs.util.promisify.custom')]: (...args) =>
      process.getBuiltinModule('node:util').promisify(load()[key])(...args),
  });
${lines.join('\n')}
export default /* @__PURE__ */ new Proxy({}, { get: (_, key) => load()[key] });
`;
}
