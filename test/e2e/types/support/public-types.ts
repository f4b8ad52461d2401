import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/** A node of a syntax tree, as far as this file knows it. */
interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A declaration in a declaration file. */
interface Declared {
  readonly file: string;
  readonly name: string;
}

interface Module {
  /** Several for an overloaded function, and for an interface beside a constant of its name. */
  readonly declarations: ReadonlyMap<string, readonly Node[]>;
  /** Local name to the module and the name that it has there; `*` for the whole module. */
  readonly imports: ReadonlyMap<string, Declared>;
  readonly exports: ReadonlyMap<string, Declared>;
  /** Modules of which everything is exported. */
  readonly reexported: readonly string[];
}

/** Reads declaration files, and finds out which types the signatures of an entry name. */
export class PublicTypes {
  readonly #modules = new Map<string, Module>();

  /** What an entry exports: `file#name` of each declaration to the name that it has in the entry. */
  exportsOf(entry: string): ReadonlyMap<string, string> {
    return new Map(
      [...this.#exportedNames(entry)].flatMap((name) => {
        const declared = this.#find({ file: entry, name });
        return declared === undefined ? [] : [[keyOf(declared), name]];
      }),
    );
  }

  /** The types that public signatures of the entry name and no entry exports, with the declarations that name them. */
  unexported(entry: string, others: readonly string[] = []): string[] {
    const exported = new Set([entry, ...others].flatMap((each) => [...this.exportsOf(each).keys()]));
    const missing = new Set<string>();
    const seen = new Set<string>();
    const waiting = [...this.exportsOf(entry).keys()];
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      if (seen.has(key)) continue;
      seen.add(key);
      for (const { declared, isBase } of this.#named(key)) {
        waiting.push(keyOf(declared));
        if (!isBase && !exported.has(keyOf(declared))) missing.add(`${declared.name}, in ${key.split('#')[1]}`);
      }
    }
    return [...missing].sort();
  }

  #named(key: string): { readonly declared: Declared; readonly isBase: boolean }[] {
    const [file = '', name = ''] = key.split('#');
    const nodes = this.#module(file).declarations.get(name) ?? [];
    return nodes.flatMap((node) =>
      namesIn(node).flatMap(({ from, name: wanted, isBase }) => {
        const module = from === undefined ? file : resolveModule(file, from);
        const declared = module === undefined ? undefined : this.#find({ file: module, name: wanted });
        return declared === undefined ? [] : [{ declared, isBase }];
      }),
    );
  }

  #exportedNames(file: string): Set<string> {
    const { exports, reexported } = this.#module(file);
    return new Set([...exports.keys(), ...reexported.flatMap((each) => [...this.#exportedNames(each)])]);
  }

  /** Where a name of a module is declared; undefined if it is a global, a type parameter, or another package's. */
  #find({ file, name }: Declared): Declared | undefined {
    const { declarations, imports, exports, reexported } = this.#module(file);
    const exported = exports.get(name);
    if (exported !== undefined && (exported.file !== file || exported.name !== name)) return this.#find(exported);
    if (declarations.has(name)) return { file, name };
    const imported = imports.get(name);
    if (imported !== undefined) return imported.name === '*' ? undefined : this.#find(imported);
    for (const each of reexported) {
      const found = this.#exportedNames(each).has(name) ? this.#find({ file: each, name }) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #module(file: string): Module {
    const known = this.#modules.get(file);
    if (known !== undefined) return known;
    const declarations = new Map<string, Node[]>();
    const imports = new Map<string, Declared>();
    const exports = new Map<string, Declared>();
    const reexported: string[] = [];
    const declare = (declaration: Node): string[] => {
      const ids =
        declaration.type === 'VariableDeclaration'
          ? (declaration.declarations as readonly Node[]).map((each) => ({ node: each, id: each.id as Node }))
          : [{ node: declaration, id: declaration.id as Node }];
      // `declare module '…'` has a literal in place of a name.
      const named = ids.filter(({ id }) => id?.type === 'Identifier');
      for (const { node, id } of named) {
        const name = id.name as string;
        declarations.set(name, [...(declarations.get(name) ?? []), node]);
      }
      return named.map(({ id }) => id.name as string);
    };
    const program = parseAst(readFileSync(file, 'utf8'), { lang: 'dts' }, file) as unknown as { body: readonly Node[] };
    for (const node of program.body) {
      const from = (node.source as Node | null | undefined)?.value as string | undefined;
      const module = from === undefined ? undefined : resolveModule(file, from);
      if (node.type === 'ImportDeclaration') {
        if (module === undefined) continue;
        for (const specifier of node.specifiers as readonly Node[]) {
          const name = specifier.type === 'ImportSpecifier' ? nameOf(specifier.imported) : '*';
          imports.set(nameOf(specifier.local), { file: module, name });
        }
      } else if (node.type === 'ExportAllDeclaration') {
        if (module !== undefined) reexported.push(module);
      } else if (node.type === 'ExportNamedDeclaration') {
        for (const name of node.declaration ? declare(node.declaration as Node) : []) exports.set(name, { file, name });
        if (from !== undefined && module === undefined) continue;
        for (const specifier of (node.specifiers as readonly Node[]) ?? []) {
          const name = nameOf(specifier.local);
          exports.set(nameOf(specifier.exported), module === undefined ? { file, name } : { file: module, name });
        }
      } else if (/Declaration$/.test(node.type)) declare(node);
    }
    const read = { declarations, imports, exports, reexported };
    this.#modules.set(file, read);
    return read;
  }
}

interface NamedType {
  readonly name: string;
  /** The module of an `import('…')` type. */
  readonly from?: string;
  /** Whether a class or an interface extends it: its members are public, its name needs not be. */
  readonly isBase: boolean;
}

/** The names of types in a declaration, without those of its private and protected members. */
function namesIn(declaration: Node): NamedType[] {
  const found: NamedType[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    if (Array.isArray(value) || typeof value !== 'object' || value === null) return;
    const node = value as Node;
    if (node.accessibility === 'private' || node.accessibility === 'protected') return;
    if (node.type === 'TSTypeReference') found.push({ name: firstName(node.typeName as Node), isBase: false });
    if (node.type === 'TSImportType' && node.qualifier) {
      const source = (node.source ?? node.argument) as Node;
      const from = (source.value ?? (source.literal as Node | undefined)?.value) as string;
      found.push({ name: firstName(node.qualifier as Node), from, isBase: false });
    }
    const isHeritage = /^(TSInterfaceHeritage|TSClassImplements)$/.test(node.type);
    if (isHeritage) found.push({ name: firstName(node.expression as Node), isBase: true });
    if (node.superClass) found.push({ name: firstName(node.superClass as Node), isBase: true });
    for (const [field, child] of Object.entries(node)) {
      if (!['superClass', 'id', 'key', 'typeName', 'exprName'].includes(field)) visit(child);
    }
  };
  visit(declaration);
  return found;
}

function firstName(name: Node): string {
  return name.type === 'Identifier'
    ? (name.name as string)
    : firstName((name.left ?? name.object ?? name.expression) as Node);
}

function nameOf(node: unknown): string {
  const { name, value } = node as { readonly name?: string; readonly value?: string };
  return name ?? value ?? '';
}

/** The declaration file of a relative import; undefined for another package. */
function resolveModule(file: string, from: string): string | undefined {
  return from.startsWith('.') ? resolve(dirname(file), from.replace(/\.(ts|js)x?$/, '.d.ts')) : undefined;
}

function keyOf({ file, name }: Declared): string {
  return `${file}#${name}`;
}
