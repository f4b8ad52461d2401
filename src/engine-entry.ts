// The engine as programs import it: with the backends registered, as the main entry has them.
import './engine/require-node.ts';
import './backends/index.ts';
import './register-interface.ts';

export * from './engine/index.ts';
