import { createRequire, isBuiltin } from 'node:module';
import type { Plugin } from 'rolldown';

const require = createRequire(import.meta.url);
const mark = '\0builtin:';

/**
 * Makes imports of Node's own modules property reads. An import statement reads every property of the module, also those
 * behind which Node loads more (the streams of fs, the TextDecoder of util, the standard streams of process): for the
 * modules of a command that lists experiments that is 15 ms.
 */
export const builtinsWithoutFacade: Plugin = {
  name: 'builtins-without-facade',
  resolveId(id, _importer, { kind }) {
    // A require gets the module itself already.
    if (kind !== 'import-statement' || !isBuiltin(id)) return null;
    return { id: mark + (id.startsWith('node:') ? id : `node:${id}`), moduleSideEffects: false };
  },
  load(id) {
    if (!id.startsWith(mark)) return null;
    const name = id.slice(mark.length);
    return { code: name === 'node:child_process' ? lazyFunctions(name) : directNames(name), moduleSideEffects: false };
  },
};

function exportedNames(name: string): string[] {
  const names = Object.keys(require(name) as object);
  return names.filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== 'default');
}

/** Reads what is used when the module is loaded. */
function directNames(name: string): string {
  const lines = exportedNames(name).map(
    (key, index) => `const b${index} = builtin.${key}; export { b${index} as ${key} };`,
  );
  const value = name === 'node:process' ? 'globalThis.process' : `process.getBuiltinModule('${name}')`;
  return [`const builtin = /* @__PURE__ */ (() => ${value})();`, ...lines, 'export default builtin;'].join('\n');
}

/** Loads the module at the first call: what starts processes takes long to load, and few commands start any. */
function lazyFunctions(name: string): string {
  const lines = exportedNames(name)
    .filter((key) => typeof (require(name) as Record<string, unknown>)[key] === 'function')
    .map((key) => `export const ${key} = /* @__PURE__ */ lazy('${key}');`);
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
