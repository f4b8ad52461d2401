import type { Plugin } from 'rolldown';
import { minifySync } from 'rolldown/utils';

/** Packages that a bundled package imports and that Symphony never uses, with the names that the importing code wants. */
const unusedPackages: ReadonlyMap<string, string> = new Map([
  // The HTTP client of @kubernetes/client-node. Symphony's requests go through node:http.
  [
    'undici',
    `const refuse = () => { throw new Error('Symphony is bundled without undici.'); };
     export class Agent { constructor() { refuse(); } }
     export class ProxyAgent { constructor() { refuse(); } }
     export const fetch = refuse;`,
  ],
]);
const stubMark = '\0unused-package:';

/**
 * Leaves out what is large and never used: packages, and the classes of @kubernetes/client-node that turn objects of the
 * generated API into JSON and back, of which Symphony uses the types only.
 */
export const withoutUnusedPackages: Plugin = {
  name: 'without-unused-packages',
  resolveId: (id) => (unusedPackages.has(id) ? { id: `${stubMark}${id}`, moduleSideEffects: false } : null),
  load: (id) => (id.startsWith(stubMark) ? (unusedPackages.get(id.slice(stubMark.length)) ?? null) : null),
  transform: {
    filter: { id: /\/@kubernetes\/client-node\/dist\/gen\/models\/\w+\.js$/ },
    handler: (code) => ({ code: emptyClasses(code), map: { mappings: '' }, moduleSideEffects: false }),
  },
};

/** The exports of a module, its classes without their content. Making an object of one, which nothing does, is refused. */
export function emptyClasses(code: string): string {
  const reexports = code.match(/^export \* from .*$/gm) ?? [];
  const names = [...code.matchAll(/^export class (\w+)/gm)].map(([, name]) => name);
  const classes = names.map(
    (name) => `export class ${name} { constructor() { throw new Error('Symphony is bundled without ${name}.'); } }`,
  );
  return [...reexports, ...classes, ...(names.length + reexports.length === 0 ? ['export {};'] : [])].join('\n');
}

/** Minifies the modules of other packages one by one, which leaves Symphony's own code in the same file readable. */
export const minifiedPackages: Plugin = {
  name: 'minified-packages',
  transform: {
    filter: { id: /\/node_modules\/.*\.[cm]?js$/ },
    handler(code, id) {
      // Known here, the mode lets the minifier drop the other one's code.
      const production = code
        .replaceAll('process.env.NODE_ENV', '"production"')
        // Ink's own debugging, whose parts a bundler of users would look for in vain.
        .replaceAll("process.env['DEV']", 'undefined');
      const keepNames = { function: true, class: true };
      const { code: minified, errors } = minifySync(id, production, {
        compress: { keepNames },
        mangle: { keepNames },
      });
      if (errors[0] !== undefined) throw new Error(`${id} cannot be minified: ${errors[0].message}`);
      // Source maps describe Symphony's own code only.
      return { code: minified, map: { mappings: '' } };
    },
  },
};
