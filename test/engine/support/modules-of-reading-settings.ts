import { registerHooks } from 'node:module';

// Prints what is loaded from node_modules when the settings are read.
const loaded = new Set<string>();
registerHooks({
  resolve(specifier, context, next) {
    const result = next(specifier, context);
    const [, name] = /node_modules\/([^/]+)/.exec(result.url) ?? [];
    if (name !== undefined) loaded.add(name);
    return result;
  },
});
const { readSettings } = await import('../../../src/engine/config.ts');
const { backend } = await readSettings();
process.stdout.write(JSON.stringify({ backend: backend.value, loaded: [...loaded] }));
