import { type BackendLoader, registerBackend } from '../engine/index.ts';

/** The backends that come with Symphony, each loaded when it is first wanted; lists show them in this order. */
const backends: Readonly<Record<string, BackendLoader>> = {};

for (const [name, loader] of Object.entries(backends)) registerBackend(name, loader);
