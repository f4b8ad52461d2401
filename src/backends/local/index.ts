import '../../engine/require-node.ts';
import { registerBackend } from '../../engine/contract/backend-registry.ts';
import { localDefinition } from './local-definition.ts';

registerBackend('local', localDefinition);

export { LocalBackend } from './local-backend.ts';
