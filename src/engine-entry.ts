// The engine as programs import it: with the backends registered, as the main entry has them.
import './backends/index.ts';

export * from './engine/index.ts';
