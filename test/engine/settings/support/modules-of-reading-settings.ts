import { registerHooks } from 'node:module';

// Prints the packages of node_modules that reading the settings loads.
const loaded = new Set<string>();
registerHooks({
  resolve(specifier, context, next) {
    const result = next(specifier, context);
    const [, name] = /node_modules\/([^/]+)/.exec(result.url) ?? [];
    if (name !== undefined) loaded.add(name);
    return result;
  },
});
const { readSettings } = await import('../../../../src/engine/settings/config.ts');
const { backend } = await readSettings();
process.stdout.write(JSON.stringify({ backend: backend.value, loaded: [...loaded] }));
